import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { baseTid, enter, expectOk, keyFilled, stateWith } from '../test/fixtures.ts';
import { createAcceptanceState, decoderKeyOfState, restoreAcceptanceState } from './accept.ts';
import { decoderKeyBytes, decoderKeyFromBytes } from './decoder-key.ts';
import { issueKeyChangeTokens } from './issue.ts';

const refusal = (error: string) => ({ ok: false, error });
type Options = Parameters<typeof createAcceptanceState>[0];

const options: Options = {
  meterPan: '600727842785349402',
  decoderKey: keyFilled(0xab),
  supplyGroupCode: '201457',
  tariffIndex: '01',
  keyRevision: 1,
  keyType: 2,
  keyExpiry: 255,
  baseDate: 14,
  initialTid: baseTid,
};

describe('the state of a new meter', () => {
  it('is plain data with the defaults of the standard', () => {
    const state = expectOk(createAcceptanceState(options));
    assert.deepEqual(JSON.parse(JSON.stringify(state)), {
      version: 1,
      meterPan: '600727842785349402',
      manufacturerCode: 84,
      ea: 'ea07',
      baseDate: 14,
      supplyGroupCode: '201457',
      tariffIndex: '01',
      keyRevision: 1,
      keyType: 2,
      keyExpiry: 255,
      tidStore: new Array(50).fill(baseTid),
      keyChangeTimeoutMs: 600_000,
      pendingKeyChange: null,
      lockout: { wrongEntries: 0, lockedUntilMs: 0 },
      secrets: { decoderKey: 'AB'.repeat(8), keyParts: ['', '', '', ''] },
    });
    assert.equal(stateWith({ decoderKey: keyFilled(1, 16) }).ea, 'ea11');
  });

  it('is refused by name when something is wrong', () => {
    const cases: [object, string][] = [
      [{ meterPan: '1' }, 'panLength'],
      [{ supplyGroupCode: '1' }, 'supplyGroupCode'],
      [{ supplyGroupCode: '1234567' }, 'supplyGroupCode'],
      [{ tariffIndex: '1' }, 'tariffIndex'],
      [{ tariffIndex: '111' }, 'tariffIndex'],
      [{ keyRevision: 0 }, 'keyRevision'],
      [{ keyRevision: 10 }, 'keyRevision'],
      [{ keyType: -1 }, 'keyType'],
      [{ keyType: 4 }, 'keyType'],
      [{ keyExpiry: -1 }, 'keyExpiry'],
      [{ keyExpiry: 256 }, 'keyExpiry'],
      [{ baseDate: 15 }, 'baseDate'],
      [{ initialTid: -1 }, 'tidStore'],
      [{ initialTid: 0x100_0000 }, 'tidStore'],
      [{ tidStoreSize: 0 }, 'tidStore'],
      [{ tidStoreSize: 10_001 }, 'tidStore'],
      [{ tidStoreSize: 1.5 }, 'tidStore'],
      [{ keyChangeTimeoutMs: 0 }, 'timeout'],
    ];
    for (const [changes, error] of cases) {
      assert.deepEqual(createAcceptanceState({ ...options, ...changes }), refusal(error));
    }
    for (const changes of [
      {
        keyRevision: 9,
        keyType: 3,
        keyExpiry: 0,
        baseDate: 93,
        initialTid: 0xff_ffff,
        tidStoreSize: 1,
      },
      { keyType: 0, tidStoreSize: 10_000, keyChangeTimeoutMs: 1, initialTid: 0, baseDate: 35 },
    ] as Partial<Options>[]) {
      assert.equal(createAcceptanceState({ ...options, ...changes }).ok, true);
    }
  });

  it('hides its key from inspect and string conversion, not from JSON', () => {
    const state = stateWith({ decoderKey: keyFilled(0xab) });
    for (const shown of [
      inspect(state, { depth: 9 }),
      inspect(state.secrets),
      `${state.secrets}`,
    ]) {
      assert.match(shown, /\[secret\]/);
      assert.doesNotMatch(shown, /ABAB/);
    }
    assert.match(JSON.stringify(state), /ABAB/);
    assert.match(structuredClone(state).secrets.decoderKey, /ABAB/);
  });

  it('says so when its key is none', () => {
    for (const decoderKey of ['XY', 'ABCD']) {
      const secrets = { ...stateWith().secrets, decoderKey };
      assert.throws(() => decoderKeyOfState({ ...stateWith(), secrets }), TypeError);
    }
  });
});

describe('a stored state', () => {
  const held16 = keyFilled(1, 16);
  const pending = () => {
    const set = issueKeyChangeTokens({
      heldKey: held16,
      heldKeyType: 2,
      next: {
        decoderKey: keyFilled(0xcd, 16),
        supplyGroupCode: '201457',
        tariffIndex: '09',
        keyRevision: 2,
        keyType: 2,
        keyExpiry: 255,
      },
      tokenCount: 4,
      rollover: true,
    });
    let state = stateWith({ decoderKey: held16 });
    for (const token of expectOk(set).tokens.slice(0, 3)) state = enter(state, token).state;
    return { state, last: expectOk(set).tokens[3] ?? '' };
  };

  it('comes back whole, hidden again, in the middle of a key change', () => {
    const { state, last } = pending();
    const restored = expectOk(restoreAcceptanceState(JSON.parse(JSON.stringify(state))));
    assert.deepEqual(restored, state);
    assert.match(inspect(restored), /secrets: \[secret\]/);
    const after = enter(restored, last).state;
    assert.deepEqual(decoderKeyBytes(decoderKeyOfState(after)), new Uint8Array(16).fill(0xcd));
  });

  it('comes back without a supply group and with a running lock', () => {
    const state = {
      ...stateWith(),
      supplyGroupCode: null,
      lockout: { wrongEntries: 5, lockedUntilMs: 9 },
    };
    assert.deepEqual(restoreAcceptanceState(JSON.parse(JSON.stringify(state))), {
      ok: true,
      value: state,
    });
  });

  it('is refused when any field was damaged', () => {
    const good = JSON.parse(JSON.stringify(pending().state));
    const section = (name: string, changes: object) => ({
      pendingKeyChange: {
        ...good.pendingKeyChange,
        [name]: { ...good.pendingKeyChange[name], ...changes },
      },
    });
    const cases: [object, string][] = [
      [{ version: 2 }, 'stored'],
      [{ meterPan: 5 }, 'stored'],
      [{ meterPan: '600727842785349403' }, 'panCheckDigit'],
      [{ tariffIndex: 1 }, 'stored'],
      [{ tariffIndex: '1' }, 'tariffIndex'],
      [{ supplyGroupCode: 5 }, 'stored'],
      [{ supplyGroupCode: '5' }, 'supplyGroupCode'],
      [{ manufacturerCode: 85 }, 'stored'],
      [{ ea: 'ea09' }, 'decoderKey'],
      [{ ea: 'ea07' }, 'decoderKey'],
      [{ secrets: null }, 'decoderKey'],
      [{ secrets: { ...good.secrets, decoderKey: 5 } }, 'decoderKey'],
      [{ secrets: { ...good.secrets, decoderKey: 'xx'.repeat(16) } }, 'decoderKey'],
      [{ secrets: { ...good.secrets, decoderKey: 'AB' } }, 'decoderKey'],
      [{ secrets: { ...good.secrets, keyParts: ['', '', ''] } }, 'decoderKey'],
      [{ secrets: { ...good.secrets, keyParts: 'abcd' } }, 'decoderKey'],
      [{ secrets: { ...good.secrets, keyParts: ['', '', '', 'AB'] } }, 'decoderKey'],
      [{ secrets: { ...good.secrets, keyParts: ['', '', '', 5] } }, 'decoderKey'],
      [{ secrets: { ...good.secrets, keyParts: ['', '', '', 12345678] } }, 'decoderKey'],
      [{ secrets: { ...good.secrets, decoderKey: `g${'A'.repeat(31)}` } }, 'decoderKey'],
      [{ secrets: { ...good.secrets, decoderKey: `${'A'.repeat(31)}g` } }, 'decoderKey'],
      [{ keyRevision: '1' }, 'keyRevision'],
      [{ keyType: 4 }, 'keyType'],
      [{ keyExpiry: 256 }, 'keyExpiry'],
      [{ baseDate: 1 }, 'baseDate'],
      [{ tidStore: [] }, 'tidStore'],
      [{ tidStore: 'x' }, 'tidStore'],
      [{ tidStore: [2, 1] }, 'tidStore'],
      [{ tidStore: [-1] }, 'tidStore'],
      [{ tidStore: [0x100_0000] }, 'tidStore'],
      [{ tidStore: new Array(10_001).fill(0) }, 'tidStore'],
      [{ keyChangeTimeoutMs: 0 }, 'timeout'],
      [{ lockout: null }, 'stored'],
      [{ lockout: { wrongEntries: -1, lockedUntilMs: 0 } }, 'stored'],
      [{ lockout: { wrongEntries: 0, lockedUntilMs: '0' } }, 'stored'],
      [{ pendingKeyChange: 5 }, 'stored'],
      [{ pendingKeyChange: { ...good.pendingKeyChange, atMs: null } }, 'stored'],
      [{ pendingKeyChange: { ...good.pendingKeyChange, section1: 5 } }, 'stored'],
      [section('section1', { keyExpiryHigh: 16 }), 'stored'],
      [section('section1', { keyRevision: 0 }), 'stored'],
      [section('section1', { keyType: 4 }), 'stored'],
      [section('section1', { rollover: 1 }), 'stored'],
      [section('section1', { hasThirdToken: 0 }), 'stored'],
      [section('section2', { keyExpiryLow: 16 }), 'stored'],
      [section('section2', { tariffIndex: 100 }), 'stored'],
      [section('section3', { supplyGroup: 0x100_0000 }), 'stored'],
      [section('section4', { supplyGroupHigh: 0x1000 }), 'stored'],
    ];
    assert.equal(restoreAcceptanceState(good).ok, true);
    for (const length of [1, 10_000]) {
      const tidStore = new Array(length).fill(0);
      assert.equal(restoreAcceptanceState({ ...good, tidStore }).ok, true);
    }
    assert.equal(restoreAcceptanceState({ ...good, tidStore: [1, 1, 0xff_ffff] }).ok, true);
    for (const [changes, error] of cases) {
      assert.deepEqual(
        restoreAcceptanceState({ ...good, ...changes }),
        refusal(error),
        JSON.stringify(changes),
      );
    }
  });

  it('is refused when the pending sections and the key parts do not fit each other', () => {
    const good = JSON.parse(JSON.stringify(pending().state));
    const { pendingKeyChange: sections, secrets } = good;
    const [one, two, three] = secrets.keyParts;
    const with11 = (changes: object, keyParts: string[]) => ({
      ...good,
      pendingKeyChange: changes === null ? null : { ...sections, ...changes },
      secrets: { ...secrets, keyParts },
    });
    const group = { supplyGroupHigh: 0xfff };
    const ea07 = JSON.parse(JSON.stringify(stateWith()));
    const section3 = { supplyGroup: 999_999 };
    const none = { section1: null, section2: null, section3: null, section4: null };
    const with07 = (changes: object | null, keyParts: string[]) => ({
      ...ea07,
      pendingKeyChange: changes === null ? null : { ...sections, ...none, ...changes },
      secrets: { ...ea07.secrets, keyParts },
    });
    const noThird = { ...sections.section1, hasThirdToken: false };
    const third = { ...sections.section1, hasThirdToken: true };
    for (const fitting of [
      good,
      with11({ section1: null, section4: group }, ['', two, three, one]),
      with11({ section3: { supplyGroup: 0xfff } }, [one, two, three, '']),
      with07({ section3 }, ['', '', '', '']),
      with07({ section3, section1: noThird }, [one, '', '', '']),
      with07({ section2: sections.section2, section1: third }, [one, two, '', '']),
    ]) {
      assert.equal(restoreAcceptanceState(fitting).ok, true, JSON.stringify(fitting));
    }
    for (const unfit of [
      with11({}, ['', two, three, '']),
      with11({}, [one, two, '', '']),
      with11({ section2: null }, [one, two, three, '']),
      with11({ section4: group }, [one, two, three, one]),
      with11({ section4: group }, [one, two, three, '']),
      with11({ section3: { supplyGroup: 0x1000 } }, [one, two, three, '']),
      with11(none, ['', '', '', '']),
      with07(null, [one, '', '', '']),
      with07({}, ['', '', '', '']),
      with07({ section3: { supplyGroup: 1_000_000 } }, ['', '', '', '']),
      with07({ section3 }, ['', '', three, '']),
      with07({ section3, section4: group }, ['', '', '', '']),
      with07({ section4: group }, ['', '', '', one]),
      with07({ section1: noThird, section2: sections.section2 }, [one, two, '', '']),
    ]) {
      assert.deepEqual(restoreAcceptanceState(unfit), refusal('stored'), JSON.stringify(unfit));
    }
  });

  it('of any other shape is refused without throwing', () => {
    const good = JSON.parse(JSON.stringify(pending().state));
    for (const other of [null, undefined, 5, 'x', [], {}]) {
      assert.deepEqual(restoreAcceptanceState(other), refusal('stored'));
    }
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(good)), fc.jsonValue(), (name, value) => {
        const restored = restoreAcceptanceState({ ...good, [name]: value });
        if (restored.ok)
          assert.ok(decoderKeyFromBytes(decoderKeyBytes(decoderKeyOfState(restored.value))).ok);
      }),
      { numRuns: 1_000 },
    );
  });
});
