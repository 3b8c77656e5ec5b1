// Programs without types, and people: other kinds of function, and digits as they are typed.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { formatTokenDigits, readToken } from '../src/codec.ts';
import { issueCreditToken, issueManagementToken, type ManagementFunction } from '../src/issue.ts';
import { baseTid, expectOk, keyFilled, stateWith } from './fixtures.ts';

const decoderKey = keyFilled(1);
const timed = { decoderKey, tid: baseTid, rnd: 5, keyExpiry: 255 };

describe('a management function of no known kind', () => {
  it('is a named refusal', () => {
    for (const kind of ['fly', '', 'toString', undefined]) {
      const made = issueManagementToken({ ...timed, function: { kind } as ManagementFunction });
      assert.deepEqual(made, { ok: false, error: 'function' });
    }
  });
});

describe('digits as people type them', () => {
  const { token } = expectOk(issueCreditToken({ ...timed, commodity: 'electricity', units: 7n }));

  it('are read like the plain ones', () => {
    const plain = expectOk(readToken(decoderKey, token));
    const grouped = formatTokenDigits(token);
    for (const typed of [grouped, grouped.replaceAll(' ', '-'), ` ${token}\n`]) {
      assert.deepEqual(expectOk(readToken(decoderKey, typed)), plain);
    }
  });

  it('are refused by the rule that they break', () => {
    for (const [typed, error] of [
      [`${formatTokenDigits(token)} 1`, 'tokenLength'],
      [formatTokenDigits(token).slice(1), 'tokenLength'],
      ['1234 1234 1234 12345', 'tokenLength'],
      [`${token.slice(1)}x`, 'tokenCharacter'],
      ['9'.repeat(20), 'tokenTooLarge'],
      [formatTokenDigits('9'.repeat(20)), 'tokenTooLarge'],
    ] as const) {
      assert.deepEqual(readToken(decoderKey, typed), { ok: false, error }, typed);
    }
  });
});

describe('the secrets of a state', () => {
  it('are plain data: what looks at the fields themselves sees them, as the README says', () => {
    const { secrets } = stateWith({ decoderKey: keyFilled(0xab) });
    assert.match(inspect(secrets), /^\[secret\]$/);
    assert.match(inspect(secrets, { customInspect: false }), /ABAB/);
    assert.match(JSON.stringify(secrets), /ABAB/);
  });
});
