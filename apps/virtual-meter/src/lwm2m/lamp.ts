// A street lamp behind a controller of LwM2M: light control (3311) and what it draws (10243), with
// a fault where it is to have one. Its counter begins at zero with each start, as a controller's
// that lost its mains.

import {
  createLwm2mDevice,
  type DeviceModel,
  deviceObject,
  type Entry,
  lightObject,
  type ResourceValue,
  resourcePath,
  singlePhaseObject,
} from '@prewatt/lwm2m';
import type { Clock } from '@prewatt/quantities';
import { z } from 'zod';
import { createPresence } from './presence.ts';
import { createTalk, type TalkOptions } from './talk.ts';

export const lampFile = z.strictObject({
  lamps: z
    .array(
      z.strictObject({
        endpoint: z.string().regex(/^[\x21-\x7e]{1,128}$/),
        secret: z.string().regex(/^[0-9a-f]{64}$/),
        serial: z.string().min(1).max(64),
        watts: z.number().int().min(1).max(2_000),
        /** stuckOn: its relay is welded; it says that it obeys. dark: it draws nothing. */
        fault: z.enum(['stuckOn', 'dark']).optional(),
      }),
    )
    .max(1_000),
});
export type LampIdentity = z.output<typeof lampFile>['lamps'][number];

export type Lamp = {
  readonly state: () => LampState & { readonly isUp: boolean };
  readonly close: () => void;
};
type LampState = {
  readonly isOn: boolean;
  readonly dimmer: number;
  readonly milliW: number;
  readonly energyWh: number;
};

const standbyMilliW = 500;
const tickMs = 500;

export function createLamp(
  o: Pick<TalkOptions, 'server' | 'realNowMs' | 'onTrouble'> & {
    readonly identity: LampIdentity;
    readonly clock: Clock;
  },
): Lamp {
  const { identity, server, realNowMs, onTrouble } = o;
  const body = createBody(identity, o.clock);
  const device = createLwm2mDevice(modelOf(identity, body));
  const talk = createTalk({ server, realNowMs, onTrouble, answer: device.answer });
  const presence = createPresence({
    ...{ device, talk, identity, others: {}, realNowMs, onLink: () => {} },
  });
  const timer = setInterval(() => {
    talk.tick();
    presence.tick();
  }, tickMs);
  return {
    state: () => ({ ...body.state(), isUp: presence.state() === 'up' }),
    close: () => {
      clearInterval(timer);
      talk.close();
    },
  };
}

type Body = {
  readonly state: () => LampState;
  readonly set: (to: { readonly isOn?: boolean; readonly dimmer?: number }) => void;
};

/** What it draws counts up with the time that passes. */
function createBody({ watts, fault }: LampIdentity, clock: Clock): Body {
  let isOn = false;
  let dimmer = 100;
  let microWattHours = 0;
  let atMs = clock.nowMs();
  const milliW = (): number => {
    if (fault === 'stuckOn') return watts * 1_000;
    if (!isOn || fault === 'dark') return standbyMilliW;
    return Math.max(standbyMilliW, Math.round(watts * 10 * dimmer));
  };
  const pass = (): void => {
    const nowMs = clock.nowMs();
    microWattHours += (milliW() * Math.max(0, nowMs - atMs)) / 3_600;
    atMs = nowMs;
  };
  return {
    state: () => {
      pass();
      return { isOn, dimmer, milliW: milliW(), energyWh: Math.floor(microWattHours / 1_000_000) };
    },
    set: (to) => {
      pass();
      isOn = to.isOn ?? isOn;
      dimmer = to.dimmer ?? dimmer;
    },
  };
}

function modelOf({ serial }: LampIdentity, body: Body): DeviceModel {
  const at = {
    isOn: resourcePath(lightObject, 0, 'isOn'),
    dimmer: resourcePath(lightObject, 0, 'dimmer'),
  };
  const entry = (path: Entry['path'], value: ResourceValue): Entry => ({ path, value });
  return {
    values: () => {
      const { isOn, dimmer, milliW, energyWh } = body.state();
      const power = (name: 'activePower' | 'activeEnergy') =>
        resourcePath(singlePhaseObject, 0, name);
      return [
        entry(resourcePath(deviceObject, 0, 'manufacturer'), { type: 'string', value: 'Prewatt' }),
        entry(resourcePath(deviceObject, 0, 'modelNumber'), {
          ...{ type: 'string', value: 'virtual lamp' },
        }),
        entry(resourcePath(deviceObject, 0, 'serialNumber'), { type: 'string', value: serial }),
        entry(at.isOn, { type: 'boolean', value: isOn }),
        entry(at.dimmer, { type: 'integer', value: dimmer }),
        entry(power('activePower'), { type: 'float', value: milliW / 1_000_000 }),
        entry(power('activeEnergy'), { type: 'float', value: energyWh / 1_000 }),
      ];
    },
    write: (entries) => {
      const [first] = entries;
      if (first === undefined || entries.length > 1) return 'badValue';
      const { path, value } = first;
      if (path.object !== lightObject.id || path.instance !== 0) return 'notAllowed';
      if (path.resource === at.isOn.resource && value.type === 'boolean') {
        body.set({ isOn: value.value });
        return 'done';
      }
      if (path.resource !== at.dimmer.resource || value.type !== 'integer') return 'badValue';
      if (value.value < 0 || value.value > 100) return 'badValue';
      body.set({ dimmer: value.value });
      return 'done';
    },
    execute: () => 'notAllowed',
  };
}
