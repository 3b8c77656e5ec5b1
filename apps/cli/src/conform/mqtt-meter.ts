// A device that speaks Prewatt's messages over MQTT, as the scenarios ask it: commands with their
// answers, what it reports meanwhile, each message acknowledged once it is taken. A channel of a
// gateway is one, too.

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ProtectionRules } from '@prewatt/protection';
import {
  type AccountState,
  type CommandAction,
  type CommandResult,
  type DownMessage,
  type DriverFault,
  decodeUp,
  downTopic,
  encodeDown,
  linkTopic,
  linkWordOf,
  type MeterChannel,
  type MeterEvent,
  type MeterTask,
  type MeterTaskResult,
  type ProfileEntry,
  type TokenOutcome,
  type UpMessage,
  upTopic,
} from '@prewatt/protocol';
import { err, ok, type Result } from '@prewatt/quantities';
import type { HeadEnd, Heard } from './broker.ts';
import type { WireLog } from './wire-log.ts';

export type MqttMeter = {
  readonly channel: MeterChannel;
  readonly heard: Heard;
  readonly setRules: (rules: ProtectionRules) => Promise<boolean>;
  /** The link is taken away, by hand or with the mains: a broker may notice it late. */
  readonly linkTaken: () => void;
  /** False: it has not come in time. */
  readonly isThere: (withinMs: number) => Promise<boolean>;
};

export type MqttMeterOptions = {
  readonly meterPan: string;
  readonly answerMs: number;
  readonly wire: WireLog;
  readonly nowMs: () => number;
  /** Known once the broker is there. */
  readonly headEnd: () => HeadEnd;
};

type Registers = Extract<UpMessage, { kind: 'registers' }>;

/** All that the meter has said. */
type Said = {
  isOnline: boolean;
  states: number;
  state: AccountState | null;
  registers: Registers[];
  events: MeterEvent[];
  profile: ProfileEntry[];
  readonly results: Map<string, CommandResult>;
  readonly sequences: Set<number>;
  /** How often the link has gone. */
  losses: number;
};

/** The last instant of the wire: a bench lets no command end before its answer. */
const neverMs = 4_102_444_800_000;
const lookEveryMs = 5;
/** Parts of a profile are acknowledged one after the other: so many rounds at most. */
const mostRounds = 40;

const json = (value: unknown): string =>
  JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each));

export function createMqttMeter(o: MqttMeterOptions): MqttMeter {
  const said: Said = {
    ...{ isOnline: false, states: 0, state: null, registers: [], events: [], profile: [] },
    ...{ results: new Map(), sequences: new Set(), losses: 0 },
  };
  const say = (message: DownMessage): void => {
    const payload = encodeDown(message);
    o.wire.add('out', payload, json(message));
    o.headEnd().publish(downTopic(o.meterPan), payload);
  };
  const meter: Asking = { ...o, said, say };
  return {
    channel: {
      capabilities: {
        abilities: [
          ...(['readState', 'readRegisters', 'readProfile', 'readEvents', 'setClock'] as const),
          ...(['switch', 'setPowerLimit', 'enterToken', 'changeKeys'] as const),
        ],
        credit: 'entersToken',
        reach: 'meterConnects',
      },
      perform: (task) => perform(meter, task),
    },
    heard: (topic, payload) => hear(meter, topic, payload),
    setRules: async (rules) => {
      const set = await command(meter, { kind: 'setProtection', rulesJson: JSON.stringify(rules) });
      return set.ok && set.value.kind === 'setProtection';
    },
    linkTaken: () => {
      said.isOnline = false;
    },
    isThere: (withinMs) => until(withinMs, () => said.isOnline),
  };
}

type Asking = MqttMeterOptions & {
  readonly said: Said;
  readonly say: (message: DownMessage) => void;
};

function hear({ meterPan, said, say, wire }: Asking, topic: string, payload: Uint8Array): void {
  if (topic === linkTopic(meterPan)) {
    const isOnline = linkWordOf(payload)?.state === 'online';
    if (said.isOnline && !isOnline) said.losses += 1;
    said.isOnline = isOnline;
    return;
  }
  if (topic !== upTopic(meterPan)) return;
  // Whoever speaks is there, whether or not it said so before the bench listened.
  said.isOnline = true;
  const decoded = decodeUp(payload);
  if (!decoded.ok) {
    wire.add('in', payload, `no message: ${decoded.error.code}`);
    return;
  }
  const message = decoded.value;
  wire.add('in', payload, json(message));
  if (message.kind === 'state') {
    said.state = message.state;
    said.states += 1;
    return;
  }
  // A repeat changes nothing, and is acknowledged again.
  if (!said.sequences.has(message.sequence)) keep(said, message);
  said.sequences.add(message.sequence);
  say({ kind: 'acknowledge', sequence: message.sequence });
}

function keep(said: Said, message: Exclude<UpMessage, { kind: 'state' }>): void {
  switch (message.kind) {
    case 'profile':
      said.profile.push(...message.entries);
      return;
    case 'events':
      said.events.push(...message.events);
      return;
    case 'registers':
      said.registers.push(message);
      return;
    case 'commandResult':
      said.results.set(message.commandId, message.result);
  }
}

/** Looks until it is so, or the time is over. */
async function until(withinMs: number, isSo: () => boolean): Promise<boolean> {
  for (let waited = 0; !isSo(); waited += lookEveryMs) {
    if (waited >= withinMs) return false;
    await pause(lookEveryMs);
  }
  return true;
}

async function command(
  { said, say, answerMs, nowMs }: Asking,
  action: CommandAction,
): Promise<Result<CommandResult, DriverFault>> {
  if (!(await until(answerMs, () => said.isOnline))) return err('unreachable');
  const commandId = `command_${randomUUID()}`;
  const { losses } = said;
  say({ kind: 'command', commandId, expiresAtMs: neverMs, issuedAtMs: nowMs(), action });
  await until(answerMs, () => said.results.has(commandId) || said.losses > losses);
  const result = said.results.get(commandId);
  return result === undefined ? err('noAnswer') : ok(result);
}

const failedBy = (fault: DriverFault): MeterTaskResult => ({ kind: 'failed', fault });

async function perform(meter: Asking, task: MeterTask): Promise<MeterTaskResult> {
  switch (task.kind) {
    case 'readState': {
      const state = await freshState(meter);
      return state.ok ? { kind: 'state', state: state.value } : failedBy(state.error);
    }
    case 'readRegisters':
      return readRegisters(meter);
    case 'readProfile':
      return readProfile(meter, task.sinceMs);
    case 'readEvents': {
      const state = await freshState(meter);
      if (!state.ok) return failedBy(state.error);
      return { kind: 'events', events: meter.said.events.filter((e) => e.atMs > task.sinceMs) };
    }
    case 'changeKeys':
      return changeKeys(meter, task.tokens);
    default: {
      const action = actionOf(task);
      if (action === null) return { kind: 'refused', reason: 'unsupported' };
      const result = await command(meter, action);
      return result.ok ? resultOf(result.value) : failedBy(result.error);
    }
  }
}

function actionOf(task: MeterTask): CommandAction | null {
  switch (task.kind) {
    case 'enterToken':
      return { kind: 'deliverToken', token: task.token };
    case 'setClock':
      return { kind: 'setClock', atMs: task.atMs };
    case 'switch':
      if (task.to === 'open') return { kind: 'switchOpen', cause: 'operator' };
      return { kind: task.to === 'close' ? 'switchClose' : 'switchArm' };
    case 'setPowerLimit':
      return task;
    default:
      return null;
  }
}

function resultOf(result: CommandResult): MeterTaskResult {
  switch (result.kind) {
    case 'refused':
      return result;
    case 'deliverToken':
      return { kind: 'tokenEntered', outcome: result.outcome };
    case 'setClock':
      return { kind: 'clockSet', errorMs: result.errorMs };
    case 'switchOpen':
    case 'switchClose':
    case 'switchArm':
      return { kind: 'switched', loadSwitch: result.loadSwitch };
    case 'setPowerLimit':
      return { kind: 'limitSet' };
    default:
      return failedBy('malformed');
  }
}

/** The state that comes with an answer. */
async function freshState(meter: Asking): Promise<Result<AccountState, DriverFault>> {
  const { said } = meter;
  const before = said.states;
  const asked = await command(meter, { kind: 'readNow' });
  if (!asked.ok) return asked;
  const { losses } = said;
  await until(meter.answerMs, () => said.states > before || said.losses > losses);
  return said.states > before && said.state !== null ? ok(said.state) : err('noAnswer');
}

async function readRegisters(meter: Asking): Promise<MeterTaskResult> {
  const before = meter.said.registers.length;
  const state = await freshState(meter);
  if (!state.ok) return failedBy(state.error);
  await until(meter.answerMs, () => meter.said.registers.length > before);
  const read = meter.said.registers.slice(before).at(-1);
  if (read === undefined) return failedBy('noAnswer');
  return { kind: 'registers', capturedAtMs: read.capturedAtMs, values: read.values };
}

/** Until a round brings no more: what is acknowledged makes room for the next part. */
async function readProfile(meter: Asking, sinceMs: number): Promise<MeterTaskResult> {
  const { said } = meter;
  let count = -1;
  let quiet = 0;
  for (let round = 0; round < mostRounds && quiet < 2; round += 1) {
    const state = await freshState(meter);
    if (!state.ok) return failedBy(state.error);
    quiet = said.profile.length === count ? quiet + 1 : 0;
    count = said.profile.length;
  }
  const entries = said.profile
    .filter(({ endsAtMs }) => endsAtMs > sinceMs)
    .toSorted((a, b) => a.endsAtMs - b.endsAtMs);
  return { kind: 'profile', entries, isAll: true };
}

async function changeKeys(meter: Asking, tokens: readonly string[]): Promise<MeterTaskResult> {
  const outcomes: TokenOutcome[] = [];
  for (const token of tokens) {
    const entered = await command(meter, { kind: 'deliverToken', token });
    if (!entered.ok) return failedBy(entered.error);
    const result = resultOf(entered.value);
    if (result.kind !== 'tokenEntered') return result;
    outcomes.push(result.outcome);
  }
  return { kind: 'keysChanged', outcomes };
}
