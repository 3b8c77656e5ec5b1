// Numbers as words: energy, power, money and meter numbers from the decimal strings of the API.

import type { MeterRow } from '@prewatt/api';
import { type Currency, formatKwh, formatMoney } from '@prewatt/quantities';

/** What stands where nothing is known. */
export const unknown = '–';

/** What was bought: energy, or money on a meter that counts in money. */
export function creditText(
  bought: { readonly energyWh: string | null; readonly creditMinor: string | null },
  currency: Currency,
): string {
  const { energyWh, creditMinor } = bought;
  return creditMinor === null ? kwhText(energyWh) : moneyText(creditMinor, currency);
}

/** "12345" -> "12.3 kWh"; null -> "–". */
export function kwhText(energyWh: string | null, digits = 1): string {
  return energyWh === null ? unknown : `${formatKwh(BigInt(energyWh), digits)} kWh`;
}

/** "850" -> "850 W"; "1250" -> "1.25 kW"; null -> "–". */
export function powerText(powerW: string | null): string {
  if (powerW === null) return unknown;
  const watts = BigInt(powerW);
  const large = watts >= 1000n || watts <= -1000n;
  return large ? `${formatKwh(watts, 2)} kW` : `${watts} W`;
}

/** "12050" -> "ZAR 120.50". */
export function moneyText(amountMinor: string, currency: Currency): string {
  return formatMoney(BigInt(amountMinor), currency);
}

/** "12.3 kWh", or money: "ZAR 42.10", and "ZAR 4.20 owed" below zero. */
export function meterCreditText(
  row: Pick<MeterRow, 'availableEnergyWh' | 'creditMode' | 'balanceMinor'>,
  currency: Currency,
): string {
  if (row.creditMode === 'energy') return kwhText(row.availableEnergyWh);
  if (row.balanceMinor === null) return unknown;
  const balance = BigInt(row.balanceMinor);
  if (balance >= 0n) return formatMoney(balance, currency);
  return `${formatMoney(-balance, currency)} owed`;
}

/** "12050" -> "ZAR +120.50": for what adds and takes away. */
export function signedMoneyText(amountMinor: string, currency: Currency): string {
  const text = moneyText(amountMinor, currency);
  return BigInt(amountMinor) > 0n ? text.replace(' ', ' +') : text;
}

/**
 * A meter's 18-digit number in groups that can be read aloud: issuer (IIN), the number on the
 * meter's face (DRN), check digit. A four-digit issuer takes a 13-digit DRN (IEC 62055-41, 6.1.2).
 */
export function meterNumberText(meterPan: string): string {
  if (!/^\d+$/.test(meterPan)) return meterPan;
  if (meterPan.length !== 18) return groupsOf(4, meterPan);
  const issuerLength = meterPan.startsWith('0000') ? 4 : 6;
  const face = meterPan.slice(issuerLength, 17);
  return `${meterPan.slice(0, issuerLength)} ${groupsOf(4, face)} ${meterPan.slice(17)}`;
}

function groupsOf(size: number, digits: string): string {
  return digits.match(new RegExp(`.{1,${size}}`, 'g'))?.join(' ') ?? digits;
}

type SaleMoney = {
  readonly amountMinor: string;
  readonly remainderMinor: string;
  readonly lines: readonly { readonly amountMinor: string }[];
};

/**
 * Prepaid money of earlier sales that this one used, as a decimal string: what was deducted and
 * kept, less what was paid. "0" before a token is made, when nothing is deducted yet.
 */
export function broughtForwardOf(sale: SaleMoney): string {
  if (sale.lines.length === 0) return '0';
  const used = sumOf([sale.remainderMinor, ...sale.lines.map((line) => line.amountMinor)]);
  const forward = BigInt(used) - BigInt(sale.amountMinor);
  return forward > 0n ? forward.toString() : '0';
}

/** The sum of the amounts, as the decimal string of an integer. */
export function sumOf(values: readonly (string | null)[]): string {
  return values.reduce((sum, value) => sum + BigInt(value ?? '0'), 0n).toString();
}
