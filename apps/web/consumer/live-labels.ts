// What the numbers of a meter say in words. The same functions draw the page on the server and keep
// it moving in the browser: assets/script.ts sends their source along, and the words of the page's
// language. So they may use nothing but each other, `formatKwh`, `fill` and Intl.

import type { Forecast, LiveReading } from '@prewatt/api';
import { formatKwh } from '@prewatt/quantities';
import { type Digits, fill, numberText } from './text/message.ts';
import type { Words } from './text/texts.ts';

/** How a page speaks, as plain data: the browser gets it too. */
export type LiveVoice = Digits & {
  readonly zone: string;
  readonly words: Words['live'];
  /** From Sunday, and from January, as they stand in a date. */
  readonly weekdays: readonly string[];
  readonly months: readonly string[];
  /** Morning and afternoon, where the utility's clock has twelve hours; else null. */
  readonly halves: readonly [string, string] | null;
};

export type SupplyTone = 'on' | 'low' | 'off' | 'unknown';

/**
 * One plain text for each place on the page that moves; the names are the page's `data-live`
 * values.
 */
export type LiveLabels = {
  readonly creditTitle: string;
  readonly available: string;
  /** Of money on a meter: the energy that it buys. */
  readonly about: string;
  readonly lasts: string;
  readonly power: string;
  readonly usedToday: string;
  readonly costToday: string;
  readonly costThisMonth: string;
  readonly supplyTitle: string;
  readonly supplyAdvice: string;
  readonly contact: string;
  readonly tone: SupplyTone;
};

/** Words for a reading, at its `nowMs`. */
export function liveLabels(live: LiveReading, voice: LiveVoice): LiveLabels {
  const supply = supplyText(live, voice);
  const { words } = voice;
  const { wallet, availableEnergyWh, moneyOnMeter } = live;
  const energy = availableEnergyWh === null ? '–' : kwhText(BigInt(availableEnergyWh), voice);
  const title = wallet?.owes === true ? words.youOwe : words.yourBalance;
  return {
    creditTitle: wallet === null ? words.creditLeft : title,
    available: wallet === null ? (moneyOnMeter ?? energy) : wallet.amount,
    about: moneyOnMeter === null ? '' : fill(words.aboutAtPrice, { energy }, voice),
    lasts: lastsText(live, voice),
    power: powerNowText(live, voice),
    usedToday: live.usedToday ?? words.notKnown,
    costToday: wallet === null ? '' : wallet.costToday,
    costThisMonth: wallet === null ? '' : wallet.costThisMonth,
    supplyTitle: supply.title,
    supplyAdvice: supply.advice,
    contact: contactText(live.lastContactMs, live.nowMs, voice),
    tone: supply.tone,
  };
}

/** "38.4", without the unit. */
export function kwhText(energy: bigint, voice: Digits): string {
  return numberText(formatKwh(energy), voice);
}

/** "340 W", "1.25 kW". */
export function powerText(power: bigint, voice: Digits): string {
  const isSmall = power < 1000n;
  return `${numberText(isSmall ? `${power}` : formatKwh(power, 2), voice)} ${isSmall ? 'W' : 'kW'}`;
}

/** Power that is not of now says how old it is. */
export function powerNowText(live: LiveReading, voice: LiveVoice): string {
  const { powerW, lastContactMs, nowMs } = live;
  if (powerW === null) return voice.words.notKnown;
  const ageMs = nowMs - (lastContactMs ?? nowMs);
  const power = powerText(BigInt(powerW), voice);
  if (ageMs < 900_000) return power;
  return fill(voice.words.powerAgo, { power, age: ageText(ageMs, voice) }, voice);
}

/** "12:31" in the zone, or "12:31 pm". */
export function clockText(atMs: number, voice: Omit<LiveVoice, 'words'>): string {
  const form = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const zoned = { ...form, timeZone: voice.zone };
  const text = new Intl.DateTimeFormat('en-GB', zoned).format(atMs);
  if (voice.halves === null) return numberText(text, voice);
  const hour = Number(text.slice(0, 2));
  const half = voice.halves[hour < 12 ? 0 : 1];
  return `${numberText(`${hour % 12 || 12}${text.slice(2)}`, voice)}\u00a0${half}`;
}

/** "today", "tomorrow", "yesterday", "Thursday" within six days, else "3 December". */
export function dayText(atMs: number, nowMs: number, voice: LiveVoice): string {
  const { words } = voice;
  const civil = (ms: number): Date => {
    const form = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    const text = new Intl.DateTimeFormat('en-CA', { ...form, timeZone: voice.zone }).format(ms);
    return new Date(`${text}T00:00Z`);
  };
  const at = civil(atMs);
  const days = (at.getTime() - civil(nowMs).getTime()) / 86_400_000;
  if (days === 0) return words.today;
  if (days === 1) return words.tomorrow;
  if (days === -1) return words.yesterday;
  if (Math.abs(days) <= 6) return voice.weekdays[at.getUTCDay()] ?? '';
  const month = voice.months[at.getUTCMonth()] ?? '';
  return fill(words.farDay, { day: at.getUTCDate(), month }, voice);
}

/** "Thursday 19:00" */
export function whenText(atMs: number, nowMs: number, voice: LiveVoice): string {
  const parts = { day: dayText(atMs, nowMs, voice), time: clockText(atMs, voice) };
  return fill(voice.words.when, parts, voice);
}

/** "4 minutes", "3 hours", "2 days": a length of time, without "ago"; empty under a minute. */
export function ageText(ageMs: number, voice: LiveVoice): string {
  const { words } = voice;
  const minutes = Math.floor(ageMs / 60_000);
  if (minutes < 1) return '';
  if (minutes < 60) return fill(words.minutes, { count: minutes }, voice);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return fill(words.hours, { count: hours }, voice);
  return fill(words.days, { count: Math.floor(hours / 24) }, voice);
}

/** When the meter was last heard, and what a long silence means. */
export function contactText(lastContactMs: number | null, nowMs: number, voice: LiveVoice): string {
  const { words } = voice;
  if (lastContactMs === null) return words.neverHeard;
  const age = ageText(nowMs - lastContactMs, voice);
  if (age === '') return words.justHeard;
  const when = whenText(lastContactMs, nowMs, voice);
  const said = fill(words.heard, { age, when }, voice);
  return nowMs - lastContactMs < 3 * 3_600_000 ? said : `${said} ${words.mayBeOld}`;
}

/** "Lasts until Thursday about 19:00 (between Wednesday 22:00 and Friday 09:00)." */
export function lastsText(live: LiveReading, voice: LiveVoice): string {
  const { availableEnergyWh, creditStatus, wallet } = live;
  const { words } = voice;
  if (wallet === null && availableEnergyWh === null) return words.lookAtMeter;
  // A meter's whole watt-hours can leave 1 of no credit; what prints as 0.0 kWh does not last.
  const isMoney = wallet !== null || live.moneyOnMeter !== null;
  const isRest = !isMoney && BigInt(availableEnergyWh ?? 0) < 10n;
  if (creditStatus === 'outOfCredit' || isRest) {
    return wallet === null ? words.creditUsedUp : words.moneyUsedUp;
  }
  if (live.switchUnknownSinceMs !== null) return '';
  if (live.forecast === null) return words.moreUseNeeded;
  return forecastText(live.forecast, live.nowMs, voice);
}

/**
 * The forecast, with times rounded to what can be known: ten minutes within half a day, else half
 * an hour.
 */
export function forecastText(forecast: Forecast, nowMs: number, voice: LiveVoice): string {
  const { words } = voice;
  const now = forecast.atPresentUseMs;
  const leftMs = forecast.expectedAtMs - nowMs;
  if (leftMs > 60 * 86_400_000) return words.lastsLong;
  if (leftMs <= 0) return words.anyMoment;
  const stepMs = (leftMs < 12 * 3_600_000 ? 10 : 30) * 60_000;
  const rounded = (ms: number) => Math.round(Math.max(ms, nowMs) / stepMs) * stepMs;
  const expectedMs = rounded(forecast.expectedAtMs);
  const day = dayText(expectedMs, nowMs, voice);
  const when = fill(words.whenAbout, { day, time: clockText(expectedMs, voice) }, voice);
  const from = whenText(rounded(forecast.earliestAtMs), nowMs, voice);
  const to = whenText(rounded(forecast.latestAtMs), nowMs, voice);
  const until = from === to ? when : fill(words.whenBetween, { when, from, to }, voice);
  if (now === null) return fill(words.lasts, { until }, voice);
  const age = ageText(Math.max(60_000, now - nowMs), voice);
  return fill(words.atPresentUse, { age, until }, voice);
}

/** "Supply stays on until tomorrow 11:00; about 3.1 kWh will be owed." */
export function promiseText(
  promise: NonNullable<LiveReading['promise']>,
  nowMs: number,
  voice: LiveVoice,
): string {
  const { untilMs, owed } = promise;
  if (untilMs === null) return '';
  const { words } = voice;
  const when = whenText(untilMs, nowMs, voice);
  return owed === null
    ? fill(words.staysOn, { when }, voice)
    : fill(words.staysOnOwed, { when, owed }, voice);
}

/** What comes after the credit that is left, and how long grace holds: a list of sentences. */
export function aheadText(live: LiveReading, voice: LiveVoice): string[] {
  const { promise, graceUntilMs, nowMs } = live;
  const { words } = voice;
  const sentences: string[] = [];
  if (promise !== null && promise.startsAtMs !== null && promise.untilMs !== null) {
    const when = whenText(promise.untilMs, nowMs, voice);
    const isWallet = live.wallet !== null;
    const then = isWallet ? words.thenMoney : words.thenCredit;
    const thenOwed = isWallet ? words.thenMoneyOwed : words.thenCreditOwed;
    sentences.push(
      promise.owed === null
        ? fill(then, { when }, voice)
        : fill(thenOwed, { when, owed: promise.owed }, voice),
    );
  }
  if (graceUntilMs !== null) {
    sentences.push(fill(words.grace, { when: whenText(graceUntilMs, nowMs, voice) }, voice));
  }
  return sentences;
}

/** Tokens to type, one after the other. */
export function tokensText(tokens: readonly string[], voice: LiveVoice): string {
  return tokens.join(voice.words.thenToken);
}

/** Emergency credit that is still to come. */
export function emergencyText({ emergency, creditStatus }: LiveReading, voice: LiveVoice): string {
  if (emergency === null) return '';
  const { left, isAutomatic } = emergency;
  if (!isAutomatic) return fill(voice.words.emergencyTake, { left }, voice);
  return creditStatus === 'outOfCredit' ? '' : fill(voice.words.emergencyThen, { left }, voice);
}

/** What turns supply on again. */
export function howOn({ wallet, waitingTokens }: LiveReading, voice: LiveVoice): string {
  const { words } = voice;
  const tokens = tokensText(waitingTokens, voice);
  if (waitingTokens.length === 1) return fill(words.typeAndOn, { tokens }, voice);
  if (waitingTokens.length > 1) return fill(words.typeAllAndOn, { tokens }, voice);
  if (wallet === null) return words.buyAndOn;
  if (wallet.payAtLeast === null) return words.payAndOn;
  const pay = fill(words.payLeastAndOn, { amount: wallet.payAtLeast }, voice);
  return `${pay}${wallet.anHour}`;
}

/** What keeps supply on: typing what waits, buying or paying in; by when, or for what. */
export function howToKeep(
  { wallet, waitingTokens }: LiveReading,
  to: 'Soon' | 'Lights' | 'Keep' | 'Before' | 'WhenYouCan',
  voice: LiveVoice,
): string {
  const { words } = voice;
  const buys = wallet === null ? (`buy${to}` as const) : (`pay${to}` as const);
  const types = waitingTokens.length === 1 ? (`type${to}` as const) : (`typeAll${to}` as const);
  if (waitingTokens.length === 0) return `${words[buys]}${wallet?.anHour ?? ''}`;
  return fill(words[types], { tokens: tokensText(waitingTokens, voice) }, voice);
}

/** Whether there is electricity, why, and what to do. */
export function supplyText(
  live: LiveReading,
  voice: LiveVoice,
): { readonly tone: SupplyTone; readonly title: string; readonly advice: string } {
  const { words } = voice;
  const owed = live.owedEnergyWh === null ? 0n : BigInt(live.owedEnergyWh);
  const isWallet = live.wallet !== null;
  const isMoney = isWallet || live.moneyOnMeter !== null;
  const together = (...sentences: readonly string[]): string =>
    sentences.filter((sentence) => sentence !== '').join(' ');
  // Less is written "0.0 kWh".
  const owing =
    owed >= 100n && !isMoney ? fill(words.owing, { energy: kwhText(owed, voice) }, voice) : '';
  const ahead = aheadText(live, voice);
  const lent = emergencyText(live, voice);
  if (live.off !== null) {
    const tone = live.loadSwitch === 'readyForReconnection' ? 'low' : 'off';
    return { tone, title: live.off.title, advice: live.off.advice };
  }
  if (live.loadSwitch === null) {
    const advice = together(words.notByThisPage, isWallet ? '' : words.meterShows);
    const atMs = live.switchUnknownSinceMs;
    const when = atMs && whenText(atMs, live.nowMs, voice);
    const title = when ? fill(words.supplyUnknown, { when }, voice) : words.noReport;
    return { tone: 'unknown', title, advice };
  }
  if (live.loadSwitch === 'readyForReconnection') {
    return { tone: 'low', title: words.ready, advice: words.readyAdvice };
  }
  if (live.loadSwitch === 'disconnected') {
    if (live.creditStatus !== 'outOfCredit') {
      return {
        tone: 'off',
        title: words.off,
        advice: isWallet ? words.haveMoney : words.haveCredit,
      };
    }
    const isToType = live.waitingTokens.length > 0;
    const advice = together(howOn(live, voice), ...(isToType ? [] : [lent, owing]));
    return { tone: 'off', title: isWallet ? words.offMoney : words.offCredit, advice };
  }
  const usedUp = isWallet ? words.onMoneyUsedUp : words.onCreditUsedUp;
  const neverCut = live.promise?.untilMs === null;
  if (live.creditStatus === 'outOfCredit') {
    const promised = live.promise === null ? '' : promiseText(live.promise, live.nowMs, voice);
    const end = neverCut
      ? [words.neverCut, howToKeep(live, 'WhenYouCan', voice)]
      : promised === ''
        ? [words.onForNow, howToKeep(live, 'Keep', voice)]
        : [promised, howToKeep(live, 'Before', voice)];
    return { tone: 'low', title: usedUp, advice: together(...end, lent, owing) };
  }
  // Nothing is left of the customer's own: emergency credit is in use, or the meter waits for a
  // token of theirs and counts as in credit until then.
  const isLent =
    !isMoney && live.availableEnergyWh !== null && BigInt(live.availableEnergyWh) < 10n;
  if (isLent || live.creditStatus === 'lowCredit') {
    const keep = howToKeep(live, neverCut ? 'Soon' : 'Lights', voice);
    return {
      tone: 'low',
      title: isLent ? usedUp : isWallet ? words.onMoneyLow : words.onCreditLow,
      advice: together(keep, isLent ? '' : lent, owing, ...ahead),
    };
  }
  return { tone: 'on', title: words.on, advice: together(owing, ...ahead) };
}

/** All that `liveLabels` needs, in the order to send it. */
export const liveWordFunctions = [
  ...[formatKwh, numberText, fill, liveLabels, kwhText, powerText, powerNowText, clockText],
  ...[dayText, whenText, ageText, contactText, lastsText, forecastText, promiseText, aheadText],
  ...[tokensText, emergencyText, howOn, howToKeep, supplyText],
] as const;
