// What devices ask of the server: to register, to update, to go, and to take what they send. It
// believes nothing before the proof is right and the device is the one that is linked.

import { type CoapResponse, coapCodes, type IncomingRequest, type Peer } from '@prewatt/coap';
import {
  containerObject,
  decodeLinks,
  type Entry,
  type Link,
  pathText,
  type Registered,
  readRegistration,
  readUpdate,
  sentEntries,
} from '@prewatt/lwm2m';
import { decodeUp } from '@prewatt/protocol';
import { checkProof, closedFor, type DeviceState, newDeviceState } from './device-state.ts';
import { keepingOf } from './keeping.ts';
import { lightIn } from './light.ts';
import { meterIn, readSerial } from './objects.ts';
import { askDevice, complain, type Running, realNow, setUp } from './running.ts';
import { observe, takeEntries, workAt } from './visits.ts';

/** A stranger makes the server look which meters are linked no more often than this. */
const lookAgainMs = 5_000;
/** It says so when it registers: it has the head-end's messages in its container. */
const speaksMessages = 'pwv';
/** Where its messages come from, and where ours go to: /19/1/0 and /19/0/0/0. */
const upInstance = 1;
export const downPath = [String(containerObject.id), '0', '0', '0'];

export async function answerDevice(
  running: Running,
  peer: Peer,
  request: IncomingRequest,
): Promise<CoapResponse> {
  const [first, location, ...rest] = request.path;
  const isPost = request.method === 'post';
  if (first === 'rd' && rest.length === 0) {
    if (location === undefined) {
      return isPost ? register(running, peer, request) : { code: coapCodes.methodNotAllowed };
    }
    if (isPost) return update(running, peer, { request, location });
    if (request.method === 'delete') return goAway(running, { request, location });
  }
  if (first === 'dp' && location === undefined && isPost) return takeSent(running, peer, request);
  return { code: coapCodes.notFound };
}

async function deviceBy(running: Running, endpoint: string): Promise<DeviceState | null> {
  const nowMs = realNow(running);
  if (!running.byEndpoint.has(endpoint) && nowMs - running.lookedMs >= lookAgainMs) {
    running.lookedMs = nowMs;
    await running.refresh();
  }
  const link = running.byEndpoint.get(endpoint);
  if (link === undefined) return null;
  const known = running.devices.get(link.meterPan) ?? newDeviceState(link);
  running.devices.set(link.meterPan, known);
  return known;
}

/** True when it may go on; else it was said what is wrong. */
function isProved(running: Running, device: DeviceState, request: IncomingRequest): boolean {
  const proof = checkProof(running.o.masterKey, device, request);
  if (!proof.ok) complain(running, device, proof.error);
  return proof.ok;
}

const linksIn = (payload: Uint8Array): readonly Link[] | null => {
  const links = decodeLinks(new TextDecoder().decode(payload));
  return links.ok ? links.value : null;
};

async function register(
  running: Running,
  peer: Peer,
  request: IncomingRequest,
): Promise<CoapResponse> {
  const registration = readRegistration(request.query);
  const links = linksIn(request.payload);
  if (!registration.ok || links === null) return { code: coapCodes.badRequest };
  const device = await deviceBy(running, registration.value.endpoint);
  if (device === null || !isProved(running, device, request)) return { code: coapCodes.forbidden };
  const asked = { registration: registration.value, links, nowMs: realNow(running) };
  const done = running.registrations.register(peer, asked);
  if (!done.ok) return { code: coapCodes.unavailable };
  const { registered, before } = done.value;
  if (before !== null && before.peer !== peer) running.door.forget(before.peer);
  const hasContainer = links.some(({ path }) => path?.object === containerObject.id);
  const isMessages = speaksMessages in registration.value.others && hasContainer;
  device.speaks = isMessages && device.link.of === 'meter' ? 'messages' : 'objects';
  device.meter = meterIn(links);
  device.light = lightIn(links);
  device.nextReadMs = 0;
  await keep(running, device, { registered, isNew: true });
  device.greeting = greet(running, device);
  return { code: coapCodes.created, location: ['rd', registered.location] };
}

async function keep(
  running: Running,
  device: DeviceState,
  o: { readonly registered: Registered; readonly isNew: boolean },
): Promise<void> {
  const { peer, links, registration } = o.registered;
  await keepingOf(device.link).heard(running.o.database, device.link.place, {
    ...{ atMs: running.o.clocks.business.nowMs(), counter: device.counter, address: peer },
    ...{ speaks: device.speaks, sleeps: registration.isQueued, isNew: o.isNew },
    objects: links.flatMap(({ path }) => (path === null ? [] : [pathText(path).slice(1)])),
  });
}

/** False: it is another device than the one that is linked, or says nothing. */
async function greet(running: Running, device: DeviceState): Promise<boolean> {
  const { link } = device;
  // Its registration is answered first: some take nothing before.
  await new Promise((resolve) => setImmediate(resolve));
  const serial = await readSerial((request) => askDevice(running, device, request));
  if (!serial.ok) return false;
  const said = serial.value;
  const isOther =
    said !== null &&
    ((/^\d{18}$/.test(said) && said !== link.meterPan) || (link.serial ?? said) !== said);
  if (isOther) {
    complain(running, device, 'otherMeter');
    goneByItself(running, device);
    return false;
  }
  if (said !== null && link.serial === null) {
    device.link = { ...link, serial: said };
    await keepingOf(link).serial(running.o.database, link.place, said);
  }
  if (link.of === 'meter') running.o.onMended(link.meterPan);
  setUp(running, device, true);
  if (link.of === 'lamp') {
    await running.o.onLamp(link.place);
    return true;
  }
  if (device.speaks === 'objects') {
    await observe(running, device);
    setImmediate(() => void workAt(running, device));
  }
  return true;
}

/** Its registration ends; what waited for it goes again when it is back. */
export function goneByItself(running: Running, device: DeviceState): void {
  const ended = running.registrations.end(device.link.endpoint);
  if (ended !== null) running.door.forget(ended.peer);
  device.commands.commands.clear();
  device.messages.take(Number.POSITIVE_INFINITY);
  setUp(running, device, false);
}

type Named = { readonly request: IncomingRequest; readonly location: string };

async function update(running: Running, peer: Peer, o: Named): Promise<CoapResponse> {
  const { request, location } = o;
  const known = running.registrations.at(location);
  const device = known === null ? null : await deviceBy(running, known.endpoint);
  if (known === null || device === null) return { code: coapCodes.notFound };
  if (!isProved(running, device, request)) return { code: coapCodes.forbidden };
  const asked = readUpdate(request.query);
  const links = request.payload.length === 0 ? known.links : linksIn(request.payload);
  if (!asked.ok || links === null) return { code: coapCodes.badRequest };
  const nowMs = realNow(running);
  const done = running.registrations.update(location, { peer, update: asked.value, links, nowMs });
  if (!done.ok) return { code: coapCodes.notFound };
  const hasMoved = known.peer !== peer;
  // What was observed at its address before is not known to it here.
  if (hasMoved) running.door.forget(known.peer);
  device.meter = meterIn(links);
  device.light = lightIn(links);
  await keep(running, device, { registered: done.value, isNew: false });
  if (device.isUp !== true || hasMoved) device.greeting = greet(running, device);
  else heard(running, device, peer);
  return { code: coapCodes.changed };
}

async function goAway(running: Running, { request, location }: Named): Promise<CoapResponse> {
  const known = running.registrations.at(location);
  const device = known === null ? null : await deviceBy(running, known.endpoint);
  if (device === null) return { code: coapCodes.notFound };
  if (!isProved(running, device, request)) return { code: coapCodes.forbidden };
  // Not before it was answered.
  setImmediate(() => goneByItself(running, device));
  return { code: coapCodes.deleted };
}

async function takeSent(
  running: Running,
  peer: Peer,
  request: IncomingRequest,
): Promise<CoapResponse> {
  const registered = running.registrations.by(peer);
  const device = registered === null ? null : await deviceBy(running, registered.endpoint);
  if (device === null) return { code: coapCodes.notFound };
  if (!isProved(running, device, request)) return { code: coapCodes.forbidden };
  const entries = sentEntries(request.contentFormat, request.payload);
  if (!entries.ok) {
    complain(running, device, 'malformed');
    return { code: coapCodes.badRequest };
  }
  if (!(await device.greeting)) return { code: coapCodes.notFound };
  if (device.isUp === false) setUp(running, device, true);
  heard(running, device, peer);
  if (device.speaks === 'objects') {
    await takeEntries(running, device, entries.value);
    return { code: coapCodes.changed };
  }
  return takeMessages(running, device, entries.value);
}

/** As any meter's, and nothing of its link: that is this driver's. */
async function takeMessages(
  running: Running,
  device: DeviceState,
  entries: readonly Entry[],
): Promise<CoapResponse> {
  for (const { path, value } of entries) {
    const isOurs = path.object === containerObject.id && path.instance === upInstance;
    if (!isOurs || value.type !== 'opaque') continue;
    if (!decodeUp(value.value).ok) {
      complain(running, device, 'malformed');
      return { code: coapCodes.badRequest };
    }
    await running.up?.(device.link.meterPan, value.value);
  }
  return { code: coapCodes.changed };
}

/** It listens now: what waited goes out. */
function heard(running: Running, device: DeviceState, peer: Peer): void {
  const nowMs = realNow(running);
  running.registrations.heard(peer, nowMs);
  for (const message of device.messages.take(nowMs)) void sendDown(running, device, message);
  if (device.commands.commands.size > 0) void workAt(running, device);
  const { link } = device;
  if (link.of !== 'lamp' || running.registrations.of(link.endpoint)?.registration.isQueued !== true)
    return;
  // One that sleeps is told now what it has missed.
  running.o.onLamp(link.place).catch((error) => {
    if (!running.isClosed) running.o.log.warn({ error: String(error) }, 'a lamp that woke');
  });
}

/** A message of the head-end into the device's container. */
export async function sendDown(
  running: Running,
  device: DeviceState,
  message: Uint8Array,
): Promise<void> {
  const { masterKey } = running.o;
  const payload = closedFor(masterKey, device, { message, nowMs: realNow(running) });
  const answered = await askDevice(running, device, {
    ...{ method: 'put', path: downPath, contentFormat: 42, payload },
  });
  if (answered.ok && answered.value.code !== coapCodes.changed) {
    running.o.log.debug({ meterPan: device.link.meterPan }, 'a device refused a message');
  }
}
