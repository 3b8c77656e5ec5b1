// The act: prepaid money becomes tokens, in the caller's transaction. Quote, TIDs, tokens,
// transfers, commands to the meter and message to the customer stand or fall together.

import { salePostings } from '@prewatt/ledger';
import {
  err,
  expectOk,
  formatAmount,
  formatKwh,
  ok,
  type RandomBytes,
  type Result,
} from '@prewatt/quantities';
import { formatTokenDigits } from '@prewatt/sts/codec';
import { issueSale as issueSaleTokens, type SaleError, type SaleTokens } from '@prewatt/sts/issue';
import { positionToJson } from '@prewatt/tariff';
import { postTransfers } from '../accounting/index.ts';
import {
  type Connection,
  type ConnectionPlace,
  loadConnectionForUpdate,
} from '../connections/index.ts';
import type { Commands } from '../headend/index.ts';
import type { Keys } from '../keys/index.ts';
import type { Messages } from '../messages/index.ts';
import type { Tx } from '../platform/database.ts';
import type { NewUuid } from '../platform/ids.ts';
import { notifyLive } from '../platform/live.ts';
import type { Clocks } from '../platform/time.ts';
import type { Utilities, Utility } from '../utilities/index.ts';
import type { CashSaleRefusal, StuckReason, TokenRefusal } from './errors.ts';
import { maximumTokens, type PurchaseQuote, type Quoting, whPerUnit } from './quote.ts';

/**
 * How long the head-end tries to bring a token home before the sale goes on the operator's list.
 */
const deliveryDays = 7;
const dayMs = 86_400_000;

export type IssueDeps = {
  readonly utilities: Utilities;
  readonly quoting: Quoting;
  readonly keys: Keys;
  readonly commands: Pick<Commands, 'enqueue'>;
  readonly messages: Pick<Messages, 'queue'>;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  readonly random: RandomBytes;
};

/** A paid sale, as issuing needs it. */
export type PaidSale = {
  readonly saleId: string;
  /**
   * What the provider says it received: this much is posted as the customer's prepaid money
   * already.
   */
  readonly receivedMinor: bigint;
};

/**
 * Issues the tokens of a paid sale, or says why not; the sale's state follows either way. The
 * caller holds the sale's row lock, and the sale has no token yet.
 */
export async function issueSale(
  tx: Tx,
  deps: IssueDeps,
  o: { readonly place: ConnectionPlace; readonly sale: PaidSale },
): Promise<void> {
  const { place, sale } = o;
  const connection = await loadConnectionForUpdate(tx, place);
  const made =
    connection === null
      ? err('unknownConnection' as const)
      : await makeTokens(tx, deps, {
          connection,
          amountMinor: sale.receivedMinor,
          postedMinor: sale.receivedMinor,
        });
  const at = new Date(deps.clocks.business.nowMs());
  if (made.ok && connection !== null) {
    await recordIssued(tx, deps, { connection, sale, made: made.value, at });
  } else if (!made.ok) {
    await markStuck(tx, place, { saleId: sale.saleId, reason: made.error, at });
  }
  await notifyLive(tx, { kind: 'sale', ...noticeOf(place), saleId: sale.saleId });
}

export type MadeTokens = {
  readonly purchase: PurchaseQuote;
  /** In the order in which they must be entered: that of their TIDs. */
  readonly tokens: SaleTokens['creditTokens'];
  readonly lastTid: number;
  readonly baseDate: number;
};

/** Prices the money and makes the tokens; writes nothing. The caller holds the meter's row lock. */
export async function makeTokens(
  tx: Tx,
  deps: IssueDeps,
  o: {
    readonly connection: Connection;
    readonly amountMinor: bigint;
    /** Part of the prepaid balance that is this purchase's own payment. */
    readonly postedMinor: bigint;
  },
): Promise<Result<MadeTokens, CashSaleRefusal>> {
  const { connection } = o;
  const nowMs = deps.clocks.business.nowMs();
  const utility = await deps.utilities.get(connection.utilityId);
  const purchase = await deps.quoting.quotePurchase(tx, { ...o, utility, nowMs });
  if (!purchase.ok) return purchase;
  const meterKey = await deps.keys.meterKey(tx, connection.meter, connection.utilityId);
  if (!meterKey.ok) return meterKey;
  const { supplyGroupCode, tariffIndex, keyRevision } = connection.meter;
  const key = { ...meterKey.value, supplyGroupCode, tariffIndex, keyRevision };
  const made = issueSaleTokens({
    held: key,
    wanted: key,
    keyChangeTokenCount: connection.meter.encryptionAlgorithm === 'ea11' ? 4 : 2,
    commodity: 'electricity',
    units: purchase.value.quote.energyWh / whPerUnit,
    nowMs,
    lastTid: connection.meter.lastTid,
    random: () => (deps.random(1)[0] ?? 0) & 15,
    maximumTokens,
  });
  if (!made.ok) return err(refusalOf(made.error));
  const { creditTokens, lastTid } = made.value;
  return ok({
    purchase: purchase.value,
    tokens: creditTokens,
    lastTid,
    baseDate: key.baseDate,
  });
}

function refusalOf(error: SaleError): TokenRefusal {
  if (error === 'keyExpired') return 'keyExpired';
  const outOfRange =
    error === 'tidRange' || error === 'beforeBaseDate' || error === 'afterBaseDate';
  return outOfRange ? 'tidExhausted' : 'tokenNotMade';
}

/** Writes what `makeTokens` made: tokens, transfers, the sale's outcome, commands and message. */
export async function recordIssued(
  tx: Tx,
  deps: IssueDeps,
  o: {
    readonly connection: Connection;
    readonly sale: PaidSale;
    readonly made: MadeTokens;
    readonly at: Date;
  },
): Promise<void> {
  const { connection, sale, made, at } = o;
  const { quote, broughtForwardMinor } = made.purchase;
  const postings = expectOk(
    salePostings(connection, {
      availableMinor: sale.receivedMinor + broughtForwardMinor,
      lines: quote.lines,
      remainderMinor: quote.remainderMinor,
    }),
    'sale postings',
  );
  const posting = { saleId: sale.saleId, paymentId: null, postedAtMs: at.getTime() };
  await postTransfers(tx, { ...posting, place: connection, newUuid: deps.newUuid }, postings);
  await tx
    .updateTable('sales')
    .set({
      state: 'issued',
      stuck_reason: null,
      stuck_at: null,
      brought_forward_minor: broughtForwardMinor,
      energy_wh: quote.energyWh,
      lines: JSON.stringify(quote.lines.map(lineJson)),
      remainder_minor: quote.remainderMinor,
      tariff_version_id: made.purchase.tariffVersionId,
      month_energy_before_wh: quote.monthEnergyWhBefore,
      issued_at: at,
    })
    .where('bucket', '=', connection.bucket)
    .where('id', '=', sale.saleId)
    .execute();
  await recordTokens(tx, deps, o);
  await tx
    .updateTable('meters')
    .set({ last_tid: made.lastTid })
    .where('bucket', '=', connection.bucket)
    .where('id', '=', connection.meter.meterId)
    .execute();
  await tx
    .updateTable('connections')
    .set({ tariff_position: JSON.stringify(positionToJson(quote.positionAfter)) })
    .where('bucket', '=', connection.bucket)
    .where('id', '=', connection.connectionId)
    .execute();
  if (connection.customerPhone === null) return;
  const utility = await deps.utilities.get(connection.utilityId);
  await deps.messages.queue(tx, {
    place: connection,
    kind: 'tokenIssued',
    factKey: `sale:${sale.saleId}`,
    phone: connection.customerPhone,
    text: tokenMessage(utility, connection, made, sale.receivedMinor),
  });
}

async function recordTokens(
  tx: Tx,
  deps: IssueDeps,
  o: {
    readonly connection: Connection;
    readonly sale: PaidSale;
    readonly made: MadeTokens;
    readonly at: Date;
  },
): Promise<void> {
  const { bucket, utilityId, connectionId, meter } = o.connection;
  const rows = o.made.tokens.map((each) => ({
    bucket,
    id: deps.newUuid(),
    utility_id: utilityId,
    connection_id: connectionId,
    meter_id: meter.meterId,
    sale_id: o.sale.saleId,
    kind: 'credit' as const,
    base_date: o.made.baseDate,
    tid: each.tid,
    digits: each.token,
    energy_wh: each.units * whPerUnit,
    state: 'issued' as const,
    issued_at: o.at,
  }));
  await tx.insertInto('tokens').values(rows).execute();
  for (const { id } of rows) {
    await deps.commands.enqueue(tx, {
      place: { utilityId, bucket, connectionId, meterId: meter.meterId },
      requestId: `token:${id}`,
      kind: 'deliverToken',
      tokenRef: id,
      expiresAtMs: o.at.getTime() + deliveryDays * dayMs,
    });
  }
}

function tokenMessage(
  utility: Utility,
  connection: Connection,
  made: MadeTokens,
  receivedMinor: bigint,
): string {
  const paid = `${utility.currency.code} ${formatAmount(receivedMinor, utility.currency)}`;
  const energy = formatKwh(made.purchase.quote.energyWh);
  const bought = `${utility.name}: paid ${paid}, you get ${energy} kWh for ${connection.name}. `;
  const tokens = made.tokens.map((each) => formatTokenDigits(each.token));
  if (tokens.length === 1) {
    return `${bought}Token ${tokens[0]}. We send it to your meter; if it does not arrive, type it.`;
  }
  return (
    `${bought}Tokens ${tokens.join(', ')}. ` +
    'We send them to your meter; if they do not arrive, type them in this order.'
  );
}

/** How a line of a quote or a sale rests in its row. */
export function lineJson(line: PurchaseQuote['quote']['lines'][number]): object {
  return {
    kind: line.kind,
    code: line.code,
    label: line.label,
    amountMinor: line.amountMinor.toString(),
    energyWh: line.energyWh === undefined ? null : line.energyWh.toString(),
    explanation: line.explanation,
    ...(line.debtId === undefined ? {} : { debtId: line.debtId }),
  };
}

export const noticeOf = (place: ConnectionPlace) => ({
  utilityId: place.utilityId,
  connectionId: place.connectionId,
});

export async function markStuck(
  tx: Tx,
  place: ConnectionPlace,
  o: { readonly saleId: string; readonly reason: StuckReason; readonly at: Date },
): Promise<void> {
  await tx
    .updateTable('sales')
    .set({ state: 'stuck', stuck_reason: o.reason, stuck_at: o.at })
    .where('bucket', '=', place.bucket)
    .where('id', '=', o.saleId)
    .execute();
}

export async function markDelivered(
  tx: Tx,
  place: ConnectionPlace,
  o: { readonly saleId: string; readonly at: Date },
): Promise<void> {
  await tx
    .updateTable('sales')
    .set({ state: 'delivered', delivered_at: o.at, stuck_reason: null, stuck_at: null })
    .where('bucket', '=', place.bucket)
    .where('id', '=', o.saleId)
    .execute();
}
