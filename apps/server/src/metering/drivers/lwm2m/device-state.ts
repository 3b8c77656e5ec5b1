// What is known of a linked device in this process: its registration's doings, what waits for it,
// and how far the counters of its proofs are.

import { createHmac } from 'node:crypto';
import type { IncomingRequest } from '@prewatt/coap';
import { checkRequest, closeMessage, createWaiting, type Hmac, type Waiting } from '@prewatt/lwm2m';
import type { DriverFault } from '@prewatt/protocol';
import { err, ok, type Result } from '@prewatt/quantities';
import { noneWaiting, type Waiting as WaitingCommands } from '../answering.ts';
import type { Light } from './light.ts';
import type { Lwm2mLink } from './link-store.ts';
import { type Meter, meterIn } from './objects.ts';
import { openSecret } from './secrets.ts';

export type DeviceState = {
  link: Lwm2mLink;
  counter: number;
  /** Of the last message down. */
  sent: number;
  speaks: 'messages' | 'objects';
  meter: Meter;
  /** Of a lamp. */
  light: Light | null;
  isUp: boolean | null;
  isBusy: boolean;
  /** Something came while it was busy: what waits is looked at once more. */
  isAskedAgain: boolean;
  /** Resolves once the device is known to be the one that is linked, or not. */
  greeting: Promise<boolean>;
  /** Of a device that sleeps: messages that go out when it is heard. */
  readonly messages: Waiting<Uint8Array>;
  readonly commands: WaitingCommands;
  book: { answered: Lwm2mLink['answered'] };
  nextReadMs: number;
  lastNoticeMs: number;
  /** Which notifications are those of its energy. */
  observation: number | null;
  faults: number;
  readonly toldMs: Map<DriverFault, number>;
};

/** Beyond them what is sent is refused: the head-end sends it again. */
const mostMessages = 32;

export const newDeviceState = (link: Lwm2mLink): DeviceState => ({
  ...{ link, counter: link.counter, sent: 0, speaks: 'objects', meter: meterIn([]) },
  light: null,
  ...{ isUp: null, isBusy: false, isAskedAgain: false, greeting: Promise.resolve(false) },
  ...{ messages: createWaiting(mostMessages), commands: noneWaiting() },
  book: { answered: link.answered },
  ...{ nextReadMs: 0, lastNoticeMs: 0, observation: null, faults: link.faults },
  toldMs: new Map(),
});

const hmac: Hmac = (key, bytes) => new Uint8Array(createHmac('sha256', key).update(bytes).digest());

/** The counter moves on when it is right; without a secret nothing is asked for. */
export function checkProof(
  masterKey: Buffer,
  device: DeviceState,
  request: IncomingRequest,
): Result<void, 'notProved' | 'replay'> {
  const { sealed, place } = device.link;
  if (sealed === null) return ok(undefined);
  const secret = openSecret(masterKey, place, sealed);
  const checked = checkRequest({ hmac, secret, above: device.counter }, request);
  if (!checked.ok) return err(checked.error === 'old' ? 'replay' : 'notProved');
  device.counter = checked.value;
  return ok(undefined);
}

/** A message for the device, with its proof where it has a secret. */
export function closedFor(
  masterKey: Buffer,
  device: DeviceState,
  { message, nowMs }: { readonly message: Uint8Array; readonly nowMs: number },
): Uint8Array {
  const { sealed, place } = device.link;
  if (sealed === null) return message;
  device.sent = Math.max(device.sent + 1, nowMs);
  const secret = openSecret(masterKey, place, sealed);
  return closeMessage(hmac, secret, { direction: 'down', counter: device.sent, message });
}
