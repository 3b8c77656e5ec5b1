// A virtual meter's objects of LwM2M: server, device, energy and power, the switch, and the
// container through which the head-end's messages come.

import {
  containerObject,
  type DeviceModel,
  deviceObject,
  type Entry,
  powerControlObject,
  type ResourceValue,
  resourcePath,
  serverObject,
  singlePhaseObject,
} from '@prewatt/lwm2m';
import type { MeterFace } from '../dlms/meter-face.ts';

export type ObjectsOptions = {
  readonly meter: MeterFace;
  readonly lifetimeS: number;
  /** What was written into the container; false when it is no message for the meter. */
  readonly takeMessage: (payload: Uint8Array) => boolean;
};

export function createModel({ meter, lifetimeS, takeMessage }: ObjectsOptions): DeviceModel {
  const values = (): readonly Entry[] => {
    const state = meter.state();
    const { meterPan } = state.config;
    const entry = (path: Entry['path'], value: ResourceValue): Entry => ({ path, value });
    const server = (name: keyof typeof serverObject.resources) =>
      resourcePath(serverObject, 0, name);
    const device = (name: keyof typeof deviceObject.resources) =>
      resourcePath(deviceObject, 0, name);
    const power = (name: keyof typeof singlePhaseObject.resources) =>
      resourcePath(singlePhaseObject, 0, name);
    return [
      entry(server('shortServerId'), { type: 'integer', value: 1 }),
      entry(server('lifetime'), { type: 'integer', value: lifetimeS }),
      entry(server('binding'), { type: 'string', value: 'U' }),
      entry(device('manufacturer'), { type: 'string', value: 'Prewatt' }),
      entry(device('modelNumber'), { type: 'string', value: 'virtual meter' }),
      entry(device('serialNumber'), { type: 'string', value: meterPan }),
      entry(device('currentTime'), { type: 'time', value: Math.floor(state.atMs / 1_000) }),
      ...[0, 1].map((instance) =>
        entry(resourcePath(containerObject, instance, 'description'), {
          type: 'string',
          value: instance === 0 ? 'messages to the meter' : 'messages of the meter',
        }),
      ),
      entry(resourcePath(powerControlObject, 0, 'isOn'), {
        type: 'boolean',
        value: state.loadSwitch === 'connected',
      }),
      entry(power('activePower'), { type: 'float', value: state.powerW / 1_000 }),
      entry(power('activeEnergy'), { type: 'float', value: energyKwh(meter) }),
    ];
  };
  return {
    values,
    write: (entries) => {
      const [entry] = entries;
      if (entry === undefined || entries.length > 1) return 'badValue';
      const { path, value } = entry;
      if (path.object === containerObject.id && path.instance === 0 && value.type === 'opaque') {
        return takeMessage(value.value) ? 'done' : 'badValue';
      }
      if (path.object === powerControlObject.id && value.type === 'boolean') {
        const action = value.value
          ? ({ kind: 'switchClose' } as const)
          : ({ kind: 'switchOpen', cause: 'operator' } as const);
        return meter.command(action).kind === 'refused' ? 'notAllowed' : 'done';
      }
      return 'notAllowed';
    },
    execute: () => 'notAllowed',
  };
}

const energyKwh = (meter: MeterFace): number =>
  Math.floor(meter.state().importMilliWh / 1_000) / 1_000;
