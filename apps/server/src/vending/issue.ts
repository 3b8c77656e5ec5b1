// The act: prepaid money becomes a token, in the caller's transaction. Quote, TID, token,
// transfers, command to the meter and message to the customer stand or fall together.

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
import { issueCreditToken, nextTid } from '@prewatt/sts/issue';
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
import type { StuckReason } from './errors.ts';
import { type PurchaseQuote, type Quoting, whPerUnit } from './quote.ts';

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
 * Issues the token of a paid sale, or says why not; the sale's state follows either way. The caller
 * holds the sale's row lock, and the sale has no token yet.
 */
export async function issueSale(
  tx: Tx,
  deps: IssueDeps,
  o: { readonly place: ConnectionPlace; readonly sale: PaidSale },
): Promise<void> {
  const { place, sale } = o;
  const utility = await deps.utilities.get(place.utilityId);
  const connection = await loadConnectionForUpdate(tx, place);
  const made =
    connection === null
      ? err('unknownConnection' as const)
      : await makeToken(tx, deps, { utility, connection, sale });
  const at = new Date(deps.clocks.business.nowMs());
  if (made.ok && connection !== null) {
    await recordIssued(tx, deps, { utility, connection, sale, made: made.value, at });
  } else if (!made.ok) {
    await markStuck(tx, place, { saleId: sale.saleId, reason: made.error, at });
  }
  await notifyLive(tx, { kind: 'sale', ...noticeOf(place), saleId: sale.saleId });
}

type MadeToken = {
  readonly purchase: PurchaseQuote;
  readonly token: string;
  readonly tid: number;
  readonly baseDate: number;
};

async function makeToken(
  tx: Tx,
  deps: IssueDeps,
  o: { readonly utility: Utility; readonly connection: Connection; readonly sale: PaidSale },
): Promise<Result<MadeToken, StuckReason>> {
  const { connection, sale } = o;
  const nowMs = deps.clocks.business.nowMs();
  const purchase = await deps.quoting.quotePurchase(tx, {
    utility: o.utility,
    connection,
    amountMinor: sale.receivedMinor,
    postedMinor: sale.receivedMinor,
    nowMs,
  });
  if (!purchase.ok) return purchase;
  const key = await deps.keys.meterKey(tx, connection.meter, connection.utilityId);
  if (!key.ok) return key;
  const { decoderKey, baseDate, keyExpiry } = key.value;
  const tid = nextTid({ nowMs, baseDate, lastTid: connection.meter.lastTid });
  if (!tid.ok) return err('tidExhausted');
  const token = issueCreditToken({
    decoderKey,
    commodity: 'electricity',
    units: purchase.value.quote.energyWh / whPerUnit,
    tid: tid.value,
    rnd: (deps.random(1)[0] ?? 0) & 15,
    keyExpiry,
  });
  if (!token.ok) return err(token.error === 'keyExpired' ? 'keyExpired' : 'tokenNotMade');
  return ok({ purchase: purchase.value, token: token.value.token, tid: tid.value, baseDate });
}

async function recordIssued(
  tx: Tx,
  deps: IssueDeps,
  o: {
    readonly utility: Utility;
    readonly connection: Connection;
    readonly sale: PaidSale;
    readonly made: MadeToken;
    readonly at: Date;
  },
): Promise<void> {
  const { connection, sale, made, at } = o;
  const { quote, broughtForwardMinor } = made.purchase;
  const { bucket, utilityId, connectionId } = connection;
  const { meterId } = connection.meter;
  const postings = expectOk(
    salePostings(connection, {
      availableMinor: sale.receivedMinor + broughtForwardMinor,
      lines: quote.lines,
      remainderMinor: quote.remainderMinor,
    }),
    'sale postings',
  );
  await postTransfers(
    tx,
    {
      place: connection,
      saleId: sale.saleId,
      paymentId: null,
      postedAtMs: at.getTime(),
      newUuid: deps.newUuid,
    },
    postings,
  );
  const tokenRef = deps.newUuid();
  await tx
    .insertInto('tokens')
    .values({
      bucket,
      id: tokenRef,
      utility_id: utilityId,
      connection_id: connectionId,
      meter_id: meterId,
      sale_id: sale.saleId,
      kind: 'credit',
      base_date: made.baseDate,
      tid: made.tid,
      digits: made.token,
      energy_wh: quote.energyWh,
      state: 'issued',
      issued_at: at,
    })
    .execute();
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
      issued_at: at,
    })
    .where('bucket', '=', bucket)
    .where('id', '=', sale.saleId)
    .execute();
  await tx
    .updateTable('meters')
    .set({ last_tid: made.tid })
    .where('bucket', '=', bucket)
    .where('id', '=', meterId)
    .execute();
  await tx
    .updateTable('connections')
    .set({ tariff_position: JSON.stringify(positionToJson(quote.positionAfter)) })
    .where('bucket', '=', bucket)
    .where('id', '=', connectionId)
    .execute();
  await deps.commands.enqueue(tx, {
    place: { utilityId, bucket, connectionId, meterId },
    requestId: `token:${tokenRef}`,
    kind: 'deliverToken',
    tokenRef,
    expiresAtMs: at.getTime() + deliveryDays * dayMs,
  });
  if (connection.customerPhone === null) return;
  await deps.messages.queue(tx, {
    place: connection,
    kind: 'tokenIssued',
    factKey: `sale:${sale.saleId}`,
    phone: connection.customerPhone,
    text: tokenMessage(o.utility, connection, made, sale.receivedMinor),
  });
}

function tokenMessage(
  utility: Utility,
  connection: Connection,
  made: MadeToken,
  receivedMinor: bigint,
): string {
  const paid = `${utility.currency.code} ${formatAmount(receivedMinor, utility.currency)}`;
  const energy = formatKwh(made.purchase.quote.energyWh);
  return (
    `${utility.name}: paid ${paid}, you get ${energy} kWh for ${connection.name}. ` +
    `Token ${formatTokenDigits(made.token)}. ` +
    'We send it to your meter; if it does not arrive, type it.'
  );
}

/** How a line of a quote or a sale rests in its row. */
export function lineJson(line: PurchaseQuote['quote']['lines'][number]): object {
  return {
    kind: line.kind,
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
