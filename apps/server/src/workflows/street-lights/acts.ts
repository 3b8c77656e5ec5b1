// What operators do with lighting accounts: open and close one, keep programmes and groups, and
// override levels for a time. Each act ends with a look at the account by the next sweep.
// lamp-acts.ts has what is done with lamps.

import type {
  lightCircuitBodySchema,
  lightingAccountBodySchema,
  overrideBodySchema,
} from '@prewatt/api';
import { dayMs, err, minuteMs, ok, type Result } from '@prewatt/quantities';
import { checkProgramme, type DimProgramme, type ProgrammeFault } from '@prewatt/street-light';
import type { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import {
  type Connection,
  type ConnectionPlace,
  loadConnection,
} from '../../registry/connections/index.ts';
import { type ActDeps, type By, type Done, tellDrivers, within } from './acting.ts';
import { tellCircuit } from './circuits.ts';
import type { LightRefusal } from './errors.ts';
import { tellFaults } from './faults.ts';
import { takeAway } from './lamp-acts.ts';
import { groupsOf, keepGroupRow, keepProgrammeRow, lampsOf, programmesOf } from './lamp-store.ts';
import {
  type Account,
  addAccount,
  addOverride,
  endOverrides,
  lockAccount,
  overrideByRequest,
  updateAccount,
} from './store.ts';

type CircuitBody = z.output<typeof lightCircuitBodySchema>;
type AccountBody = z.output<typeof lightingAccountBodySchema>;
type OverrideBody = z.output<typeof overrideBodySchema>;
type At = { readonly place: ConnectionPlace; readonly by: By };

const intervalMs = 30 * minuteMs;
const longestOverrideMs = 31 * dayMs;

/**
 * Opens it, opens it again after it was closed, or changes where it is and its rules. Null: there
 * is no such connection.
 */
export async function openAccount(
  tx: Tx,
  o: ActDeps,
  { place, by, body }: At & { readonly body: AccountBody },
): Promise<Done | null> {
  const connection = await loadConnection(tx, place);
  if (connection === null) return null;
  const account = await lockAccount(tx, place);
  const nowMs = o.nowMs();
  const meteredBy = body.meteredBy ?? account?.meteredBy ?? 'lamps';
  if (account !== null && account.closedAtMs === null) {
    // What counts its energy is not exchanged under way: its use so far would be lost or doubled.
    if (meteredBy !== account.meteredBy) return err('meteredOtherwise');
    await updateAccount(tx, place, rulesOf(body, nowMs));
    return ok(undefined);
  }
  const linked = await takeMeter(tx, o, { connection, place, by, body, meteredBy });
  if (!linked.ok) return linked;
  if (account === null) {
    const { latitudeMicroDeg, longitudeMicroDeg, dimBelowNights, dimToPercent } = body;
    await addAccount(
      tx,
      { ...place, meterId: connection.meter.meterId },
      {
        ...{ latitudeMicroDeg, longitudeMicroDeg, dimBelowNights, dimToPercent, meteredBy },
        saidUntilMs: Math.floor(nowMs / intervalMs) * intervalMs,
        ...{ nowMs, operatorId: by.operatorId },
      },
    );
  } else {
    await updateAccount(tx, place, {
      ...{ ...rulesOf(body, nowMs), metered_by: meteredBy, closed_at: null },
      ...{ standing: 'enough', standing_at: new Date(nowMs) },
    });
  }
  await tellDrivers(tx, place);
  return ok(undefined);
}

const rulesOf = (body: AccountBody, nowMs: number) => ({
  latitude_micro_deg: body.latitudeMicroDeg,
  longitude_micro_deg: body.longitudeMicroDeg,
  dim_below_nights: body.dimBelowNights,
  dim_to_percent: body.dimToPercent,
  look_at: new Date(nowMs),
});

/** Of a sum of lamps: what had its meter before lets it go. A meter of its own stays as it is. */
async function takeMeter(
  tx: Tx,
  { driverLinks }: ActDeps,
  o: At & {
    readonly connection: Connection;
    readonly body: AccountBody;
    readonly meteredBy: Account['meteredBy'];
  },
): Promise<Done> {
  if (o.by.role !== 'administrator') return err('notAllowed');
  if (o.meteredBy === 'meter') return ok(undefined);
  const { meterId, meterPan } = o.connection.meter;
  const { requestId, reason } = o.body;
  const request = { place: { ...o.place, meterId }, meterPan, by: o.by, requestId, reason };
  const linked = await driverLinks.sumOfLamps(tx, request);
  if (linked.ok) return linked;
  return err(linked.error === 'requestIdReused' ? linked.error : 'notAllowed');
}

/** Its lamps are told nothing any more, and its use ends. Money left stays the customer's. */
export async function closeAccount(tx: Tx, o: ActDeps, { place, by }: At): Promise<Done> {
  const account = await lockAccount(tx, place);
  if (account === null) return err('notLighting');
  if (by.role !== 'administrator') return err('notAllowed');
  if (account.closedAtMs !== null) return ok(undefined);
  const nowMs = o.nowMs();
  for (const { lampId } of await lampsOf(tx, place)) await takeAway(tx, { place, lampId, nowMs });
  await endOverrides(tx, place, { overrideId: null, nowMs });
  await updateAccount(tx, place, { closed_at: new Date(nowMs), nights_left_tenths: null });
  await letCircuitGo(tx, o, { ...account, closedAtMs: nowMs });
  await tellFaults(tx, o, account.place);
  await tellDrivers(tx, place);
  return ok(undefined);
}

/** Its meter goes by its own file again. */
async function letCircuitGo(tx: Tx, o: ActDeps, account: Account): Promise<void> {
  const connection = await loadConnection(tx, account.place);
  if (connection === null) return;
  const known = { account, zone: '', groups: [], lamps: [], overrides: [], nowMs: o.nowMs() };
  await tellCircuit(tx, o.commands, { known, meterId: connection.meter.meterId });
}

/** A circuit behind the contactor of the account's own meter; without a group it has none. */
export async function keepCircuit(
  tx: Tx,
  o: ActDeps,
  { place, body }: { readonly place: ConnectionPlace; readonly body: CircuitBody },
): Promise<Done> {
  const account = await within(tx, o, place);
  if (!account.ok) return account;
  if (body.group === null) {
    await updateAccount(tx, place, {
      ...{ circuit_group_id: null, circuit_full_w: null },
      ...{ circuit_on_from_percent: null, circuit_is_protected: null },
    });
    return ok(undefined);
  }
  if (account.value.meteredBy !== 'meter') return err('noContactor');
  const group = (await groupsOf(tx, place)).find(({ name }) => name === body.group);
  if (group === undefined) return err('unknownGroup');
  await updateAccount(tx, place, {
    ...{ circuit_group_id: group.groupId, circuit_full_w: body.fullW },
    circuit_on_from_percent: body.onFromPercent,
    circuit_is_protected: body.isProtected,
    // Told anew, also what its meter has refused: since then it may have been given its lamps.
    circuit_told: null,
  });
  return ok(undefined);
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
  const kept = { programmeId: o.newUuid(), name, document: checked.value, nowMs: o.nowMs() };
  await keepProgrammeRow(tx, place, kept);
  return ok(undefined);
}

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
  const known = (await programmesOf(tx, place)).find((each) => each.name === programme);
  if (known === undefined) return err('unknownProgramme');
  const { programmeId } = known;
  await keepGroupRow(tx, place, { groupId: o.newUuid(), name, programmeId });
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
  const { group, lamp, levelPercent, reason, requestId } = body;
  const groups = group === undefined ? [] : await groupsOf(tx, place);
  const groupId = groups.find(({ name }) => name === group)?.groupId ?? null;
  const lamps = lamp === undefined ? [] : await lampsOf(tx, place);
  const lampId = lamps.find(({ name }) => name === lamp)?.lampId ?? null;
  const known = await overrideByRequest(tx, place, requestId);
  if (known !== undefined) {
    const isSame =
      known.until_at === untilMs &&
      known.level_percent === levelPercent &&
      known.group_id === groupId &&
      known.lamp_id === lampId;
    return isSame ? ok(undefined) : err('requestIdReused');
  }
  if (group !== undefined && groupId === null) return err('unknownGroup');
  if (lamp !== undefined && lampId === null) return err('unknownLamp');
  if (untilMs <= nowMs) return err('endsTooSoon');
  if (untilMs - nowMs > longestOverrideMs) return err('endsTooLate');
  await addOverride(tx, place, {
    ...{ overrideId: o.newUuid(), requestId, groupId, lampId, levelPercent, reason },
    ...{ fromMs: nowMs, untilMs, operatorId: by.operatorId },
  });
  return ok(undefined);
}

export async function endOverride(
  tx: Tx,
  o: ActDeps,
  { place, overrideId }: { readonly place: ConnectionPlace; readonly overrideId: string },
): Promise<Done> {
  const account = await within(tx, o, place);
  if (!account.ok) return account;
  const ended = await endOverrides(tx, place, { overrideId, nowMs: o.nowMs() });
  return ended === 0 ? err('unknownOverride') : ok(undefined);
}
