// What a meter has, as far as the server uses it: found in its object list by class and logical
// name, with scalers and the columns of its profile. Meters of one firmware have the same, so it is
// read once for each.

import type { AttributeDescriptor, Data, LogicalName } from '@prewatt/dlms';
import { currentAssociation, logicalNameOf } from '@prewatt/dlms';
import {
  associationClass,
  attributeOf,
  type CaptureObject,
  clockClass,
  profileClass,
  registerClass,
} from '@prewatt/dlms/classes';
import { type DriverFault, type MeterRegister, meterRegisters } from '@prewatt/protocol';
import { err, ok, type Result } from '@prewatt/quantities';
import { z } from 'zod';
import type { DlmsSession } from './session.ts';
import { readAll, readOne, valueIn } from './values.ts';

const name = z.string().regex(/^\d{1,3}(\.\d{1,3}){5}$/);
const scaled = z.object({ classId: z.number(), logicalName: name, scaler: z.number() });

export const dlmsModelSchema = z.object({
  registers: z.array(scaled.extend({ register: z.enum(meterRegisters) })),
  power: scaled.nullable(),
  clock: name.nullable(),
  disconnector: name.nullable(),
  limiter: name.nullable(),
  account: name.nullable(),
  gateway: name.nullable(),
  securitySetup: z.object({ logicalName: name, version: z.number() }).nullable(),
  calendar: name.nullable(),
  specialDays: name.nullable(),
  credits: z.array(name),
  charges: z.array(name),
  profile: z
    .object({
      logicalName: name,
      /** By which a range is asked for, and its column. */
      clock: z.object({
        classId: z.number(),
        logicalName: name,
        attribute: z.number(),
        dataIndex: z.number(),
        column: z.number(),
      }),
      importColumn: z.number(),
      importScaler: z.number(),
      exportColumn: z.number().nullable(),
      exportScaler: z.number(),
      periodS: z.number(),
    })
    .nullable(),
});
export type DlmsModel = z.output<typeof dlmsModelSchema>;
export type ScaledObject = z.output<typeof scaled>;

/** Value groups C and E of registers of energy, in channel 0 or 1 of electricity. */
const groupsOf: Readonly<Record<MeterRegister, readonly [number, number] | null>> = {
  importEnergyWh: [1, 0],
  exportEnergyWh: [2, 0],
  creditedEnergyWh: null,
  importEnergyWhL1: [21, 0],
  importEnergyWhL2: [41, 0],
  importEnergyWhL3: [61, 0],
  exportEnergyWhL1: [22, 0],
  exportEnergyWhL2: [42, 0],
  exportEnergyWhL3: [62, 0],
  importEnergyWhT1: [1, 1],
  importEnergyWhT2: [1, 2],
  importEnergyWhT3: [1, 3],
  importEnergyWhT4: [1, 4],
  importEnergyWhT5: [1, 5],
  importEnergyWhT6: [1, 6],
  importEnergyWhT7: [1, 7],
  importEnergyWhT8: [1, 8],
};

type Listed = { readonly classId: number; readonly logicalName: LogicalName };
type Versioned = Listed & { readonly version: number };

/** More objects than a meter has. */
const mostObjects = 5_000;

export async function readModel(session: DlmsSession): Promise<Result<DlmsModel, DriverFault>> {
  const list = await readOne(
    session,
    attributeOf(associationClass, currentAssociation, 'objectList'),
  );
  if (!list.ok) return list;
  const objects = list.value.ok ? listedIn(list.value.value) : null;
  if (objects === null) return err('malformed');
  const first = (classId: number): string | null =>
    objects.find((each) => each.classId === classId)?.logicalName ?? null;
  const all = (classId: number): string[] =>
    objects.filter((each) => each.classId === classId).map(({ logicalName }) => logicalName);
  const registers = await readScalers(session, energyRegistersIn(objects), 'wattHour');
  if (!registers.ok) return registers;
  const power = await readScalers(session, powerIn(objects), 'watt');
  if (!power.ok) return power;
  const profile = await readProfileShape(session, objects, registers.value);
  if (!profile.ok) return profile;
  return ok({
    registers: registers.value,
    power: power.value[0] ?? null,
    clock: first(8),
    disconnector: first(70),
    limiter: first(71),
    account: first(111),
    gateway: first(115),
    securitySetup: securitySetupIn(objects),
    calendar: first(20),
    specialDays: first(11),
    credits: all(112),
    charges: all(113),
    profile: profile.value,
  });
}

/** The one that every device has first, or another one. */
function securitySetupIn(objects: readonly Versioned[]): DlmsModel['securitySetup'] {
  const setups = objects.filter(({ classId }) => classId === 64);
  const found = setups.find(({ logicalName }) => logicalName === '0.0.43.0.0.255') ?? setups[0];
  return found === undefined ? null : { logicalName: found.logicalName, version: found.version };
}

/** Class and name of each object; rights are looked at by trying. Null where it is no list. */
function listedIn(data: Data): readonly Versioned[] | null {
  if (data.type !== 'array' || data.items.length > mostObjects) return null;
  return data.items.flatMap((item) => {
    const [classId, version, named] = item.type === 'structure' ? item.items : [];
    if (classId === undefined || named?.type !== 'octetString' || named.value.length !== 6) {
      return [];
    }
    const logicalName = logicalNameOf(named.value);
    const number = numberIn(classId);
    return number !== null && logicalName !== null
      ? [{ classId: number, version: numberIn(version) ?? 0, logicalName }]
      : [];
  });
}

const numberIn = (data: Data | undefined): number | null =>
  data !== undefined && 'value' in data && typeof data.value === 'number' ? data.value : null;

const isOfEnergy = ([a, b, , d]: readonly number[], quantity: number): boolean =>
  a === 1 && (b === 0 || b === 1) && d === quantity;

const numbersOf = (logicalName: LogicalName): number[] => logicalName.split('.').map(Number);

function energyRegistersIn(objects: readonly Listed[]) {
  return objects.flatMap(({ classId, logicalName }) => {
    const numbers = numbersOf(logicalName);
    if ((classId !== 3 && classId !== 4) || !isOfEnergy(numbers, 8)) return [];
    const register = meterRegisters.find((each) => {
      const groups = groupsOf[each];
      return groups !== null && groups[0] === numbers[2] && groups[1] === numbers[4];
    });
    return register === undefined ? [] : [{ classId, logicalName, register }];
  });
}

/** Active power that is drawn, over all phases. */
const powerIn = (objects: readonly Listed[]) =>
  objects
    .filter(({ classId, logicalName }) => {
      const numbers = numbersOf(logicalName);
      const isTotal = numbers[2] === 1 && numbers[4] === 0;
      return classId === 3 && isOfEnergy(numbers, 7) && isTotal;
    })
    .slice(0, 1);

/** Those whose unit is the one wanted, with their scalers. */
async function readScalers<T extends Listed>(
  session: DlmsSession,
  objects: readonly T[],
  unit: 'wattHour' | 'watt',
): Promise<Result<(T & { readonly scaler: number })[], DriverFault>> {
  const read = await readAll(
    session,
    objects.map(({ classId, logicalName }) => ({ classId, logicalName, attribute: 3 })),
  );
  if (!read.ok) return read;
  return ok(
    objects.flatMap((object, nth) => {
      const of = valueIn(registerClass, 'scalerUnit', read.value[nth]);
      return of?.unit === unit ? [{ ...object, scaler: of.scaler }] : [];
    }),
  );
}

type Registers = DlmsModel['registers'];

async function readProfileShape(
  session: DlmsSession,
  objects: readonly Listed[],
  registers: Registers,
): Promise<Result<DlmsModel['profile'], DriverFault>> {
  const profiles = objects.filter(({ classId }) => classId === 7);
  // The load profile of energy; a second one where there is no first.
  const isLoadProfile = ({ logicalName }: Listed, d: number): boolean =>
    /^1\.[01]\.99\./.test(logicalName) && numbersOf(logicalName)[3] === d;
  const found =
    profiles.find((each) => isLoadProfile(each, 1)) ??
    profiles.find((each) => isLoadProfile(each, 2));
  if (found === undefined) return ok(null);
  const { logicalName } = found;
  const read = await readAll(session, [
    attributeOf(profileClass, logicalName, 'captureObjects'),
    attributeOf(profileClass, logicalName, 'capturePeriod'),
  ]);
  if (!read.ok) return read;
  const [captured, period] = read.value;
  const columns = valueIn(profileClass, 'captureObjects', captured);
  const periodS = valueIn(profileClass, 'capturePeriod', period);
  if (columns === null || periodS === null) return ok(null);
  return ok(shapeOf(logicalName, columns, { registers, periodS }));
}

function shapeOf(
  logicalName: LogicalName,
  columns: readonly CaptureObject[],
  { registers, periodS }: { readonly registers: Registers; readonly periodS: number },
): DlmsModel['profile'] {
  const columnOf = (wanted: Pick<AttributeDescriptor, 'logicalName' | 'attribute'>): number =>
    columns.findIndex(
      (each) => each.logicalName === wanted.logicalName && each.attribute === wanted.attribute,
    );
  const clockAt = columns.findIndex(
    ({ classId, attribute }) => classId === clockClass.classId && attribute === 2,
  );
  const of = (register: MeterRegister) => {
    const known = registers.find((each) => each.register === register);
    const column = known === undefined ? -1 : columnOf({ ...known, attribute: 2 });
    return { column, scaler: known?.scaler ?? 0 };
  };
  const clock = columns[clockAt];
  const imported = of('importEnergyWh');
  const exported = of('exportEnergyWh');
  if (clock === undefined || imported.column === -1) return null;
  return {
    logicalName,
    clock: { ...clock, column: clockAt },
    importColumn: imported.column,
    importScaler: imported.scaler,
    exportColumn: exported.column === -1 ? null : exported.column,
    exportScaler: exported.scaler,
    periodS,
  };
}
