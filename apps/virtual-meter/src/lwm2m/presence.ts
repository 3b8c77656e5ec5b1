// A device's standing with its server by LwM2M: it registers with a proof of its secret, updates
// while it is registered, and registers again, later each time, when an answer stays away.

import { createHmac } from 'node:crypto';
import { type CoapRequest, type CoapResponse, coapCodes } from '@prewatt/coap';
import {
  type Hmac,
  type Lwm2mDevice,
  proveRequest,
  registerPath,
  registrationQuery,
} from '@prewatt/lwm2m';
import type { Talk } from './talk.ts';

export type PresenceOptions = {
  readonly device: Lwm2mDevice;
  readonly talk: Talk;
  readonly identity: { readonly endpoint: string; readonly secret: string };
  /** What it says of itself besides, when it registers. */
  readonly others: Readonly<Record<string, string>>;
  readonly realNowMs: () => number;
  readonly onLink: (up: boolean) => void;
};

export type Presence = {
  /** With the proof that it comes from this device. Null: nothing came. */
  readonly ask: (request: CoapRequest) => Promise<CoapResponse | null>;
  readonly state: () => 'unplugged' | 'up' | 'refused' | 'down';
  readonly setPlugged: (isPlugged: boolean) => void;
  /** The server does not know it any more: it registers again. */
  readonly failed: () => void;
  /** To be called often. */
  readonly tick: () => void;
};

export const lifetimeS = 120;
const updateEveryMs = 40_000;
const firstRetryMs = 1_000;
const longestRetryMs = 60_000;

export const hmac: Hmac = (key, bytes) =>
  new Uint8Array(createHmac('sha256', key).update(bytes).digest());

type Running = {
  readonly o: PresenceOptions;
  /** Null: not registered. */
  location: string | null;
  isPlugged: boolean;
  isRefused: boolean;
  isAsking: boolean;
  counter: number;
  dueMs: number;
  failures: number;
};

export function createPresence(o: PresenceOptions): Presence {
  const running: Running = {
    ...{ o, location: null, isPlugged: true, isRefused: false, isAsking: false },
    ...{ counter: 0, dueMs: 0, failures: 0 },
  };
  return {
    ask: (request) => ask(running, request),
    state: () => {
      const { isPlugged, isRefused, location } = running;
      if (!isPlugged) return 'unplugged';
      return location !== null ? 'up' : isRefused ? 'refused' : 'down';
    },
    setPlugged: (isPlugged) => {
      running.isPlugged = isPlugged;
      running.dueMs = 0;
      if (!isPlugged) setLocation(running, null);
    },
    failed: () => failed(running),
    tick: () => void lookAfter(running),
  };
}

function ask(running: Running, request: CoapRequest): Promise<CoapResponse | null> {
  const { identity, realNowMs, talk } = running.o;
  running.counter = Math.max(running.counter + 1, realNowMs());
  const { method, path, query = [], payload = new Uint8Array(0) } = request;
  const said = { method, path, query, payload };
  const secret = Uint8Array.fromHex(identity.secret);
  const proved = proveRequest(hmac, secret, { said, counter: running.counter });
  return talk.ask({ ...request, query: proved });
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
  const { device, identity, others, realNowMs } = running.o;
  device.endObservations();
  const answer = await ask(running, {
    ...{ method: 'post', path: registerPath, contentFormat: 40 },
    query: registrationQuery({
      ...{ endpoint: identity.endpoint, lifetimeS, version: '1.1', binding: 'U' },
      ...{ isQueued: false, others },
    }),
    payload: new TextEncoder().encode(device.links()),
  });
  const location = answer?.code === coapCodes.created ? answer.location?.[1] : undefined;
  running.isRefused = answer !== null && location === undefined;
  if (location === undefined) return failed(running);
  running.failures = 0;
  running.dueMs = realNowMs() + updateEveryMs;
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
