// What a meter's objects of the registry say, as the head-end's own messages have it, and the tasks
// that they can do: energy and power by 10242, 10243 or 3305, the switch by 3312, the clock by 3.

import { type CoapRequest, type CoapResponse, coapCodes } from '@prewatt/coap';
import {
  deviceObject,
  doneIn,
  type Entry,
  entriesIn,
  type Link,
  numberOf,
  type ObjectDefinition,
  type Path,
  pathText,
  powerControlObject,
  powerMeasurementObject,
  readRequest,
  resourcePath,
  singlePhaseObject,
  threePhaseObject,
  writeRequest,
} from '@prewatt/lwm2m';
import type {
  AccountState,
  DriverFault,
  MeterAbility,
  MeterTask,
  MeterTaskResult,
  ProfileEntry,
} from '@prewatt/protocol';
import { energyWh, err, ok, powerW, type Result } from '@prewatt/quantities';

export const objectAbilities: readonly MeterAbility[] = [
  ...(['readState', 'readRegisters', 'setClock', 'switch'] as const),
];

/** Resolves with what the device answers, or why nothing came. */
export type AskDevice = (request: CoapRequest) => Promise<Result<CoapResponse, DriverFault>>;

type Measuring = {
  readonly object: ObjectDefinition;
  readonly energy: Path;
  readonly power: Path;
  /** What one of the energy's unit is in watt-hours; the same of power in watts. */
  readonly factor: number;
};

const measuringObjects = [
  { object: threePhaseObject, factor: 1_000 },
  { object: singlePhaseObject, factor: 1_000 },
  { object: powerMeasurementObject, factor: 1 },
] as const;

export type Meter = {
  readonly measuring: Measuring | null;
  readonly loadSwitch: Path | null;
};

/** By what it said when it registered; the lowest instance of each counts. */
export function meterIn(links: readonly Link[]): Meter {
  const instanceOf = ({ id }: ObjectDefinition): number | null => {
    const of = links.flatMap(({ path }) =>
      path?.object === id && path.instance !== undefined ? [path.instance] : [],
    );
    return of.length === 0 ? null : Math.min(...of);
  };
  const measuring = measuringObjects.flatMap(({ object, factor }): Measuring[] => {
    const instance = instanceOf(object);
    if (instance === null) return [];
    const path = (name: 'activeEnergy' | 'activePower'): Path => ({
      ...{ object: object.id, instance },
      resource: object.resources[name].id,
    });
    return [{ object, factor, energy: path('activeEnergy'), power: path('activePower') }];
  });
  const control = instanceOf(powerControlObject);
  return {
    measuring: measuring[0] ?? null,
    loadSwitch: control === null ? null : resourcePath(powerControlObject, control, 'isOn'),
  };
}

export type Values = {
  readonly importWh: bigint;
  readonly powerW: bigint;
  /** Null: it has no switch. */
  readonly isOn: boolean | null;
};

const most = 1e15;

/** Null: none that a register can have. */
export function wholeOf(value: number | null, factor: number): bigint | null {
  const scaled = value === null ? null : Math.round(value * factor);
  return scaled === null || scaled < 0 || scaled > most ? null : BigInt(scaled);
}

const valueAt = (entries: readonly Entry[], path: Path): number | null => {
  const found = entries.find((entry) => pathText(entry.path) === pathText(path));
  return found === undefined ? null : numberOf(found.value);
};

/** Null where the device does not have it, or does not give it. */
export async function readNumber(
  ask: AskDevice,
  path: Path,
): Promise<Result<number | null, DriverFault>> {
  const answered = await ask(readRequest(path, 'text'));
  if (!answered.ok) return answered;
  const entries = entriesIn(answered.value, path);
  if (entries.ok) return ok(valueAt(entries.value, path));
  return entries.error.kind === 'code' ? ok(null) : err('malformed');
}

export async function readValues(
  ask: AskDevice,
  { measuring, loadSwitch }: Meter,
): Promise<Result<Values | null, DriverFault>> {
  if (measuring === null) return ok(null);
  const energy = await readNumber(ask, measuring.energy);
  if (!energy.ok) return energy;
  const power = await readNumber(ask, measuring.power);
  if (!power.ok) return power;
  const control = loadSwitch === null ? ok(null) : await readNumber(ask, loadSwitch);
  if (!control.ok) return control;
  const importWh = wholeOf(energy.value, measuring.factor);
  if (energy.value !== null && importWh === null) return err('malformed');
  if (importWh === null) return ok(null);
  return ok({
    importWh,
    powerW: wholeOf(power.value, measuring.factor) ?? 0n,
    isOn: control.value === null ? null : control.value === 1,
  });
}

/** It tells of no credit: none is said, and none is missing. */
export const stateOf = ({ importWh, powerW: watts, isOn }: Values, atMs: number): AccountState => ({
  capturedAtMs: atMs,
  availableEnergyWh: energyWh(0n),
  powerW: powerW(watts),
  importEnergyWh: energyWh(importWh),
  creditedEnergyWh: energyWh(0n),
  creditedIsDerived: true,
  loadSwitch: isOn === false ? 'disconnected' : 'connected',
  creditStatus: 'inCredit',
  owedEnergyWh: energyWh(0n),
});

/** Energy that was sent or notified: as it is now, or with the times of its intervals. */
export function energyIn(
  { measuring }: Meter,
  entries: readonly Entry[],
): { readonly nowWh: bigint | null; readonly intervals: readonly ProfileEntry[] } {
  if (measuring === null) return { nowWh: null, intervals: [] };
  const of = entries.flatMap(({ path, value, atS }) => {
    const wh = wholeOf(numberOf(value), measuring.factor);
    return pathText(path) === pathText(measuring.energy) && wh !== null ? [{ wh, atS }] : [];
  });
  return {
    nowWh: of.findLast(({ atS }) => atS === undefined)?.wh ?? null,
    intervals: of
      .flatMap(({ wh, atS }) =>
        atS === undefined
          ? []
          : [{ endsAtMs: Math.round(atS) * 1_000, importEnergyWh: energyWh(wh) }],
      )
      .sort((a, b) => a.endsAtMs - b.endsAtMs),
  };
}

const refused = (reason: 'unsupported' | 'controlMode'): MeterTaskResult => ({
  ...{ kind: 'refused', reason },
});
const failed = (fault: DriverFault): MeterTaskResult => ({ kind: 'failed', fault });

export function doTask(ask: AskDevice, meter: Meter, task: MeterTask): Promise<MeterTaskResult> {
  if (task.kind === 'switch') return moveSwitch(ask, meter, task.to);
  if (task.kind === 'setClock') return setClock(ask, task.atMs);
  return Promise.resolve(refused('unsupported'));
}

/** "Closes when a hand does it" is nothing that the object can say. */
async function moveSwitch(
  ask: AskDevice,
  { loadSwitch }: Meter,
  to: 'open' | 'close' | 'arm',
): Promise<MeterTaskResult> {
  if (loadSwitch === null) return refused('unsupported');
  if (to === 'arm') return refused('controlMode');
  const value = { type: 'boolean', value: to === 'close' } as const;
  const path = loadSwitch as Entry['path'];
  const written = await ask(writeRequest(path, [{ path, value }], 'text'));
  if (!written.ok) return failed(written.error);
  if (!doneIn(written.value).ok) return refused('controlMode');
  const now = await readNumber(ask, loadSwitch);
  if (!now.ok) return failed(now.error);
  if (now.value === null) return failed('malformed');
  return { kind: 'switched', loadSwitch: now.value === 1 ? 'connected' : 'disconnected' };
}

const clockPath = resourcePath(deviceObject, 0, 'currentTime');

async function setClock(ask: AskDevice, atMs: number): Promise<MeterTaskResult> {
  const before = await readNumber(ask, clockPath);
  if (!before.ok) return failed(before.error);
  const value = { type: 'time', value: Math.round(atMs / 1_000) } as const;
  const written = await ask(writeRequest(clockPath, [{ path: clockPath, value }], 'text'));
  if (!written.ok) return failed(written.error);
  if (!doneIn(written.value).ok) return refused('unsupported');
  return {
    kind: 'clockSet',
    errorMs: before.value === null ? 0 : Math.round(before.value * 1_000 - atMs),
  };
}

const serialPath = resourcePath(deviceObject, 0, 'serialNumber');

/** Null: it does not say. */
export async function readSerial(ask: AskDevice): Promise<Result<string | null, DriverFault>> {
  const answered = await ask(readRequest(serialPath, 'text'));
  if (!answered.ok) return answered;
  if (answered.value.code !== coapCodes.content) return ok(null);
  const entries = entriesIn(answered.value, serialPath);
  if (!entries.ok) return err('malformed');
  const [entry] = entries.value;
  const text = entry?.value.type === 'string' ? entry.value.value : '';
  const printable = text
    .replace(/[^ -~]/g, '')
    .trim()
    .slice(0, 64);
  return ok(printable === '' ? null : printable);
}
