// The state as text and back. A checksum tells a torn or edited text from a whole one: a meter must
// not guess its credit. The generation tells which of two whole texts is newer (storage.ts).

import { err, ok, type Result } from '@prewatt/quantities';
import { restoreAcceptanceState } from '@prewatt/sts/accept';
import { positionFromJson, positionToJson } from '@prewatt/tariff';
import { defaultSettings } from './config.ts';
import type { MeterState } from './state.ts';

const schema = 2;

export type RestoreError = 'not-a-state' | 'schema-version' | 'checksum' | 'acceptance';

/** One line of JSON. Holds the decoder key: store it where only the meter reads. */
export function serialiseMeter(state: MeterState, generation = 1): string {
  const { money } = state;
  const stored =
    money === null
      ? state
      : { ...state, money: { ...money, position: positionToJson(money.position) } };
  const body = JSON.stringify(stored);
  const checksum = checksumOf(generation, body);
  return `{"schema":${schema},"generation":${generation},"checksum":"${checksum}","state":${body}}`;
}

export type Restored = { readonly state: MeterState; readonly generation: number };

/** What `serialiseMeter` wrote, with its generation. */
export function restoreGeneration(text: string): Result<Restored, RestoreError> {
  const version = /^\{"schema":(\d+),/.exec(text);
  if (version === null) return err('not-a-state');
  if (Number(version[1]) !== schema) return err('schema-version');
  const start = /^\{"schema":\d+,"generation":(\d+),"checksum":"([0-9a-f]{16})","state":/.exec(
    text,
  );
  if (start === null) return err('checksum');
  const generation = Number(start[1]);
  const body = text.slice(start[0].length, -1);
  if (!text.endsWith('}') || checksumOf(generation, body) !== start[2]) return err('checksum');
  const state = JSON.parse(body) as MeterState;
  const acceptance = restoreAcceptanceState(state.acceptance);
  if (!acceptance.ok) return err('acceptance');
  // A setting that came after the state was written is as it was then.
  const settings = { ...defaultSettings, ...state.settings };
  const whole = { ...state, settings, acceptance: acceptance.value };
  if (state.money === null) return ok({ state: whole, generation });
  const position = positionFromJson(state.money.position);
  if (!position.ok) return err('not-a-state');
  const money = { ...state.money, position: position.value };
  return ok({ state: { ...whole, money }, generation });
}

/** What `serialiseMeter` wrote. */
export function restoreMeter(text: string): Result<MeterState, RestoreError> {
  const restored = restoreGeneration(text);
  return restored.ok ? ok(restored.value.state) : restored;
}

/**
 * Two 32-bit hashes (FNV-1a over characters, forwards with two offsets): against accidents, not
 * against malice.
 */
function checksumOf(generation: number, text: string): string {
  let first = 0x811c9dc5 ^ generation;
  let second = 0x01000193 + generation;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    first = Math.imul(first ^ character, 0x01000193);
    second = Math.imul(second ^ character, 0x85ebca6b) + index;
  }
  return hex32(first) + hex32(second);
}

const hex32 = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
