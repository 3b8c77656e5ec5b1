// One meter by DLMS, spoken to task by task without the head-end: for a bench, which asks a meter
// what the driver asks of it. An association for each task; counters are remembered, not stored.

import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { CounterStore } from '@prewatt/dlms';
import type { DriverFault, MeterChannel, MeterTask, MeterTaskResult } from '@prewatt/protocol';
import { err, ok, type RandomBytes, type Result } from '@prewatt/quantities';
import { type Associating, associate } from './associate.ts';
import { type DlmsModel, readModel } from './model.ts';
import { type OffsetAt, readProfile, readValues, stateOf } from './reading.ts';
import type { DlmsSecrets } from './secrets.ts';
import { type DlmsSession, sessionLimits } from './session.ts';
import { fail, refuse } from './task-place.ts';
import { dlmsCapabilities, doTask } from './tasks.ts';

export type DlmsChannelOptions = {
  readonly connect: () => Promise<Result<Socket, 'unreachable'>>;
  readonly link: Omit<Associating, 'counters' | 'countersKnown' | 'serverTitle'>;
  readonly secrets: DlmsSecrets;
  readonly random: RandomBytes;
  readonly offsetAt: OffsetAt;
  readonly nowMs: () => number;
  /** Milliseconds for each answer. */
  readonly answerMs: number;
};

export function createDlmsChannel(o: DlmsChannelOptions): MeterChannel {
  let counters: CounterStore = { sendFrom: 0, received: -1 };
  let countersKnown = false;
  let model: DlmsModel | null = null;
  const visit = async (
    work: (session: DlmsSession, of: DlmsModel) => Promise<MeterTaskResult>,
  ): Promise<MeterTaskResult> => {
    const socket = await o.connect();
    if (!socket.ok) return fail(socket.error);
    const associated = await associate({
      row: { ...o.link, counters, countersKnown, serverTitle: null },
      ...{ socket: socket.value, secrets: o.secrets, random: o.random },
      limits: { ...sessionLimits, answerMs: o.answerMs },
      keepCounters: async (next) => {
        counters = next;
      },
    });
    if (!associated.ok) {
      socket.value.destroy();
      return fail(associated.error);
    }
    countersKnown = true;
    const { session } = associated.value;
    try {
      const known = model === null ? await readModel(session) : ok(model);
      if (!known.ok) return fail(known.error);
      model = known.value;
      return await work(session, known.value);
    } finally {
      await session.release();
      socket.value.destroy();
    }
  };
  return {
    capabilities: dlmsCapabilities,
    perform: (task) => visit((session, of) => perform(o, { session, model: of, task })),
  };
}

type Place = {
  readonly session: DlmsSession;
  readonly model: DlmsModel;
  readonly task: MeterTask;
};

async function perform(
  { offsetAt, nowMs }: DlmsChannelOptions,
  { session, model, task }: Place,
): Promise<MeterTaskResult> {
  switch (task.kind) {
    case 'readState': {
      const values = await readValues(session, model, offsetAt);
      if (!values.ok) return fail(values.error);
      const more = { nowMs: nowMs(), creditedWh: 0n, firmware: null, creditTypes: [] };
      return { kind: 'state', state: stateOf(values.value, more) };
    }
    case 'readRegisters': {
      const values = await readValues(session, model, offsetAt);
      if (!values.ok) return fail(values.error);
      const { clockMs, registers } = values.value;
      return { kind: 'registers', capturedAtMs: clockMs ?? nowMs(), values: registers };
    }
    case 'readProfile':
      return wholeProfile({ session, model }, { sinceMs: task.sinceMs, offsetAt });
    default:
      return doTask({ session, model, offsetAt, pause }, task as Parameters<typeof doTask>[1]);
  }
}

/** By the meter's own clock, part after part. */
async function wholeProfile(
  { session, model }: Pick<Place, 'session' | 'model'>,
  { sinceMs, offsetAt }: { readonly sinceMs: number; readonly offsetAt: OffsetAt },
): Promise<MeterTaskResult> {
  if (model.profile === null) return refuse('unsupported');
  const nowMs = await clockOf(session, model, offsetAt);
  if (!nowMs.ok) return fail(nowMs.error);
  const read = await readProfile(session, model, { sinceMs, nowMs: nowMs.value, offsetAt });
  if (!read.ok) return fail(read.error);
  return { kind: 'profile', ...read.value };
}

async function clockOf(
  session: DlmsSession,
  model: DlmsModel,
  offsetAt: OffsetAt,
): Promise<Result<number, DriverFault>> {
  const values = await readValues(session, model, offsetAt);
  if (!values.ok) return values;
  const { clockMs } = values.value;
  return clockMs === null ? err('malformed') : ok(clockMs);
}
