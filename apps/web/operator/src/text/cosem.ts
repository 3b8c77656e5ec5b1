// The account of a meter as the objects of COSEM's payment classes: its credits (class 112) and its
// charges (113), from what it says of itself. Rows of words, in the order in which they are used.

import type { MeterView } from '@prewatt/api';
import type { Label } from './labels.ts';
import {
  creditInUseLabels,
  creditText,
  emergencyLabels,
  microMoneyText,
  priceText,
  standingText,
} from './meter.ts';
import { kwhText, unknown } from './numbers.ts';

type Said = NonNullable<MeterView['said']>;

export type CreditRow = {
  readonly priority: number;
  readonly name: string;
  readonly status: Label;
  readonly amount: string;
  /** What there is of it at most; what of it is to be paid back. */
  readonly limit: string;
};

export type ChargeRow = {
  readonly name: string;
  readonly price: string;
  readonly charged: string;
  readonly waiting: string;
};

const inUse: Label = { text: 'In use', tone: 'good' };
const notInUse: Label = { text: 'Not in use', tone: 'quiet' };
const usedUp: Label = { text: 'Used up', tone: 'quiet' };

/** Empty for a meter that does not say what its account is. */
export function creditsOf({ availableEnergyWh, report }: Said): CreditRow[] {
  const { account, money } = report;
  if (account === undefined) return [];
  const left = money === undefined ? availableEnergyWh : money.availableMicroMinor;
  const amount =
    money === undefined
      ? kwhText(availableEnergyWh)
      : microMoneyText(money.availableMicroMinor, money.currency);
  const status = (kind: 'token' | 'reserved', isLeft: boolean): Label =>
    account.creditInUse === kind ? inUse : isLeft ? notInUse : usedUp;
  const rows: CreditRow[] = [
    {
      priority: 1,
      name: creditInUseLabels.token,
      status: status('token', left !== '0'),
      amount,
      limit: 'No limit',
    },
  ];
  if (account.reservedEnergyWh !== '0' || account.creditInUse === 'reserved') {
    rows.push({
      priority: 2,
      name: creditInUseLabels.reserved,
      status: status('reserved', account.reservedEnergyWh !== '0'),
      amount: `${creditText(account.reservedEnergyWh, { report: money, micro: money?.reservedMicroMinor })} of it`,
      limit: unknown,
    });
  }
  const { emergency } = account;
  if (emergency === null) return rows;
  const of = (energyWh: string | undefined, micro: string | undefined) =>
    creditText(energyWh, { report: money, micro });
  const used = of(emergency.usedEnergyWh, money?.emergencyUsedMicroMinor);
  const paidBack = isNothing(emergency, money) ? '' : `, ${used} owed`;
  rows.push({
    priority: 3,
    name: creditInUseLabels.emergency,
    status: emergencyLabels[emergency.status],
    amount: of(emergency.leftEnergyWh, money?.emergencyLeftMicroMinor),
    limit: `${of(emergency.presetEnergyWh, money?.emergencyPresetMicroMinor)}${paidBack}`,
  });
  return rows;
}

type Report = Said['report'];
const isNothing = (
  { usedEnergyWh }: { readonly usedEnergyWh: string },
  money: Report['money'],
): boolean => (money?.emergencyUsedMicroMinor ?? usedEnergyWh) === '0';

/** "ZAR 0.50 a day, ZAR 12.00 a month" */
function standingPrices({
  currency,
  standingPrices: prices,
}: NonNullable<Report['money']>): string {
  if (prices === undefined) return 'By the tariff';
  if (prices.length === 0) return 'None';
  return prices.map((price) => standingText(price, currency)).join(', ');
}

/** What the meter takes from its credit. */
export function chargesOf({ importEnergyWh, owedEnergyWh, report }: Said): ChargeRow[] {
  const { money, account } = report;
  if (money === undefined) {
    return [
      { name: 'Use', price: 'By the kWh', charged: kwhText(importEnergyWh), waiting: 'Nothing' },
      {
        name: 'Paying back, from top-ups',
        price: 'A share of each',
        charged: kwhText(account?.paidBackEnergyWh ?? null),
        waiting: owedEnergyWh === '0' ? 'Nothing' : kwhText(owedEnergyWh),
      },
    ];
  }
  const amount = (micro: string) => microMoneyText(micro, money.currency);
  const { standingChargedMicroMinor: standing, perKwhMicroMinor: price } = money;
  const ofUse = BigInt(money.chargedMicroMinor) - BigInt(standing ?? '0');
  const due = money.standingDueMicroMinor;
  return [
    {
      name: 'Use',
      price: price === undefined ? unknown : `${priceText(price, money.currency)} a kWh`,
      charged: amount(ofUse.toString()),
      waiting: 'Nothing',
    },
    {
      name: 'Standing charges',
      price: standingPrices(money),
      charged: standing === undefined ? 'Within use' : amount(standing),
      waiting: due === undefined ? unknown : due === '0' ? 'Nothing' : amount(due),
    },
    {
      name: 'Paying back, from top-ups',
      price: 'A share of each',
      charged: money.paidBackMicroMinor === undefined ? unknown : amount(money.paidBackMicroMinor),
      waiting: money.owedMicroMinor === '0' ? 'Nothing' : amount(money.owedMicroMinor),
    },
  ];
}
