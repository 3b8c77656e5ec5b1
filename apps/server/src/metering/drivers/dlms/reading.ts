// What a meter's objects say, as the head-end's own messages have it: its state, its registers, and
// the intervals of its load profile since the last ones.

import {
  type AttributeDescriptor,
  type Data,
  dateTimeBytes,
  dateTimeOf,
  instantOf,
  octetString,
  openDateTime,
  readDateTime,
  scaledDown,
  selectRange,
} from '@prewatt/dlms';
import {
  attributeOf,
  clockClass,
  disconnectControlClass,
  limiterClass,
  profileClass,
} from '@prewatt/dlms/classes';
import {
  type AccountState,
  type DriverFault,
  loadSwitchStates,
  type MeterRegister,
  maximumProfileEntries,
  type ProfileEntry,
} from '@prewatt/protocol';
import { energyWh, ok, powerW, type Result } from '@prewatt/quantities';
import { type AccountValues, accountOf, attributesOfAccount, energyWhOf } from './account.ts';
import type { DlmsModel, ScaledObject } from './model.ts';
import type { DlmsSession } from './session.ts';
import { readAll, readOne, valueIn } from './values.ts';

/** Minutes by which the meter's place is ahead of UTC, for times that do not say it. */
export type OffsetAt = (atMs: number) => number;

export type RegisterValue = { readonly register: MeterRegister; readonly value: bigint };

export type MeterValues = {
  /** Of the meter's clock; null where it has none, or shows no instant. */
  readonly clockMs: number | null;
  readonly powerW: bigint;
  readonly registers: readonly RegisterValue[];
  /** Null: the meter has no switch that it tells of. */
  readonly loadSwitch: AccountState['loadSwitch'] | null;
  /** Null: no limiter, or no limit. */
  readonly limitW: bigint | null;
  readonly account: AccountValues | null;
};

export async function readValues(
  session: DlmsSession,
  model: DlmsModel,
  offsetAt: OffsetAt,
): Promise<Result<MeterValues, DriverFault>> {
  const { clock, power, disconnector, limiter, registers } = model;
  const one = (object: string | null, make: (name: string) => AttributeDescriptor) =>
    object === null ? [] : [make(object)];
  const groups = [
    one(clock, (name) => attributeOf(clockClass, name, 'time')),
    (power === null ? [] : [power]).map(valueAttribute),
    one(disconnector, (name) => attributeOf(disconnectControlClass, name, 'controlState')),
    one(limiter, (name) => attributeOf(limiterClass, name, 'thresholdActive')),
    registers.map(valueAttribute),
    attributesOfAccount(model.account),
  ];
  const read = await readAll(session, groups.flat());
  if (!read.ok) return read;
  const left = [...read.value];
  const [time, drawn, state, threshold, counted = [], account = []] = groups.map(({ length }) =>
    left.splice(0, length),
  );
  return ok({
    clockMs: instantIn(time?.[0] ?? null, offsetAt),
    powerW: power === null ? 0n : (wholeIn(drawn?.[0], power) ?? 0n),
    registers: registers.flatMap((each, nth) => {
      const value = wholeIn(counted[nth], each);
      return value === null ? [] : [{ register: each.register, value }];
    }),
    loadSwitch: switchIn(state?.[0]),
    limitW: limitIn(threshold?.[0]),
    account: accountOf(account),
  });
}

const valueAttribute = ({ classId, logicalName }: ScaledObject): AttributeDescriptor => ({
  classId,
  logicalName,
  attribute: 2,
});

const wholeIn = (data: Data | null | undefined, { scaler }: { readonly scaler: number }) =>
  data == null ? null : scaledDown(data, { scaler, unit: 'count' }, 0);

export function switchIn(data: Data | null | undefined): AccountState['loadSwitch'] | null {
  const state = valueIn(disconnectControlClass, 'controlState', data);
  return loadSwitchStates.find((each) => each === state) ?? null;
}

/** All ones is no limit. */
function limitIn(data: Data | null | undefined): bigint | null {
  const limit = wholeIn(data, { scaler: 0 });
  return limit === null || limit < 0n || limit >= 0xffff_ffffn ? null : limit;
}

/** An instant, as date and time or as the octets of one. */
export function instantIn(data: Data | null, offsetAt: OffsetAt): number | null {
  if (data?.type !== 'octetString' && data?.type !== 'dateTime') return null;
  const moment = readDateTime(data.value);
  if (!moment.ok) return null;
  const near = instantOf(moment.value, 0);
  return near === null ? null : instantOf(moment.value, offsetAt(near));
}

/** What the head-end keeps of a meter; `creditedWh` is the sum of what this driver entered. */
export function stateOf(
  values: MeterValues,
  o: {
    readonly nowMs: number;
    readonly creditedWh: bigint;
    readonly firmware: string | null;
    readonly creditTypes: readonly string[];
  },
): AccountState {
  const { account, loadSwitch, registers } = values;
  const registerOf = (name: MeterRegister) =>
    registers.find(({ register }) => register === name)?.value ?? null;
  const exported = registerOf('exportEnergyWh');
  const available = account === null ? null : energyWhOf(account.availableCredit, account.currency);
  const owed = account === null ? null : energyWhOf(account.amountToClear, account.currency);
  return {
    capturedAtMs: values.clockMs ?? o.nowMs,
    availableEnergyWh: energyWh(available ?? 0n),
    powerW: powerW(values.powerW),
    importEnergyWh: energyWh(registerOf('importEnergyWh') ?? 0n),
    creditedEnergyWh: energyWh(o.creditedWh),
    creditedIsDerived: true,
    loadSwitch: loadSwitch ?? 'connected',
    creditStatus: creditStatusOf(account),
    owedEnergyWh: energyWh(owed === null ? 0n : owed < 0n ? -owed : owed),
    ...(exported === null ? {} : { exportEnergyWh: energyWh(exported) }),
    ...(account === null ? {} : { account: blockOf(account, values, o.creditTypes) }),
    ...(o.firmware === null ? {} : { firmware: o.firmware }),
  };
}

function creditStatusOf(account: AccountValues | null): AccountState['creditStatus'] {
  if (account?.creditStatus.includes('outOfCredit') === true) return 'outOfCredit';
  return account?.creditStatus.includes('lowCredit') === true ? 'lowCredit' : 'inCredit';
}

function blockOf(
  account: AccountValues,
  { loadSwitch, limitW }: MeterValues,
  creditTypes: readonly string[],
): NonNullable<AccountState['account']> {
  const inUse = creditTypes[(account.creditInUse ?? 0) - 1];
  const isOut = account.creditStatus.includes('outOfCredit');
  const isOpen = loadSwitch !== null && loadSwitch !== 'connected';
  return {
    paymentMode: account.paymentMode === 'credit' ? 'credit' : 'prepayment',
    creditUnit: account.currency.unit === 'monetary' ? 'money' : 'energy',
    creditInUse:
      (['token', 'reserved', 'emergency'] as const).find((each) => each === inUse) ?? null,
    veryLow: false,
    emergency: null,
    reservedEnergyWh: energyWh(0n),
    openReasons: isOpen ? [loadSwitch === 'disconnected' || !isOut ? 'remote' : 'credit'] : [],
    protectedUntilMs: null,
    powerLimitW: limitW === null ? null : powerW(limitW),
    tamper: [],
  };
}

export type ProfileRead = { readonly entries: readonly ProfileEntry[]; readonly isAll: boolean };

/** Asked for at once at most, so that a meter that was away for long is read in parts. */
const intervalsAtOnce = maximumProfileEntries;

/** Intervals that ended after `sinceMs`, the oldest first. */
export async function readProfile(
  session: DlmsSession,
  model: DlmsModel,
  o: { readonly sinceMs: number; readonly nowMs: number; readonly offsetAt: OffsetAt },
): Promise<Result<ProfileRead, DriverFault>> {
  const { profile } = model;
  if (profile === null) return ok({ entries: [], isAll: true });
  const periodMs = Math.max(profile.periodS, 60) * 1_000;
  const untilMs = Math.min(o.nowMs + periodMs, o.sinceMs + intervalsAtOnce * periodMs);
  const { column: _, ...restrictingObject } = profile.clock;
  const local = (atMs: number): Data =>
    octetString(dateTimeBytes(dateTimeOf(atMs, { offsetMinutes: o.offsetAt(atMs) })));
  const range = selectRange({
    restrictingObject,
    fromValue: local(o.sinceMs + 1_000),
    toValue: untilMs > o.nowMs ? octetString(dateTimeBytes(openDateTime)) : local(untilMs),
    selectedValues: [],
  });
  const buffer = attributeOf(profileClass, profile.logicalName, 'buffer');
  const asked = await readOne(session, buffer, range);
  if (!asked.ok) return asked;
  // Some meters know no open end; some no range at all, and give everything.
  const read = asked.value.ok ? asked : await readOne(session, buffer);
  if (!read.ok) return read;
  const rows = read.value.ok ? (valueIn(profileClass, 'buffer', read.value.value) ?? []) : [];
  const entries = rows
    .flatMap((row) => entryOf(row, profile, o.offsetAt) ?? [])
    .filter(({ endsAtMs }) => endsAtMs > o.sinceMs)
    .sort((a, b) => a.endsAtMs - b.endsAtMs);
  const kept = entries.slice(0, intervalsAtOnce);
  return ok({ entries: kept, isAll: kept.length === entries.length && untilMs > o.nowMs });
}

function entryOf(
  row: Data,
  profile: NonNullable<DlmsModel['profile']>,
  offsetAt: OffsetAt,
): ProfileEntry | null {
  const cells = row.type === 'structure' ? row.items : [];
  const endsAtMs = instantIn(cells[profile.clock.column] ?? null, offsetAt);
  const imported = wholeIn(cells[profile.importColumn], { scaler: profile.importScaler });
  if (endsAtMs === null || imported === null || imported < 0n) return null;
  const exported =
    profile.exportColumn === null
      ? null
      : wholeIn(cells[profile.exportColumn], { scaler: profile.exportScaler });
  return {
    endsAtMs,
    importEnergyWh: energyWh(imported),
    ...(exported === null || exported < 0n ? {} : { exportEnergyWh: energyWh(exported) }),
  };
}
