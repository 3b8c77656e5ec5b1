// The consumer pages' views, made from the database under the customer's own connections.

import type {
  BuyView,
  HomeView,
  PurchasesView,
  QuoteLineJson,
  QuoteView,
  SaleSummary,
  SaleView,
} from '@prewatt/api';
import { accounts } from '@prewatt/ledger';
import { idFromUuid } from '@prewatt/quantities';
import { paidDebtCode, walletOwedCode } from '@prewatt/vending-rules';
import { type Voice, voiceOf } from '@prewatt/web/consumer';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import type { Clocks } from '../../base/time.ts';
import { dailyUse, isHeard } from '../../metering/readings/index.ts';
import { givenTokens } from '../../money/grants/index.ts';
import { accountBalance } from '../../money/ledger/index.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import {
  debtsOf,
  paidMinorOf,
  type ReceiptLinks,
  type StuckReason,
  storedTakenJson,
  stuckText,
} from '../../money/vending/index.ts';
import {
  type Connection,
  type ConnectionPlace,
  loadConnection,
} from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { moveOf } from '../../workflows/corrections/index.ts';
import { limitShown } from '../../workflows/soft-landing/index.ts';
import { leastPayment } from '../../workflows/wallet/index.ts';
import { meterRowsOf } from '../operators/index.ts';
import { speechOf } from './frame.ts';
import { liveReading, moneyText } from './live-reading.ts';
import { whyOf } from './prices.ts';
import { owingOf, recoveredOf, stillOwing } from './recovered.ts';
import { stepsOf } from './sale-steps.ts';
import { hideDays } from './since.ts';
import { chargedView } from './wallet.ts';
import { afterCreditOf } from './when-credit-ends.ts';

const historyDays = 14;
const salesOnHome = 3;
const salesPerPage = 20;

type Scope = {
  readonly utility: Utility;
  readonly nowMs: number;
  readonly sinceMs: number | null;
  readonly voice: Voice;
};
type Pricing = { readonly tariffs: Pick<Tariffs, 'documentOf' | 'inForce'> };

export const choiceOf = (connection: Connection) => ({
  connectionId: idFromUuid('connection', connection.connectionId),
  name: connection.name,
  meterPan: connection.meter.meterPan,
});

export async function homeView(
  tx: Tx,
  o: Scope & {
    readonly connection: Connection;
    readonly places: readonly ConnectionPlace[];
    readonly tariffs: Pick<Tariffs, 'inForce'>;
  },
): Promise<HomeView> {
  const { connection } = o;
  const meter = { bucket: connection.bucket, meterId: connection.meter.meterId };
  const { zone } = o.utility;
  const used = await dailyUse(tx, meter, { zone, days: historyDays, nowMs: o.nowMs });
  const days = hideDays(used, o);
  const debts = await debtsOf(tx, connection, {
    scale: o.utility.currency.scale,
    nowMs: o.nowMs,
  });
  const prepaid = await accountBalance(tx, connection, accounts.customerPrepaid(connection));
  const others: Connection[] = [];
  for (const place of o.places) {
    if (place.utilityId !== connection.utilityId) continue;
    const other = await loadConnection(tx, place);
    if (other !== null) others.push(other);
  }
  return {
    connection: { ...choiceOf(connection), address: connection.address },
    connections: others.map(choiceOf),
    live: await liveReading(tx, o),
    afterCredit: await afterCreditOf(tx, o),
    prepaidMinor: prepaid.toString(),
    debtMinor: debts.reduce((sum, debt) => sum + debt.outstandingMinor, 0n).toString(),
    days: days.map((day) => ({ date: day.date, energyWh: day.energyWh?.toString() ?? null })),
    charged: await chargedView(tx, o),
    given: await givenTokens(tx, connection),
    powerLimit: await limitShown(tx, o),
    lastSales: (await salesOf(tx, connection, { ...o, limit: salesOnHome, before: null })).map(
      summaryOf,
    ),
  };
}

const suggestions = [20n, 50n, 100n, 200n];

/** The usual sums that can be paid, and the one that supply needs. */
function suggested(
  usualMinor: readonly bigint[],
  { utility, leastMinor }: { readonly utility: Utility; readonly leastMinor: bigint | null },
): string[] {
  const { minimumPurchaseMinor: least, maximumPurchaseMinor: most } = utility;
  const all = new Set([...usualMinor, ...(leastMinor === null ? [] : [leastMinor])]);
  const allowed = [...all].filter((amountMinor) => amountMinor >= least && amountMinor <= most);
  return allowed.toSorted((a, b) => Number(a - b)).map(String);
}

/** Of a wallet without money; null of others. */
const leastForSupply = (
  tx: Tx,
  o: Scope & {
    readonly connection: Connection;
    readonly tariffs: Pick<Tariffs, 'inForce'>;
  },
): Promise<bigint | null> =>
  o.connection.creditMode === 'wallet' ? leastPayment(tx, o, o) : Promise.resolve(null);

export async function buyView(
  tx: Tx,
  o: Scope & {
    readonly connection: Connection;
    readonly amount: string;
    readonly problem: string | null;
    readonly tariffs: Pick<Tariffs, 'inForce'>;
  },
): Promise<Omit<BuyView, 'bankTransfer'>> {
  const { utility, connection } = o;
  const ids = [connection.connectionId];
  const [row] = await meterRowsOf(tx, utility, { connectionIds: ids, nowMs: o.nowMs });
  const unit = 10n ** BigInt(utility.currency.scale);
  return {
    connection: choiceOf(connection),
    walletMinor:
      connection.creditMode === 'wallet'
        ? (await accountBalance(tx, connection, accounts.customerPrepaid(connection))).toString()
        : null,
    availableEnergyWh: row?.availableEnergyWh ?? null,
    owedEnergyWh: row?.creditMode === 'energy' ? row.owedEnergyWh : null,
    moneyOnMeter: row === undefined ? null : moneyText(row, o.voice),
    suggestedAmountsMinor: suggested(
      suggestions.map((amount) => amount * unit),
      { utility, leastMinor: await leastForSupply(tx, o) },
    ),
    minimumMinor: utility.minimumPurchaseMinor.toString(),
    maximumMinor: utility.maximumPurchaseMinor.toString(),
    amount: o.amount,
    problem: o.problem,
  };
}

export async function quoteView(
  tx: Tx,
  o: Pricing & {
    readonly connection: Connection;
    readonly quoteId: string;
    readonly utility: Utility;
    readonly providerName: string;
    readonly canKeepCard: boolean;
    readonly problem: string | null;
    readonly clocks: Clocks;
    readonly voice: Voice;
  },
): Promise<QuoteView | null> {
  const row = await tx
    .selectFrom('quotes')
    .selectAll()
    .where('bucket', '=', o.connection.bucket)
    .where('connection_id', '=', o.connection.connectionId)
    .where('id', '=', o.quoteId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const isWallet = o.connection.creditMode === 'wallet';
  const canPay = row.expires_at > o.clocks.real.nowMs();
  const { energy_wh: energyWh, credit_minor: creditMinor, amount_minor: amountMinor } = row;
  const lines = row.lines as (QuoteLineJson & { readonly code?: string })[];
  const arrearsMinor = lines
    .filter(({ kind, code }) => kind === 'debt' && code !== walletOwedCode)
    .reduce((sum, line) => sum + BigInt(line.amountMinor), 0n);
  const balanceMinor = await accountBalance(
    tx,
    o.connection,
    accounts.customerPrepaid(o.connection),
  );
  return {
    quoteId: idFromUuid('quote', row.id),
    connection: choiceOf(o.connection),
    isWallet,
    amountMinor: row.amount_minor.toString(),
    energyWh: row.energy_wh.toString(),
    creditMinor: row.credit_minor?.toString() ?? null,
    lines,
    remainderMinor: row.remainder_minor.toString(),
    broughtForwardMinor: row.brought_forward_minor.toString(),
    // An offer lives in real time; the page counts in business time.
    expiresAtMs:
      o.clocks.business.nowMs() + (row.expires_at - o.clocks.real.nowMs()) * o.clocks.speed,
    canPay,
    ...(await recoveredOf(tx, { ...o, energyWh, creditMinor })),
    owing: await owingOf(tx, {
      ...{ ...o, balanceMinor, amountMinor, arrearsMinor },
      nowMs: o.clocks.business.nowMs(),
    }),
    providerName: o.providerName,
    canKeepCard: o.canKeepCard,
    why: isWallet ? [] : await whyOf(tx, { ...o, row, beforeMs: o.clocks.business.nowMs() + 1 }),
    problem: o.problem ?? (canPay ? null : o.voice.words.said.offerExpired),
  };
}

async function salesOf(
  tx: Tx,
  connection: Connection,
  o: {
    readonly limit: number;
    readonly before: string | null;
    readonly sinceMs: number | null;
  },
) {
  let query = tx
    .selectFrom('sales')
    .selectAll()
    .select(paidMinorOf('sales').as('paid_minor'))
    .where('bucket', '=', connection.bucket)
    .where('connection_id', '=', connection.connectionId);
  if (o.before !== null) query = query.where('id', '<', o.before);
  if (o.sinceMs !== null) query = query.where('requested_at', '>=', instant(o.sinceMs));
  return query.orderBy('id', 'desc').limit(o.limit).execute();
}

/** The sale that a request opened, if it did. */
export async function saleOfRequest(
  tx: Tx,
  o: { readonly connection: Connection; readonly requestId: string },
): Promise<{ readonly saleId: string; readonly state: SaleView['state'] } | null> {
  const row = await tx
    .selectFrom('sales')
    .select(['id', 'state'])
    .where('bucket', '=', o.connection.bucket)
    .where('connection_id', '=', o.connection.connectionId)
    .where('request_id', '=', o.requestId)
    .executeTakeFirst();
  return row === undefined ? null : { saleId: row.id, state: row.state };
}

type SaleRow = Awaited<ReturnType<typeof salesOf>>[number];

const summaryOf = (row: SaleRow): SaleSummary => ({
  saleId: idFromUuid('sale', row.id),
  requestedAtMs: row.requested_at,
  amountMinor: row.paid_minor.toString(),
  energyWh: row.energy_wh?.toString() ?? null,
  creditMinor: row.credit_minor?.toString() ?? null,
  state: row.state,
  ...paidDebts(row.lines),
});

/** Of a sale whose lines are nothing but debts that were paid. */
export function paidDebts(lines: unknown): { readonly paidDebts?: true } {
  const all = (lines ?? []) as readonly { readonly code?: string }[];
  return all.length > 0 && all.every(({ code }) => code === paidDebtCode)
    ? { paidDebts: true }
    : {};
}

export async function purchasesView(
  tx: Tx,
  o: {
    readonly connection: Connection;
    readonly before: string | null;
    readonly sinceMs: number | null;
  },
): Promise<PurchasesView> {
  const rows = await salesOf(tx, o.connection, { ...o, limit: salesPerPage + 1 });
  const shown = rows.slice(0, salesPerPage);
  return {
    connection: choiceOf(o.connection),
    isWallet: o.connection.creditMode === 'wallet',
    sales: shown.map(summaryOf),
    nextCursor: rows.length > salesPerPage ? (shown.at(-1)?.id ?? null) : null,
  };
}

export async function saleView(
  tx: Tx,
  o: Omit<Scope, 'voice' | 'sinceMs'> &
    Pricing & {
      readonly sinceMs?: number | null;
      readonly connection: Connection;
      readonly saleId: string;
      readonly receiptLinks: Pick<ReceiptLinks, 'pathOf'>;
      /** English where no page shows it. */
      readonly voice?: Voice;
    },
): Promise<SaleView | null> {
  const { connection } = o;
  const known = await rowsOfSale(tx, o);
  if (known === null) return null;
  const { sale, payment, tokens, contact } = known;
  if (sale.requested_at < (o.sinceMs ?? 0)) return null;
  const open = sale.state === 'awaitingPayment' && payment?.state !== 'succeeded';
  return {
    saleId: idFromUuid('sale', sale.id),
    receiptPath: o.receiptLinks.pathOf(sale.id),
    // An exchange since then gave the connection another meter, which does not take these tokens.
    connection: { ...choiceOf(connection), meterPan: sale.meter_pan },
    state: sale.state,
    requestedAtMs: sale.requested_at,
    amountMinor: sale.paid_minor.toString(),
    ...(sale.paid_minor === sale.amount_minor ? {} : { askedMinor: sale.amount_minor.toString() }),
    energyWh: sale.energy_wh?.toString() ?? null,
    creditMinor: sale.credit_minor?.toString() ?? null,
    ...storedTakenJson(sale),
    ...paidDebts(sale.lines),
    owing: await stillOwing(tx, { ...o, sale }),
    lines: (sale.lines ?? []) as QuoteLineJson[],
    remainderMinor: (sale.remainder_minor ?? 0n).toString(),
    broughtForwardMinor: (sale.brought_forward_minor ?? 0n).toString(),
    reversedAtMs: sale.reversed_at,
    moved: await movedMeter(tx, { bucket: connection.bucket, saleId: sale.id }),
    // A token of a reversed sale must not be typed.
    tokens: sale.state === 'reversed' ? [] : tokens.map((token) => token.digits),
    steps: stepsOfRows(known, { ...o, voice: o.voice ?? voiceOf(speechOf(o.utility)) }),
    why:
      sale.issued_at === null || sale.energy_wh === 0n
        ? []
        : await whyOf(tx, { ...o, row: sale, beforeMs: sale.issued_at }),
    checkoutUrl: open ? (payment?.checkout_url ?? null) : null,
    meterHasLink: contact?.is_heard ?? false,
    providerReference: payment?.provider_reference ?? null,
    problem: sale.stuck_reason === null ? null : stuckText[sale.stuck_reason as StuckReason].reason,
  };
}

/** The steps alone, for whoever holds the receipt: nothing of the home, and no token. */
export async function saleSteps(
  tx: Tx,
  o: {
    readonly connection: Connection;
    readonly saleId: string;
    readonly nowMs: number;
    readonly voice: Voice;
  },
): Promise<SaleView['steps']> {
  const known = await rowsOfSale(tx, o);
  return known === null ? [] : stepsOfRows(known, o);
}

const stepsOfRows = (
  { sale, tokens, shown, sentAtMs }: NonNullable<Awaited<ReturnType<typeof rowsOfSale>>>,
  o: { readonly connection: Connection; readonly voice: Voice },
): SaleView['steps'] =>
  stepsOf({
    sale,
    // Money in a wallet needs no token.
    isWallet:
      tokens.length === 0 && (sale.issued_at !== null || o.connection.creditMode === 'wallet'),
    ...{ token: shown, sentAtMs, voice: o.voice },
  });

/** What is written about a sale, its payment, its tokens, and the way of the one it waits for. */
async function rowsOfSale(
  tx: Tx,
  o: { readonly connection: Connection; readonly saleId: string; readonly nowMs: number },
) {
  const { connection, saleId } = o;
  const { bucket } = connection;
  const sale = await tx
    .selectFrom('sales')
    .innerJoin('meters', (join) =>
      join.onRef('meters.bucket', '=', 'sales.bucket').onRef('meters.id', '=', 'sales.meter_id'),
    )
    .selectAll('sales')
    .select(['meters.meter_pan', paidMinorOf('sales').as('paid_minor')])
    .where('sales.bucket', '=', bucket)
    .where('sales.connection_id', '=', connection.connectionId)
    .where('sales.id', '=', saleId)
    .executeTakeFirst();
  if (sale === undefined) return null;
  const payment = await tx
    .selectFrom('payments')
    .selectAll()
    .where('bucket', '=', bucket)
    .where('sale_id', '=', sale.id)
    .executeTakeFirst();
  const tokens = await tx
    .selectFrom('tokens')
    .selectAll()
    .where('bucket', '=', bucket)
    .where('sale_id', '=', sale.id)
    .orderBy('section')
    .orderBy('tid')
    .execute();
  // Of several tokens, the one that the sale waits for.
  const shown = tokens.find((token) => token.state !== 'accepted') ?? tokens.at(-1);
  const contact = await tx
    .selectFrom('meter_states')
    .select('last_contact_at')
    .select(isHeard(sql.ref('last_contact_at'), o.nowMs).as('is_heard'))
    .where('bucket', '=', bucket)
    .where('meter_id', '=', connection.meter.meterId)
    .executeTakeFirst();
  const sentAtMs = await sentAt(tx, connection, { shown, contact });
  return { sale, payment, tokens, shown, contact, sentAtMs };
}

/**
 * A broker keeps what a meter without a link cannot hear: sent is what has been followed by a word
 * from the meter, and of several times that it was sent the last one that was.
 */
async function sentAt(
  tx: Tx,
  { bucket, connectionId }: Connection,
  o: {
    readonly shown: { readonly id: string } | undefined;
    readonly contact: { readonly last_contact_at: number } | undefined;
  },
): Promise<number | null> {
  const { contact } = o;
  if (contact === undefined) return null;
  const command = await tx
    .selectFrom('commands')
    .innerJoin('command_stages', (join) =>
      join
        .onRef('command_stages.bucket', '=', 'commands.bucket')
        .onRef('command_stages.command_id', '=', 'commands.id'),
    )
    .select('command_stages.at')
    .where('commands.bucket', '=', bucket)
    .where('commands.connection_id', '=', connectionId)
    .where('commands.token_ref', '=', o.shown?.id ?? null)
    .where('command_stages.stage', '=', 'sent')
    .where('command_stages.at', '<', instant(contact.last_contact_at))
    .orderBy('command_stages.ordinal', 'desc')
    .executeTakeFirst();
  return command?.at ?? null;
}

async function movedMeter(
  tx: Tx,
  o: { readonly bucket: number; readonly saleId: string },
): Promise<SaleView['moved']> {
  const moved = await moveOf(tx, o, o.saleId);
  return moved === null ? null : { direction: moved.direction, meterPan: moved.meterPan };
}
