// A sale decided, without a database: refusals in their order, tokens that carry the energy, and
// money that is accounted for to the last minor unit.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noProtection } from '@prewatt/protection';
import { err, expectOk, ok } from '@prewatt/quantities';
import { readToken } from '@prewatt/sts/codec';
import { decoderKeyFromBytes } from '@prewatt/sts/keys';
import { parseDebtRule, parseTariff, startPosition } from '@prewatt/tariff';
import demo from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import fc from 'fast-check';
import {
  decideDebtPayment,
  decideSale,
  type PriceBasis,
  priceIntoWallet,
  priceOf,
  type SaleOrder,
  type SaleState,
  type SellableConnection,
} from './index.ts';

const nowMs = Date.parse('2026-11-24T08:00Z');
const decoderKey = expectOk(decoderKeyFromBytes(new Uint8Array(8).fill(7)), 'key');
const key = {
  decoderKey,
  supplyGroupCode: '201457',
  tariffIndex: '01',
  keyRevision: 1,
  keyType: 2,
  keyExpiry: 255,
  baseDate: 14,
} as const;

const connection: SellableConnection = {
  utilityId: 'u',
  connectionId: 'c',
  blockedReason: null,
  creditMode: 'token',
  turnsToWallet: false,
  liftPowerW: null,
  meter: { encryptionAlgorithm: 'ea07', supplyGroupCode: '201457', wanted: null },
};

const basis: PriceBasis = {
  utility: {
    currency: { code: 'ZAR', scale: 2 },
    minimumPurchaseMinor: 1_000n,
    maximumPurchaseMinor: 500_000n,
    protectionRules: {
      ...noProtection,
      debt: { maximumSharePercent: 30, floorEnergyWh: '5000' },
    },
  },
  at: { date: '2026-11-24', time: '10:00' },
  tariff: { versionId: 'v1', tariff: expectOk(parseTariff(demo), 'tariff'), parameters: {} },
  position: startPosition(),
  freeMinor: 0n,
  debts: [],
  moneyMeter: null,
};

type Changes = {
  readonly connection?: Partial<SellableConnection>;
  readonly basis?: Partial<PriceBasis>;
  readonly state?: Partial<SaleState<SellableConnection>>;
};
const stateOf = (changes: Changes = {}): SaleState<SellableConnection> => ({
  connection: { ...connection, ...changes.connection },
  basis: { ...basis, ...changes.basis },
  lastTid: null,
  keys: () => ok({ held: key, wanted: key }),
  nowMs,
  ...changes.state,
});

let made = 0;
const chance = {
  newUuid: () => `token-${made++}`,
  random: (count: number) => new Uint8Array(count),
};
const cash = (amountMinor: bigint): SaleOrder => ({ saleId: 's', amountMinor, origin: 'cash' });
const paid = (amountMinor: bigint): SaleOrder => ({ saleId: 's', amountMinor, origin: 'paid' });
const decide = (changes: Changes, order: SaleOrder) => decideSale(stateOf(changes), order, chance);

describe('what may not be sold', () => {
  const refused = (code: string, changes: Changes, order = cash(20_000n)) =>
    assert.deepEqual(decide(changes, order), { ok: false, error: code });

  it('nothing begins at a blocked connection, whatever else is wrong', () => {
    const blocked = { connection: { blockedReason: 'theft' } };
    refused('meterBlocked', blocked);
    refused('meterBlocked', { connection: { blockedReason: 'theft', creditMode: 'wallet' } });
    refused('meterBlocked', { connection: { ...blocked.connection, turnsToWallet: true } });
    refused('meterBlocked', blocked, cash(1n));
  });

  it('money that was paid before a block still becomes a token', () => {
    const changes = {
      connection: { blockedReason: 'theft' },
      basis: { freeMinor: 20_000n },
    };
    assert.equal(expectOk(decide(changes, paid(20_000n)), 'sale').sale.tokens.length, 1);
  });

  it('no token is made while the meter hands its credit over', () => {
    refused('creditModeChanging', { connection: { turnsToWallet: true } });
  });

  it('limits, tariff and key are asked in this order', () => {
    const noKey = { keys: () => err('vendingKeyMissing' as const) };
    refused('amountBelowMinimum', { basis: { tariff: null }, state: noKey }, cash(999n));
    refused('amountAboveMaximum', { basis: { tariff: null }, state: noKey }, cash(500_001n));
    refused('tariffUnusable', { basis: { tariff: null }, state: noKey });
    refused('tariffUnusable', { basis: { position: null } });
    const noLeast = { utility: { ...basis.utility, minimumPurchaseMinor: 1n } };
    refused('amountTooSmall', { basis: noLeast, state: noKey }, cash(1n));
    refused('vendingKeyMissing', { state: noKey });
  });

  it('a key that expired or a default key makes no token', () => {
    const withKey = (change: { keyType?: 0 | 1; keyExpiry?: number }) => ({
      keys: () => ok({ held: { ...key, ...change }, wanted: { ...key, ...change } }),
    });
    refused('keyExpired', { state: withKey({ keyExpiry: 0 }) });
    refused('defaultKey', { state: withKey({ keyType: 1 }) });
  });

  it('a meter that counts another currency is sold nothing', () => {
    const moneyMeter = { currency: { code: 'KES', scale: 2 }, perKwhMicroMinor: null };
    refused('meterCountsMoney', { basis: { moneyMeter } });
  });
});

describe('what is sold', () => {
  it('the token that the meter opens carries the energy of the quote', () => {
    const { sale } = expectOk(decide({}, cash(20_000n)), 'sale');
    const [token] = sale.tokens;
    const fields = expectOk(readToken(decoderKey, token?.digits ?? ''), 'token');
    assert.ok(fields.kind === 'credit');
    assert.equal(fields.tid, token?.tid);
    assert.equal(sale.purchase.quote.energyWh, 79_500n);
    assert.equal(token?.energyWh, 79_500n);
    assert.equal(sale.keyChange, null);
  });

  it('money beyond the energy that tokens can carry stays prepaid for the next purchase', () => {
    const first = expectOk(decide({}, cash(20_000n)), 'first');
    const { remainderMinor } = first.sale.purchase.quote;
    assert.ok(remainderMinor > 0n);
    assert.equal(first.after.basis.freeMinor, remainderMinor);
    const next = expectOk(decideSale(first.after, cash(20_000n), chance), 'next');
    assert.equal(next.sale.purchase.broughtForwardMinor, remainderMinor);
    assert.ok((next.sale.lastTid ?? 0) > (first.sale.lastTid ?? 0));
    // The service charge was taken with the first purchase of the month.
    const fees = (each: typeof first) =>
      each.sale.purchase.quote.lines.filter(({ kind }) => kind === 'fee').length;
    assert.deepEqual([fees(first), fees(next)], [1, 0]);
  });

  it('a meter with another key to come gets its change set first', () => {
    const wanted = { ...key, keyRevision: 2 };
    const meter = { ...connection.meter, wanted };
    const changes = { connection: { meter }, state: { keys: () => ok({ held: key, wanted }) } };
    const { sale } = expectOk(decide(changes, cash(20_000n)), 'sale');
    assert.equal(sale.keyChange?.digits.length, 2);
    assert.equal(sale.keyChange?.to.keyRevision, 2);
  });

  it('a power limit is lifted before the credit, once', () => {
    const first = expectOk(decide({ connection: { liftPowerW: 8_000n } }, cash(20_000n)), 'first');
    const [credit] = first.sale.tokens;
    assert.ok((first.sale.lift?.tid ?? 0) < (credit?.tid ?? 0));
    const next = expectOk(decideSale(first.after, cash(20_000n), chance), 'next');
    assert.equal(next.sale.lift, null);
  });

  it('into a wallet goes money, and no token', () => {
    const { sale, after } = expectOk(
      decide({ connection: { creditMode: 'wallet' } }, cash(20_000n)),
      'sale',
    );
    assert.deepEqual(sale.tokens, []);
    assert.equal(after.basis.freeMinor, 20_000n);
  });

  it('an offer for a wallet that owes pays that first, and says what is left for energy', () => {
    const offer = (freeMinor: bigint, amountMinor: bigint) =>
      expectOk(priceIntoWallet({ ...basis, freeMinor }, amountMinor), 'offer');
    const covers = offer(-18_700n, 3_000n);
    assert.deepEqual(
      covers.quote.lines.map(({ code, amountMinor }) => [code, amountMinor]),
      [['walletOwed', 3_000n]],
    );
    assert.deepEqual([covers.quote.energyWh, covers.quote.remainderMinor], [0n, 0n]);
    const more = offer(-18_700n, 48_700n);
    const plain = offer(0n, 30_000n);
    assert.equal(more.quote.energyWh, plain.quote.energyWh);
    const sum = more.quote.lines.reduce((total, each) => total + each.amountMinor, 0n);
    assert.equal(sum + more.quote.remainderMinor, 48_700n);
    assert.deepEqual(offer(5_000n, 30_000n), plain, 'what is in the balance is not used');
    assert.deepEqual(priceIntoWallet({ ...basis, freeMinor: -1n }, 1n), err('amountBelowMinimum'));
  });

  it('money for a meter that counts money is one currency token of that sum', () => {
    const moneyMeter = { currency: basis.utility.currency, perKwhMicroMinor: null };
    const { sale } = expectOk(decide({ basis: { moneyMeter } }, cash(20_000n)), 'sale');
    const [token] = sale.tokens;
    assert.equal(token?.energyWh, null);
    assert.equal((token?.amountE5 ?? 0n) / 1_000n, sale.purchase.creditMinor);
    assert.ok(sale.budgetWh > 0n);
  });
});

describe('laws of every sale', () => {
  const rule = expectOk(parseDebtRule({ share: '50' }, 2), 'debt rule');
  const debt = (outstandingMinor: bigint) => [
    { id: 'd', label: 'Arrears', outstandingMinor, rule, ageDays: 10 },
  ];
  const amount = fc.bigInt(1_000n, 500_000n);

  it('what was paid and brought forward is lines and remainder, and postings move it all', () => {
    fc.assert(
      fc.property(
        fc.array(amount, { minLength: 1, maxLength: 4 }),
        fc.bigInt(0n, 60_000n),
        fc.constantFrom('token' as const, 'wallet' as const),
        (amounts, owedMinor, creditMode) => {
          let state = stateOf({ connection: { creditMode }, basis: { debts: debt(owedMinor) } });
          for (const amountMinor of amounts) {
            const decided = decideSale(state, cash(amountMinor), chance);
            if (!decided.ok) {
              assert.equal(decided.error, 'amountTooSmall');
              continue;
            }
            const { sale, after } = decided.value;
            const { lines, remainderMinor, energyWh } = sale.purchase.quote;
            const taken = lines.reduce((sum, line) => sum + line.amountMinor, 0n);
            assert.equal(amountMinor + sale.purchase.broughtForwardMinor, taken + remainderMinor);
            const moved = sale.transfers.reduce((sum, each) => sum + each.amountMinor, 0n);
            assert.equal(moved, taken);
            const carried = sale.tokens.reduce((sum, each) => sum + (each.energyWh ?? 0n), 0n);
            assert.equal(carried, energyWh);
            const tids = sale.tokens.map(({ tid }) => tid);
            assert.deepEqual(
              tids,
              [...new Set(tids)].sort((a, b) => a - b),
            );
            state = after;
          }
        },
      ),
    );
  });

  it('arrears never keep a purchase from the floor of energy, nor take more than their share', () => {
    fc.assert(
      fc.property(amount, (amountMinor) => {
        const priced = priceOf(
          { ...basis, debts: debt(10n ** 9n) },
          { amountMinor, postedMinor: 0n },
        );
        if (!priced.ok) return;
        const { lines, energyWh } = priced.value.quote;
        const repaid = lines
          .filter(({ kind }) => kind === 'debt')
          .reduce((sum, line) => sum + line.amountMinor, 0n);
        assert.ok(repaid * 100n <= amountMinor * 30n);
        if (repaid > 0n) assert.ok(energyWh >= 5_000n, `${energyWh} Wh`);
      }),
    );
  });
});

describe('money that pays debts and buys nothing', () => {
  const rule = { kind: 'share', basisPoints: 2_000 } as const;
  const debts = [
    { id: 'debt-1', label: 'Old arrears', outstandingMinor: 3_000n, rule },
    { id: 'debt-2', label: 'Broken seal', outstandingMinor: 4_000n, rule },
  ];
  const pay = (amountMinor: bigint, changes: Changes = { basis: { debts } }) =>
    decideDebtPayment(stateOf(changes), { ...cash(amountMinor), pays: 'debts' });

  it('pays the oldest first, makes no token, and leaves prepaid money and place in the tariff', () => {
    const { sale, after } = expectOk(pay(3_500n, { basis: { debts, freeMinor: 77n } }), 'payment');
    assert.deepEqual(
      sale.purchase.quote.lines.map(({ debtId, amountMinor }) => [debtId, amountMinor]),
      [
        ['debt-1', 3_000n],
        ['debt-2', 500n],
      ],
    );
    assert.deepEqual([sale.tokens, sale.purchase.quote.energyWh], [[], 0n]);
    assert.equal(after.basis.freeMinor, 77n);
    assert.deepEqual(after.basis.position, basis.position);
    assert.deepEqual(
      after.basis.debts.map(({ id, outstandingMinor }) => [id, outstandingMinor]),
      [['debt-2', 3_500n]],
    );
  });

  it('takes no more than is owed, and nothing where nothing is; also of a blocked home', () => {
    assert.deepEqual(pay(7_001n), { ok: false, error: 'moreThanOwed' });
    assert.deepEqual(pay(1n, {}), { ok: false, error: 'nothingOwed' });
    assert.ok(pay(7_000n).ok);
    assert.ok(pay(1n, { basis: { debts }, connection: { blockedReason: 'arrears' } }).ok);
  });
});
