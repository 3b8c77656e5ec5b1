// The objects that a meter and a lamp have, as far as they are used: identifiers, types and units
// of the OMA registry. A resource that is not among them comes through as its format has it.

import type { Path } from './path.ts';
import type { ResourceType } from './values.ts';

export type ResourceDefinition = {
  readonly id: number;
  readonly type: ResourceType;
  /** R, W, E: what may be done to it. */
  readonly may: 'R' | 'W' | 'RW' | 'E' | '';
  /** It has instances. */
  readonly isMultiple?: true;
  readonly unit?: string;
};
export type ObjectDefinition = {
  readonly id: number;
  readonly name: string;
  readonly resources: Readonly<Record<string, ResourceDefinition>>;
};

type Row = readonly [id: number, type: ResourceType, may: ResourceDefinition['may'], unit?: string];

const rows = <Names extends string>(
  table: Readonly<Record<Names, Row>>,
  multiple: readonly NoInfer<Names>[] = [],
): Readonly<Record<Names, ResourceDefinition>> =>
  Object.fromEntries(
    Object.entries<Row>(table).map(([name, [id, type, may, unit]]) => [
      name,
      {
        ...{ id, type, may },
        ...(multiple.some((each) => each === name) ? { isMultiple: true as const } : {}),
        ...(unit === undefined ? {} : { unit }),
      },
    ]),
  ) as Record<Names, ResourceDefinition>;

/** Where and how a server is reached, and its keys: never read by a server. */
export const securityObject = {
  id: 0,
  name: 'Security',
  resources: rows({
    serverUri: [0, 'string', ''],
    isBootstrap: [1, 'boolean', ''],
    securityMode: [2, 'integer', ''],
    identity: [3, 'opaque', ''],
    serverKey: [4, 'opaque', ''],
    secretKey: [5, 'opaque', ''],
    shortServerId: [10, 'integer', ''],
  }),
} as const;

export const serverObject = {
  id: 1,
  name: 'Server',
  resources: rows({
    shortServerId: [0, 'integer', 'R'],
    lifetime: [1, 'integer', 'RW', 's'],
    minPeriod: [2, 'integer', 'RW', 's'],
    maxPeriod: [3, 'integer', 'RW', 's'],
    disable: [4, 'string', 'E'],
    storesNotifications: [6, 'boolean', 'RW'],
    binding: [7, 'string', 'RW'],
    update: [8, 'string', 'E'],
  }),
} as const;

export const deviceObject = {
  id: 3,
  name: 'Device',
  resources: rows(
    {
      manufacturer: [0, 'string', 'R'],
      modelNumber: [1, 'string', 'R'],
      serialNumber: [2, 'string', 'R'],
      firmwareVersion: [3, 'string', 'R'],
      reboot: [4, 'string', 'E'],
      batteryLevel: [9, 'integer', 'R', '%'],
      errorCode: [11, 'integer', 'R'],
      currentTime: [13, 'time', 'RW'],
      utcOffset: [14, 'string', 'RW'],
      timezone: [15, 'string', 'RW'],
      binding: [16, 'string', 'R'],
    },
    ['errorCode'],
  ),
} as const;

export const connectivityObject = {
  id: 4,
  name: 'Connectivity Monitoring',
  resources: rows(
    {
      bearer: [0, 'integer', 'R'],
      availableBearers: [1, 'integer', 'R'],
      signalStrength: [2, 'integer', 'R', 'dBm'],
      linkQuality: [3, 'integer', 'R'],
      ipAddresses: [4, 'string', 'R'],
      cellId: [8, 'integer', 'R'],
    },
    ['availableBearers', 'ipAddresses'],
  ),
} as const;

export const firmwareObject = {
  id: 5,
  name: 'Firmware Update',
  resources: rows({
    package: [0, 'opaque', 'W'],
    packageUri: [1, 'string', 'RW'],
    update: [2, 'string', 'E'],
    state: [3, 'integer', 'R'],
    updateResult: [5, 'integer', 'R'],
    packageName: [6, 'string', 'R'],
    packageVersion: [7, 'string', 'R'],
  }),
} as const;

/** Bytes of an application: what carriers pass through to it. */
export const containerObject = {
  id: 19,
  name: 'BinaryAppDataContainer',
  resources: rows(
    {
      data: [0, 'opaque', 'RW'],
      priority: [1, 'integer', 'RW'],
      createdAt: [2, 'time', 'RW'],
      description: [3, 'string', 'RW'],
      format: [4, 'string', 'RW'],
      appId: [5, 'integer', 'RW'],
    },
    ['data'],
  ),
} as const;

export const powerMeasurementObject = {
  id: 3305,
  name: 'Power Measurement',
  resources: rows({
    activePower: [5800, 'float', 'R', 'W'],
    activeEnergy: [5805, 'float', 'R', 'Wh'],
    reactivePower: [5810, 'float', 'R', 'var'],
    reactiveEnergy: [5815, 'float', 'R', 'varh'],
    powerFactor: [5820, 'float', 'R'],
    reset: [5822, 'string', 'E'],
  }),
} as const;

export const lightObject = {
  id: 3311,
  name: 'Light Control',
  resources: rows({
    isOn: [5850, 'boolean', 'RW'],
    dimmer: [5851, 'integer', 'RW', '%'],
    onTime: [5852, 'integer', 'RW', 's'],
    activeEnergy: [5805, 'float', 'R', 'Wh'],
    powerFactor: [5820, 'float', 'R'],
    colour: [5706, 'string', 'RW'],
    applicationType: [5750, 'string', 'RW'],
  }),
} as const;

export const powerControlObject = {
  id: 3312,
  name: 'Power Control',
  resources: rows({
    isOn: [5850, 'boolean', 'RW'],
    dimmer: [5851, 'integer', 'RW', '%'],
    onTime: [5852, 'integer', 'RW', 's'],
    activeEnergy: [5805, 'float', 'R', 'Wh'],
    powerFactor: [5820, 'float', 'R'],
    applicationType: [5750, 'string', 'RW'],
  }),
} as const;

/** The registry writes kW/h for kWh; meters say kilowatt-hours. */
export const singlePhaseObject = {
  id: 10_243,
  name: 'Single-Phase Power Meter',
  resources: rows({
    manufacturer: [0, 'string', 'R'],
    modelNumber: [1, 'string', 'R'],
    serialNumber: [2, 'string', 'R'],
    // The registry has it as text.
    voltage: [4, 'string', 'R', 'V'],
    current: [5, 'float', 'R', 'A'],
    activePower: [6, 'float', 'R', 'kW'],
    reactivePower: [7, 'float', 'R', 'kvar'],
    apparentPower: [10, 'float', 'R', 'kVA'],
    powerFactor: [11, 'float', 'R'],
    activeEnergy: [14, 'float', 'R', 'kWh'],
    reactiveEnergy: [15, 'float', 'R', 'kvarh'],
    apparentEnergy: [16, 'float', 'R', 'kVAh'],
    frequency: [17, 'float', 'R', 'Hz'],
  }),
} as const;

export const threePhaseObject = {
  id: 10_242,
  name: '3-Phase Power Meter',
  resources: rows({
    manufacturer: [0, 'string', 'R'],
    modelNumber: [1, 'string', 'R'],
    serialNumber: [2, 'string', 'R'],
    voltageR: [4, 'float', 'R', 'V'],
    currentR: [5, 'float', 'R', 'A'],
    activePowerR: [6, 'float', 'R', 'kW'],
    voltageS: [14, 'float', 'R', 'V'],
    currentS: [15, 'float', 'R', 'A'],
    activePowerS: [16, 'float', 'R', 'kW'],
    voltageT: [24, 'float', 'R', 'V'],
    currentT: [25, 'float', 'R', 'A'],
    activePowerT: [26, 'float', 'R', 'kW'],
    activePower: [34, 'float', 'R', 'kW'],
    reactivePower: [35, 'float', 'R', 'kvar'],
    apparentPower: [38, 'float', 'R', 'kVA'],
    powerFactor: [39, 'float', 'R'],
    activeEnergy: [41, 'float', 'R', 'kWh'],
    reactiveEnergy: [42, 'float', 'R', 'kvarh'],
    apparentEnergy: [45, 'float', 'R', 'kVAh'],
    frequency: [49, 'float', 'R', 'Hz'],
    neutralCurrent: [50, 'float', 'R', 'A'],
  }),
} as const;

export const objects: readonly ObjectDefinition[] = [
  ...[securityObject, serverObject, deviceObject, connectivityObject, firmwareObject],
  ...[containerObject, powerMeasurementObject, lightObject, powerControlObject],
  ...[threePhaseObject, singlePhaseObject],
];

const byPlace: ReadonlyMap<string, ResourceDefinition> = new Map(
  objects.flatMap(({ id, resources }) =>
    Object.values(resources).map((resource) => [`${id}/${resource.id}`, resource] as const),
  ),
);

/** Undefined for one that is not among them. */
export const definitionOf = ({ object, resource }: Path): ResourceDefinition | undefined =>
  byPlace.get(`${object}/${resource}`);

/** The path of a resource by name: `resourcePath(deviceObject, 0, 'currentTime')`. */
export const resourcePath = <O extends ObjectDefinition>(
  object: O,
  instance: number,
  name: keyof O['resources'] & string,
): Required<Pick<Path, 'object' | 'instance' | 'resource'>> => ({
  ...{ object: object.id, instance },
  resource: (object.resources[name] as ResourceDefinition).id,
});
