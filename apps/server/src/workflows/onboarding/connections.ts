// Connections with their meters and accounts: checked by the packages that own the rules, made once
// for a meter number. A repeat with the same particulars changes nothing.

import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { accounts } from '@prewatt/ledger';
import {
  bucketOfConnection,
  type Currency,
  err,
  idFromUuid,
  ok,
  parsePhone,
  type Result,
} from '@prewatt/quantities';
import { checkMeterPan } from '@prewatt/sts/keys';
import { positionToJson, startPosition } from '@prewatt/tariff';
import type { Tx } from '../../base/database.ts';
import { openAccounts } from '../../money/ledger/index.ts';
import {
  claimMeterNumber,
  holderOfMeterNumber,
  insertConnection,
  insertMeter,
  loadConnection,
  type MeterPlace,
} from '../../registry/connections/index.ts';
import { checkDebt, insertDebt, type NewDebt } from './debts.ts';
import type { ConnectionDeps } from './deps.ts';
import type { ConnectionRefusal, Outcome } from './errors.ts';

export type NewConnection = {
  readonly name: string;
  readonly address: string;
  readonly customer: { readonly name: string; readonly phone: string } | null;
  readonly tariffId: string;
  readonly meter: {
    readonly meterPan: string;
    readonly encryptionAlgorithm: 'ea07' | 'ea11';
    readonly supplyGroupCode: string;
    readonly tariffIndex: string;
    readonly keyRevision: number;
    /** The secret or its SHA-256 in hex; null for a meter that has no link. */
    readonly mqttSecret: string | { readonly sha256Hex: string } | null;
    /** The currency of a meter that counts credit in money; left out or null: in energy. */
    readonly startsInMoney?: Currency | null;
  };
  readonly debts: readonly NewDebt[];
  /** When it turned from post-paid to prepaid; left out or null: long ago, or never. */
  readonly convertedAtMs?: number | null;
};

/** The place of the connection; `unchanged` when it was there with the same particulars. */
export async function createConnection(
  o: ConnectionDeps,
  tx: Tx,
  c: {
    readonly utilityId: string;
    readonly connection: NewConnection;
    /** Given out before, with an install job. */
    readonly connectionId?: string;
  },
): Promise<Result<{ readonly place: MeterPlace; readonly outcome: Outcome }, ConnectionRefusal>> {
  const { zone } = await tx
    .selectFrom('utilities')
    .select('zone')
    .where('id', '=', c.utilityId)
    .executeTakeFirstOrThrow();
  const checked = checkConnection(c.connection, zone);
  if (!checked.ok) return checked;
  const connection = checked.value;
  const connectionId = c.connectionId ?? o.newUuid();
  const bucket = bucketOfConnection(idFromUuid('connection', connectionId));
  const place = { utilityId: c.utilityId, bucket, connectionId, meterId: o.newUuid() };
  // Row-level security hides other utilities' tariffs; a foreign key would not.
  const tariff = await tx
    .selectFrom('tariffs')
    .select('id')
    .where('id', '=', connection.tariffId)
    .executeTakeFirst();
  const isNew =
    tariff !== undefined && (await claimMeterNumber(tx, place, connection.meter.meterPan));
  if (!isNew) {
    const known = await present(tx, c.utilityId, connection);
    if (known === 'nobody' && tariff === undefined) return err('tariffUnknown');
    if (known === 'others') return err('meterNumberUnusable');
    return known === 'nobody' || known === 'differs'
      ? err('meterExists')
      : ok({ place: known, outcome: 'unchanged' });
  }
  const now = new Date(o.nowMs());
  await insertConnection(tx, place, {
    ...connection,
    tariffPosition: positionToJson(startPosition()),
    convertedAt: connection.convertedAtMs == null ? null : new Date(connection.convertedAtMs),
    createdAt: now,
  });
  const { mqttSecret } = connection.meter;
  await insertMeter(tx, place, {
    ...connection.meter,
    secretHash: mqttSecret === null ? null : hashOf(mqttSecret),
    startsInMoney: connection.meter.startsInMoney ?? null,
    createdAt: now,
  });
  await openAccounts(
    tx,
    place,
    [
      accounts.providerClearing(place),
      accounts.customerPrepaid(place),
      accounts.openingBalance(place),
      accounts.energySales(place),
      accounts.tax(place),
      accounts.fees(place),
    ],
    o.nowMs(),
  );
  for (const debt of connection.debts) await insertDebt(o, tx, { place, debt });
  return ok({ place, outcome: 'created' });
}

/** The connection with its phone as it is stored, or the first thing wrong with it. */
function checkConnection(c: NewConnection, zone: string): Result<NewConnection, ConnectionRefusal> {
  const pan = checkMeterPan(c.meter.meterPan);
  if (!pan.ok) return pan;
  if (c.name.trim() === '') return err('nameEmpty');
  const phone = c.customer === null ? null : parsePhone(c.customer.phone, zone);
  if (phone !== null && !phone.ok) return err('phoneFormat');
  if (!/^\d{6}$/.test(c.meter.supplyGroupCode)) return err('supplyGroupFormat');
  if (!/^\d{2}$/.test(c.meter.tariffIndex)) return err('tariffIndexFormat');
  const { keyRevision } = c.meter;
  if (!Number.isInteger(keyRevision) || keyRevision < 1 || keyRevision > 9) {
    return err('keyRevisionRange');
  }
  for (const debt of c.debts) {
    const fault = checkDebt(debt);
    if (fault !== null) return err(fault);
  }
  if (c.customer === null || phone === null) return ok(c);
  return ok({ ...c, customer: { ...c.customer, phone: phone.value } });
}

/**
 * Where the meter's connection is when all particulars are the same; 'differs' when some differ,
 * 'nobody' when there is none, 'others' when another utility has it.
 */
async function present(
  tx: Tx,
  utilityId: string,
  connection: NewConnection,
): Promise<MeterPlace | 'differs' | 'nobody' | 'others'> {
  const { meter } = connection;
  const holder = await holderOfMeterNumber(tx, utilityId, meter.meterPan);
  if (holder === 'nobody' || holder === 'others') return holder;
  const place = { utilityId, ...holder };
  const known = await loadConnection(tx, place);
  if (known === null || known.meter.meterPan !== meter.meterPan) return 'differs';
  const row = await tx
    .selectFrom('meters')
    .innerJoin('connections', (join) =>
      join
        .onRef('connections.bucket', '=', 'meters.bucket')
        .onRef('connections.id', '=', 'meters.connection_id'),
    )
    .select(['meters.secret_hash', 'connections.converted_at'])
    .where('meters.bucket', '=', place.bucket)
    .where('meters.id', '=', place.meterId)
    .executeTakeFirstOrThrow();
  const { meterId: _, lastTid: __, wanted: ___, ...knownMeter } = known.meter;
  const same = isDeepStrictEqual(
    {
      ...knownMeter,
      name: known.name,
      address: known.address,
      customerName: known.customerName,
      customerPhone: known.customerPhone,
      tariffId: known.tariffId,
    },
    {
      meterPan: meter.meterPan,
      encryptionAlgorithm: meter.encryptionAlgorithm,
      supplyGroupCode: meter.supplyGroupCode,
      tariffIndex: meter.tariffIndex,
      keyRevision: meter.keyRevision,
      name: connection.name,
      address: connection.address,
      customerName: connection.customer?.name ?? null,
      customerPhone: connection.customer?.phone ?? null,
      tariffId: connection.tariffId,
    },
  );
  // A list without secrets (an export has none) says nothing against the secret that is there.
  const sameSecret = meter.mqttSecret === null || hashOf(meter.mqttSecret).equals(row.secret_hash);
  const sameConversion = isSameDay(connection.convertedAtMs ?? null, row.converted_at);
  return same && sameSecret && sameConversion ? place : 'differs';
}

/** A list names the day of a conversion, or says nothing of it. */
const isSameDay = (listedMs: number | null, knownMs: number | null): boolean =>
  listedMs === null ||
  (knownMs !== null && listedMs <= knownMs && knownMs - listedMs < 25 * 3_600_000);

// The secret is 128 random bits, so a plain hash is enough.
function hashOf(secret: NonNullable<NewConnection['meter']['mqttSecret']>): Buffer {
  if (typeof secret === 'string') return createHash('sha256').update(secret).digest();
  return Buffer.from(secret.sha256Hex, 'hex');
}
