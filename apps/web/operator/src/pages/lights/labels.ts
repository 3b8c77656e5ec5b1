// What is said of lighting accounts and lamps, as words and colours.

import type {
  LampFaultName,
  LampView,
  LevelCauseName,
  LightingAccount,
  NightView,
} from '@prewatt/api';
import { type Currency, countText } from '@prewatt/quantities';
import type { Label } from '../../text/labels.ts';
import { kwhText, moneyText, unknown } from '../../text/numbers.ts';
import { timeOfDay } from '../../text/time.ts';

const standings: Record<LightingAccount['standing'], Label> = {
  enough: { text: 'Enough credit', tone: 'good' },
  low: { text: 'Dimmed: little credit', tone: 'warn' },
  usedUp: { text: 'Dark: credit used up', tone: 'bad' },
};

type Standing = Pick<
  LightingAccount,
  'standing' | 'closedAt' | 'creditMode' | 'meteredBy' | 'meter'
>;

export function standingLabel(account: Standing): Label {
  if (account.closedAt !== null) return { text: 'Closed', tone: 'quiet' };
  const isLamps = account.meteredBy === 'lamps';
  if (account.creditMode === 'token' && isLamps)
    return { text: 'Not in wallet mode yet', tone: 'warn' };
  if (!isLamps && account.meter === null) return { text: 'Meter not heard yet', tone: 'warn' };
  return standings[account.standing];
}

/** What it may burn: money of the wallet, or what its meter holds. */
export function creditOf(account: LightingAccount, currency: Currency): string {
  if (account.balanceMinor !== null) return moneyText(account.balanceMinor, currency);
  return account.meter === null ? unknown : kwhText(account.meter.creditWh);
}

const mostTenths = 400;

/** "12.5 nights"; it is looked ahead forty nights. */
export function nightsText(tenths: number | null): string {
  if (tenths === null) return unknown;
  if (tenths >= mostTenths) return '40 nights or more';
  return `${(tenths / 10).toFixed(1)} nights`;
}

export function toLookAt({ faults, late }: LightingAccount): string {
  const parts = [
    ...(faults === 0 ? [] : [`${faults} at fault`]),
    ...(late === 0 ? [] : [`${late} late`]),
  ];
  return parts.length === 0 ? 'None' : parts.join(', ');
}

export const lampsText = ({ lamps, burning }: LightingAccount): string =>
  `${countText(lamps, 'lamp')}, ${burning} burning`;

export const faultTexts: Record<LampFaultName, string> = {
  dark: 'Dark: should burn, draws nothing',
  burnsByDay: 'Burns while it should be off',
  overPower: 'Draws too much power',
  underPower: 'Draws too little power',
  flickers: 'Flickers',
  silent: 'Silent: not heard for two hours',
  leaps: 'Counter leapt: not charged until linked anew',
};

export const causeTexts: Record<LevelCauseName, string> = {
  programme: 'programme',
  override: 'overridden',
  lowCredit: 'dimmed: little credit',
  noCredit: 'dark: no credit',
  protected: 'protected crossing',
};

export function lampLabel(lamp: LampView): Label {
  if (lamp.fault !== null) return { text: faultTexts[lamp.fault.what], tone: 'bad' };
  if (lamp.stage === 'late') return { text: 'Late: not at its level', tone: 'warn' };
  if (lamp.link === null) return { text: 'No controller linked', tone: 'quiet' };
  if (lamp.readAt === null) return { text: 'Not heard yet', tone: 'quiet' };
  if (lamp.stage === 'asked') {
    const text = lamp.link.sleeps ? 'Told when it wakes' : 'Being told';
    return { text, tone: 'busy' };
  }
  return (lamp.levelPercent ?? 0) > 0
    ? { text: 'Burns', tone: 'good' }
    : { text: 'Off', tone: 'quiet' };
}

export const lampFilters = ['all', 'lookAt', 'burning', 'protected'] as const;
export type LampFilter = (typeof lampFilters)[number];
export const filterTexts: Record<LampFilter, string> = {
  all: 'All',
  lookAt: 'To look at',
  burning: 'Burning',
  protected: 'Protected',
};

export function isShown(lamp: LampView, filter: LampFilter): boolean {
  if (filter === 'lookAt') return lamp.fault !== null || lamp.stage === 'late';
  if (filter === 'burning') return (lamp.levelPercent ?? 0) > 0;
  return filter === 'all' || lamp.floorPercent !== null;
}

/** "18:45 100 %, 23:00 50 %, 05:10 off"; what lamps do in a night, in words. */
export function nightWords(night: NightView, zone: string): string {
  const [first, ...rest] = night.stretches;
  const changes = first === undefined || first.levelPercent > 0 ? night.stretches : rest;
  if (changes.length === 0) return 'Off all night';
  return changes
    .map(({ from, levelPercent }) => {
      const level = levelPercent === 0 ? 'off' : `${levelPercent} %`;
      return `${timeOfDay(Date.parse(from), zone)} ${level}`;
    })
    .join(', ');
}

/** "-26.204100" -> -26204100 millionths; null when it is no such number. */
export const degreesText = (microDeg: number): string => String(microDeg / 1_000_000);
