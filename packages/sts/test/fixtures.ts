// Keys and meters that several tests use: the parameters of the official conformance suite.

import assert from 'node:assert/strict';
import {
  type AcceptanceRequest,
  type AcceptanceState,
  acceptToken,
  createAcceptanceState,
} from '../src/accept.ts';
import { type DecoderKey, decoderKeyFromBytes } from '../src/decoder-key.ts';
import type { Result } from '../src/result.ts';

/** The value of a result that the test takes for granted. */
export function expectOk<T>(result: Result<T, string>): T {
  assert.ok(result.ok, result.ok ? '' : result.error);
  return result.value;
}

/** A decoder key filled with one byte: 8 bytes for EA07, 16 for EA11. */
export const keyFilled = (byte: number, length: 8 | 16 = 8): DecoderKey =>
  expectOk(decoderKeyFromBytes(new Uint8Array(length).fill(byte)));

export const baseTid = 6_600_000;

type StateOptions = Parameters<typeof createAcceptanceState>[0];

/** A meter with a unique key, TID store of 50 filled with `baseTid`. */
export function stateWith(changes: Partial<StateOptions> = {}): AcceptanceState {
  return expectOk(
    createAcceptanceState({
      meterPan: '600727000000000009',
      decoderKey: keyFilled(1),
      supplyGroupCode: '201457',
      tariffIndex: '01',
      keyRevision: 1,
      keyType: 2,
      keyExpiry: 255,
      baseDate: 14,
      initialTid: baseTid,
      ...changes,
    }),
  );
}

/**
 * Enters digits by remote delivery with room for 1,000,000 units of electricity, unless said
 * otherwise.
 */
export function enter(
  state: AcceptanceState,
  digits: string,
  changes: Partial<AcceptanceRequest> = {},
): ReturnType<typeof acceptToken> {
  return acceptToken(state, {
    digits,
    nowMs: 1_000_000,
    origin: 'remote',
    headroom: { electricity: 1_000_000n },
    ...changes,
  });
}

/** `accepted <kind>` or the refusal. */
export function resultOf(decision: ReturnType<typeof acceptToken>): string {
  const { outcome } = decision;
  return outcome.accepted ? `accepted ${outcome.effect.kind}` : outcome.refusal;
}
