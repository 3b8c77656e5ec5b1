// Slips of the finger: every one-digit change and every exchange of neighbours in 1,000 tokens is
// refused by the reader, or decodes to something that a meter's rules refuse. The check has 16
// bits, so of about 196,000 slips some three are expected to pass it by chance; what the rules then
// let through is counted and bounded here.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type AcceptanceState, acceptToken, createAcceptanceState } from '../src/accept.ts';
import { readToken } from '../src/codec.ts';
import { decoderKeyFromBytes } from '../src/decoder-key.ts';
import { issueCreditToken } from '../src/issue.ts';
import { createRandom } from './random.ts';

function slipsOf(token: string): string[] {
  const slips: string[] = [];
  for (let i = 0; i < 20; i += 1) {
    for (const digit of '0123456789') {
      if (digit !== token[i]) slips.push(`${token.slice(0, i)}${digit}${token.slice(i + 1)}`);
    }
    if (i < 19 && token[i] !== token[i + 1]) {
      slips.push(`${token.slice(0, i)}${token[i + 1]}${token[i]}${token.slice(i + 2)}`);
    }
  }
  return slips;
}

/** A fielded meter of mid 2026: its store is full of TIDs of the last months. */
const newestTid = 6_600_000;

function countSlips(keyLength: 8 | 16, seed: number) {
  const random = createRandom(seed);
  const counts = { slips: 0, checkPassed: 0, accepted: 0, acceptedAsCredit: 0 };
  for (let index = 0; index < 1_000; index += 1) {
    const key = decoderKeyFromBytes(random.bytes(keyLength));
    assert.ok(key.ok);
    const state: AcceptanceState = stateOf(key.value);
    const credit = issueCreditToken({
      decoderKey: key.value,
      commodity: 'electricity',
      units: BigInt(1 + random.below(5_000)),
      tid: newestTid + 1,
      rnd: random.below(16),
      keyExpiry: 255,
    });
    assert.ok(credit.ok);
    for (const digits of slipsOf(credit.value.token)) {
      counts.slips += 1;
      const read = readToken(key.value, digits);
      if (!read.ok && read.error !== 'subclassReserved' && read.error !== 'subclassProprietary')
        continue;
      counts.checkPassed += 1;
      const headroom = { electricity: 100_000n };
      const { outcome } = acceptToken(state, { digits, nowMs: 0, origin: 'remote', headroom });
      if (!outcome.accepted) continue;
      counts.accepted += 1;
      if (outcome.effect.kind === 'credit') counts.acceptedAsCredit += 1;
    }
  }
  return counts;
}

function stateOf(
  decoderKey: Parameters<typeof createAcceptanceState>[0]['decoderKey'],
): AcceptanceState {
  const state = createAcceptanceState({
    meterPan: '600727000000000009',
    decoderKey,
    supplyGroupCode: '201457',
    tariffIndex: '01',
    keyRevision: 1,
    keyType: 2,
    keyExpiry: 255,
    baseDate: 14,
    initialTid: newestTid,
  });
  assert.ok(state.ok);
  return state.value;
}

describe('slips of the finger', () => {
  for (const [name, keyLength, seed] of [
    ['EA07', 8, 21],
    ['EA11', 16, 22],
  ] as const) {
    it(`in ${name} tokens pass no more often than the 16-bit check lets chance through`, (t) => {
      const counts = countSlips(keyLength, seed);
      t.diagnostic(`${name}: ${JSON.stringify(counts)}`);
      assert.ok(counts.slips > 190_000);
      // 196,000 / 65,536 is 3; more than 12 would be a fault of the check, not chance.
      assert.ok(counts.checkPassed <= 12, JSON.stringify(counts));
      assert.equal(counts.acceptedAsCredit, 0);
      assert.ok(counts.accepted <= 1, JSON.stringify(counts));
    });
  }
});
