// The COSEM objects of a virtual meter that measure, keep time and switch: registers, load profile,
// clock, disconnect control, limiter. What is paid is in payment-objects.ts.

import {
  array,
  type CosemDateTime,
  type CosemObject,
  type Data,
  dateTimeBytes,
  dateTimeOf,
  doubleLongUnsigned,
  implement,
  instantOf,
  octetString,
  pickRows,
  refused,
} from '@prewatt/dlms';
import {
  clockClass,
  dataClass,
  disconnectControlClass,
  limiterClass,
  profileClass,
  registerClass,
} from '@prewatt/dlms/classes';
import {
  cosemSwitchOf,
  type MeterState,
  type StoredProfileEntry,
  softwareVersion,
} from '@prewatt/meter';
import { ok } from '@prewatt/quantities';
import type { CommandOutcome, MeterFace } from './meter-face.ts';

export const names = {
  serial: '0.0.96.1.0.255',
  firmware: '1.0.0.2.0.255',
  clock: '0.0.1.0.0.255',
  importEnergy: '1.0.1.8.0.255',
  exportEnergy: '1.0.2.8.0.255',
  power: '1.0.1.7.0.255',
  profile: '1.0.99.1.0.255',
  disconnector: '0.0.96.3.10.255',
  limiter: '0.0.17.0.0.255',
  calendar: '0.0.13.0.0.255',
  specialDays: '0.0.11.0.0.255',
} as const;

const noLimitW = 0xffff_ffff;
const wholeWh = (milliWh: number): Data => doubleLongUnsigned(Math.floor(milliWh / 1000));

/** Minutes by which a place is ahead of UTC at an instant. */
export const offsetMinutesAt = (atMs: number, zone: string): number =>
  Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone).offsetNanoseconds /
  60_000_000_000;

export const localTime = (atMs: number, zone: string): CosemDateTime =>
  dateTimeOf(atMs, { offsetMinutes: offsetMinutesAt(atMs, zone) });

/** What a command came to, as the result of an access. */
export const accessOf = (
  outcome: CommandOutcome,
): 'success' | 'readWriteDenied' | 'otherReason' => {
  if (outcome.kind !== 'refused') return 'success';
  return outcome.reason === 'protected' || outcome.reason === 'controlMode'
    ? 'readWriteDenied'
    : 'otherReason';
};

export function measuringObjects(meter: MeterFace): CosemObject[] {
  const register = (logicalName: string, value: (state: MeterState) => Data, isPower = false) =>
    implement(registerClass, logicalName, {
      read: {
        value: () => value(meter.state()),
        scalerUnit: () => ({
          scaler: 0,
          unit: isPower ? ('watt' as const) : ('wattHour' as const),
        }),
      },
    });
  return [
    implement(dataClass, names.serial, {
      read: { value: () => octetString(textBytes(meter.state().config.meterPan)) },
    }),
    implement(dataClass, names.firmware, {
      read: { value: () => octetString(textBytes(`prewatt-meter ${softwareVersion}`)) },
    }),
    register(names.importEnergy, (state) => wholeWh(state.importMilliWh)),
    register(names.exportEnergy, (state) => wholeWh(state.exportMilliWh)),
    register(names.power, (state) => doubleLongUnsigned(state.powerW), true),
    clock(meter),
    profile(meter),
    disconnector(meter),
    limiter(meter),
  ];
}

export const textBytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function clock(meter: MeterFace): CosemObject {
  const offset = () => offsetMinutesAt(meter.state().atMs, meter.zone);
  return implement(clockClass, names.clock, {
    read: {
      time: () => localTime(meter.state().atMs, meter.zone),
      timeZone: () => -offset(),
      status: () => 0,
      daylightSavingsEnabled: () => false,
      clockBase: () => 'crystal' as const,
    },
    write: {
      time: (value) => {
        const atMs = instantOf(value, offset());
        if (atMs === null) return 'typeUnmatched';
        return accessOf(meter.command({ kind: 'setClock', atMs }));
      },
    },
    methods: {
      shiftTime: (seconds) => {
        if (Math.abs(seconds) > 900) return 'scopeOfAccessViolated';
        const atMs = meter.state().atMs + seconds * 1000;
        return accessOf(meter.command({ kind: 'setClock', atMs }));
      },
    },
  });
}

const captured = [
  { classId: 8, logicalName: names.clock, attribute: 2, dataIndex: 0 },
  { classId: 3, logicalName: names.importEnergy, attribute: 2, dataIndex: 0 },
  { classId: 3, logicalName: names.exportEnergy, attribute: 2, dataIndex: 0 },
];

function profile(meter: MeterFace): CosemObject {
  const intervalS = () => meter.state().config.profileIntervalMinutes * 60;
  const row = ({ endsAtMs, importEnergyWh, exportEnergyWh }: StoredProfileEntry): Data[] => [
    octetString(dateTimeBytes(localTime(endsAtMs, meter.zone))),
    doubleLongUnsigned(importEnergyWh),
    doubleLongUnsigned(exportEnergyWh ?? 0),
  ];
  return implement(profileClass, names.profile, {
    read: {
      captureObjects: () => captured,
      capturePeriod: intervalS,
      sortMethod: () => 'fifo' as const,
      sortObject: () => ({ classId: 0, logicalName: '0.0.0.0.0.0', attribute: 0, dataIndex: 0 }),
      entriesInUse: () => meter.profile().length,
      profileEntries: () => (30 * 86_400) / intervalS(),
    },
    readData: {
      buffer: ({ selection }) => {
        const offsetMinutes = offsetMinutesAt(meter.state().atMs, meter.zone);
        const rows = meter.profile().map(row);
        const picked = pickRows({ captureObjects: captured, rows, offsetMinutes }, selection);
        return picked.ok ? ok(array(picked.value)) : refused(picked.error);
      },
    },
  });
}

function disconnector(meter: MeterFace): CosemObject {
  const view = () => cosemSwitchOf(meter.state());
  return implement(disconnectControlClass, names.disconnector, {
    read: {
      outputState: () => view().outputState,
      controlState: () => view().controlState,
      // The maker's own way has no number: 4 and 6 are nearest, reconnected at once or by a hand.
      controlMode: () =>
        view().controlMode ?? (meter.state().config.reconnection === 'automatic' ? 4 : 6),
    },
    write: {
      controlMode: (mode) => {
        const number = typeof mode === 'number' ? mode : Number(mode.slice('mode'.length));
        const controlMode = ([0, 1, 2, 3, 4, 5, 6] as const).find((each) => each === number);
        if (controlMode === undefined) return 'scopeOfAccessViolated';
        return accessOf(meter.command({ kind: 'setControlMode', controlMode }));
      },
    },
    methods: {
      // The standard has 0 alone. By 1 our head-end says that there is danger: no rule forbids it.
      remoteDisconnect: (word) => {
        const cause = word === 1 ? 'safety' : 'operator';
        return accessOf(meter.command({ kind: 'switchOpen', cause }));
      },
      remoteReconnect: () => accessOf(meter.command({ kind: 'switchClose' })),
    },
  });
}

function limiter(meter: MeterFace): CosemObject {
  const limit = () => doubleLongUnsigned(meter.state().settings.powerLimitW ?? noLimitW);
  const script = { scriptLogicalName: '0.0.10.0.106.255', scriptSelector: 0 };
  return implement(limiterClass, names.limiter, {
    read: {
      monitoredValue: () => ({ classId: 3, logicalName: names.power, attribute: 2 }),
      thresholdActive: limit,
      thresholdNormal: limit,
      thresholdEmergency: limit,
      minOverThresholdDuration: () => Math.floor(meter.state().settings.overForMs / 1000),
      minUnderThresholdDuration: () => Math.floor(meter.state().settings.reconnectAfterMs / 1000),
      emergencyProfileGroupIdList: () => [],
      emergencyProfileActive: () => false,
      actions: () => ({
        actionOverThreshold: { ...script, scriptSelector: 1 },
        actionUnderThreshold: { ...script, scriptSelector: 2 },
      }),
    },
    write: {
      thresholdNormal: (value) => {
        if (!('value' in value) || typeof value.value !== 'number') return 'typeUnmatched';
        const limitW = value.value === noLimitW ? null : value.value;
        return accessOf(meter.command({ kind: 'setPowerLimit', limitW }));
      },
    },
  });
}
