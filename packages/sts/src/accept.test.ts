import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { baseTid, enter, expectOk, keyFilled, resultOf, stateWith } from '../test/fixtures.ts';
import { type AcceptanceState, acceptToken } from './accept.ts';
import { sealBlock } from './block.ts';
import { cipherOf, type DecoderKey } from './decoder-key.ts';
import {
  issueCreditToken,
  issueCurrencyToken,
  issueManagementToken,
  issueTestToken,
  type ManagementFunction,
} from './issue.ts';

const key = keyFilled(1);

const credit = (tid: number, units = 100n, decoderKey: DecoderKey = key): string =>
  expectOk(
    issueCreditToken({ decoderKey, commodity: 'electricity', units, tid, rnd: 5, keyExpiry: 255 }),
  ).token;

const manage = (action: ManagementFunction, tid = baseTid + 1): string =>
  expectOk(issueManagementToken({ decoderKey: key, tid, rnd: 5, keyExpiry: 255, function: action }))
    .token;

const sealed = (tokenClass: number, subclass: number, value16 = 0): string =>
  sealBlock(tokenClass === 1 ? null : cipherOf(key), tokenClass, {
    high: (subclass << 28) | (baseTid + 1),
    value16,
  });

/** Enters several tokens one after the other and lists the results. */
function sequence(start: AcceptanceState, tokens: readonly string[]): [string[], AcceptanceState] {
  let state = start;
  const results = tokens.map((token) => {
    const decision = enter(state, token);
    state = decision.state;
    return resultOf(decision);
  });
  return [results, state];
}

describe('a credit token', () => {
  it('is credited once, with its units and TID, and stored', () => {
    const state = stateWith();
    const { state: after, outcome } = enter(state, credit(baseTid + 1, 123n));
    assert.deepEqual(outcome, {
      accepted: true,
      effect: { kind: 'credit', commodity: 'electricity', units: 123n, tid: baseTid + 1 },
    });
    assert.deepEqual(after, { ...state, tidStore: [...state.tidStore.slice(1), baseTid + 1] });
    assert.equal(after.tidStore.length, 50);
    assert.deepEqual(enter(after, credit(baseTid + 1, 123n)).outcome, {
      accepted: false,
      refusal: 'used',
      detail: null,
      hint: null,
      tid: baseTid + 1,
    });
  });

  it('may be typed with spaces', () => {
    const token = credit(baseTid + 1).replace(/(....)/g, '$1 ');
    assert.equal(resultOf(enter(stateWith(), token)), 'accepted credit');
  });

  it('is used when its TID is, whatever it carries otherwise', () => {
    const [results] = sequence(stateWith(), [credit(baseTid + 1, 1n), credit(baseTid + 1, 2n)]);
    assert.deepEqual(results, ['accepted credit', 'used']);
  });

  it('is old below the smallest stored TID, and used at it', () => {
    const state = stateWith({ tidStoreSize: 2 });
    assert.deepEqual(enter(state, credit(baseTid - 1)).outcome, {
      accepted: false,
      refusal: 'old',
      detail: null,
      hint: null,
      tid: baseTid - 1,
    });
    assert.equal(resultOf(enter(state, credit(baseTid))), 'used');
  });

  it('takes the place of the smallest TID, so a full store lets late tokens in until it has moved on', () => {
    const tids = [
      baseTid + 10,
      baseTid + 30,
      baseTid + 20,
      baseTid + 25,
      baseTid + 15,
      baseTid + 40,
    ];
    const start = stateWith({ tidStoreSize: 3 });
    const [results, state] = sequence(
      start,
      tids.map((tid) => credit(tid)),
    );
    assert.deepEqual(results, [
      'accepted credit',
      'accepted credit',
      'accepted credit',
      'accepted credit',
      'old',
      'accepted credit',
    ]);
    assert.deepEqual(state.tidStore, [baseTid + 25, baseTid + 30, baseTid + 40]);
  });

  it('that is the second smallest of the store keeps the store in order', () => {
    const start = stateWith({ tidStoreSize: 3 });
    const tids = [baseTid + 20, baseTid + 30, baseTid + 40, baseTid + 25];
    const [, state] = sequence(
      start,
      tids.map((tid) => credit(tid)),
    );
    assert.deepEqual(state.tidStore, [baseTid + 25, baseTid + 30, baseTid + 40]);
  });

  it('is refused with an expired key, before its TID is looked at', () => {
    const state = stateWith({ keyExpiry: baseTid >>> 16 });
    const late = ((baseTid >>> 16) + 1) << 16;
    assert.equal(resultOf(enter(state, credit(late))), 'keyExpired');
    assert.equal(resultOf(enter(state, credit(late - 1))), 'accepted credit');
    assert.equal(resultOf(enter(stateWith({ keyExpiry: 0 }), credit(baseTid - 1))), 'keyExpired');
  });

  it('is refused while the meter holds a default key, after the TID checks', () => {
    const state = stateWith({ keyType: 1 });
    assert.equal(resultOf(enter(state, credit(baseTid + 1))), 'ddtk');
    assert.equal(resultOf(enter(state, credit(baseTid - 1))), 'old');
    assert.equal(resultOf(enter(state, manage({ kind: 'clearTamper' }))), 'accepted clearTamper');
    for (const keyType of [0, 2, 3] as const) {
      assert.equal(resultOf(enter(stateWith({ keyType }), credit(baseTid + 1))), 'accepted credit');
    }
  });

  it('that would overflow the register is refused, not stored, and taken once there is room', () => {
    const state = stateWith();
    const token = credit(baseTid + 1, 100n);
    const full = enter(state, token, { headroom: { electricity: 99n } });
    assert.deepEqual(full.outcome, {
      accepted: false,
      refusal: 'overflow',
      detail: null,
      hint: null,
      tid: baseTid + 1,
    });
    assert.deepEqual(full.state, state);
    assert.equal(
      resultOf(enter(full.state, token, { headroom: { electricity: 100n } })),
      'accepted credit',
    );
  });

  it('for something the meter does not count is refused as a function', () => {
    for (const commodity of ['water', 'gas', 'time'] as const) {
      const token = expectOk(
        issueCreditToken({
          decoderKey: key,
          commodity,
          units: 1n,
          tid: baseTid + 1,
          rnd: 0,
          keyExpiry: 255,
        }),
      ).token;
      const { outcome } = enter(stateWith(), token);
      assert.deepEqual(outcome, {
        accepted: false,
        refusal: 'function',
        detail: 'unsupported',
        hint: null,
        tid: baseTid + 1,
      });
      assert.equal(
        resultOf(enter(stateWith(), token, { headroom: { [commodity]: 1n } })),
        'accepted credit',
      );
    }
  });

  it('in currency goes to the currency register', () => {
    const { token } = expectOk(
      issueCurrencyToken({
        decoderKey: key,
        commodity: 'electricity',
        amountE5: 5_000n,
        tid: baseTid + 1,
        keyExpiry: 255,
      }),
    );
    const state = stateWith();
    assert.equal(resultOf(enter(state, token)), 'function');
    assert.equal(
      resultOf(enter(state, token, { headroom: { electricityCurrency: 4_999n } })),
      'overflow',
    );
    assert.deepEqual(enter(state, token, { headroom: { electricityCurrency: 5_000n } }).outcome, {
      accepted: true,
      effect: {
        kind: 'currencyCredit',
        commodity: 'electricity',
        amountE5: 5_000n,
        tid: baseTid + 1,
      },
    });
  });

  it('works the same with EA11', () => {
    const long = keyFilled(3, 16);
    const [results] = sequence(stateWith({ decoderKey: long }), [
      credit(baseTid + 1, 5n, long),
      credit(baseTid + 1, 5n, long),
      credit(baseTid + 2, 5n, keyFilled(4, 16)),
    ]);
    assert.deepEqual(results, ['accepted credit', 'used', 'crc']);
  });
});

describe('a refused token', () => {
  const state = stateWith();
  const refusal = (token: string) => {
    const decision = enter(state, token);
    assert.deepEqual(decision.state, state);
    return decision.outcome;
  };
  const refused = (name: string, more: object = {}) => ({
    accepted: false,
    refusal: name,
    detail: null,
    hint: null,
    tid: null,
    ...more,
  });

  it('of another shape is a format error that says which rule', () => {
    assert.deepEqual(refusal('123'), refused('format', { detail: 'tokenLength' }));
    assert.deepEqual(
      refusal('1234567890123456789x'),
      refused('format', { detail: 'tokenCharacter' }),
    );
    assert.deepEqual(
      refusal('99999999999999999999'),
      refused('format', { detail: 'tokenTooLarge' }),
    );
  });

  it('of class 3 or a subclass that is reserved or proprietary is a function error by name', () => {
    assert.deepEqual(
      refusal('73786976294838206463'),
      refused('function', { detail: 'classReserved' }),
    );
    assert.deepEqual(refusal(sealed(0, 9)), refused('function', { detail: 'subclassReserved' }));
    assert.deepEqual(refusal(sealed(1, 3)), refused('function', { detail: 'subclassReserved' }));
    assert.deepEqual(
      refusal(sealed(2, 12)),
      refused('function', { detail: 'subclassProprietary' }),
    );
  });

  it('with a wrong check says what that may mean', () => {
    const other = credit(baseTid + 1, 1n, keyFilled(7));
    assert.deepEqual(refusal(other), refused('crc', { hint: 'mistypedOrOtherMeter' }));
    assert.deepEqual(refusal('00000000000150997585'), refused('crc', { hint: 'mistyped' }));
  });
});

describe('a management token', () => {
  const effect = (action: ManagementFunction, changes: object = {}) => {
    const { outcome } = enter(stateWith(), manage(action), changes);
    return outcome.accepted ? outcome.effect : outcome.refusal;
  };
  const tid = baseTid + 1;

  it('does what it names', () => {
    assert.deepEqual(effect({ kind: 'setMaximumPowerLimit', watts: 5_000n }), {
      kind: 'setMaximumPowerLimit',
      watts: 5_000n,
      tid,
    });
    assert.deepEqual(effect({ kind: 'clearCredit', register: 'electricity' }), {
      kind: 'clearCredit',
      register: 'electricity',
      tid,
    });
    assert.deepEqual(effect({ kind: 'clearCredit', register: 'all' }), {
      kind: 'clearCredit',
      register: 'all',
      tid,
    });
    assert.deepEqual(effect({ kind: 'setTariffRate', rate: 7 }), {
      kind: 'setTariffRate',
      rate: 7,
      tid,
    });
    assert.deepEqual(effect({ kind: 'clearTamper' }), { kind: 'clearTamper', tid });
    assert.deepEqual(effect({ kind: 'setPhaseUnbalanceLimit', watts: 9n }), {
      kind: 'setPhaseUnbalanceLimit',
      watts: 9n,
      tid,
    });
    assert.deepEqual(effect({ kind: 'setWaterFactor', factor: 3 }), {
      kind: 'setWaterFactor',
      factor: 3,
      tid,
    });
    assert.deepEqual(effect({ kind: 'extendedSet', index: 4, value: 9 }), {
      kind: 'extendedSet',
      index: 4,
      value: 9,
      tid,
    });
  });

  it('shares the TID store with credit', () => {
    const [results] = sequence(stateWith(), [
      manage({ kind: 'clearTamper' }),
      credit(tid),
      manage({ kind: 'clearTamper' }, baseTid - 1),
    ]);
    assert.deepEqual(results, ['accepted clearTamper', 'used', 'old']);
  });

  it('outside the meter’s limits is a range error and may be entered again', () => {
    const limit = { minimum: 1_000n, maximum: 2_000n };
    const limits = { maximumPowerLimit: limit, phaseUnbalanceLimit: limit };
    for (const kind of ['setMaximumPowerLimit', 'setPhaseUnbalanceLimit'] as const) {
      assert.equal(effect({ kind, watts: 999n }, { limits }), 'range');
      assert.equal(effect({ kind, watts: 2_001n }, { limits }), 'range');
      assert.notEqual(effect({ kind, watts: 1_000n }, { limits }), 'range');
      assert.notEqual(effect({ kind, watts: 2_000n }, { limits }), 'range');
      assert.notEqual(effect({ kind, watts: 1n }, { limits: {} }), 'range');
    }
    const state = stateWith();
    const token = manage({ kind: 'setMaximumPowerLimit', watts: 1n });
    assert.deepEqual(enter(state, token, { limits }).state, state);
  });

  it('has a limit of its own for each kind', () => {
    const limits = {
      maximumPowerLimit: { minimum: 1_000n, maximum: 2_000n },
      phaseUnbalanceLimit: { minimum: 10n, maximum: 20n },
    };
    assert.equal(effect({ kind: 'setMaximumPowerLimit', watts: 15n }, { limits }), 'range');
    assert.notEqual(effect({ kind: 'setMaximumPowerLimit', watts: 1_500n }, { limits }), 'range');
    assert.equal(effect({ kind: 'setPhaseUnbalanceLimit', watts: 1_500n }, { limits }), 'range');
    assert.notEqual(effect({ kind: 'setPhaseUnbalanceLimit', watts: 15n }, { limits }), 'range');
  });

  it('for a register that is reserved or not there is a range error', () => {
    assert.equal(effect({ kind: 'clearCredit', register: 'water' }), 'range');
    assert.equal(resultOf(enter(stateWith(), sealed(2, 1, 8))), 'range');
    assert.equal(resultOf(enter(stateWith(), sealed(2, 5, 1))), 'range');
  });

  it('that the meter does not carry out is a function error', () => {
    assert.equal(
      effect({ kind: 'setWaterFactor', factor: 1 }, { unsupported: ['setWaterFactor'] }),
      'function',
    );
    assert.notEqual(
      effect({ kind: 'clearTamper' }, { unsupported: ['setWaterFactor'] }),
      'function',
    );
  });
});

describe('a test token', () => {
  const test = (subclass: number, control: number, manufacturerCode: number): string =>
    expectOk(issueTestToken({ subclass, control, manufacturerCode })).token;
  // Manufacturer code 84 of the MeterPAN.
  const state = stateWith({ meterPan: '600727842785349402' });

  it('works with code 0 or the meter’s own, and leaves the state alone', () => {
    for (const [subclass, code] of [
      [0, 0],
      [0, 84],
      [1, 0],
      [1, 84],
    ] as const) {
      const decision = enter(state, test(subclass, 5, code));
      assert.deepEqual(decision.outcome, {
        accepted: true,
        effect: { kind: 'test', tests: [1, 3], manufacturerCode: code },
      });
      assert.equal(decision.state, state);
    }
  });

  it('for another maker is refused', () => {
    assert.equal(resultOf(enter(state, test(0, 1, 85))), 'mfrCode');
    assert.equal(resultOf(enter(state, test(1, 1, 8400))), 'mfrCode');
    assert.equal(resultOf(enter(state, test(11, 1, 85))), 'mfrCode');
  });

  it('of a maker’s own is a function error', () => {
    for (const subclass of [6, 11]) {
      const { outcome } = enter(state, test(subclass, 1, 84));
      assert.equal(!outcome.accepted && outcome.refusal, 'function');
      assert.equal(!outcome.accepted && outcome.detail, 'subclassProprietary');
    }
  });

  it('of the extended kind names the register', () => {
    assert.deepEqual(enter(state, test(2, 63 * 2 ** 30, 0)).outcome, {
      accepted: true,
      effect: { kind: 'extendedRead', registerIndex: 63 },
    });
    const { outcome } = enter(state, test(2, 0, 0), { unsupported: ['extendedRead'] });
    assert.equal(!outcome.accepted && outcome.refusal, 'function');
    assert.equal(!outcome.accepted && outcome.detail, 'unsupported');
  });
});

describe('the lock-out', () => {
  const wrong = credit(baseTid + 1, 1n, keyFilled(7));
  const keypad = (state: AcceptanceState, digits: string, nowMs: number) =>
    acceptToken(state, { digits, nowMs, origin: 'keypad', headroom: { electricity: 1_000n } });

  function afterWrong(count: number, nowMs = 0): AcceptanceState {
    let state = stateWith();
    for (let i = 0; i < count; i += 1) {
      // Far enough apart for every lock to have ended.
      state = keypad(state, wrong, nowMs + i * 2_000_000).state;
    }
    return state;
  }

  it('starts at the third wrong keypad entry, for 10 seconds', () => {
    let state = stateWith();
    for (const entry of ['123', wrong, '73786976294838206463']) {
      assert.notEqual(resultOf(keypad(state, credit(baseTid + 1), 0)), 'lockout');
      state = keypad(state, entry, 0).state;
    }
    assert.deepEqual(state.lockout, { wrongEntries: 3, lockedUntilMs: 10_000 });
    assert.equal(resultOf(keypad(state, credit(baseTid + 1), 9_999)), 'lockout');
    assert.equal(resultOf(keypad(state, credit(baseTid + 1), 10_000)), 'accepted credit');
  });

  it('doubles with each further wrong entry', () => {
    const state = afterWrong(4);
    const last = 3 * 2_000_000;
    assert.equal(state.lockout.lockedUntilMs, last + 20_000);
  });

  it('is not extended, nor shortened, by entries while it runs', () => {
    const state = afterWrong(3);
    for (const entry of [wrong, '123', credit(baseTid + 1)]) {
      const decision = keypad(state, entry, 4_000_001);
      assert.equal(resultOf(decision), 'lockout');
      assert.deepEqual(decision.state, state);
    }
  });

  it('lets tokens for any meter through', () => {
    const state = afterWrong(3);
    const decision = keypad(state, '00000000000150997584', 4_000_001);
    assert.equal(resultOf(decision), 'accepted test');
    assert.deepEqual(decision.state, state);
  });

  it('does not concern remote delivery, neither stopping nor counting it', () => {
    const locked = afterWrong(3);
    assert.equal(
      resultOf(enter(locked, credit(baseTid + 1), { nowMs: 4_000_001 })),
      'accepted credit',
    );
    const state = stateWith();
    for (const entry of [wrong, '123', '73786976294838206463']) {
      assert.deepEqual(enter(state, entry).state, state);
    }
  });

  it('ends with an accepted token, by any way in', () => {
    for (const origin of ['keypad', 'remote'] as const) {
      const { state } = enter(afterWrong(2), credit(baseTid + 1), { origin, nowMs: 9_000_000 });
      assert.deepEqual(state.lockout, { wrongEntries: 0, lockedUntilMs: 0 });
    }
    const { state } = enter(afterWrong(2), manage({ kind: 'clearTamper' }), { nowMs: 9_000_000 });
    assert.equal(state.lockout.wrongEntries, 0);
  });

  it('does not count genuine tokens that are refused', () => {
    const state = afterWrong(2);
    const nowMs = 9_000_000;
    const used = { ...state, tidStore: [...state.tidStore.slice(1), baseTid + 1] };
    for (const [from, token] of [
      [used, credit(baseTid + 1)],
      [state, credit(baseTid - 1)],
      [state, credit(baseTid + 1, 5_000n)],
      [state, sealed(0, 9)],
      [state, sealed(2, 12)],
    ] as const) {
      assert.equal(keypad(from, token, nowMs).state.lockout.wrongEntries, 2);
    }
  });
});
