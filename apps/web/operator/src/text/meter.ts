// What a meter says of itself in words: one total map for each closed union of its report.

import type { ControlMode, MeterReportJson, MeterView } from '@prewatt/api';
import { type Currency, formatMoney } from '@prewatt/quantities';
import type { Label } from './labels.ts';
import { kwhText, unknown } from './numbers.ts';
import { duration } from './time.ts';

type Account = NonNullable<MeterReportJson['account']>;

export const linkLabels: Record<MeterView['link']['state'], Label> = {
  none: { text: 'No link', tone: 'quiet' },
  revoked: { text: 'Link revoked', tone: 'bad' },
  up: { text: 'Connected', tone: 'good' },
  down: { text: 'Away', tone: 'warn' },
  unknown: { text: 'Never connected', tone: 'warn' },
};

/** What the state of the link means for whoever reads the card. */
export const linkNotes: Record<MeterView['link']['state'], string | null> = {
  none: 'It has no link: tokens are typed, and its state is read at its display.',
  revoked: 'Its link is revoked; this page shows its last report.',
  up: null,
  down: 'Commands wait until it is back.',
  unknown: 'It has never connected.',
};

export const creditInUseLabels: Record<NonNullable<Account['creditInUse']>, string> = {
  token: 'Bought credit',
  reserved: 'What was put aside',
  emergency: 'Emergency credit',
};

export const emergencyLabels: Record<NonNullable<Account['emergency']>['status'], Label> = {
  enabled: { text: 'Not needed yet', tone: 'quiet' },
  selectable: { text: 'Can be taken', tone: 'warn' },
  selected: { text: 'Taken, begins when credit ends', tone: 'busy' },
  inUse: { text: 'In use', tone: 'warn' },
  exhausted: { text: 'Used up', tone: 'bad' },
};

export const openReasonLabels: Record<Account['openReasons'][number], string> = {
  credit: 'no credit',
  remote: 'by command',
  powerLimit: 'power limit',
  unbalance: 'unbalanced phases',
  tamper: 'tamper',
  hand: 'by hand',
};

export const tamperLabels: Record<Account['tamper'][number], string> = {
  cover: 'Cover opened',
  terminalCover: 'Terminal cover opened',
  magnet: 'Magnet',
  reverseEnergy: 'Reverse energy',
  neutral: 'Neutral disturbed',
  bypass: 'Bypass suspected',
};

export const accountLabels: Record<NonNullable<Account['accountStatus']>, string> = {
  new: 'New: it has taken no credit yet',
  active: 'Active',
  closed: 'Closed',
};

/** The maker's own way, where no control mode is set. */
export const reconnectionLabels: Record<NonNullable<Account['reconnection']>, string> = {
  automatic: 'By itself',
  manual: 'By a hand at the meter',
};

/** DLMS class 70, attribute 4: what opens the switch, and what closes it again. */
export const controlModeLabels: Record<ControlMode, string> = {
  0: 'Never opens: supply is always on',
  1: 'A person at the meter closes it, whatever opened it; 898 switches off',
  2:
    'A command closes at once what a command opened; a person at the meter closes the rest; ' +
    '898 switches off',
  3: 'A person at the meter closes it, whatever opened it',
  4: 'A command closes at once what a command opened; a person at the meter closes the rest',
  5:
    'The meter closes what it opened itself; a person at the meter closes the rest; 898 ' +
    'switches off',
  6: 'The meter closes what it opened itself; a person at the meter closes the rest',
};

/** Null where the meter does not say how its switch may be moved. */
export function closingText(
  account: Account,
): { readonly text: string; readonly note: string } | null {
  const { controlMode = null, reconnection } = account;
  if (controlMode !== null) {
    return { text: `Control mode ${controlMode}`, note: controlModeLabels[controlMode] };
  }
  if (reconnection === undefined) return null;
  return { text: reconnectionLabels[reconnection], note: 'Once nothing keeps it off' };
}

/** "Before use, in energy" */
export function modeText(account: Account): string {
  const payment = account.paymentMode === 'prepayment' ? 'Before use' : 'After use';
  return `${payment}, counted in ${account.creditUnit}`;
}

/** Why the switch is open, or what it waits for. */
export function switchNote(
  loadSwitch: NonNullable<MeterView['said']>['loadSwitch'],
  account: Account | undefined,
): string | null {
  if (loadSwitch === 'connected') return null;
  const reasons = (account?.openReasons ?? []).map((reason) => openReasonLabels[reason]);
  const why = reasons.length === 0 ? null : `Open: ${reasons.join(', ')}`;
  if (loadSwitch === 'disconnected') return why;
  return 'Waits for a person at the meter';
}

/** A clock within this of ours is right: transport alone takes some of it. */
const clockTrustedMs = 60_000;

/** Transport takes longer in business time when that runs fast, as in the demo. */
export function clockText(aheadMs: number | null, speed: number): Label {
  if (aheadMs === null) return { text: unknown, tone: 'quiet' };
  if (Math.abs(aheadMs) <= clockTrustedMs * Math.max(1, speed / 10)) {
    return { text: 'Right', tone: 'good' };
  }
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  return { text: `${duration(seconds)} ${aheadMs > 0 ? 'ahead' : 'behind'}`, tone: 'bad' };
}

const microPerMinor = 1_000_000n;

/** Millionths of a minor unit as money, rounded down to what can be paid. */
export function microMoneyText(microMinor: string, currency: Currency): string {
  const micro = BigInt(microMinor);
  const floor = micro / microPerMinor - (micro % microPerMinor < 0n ? 1n : 0n);
  return formatMoney(floor, currency);
}

/** "ZAR 2.1534": a price per kWh with the digits that it has, at least those of the currency. */
export function priceText(microMinor: string, currency: Currency): string {
  const digits = currency.scale + 6;
  const [sign, all] = microMinor.startsWith('-') ? ['-', microMinor.slice(1)] : ['', microMinor];
  const padded = all.padStart(digits + 1, '0');
  const whole = padded.slice(0, -digits);
  const kept = padded.slice(-digits).replace(/0+$/, '').padEnd(currency.scale, '0');
  return `${currency.code} ${sign}${whole}${kept === '' ? '' : `.${kept}`}`;
}

type MoneyReport = NonNullable<MeterReportJson['money']>;
type StandingPrice = NonNullable<MoneyReport['standingPrices']>[number];

/** "ZAR 0.50 a day", "ZAR 12.00 every 2 months" */
export function standingText(price: StandingPrice, currency: Currency): string {
  const { count, unit, priceMicroMinor } = price;
  const every = count === 1 ? `a ${unit}` : `every ${count} ${unit}s`;
  return `${priceText(priceMicroMinor, currency)} ${every}`;
}

/** An amount of credit as the meter counts it: money where it says money, else energy. */
export function creditText(
  energyWh: string | null | undefined,
  money: { readonly report: MoneyReport | undefined; readonly micro: string | undefined },
): string {
  const { report, micro } = money;
  if (report !== undefined && micro !== undefined) return microMoneyText(micro, report.currency);
  return kwhText(energyWh ?? null);
}

/** "importEnergyWhL1" -> "Import, phase 1" */
export function registerText(register: string): string {
  const part = /^(import|export|credited)EnergyWh(?:([LT])(\d))?$/.exec(register);
  if (part === null) return register;
  const what = { import: 'Import', export: 'Export', credited: 'Credited' }[part[1] ?? ''];
  if (part[2] === undefined) return `${what}, total`;
  return `${what}, ${part[2] === 'L' ? 'phase' : 'tariff period'} ${part[3]}`;
}

/** "2.35 A" */
export const ampereText = (milliA: number | undefined): string =>
  milliA === undefined ? unknown : `${(milliA / 1000).toFixed(2)} A`;
