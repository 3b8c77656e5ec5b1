// The laws of features bite: each is told a story in which it is broken, and one in which
// it holds.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  allowsWhatWasSaid,
  chargedIsCounted,
  cutWhenUsedUp,
  feesAreWhatWasKept,
  flaggedIsSentNone,
  formerTookWhatIsKnown,
  handComes,
  installIsTrue,
  leftGoesOver,
  limitedInOrder,
  limitHolds,
  lowIsTold,
  moneyIsWhatWasGiven,
  nothingGoesUncharged,
  phaseReadingsAddUp,
  phasesAreWhatFlowed,
  purchaseLifts,
  restoredByWallet,
  same,
  supplyFollows,
  typedLimitHolds,
  undoneIsVoid,
} from './feature-laws.ts';
import { lookAgain } from './wallet-seen.ts';

const hourMs = 3_600_000;
/** Tuesday, 10:00 in the town: no rule keeps supply on. */
const tenMs = Date.UTC(2026, 8, 1, 8);

test('what only one side knows is named, each time that it happened', () => {
  assert.equal(same('events', { seen: ['a', 'a'], said: ['a', 'a'] }), null);
  assert.match(same('events', { seen: ['a', 'a'], said: ['a', 'b'] }) ?? '', /a \(2\).*not so b/);
});

test('money that nobody gave, or that did not arrive, is noticed by its source', () => {
  const given = { approvedMinor: 500n, cashMinor: 0n, notesMinor: 70n };
  const posted = { providerClearing: 500n, vendorFloat: 0n, creditNotes: 70n };
  assert.equal(moneyIsWhatWasGiven(given, posted), null);
  assert.match(moneyIsWhatWasGiven(given, { ...posted, creditNotes: 71n }) ?? '', /credit notes/);
  assert.match(moneyIsWhatWasGiven(given, { ...posted, vendorFloat: 1n }) ?? '', /a vendor/);
});

test('a fee that the provider kept and nobody booked, or that was booked twice, is noticed', () => {
  assert.equal(feesAreWhatWasKept(120n, 120n), null);
  assert.match(feesAreWhatWasKept(120n, 240n) ?? '', /240 are in the ledger/);
});

test('phases that do not add up, or carry another load, are noticed', () => {
  const phases = { importMilliWh: 10_000, phasesMilliWh: [6_000, 3_000, 1_000] };
  assert.equal(phasesAreWhatFlowed({ ...phases, flowedMilliWh: [6_000, 3_000, 1_000] }), null);
  assert.ok(phasesAreWhatFlowed({ ...phases, flowedMilliWh: [1_000, 3_000, 6_000] }));
  assert.ok(phasesAreWhatFlowed({ ...phases, importMilliWh: 10_001, flowedMilliWh: [] }));
  assert.equal(phaseReadingsAddUp({ importWh: 10n, phasesWh: [5n, 2n, 1n] }), null);
  assert.ok(phaseReadingsAddUp({ importWh: 10n, phasesWh: [5n, 1n, 1n] }));
  assert.ok(phaseReadingsAddUp({ importWh: 10n, phasesWh: [10n] }));
});

test('a wallet that is used up and stays on is noticed, but not where nobody may cut', () => {
  const look = { balanceMinor: -2_000n, supply: 'emergency', isConnected: true } as const;
  const after = (isVulnerable: boolean) => {
    const first = lookAgain(undefined, { ...look, atMs: tenMs }, isVulnerable);
    return lookAgain(first, { ...look, atMs: tenMs + 7 * hourMs }, isVulnerable);
  };
  assert.match(cutWhenUsedUp(after(false)) ?? '', /no rule keeps it on/);
  assert.equal(cutWhenUsedUp(after(true)), null);
});

test('a wallet that was low for half a day, and of which nobody was told, is noticed', () => {
  const spell = { grewAtMs: tenMs, fromMs: tenMs + hourMs, untilMs: tenMs + 14 * hourMs };
  assert.ok(lowIsTold(spell, [tenMs - 1]));
  assert.equal(lowIsTold(spell, [tenMs + 1]), null);
  assert.equal(lowIsTold({ ...spell, untilMs: tenMs + 5 * hourMs }, []), null);
});

test('a charge that is not what the meter counted, and a time without one, are noticed', () => {
  const registers = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((hour) => ({
    atMs: tenMs + hour * hourMs,
    importMilliWh: hour * 500_000,
    isPrepaid: hour === 0,
  }));
  const spans = [{ fromMs: tenMs + hourMs, untilMs: tenMs + 8 * hourMs }];
  assert.equal(chargedIsCounted({ chargedWh: 3_500n, spans, registers }), null);
  assert.ok(chargedIsCounted({ chargedWh: 3_900n, spans, registers }));
  assert.equal(nothingGoesUncharged({ spans, registers }), null);
  const late = [{ fromMs: tenMs + 3 * hourMs, untilMs: tenMs + 8 * hourMs }];
  assert.ok(nothingGoesUncharged({ spans: late, registers }));
});

test('supply that is not as its wallet says is noticed', () => {
  const off = { supply: 'off', balanceMinor: -900n } as const;
  assert.equal(supplyFollows({ ...off, isConnected: false }), null);
  assert.ok(supplyFollows({ ...off, isConnected: true }));
  const on = { supply: 'on', balanceMinor: 900n } as const;
  assert.ok(supplyFollows({ ...on, isConnected: false }));
  assert.ok(supplyFollows({ ...on, supply: 'off', isConnected: false }));
});

test('a wallet that is restored late, or by something else, is noticed before the end', () => {
  const off = { balanceMinor: -900n, supply: 'off', isConnected: false } as const;
  const paid = { ...off, balanceMinor: 900n };
  const look = (hour: number, seen: Parameters<typeof lookAgain>[0], now: object) =>
    lookAgain(seen, { ...off, ...now, atMs: tenMs + hour * hourMs }, false);
  const first = look(0, undefined, {});
  assert.equal(restoredByWallet(look(20, first, {})), null);
  const money = look(21, first, paid);
  assert.equal(restoredByWallet(money), null);
  assert.equal(restoredByWallet(look(32, money, paid)), null);
  assert.match(restoredByWallet(look(33, money, paid)) ?? '', /900, supply off, and it has waited/);
  const ordered = look(33, money, { ...paid, supply: 'on' });
  assert.match(restoredByWallet(ordered) ?? '', /supply on, and it has waited for supply since/);
  const closed = look(12, first, { isConnected: true });
  assert.match(restoredByWallet(closed) ?? '', /closed, and its wallet has said off since/);
  const soon = look(22, money, { ...paid, supply: 'on', isConnected: true });
  assert.equal(restoredByWallet(soon), null);
});

test('what an exchange loses, gives twice, or undoes wrongly is noticed', () => {
  assert.equal(leftGoesOver({ leftWh: 1_299, givenWh: 1_200 }), null);
  assert.ok(leftGoesOver({ leftWh: 1_299, givenWh: 1_100 }));
  assert.ok(leftGoesOver({ leftWh: 1_299, givenWh: 2_400 }));
  assert.equal(formerTookWhatIsKnown({ creditedWh: 900n, acceptedWh: 800n }), null);
  assert.ok(formerTookWhatIsKnown({ creditedWh: 900n, acceptedWh: 1_000n }));
  const tokens = [{ meterPan: 'one', tid: 7 }];
  assert.equal(undoneIsVoid({ tokens, accepted: new Map([['other', [7]]]) }), null);
  assert.ok(undoneIsVoid({ tokens, accepted: new Map([['one', [6, 7]]]) }));
});

test('a limit out of its order, one that does not hold, and a hand that does not come are noticed', () => {
  const steps = [
    { belowWh: '2000', powerLimitW: 1_000 },
    { belowWh: '800', powerLimitW: 400 },
  ];
  const hour = { spanMs: hourMs, leftMilliWh: 1_500_000, demandMilliWh: 1_800_000 };
  const seen = { ...hour, flowedMilliWh: 70_000, limitsW: [1_000], isVulnerable: false };
  assert.equal(limitedInOrder(steps, seen), null);
  assert.match(limitedInOrder(steps, { ...seen, limitsW: [400] }) ?? '', /to 400 W with 1500000/);
  assert.ok(limitedInOrder(steps, { ...seen, leftMilliWh: 700_000 }), 'the lower step counts');
  assert.ok(limitedInOrder(steps, { ...seen, leftMilliWh: 9_000_000 }), 'no step counts');
  assert.ok(limitedInOrder(steps, { ...seen, limitsW: [700] }), 'no step has it');
  assert.match(limitedInOrder(steps, { ...seen, isVulnerable: true }) ?? '', /nobody may/);
  assert.equal(limitHolds(steps, { ...seen, flowedMilliWh: 1_030_000 }), null);
  assert.match(limitHolds(steps, { ...seen, flowedMilliWh: 1_200_000 }) ?? '', /of 1000 W/);
  assert.equal(limitHolds(steps, { ...seen, leftMilliWh: 2_500_000, flowedMilliWh: 1e6 }), null);
  assert.equal(handComes(tenMs, tenMs + 23 * hourMs), null);
  assert.match(handComes(tenMs, tenMs + 24 * hourMs) ?? '', /nobody told its people/);
});

test('a limit token that does another thing, is not lifted, or goes to whom it may not, is noticed', () => {
  const landing = { saidW: 600, lastFour: '1234', inMeterW: 600 };
  assert.equal(allowsWhatWasSaid(landing), null);
  assert.equal(allowsWhatWasSaid({ ...landing, inMeterW: null }), null, 'not typed');
  assert.match(allowsWhatWasSaid({ ...landing, inMeterW: 250 }) ?? '', /said 600 W.*250 W/);
  assert.equal(purchaseLifts({ allowsW: null }, 9_200), null);
  assert.equal(purchaseLifts({ allowsW: 9_200 }, 9_200), null);
  assert.match(purchaseLifts({ allowsW: 250 }, 9_200) ?? '', /still allows 250 W/);
  const hour = { limitW: 600, spanMs: hourMs, demandMilliWh: 1_800_000, trips: 1 };
  assert.equal(typedLimitHolds({ ...hour, flowedMilliWh: 630_000 }), null);
  assert.match(typedLimitHolds({ ...hour, flowedMilliWh: 640_000 }) ?? '', /limit of 600 W/);
  assert.equal(flaggedIsSentNone({ isVulnerable: true, sent: 0 }), null);
  assert.match(flaggedIsSentNone({ isVulnerable: true, sent: 1 }) ?? '', /sent 1 limits/);
});

test('an install job that says more than its meter did is noticed', () => {
  const job = {
    ...{ openedAtMs: tenMs, closedAtMs: tenMs + hourMs, openSteps: [], startReadingWh: 12 },
    tests: [{ atMs: tenMs + 1 }],
    openings: [{ atMs: tenMs + 2 }],
    closings: [{ atMs: tenMs + 3 }],
    registerWh: [10, 14],
  } as const;
  assert.equal(installIsTrue(job), null);
  for (const wrong of [
    { openSteps: ['load'] },
    { tests: [] },
    { openings: [{ atMs: tenMs - 1 }] },
    { closings: [{ atMs: tenMs + 1 }] },
    { startReadingWh: 20 },
    { startReadingWh: null },
  ]) {
    assert.notEqual(installIsTrue({ ...job, ...wrong }), null, JSON.stringify(wrong));
  }
});
