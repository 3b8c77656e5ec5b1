// One thing done at a meter by DLMS/COSEM: tokens by the token gateway (115), the switch by
// disconnect control (70), the limit by the limiter (71), the clock (8), a tariff by charge (113)
// and calendar (20). What the meter answers is said in the words of the contract of drivers.

import { type Data, dateTimeOf } from '@prewatt/dlms';
import {
  attributeOf,
  clockClass,
  disconnectControlClass,
  limiterClass,
  methodOf,
  writeAttribute,
} from '@prewatt/dlms/classes';
import type { DriverCapabilities, MeterTask, MeterTaskResult } from '@prewatt/protocol';
import { instantIn, switchIn } from './reading.ts';
import { setTariff } from './set-tariff.ts';
import { fail, refuse, type TaskPlace, unless } from './task-place.ts';
import { enterToken } from './token.ts';
import { invoke, readOne, writeOne } from './values.ts';

export const dlmsCapabilities: DriverCapabilities = {
  abilities: [
    ...(['readState', 'readRegisters', 'readProfile'] as const),
    ...(['setClock', 'switch', 'setPowerLimit', 'enterToken', 'changeKeys'] as const),
    ...(['changeLinkKeys', 'setTariff'] as const),
  ],
  credit: 'entersToken',
  reach: 'called',
};

type Doing = Exclude<MeterTask['kind'], 'readState' | 'readRegisters' | 'readProfile'>;

/**
 * What changes something at the meter; what is only read, the driver reads itself, and it sees to
 * the keys of its link.
 */
export async function doTask(
  at: TaskPlace,
  task: Extract<MeterTask, { kind: Doing }>,
): Promise<MeterTaskResult> {
  switch (task.kind) {
    case 'enterToken':
      return enterToken(at, task.token);
    case 'changeKeys':
      return changeKeys(at, task.tokens);
    case 'setClock':
      return setClock(at, task.atMs);
    case 'switch':
      return moveSwitch(at, task);
    case 'setPowerLimit':
      return setLimit(at, task);
    case 'setTariff':
      return setTariff(at, task);
    default:
      return refuse('unsupported');
  }
}

async function changeKeys(at: TaskPlace, tokens: readonly string[]): Promise<MeterTaskResult> {
  const outcomes = [];
  for (const token of tokens) {
    const entered = await enterToken(at, token, { ofSet: true });
    if (entered.kind !== 'tokenEntered') return entered;
    outcomes.push(entered.outcome);
  }
  return { kind: 'keysChanged', outcomes };
}

async function setClock({ session, model, offsetAt }: TaskPlace, atMs: number) {
  if (model.clock === null) return refuse('unsupported');
  const time = attributeOf(clockClass, model.clock, 'time');
  const before = await readOne(session, time);
  if (!before.ok) return fail(before.error);
  const shown = before.value.ok ? instantIn(before.value.value, offsetAt) : null;
  const local = dateTimeOf(atMs, { offsetMinutes: offsetAt(atMs) });
  const written = await writeOne(session, time, writeAttribute(clockClass, 'time', local));
  return (
    unless(written, 'unsupported') ??
    ({ kind: 'clockSet', errorMs: shown === null ? 0 : shown - atMs } as const)
  );
}

/** Modes in which a command from afar closes at once; in the others a hand must. */
const closesByCommand = [2, 4];

/**
 * What class 70 has no word for: our own meters take it as a cut for safety, which their rules do
 * not forbid. Said after a refusal alone, so that meters of others, which know 0, never hear it.
 */
const safetyWord = 1;

export async function moveSwitch(
  { session, model }: Pick<TaskPlace, 'session' | 'model'>,
  { to, forSafety = false }: Extract<MeterTask, { kind: 'switch' }>,
): Promise<MeterTaskResult> {
  const { disconnector } = model;
  if (disconnector === null) return refuse('unsupported');
  if (to === 'arm') {
    const mode = await readOne(
      session,
      attributeOf(disconnectControlClass, disconnector, 'controlMode'),
    );
    if (!mode.ok) return fail(mode.error);
    const number = mode.value.ok && mode.value.value.type === 'enum' ? mode.value.value.value : 0;
    if (closesByCommand.includes(number) || number === 0) return refuse('controlMode');
  }
  const name = to === 'open' ? 'remoteDisconnect' : 'remoteReconnect';
  const method = methodOf(disconnectControlClass, disconnector, name);
  const asked = await invoke(session, method, { type: 'integer', value: 0 });
  const isForbidden = to === 'open' && asked.ok && asked.value === 'readWriteDenied';
  const moved =
    forSafety && isForbidden
      ? await invoke(session, method, { type: 'integer', value: safetyWord })
      : asked;
  const hindrance = unless(moved, to === 'open' ? 'protected' : 'controlMode');
  if (hindrance !== null) return hindrance;
  const state = await readOne(
    session,
    attributeOf(disconnectControlClass, disconnector, 'controlState'),
  );
  if (!state.ok) return fail(state.error);
  const loadSwitch = switchIn(state.value.ok ? state.value.value : null);
  return loadSwitch === null ? fail('malformed') : { kind: 'switched', loadSwitch };
}

async function setLimit(
  { session, model }: TaskPlace,
  { limitW, overForMs, reconnectAfterMs }: Extract<MeterTask, { kind: 'setPowerLimit' }>,
): Promise<MeterTaskResult> {
  const { limiter } = model;
  if (limiter === null) return refuse('unsupported');
  const threshold = attributeOf(limiterClass, limiter, 'thresholdNormal');
  const present = await readOne(session, threshold);
  if (!present.ok) return fail(present.error);
  const value = present.value.ok ? thresholdLike(present.value.value, limitW) : null;
  if (value === null) return refuse('range');
  const times = [
    ['minOverThresholdDuration', overForMs],
    ['minUnderThresholdDuration', reconnectAfterMs],
  ] as const;
  for (const [name, ms] of times) {
    if (ms === undefined) continue;
    const seconds = writeAttribute(limiterClass, name, Math.round(ms / 1_000));
    const set = await writeOne(session, attributeOf(limiterClass, limiter, name), seconds);
    const hindrance = unless(set, 'unsupported');
    if (hindrance !== null) return hindrance;
  }
  return unless(await writeOne(session, threshold, value), 'protected') ?? { kind: 'limitSet' };
}

const highestOf: Partial<Record<Data['type'], number>> = {
  unsigned: 0xff,
  longUnsigned: 0xffff,
  doubleLongUnsigned: 0xffff_ffff,
  long: 0x7fff,
  doubleLong: 0x7fff_ffff,
};

/** In the type that the meter uses; no limit is the highest value of it. */
function thresholdLike(present: Data, limitW: number | null): Data | null {
  const highest = highestOf[present.type];
  if (highest === undefined) return null;
  const value = limitW ?? highest;
  return value > highest ? null : ({ type: present.type, value } as Data);
}
