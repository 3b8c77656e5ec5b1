import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { baseTid, enter, expectOk, keyFilled, resultOf, stateWith } from '../test/fixtures.ts';
import { maximumUnitsPerToken } from './amounts.ts';
import { readToken } from './codec.ts';
import { issueMoneySale, issueSale, type VendedKey } from './issue.ts';

const nowMs = Date.parse('2026-09-01T10:00Z');
const held: VendedKey = {
  decoderKey: keyFilled(1),
  supplyGroupCode: '201457',
  tariffIndex: '01',
  keyRevision: 1,
  keyType: 2,
  keyExpiry: 255,
  baseDate: 14,
};
const plain = {
  held,
  wanted: held,
  keyChangeTokenCount: 2,
  commodity: 'electricity',
  units: 1_000n,
  nowMs,
  lastTid: null,
  random: () => 5,
} as const;

const refusal = (error: string) => ({ ok: false, error });

describe('a sale', () => {
  it('of a small amount is one token', () => {
    const sale = expectOk(issueSale(plain));
    assert.equal(sale.keyChangeTokens.length, 0);
    assert.equal(sale.creditTokens.length, 1);
    assert.equal(sale.units, 1_000n);
    assert.equal(sale.lastTid, sale.creditTokens[0]?.tid);
    assert.equal(sale.lastTid, (nowMs - Date.UTC(2014, 0, 1)) / 60_000);
  });

  it('above one token’s maximum is split, each token with a TID of its own', () => {
    const units = 2n * maximumUnitsPerToken + 5n;
    const sale = expectOk(issueSale({ ...plain, units }));
    assert.deepEqual(
      sale.creditTokens.map((token) => token.units),
      [maximumUnitsPerToken, maximumUnitsPerToken, 5n],
    );
    assert.deepEqual(
      sale.creditTokens.map((token) => token.tid - (sale.creditTokens[0]?.tid ?? 0)),
      [0, 1, 2],
    );
    assert.equal(sale.units, units);
    assert.equal(sale.lastTid, sale.creditTokens[2]?.tid);
  });

  it('goes on after the last TID of the meter', () => {
    const lastTid = 7_000_000;
    assert.equal(expectOk(issueSale({ ...plain, lastTid })).lastTid, lastTid + 1);
  });

  it('puts the key change first when the meter’s key differs in anything', () => {
    for (const change of [
      { supplyGroupCode: '201458' },
      { tariffIndex: '02' },
      { keyRevision: 2 },
      { keyType: 1 as const },
      { keyExpiry: 254 },
      { baseDate: 93 as const },
      { decoderKey: keyFilled(2) },
    ]) {
      const sale = expectOk(issueSale({ ...plain, held: { ...held, ...change } }));
      assert.equal(sale.keyChangeTokens.length, 2);
    }
  });

  it('is accepted by the meter in the order in which it is given, roll-over and all', () => {
    const wanted: VendedKey = {
      ...held,
      decoderKey: keyFilled(9),
      supplyGroupCode: '333333',
      tariffIndex: '07',
      keyRevision: 2,
      baseDate: 14,
    };
    const old = { ...held, baseDate: 93 as const };
    const sale = expectOk(
      issueSale({
        ...plain,
        held: old,
        wanted,
        keyChangeTokenCount: 3,
        units: maximumUnitsPerToken + 1n,
      }),
    );
    let state = stateWith({ baseDate: 93, initialTid: 0xff_fff0 });
    const results: string[] = [];
    for (const token of [...sale.keyChangeTokens, ...sale.creditTokens.map((one) => one.token)]) {
      const decision = enter(state, token, { headroom: { electricity: 10n ** 9n } });
      state = decision.state;
      results.push(resultOf(decision));
    }
    assert.deepEqual(results, [
      'accepted keyChangePart',
      'accepted keyChangePart',
      'accepted keyChanged',
      'accepted credit',
      'accepted credit',
    ]);
    assert.equal(state.supplyGroupCode, '333333');
    assert.equal(state.tariffIndex, '07');
    assert.equal(state.keyRevision, 2);
    assert.equal(state.baseDate, 14);
    assert.ok(sale.lastTid > baseTid);
  });

  it('makes a roll-over set for another base date and for nothing else', () => {
    const rollover = (change: Partial<VendedKey>) => {
      const sale = expectOk(issueSale({ ...plain, held: { ...held, ...change } }));
      const first = expectOk(readToken(held.decoderKey, sale.keyChangeTokens[0] ?? ''));
      return first.kind === 'keyChangeSection' && first.section === 1 && first.rollover;
    };
    assert.equal(rollover({ tariffIndex: '02' }), false);
    assert.equal(rollover({ baseDate: 93 }), true);
  });

  it('is refused whole under an expired key, key change and all', () => {
    const expired = { ...held, keyExpiry: 10, keyRevision: 2 };
    assert.deepEqual(issueSale({ ...plain, wanted: expired }), refusal('keyExpired'));
    assert.equal(issueSale({ ...plain, held: { ...held, keyExpiry: 10 } }).ok, true);
  });

  it('is refused by name when something is wrong', () => {
    assert.deepEqual(issueSale({ ...plain, units: 0n }), refusal('unitsNotPositive'));
    assert.deepEqual(issueSale({ ...plain, units: -1n }), refusal('unitsNotPositive'));
    const many = { ...plain, units: 20n * maximumUnitsPerToken };
    assert.equal(expectOk(issueSale(many)).creditTokens.length, 20);
    assert.deepEqual(issueSale({ ...many, units: many.units + 1n }), refusal('tooManyTokens'));
    assert.deepEqual(issueSale({ ...many, maximumTokens: 19 }), refusal('tooManyTokens'));
    assert.equal(issueSale({ ...plain, maximumTokens: 1 }).ok, true);
    assert.deepEqual(issueSale({ ...plain, nowMs: 0 }), refusal('beforeBaseDate'));
    assert.deepEqual(issueSale({ ...plain, random: () => 16 }), refusal('rnd'));
    const back = { ...held, keyType: 0 as const };
    assert.deepEqual(issueSale({ ...plain, wanted: back }), refusal('keyTypeChange'));
  });

  it('sells no credit under a default key, which the meter would refuse', () => {
    const byDefault = { ...held, keyType: 1 as const };
    assert.deepEqual(issueSale({ ...plain, wanted: byDefault }), refusal('ddtk'));
    const both = { ...plain, held: byDefault, wanted: byDefault };
    assert.deepEqual(issueSale(both), refusal('ddtk'));
  });

  it('changes the base date only as a roll-over does: 93 to 14, 14 to 35', () => {
    const change = (from: 93 | 14 | 35, to: 93 | 14 | 35, nowMs: number) =>
      issueSale({
        ...plain,
        nowMs,
        held: { ...held, baseDate: from },
        wanted: { ...held, baseDate: to },
      });
    const in2020 = Date.UTC(2020, 0, 2);
    const in2040 = Date.UTC(2040, 0, 2);
    assert.equal(change(93, 14, in2020).ok, true);
    assert.equal(change(14, 35, in2040).ok, true);
    assert.deepEqual(change(93, 35, in2040), refusal('baseDateChange'));
    assert.deepEqual(change(14, 93, in2020), refusal('baseDateChange'));
    assert.deepEqual(change(35, 14, in2040), refusal('baseDateChange'));
    assert.deepEqual(change(35, 93, in2020), refusal('baseDateChange'));
    assert.equal(change(35, 35, in2040).ok, true);
  });

  it('puts the key change first for another decoder key of the same parameters', () => {
    const sale = expectOk(issueSale({ ...plain, wanted: { ...held, decoderKey: keyFilled(7) } }));
    assert.equal(sale.keyChangeTokens.length, 2);
    const same = expectOk(issueSale({ ...plain, wanted: { ...held, decoderKey: keyFilled(1) } }));
    assert.equal(same.keyChangeTokens.length, 0);
    const long = { ...held, decoderKey: keyFilled(1, 16) };
    assert.deepEqual(issueSale({ ...plain, wanted: long }), refusal('algorithmChange'));
  });

  it('carries at least what was asked, and little more, for any amount', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 20n * maximumUnitsPerToken }), (units) => {
        const sale = expectOk(issueSale({ ...plain, units }));
        assert.ok(sale.units >= units && sale.units - units < 1_000n);
        assert.equal(
          sale.creditTokens.reduce((sum, token) => sum + token.units, 0n),
          sale.units,
        );
        assert.equal(
          new Set(sale.creditTokens.map((token) => token.tid)).size,
          sale.creditTokens.length,
        );
      }),
    );
  });
});

describe('a sale of money', () => {
  const { commodity, keyChangeTokenCount } = plain;
  const money = { held, wanted: held, keyChangeTokenCount, commodity, nowMs, lastTid: null };

  it('is one currency token, coded up to what its amount field knows', () => {
    const sale = expectOk(issueMoneySale({ ...money, amountE5: 20_000_000n }));
    assert.deepEqual(sale.keyChangeTokens, []);
    assert.equal(sale.creditToken.amountE5, 20_002_624n);
    const read = expectOk(readToken(held.decoderKey, sale.creditToken.token));
    assert.ok(read.kind === 'currencyCredit');
    assert.deepEqual(
      [read.subclass, read.commodity, read.amountE5, read.tid],
      [4, 'electricity', 20_002_624n, sale.creditToken.tid],
    );
  });

  it('comes after the key change that the meter needs, under the wanted key', () => {
    const wanted = { ...held, tariffIndex: '02', decoderKey: keyFilled(2) };
    const sale = expectOk(issueMoneySale({ ...money, wanted, lastTid: 7_000_000, amountE5: 5n }));
    assert.equal(sale.keyChangeTokens.length, 2);
    assert.equal(sale.creditToken.tid, 7_000_001);
    assert.ok(readToken(wanted.decoderKey, sale.creditToken.token).ok);
  });

  it('is refused like one of energy', () => {
    const wanted = { ...held, keyType: 1 } as const;
    assert.deepEqual(issueMoneySale({ ...money, amountE5: 0n }), refusal('unitsNotPositive'));
    assert.deepEqual(issueMoneySale({ ...money, wanted, amountE5: 1n }), refusal('ddtk'));
    const other = { ...held, baseDate: 93 } as const;
    assert.deepEqual(
      issueMoneySale({ ...money, wanted: other, amountE5: 1n }),
      refusal('baseDateChange'),
    );
    const late = { ...money, lastTid: 0xff_ffff, amountE5: 1n };
    assert.deepEqual(issueMoneySale(late), refusal('afterBaseDate'));
  });
});
