// A meter is exchanged for another on the same connection. The old one is retired and its
// number refuses sales from then on; its balance is carried over by a token of the new one.

import { err, ok, type Result } from '@prewatt/quantities';
import { checkMeterPan } from '@prewatt/sts/keys';
import type { Tx } from '../../base/database.ts';
import { notifyLive } from '../../base/live.ts';
import { endCertificates, openModeChange, supplyHoldOf } from '../../metering/headend/index.ts';
import { metersSalesStuck } from '../../money/vending/index.ts';
import {
  type Connection,
  claimMeterNumber,
  holderOfMeterNumber,
  insertMeter,
  loadConnectionForUpdate,
  retireMeter,
} from '../../registry/connections/index.ts';
import {
  type CarriedOver,
  carriedOver,
  nothingCarried,
  replacementOf,
} from './exchange-balance.ts';
import { carryHoldOver } from './exchange-hold.ts';
import type { Exchange, ExchangeDeps, ExchangeRefusal, NewMeter } from './exchange-request.ts';
import { carryWalletOn, mayExchangeWallet } from './exchange-wallet.ts';

export type Exchanged = {
  readonly newMeterId: string;
  readonly grantId: string | null;
} & CarriedOver;

/** What could be checked before a second person is asked. Writes nothing. */
export async function mayExchange(
  tx: Tx,
  deps: Pick<ExchangeDeps, 'grants' | 'utilities'>,
  connection: Connection,
  o: Pick<Exchange, 'oldMeterPan' | 'meter' | 'balance' | 'finalImportEnergyWh' | 'askedAtMs'> & {
    readonly nowMs: number;
  },
): Promise<Result<CarriedOver, ExchangeRefusal>> {
  if (connection.meter.meterPan !== o.oldMeterPan) return err('meterChanged');
  const changing = await openModeChange(tx, connection);
  // One back to token mode that its silent meter has not made is given up with the meter.
  const isWallet = connection.creditMode === 'wallet';
  if (changing !== null && !(isWallet && changing.stage !== 'done')) {
    return err('creditModeChanging');
  }
  if (!checkMeterPan(o.meter.meterPan).ok) return err('meterPanInvalid');
  const taken = await whyTaken(tx, connection.utilityId, o.meter.meterPan);
  if (taken !== null) return err(taken);
  const key = await tx
    .selectFrom('vending_keys')
    .select('id')
    .where('supply_group_code', '=', o.meter.supplyGroupCode)
    .where('key_revision', '=', o.meter.keyRevision)
    .executeTakeFirst();
  if (key === undefined) return err('vendingKeyMissing');
  if (isWallet) {
    const may = await mayExchangeWallet(tx, connection, o);
    const from = o.balance.from === 'lastReading' ? 'lastReading' : 'stated';
    return may.ok ? ok({ ...nothingCarried, from }) : may;
  }
  return carriedOver(tx, deps, { ...o, connection });
}

export async function exchangeMeter(
  tx: Tx,
  deps: ExchangeDeps,
  o: Exchange,
): Promise<Result<Exchanged, ExchangeRefusal>> {
  const connection = await loadConnectionForUpdate(tx, o.place);
  if (connection === null) return err('unknownConnection');
  const nowMs = deps.nowMs();
  const may = await mayExchange(tx, deps, connection, { ...o, nowMs });
  if (!may.ok) return may;
  const carried = may.value;
  const hold = await supplyHoldOf(tx, o.place);
  await retire(tx, deps, { connection, exchange: o });
  const newMeterId = deps.newUuid();
  if (!(await putIn(tx, deps, { connection, meter: o.meter, newMeterId }))) {
    return err((await whyTaken(tx, connection.utilityId, o.meter.meterPan)) ?? 'meterExists');
  }
  const exchangeId = deps.newUuid();
  if (hold !== null) {
    const hasLink = o.meter.secretSha256 !== null;
    const exchangedBy = o.requestedBy.name;
    const { place } = o;
    await carryHoldOver(tx, deps, { place, hold, exchangeId, newMeterId, hasLink, exchangedBy });
  }
  const isWallet = connection.creditMode === 'wallet';
  const final = isWallet
    ? await carryWalletOn(tx, deps, { connection, exchange: o, newMeterId, exchangeId })
    : null;
  const grant = await issueReplacement(tx, deps, { exchange: o, exchangeId, carried });
  if (!grant.ok) return grant;
  const { grantId } = grant.value;
  const meters = { old_meter_id: connection.meter.meterId, new_meter_id: newMeterId };
  await tx
    .insertInto('meter_exchanges')
    .values({
      bucket: o.place.bucket,
      id: exchangeId,
      utility_id: o.place.utilityId,
      connection_id: o.place.connectionId,
      ...meters,
      balance_from: carried.from,
      balance_wh: carried.balanceWh ?? 0n,
      carried_wh: carried.carriedWh ?? 0n,
      balance_minor: carried.balanceMinor,
      carried_minor: carried.carriedMinor,
      per_kwh_micro_minor: carried.perKwhMicro,
      grant_id: grantId,
      final_from: final?.from ?? null,
      final_import_wh: final?.importWh ?? null,
      reason: o.reason,
      requested_by: o.requestedBy.operatorId,
      approved_by: o.approvedBy.operatorId,
      approval_id: o.approvalId,
      at: new Date(deps.nowMs()),
    })
    .execute();
  const { utilityId, connectionId } = o.place;
  await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
  return ok({ newMeterId, grantId, ...carried });
}

/** A token of the new meter for what was left in the old one; none for nothing. */
async function issueReplacement(
  tx: Tx,
  deps: ExchangeDeps,
  o: { readonly exchange: Exchange; readonly exchangeId: string; readonly carried: CarriedOver },
): Promise<Result<{ readonly grantId: string | null }, 'replacementRefused'>> {
  const { exchange, exchangeId } = o;
  const what = replacementOf(o.carried);
  if (what === null) return ok({ grantId: null });
  const grant = await deps.grants.issue(tx, {
    place: exchange.place,
    requestId: `exchange:${exchangeId}`,
    what,
    reason: exchange.reason,
    requestedBy: exchange.requestedBy.operatorId,
    approvalId: exchange.approvalId,
    meterPan: exchange.meter.meterPan,
  });
  return grant.ok ? ok({ grantId: grant.value.grantId }) : err('replacementRefused');
}

async function retire(
  tx: Tx,
  deps: ExchangeDeps,
  o: { readonly connection: Connection; readonly exchange: Exchange },
): Promise<void> {
  const { connection, exchange } = o;
  const { balance } = exchange;
  const credited = balance.from === 'stated' ? balance.creditedWh : null;
  const money = balance.from === 'statedMoney' ? balance.creditedMinor : null;
  const retired = { bucket: connection.bucket, meterId: connection.meter.meterId };
  await retireMeter(tx, retired, {
    at: new Date(deps.nowMs()),
    creditedWh: credited === null ? null : BigInt(credited),
    creditedMinor: money === null ? null : BigInt(money),
  });
  await metersSalesStuck(tx, retired, new Date(deps.nowMs()));
  await endCertificates(tx, retired, { why: 'revoked', at: new Date(deps.nowMs()) });
  const { utilityId, connectionId } = connection;
  const { meterPan } = connection.meter;
  await notifyLive(tx, { kind: 'linkRevoked', utilityId, connectionId, meterPan });
  const open = await tx
    .selectFrom('commands')
    .select('id')
    .where('bucket', '=', connection.bucket)
    .where('meter_id', '=', connection.meter.meterId)
    .where('due_at', 'is not', null)
    .orderBy('id')
    .execute();
  const asked = { by: exchange.requestedBy.name, reason: 'The meter was exchanged' };
  for (const { id } of open) {
    await deps.commands.cancel(tx, { ...exchange.place, commandId: id }, asked);
  }
}

/** False when another utility or another transaction has taken the number meanwhile. */
/** Null for a number that no meter has. */
async function whyTaken(tx: Tx, utilityId: string, meterPan: string) {
  const holder = await holderOfMeterNumber(tx, utilityId, meterPan);
  if (holder === 'nobody') return null;
  return holder === 'others' ? 'meterNumberUnusable' : 'meterExists';
}

async function putIn(
  tx: Tx,
  deps: ExchangeDeps,
  o: { readonly connection: Connection; readonly meter: NewMeter; readonly newMeterId: string },
): Promise<boolean> {
  const { connection, meter, newMeterId } = o;
  const place = { ...connection, meterId: newMeterId };
  const { currency } = await deps.utilities.get(place.utilityId);
  if (!(await claimMeterNumber(tx, place, meter.meterPan))) return false;
  await insertMeter(tx, place, {
    ...meter,
    secretHash: meter.secretSha256 === null ? null : Buffer.from(meter.secretSha256, 'hex'),
    startsInMoney: meter.counts === 'money' ? currency : null,
    createdAt: new Date(deps.nowMs()),
  });
  return true;
}
