// Meters that are read object by object: commands that wait are done while the device listens, its
// values are read by plan, and what it notifies or sends becomes a message of the head-end.

import type { CoapResponse, Peer } from '@prewatt/coap';
import { type Entry, entriesIn, isWithin, observeRequest } from '@prewatt/lwm2m';
import { maximumProfileEntries } from '@prewatt/protocol';
import { energyWh } from '@prewatt/quantities';
import { type AnsweringDeps, answerKnown, type DoTask, doWaiting } from '../answering.ts';
import type { DeviceState } from './device-state.ts';
import { keepAnswered, type Lwm2mLink } from './link-store.ts';
import { doTask, energyIn, objectAbilities, readValues, stateOf } from './objects.ts';
import { askDevice, complain, type Running, realNow } from './running.ts';

/** Of a device that notifies without end, no more than this is taken. */
const noticeEveryMs = 10_000;

const answeringOf = ({ o, speaker }: Running): AnsweringDeps<Lwm2mLink> => ({
  ...{ clocks: o.clocks, say: speaker.say, abilities: objectAbilities },
  keepAnswered: (link, answered) => keepAnswered(o.database, link.place, answered),
});

const isAwake = ({ registrations, ...running }: Running, { link }: DeviceState): boolean =>
  registrations.isAwake(link.endpoint, running.o.clocks.real.nowMs());

/** What waits, then what is due; one at a time for a device. */
export async function workAt(running: Running, device: DeviceState): Promise<void> {
  if (running.isClosed || device.speaks !== 'objects') return;
  if (device.isBusy) {
    device.isAskedAgain = true;
    return;
  }
  device.isBusy = true;
  try {
    const at = { row: device.link, waiting: device.commands, book: device.book };
    await answerKnown(answeringOf(running), at);
    if (!isAwake(running, device) || !(await device.greeting)) return;
    const ask = (request: Parameters<typeof askDevice>[2]) => askDevice(running, device, request);
    if (device.commands.commands.size > 0) {
      const doOne: DoTask = (task) => doTask(ask, device.meter, task);
      const done = await doWaiting(answeringOf(running), { ...at, doTask: doOne });
      // What is left goes again when the device is back.
      if (done.fault !== null) return device.commands.commands.clear();
    }
    if (device.commands.wantsAll || device.nextReadMs <= realNow(running)) {
      device.commands.wantsAll = false;
      await readAll(running, device);
    }
  } catch (error) {
    if (!running.isClosed) running.o.log.warn({ error: String(error) }, 'a device was not read');
  } finally {
    device.isBusy = false;
    if (device.isAskedAgain) {
      device.isAskedAgain = false;
      void workAt(running, device);
    }
  }
}

async function readAll(running: Running, device: DeviceState): Promise<void> {
  const ask = (request: Parameters<typeof askDevice>[2]) => askDevice(running, device, request);
  device.nextReadMs = realNow(running) + device.link.readEveryMs;
  const read = await readValues(ask, device.meter);
  if (!read.ok) {
    if (read.error === 'malformed') complain(running, device, 'malformed');
    return;
  }
  if (read.value === null) return;
  const { meterPan } = device.link;
  const atMs = running.o.clocks.business.nowMs();
  const state = stateOf(read.value, atMs);
  await running.speaker.say(meterPan, { kind: 'state', state });
  sayRegister(running, device, read.value.importWh);
}

function sayRegister(running: Running, { link }: DeviceState, importWh: bigint): void {
  const capturedAtMs = running.o.clocks.business.nowMs();
  // One that is not stored is read again.
  void running.speaker.say(link.meterPan, {
    ...{ kind: 'registers', capturedAtMs, cause: 'readNow' },
    values: [{ register: 'importEnergyWh', value: energyWh(importWh) }],
  });
}

/** Its energy is notified from now on, where it does that. */
export async function observe(running: Running, device: DeviceState): Promise<void> {
  const { measuring } = device.meter;
  device.observation = null;
  if (measuring === null) return;
  const asked = await askDevice(running, device, observeRequest(measuring.energy, 'senmlCbor'));
  if (asked.ok && asked.value.observe !== undefined) device.observation = asked.value.id;
}

export function takeNotice(
  running: Running,
  at: { readonly peer: Peer; readonly id: number; readonly response: CoapResponse },
): void {
  const registered = running.registrations.by(at.peer);
  const link = registered === null ? undefined : running.byEndpoint.get(registered.endpoint);
  const device = link === undefined ? undefined : running.devices.get(link.meterPan);
  const measuring = device?.meter.measuring;
  if (device === undefined || measuring == null || device.observation !== at.id) return;
  running.registrations.heard(at.peer, realNow(running));
  const entries = entriesIn(at.response, measuring.energy);
  if (entries.ok) void takeEntries(running, device, entries.value);
  else if (entries.error.kind === 'content') complain(running, device, 'malformed');
  void workAt(running, device);
}

/** What it said unasked. Resolves once intervals are stored. */
export async function takeEntries(
  running: Running,
  device: DeviceState,
  entries: readonly Entry[],
): Promise<void> {
  const { measuring } = device.meter;
  if (device.link.of === 'lamp' || measuring === null || !(await device.greeting)) return;
  const of = entries.filter(({ path }) => isWithin(path, measuring.energy));
  const { nowWh, intervals } = energyIn(device.meter, of);
  const nowMs = realNow(running);
  if (nowWh !== null && nowMs - device.lastNoticeMs >= noticeEveryMs) {
    device.lastNoticeMs = nowMs;
    sayRegister(running, device, nowWh);
  }
  if (intervals.length > 0) {
    const kept = intervals.slice(0, maximumProfileEntries);
    await running.speaker.say(device.link.meterPan, { kind: 'profile', entries: kept });
  }
}
