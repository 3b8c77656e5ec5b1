// The state as text and back. A checksum tells a torn or edited file from a whole one: a meter must
// not guess its credit.

import { err, ok, type Result } from '@prewatt/quantities';
import { restoreAcceptanceState } from '@prewatt/sts/accept';
import type { MeterState } from './state.ts';

const schema = 1;

export type RestoreError = 'not-a-state' | 'schema-version' | 'checksum' | 'acceptance';

/** One line of JSON. Holds the decoder key: store it where only the meter reads. */
export function serialiseMeter(state: MeterState): string {
  const body = JSON.stringify(state);
  return `{"schema":${schema},"checksum":"${checksumOf(body)}","state":${body}}`;
}

/** What `serialiseMeter` wrote. */
export function restoreMeter(text: string): Result<MeterState, RestoreError> {
  const start = /^\{"schema":(\d+),"checksum":"([0-9a-f]{16})","state":/.exec(text);
  if (start === null) return err('not-a-state');
  if (Number(start[1]) !== schema) return err('schema-version');
  const body = text.slice(start[0].length, -1);
  if (!text.endsWith('}') || checksumOf(body) !== start[2]) return err('checksum');
  const state = JSON.parse(body) as MeterState;
  const acceptance = restoreAcceptanceState(state.acceptance);
  if (!acceptance.ok) return err('acceptance');
  return ok({ ...state, acceptance: acceptance.value });
}

/**
 * Two 32-bit hashes (FNV-1a over characters, forwards with two offsets): against accidents, not
 * against malice.
 */
function checksumOf(text: string): string {
  let first = 0x811c9dc5;
  let second = 0x01000193;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    first = Math.imul(first ^ character, 0x01000193);
    second = Math.imul(second ^ character, 0x85ebca6b) + index;
  }
  return hex32(first) + hex32(second);
}

const hex32 = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
