import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { expectOk, keyFilled } from '../test/fixtures.ts';
import { sealBlock } from './block.ts';
import { readToken, type TokenFields, tokenClassOf } from './codec.ts';
import { cipherOf } from './decoder-key.ts';
import {
  controlOfTests,
  issueCreditToken,
  issueCurrencyToken,
  issueManagementToken,
  issueTestToken,
  type ManagementFunction,
} from './issue.ts';

const decoderKey = keyFilled(0x5a);
const timed = { decoderKey, tid: 5_915_965, rnd: 5, keyExpiry: 255 };
const refusal = (error: string) => ({ ok: false, error });

function read(token: string, key = decoderKey): Record<string, unknown> {
  const { crc, ...fields } = expectOk(readToken(key, token)) as TokenFields &
    Record<string, unknown>;
  assert.ok(crc >= 0 && crc <= 0xffff);
  return fields;
}

describe('credit tokens', () => {
  it('read back to what they were made of, for each commodity', () => {
    for (const [subclass, commodity] of (
      ['electricity', 'water', 'gas', 'time'] as const
    ).entries()) {
      const issued = expectOk(issueCreditToken({ ...timed, commodity, units: 16_385n }));
      assert.equal(issued.units, 16_394n);
      assert.equal(issued.tid, 5_915_965);
      assert.deepEqual(read(issued.token), {
        kind: 'credit',
        tokenClass: 0,
        subclass,
        commodity,
        rnd: 5,
        tid: 5_915_965,
        units: 16_394n,
        amountField: 0x4001,
      });
    }
  });

  it('are refused with anything out of range, the first fault named', () => {
    const issue = (changes: object) =>
      issueCreditToken({ ...timed, commodity: 'electricity', units: 1n, ...changes });
    assert.deepEqual(issue({ commodity: 'steam', tid: -1 }), refusal('commodity'));
    for (const tid of [-1, 1.5, 0x100_0000])
      assert.deepEqual(issue({ tid, rnd: 99 }), refusal('tid'));
    for (const rnd of [-1, 0.5, 16])
      assert.deepEqual(issue({ rnd, keyExpiry: -1 }), refusal('rnd'));
    for (const keyExpiry of [-1, 0.5, 256])
      assert.deepEqual(issue({ keyExpiry }), refusal('keyExpiry'));
    assert.deepEqual(issue({ units: -1n }), refusal('amountNegative'));
    assert.deepEqual(issue({ units: 18_201_625n }), refusal('amountTooLarge'));
    assert.equal(issue({ units: 18_201_624n, rnd: 15, tid: 0xff_ffff }).ok, true);
    assert.equal(issue({ units: 0n, rnd: 0, tid: 0, keyExpiry: 0 }).ok, true);
  });

  it('are refused under a key that has expired: the TID’s top byte above the expiry', () => {
    const issue = (tid: number, keyExpiry: number) =>
      issueCreditToken({ ...timed, tid, keyExpiry, commodity: 'electricity', units: 1n });
    assert.equal(issue(0x32_ffff, 0x32).ok, true);
    assert.deepEqual(issue(0x33_0000, 0x32), refusal('keyExpired'));
    assert.equal(issue(0xff_ffff, 255).ok, true);
    assert.deepEqual(issue(0xff_0000, 254), refusal('keyExpired'));
  });

  it('survive the whole way for any key, amount, TID and nibble', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 255 }),
        fc.constantFrom(8 as const, 16 as const),
        fc.bigInt({ min: 0n, max: 18_201_624n }),
        fc.nat(0xff_ffff),
        fc.nat(15),
        (byte, length, units, tid, rnd) => {
          const key = keyFilled(byte, length);
          const issued = expectOk(
            issueCreditToken({
              decoderKey: key,
              tid,
              rnd,
              keyExpiry: 255,
              commodity: 'electricity',
              units,
            }),
          );
          assert.ok(issued.units >= units);
          const fields = expectOk(readToken(key, issued.token));
          assert.ok(fields.kind === 'credit');
          assert.deepEqual([fields.units, fields.tid, fields.rnd], [issued.units, tid, rnd]);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('currency tokens', () => {
  it('read back with sign and rounding, for each commodity', () => {
    for (const [index, commodity] of (['electricity', 'water', 'gas', 'time'] as const).entries()) {
      const issued = expectOk(issueCurrencyToken({ ...timed, commodity, amountE5: -100_000n }));
      assert.equal(issued.amountE5, -99_994n);
      assert.equal(issued.tid, 5_915_965);
      assert.deepEqual(read(issued.token), {
        kind: 'currencyCredit',
        tokenClass: 0,
        subclass: 4 + index,
        commodity,
        tid: 5_915_965,
        amountE5: -99_994n,
        signAndExponent: 8,
        amountField: 0x60a9,
      });
    }
  });

  it('are refused with anything out of range', () => {
    const issue = (changes: object) =>
      issueCurrencyToken({ ...timed, commodity: 'gas', amountE5: 1n, ...changes });
    assert.deepEqual(issue({ commodity: 'steam' }), refusal('commodity'));
    assert.deepEqual(issue({ tid: -1 }), refusal('tid'));
    assert.deepEqual(issue({ keyExpiry: 3 }), refusal('keyExpired'));
    assert.deepEqual(issue({ amountE5: 10n ** 40n }), refusal('amountTooLarge'));
  });
});

describe('management tokens', () => {
  const cases: [ManagementFunction, number, object][] = [
    [{ kind: 'setMaximumPowerLimit', watts: 20_000n }, 0, { watts: 20_004n }],
    [
      { kind: 'clearCredit', register: 'electricity' },
      1,
      { register: 'electricity', registerCode: 0 },
    ],
    [{ kind: 'clearCredit', register: 'water' }, 1, { register: 'water', registerCode: 1 }],
    [
      { kind: 'clearCredit', register: 'electricityCurrency' },
      1,
      { register: 'electricityCurrency', registerCode: 4 },
    ],
    [
      { kind: 'clearCredit', register: 'waterCurrency' },
      1,
      { register: 'waterCurrency', registerCode: 5 },
    ],
    [
      { kind: 'clearCredit', register: 'gasCurrency' },
      1,
      { register: 'gasCurrency', registerCode: 6 },
    ],
    [
      { kind: 'clearCredit', register: 'timeCurrency' },
      1,
      { register: 'timeCurrency', registerCode: 7 },
    ],
    [{ kind: 'clearCredit', register: 'all' }, 1, { register: 'all', registerCode: 0xffff }],
    [{ kind: 'setTariffRate', rate: 0xffff }, 2, { rate: 0xffff }],
    [{ kind: 'clearTamper' }, 5, { pad: 0 }],
    [{ kind: 'setPhaseUnbalanceLimit', watts: 500n }, 6, { watts: 500n }],
    [{ kind: 'setWaterFactor', factor: 0 }, 7, { factor: 0 }],
    [
      { kind: 'extendedSet', index: 0, value: 123 },
      10,
      { index: 0, value: 123, value16: 123, flag: null },
    ],
    [
      { kind: 'extendedSet', index: 63, value: 1 },
      10,
      { index: 63, value: 1, value16: 0xfc01, flag: { index: 0, isSet: true } },
    ],
    [
      { kind: 'extendedSet', index: 63, value: 1022 },
      10,
      { index: 63, value: 1022, value16: 0xfffe, flag: { index: 511, isSet: false } },
    ],
  ];

  for (const [action, subclass, value] of cases) {
    it(`read back: ${JSON.stringify(action, (_, one) => (typeof one === 'bigint' ? `${one}` : one))}`, () => {
      const issued = expectOk(issueManagementToken({ ...timed, function: action }));
      assert.equal(issued.tid, timed.tid);
      assert.equal(issued.watts, 'watts' in value ? value.watts : undefined);
      assert.equal('watts' in issued, 'watts' in value);
      assert.deepEqual(read(issued.token), {
        kind: action.kind,
        tokenClass: 2,
        subclass,
        rnd: 5,
        tid: 5_915_965,
        ...value,
      });
    });
  }

  it('are refused with anything out of range', () => {
    const issue = (action: object, changes: object = {}) =>
      issueManagementToken({ ...timed, ...changes, function: action as ManagementFunction });
    assert.deepEqual(issue({ kind: 'clearTamper' }, { tid: -1 }), refusal('tid'));
    assert.deepEqual(issue({ kind: 'clearTamper' }, { keyExpiry: 3 }), refusal('keyExpired'));
    assert.deepEqual(issue({ kind: 'clearCredit', register: 'steam' }), refusal('register'));
    for (const kind of ['setMaximumPowerLimit', 'setPhaseUnbalanceLimit']) {
      assert.deepEqual(issue({ kind, watts: -1n }), refusal('amountNegative'));
      assert.deepEqual(issue({ kind, watts: 18_201_625n }), refusal('amountTooLarge'));
    }
    for (const value of [-1, 0.5, 0x1_0000]) {
      assert.deepEqual(issue({ kind: 'setTariffRate', rate: value }), refusal('field16'));
      assert.deepEqual(issue({ kind: 'setWaterFactor', factor: value }), refusal('field16'));
    }
    for (const index of [-1, 64]) {
      assert.deepEqual(issue({ kind: 'extendedSet', index, value: 0 }), refusal('extendedIndex'));
    }
    for (const value of [-1, 1024]) {
      assert.deepEqual(issue({ kind: 'extendedSet', index: 0, value }), refusal('extendedValue'));
    }
    assert.equal(issue({ kind: 'extendedSet', index: 63, value: 1023 }).ok, true);
  });
});

describe('test tokens', () => {
  it('are the printed ones of the standard', () => {
    for (const [subclass, control, token] of [
      [0, 1, '00000000000150997584'],
      [0, 0xf_ffff_ffff, '56493153725450313471'],
      [1, 0xfff_ffff, '02305843005052951967'],
    ] as const) {
      assert.deepEqual(issueTestToken({ subclass, control, manufacturerCode: 0 }), {
        ok: true,
        value: { token },
      });
    }
  });

  it('read back without a key, every kind of them', () => {
    for (const [subclass, control, code, kind] of [
      [0, 0x8_0000_0001, 99, 'test'],
      [1, 0x800_0001, 9999, 'test'],
      [6, 3, 9999, 'proprietaryTest'],
      [10, 3, 100, 'proprietaryTest'],
      [11, 3, 99, 'proprietaryTest'],
      [15, 0xf_0000_0000, 1, 'proprietaryTest'],
    ] as const) {
      const { token } = expectOk(issueTestToken({ subclass, control, manufacturerCode: code }));
      const fields = expectOk(readToken(null, token));
      assert.ok(fields.tokenClass === 1);
      assert.equal(fields.kind, kind);
      assert.equal(fields.subclass, subclass);
      assert.equal(fields.control, control);
      assert.equal(fields.controlBits, subclass === 0 || subclass > 10 ? 36 : 28);
      assert.equal(fields.manufacturerCode, code);
      assert.equal(fields.registerIndex, null);
      assert.equal(controlOfTests(fields.tests, fields.controlBits), control);
      assert.deepEqual(readToken(decoderKey, token), { ok: true, value: fields });
    }
  });

  it('read all bits of their field as every test', () => {
    for (const [subclass, control] of [
      [0, 0xf_ffff_ffff],
      [1, 0xfff_ffff],
    ] as const) {
      const { token } = expectOk(issueTestToken({ subclass, control, manufacturerCode: 0 }));
      const fields = expectOk(readToken(null, token));
      assert.equal(fields.tokenClass === 1 && fields.tests, 'all');
    }
  });

  it('of the extended kind carry a register index in their top six bits', () => {
    for (const index of [0, 1, 63]) {
      const control = index * 2 ** 30;
      const { token } = expectOk(issueTestToken({ subclass: 2, control, manufacturerCode: 0 }));
      const fields = expectOk(readToken(null, token));
      assert.ok(fields.tokenClass === 1);
      assert.deepEqual(
        [fields.kind, fields.registerIndex, fields.tests],
        ['extendedRead', index, []],
      );
      assert.equal(fields.controlBits, 36);
    }
  });

  it('are refused out of range', () => {
    const issue = (subclass: number, control: number, manufacturerCode: number) =>
      issueTestToken({ subclass, control, manufacturerCode });
    for (const subclass of [-1, 3, 4, 5, 16, 0.5])
      assert.deepEqual(issue(subclass, 0, 0), refusal('subclass'));
    assert.deepEqual(issue(0, 2 ** 36, 0), refusal('control'));
    assert.deepEqual(issue(1, 2 ** 28, 0), refusal('control'));
    assert.deepEqual(issue(11, 2 ** 36, 0), refusal('control'));
    assert.deepEqual(issue(10, 2 ** 28, 0), refusal('control'));
    assert.deepEqual(issue(0, -1, 0), refusal('control'));
    assert.deepEqual(issue(0, 1, 100), refusal('manufacturerCode'));
    assert.deepEqual(issue(1, 1, 10_000), refusal('manufacturerCode'));
    assert.deepEqual(issue(2, 1, 1), refusal('manufacturerCode'));
    assert.equal(issue(2, 2 ** 36 - 1, 0).ok, true);
  });

  it('number their tests from 1, each once', () => {
    assert.equal(controlOfTests([1], 36), 1);
    assert.equal(controlOfTests([1, 1, 36], 36), 2 ** 35 + 1);
    assert.equal(controlOfTests([], 28), 0);
    assert.equal(controlOfTests('all', 28), 0xfff_ffff);
    for (const n of [0, 29, 1.5]) assert.equal(controlOfTests([n], 28), null);
    assert.equal(controlOfTests([37], 36), null);
    assert.equal(controlOfTests([1, 0], 36), null);
  });
});

describe('reading', () => {
  const sealed = (tokenClass: number, subclass: number, value16 = 0): string =>
    sealBlock(tokenClass === 1 ? null : cipherOf(decoderKey), tokenClass, {
      high: (subclass << 28) | 1,
      value16,
    });

  it('refuses what is no token, in the order of the checks', () => {
    assert.deepEqual(readToken(null, '1'), refusal('tokenLength'));
    assert.deepEqual(readToken(null, '1234567890123456789x'), refusal('tokenCharacter'));
    assert.deepEqual(readToken(null, '73786976294838206464'), refusal('tokenTooLarge'));
    assert.deepEqual(readToken(null, '73786976294838206463'), refusal('classReserved'));
    assert.deepEqual(readToken(null, sealed(0, 0)), refusal('keyRequired'));
    assert.deepEqual(readToken(null, sealed(2, 0)), refusal('keyRequired'));
    assert.deepEqual(readToken(keyFilled(2), sealed(0, 0)), refusal('crc'));
    assert.deepEqual(readToken(null, '00000000000150997585'), refusal('crc'));
  });

  it('refuses reserved and proprietary subclasses by name', () => {
    for (let subclass = 8; subclass < 16; subclass += 1) {
      assert.deepEqual(readToken(decoderKey, sealed(0, subclass)), refusal('subclassReserved'));
    }
    for (const subclass of [3, 4, 5]) {
      assert.deepEqual(readToken(null, sealed(1, subclass)), refusal('subclassReserved'));
    }
    for (let subclass = 11; subclass < 16; subclass += 1) {
      assert.deepEqual(readToken(decoderKey, sealed(2, subclass)), refusal('subclassProprietary'));
    }
    assert.deepEqual(readToken(decoderKey, sealed(2, 9)), refusal('subclassReserved'));
  });

  it('names a reserved register of ClearCredit null, and shows a pad that is not zero', () => {
    for (const code of [8, 0xfffe]) {
      assert.equal(read(sealed(2, 1, code))['register'], null);
      assert.equal(read(sealed(2, 1, code))['registerCode'], code);
    }
    assert.equal(read(sealed(2, 5, 7))['pad'], 7);
  });

  it('knows the class without a key', () => {
    assert.deepEqual(tokenClassOf(sealed(0, 0)), { ok: true, value: 0 });
    assert.deepEqual(tokenClassOf(sealed(1, 0)), { ok: true, value: 1 });
    assert.deepEqual(tokenClassOf(sealed(2, 0)), { ok: true, value: 2 });
    assert.deepEqual(tokenClassOf('73786976294838206463'), { ok: true, value: 3 });
    assert.deepEqual(tokenClassOf('x'), refusal('tokenCharacter'));
  });
});
