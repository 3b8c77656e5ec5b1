// One meter's link by LwM2M, in place of MQTT: it registers with a proof of its secret, says its
// messages by Send and gets those of the head-end in its container.

import { createHmac } from 'node:crypto';
import { type CoapRequest, type CoapResponse, coapCodes } from '@prewatt/coap';
import {
  containerObject,
  createLwm2mDevice,
  type Hmac,
  type Lwm2mDevice,
  openMessage,
  proveRequest,
  registerPath,
  registrationQuery,
  resourcePath,
  sendRequest,
} from '@prewatt/lwm2m';
import { type DownMessage, decodeDown, encodeUp, type UpMessage } from '@prewatt/protocol';
import type { MeterFace } from '../dlms/meter-face.ts';
import type { LinkState, MqttLink } from '../mqtt-link.ts';
import type { Lwm2mIdentity } from './identity-store.ts';
import { createModel } from './objects.ts';
import { createTalk, type Talk, type TalkOptions } from './talk.ts';

export type Lwm2mLinkOptions = Omit<TalkOptions, 'answer'> & {
  readonly meter: MeterFace;
  readonly identity: Lwm2mIdentity;
  /** To be on the disk when it returns. */
  readonly keep: (identity: Lwm2mIdentity) => void;
  readonly onLink: (up: boolean) => void;
  readonly onMessage: (message: DownMessage) => void;
};

const lifetimeS = 120;
const updateEveryMs = 40_000;
const noticeEveryMs = 15_000;
const firstRetryMs = 1_000;
const longestRetryMs = 60_000;
const tickMs = 250;

const hmac: Hmac = (key, bytes) => new Uint8Array(createHmac('sha256', key).update(bytes).digest());

type Running = {
  readonly o: Lwm2mLinkOptions;
  readonly device: Lwm2mDevice;
  readonly talk: Talk;
  /** Null: not registered. */
  location: string | null;
  isPlugged: boolean;
  isRefused: boolean;
  isAsking: boolean;
  counter: number;
  received: number;
  dueMs: number;
  noticeMs: number;
  failures: number;
};

export function createLwm2mLink(o: Lwm2mLinkOptions): MqttLink {
  const device = createLwm2mDevice(
    createModel({ meter: o.meter, lifetimeS, takeMessage: (bytes) => takeMessage(running, bytes) }),
  );
  const { server, realNowMs, onTrouble } = o;
  const talk = createTalk({
    ...{ server, realNowMs, onTrouble },
    answer: (request) => (running.isPlugged ? device.answer(request) : null),
  });
  const running: Running = {
    ...{ o, device, talk, location: null, isPlugged: true, isRefused: false, isAsking: false },
    ...{ counter: 0, received: o.identity.received, dueMs: 0, noticeMs: 0, failures: 0 },
  };
  const timer = setInterval(() => tick(running), tickMs);
  return {
    state: () => stateOf(running),
    publish: (message) => say(running, message),
    setPlugged: (isPlugged) => {
      running.isPlugged = isPlugged;
      running.dueMs = 0;
      if (!isPlugged) setLocation(running, null);
    },
    close: async () => {
      clearInterval(timer);
      talk.close();
    },
  };
}

function stateOf({ isPlugged, isRefused, location }: Running): LinkState {
  if (!isPlugged) return 'unplugged';
  return location !== null ? 'up' : isRefused ? 'refused' : 'down';
}

function tick(running: Running): void {
  const { talk, device, o } = running;
  talk.tick();
  void lookAfter(running);
  if (running.location === null || o.realNowMs() < running.noticeMs) return;
  running.noticeMs = o.realNowMs() + noticeEveryMs;
  for (const each of device.observations()) talk.notify(each.token, device.notice(each));
}

function takeMessage(running: Running, payload: Uint8Array): boolean {
  const { identity, keep, onMessage } = running.o;
  const secret = Uint8Array.fromHex(identity.secret);
  const opened = openMessage({ hmac, secret, above: running.received }, 'down', payload);
  if (!opened.ok) return false;
  const message = decodeDown(opened.value.message);
  if (!message.ok) return false;
  running.received = opened.value.counter;
  keep({ ...identity, received: running.received });
  // The write is answered first.
  setImmediate(() => onMessage(message.value));
  return true;
}

/** With the proof that it comes from this meter. */
function ask(running: Running, request: CoapRequest): Promise<CoapResponse | null> {
  const { identity, realNowMs } = running.o;
  running.counter = Math.max(running.counter + 1, realNowMs());
  const { method, path, query = [], payload = new Uint8Array(0) } = request;
  const said = { method, path, query, payload };
  const secret = Uint8Array.fromHex(identity.secret);
  const proved = proveRequest(hmac, secret, { said, counter: running.counter });
  return running.talk.ask({ ...request, query: proved });
}

function setLocation(running: Running, location: string | null): void {
  const wasUp = running.location !== null;
  running.location = location;
  if (wasUp !== (location !== null)) running.o.onLink(location !== null);
}

async function lookAfter(running: Running): Promise<void> {
  const { isPlugged, isAsking, location, o } = running;
  if (!isPlugged || isAsking || o.realNowMs() < running.dueMs) return;
  running.isAsking = true;
  try {
    await (location === null ? register(running) : update(running, location));
  } finally {
    running.isAsking = false;
  }
}

async function register(running: Running): Promise<void> {
  const { device, o } = running;
  device.endObservations();
  const answer = await ask(running, {
    ...{ method: 'post', path: registerPath, contentFormat: 40 },
    query: registrationQuery({
      ...{ endpoint: o.identity.endpoint, lifetimeS, version: '1.1', binding: 'U' },
      ...{ isQueued: false, others: { pwv: '1' } },
    }),
    payload: new TextEncoder().encode(device.links()),
  });
  const location = answer?.code === coapCodes.created ? answer.location?.[1] : undefined;
  running.isRefused = answer !== null && location === undefined;
  if (location === undefined) return failed(running);
  running.failures = 0;
  running.dueMs = o.realNowMs() + updateEveryMs;
  setLocation(running, location);
}

async function update(running: Running, location: string): Promise<void> {
  running.dueMs = running.o.realNowMs() + updateEveryMs;
  const answer = await ask(running, { method: 'post', path: [...registerPath, location] });
  if (answer?.code !== coapCodes.changed) failed(running);
}

/** It registers again, later each time. */
function failed(running: Running): void {
  running.failures += 1;
  const waitMs = Math.min(firstRetryMs * 2 ** (running.failures - 1), longestRetryMs);
  running.dueMs = running.o.realNowMs() + waitMs;
  setLocation(running, null);
}

/** What is not taken the meter says again. */
function say(running: Running, message: UpMessage): void {
  if (running.location === null) return;
  const path = { ...resourcePath(containerObject, 1, 'data'), resourceInstance: 0 };
  const value = { type: 'opaque', value: encodeUp(message) } as const;
  void ask(running, sendRequest([{ path, value }])).then((answer) => {
    if (answer === null || answer.code === coapCodes.notFound) failed(running);
  });
}
