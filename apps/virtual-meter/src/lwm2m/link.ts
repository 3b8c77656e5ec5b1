// One meter's link by LwM2M, in place of MQTT: it registers with a proof of its secret, says its
// messages by Send and gets those of the head-end in its container.

import { coapCodes } from '@prewatt/coap';
import {
  containerObject,
  createLwm2mDevice,
  type Lwm2mDevice,
  openMessage,
  resourcePath,
  sendRequest,
} from '@prewatt/lwm2m';
import { type DownMessage, decodeDown, encodeUp, type UpMessage } from '@prewatt/protocol';
import type { MeterFace } from '../dlms/meter-face.ts';
import type { MqttLink } from '../mqtt-link.ts';
import type { Lwm2mIdentity } from './identity-store.ts';
import { createModel } from './objects.ts';
import { createPresence, hmac, lifetimeS, type Presence } from './presence.ts';
import { createTalk, type Talk, type TalkOptions } from './talk.ts';

export type Lwm2mLinkOptions = Omit<TalkOptions, 'answer'> & {
  readonly meter: MeterFace;
  readonly identity: Lwm2mIdentity;
  /** To be on the disk when it returns. */
  readonly keep: (identity: Lwm2mIdentity) => void;
  readonly onLink: (up: boolean) => void;
  readonly onMessage: (message: DownMessage) => void;
};

const noticeEveryMs = 15_000;
const tickMs = 250;

type Running = {
  readonly o: Lwm2mLinkOptions;
  readonly device: Lwm2mDevice;
  readonly talk: Talk;
  readonly presence: Presence;
  received: number;
  noticeMs: number;
};

export function createLwm2mLink(o: Lwm2mLinkOptions): MqttLink {
  const device = createLwm2mDevice(
    createModel({ meter: o.meter, lifetimeS, takeMessage: (bytes) => takeMessage(running, bytes) }),
  );
  const { server, realNowMs, onTrouble, onLink, identity } = o;
  const talk = createTalk({
    ...{ server, realNowMs, onTrouble },
    answer: (request) => (presence.state() === 'unplugged' ? null : device.answer(request)),
  });
  const presence = createPresence({
    ...{ device, talk, identity, others: { pwv: '1' }, realNowMs, onLink },
  });
  const running: Running = { o, device, talk, presence, received: identity.received, noticeMs: 0 };
  const timer = setInterval(() => tick(running), tickMs);
  return {
    state: presence.state,
    publish: (message) => say(running, message),
    setPlugged: presence.setPlugged,
    close: async () => {
      clearInterval(timer);
      talk.close();
    },
  };
}

function tick(running: Running): void {
  const { talk, device, presence, o } = running;
  talk.tick();
  presence.tick();
  if (presence.state() !== 'up' || o.realNowMs() < running.noticeMs) return;
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

/** What is not taken the meter says again. */
function say({ presence }: Running, message: UpMessage): void {
  if (presence.state() !== 'up') return;
  const path = { ...resourcePath(containerObject, 1, 'data'), resourceInstance: 0 };
  const value = { type: 'opaque', value: encodeUp(message) } as const;
  void presence.ask(sendRequest([{ path, value }])).then((answer) => {
    if (answer === null || answer.code === coapCodes.notFound) presence.failed();
  });
}
