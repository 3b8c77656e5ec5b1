import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bytesFromHex, hexFromBytes } from './hex.ts';
import { derivedBytes, dkga04Message } from './key-blocks.ts';
import {
  type DecoderKey,
  decoderKeyAlgorithm,
  decoderKeyBytes,
  decoderKeyFromBytes,
  deriveDecoderKey,
  drnWithCheckDigit,
  type KeyParameters,
  meterPanFromDrn,
  type VendingKey,
  vendingKeyFromBytes,
} from './keys.ts';
import { purposeKey } from './purpose-key.ts';

const hex = (text: string): Uint8Array => bytesFromHex(text) ?? new Uint8Array();
const refusal = (error: string) => ({ ok: false, error });

function vending(text: string): VendingKey {
  const key = vendingKeyFromBytes(hex(text));
  assert.ok(key.ok);
  return key.value;
}

const short = 'ABABABABABABABAB';
const double = 'ABABABABABABABAB9494949494949494';
const long = 'ABABABABABABABAB949494949494949401234567';

const parameters: KeyParameters = {
  dkga: 'dkga04',
  ea: 'ea07',
  meterPan: '600727000000000009',
  supplyGroupCode: '201457',
  tariffIndex: '01',
  keyRevision: 1,
  keyType: 2,
  baseDate: 14,
};

function derived(key: string, changes: Partial<KeyParameters>): string {
  const result = deriveDecoderKey(vending(key), { ...parameters, ...changes });
  return result.ok ? hexFromBytes(decoderKeyBytes(result.value)) : result.error;
}

function meterPanOf(bareDrn: string): string {
  const drn = drnWithCheckDigit(bareDrn);
  assert.ok(drn.ok);
  const pan = meterPanFromDrn(drn.value);
  assert.ok(pan.ok);
  return pan.value;
}

describe('decoder keys', () => {
  it('come from DKGA04 for both ciphers', () => {
    assert.equal(derived(long, {}), '87F3ECBB2E46B48F');
    assert.equal(derived(long, { ea: 'ea11' }), '929BD3A415C9420A05EC5EE9F3CE91C3');
  });

  it('come from DKGA02', () => {
    assert.equal(derived(short, { dkga: 'dkga02', supplyGroupCode: '123456' }), 'E653341F9D5BF36F');
  });

  it('come from DKGA03 (one source)', () => {
    assert.equal(
      derived(double, { dkga: 'dkga03', supplyGroupCode: '123456' }),
      'EE8BD42389FF9CD9',
    );
  });

  it('come from DKGA01 only on request, and only for the meters it was used for', () => {
    const dkga01 = { dkga: 'dkga01', supplyGroupCode: '123456' } as const;
    assert.equal(derived(short, dkga01), 'dkga01Unverified');
    assert.equal(derived(short, { ...dkga01, acceptUnverified: false }), 'dkga01Unverified');
    const accepted = { ...dkga01, acceptUnverified: true };
    assert.equal(derived(short, accepted), 'dkga01NotForMeter');
    const meterPan = meterPanOf('1000000000');
    assert.equal(derived(short, { ...accepted, meterPan }).length, 16);
    assert.equal(derived(short, { ...accepted, meterPan, keyRevision: 2 }), 'dkga01NotForMeter');
    assert.equal(derived(short, { ...accepted, meterPan, keyType: 0 }), 'dkga01NotForMeter');
    assert.equal(
      derived(short, { ...accepted, meterPan: meterPanOf('100000000000') }),
      'dkga01NotForMeter',
    );
  });

  it('from DKGA01 follow the one published formula', () => {
    const bytes = derivedBytes(hex(short), {
      ...parameters,
      dkga: 'dkga01',
      supplyGroupCode: '123456',
    });
    assert.equal(hexFromBytes(bytes), '5562D74DAC8072F1');
  });

  it('from DKGA01 belong to the listed ranges of meters, ends included', () => {
    const accepted = { dkga: 'dkga01', acceptUnverified: true } as const;
    for (const [from, to] of [
      [1090000000, 1090004999],
      [1000000000, 1004999999],
      [3000000000, 3114000009],
      [4000000000, 4059999999],
      [6010000000, 6039999999],
      [6400000000, 6419999999],
      [6660000000, 6699999999],
      [6990000010, 6990009999],
      [7000000000, 7020999999],
    ] as const) {
      const pans = [from - 1, from, to, to + 1].map((one) =>
        meterPanOf(String(one).padStart(10, '0')),
      );
      const refused = pans.map(
        (meterPan) => derived(short, { ...accepted, meterPan }) === 'dkga01NotForMeter',
      );
      assert.deepEqual(refused, [true, false, false, true]);
    }
  });

  it('under DKGA01 as a common key belong to seven supply groups', () => {
    const common = { dkga: 'dkga01', keyType: 3, acceptUnverified: true } as const;
    for (const supplyGroupCode of ['100702', '990400', '990405']) {
      assert.equal(derived(short, { ...common, supplyGroupCode }).length, 16);
    }
    for (const supplyGroupCode of ['100701', '990399', '990406']) {
      assert.equal(derived(short, { ...common, supplyGroupCode }), 'dkga01NotForMeter');
    }
  });

  it('as common keys are the same for every meter of an issuer', () => {
    for (const [key, dkga] of [
      [short, 'dkga02'],
      [double, 'dkga03'],
      [long, 'dkga04'],
    ] as const) {
      const common = { dkga, keyType: 3 } as const;
      const other = { ...common, meterPan: '600727111111111153' };
      assert.equal(derived(key, common), derived(key, other));
      assert.notEqual(
        derived(key, common),
        derived(key, { ...common, meterPan: '000001000000000082' }),
      );
      assert.notEqual(
        derived(key, { ...common, keyType: 2 }),
        derived(key, { ...other, keyType: 2 }),
      );
    }
  });

  it('as common keys under DKGA04 name the issuer and zeros for the meter', () => {
    for (const [meterPan, named] of [
      ['600727111111111153', '600727000000000000'],
      ['000001000000000082', '000000000000000000'],
    ] as const) {
      const message = dkga04Message({ ...parameters, keyType: 3, meterPan });
      assert.equal(String.fromCharCode(...message.slice(-22, -4)), named);
    }
  });

  it('differ with each parameter that selects them', () => {
    const all = [
      {},
      { supplyGroupCode: '201458' },
      { tariffIndex: '02' },
      { keyRevision: 2 },
      { keyType: 1 as const },
      { baseDate: 35 as const },
      { meterPan: '600727111111111153' },
    ].map((changes) => derived(long, changes));
    assert.equal(new Set(all).size, all.length);
  });

  it('have 8 bytes for EA07 and 16 for EA11', () => {
    for (const [length, ea] of [
      [8, 'ea07'],
      [16, 'ea11'],
    ] as const) {
      const key = decoderKeyFromBytes(new Uint8Array(length).fill(7));
      assert.ok(key.ok);
      assert.equal(decoderKeyAlgorithm(key.value), ea);
      assert.deepEqual(decoderKeyBytes(key.value), new Uint8Array(length).fill(7));
    }
    for (const length of [0, 7, 9, 15, 17, 20]) {
      assert.deepEqual(decoderKeyFromBytes(new Uint8Array(length)), refusal('keyLength'));
    }
  });

  it('are copies, in and out', () => {
    const bytes = new Uint8Array(8);
    const key = decoderKeyFromBytes(bytes);
    assert.ok(key.ok);
    bytes.fill(1);
    decoderKeyBytes(key.value).fill(2);
    assert.deepEqual(decoderKeyBytes(key.value), new Uint8Array(8));
  });

  it('give a key for another purpose: HMAC-SHA-256 over its name', () => {
    const bytes = hex('0123456789abcdef');
    const key = decoderKeyFromBytes(bytes);
    assert.ok(key.ok);
    const own = createHmac('sha256', bytes).update('prewatt card 1').digest('hex');
    assert.equal(
      Buffer.from(purposeKey(key.value, Buffer.from('prewatt card 1'))).toString('hex'),
      own,
    );
  });

  it('are refused when they come from elsewhere', () => {
    assert.throws(() => decoderKeyBytes({} as DecoderKey), /no decoder key/);
    assert.deepEqual(deriveDecoderKey({} as VendingKey, parameters), refusal('keyForeign'));
  });
});

describe('vending keys', () => {
  it('have 8, 16 or 20 bytes, the first two of odd parity', () => {
    for (const length of [0, 7, 9, 15, 17, 19, 21]) {
      assert.deepEqual(vendingKeyFromBytes(new Uint8Array(length).fill(1)), refusal('keyLength'));
    }
    for (const length of [8, 16]) {
      const bytes = new Uint8Array(length).fill(0xab);
      assert.equal(vendingKeyFromBytes(bytes).ok, true);
      for (const at of [0, length - 1]) {
        for (let bit = 0; bit < 8; bit += 1) {
          const wrong = Uint8Array.from(bytes);
          wrong[at] = 0xab ^ (1 << bit);
          assert.deepEqual(vendingKeyFromBytes(wrong), refusal('keyParity'));
        }
      }
    }
    assert.equal(vendingKeyFromBytes(new Uint8Array(20)).ok, true);
  });

  it('are copied', () => {
    const bytes = hex(long);
    const key = vendingKeyFromBytes(bytes);
    assert.ok(key.ok);
    bytes.fill(0);
    const result = deriveDecoderKey(key.value, parameters);
    assert.ok(result.ok);
    assert.equal(hexFromBytes(decoderKeyBytes(result.value)), '87F3ECBB2E46B48F');
  });

  it('take any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        assert.equal(typeof vendingKeyFromBytes(bytes).ok, 'boolean');
        assert.equal(typeof decoderKeyFromBytes(bytes).ok, 'boolean');
      }),
    );
  });
});

describe('key parameters', () => {
  it('are refused by name', () => {
    const cases: [Partial<Record<keyof KeyParameters, unknown>>, string, string?][] = [
      [{ ea: 'ea09' }, 'ea09Refused'],
      [{ ea: 'ea08' }, 'algorithmUnknown'],
      [{ dkga: 'dkga05' }, 'algorithmUnknown'],
      [{ dkga: 'toString' }, 'algorithmUnknown'],
      [{ ea: 'ea11', dkga: 'dkga02' }, 'algorithmPair', short],
      [{ ea: 'ea11', dkga: 'dkga03' }, 'algorithmPair', double],
      [{}, 'vendingKeyLength', short],
      [{ dkga: 'dkga03' }, 'vendingKeyLength', short],
      [{ dkga: 'dkga02' }, 'vendingKeyLength'],
      [{ dkga: 'dkga01' }, 'vendingKeyLength'],
      [{ meterPan: '600727000000000008' }, 'panCheckDigit'],
      [{ supplyGroupCode: '20145' }, 'supplyGroupCode'],
      [{ supplyGroupCode: '2014578' }, 'supplyGroupCode'],
      [{ supplyGroupCode: '20145A' }, 'supplyGroupCode'],
      [{ tariffIndex: '1' }, 'tariffIndex'],
      [{ tariffIndex: '001' }, 'tariffIndex'],
      [{ keyRevision: 0 }, 'keyRevision'],
      [{ keyRevision: 10 }, 'keyRevision'],
      [{ keyRevision: 1.5 }, 'keyRevision'],
      [{ keyType: 4 }, 'keyType'],
      [{ keyType: -1 }, 'keyType'],
      [{ baseDate: 13 }, 'baseDate'],
    ];
    for (const [changes, error, key] of cases) {
      assert.equal(derived(key ?? long, changes as Partial<KeyParameters>), error);
    }
  });

  it('at their limits are taken', () => {
    assert.equal(
      derived(long, { keyRevision: 9, keyType: 0, tariffIndex: '99', baseDate: 93 }).length,
      16,
    );
  });
});
