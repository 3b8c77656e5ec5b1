// Writes sales that were decided: sales, tokens, transfers, meters, connections, commands and
// messages, each in one statement for the whole batch, in the caller's transaction.

import { positionToJson } from '@prewatt/tariff';
import type { PurchaseQuote } from '@prewatt/vending-rules';
import { afterCommit, begunAtMs, type Tx, together } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { notifyLiveMany } from '../../base/live.ts';
import { insertOfRows, statementOfRows } from '../../base/rows.ts';
import type { Tracing } from '../../base/tracing.ts';
import type { Messages } from '../../messaging/messages/index.ts';
import type { Webhooks } from '../../messaging/webhooks/index.ts';
import type { Commands } from '../../metering/headend/index.ts';
import { insertTokensOfSales } from '../../money/tokens/index.ts';
import {
  advanceConnections,
  type ConnectionPlace,
  type MeterPlace,
  setLastTids,
} from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { balanceMoves, insertTransfers, moveDebts, type Posting } from '../ledger/index.ts';
import {
  deliveryOf,
  insertKeyChanges,
  type KeyChangeRows,
  keyChangeRows,
} from '../tokens/index.ts';
import { takesOfSale } from './meter-takes.ts';
import type { ReceiptLinks } from './receipt-links.ts';
import type { IssuedSale } from './sale.ts';
import { issuedFacts } from './sale-facts.ts';
import { saleText, withLink } from './sale-text.ts';
import type { WalletOwing, WalletShort } from './wallet-words.ts';

export type RecordDeps = {
  readonly commands: Pick<Commands, 'enqueueMany'>;
  readonly messages: Pick<Messages, 'queueMany'>;
  readonly newUuid: NewUuid;
  readonly tracing: Tracing;
  readonly receiptLinks: Pick<ReceiptLinks, 'urlOf'>;
  /** Programs of others, by webhook. */
  readonly webhooks: Pick<Webhooks, 'tell'>;
  /** Money came into connections in wallet mode: their supply is looked at next. */
  readonly walletsCredited: (tx: Tx, places: readonly ConnectionPlace[]) => Promise<void>;
  /** What a wallet still owes after a payment, or has for less than an hour; else null. */
  readonly walletOwing: (
    tx: Tx,
    o: {
      readonly utility: Utility;
      readonly connection: IssuedSale['connection'];
      readonly nowMs: number;
      readonly balanceMinor: bigint;
    },
  ) => Promise<WalletOwing | WalletShort | null>;
  /** These sales carry a token that lifts a power limit of the soft landing. */
  readonly landingsLifted: (
    tx: Tx,
    o: { readonly sales: readonly LiftingSale[]; readonly at: Date },
  ) => Promise<void>;
};

export type LiftingSale = MeterPlace & { readonly saleId: string };

export type Recorded = {
  readonly utility: Utility;
  /** In the order in which they were decided. */
  readonly sales: readonly IssuedSale[];
  /** Transfers of those who pay, beside the sales' own. */
  readonly payments: readonly Posting[];
  readonly nowMs: number;
};

export async function recordSales(tx: Tx, deps: RecordDeps, o: Recorded): Promise<void> {
  if (o.sales.length === 0) return;
  const postings = postingsOf(o);
  const moves = balanceMoves(postings);
  const notices = o.sales.map(({ connection, saleId }) => ({
    kind: 'sale' as const,
    ...noticeOf(connection),
    saleId,
  }));
  const sets = setsOf(deps, o);
  const inWallets = o.sales.filter(({ connection }) => connection.creditMode === 'wallet');
  // In this order: what refers to a row comes behind it. All in one round trip, since a till's
  // batch holds its vendors' locks from here on.
  await together(
    insertCashSales(tx, o),
    updatePaidSales(tx, o),
    insertTokens(tx, o),
    insertTransfers(tx, postings, deps.newUuid),
    moveDebts(tx, moves.debts),
    advanceMeters(tx, o),
    advance(tx, o, new Map(moves.prepaid.map((each) => [each.id, each]))),
    tellCustomers(tx, deps, o),
    notifyLiveMany(tx, notices),
    deps.webhooks.tell(tx, o.utility.id, () => issuedFacts(o)),
    deps.walletsCredited(
      tx,
      inWallets.map(({ connection }) => connection),
    ),
    liftLandings(tx, deps, o),
    insertKeyChanges(tx, [...sets.values()]),
    deliver(tx, deps, { ...o, sets }),
  );
  if (deps.tracing.isOn) tellTraces(tx, deps.tracing, o);
}

function tellTraces(tx: Tx, tracing: Tracing, { sales }: Recorded): void {
  const startMs = begunAtMs(tx);
  const attributes = { 'prewatt.sales_in_transaction': sales.length };
  afterCommit(tx, () => {
    const endMs = tracing.nowMs();
    for (const { saleId } of sales) {
      tracing.tell({ saleId, name: 'token', startMs, endMs, attributes });
    }
  });
}

async function liftLandings(tx: Tx, deps: RecordDeps, o: Recorded): Promise<void> {
  const sales = o.sales.flatMap((sale) => (sale.lift === null ? [] : [liftingOf(sale)]));
  if (sales.length > 0) await deps.landingsLifted(tx, { sales, at: new Date(o.nowMs) });
}

async function deliver(
  tx: Tx,
  deps: RecordDeps,
  o: Recorded & { readonly sets: ReadonlyMap<string, KeyChangeRows> },
): Promise<void> {
  const queued = o.sales.flatMap(commandsOf(o.nowMs, o.sets));
  await notifyLiveMany(tx, await deps.commands.enqueueMany(tx, queued));
}

const liftingOf = ({ connection, saleId }: IssuedSale): LiftingSale => ({
  ...placeOf(connection),
  saleId,
});

const placeOf = ({ utilityId, bucket, connectionId, meter }: IssuedSale['connection']) => ({
  utilityId,
  bucket,
  connectionId,
  meterId: meter.meterId,
});

/** What a till took for a sale belongs to the sale: one posting. A payment is one of its own. */
function postingsOf(o: Recorded): readonly Posting[] {
  const taken = new Map(
    o.payments.flatMap((each) => (each.paymentId === null ? [[each.saleId, each]] : [])),
  );
  const sold = o.sales.map((sale) => ({
    place: sale.connection,
    saleId: sale.saleId,
    paymentId: null,
    postedAtMs: o.nowMs,
    transfers: [...(taken.get(sale.saleId)?.transfers ?? []), ...sale.transfers],
  }));
  for (const { saleId } of sold) taken.delete(saleId);
  if (taken.size > 0) throw new Error('money was taken for a sale that is not in this batch');
  return [...o.payments.filter(({ paymentId }) => paymentId !== null), ...sold];
}

const outcomeColumns = {
  bucket: 'smallint',
  id: 'uuid',
  brought_forward_minor: 'bigint',
  energy_wh: 'bigint',
  credit_minor: 'bigint',
  recovered_energy_wh: 'bigint',
  recovered_minor: 'bigint',
  lines: 'jsonb',
  remainder_minor: 'bigint',
  tariff_version_id: 'uuid',
  month_energy_before_wh: 'bigint',
  issued_at: 'timestamptz',
  delivered_at: 'timestamptz',
  state: 'text',
} as const;

const { issued_at: _, ...cashOutcomeColumns } = outcomeColumns;
const saleColumns = {
  ...cashOutcomeColumns,
  connection_id: 'uuid',
  meter_id: 'uuid',
  amount_minor: 'bigint',
} as const;
/** Cash is paid when it is asked for, and its tokens are made at once. */
const sameOfSales = {
  utility_id: 'uuid',
  requested_at: 'timestamptz',
  paid_at: 'timestamptz',
  issued_at: 'timestamptz',
} as const;

function outcomeRow(utility: Utility, sale: IssuedSale, at: Date) {
  const takes = takesOfSale(utility, sale);
  const { quote, broughtForwardMinor, tariffVersionId, creditMinor } = sale.purchase;
  return {
    bucket: sale.connection.bucket,
    id: sale.saleId,
    brought_forward_minor: broughtForwardMinor,
    energy_wh: quote.energyWh,
    credit_minor: creditMinor,
    recovered_energy_wh: takes.energyWh,
    recovered_minor: takes.minor,
    lines: quote.lines.map(lineJson),
    remainder_minor: quote.remainderMinor,
    tariff_version_id: tariffVersionId,
    month_energy_before_wh: quote.monthEnergyWhBefore,
    issued_at: at,
    // Money in a wallet has arrived.
    delivered_at: sale.tokens.length === 0 ? at : null,
    state: sale.tokens.length === 0 ? 'delivered' : 'issued',
  };
}

const insertSales = insertOfRows('sales', saleColumns, { same: sameOfSales });

async function insertCashSales(tx: Tx, o: Recorded): Promise<void> {
  const at = new Date(o.nowMs);
  const rows = o.sales
    .filter((sale) => sale.origin === 'cash')
    .map((sale) => ({
      ...outcomeRow(o.utility, sale, at),
      connection_id: sale.connection.connectionId,
      meter_id: sale.connection.meter.meterId,
      amount_minor: sale.amountMinor,
    }));
  const same = { utility_id: o.utility.id, requested_at: at, paid_at: at, issued_at: at };
  if (rows.length > 0) await insertSales(tx, rows, same);
}

async function updatePaidSales(tx: Tx, o: Recorded): Promise<void> {
  const at = new Date(o.nowMs);
  const rows = o.sales
    .filter((sale) => sale.origin === 'paid')
    .map((sale) => outcomeRow(o.utility, sale, at));
  if (rows.length > 0) await updateSales(tx, rows);
}

const updateSales = statementOfRows(
  outcomeColumns,
  (rows) => `UPDATE sales s SET state = r.state, stuck_reason = NULL, stuck_at = NULL,
      brought_forward_minor = r.brought_forward_minor, energy_wh = r.energy_wh,
      credit_minor = r.credit_minor, recovered_energy_wh = r.recovered_energy_wh,
      recovered_minor = r.recovered_minor,
      lines = r.lines,
      remainder_minor = r.remainder_minor, tariff_version_id = r.tariff_version_id,
      month_energy_before_wh = r.month_energy_before_wh, issued_at = r.issued_at,
      delivered_at = r.delivered_at,
      -- Its money came just now, unless the sale is tried again.
      paid_at = coalesce(s.paid_at, r.issued_at)
    FROM ${rows('r')} WHERE s.bucket = r.bucket AND s.id = r.id`,
);

/** What a token carries that is no credit. */
const nothing = { energyWh: null, amountE5: null };

async function insertTokens(tx: Tx, o: Recorded): Promise<void> {
  const at = new Date(o.nowMs);
  const rows = o.sales.flatMap((sale) =>
    [...(sale.lift === null ? [] : [{ ...sale.lift, ...nothing }]), ...sale.tokens].map(
      (token) => ({
        bucket: sale.connection.bucket,
        id: token.id,
        connection_id: sale.connection.connectionId,
        meter_id: sale.connection.meter.meterId,
        sale_id: sale.saleId,
        kind: token.energyWh === null && token.amountE5 === null ? 'management' : 'credit',
        base_date: sale.baseDate,
        tid: token.tid,
        digits: token.digits,
        energy_wh: token.energyWh,
        amount_e5: token.amountE5,
      }),
    ),
  );
  await insertTokensOfSales(tx, rows, { utility_id: o.utility.id, state: 'issued', issued_at: at });
}

/** Of each connection's sales the last one, by key. */
function lastSales(o: Recorded): readonly IssuedSale[] {
  const last = [...new Map(o.sales.map((sale) => [sale.connection.connectionId, sale])).values()];
  return last.sort((a, b) => a.connection.bucket - b.connection.bucket);
}

async function advanceMeters(tx: Tx, o: Recorded): Promise<void> {
  const meters = lastSales(o).map(({ connection, lastTid }) => ({
    bucket: connection.bucket,
    id: connection.meter.meterId,
    last_tid: lastTid,
  }));
  await setLastTids(tx, meters);
}

/** Tariff positions and prepaid money, as after the last sale. */
async function advance(
  tx: Tx,
  o: Recorded,
  moves: ReadonlyMap<string, { readonly deltaMinor: bigint }>,
): Promise<void> {
  const connections = lastSales(o).map(({ connection, purchase }) => ({
    bucket: connection.bucket,
    id: connection.connectionId,
    position: positionToJson(purchase.quote.positionAfter),
    delta_minor: moves.get(connection.connectionId)?.deltaMinor ?? 0n,
  }));
  await advanceConnections(tx, connections);
}

/** Key-change sets, by sale: rare. */
function setsOf(deps: RecordDeps, o: Recorded): ReadonlyMap<string, KeyChangeRows> {
  const at = new Date(o.nowMs);
  return new Map(
    o.sales.flatMap(({ connection, saleId, keyChange }) => {
      if (keyChange === null) return [];
      const of = { kind: 'sale' as const, id: saleId };
      return [[saleId, keyChangeRows(deps, { connection, of, keyChange, at })]];
    }),
  );
}

/**
 * Under a new key nothing is understood before the set is in: the credit goes out when it is. A
 * token for a meter without a link is typed, and such a sale is complete when it is issued.
 */
const commandsOf = (nowMs: number, sets: ReadonlyMap<string, KeyChangeRows>) => {
  const all = (sale: IssuedSale) =>
    [...(sale.lift === null ? [] : [sale.lift]), ...sale.tokens].map(({ id }) => id);
  const first = (sale: IssuedSale) => sets.get(sale.saleId)?.sections ?? all(sale);
  return (sale: IssuedSale) =>
    (sale.connection.hasLink ? first(sale) : []).map((id) =>
      deliveryOf({
        place: { ...sale.connection, meterId: sale.connection.meter.meterId },
        tokenId: id,
        issuedAtMs: nowMs,
      }),
    );
};

/** Asked of wallets that owed before: what others have to say goes out at once. */
function tellCustomers(
  tx: Tx,
  deps: Pick<RecordDeps, 'messages' | 'receiptLinks' | 'walletOwing'>,
  o: Recorded,
): Promise<void> {
  const owe = o.sales.filter(
    ({ connection, purchase, amountMinor }) =>
      connection.creditMode === 'wallet' && purchase.quote.remainderMinor <= amountMinor,
  );
  const queue = (owing: ReadonlyMap<string, WalletOwing | WalletShort>) =>
    deps.messages.queueMany(tx, o.sales.flatMap(messageOf(deps, o.utility, owing)));
  return owe.length === 0
    ? queue(new Map())
    : owingOfWallets(tx, deps, { ...o, sales: owe }).then(queue);
}

/** By sale. */
async function owingOfWallets(
  tx: Tx,
  deps: Pick<RecordDeps, 'walletOwing'>,
  o: Pick<Recorded, 'utility' | 'nowMs' | 'sales'>,
): Promise<ReadonlyMap<string, WalletOwing | WalletShort>> {
  const owing = new Map<string, WalletOwing | WalletShort>();
  for (const { connection, saleId, purchase } of o.sales) {
    const balanceMinor = purchase.quote.remainderMinor;
    const known = await deps.walletOwing(tx, { ...o, connection, balanceMinor });
    if (known !== null) owing.set(saleId, known);
  }
  return owing;
}

const messageOf =
  (
    { receiptLinks }: Pick<RecordDeps, 'receiptLinks'>,
    utility: Utility,
    owing: ReadonlyMap<string, WalletOwing | WalletShort>,
  ) =>
  (sale: IssuedSale) => {
    const { connection } = sale;
    if (connection.customerPhone === null) return [];
    return [
      {
        place: connection,
        kind: sale.tokens.length === 0 ? ('walletCredited' as const) : ('tokenIssued' as const),
        factKey: `sale:${sale.saleId}`,
        phone: connection.customerPhone,
        text: withLink(
          saleText(utility, sale, owing.get(sale.saleId)),
          receiptLinks.urlOf(sale.saleId),
        ),
      },
    ];
  };

/** How a line of a quote or a sale rests in its row. */
export function lineJson(line: PurchaseQuote['quote']['lines'][number]): object {
  return {
    kind: line.kind,
    code: line.code,
    label: line.label,
    amountMinor: line.amountMinor.toString(),
    energyWh: line.energyWh === undefined ? null : line.energyWh.toString(),
    explanation: line.explanation,
    ...(line.percent === undefined ? {} : { percent: line.percent }),
    ...(line.debtId === undefined ? {} : { debtId: line.debtId }),
  };
}

export const noticeOf = (place: ConnectionPlace) => ({
  utilityId: place.utilityId,
  connectionId: place.connectionId,
});
