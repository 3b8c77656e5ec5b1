// One meter by DLMS, spoken to task by task without the head-end: for a bench, which asks a meter
// what the driver asks of it. An association for each task; counters are remembered, not stored.
// Its link keys are changed to their complements, so that whoever has the first has both.

import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { CounterStore } from '@prewatt/dlms';
import type { DriverFault, MeterChannel, MeterTask, MeterTaskResult } from '@prewatt/protocol';
import { err, ok, type RandomBytes, type Result } from '@prewatt/quantities';
import { type Associating, associate } from './associate.ts';
import { transferKeys } from './change-keys.ts';
import { allPairs, keyParts, type NewKeys, oldPair, type Pair, pairIn } from './key-change.ts';
import { type DlmsModel, readModel } from './model.ts';
import { type OffsetAt, readProfile, readValues, stateOf } from './reading.ts';
import type { DlmsSecrets } from './secrets.ts';
import { type DlmsSession, sessionLimits } from './session.ts';
import { fail, refuse, unless } from './task-place.ts';
import { dlmsCapabilities, doTask } from './tasks.ts';

export type DlmsChannelOptions = {
  readonly connect: () => Promise<Result<Duplex, 'unreachable'>>;
  readonly link: Omit<Associating, 'counters' | 'countersKnown' | 'serverTitle'>;
  readonly secrets: DlmsSecrets;
  readonly random: RandomBytes;
  readonly offsetAt: OffsetAt;
  readonly nowMs: () => number;
  /** Milliseconds for each answer. */
  readonly answerMs: number;
};

type Work = (session: DlmsSession, of: DlmsModel) => Promise<MeterTaskResult>;

type State = {
  readonly o: DlmsChannelOptions;
  readonly others: NewKeys | null;
  counters: CounterStore;
  countersKnown: boolean;
  model: DlmsModel | null;
  /** Which keys it has; more than one while that is not sure. */
  pairs: readonly Pair[];
};

export function createDlmsChannel(o: DlmsChannelOptions): MeterChannel {
  const others = complementsOf(o.secrets);
  const state: State = {
    ...{ o, others, counters: { sendFrom: 0, received: -1 }, countersKnown: false },
    ...{ model: null, pairs: [oldPair] },
  };
  const canChangeKeys = others !== null && o.secrets.keyEncryptionKey !== undefined;
  const { abilities } = dlmsCapabilities;
  return {
    capabilities: {
      ...dlmsCapabilities,
      abilities: abilities.filter((each) => each !== 'changeLinkKeys' || canChangeKeys),
    },
    perform: (task) =>
      task.kind === 'changeLinkKeys'
        ? changeLinkKeys(state, task)
        : visit(state, (session, of) => perform(o, { session, model: of, task })),
  };
}

async function visitAs(state: State, pair: Pair, work: Work): Promise<MeterTaskResult> {
  const { o, others, counters, countersKnown } = state;
  const socket = await o.connect();
  if (!socket.ok) return fail(socket.error);
  const secrets = others === null ? o.secrets : pairIn(o.secrets, others, pair);
  const received = state.pairs.length === 1 ? counters.received : -1;
  const associated = await associate({
    row: { ...o.link, counters: { ...counters, received }, countersKnown, serverTitle: null },
    ...{ socket: socket.value, secrets, random: o.random },
    limits: { ...sessionLimits, answerMs: o.answerMs },
    keepCounters: async (next) => {
      state.counters = next;
    },
  });
  if (!associated.ok) {
    socket.value.destroy();
    return fail(associated.error);
  }
  state.countersKnown = true;
  state.pairs = [pair];
  const { session } = associated.value;
  try {
    const known = state.model === null ? await readModel(session) : ok(state.model);
    if (!known.ok) return fail(known.error);
    state.model = known.value;
    return await work(session, known.value);
  } finally {
    await session.release();
    socket.value.destroy();
  }
}

/** By whichever keys it lets us in. */
async function visit(state: State, work: Work): Promise<MeterTaskResult> {
  let last: MeterTaskResult = fail('notLetIn');
  for (const pair of state.pairs) {
    let isIn = false;
    last = await visitAs(state, pair, (session, of) => {
      isIn = true;
      return work(session, of);
    });
    if (isIn) return last;
  }
  return last;
}

async function changeLinkKeys(state: State, task: LinkKeys): Promise<MeterTaskResult> {
  const { others, o } = state;
  const wrappingKey = o.secrets.keyEncryptionKey;
  if (others === null || wrappingKey === undefined) return refuse('unsupported');
  const parts = keyParts.filter((part) => task.part === 'both' || part.startsWith(task.part));
  const to = task.to === 'own' ? 'old' : 'new';
  const wanted = to === 'old' ? givenIn(o.secrets) : others;
  const sent = await visit(state, async (session, { securitySetup }) => {
    if (securitySetup === null) return refuse('unsupported');
    const keys = Object.fromEntries(parts.map((part) => [part, wanted[part]]));
    const done = await transferKeys(session, securitySetup, { wrappingKey, keys });
    return unless(done, 'unsupported') ?? { kind: 'linkKeysChanged' };
  });
  const [before = oldPair] = state.pairs;
  const after: Pair = { ...before, ...Object.fromEntries(parts.map((part) => [part, to])) };
  state.pairs = [after, ...allPairs.filter((each) => !isSamePair(each, after))];
  if (sent.kind !== 'linkKeysChanged') return sent;
  const proved = await visitAs(state, after, async () => ({ kind: 'linkKeysChanged' }));
  return proved.kind === 'linkKeysChanged' ? proved : fail('notProved');
}

type LinkKeys = Extract<MeterTask, { kind: 'changeLinkKeys' }>;

const givenIn = (secrets: DlmsSecrets): NewKeys => ({
  encryptionKey: secrets.encryptionKey ?? '',
  authenticationKey: secrets.authenticationKey ?? '',
});

const complement = (hex: string): string =>
  Uint8Array.fromHex(hex)
    .map((byte) => byte ^ 0xff)
    .toHex();

/** Null: it has no keys. */
function complementsOf(secrets: DlmsSecrets): NewKeys | null {
  if (secrets.encryptionKey === undefined || secrets.authenticationKey === undefined) return null;
  const { encryptionKey, authenticationKey } = givenIn(secrets);
  return {
    encryptionKey: complement(encryptionKey),
    authenticationKey: complement(authenticationKey),
  };
}

const isSamePair = (a: Pair, b: Pair): boolean => keyParts.every((part) => a[part] === b[part]);

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
