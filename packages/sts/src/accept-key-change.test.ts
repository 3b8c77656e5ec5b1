import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { baseTid, enter, expectOk, keyFilled, resultOf, stateWith } from '../test/fixtures.ts';
import { type AcceptanceState, decoderKeyOfState } from './accept.ts';
import { sealBlock } from './block.ts';
import { cipherOf, type DecoderKey, decoderKeyBytes, decoderKeyFromBytes } from './decoder-key.ts';
import { issueCreditToken, issueKeyChangeTokens, type KeyChangeParameters } from './issue.ts';

const oldKey = keyFilled(1);
const newKey = keyFilled(0xc4);
const next: KeyChangeParameters = {
  decoderKey: newKey,
  supplyGroupCode: '000042',
  tariffIndex: '07',
  keyRevision: 2,
  keyType: 2,
  keyExpiry: 0xb3,
};

function setOf(
  tokenCount: 2 | 3 | 4,
  changes: Partial<KeyChangeParameters> = {},
  o: { rollover?: boolean; heldKey?: DecoderKey } = {},
): readonly string[] {
  return expectOk(
    issueKeyChangeTokens({
      heldKey: o.heldKey ?? oldKey,
      heldKeyType: 0,
      next: { ...next, ...changes },
      tokenCount,
      rollover: o.rollover ?? false,
    }),
  ).tokens;
}

const credit = (decoderKey: DecoderKey, tid: number): string =>
  expectOk(
    issueCreditToken({
      decoderKey,
      commodity: 'electricity',
      units: 1n,
      tid,
      rnd: 0,
      keyExpiry: 255,
    }),
  ).token;

function run(start: AcceptanceState, tokens: readonly string[]) {
  let state = start;
  const outcomes = tokens.map((token) => {
    const decision = enter(state, token);
    state = decision.state;
    return decision.outcome;
  });
  return { state, outcomes };
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, at) =>
    permutations([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]),
  );
}

describe('a key-change set in a meter', () => {
  it('of two tokens changes everything together, in either order, and forgets the supply group', () => {
    for (const order of permutations(setOf(2))) {
      const start = stateWith();
      const { state, outcomes } = run(start, order);
      assert.equal(outcomes[0]?.accepted, true);
      assert.deepEqual(outcomes[1], {
        accepted: true,
        effect: {
          kind: 'keyChanged',
          keyRevision: 2,
          keyType: 2,
          tariffIndex: '07',
          keyExpiry: 0xb3,
          supplyGroupCode: null,
          rolledOver: false,
        },
      });
      assert.deepEqual(decoderKeyBytes(decoderKeyOfState(state)), decoderKeyBytes(newKey));
      const { secrets: _, ...shown } = state;
      const { secrets: __, ...before } = start;
      assert.deepEqual(shown, {
        ...before,
        keyRevision: 2,
        keyType: 2,
        tariffIndex: '07',
        keyExpiry: 0xb3,
        supplyGroupCode: null,
      });
      assert.deepEqual(state.secrets.keyParts, ['', '', '', '']);
    }
  });

  it('of three tokens works in every order and brings the supply group', () => {
    for (const order of permutations(setOf(3))) {
      const { state, outcomes } = run(stateWith(), order);
      assert.deepEqual(
        outcomes.map((outcome) => outcome.accepted && outcome.effect.kind),
        ['keyChangePart', 'keyChangePart', 'keyChanged'],
      );
      assert.equal(state.supplyGroupCode, '000042');
      assert.deepEqual(decoderKeyBytes(decoderKeyOfState(state)), decoderKeyBytes(newKey));
    }
  });

  it('of four tokens works in every order', () => {
    const heldKey = keyFilled(1, 16);
    const bytes = Uint8Array.from({ length: 16 }, (_, i) => i * 15 + 1);
    const decoderKey = expectOk(decoderKeyFromBytes(bytes));
    const changes = { decoderKey, supplyGroupCode: '999999' };
    for (const order of permutations(setOf(4, changes, { heldKey }))) {
      const { state, outcomes } = run(stateWith({ decoderKey: heldKey }), order);
      assert.equal(outcomes[2]?.accepted && outcomes[2].effect.kind, 'keyChangePart');
      assert.equal(outcomes[3]?.accepted && outcomes[3].effect.kind, 'keyChanged');
      assert.equal(state.supplyGroupCode, '999999');
      assert.deepEqual(decoderKeyBytes(decoderKeyOfState(state)), bytes);
    }
  });

  it('says which sections are missing', () => {
    const heldKey = keyFilled(1, 16);
    const four = setOf(4, { decoderKey: keyFilled(0x77, 16) }, { heldKey });
    const { outcomes } = run(
      stateWith({ decoderKey: heldKey }),
      [2, 0, 3].map((i) => four[i] ?? ''),
    );
    assert.deepEqual(
      outcomes.map((outcome) => outcome.accepted && outcome.effect),
      [
        { kind: 'keyChangePart', section: 3, missing: [1, 2, 4] },
        { kind: 'keyChangePart', section: 1, missing: [2, 4] },
        { kind: 'keyChangePart', section: 4, missing: [2] },
      ],
    );
    const three = run(stateWith(), [setOf(3)[2] ?? '', setOf(3)[1] ?? '']).outcomes;
    assert.deepEqual(
      three.map((outcome) => outcome.accepted && outcome.effect),
      [
        { kind: 'keyChangePart', section: 3, missing: [1, 2] },
        { kind: 'keyChangePart', section: 2, missing: [1] },
      ],
    );
    const first = run(stateWith(), [setOf(3)[0] ?? '']).outcomes[0];
    assert.deepEqual(first?.accepted && first.effect, {
      kind: 'keyChangePart',
      section: 1,
      missing: [2, 3],
    });
  });

  it('leaves the key in use alone until it is complete', () => {
    const { state } = run(stateWith(), [setOf(2)[0] ?? '']);
    assert.equal(resultOf(enter(state, credit(oldKey, baseTid + 1))), 'accepted credit');
    assert.deepEqual(enter(state, credit(newKey, baseTid + 1)).outcome, {
      accepted: false,
      refusal: 'crc',
      detail: null,
      hint: 'keyChangePending',
      tid: null,
    });
    const done = run(state, [
      setOf(2)[1] ?? '',
      credit(newKey, baseTid + 1),
      credit(oldKey, baseTid + 2),
    ]);
    assert.deepEqual(
      done.outcomes.map((outcome) => outcome.accepted || outcome.hint),
      [true, true, 'mistypedOrOtherMeter'],
    );
  });

  it('needs no valid key expiry and keeps used TIDs used', () => {
    const [one = '', two = ''] = setOf(2);
    const expired = stateWith({ keyExpiry: 0 });
    const { state } = run(expired, [one, two]);
    assert.equal(state.keyExpiry, 0xb3);
    const used = run(stateWith(), [
      credit(oldKey, baseTid + 9),
      one,
      two,
      credit(newKey, baseTid + 9),
    ]);
    assert.equal(used.outcomes[3]?.accepted === false && used.outcomes[3].refusal, 'used');
  });

  it('with roll-over clears the TID store and goes to the next base date', () => {
    for (const [from, to] of [
      [93, 14],
      [14, 35],
      [35, 35],
    ] as const) {
      const { state, outcomes } = run(
        stateWith({ baseDate: from, tidStoreSize: 3 }),
        setOf(2, {}, { rollover: true }),
      );
      assert.deepEqual(state.tidStore, [0, 0, 0]);
      assert.equal(state.baseDate, to);
      const effect = outcomes[1]?.accepted ? outcomes[1].effect : null;
      assert.equal(effect?.kind === 'keyChanged' && effect.rolledOver, true);
      assert.equal(resultOf(enter(state, credit(newKey, 5))), 'accepted credit');
    }
  });

  it('is dropped after the time-out, counted from the newest section', () => {
    const [one = '', two = '', three = ''] = setOf(3);
    const start = stateWith({ keyChangeTimeoutMs: 1_000 });
    let state = enter(start, one, { nowMs: 0 }).state;
    state = enter(state, two, { nowMs: 999 }).state;
    assert.equal(resultOf(enter(state, three, { nowMs: 1_998 })), 'accepted keyChanged');
    const late = enter(state, three, { nowMs: 1_999 });
    assert.equal(resultOf(late), 'accepted keyChangePart');
    assert.equal(late.state.pendingKeyChange?.section1, null);
    assert.deepEqual(late.state.secrets.keyParts, ['', '', '', '']);
    const dropped = enter(state, 'x', { nowMs: 5_000 }).state;
    assert.deepEqual(dropped, start);
  });

  it('takes the newest of a section that comes twice', () => {
    const first = setOf(2, { decoderKey: keyFilled(0x11), tariffIndex: '11' });
    const second = setOf(2);
    const { state } = run(stateWith(), [first[1] ?? '', second[1] ?? '', second[0] ?? '']);
    assert.equal(state.tariffIndex, '07');
    assert.equal(state.secrets.decoderKey, 'C4'.repeat(8));
  });

  it('is refused and forgotten when it leads to a forbidden key type', () => {
    const { state, outcomes } = run(stateWith(), setOf(2, { keyType: 0 }));
    assert.deepEqual(outcomes[1], {
      accepted: false,
      refusal: 'keyType',
      detail: null,
      hint: null,
      tid: null,
    });
    assert.deepEqual(state, stateWith());
  });

  it('of two tokens ignores a third that belongs to none', () => {
    const [one = '', two = ''] = setOf(2);
    const { state } = run(stateWith(), [setOf(3)[2] ?? '', one, two]);
    assert.equal(state.supplyGroupCode, null);
    assert.equal(state.pendingKeyChange, null);
  });

  it('keeps leading zeros of the key', () => {
    const { state } = run(stateWith(), setOf(2, { decoderKey: keyFilled(0) }));
    assert.equal(state.secrets.decoderKey, '0'.repeat(16));
  });

  it('does not change what the lock-out counted until a section is accepted', () => {
    const state = { ...stateWith(), lockout: { wrongEntries: 2, lockedUntilMs: 0 } };
    assert.equal(enter(state, setOf(2)[0] ?? '').state.lockout.wrongEntries, 0);
    assert.equal(run(state, setOf(2, { keyType: 0 })).state.lockout.wrongEntries, 0);
  });
});

describe('a section with values out of range', () => {
  const seal = (high: number, value16 = 0, key = oldKey): string =>
    sealBlock(cipherOf(key), 2, { high, value16 });

  it('is a range error and is not kept', () => {
    for (const [name, token] of [
      ['key revision 0', seal(0x3000_0000)],
      ['key revision 10', seal(0x30a0_0000)],
      ['tariff index 100', seal(0x4064_0000)],
      ['supply group 1000000', seal(0x8000_0000 | (1_000_000 << 4))],
      ['pad', seal(0x8000_0001)],
      ['pad', seal(0x8000_0000, 1)],
    ] as const) {
      const decision = enter(stateWith(), token);
      assert.equal(resultOf(decision), 'range', name);
      assert.deepEqual(decision.state, stateWith());
    }
    for (const token of [
      seal(0x3010_0000),
      seal(0x3090_0000),
      seal(0x4063_0000),
      seal(0x8000_0000 | (999_999 << 4)),
    ]) {
      assert.equal(resultOf(enter(stateWith(), token)), 'accepted keyChangePart');
    }
  });

  it('is found when the two parts of a supply group come together', () => {
    const heldKey = keyFilled(1, 16);
    const four = setOf(4, { decoderKey: keyFilled(2, 16) }, { heldKey });
    const tooHigh = seal(0x9fff_0000, 0, heldKey);
    const start = stateWith({ decoderKey: heldKey });
    const { state, outcomes } = run(start, [four[0] ?? '', four[1] ?? '', four[2] ?? '', tooHigh]);
    assert.equal(outcomes[3]?.accepted === false && outcomes[3].refusal, 'range');
    assert.deepEqual(state, start);
  });
});
