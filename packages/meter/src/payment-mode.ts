// Changing what the credit means, with the balance intact: energy or money, prepayment or credit.
// What leaves one account is what arrives in the other, or in the answer.

import type { CommandAction, CreditUnit } from '@prewatt/protocol';
import { startPosition, type TariffPosition } from '@prewatt/tariff';
import { availableOf, changeMoney, clearCredit, owedOf, payBack } from './account.ts';
import { refused } from './answers.ts';
import { usedThisMonthWh } from './calendar.ts';
import { closeRun, collectStanding } from './charges.ts';
import { record } from './log.ts';
import { noMoney, rateEnergy } from './money.ts';
import type { Draft } from './state.ts';
import type { StoredCommandResult } from './stored.ts';
import { settleSupply } from './supply.ts';

type Action = Extract<CommandAction, { kind: 'setPaymentMode' }>;

export function setPaymentMode(draft: Draft, action: Action): StoredCommandResult {
  const { paymentMode, creditUnit, balance } = action;
  const changesUnit = creditUnit !== draft.settings.creditUnit;
  const price = Number(action.microMinorPerKwh ?? 0n);
  // Money needs prices; credit that stays needs the price at which it changes.
  if (creditUnit === 'money' && draft.settings.tariff === null) return refused('range');
  if (changesUnit && balance === 'keep' && price <= 0) return refused('range');
  closeRun(draft);
  const moved = balance === 'handOver' ? handOver(draft) : nothing;
  if (changesUnit) changeUnit(draft, creditUnit, price);
  const wasCredit = draft.settings.paymentMode === 'credit';
  draft.settings = { ...draft.settings, paymentMode };
  if (creditUnit === 'money' && (changesUnit || wasCredit)) collectStanding(draft);
  record(draft, { code: 'settingChanged', setting: 'paymentMode', origin: 'remote' });
  draft.protectedUntilMs = null;
  // The head-end sells the customer's balance once it knows the register of this answer. A switch
  // that something else holds open stays so, and one that is told again waits no more.
  const sellsBalance = wasCredit && paymentMode === 'prepayment' && balance === 'handOver';
  draft.awaitsCreditUntilMs =
    sellsBalance && draft.loadSwitch === 'connected' ? draft.atMs + longestWaitMs : null;
  settleSupply(draft);
  const importEnergyWh = Math.floor(draft.importMilliWh / 1000);
  return { kind: 'setPaymentMode', ...moved, importEnergyWh };
}

/** So long a balance that has become a token may need to arrive; then credit decides as always. */
const longestWaitMs = 7 * 86_400_000;

const nothing = {
  handedOverEnergyWh: 0,
  handedOverMicroMinor: 0,
  owedEnergyWh: 0,
  owedMicroMinor: 0,
};

/** Whole watt-hours go; a fraction of one stays. Money goes whole. */
function handOver(draft: Draft): typeof nothing {
  draft.emergencySelected = false;
  endPromises(draft);
  const isEnergy = draft.settings.creditUnit === 'energy';
  const whole = (amount: number) => (isEnergy ? Math.floor(amount / 1000) * 1000 : amount);
  const credit = whole(availableOf(draft));
  const owed = whole(owedOf(draft));
  clearCredit(draft, credit - owed);
  payBack(draft, owed);
  return isEnergy
    ? { ...nothing, handedOverEnergyWh: credit / 1000, owedEnergyWh: owed / 1000 }
    : { ...nothing, handedOverMicroMinor: credit, owedMicroMinor: owed };
}

/** What was used on promises is owed like all else from now on. */
function endPromises(draft: Draft): void {
  draft.promises = [];
  draft.promisedUsedMilliWh = 0;
}

/** Credit, what is owed, what is put aside and what of the emergency credit is used change unit. */
function changeUnit(draft: Draft, to: CreditUnit, microPerKwh: number): void {
  const convert = (amount: number) =>
    to === 'money'
      ? scaled(amount, microPerKwh, 1_000_000)
      : scaled(amount, 1_000_000, microPerKwh);
  const credit = availableOf(draft);
  const owed = owedOf(draft);
  const { reserved, emergencyUsed, paidBack } = draft;
  endPromises(draft);
  clearCredit(draft, credit - owed);
  payBack(draft, owed);
  draft.settings = { ...draft.settings, creditUnit: to };
  if (to === 'money') {
    draft.money = { ...(draft.money ?? noMoney), microPerKwh, spent: false };
    changeMoney(draft, { position: positionFromEnergy(draft, draft.money.position) });
    changeMoney(draft, {
      // Credited is what tokens brought, in either unit: a change of unit is no token.
      clearedMicro: draft.money.clearedMicro - convert(credit),
      chargedMicro: draft.money.chargedMicro + convert(owed),
      owedMicro: draft.money.owedMicro + convert(owed),
    });
  } else {
    draft.clearedMilliWh -= convert(credit) - convert(owed);
    draft.owedMilliWh += convert(owed);
  }
  draft.reserved = Math.min(convert(reserved), availableOf(draft));
  draft.emergencyUsed = convert(emergencyUsed);
  draft.paidBack = convert(paidBack);
}

/**
 * Where the tariff takes up: standing charges of the running day or month were paid with the energy
 * credit and do not fall due again; blocks go on from what this month has used.
 */
function positionFromEnergy(draft: Draft, before: TariffPosition): TariffPosition {
  const { tariff } = draft.settings;
  if (tariff === null) return before;
  const { zone } = draft.config;
  const fresh = startPosition();
  const rated = rateEnergy({ tariff, position: fresh, energyWh: 0, atMs: draft.atMs, zone });
  if (rated === null) return before;
  const { position } = rated;
  const charges = Object.entries(position.charges).map(([code, accrual]) => {
    const owedMinor = before.charges[code]?.owedMinor ?? 0n;
    return [code, { ...accrual, owedMinor }] as const;
  });
  const countsMonths = position.month.length === 'YYYY-MM'.length;
  return {
    ...position,
    energyWhThisMonth: countsMonths ? BigInt(usedThisMonthWh(draft)) : 0n,
    charges: Object.fromEntries(charges),
  };
}

/** Exact beyond 2^53 in between; rounded down. */
function scaled(amount: number, times: number, by: number): number {
  if (by === 0) return 0;
  return Number((BigInt(amount) * BigInt(times)) / BigInt(by));
}
