// A meter exchanged in wallet mode: the balance stays in the ledger, the old meter's use is rated
// up to its final reading, the new one starts in credit mode and is rated from then on.

import { err, hourMs, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import {
  type Connection,
  failModeChange,
  type MeterPlace,
} from '../../registry/connections/index.ts';
import { goOnWithMeter } from '../../workflows/wallet/index.ts';
import type { Exchange, ExchangeDeps } from './exchange-request.ts';

/** So long the new meter may take until it is first heard of. */
const expiresAfterMs = 30 * 24 * hourMs;
/** As in validation: no home of this kind of meter uses more. */
const maximumW = 69_000;

const oldPlace = (connection: Connection): MeterPlace => ({
  utilityId: connection.utilityId,
  bucket: connection.bucket,
  connectionId: connection.connectionId,
  meterId: connection.meter.meterId,
});

async function lastReading(tx: Tx, place: MeterPlace) {
  const row = await tx
    .selectFrom('readings')
    .select(['read_at', 'value'])
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .where('register', '=', 1)
    .orderBy('read_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** Wallet mode needs readings, and the final one follows on those that are known. */
export async function mayExchangeWallet(
  tx: Tx,
  connection: Connection,
  o: Pick<Exchange, 'meter' | 'finalImportEnergyWh'> & { readonly nowMs: number },
): Promise<Result<void, 'noLink' | 'finalReadingBelow' | 'finalReadingTooHigh'>> {
  if (o.meter.secretSha256 === null) return err('noLink');
  const last = await lastReading(tx, oldPlace(connection));
  if (o.finalImportEnergyWh === undefined || last === null) return ok(undefined);
  const usedWh = BigInt(o.finalImportEnergyWh) - last.value;
  if (usedWh < 0n) return err('finalReadingBelow');
  const hours = Math.max((o.nowMs - last.read_at) / hourMs, 1);
  return Number(usedWh) > hours * maximumW ? err('finalReadingTooHigh') : ok(undefined);
}

/** The final reading of the old meter, the first of the new one, and what that is asked for. */
export async function carryWalletOn(
  tx: Tx,
  deps: ExchangeDeps,
  o: {
    readonly connection: Connection;
    readonly exchange: Exchange;
    readonly newMeterId: string;
    readonly exchangeId: string;
  },
): Promise<{ readonly from: 'lastReading' | 'display'; readonly importWh: bigint | null }> {
  const { connection, exchange, newMeterId } = o;
  const nowMs = deps.nowMs();
  const place = oldPlace(connection);
  const stated = exchange.finalImportEnergyWh;
  const importWh =
    stated === undefined ? ((await lastReading(tx, place))?.value ?? null) : BigInt(stated);
  if (importWh !== null) {
    const point = { register: 'importEnergyWh', atMs: nowMs, value: importWh } as const;
    await deps.recordReadings(tx, [{ place, points: [point] }], nowMs);
  }
  if (exchange.startImportEnergyWh !== undefined) {
    const value = BigInt(exchange.startImportEnergyWh);
    const point = { register: 'importEnergyWh', atMs: nowMs, value } as const;
    const newPlace = { ...place, meterId: newMeterId };
    await deps.recordReadings(tx, [{ place: newPlace, points: [point] }], nowMs);
  }
  const at = new Date(nowMs);
  await failModeChange(tx, place, { problem: 'The meter was exchanged before it answered.', at });
  await goOnWithMeter(tx, place, { nextMeterId: newMeterId, at });
  await deps.commands.enqueue(tx, {
    place: { ...place, meterId: newMeterId },
    requestId: `exchange-mode:${o.exchangeId}`,
    expiresAtMs: nowMs + expiresAfterMs,
    priority: 2,
    asked: { by: exchange.requestedBy.name, reason: exchange.reason },
    kind: 'setPaymentMode',
    action: {
      kind: 'setPaymentMode',
      paymentMode: 'credit',
      creditUnit: 'energy',
      balance: 'handOver',
    },
  });
  return { from: stated === undefined ? 'lastReading' : 'display', importWh };
}
