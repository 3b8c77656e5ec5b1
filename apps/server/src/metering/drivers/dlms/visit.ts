// One visit to a meter: let in, known again, commands done, values read, all of it said to the
// head-end as messages of the wire. What fails ends the visit; what was done until then counts.

import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { DlmsAccount } from '@prewatt/api';
import type { DriverFault, ProfileEntry } from '@prewatt/protocol';
import { hourMs, isoOf, ok, type RandomBytes, type Result } from '@prewatt/quantities';
import type { Clocks } from '../../../base/time.ts';
import type { DoneCommands } from '../answering.ts';
import type { Unnumbered } from '../speaker.ts';
import { readParts } from './account.ts';
import { associate } from './associate.ts';
import { type Identity, identify } from './identify.ts';
import type { Learnt, LinkRow } from './link-store.ts';
import { type DlmsModel, readModel } from './model.ts';
import type { Models } from './models.ts';
import { type MeterValues, type OffsetAt, readProfile, readValues, stateOf } from './reading.ts';
import type { DlmsSecrets } from './secrets.ts';
import type { DlmsSession, SessionLimits } from './session.ts';
import type { TaskPlace } from './task-place.ts';

export type VisitDeps = {
  readonly clocks: Clocks;
  readonly models: Models;
  readonly random: RandomBytes;
  readonly limits: SessionLimits;
  readonly keepCounters: (row: LinkRow, counters: LinkRow['counters']) => Promise<void>;
  /**
   * Hands on what the meter says. Resolves when the head-end has stored it, or false when it has
   * not in time.
   */
  readonly say: (meterPan: string, message: Unnumbered) => Promise<boolean>;
};

export type VisitOf = {
  readonly row: LinkRow;
  readonly socket: Socket;
  readonly secrets: DlmsSecrets;
  readonly offsetAt: OffsetAt;
  /** Does what waits for the meter. The sum of what tokens credited, and a fault that ended it. */
  readonly doCommands: (place: TaskPlace) => Promise<DoneCommands>;
  /** True: keys went to the meter, and nothing more is asked in this association. */
  readonly changeKeys: (
    session: DlmsSession,
    model: DlmsModel,
  ) => Promise<Result<boolean, DriverFault>>;
  /** Profile and registers as well: it is time, or somebody asked. */
  readonly readsAll: () => boolean;
};

export type Visited = {
  readonly fault: DriverFault | null;
  readonly learnt: Learnt | null;
  readonly wasRead: boolean;
  /** There is more of the profile than one visit takes. */
  readonly hasMore: boolean;
  readonly profileReadToMs: number | null;
  readonly creditedWh: bigint;
  readonly account: DlmsAccount | null;
};

const nothing: Omit<Visited, 'creditedWh'> = {
  ...{ fault: null, learnt: null, wasRead: false, hasMore: false },
  ...{ profileReadToMs: null, account: null },
};

/** Credits and charges are looked at so often. */
const partsEveryMs = hourMs;
/** Before this there is nothing to fetch from a meter that was just linked. */
const firstProfileMs = 7 * 24 * hourMs;

export async function visit(o: VisitDeps, v: VisitOf): Promise<Visited> {
  const { row } = v;
  const failed = (fault: DriverFault, more: Partial<Visited> = {}): Visited => ({
    ...{ ...nothing, creditedWh: row.creditedWh },
    ...more,
    fault,
  });
  const associated = await associate({
    ...{ row, socket: v.socket, secrets: v.secrets, random: o.random, limits: o.limits },
    keepCounters: (counters) => o.keepCounters(row, counters),
  });
  if (!associated.ok) return failed(associated.error);
  const { session, serverTitle, countersKnown } = associated.value;
  try {
    const known = await getToKnow(o, v, session);
    if (!known.ok) return failed(known.error);
    const { identity, model, modelKey } = known.value;
    const learnt = { serverTitle, deviceName: identity.name, modelKey, countersKnown };
    const place = { session, model, offsetAt: v.offsetAt, pause };
    const { creditedWh, fault } = await v.doCommands(place);
    if (fault !== null) return failed(fault, { learnt, creditedWh });
    const changed = await v.changeKeys(session, model);
    if (!changed.ok) return failed(changed.error, { learnt, creditedWh });
    if (changed.value) return { ...nothing, learnt, creditedWh, hasMore: true };
    const read = await readMeter(o, { ...v, ...known.value, session, creditedWh });
    if (!read.ok) return failed(read.error, { learnt, creditedWh });
    return { ...nothing, ...read.value, learnt, creditedWh, wasRead: true };
  } finally {
    await session.release();
  }
}

type Known = {
  readonly identity: Identity;
  readonly model: DlmsModel;
  readonly modelKey: string;
};

async function getToKnow(
  o: VisitDeps,
  { row }: VisitOf,
  session: DlmsSession,
): Promise<Result<Known, DriverFault>> {
  const { meterPan, deviceName } = row;
  const identity = await identify(session, { meterPan, name: deviceName });
  if (!identity.ok) return identity;
  const { name, firmware } = identity.value;
  // A reader may see less of the same firmware than management does.
  const modelKey =
    firmware === null
      ? `meter ${row.place.meterId}`
      : `${name.slice(0, 3)} ${firmware} as ${row.clientSap}`;
  const { utilityId } = row.place;
  const model = await o.models.get({ utilityId, key: modelKey }, () => readModel(session));
  return model.ok ? ok({ identity: identity.value, model: model.value, modelKey }) : model;
}

type Reading = VisitOf & Known & { readonly session: DlmsSession; readonly creditedWh: bigint };

/** Says the state; and where all is read, profile and registers. */
async function readMeter(o: VisitDeps, r: Reading) {
  const { row, session, model, identity, offsetAt } = r;
  const nowMs = o.clocks.business.nowMs();
  const values = await readValues(session, model, offsetAt);
  if (!values.ok) return values;
  const account = await accountNow(r, values.value, nowMs);
  if (!account.ok) return account;
  const believed = { ...values.value, clockMs: saneInstant(values.value.clockMs) };
  const creditTypes = account.value?.credits.map(({ type }) => type) ?? [];
  const { firmware } = identity;
  const state = stateOf(believed, { nowMs, creditedWh: r.creditedWh, firmware, creditTypes });
  await say(o, row, { kind: 'state', state });
  if (!r.readsAll()) return ok({ account: account.value, hasMore: false, profileReadToMs: null });
  sayRegisters(o, row, { values: believed, nowMs });
  const sinceMs = row.profileReadToMs ?? nowMs - firstProfileMs;
  const profile = await readProfile(session, model, { sinceMs, nowMs, offsetAt });
  if (!profile.ok) return profile;
  const profileReadToMs = await sayProfile(o, row, profile.value.entries);
  return ok({ account: account.value, hasMore: !profile.value.isAll, profileReadToMs });
}

/** With its credits and charges of now, or of less than an hour ago. */
async function accountNow(
  { row, session, model, readsAll }: Reading,
  { account }: MeterValues,
  nowMs: number,
): Promise<Result<DlmsAccount | null, DriverFault>> {
  if (account === null) return ok(null);
  const kept = row.account;
  const isFresh = kept !== null && nowMs - Date.parse(kept.readAt) < partsEveryMs;
  if (kept !== null && (isFresh || !readsAll())) {
    const { credits, charges, readAt } = kept;
    return ok({ ...account, credits, charges, readAt });
  }
  const parts = await readParts(session, model);
  if (!parts.ok) return parts;
  return ok({ ...account, ...parts.value, readAt: isoOf(nowMs) });
}

/** Between 2014 and 2100, as messages have instants; a clock that is elsewhere is not believed. */
const saneInstant = (atMs: number | null): number | null =>
  atMs !== null && atMs > 1_388_534_400_000 && atMs < 4_102_444_800_000 ? atMs : null;

const mostWh = 10n ** 13n;

const say = (o: VisitDeps, { meterPan }: LinkRow, message: Unnumbered): Promise<boolean> =>
  o.say(meterPan, message);

/** One that is lost is read again; nothing waits for it. */
function sayRegisters(
  o: VisitDeps,
  row: LinkRow,
  { values, nowMs }: { readonly values: MeterValues; readonly nowMs: number },
): void {
  const counted = values.registers.filter(({ value }) => value >= 0n && value < mostWh);
  if (counted.length === 0) return;
  void say(o, row, {
    ...{ kind: 'registers', capturedAtMs: values.clockMs ?? nowMs, cause: 'readNow' },
    values: counted.map(({ register, value }) => ({ register, value: value as never })),
  });
}

/** Up to where it is read: no further than the head-end has stored. */
async function sayProfile(
  o: VisitDeps,
  row: LinkRow,
  entries: readonly ProfileEntry[],
): Promise<number | null> {
  const sane = entries.filter(
    ({ endsAtMs, importEnergyWh }) => saneInstant(endsAtMs) !== null && importEnergyWh < mostWh,
  );
  const last = sane.at(-1);
  if (last === undefined) return null;
  const isStored = await say(o, row, { kind: 'profile', entries: [...sane] });
  return isStored ? last.endsAtMs : null;
}
