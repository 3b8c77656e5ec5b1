// What operators do with street lights: open an account, keep programmes, groups and lamps, and
// override levels for a time. Each act ends with a look at the account by the next sweep.

import type { LampBody, lightingAccountBodySchema, overrideBodySchema } from '@prewatt/api';
import { dayMs, err, minuteMs, ok, type Result } from '@prewatt/quantities';
import { checkProgramme, type DimProgramme, type ProgrammeFault } from '@prewatt/street-light';
import type { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { notifyLive } from '../../base/live.ts';
import { type DriverLinks, endLampLink, keepLampLink } from '../../metering/drivers/index.ts';
import {
  type Connection,
  type ConnectionPlace,
  loadConnection,
} from '../../registry/connections/index.ts';
import type { LightRefusal } from './errors.ts';
import { type Account, lockAccount, lookSoon, updateAccount } from './store.ts';

export type ActDeps = {
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
  readonly driverLinks: Pick<DriverLinks, 'sumOfLamps'>;
  /** 32 bytes. */
  readonly masterKey: Buffer;
};

export type By = {
  readonly operatorId: string;
  readonly name: string;
  readonly role: 'administrator' | 'operator' | 'viewer';
};
type AccountBody = z.output<typeof lightingAccountBodySchema>;
type OverrideBody = z.output<typeof overrideBodySchema>;
type Done<More extends string = never> = Result<void, LightRefusal | More>;
type At = { readonly place: ConnectionPlace; readonly by: By };

const intervalMs = 30 * minuteMs;
const longestOverrideMs = 31 * dayMs;

/** Opens it, or changes where it is and its rules. Null: there is no such connection. */
export async function openAccount(
  tx: Tx,
  o: ActDeps,
  { place, by, body }: At & { readonly body: AccountBody },
): Promise<Done | null> {
  const connection = await loadConnection(tx, place);
  if (connection === null) return null;
  const account = await lockAccount(tx, place);
  const nowMs = o.nowMs();
  const rules = {
    latitude_micro_deg: body.latitudeMicroDeg,
    longitude_micro_deg: body.longitudeMicroDeg,
    dim_below_nights: body.dimBelowNights,
    dim_to_percent: body.dimToPercent,
    look_at: new Date(nowMs),
  };
  if (account !== null) {
    await updateAccount(tx, place, rules);
    return ok(undefined);
  }
  const linked = await takeMeter(tx, o, { connection, place, by, body });
  if (!linked.ok) return linked;
  const at = new Date(nowMs);
  await tx
    .insertInto('lighting_accounts')
    .values({
      ...{ bucket: place.bucket, connection_id: place.connectionId, utility_id: place.utilityId },
      ...{ ...rules, meter_id: connection.meter.meterId, standing: 'enough', standing_at: at },
      said_until: new Date(Math.floor(nowMs / intervalMs) * intervalMs),
      ...{ opened_at: at, opened_by: by.operatorId },
    })
    .execute();
  // Every server process looks who speaks to the meter now.
  const { utilityId, connectionId } = place;
  await notifyLive(tx, { kind: 'driverLink', utilityId, connectionId });
  return ok(undefined);
}

/** What had its meter before lets it go. */
async function takeMeter(
  tx: Tx,
  { driverLinks }: ActDeps,
  o: At & { readonly connection: Connection; readonly body: AccountBody },
): Promise<Done> {
  const { meterId, meterPan } = o.connection.meter;
  const { requestId, reason } = o.body;
  const request = { place: { ...o.place, meterId }, meterPan, by: o.by, requestId, reason };
  const linked = await driverLinks.sumOfLamps(tx, request);
  if (linked.ok) return linked;
  return err(linked.error === 'requestIdReused' ? linked.error : 'notAllowed');
}

/** The account under its lock, for what follows. */
async function within(
  tx: Tx,
  o: Pick<ActDeps, 'nowMs'>,
  place: ConnectionPlace,
): Promise<Result<Account, 'notLighting'>> {
  const account = await lockAccount(tx, place);
  if (account === null) return err('notLighting');
  await lookSoon(tx, place, o.nowMs());
  return ok(account);
}

export async function keepProgramme(
  tx: Tx,
  o: ActDeps,
  {
    place,
    name,
    document,
  }: {
    readonly place: ConnectionPlace;
    readonly name: string;
    readonly document: DimProgramme;
  },
): Promise<Result<void, LightRefusal | ProgrammeFault>> {
  const account = await within(tx, o, place);
  if (!account.ok) return account;
  const checked = checkProgramme(document);
  if (!checked.ok) return checked;
  const set = { document: JSON.stringify(checked.value), changed_at: new Date(o.nowMs()) };
  await tx
    .insertInto('dim_programmes')
    .values({
      ...{ ...set, bucket: place.bucket, id: o.newUuid(), utility_id: place.utilityId },
      ...{ connection_id: place.connectionId, name },
    })
    .onConflict((conflict) =>
      conflict.columns(['bucket', 'connection_id', 'name']).doUpdateSet(set),
    )
    .execute();
  return ok(undefined);
}

const idByName = async (
  tx: Tx,
  place: ConnectionPlace,
  { table, name }: { readonly table: 'dim_programmes' | 'lamp_groups'; readonly name: string },
): Promise<string | null> =>
  (
    await tx
      .selectFrom(table)
      .select('id')
      .where('bucket', '=', place.bucket)
      .where('connection_id', '=', place.connectionId)
      .where('name', '=', name)
      .executeTakeFirst()
  )?.id ?? null;

const lampByName = async (tx: Tx, place: ConnectionPlace, name: string): Promise<string | null> =>
  (
    await tx
      .selectFrom('lamps')
      .select('id')
      .where('bucket', '=', place.bucket)
      .where('connection_id', '=', place.connectionId)
      .where('name', '=', name)
      .where('removed_at', 'is', null)
      .executeTakeFirst()
  )?.id ?? null;

export async function keepGroup(
  tx: Tx,
  o: ActDeps,
  {
    place,
    name,
    programme,
  }: {
    readonly place: ConnectionPlace;
    readonly name: string;
    readonly programme: string;
  },
): Promise<Done> {
  const account = await within(tx, o, place);
  if (!account.ok) return account;
  const programmeId = await idByName(tx, place, { table: 'dim_programmes', name: programme });
  if (programmeId === null) return err('unknownProgramme');
  await tx
    .insertInto('lamp_groups')
    .values({
      ...{ bucket: place.bucket, id: o.newUuid(), utility_id: place.utilityId },
      ...{ connection_id: place.connectionId, name, programme_id: programmeId },
    })
    .onConflict((conflict) =>
      conflict
        .columns(['bucket', 'connection_id', 'name'])
        .doUpdateSet({ programme_id: programmeId }),
    )
    .execute();
  return ok(undefined);
}

/** A lamp by its name: added, or changed. */
export async function keepLamp(
  tx: Tx,
  o: ActDeps,
  { place, body }: { readonly place: ConnectionPlace; readonly body: LampBody },
): Promise<Done> {
  const account = await within(tx, o, place);
  if (!account.ok) return account;
  const groupId = await idByName(tx, place, { table: 'lamp_groups', name: body.group });
  if (groupId === null) return err('unknownGroup');
  const known = await lampByName(tx, place, body.name);
  const lampId = known ?? o.newUuid();
  const at = new Date(o.nowMs());
  const set = {
    ...{ group_id: groupId, full_milli_w: body.fullW * 1_000 },
    ...{ standby_milli_w: body.standbyMilliW, floor_percent: body.floorPercent, visit_at: at },
  };
  if (known === null) {
    await tx
      .insertInto('lamps')
      .values({
        ...{ ...set, bucket: place.bucket, id: lampId, utility_id: place.utilityId },
        ...{ connection_id: place.connectionId, name: body.name, added_at: at },
      })
      .execute();
  } else {
    await tx
      .updateTable('lamps')
      .set(set)
      .where('bucket', '=', place.bucket)
      .where('id', '=', lampId)
      .execute();
  }
  if (body.link === undefined) return ok(undefined);
  const { endpoint, secret } = body.link;
  const proof = secret === null ? { kind: 'none' as const } : { kind: 'secret' as const, secret };
  const { masterKey } = o;
  const isKept = await keepLampLink(
    tx,
    { ...place, meterId: lampId },
    { masterKey, atMs: o.nowMs(), wish: { endpoint, proof } },
  );
  if (!isKept) return err('endpointTaken');
  const { utilityId, connectionId } = place;
  await notifyLive(tx, { kind: 'driverLink', utilityId, connectionId });
  return ok(undefined);
}

export async function removeLamp(
  tx: Tx,
  o: ActDeps,
  { place, name }: { readonly place: ConnectionPlace; readonly name: string },
): Promise<Done> {
  const account = await within(tx, o, place);
  if (!account.ok) return account;
  const lampId = await lampByName(tx, place, name);
  if (lampId === null) return err('unknownLamp');
  const at = new Date(o.nowMs());
  await endLampLink(tx, { ...place, meterId: lampId }, o.nowMs());
  await tx
    .updateTable('lamps')
    .set({ removed_at: at, milli_w: null })
    .where('bucket', '=', place.bucket)
    .where('id', '=', lampId)
    .execute();
  await tx
    .updateTable('lamp_faults')
    .set({ ended_at: at })
    .where('bucket', '=', place.bucket)
    .where('lamp_id', '=', lampId)
    .where('ended_at', 'is', null)
    .execute();
  const { utilityId, connectionId } = place;
  await notifyLive(tx, { kind: 'driverLink', utilityId, connectionId });
  return ok(undefined);
}

/** The same request again changes nothing. */
export async function overrideLevel(
  tx: Tx,
  o: ActDeps,
  { place, by, body }: At & { readonly body: OverrideBody },
): Promise<Done> {
  const account = await within(tx, o, place);
  if (!account.ok) return account;
  const nowMs = o.nowMs();
  const untilMs = Date.parse(body.until);
  const known = await overrideByRequest(tx, place, body.requestId);
  if (known !== undefined) {
    const isSame = known.until_at === untilMs && known.level_percent === body.levelPercent;
    return isSame ? ok(undefined) : err('requestIdReused');
  }
  const { group, lamp } = body;
  const groupId =
    group === undefined ? null : await idByName(tx, place, { table: 'lamp_groups', name: group });
  if (group !== undefined && groupId === null) return err('unknownGroup');
  const lampId = lamp === undefined ? null : await lampByName(tx, place, lamp);
  if (lamp !== undefined && lampId === null) return err('unknownLamp');
  if (untilMs <= nowMs) return err('endsTooSoon');
  if (untilMs - nowMs > longestOverrideMs) return err('endsTooLate');
  await tx
    .insertInto('light_overrides')
    .values({
      ...{ bucket: place.bucket, id: o.newUuid(), utility_id: place.utilityId },
      ...{ connection_id: place.connectionId, request_id: body.requestId },
      ...{ group_id: groupId, lamp_id: lampId, level_percent: body.levelPercent },
      ...{ from_at: new Date(nowMs), until_at: new Date(untilMs), reason: body.reason },
      asked_by: by.operatorId,
    })
    .execute();
  return ok(undefined);
}

const overrideByRequest = (tx: Tx, place: ConnectionPlace, requestId: string) =>
  tx
    .selectFrom('light_overrides')
    .select(['level_percent', 'until_at'])
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('request_id', '=', requestId)
    .executeTakeFirst();

export async function endOverride(
  tx: Tx,
  o: ActDeps,
  { place, overrideId }: { readonly place: ConnectionPlace; readonly overrideId: string },
): Promise<Done> {
  const account = await within(tx, o, place);
  if (!account.ok) return account;
  const ended = await tx
    .updateTable('light_overrides')
    .set({ ended_at: new Date(o.nowMs()) })
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('id', '=', overrideId)
    .where('ended_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return ended === undefined ? err('unknownOverride') : ok(undefined);
}
