// A small device of LwM2M for tests: a single-phase meter with a switch and no container of ours,
// or as a lamp with a light; it behaves, or lies, plays back, floods and stalls as it is told.

import { createHmac, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type CoapEvent,
  type CoapOutput,
  type CoapRequest,
  type CoapResponse,
  createCoapEndpoint,
} from '@prewatt/coap';
import {
  createLwm2mDevice,
  deviceObject,
  type Entry,
  lightObject,
  powerControlObject,
  proveRequest,
  registrationQuery,
  resourcePath,
  sendRequest,
  singlePhaseObject,
} from '@prewatt/lwm2m';

export const deviceSecret = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';

export type Lwm2mTestDevice = {
  /** What it says of itself, and how it acts, from the next message on. */
  readonly is: {
    endpoint: string;
    serial: string;
    secret: string;
    isSilent: boolean;
    sleeps: boolean;
    energyKwh: number;
    isOn: boolean;
    /** Of a lamp. */
    dimmer: number;
    powerKw: number;
    /** It takes no level. */
    refuses: boolean;
    /** Called with the path of a request before it is answered. */
    onRequest: ((path: string) => void) | null;
  };
  /** The code of the answer; null: none came. */
  readonly register: () => Promise<string | null>;
  /** The bytes of the last registration, from a new address; the code of the answer. */
  readonly playBack: () => Promise<number | null>;
  readonly update: () => Promise<string | null>;
  readonly send: (entries: readonly Entry[]) => Promise<string | null>;
  readonly notify: () => void;
  readonly flood: (bytes: Uint8Array, times: number) => void;
  readonly requests: () => number;
  readonly close: () => void;
};

const textOf = (code: number): string => `${code >> 5}.${String(code & 31).padStart(2, '0')}`;
const hmac = (key: Uint8Array, bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHmac('sha256', key).update(bytes).digest());

export const energyPath = resourcePath(singlePhaseObject, 0, 'activeEnergy');
export const powerPath = resourcePath(singlePhaseObject, 0, 'activePower');

export function createTestDevice(
  port: number,
  endpointName: string,
  serial: string,
  kind: 'meter' | 'lamp' = 'meter',
): Lwm2mTestDevice {
  const is = {
    ...{ dimmer: 100, powerKw: 0, refuses: false },
    ...{ endpoint: endpointName, serial, secret: deviceSecret, isSilent: false, sleeps: false },
    ...{ energyKwh: 12.34, isOn: true, onRequest: null as ((path: string) => void) | null },
  };
  const socket = createSocket('udp4');
  const endpoint = createCoapEndpoint({ random: (count) => new Uint8Array(randomBytes(count)) });
  const waiting = new Map<number, (response: CoapResponse | null) => void>();
  let location = '';
  let counter = 0;
  let requests = 0;
  let registered: Uint8Array = new Uint8Array(0);
  const onOff = resourcePath(kind === 'lamp' ? lightObject : powerControlObject, 0, 'isOn');
  const dimmer = resourcePath(lightObject, 0, 'dimmer');
  const ofLamp = (): readonly Entry[] => [
    { path: dimmer, value: { type: 'integer', value: is.dimmer } },
    { path: powerPath, value: { type: 'float', value: is.powerKw } },
  ];
  const device = createLwm2mDevice({
    values: (): readonly Entry[] => [
      {
        path: resourcePath(deviceObject, 0, 'serialNumber'),
        value: { type: 'string', value: is.serial },
      },
      { path: onOff, value: { type: 'boolean', value: is.isOn } },
      { path: energyPath, value: { type: 'float', value: is.energyKwh } },
      ...(kind === 'lamp' ? ofLamp() : []),
    ],
    write: ([entry]) => {
      if (is.refuses) return 'notAllowed';
      if (kind === 'lamp' && entry?.value.type === 'integer') {
        is.dimmer = entry.value.value;
        return 'done';
      }
      if (entry?.value.type !== 'boolean') return 'notAllowed';
      is.isOn = entry.value.value;
      return 'done';
    },
    execute: () => 'notAllowed',
  });
  const put = ({ datagrams, events }: CoapOutput): void => {
    for (const { bytes } of datagrams) socket.send(bytes, port, '127.0.0.1');
    for (const event of events) take(event);
  };
  const take = (event: CoapEvent): void => {
    if (event.kind === 'request') {
      requests += 1;
      if (is.isSilent) return;
      is.onRequest?.(event.request.path.join('/'));
      put(endpoint.respond(event.exchange, device.answer(event.request), Date.now()));
    } else if (event.kind === 'response') waiting.get(event.id)?.(event.response);
    else if (event.kind === 'failed') waiting.get(event.id)?.(null);
  };
  socket.on('message', (bytes) => {
    if (!is.isSilent) put(endpoint.receive('server', bytes, Date.now()));
    else requests += 1;
  });
  const ticking = setInterval(() => put(endpoint.tick(Date.now())), 100);
  const ask = (request: CoapRequest): Promise<CoapResponse | null> => {
    counter = Math.max(counter + 1, Date.now());
    const { method, path, query = [], payload = new Uint8Array(0) } = request;
    const proved = proveRequest(hmac, Uint8Array.fromHex(is.secret), {
      said: { method, path, query, payload },
      counter,
    });
    return new Promise((resolve) => {
      const { id, ...output } = endpoint.request(
        'server',
        { ...request, query: proved },
        Date.now(),
      );
      waiting.set(id ?? -1, resolve);
      registered =
        path[0] === 'rd' && path.length === 1
          ? (output.datagrams[0]?.bytes ?? registered)
          : registered;
      put(output);
    });
  };
  const codeOf = async (answer: Promise<CoapResponse | null>): Promise<string | null> => {
    const response = await answer;
    return response === null ? null : textOf(response.code);
  };
  return {
    is,
    register: () => {
      const query = registrationQuery({
        ...{ endpoint: is.endpoint, lifetimeS: 300, version: '1.1', binding: 'U' },
        ...{ isQueued: is.sleeps, others: {} },
      });
      const payload = new TextEncoder().encode(device.links());
      device.endObservations();
      const asked = ask({ method: 'post', path: ['rd'], query, payload, contentFormat: 40 });
      return codeOf(
        asked.then((response) => {
          location = response?.location?.[1] ?? location;
          return response;
        }),
      );
    },
    playBack: () => playedBack(registered, port),
    update: () => codeOf(ask({ method: 'post', path: ['rd', location] })),
    send: (entries) => codeOf(ask(sendRequest(entries))),
    notify: () => {
      for (const each of device.observations()) {
        const response = device.notice(each);
        const { id: _, ...output } = endpoint.notify(
          'server',
          { token: each.token, response },
          Date.now(),
        );
        put(output);
      }
    },
    flood: (bytes, times) => {
      for (let n = 0; n < times; n += 1) socket.send(bytes, port, '127.0.0.1');
    },
    requests: () => requests,
    close: () => {
      clearInterval(ticking);
      socket.close();
    },
  };
}

async function playedBack(bytes: Uint8Array, port: number): Promise<number | null> {
  const stranger = createSocket('udp4');
  const heard = new Promise<number | null>((resolve) => {
    stranger.once('message', (answer) => resolve(answer[1] ?? null));
  });
  stranger.send(bytes, port, '127.0.0.1');
  const code = await Promise.race([heard, pause(3_000, null)]);
  stranger.close();
  return code;
}
