// What the numbers of a meter say in words. The same functions draw the page on the server and keep
// it moving in the browser: assets/script.ts sends their source along. So they may use nothing but
// each other, `formatKwh` and Intl.

import type { Forecast, LiveReading } from '@prewatt/api';
import { formatKwh } from '@prewatt/quantities';

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

/** Words for a reading, at its `nowMs`, in the utility's zone. */
export function liveLabels(live: LiveReading, zone: string): LiveLabels {
  const supply = supplyText(live, zone);
  const { wallet, availableEnergyWh, moneyOnMeter } = live;
  const energy = availableEnergyWh === null ? '–' : formatKwh(BigInt(availableEnergyWh));
  return {
    creditTitle: wallet === null ? 'Credit left' : wallet.owes ? 'You owe' : 'Your balance',
    available: wallet === null ? (moneyOnMeter ?? energy) : wallet.amount,
    about: moneyOnMeter === null ? '' : `About ${energy} kWh at the price now`,
    lasts: lastsText(live, zone),
    power: powerNowText(live),
    usedToday: live.usedToday ?? 'not known',
    costToday: wallet === null ? '' : wallet.costToday,
    costThisMonth: wallet === null ? '' : wallet.costThisMonth,
    supplyTitle: supply.title,
    supplyAdvice: supply.advice,
    contact: contactText(live.lastContactMs, live.nowMs, zone),
    tone: supply.tone,
  };
}

/** "340 W", "1.25 kW". */
export function powerText(power: bigint): string {
  return power < 1000n ? `${power} W` : `${formatKwh(power, 2)} kW`;
}

/** Power that is not of now says how old it is. */
export function powerNowText({ powerW, lastContactMs, nowMs }: LiveReading): string {
  if (powerW === null) return 'not known';
  const ageMs = nowMs - (lastContactMs ?? nowMs);
  return powerText(BigInt(powerW)) + (ageMs < 900_000 ? '' : `, ${ageText(ageMs)} ago`);
}

/** "12:31" in the zone. */
export function clockText(atMs: number, zone: string): string {
  const form = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone } as const;
  return new Intl.DateTimeFormat('en-GB', form).format(atMs);
}

/** "today", "tomorrow", "yesterday", "Thursday" within six days, else "3 December". */
export function dayText(atMs: number, nowMs: number, zone: string): string {
  const ordinal = (ms: number): number => {
    const form = { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: zone } as const;
    return Date.parse(new Intl.DateTimeFormat('en-CA', form).format(ms)) / 86_400_000;
  };
  const days = ordinal(atMs) - ordinal(nowMs);
  if (days === 0) return 'today';
  if (days === 1) return 'tomorrow';
  if (days === -1) return 'yesterday';
  const far = Math.abs(days) > 6;
  const form = far ? ({ day: 'numeric', month: 'long' } as const) : ({ weekday: 'long' } as const);
  return new Intl.DateTimeFormat('en-GB', { ...form, timeZone: zone }).format(atMs);
}

/** "just now", "4 minutes", "3 hours", "2 days": a length of time, without "ago". */
export function ageText(ageMs: number): string {
  const minutes = Math.floor(ageMs / 60_000);
  if (minutes < 1) return 'just now';
  const of = (count: number, unit: string) => `${count} ${unit}${count === 1 ? '' : 's'}`;
  if (minutes < 60) return of(minutes, 'minute');
  if (minutes < 48 * 60) return of(Math.floor(minutes / 60), 'hour');
  return of(Math.floor(minutes / 1440), 'day');
}

/** When the meter was last heard, and what a long silence means. */
export function contactText(lastContactMs: number | null, nowMs: number, zone: string): string {
  if (lastContactMs === null) return 'This page has not heard from your meter yet.';
  const age = ageText(nowMs - lastContactMs);
  if (age === 'just now') return 'Your meter reported just now.';
  const at = `${dayText(lastContactMs, nowMs, zone)} ${clockText(lastContactMs, zone)}`;
  const said = `Your meter last reported ${age} ago (${at}).`;
  return nowMs - lastContactMs < 3 * 3_600_000 ? said : `${said} These numbers may be old.`;
}

/** "Lasts until Thursday about 19:00 (between Wednesday 22:00 and Friday 09:00)." */
export function lastsText(live: LiveReading, zone: string): string {
  const { availableEnergyWh, creditStatus, wallet } = live;
  if (wallet === null && availableEnergyWh === null) {
    return 'Look at your meter to see your credit.';
  }
  // A meter's whole watt-hours can leave 1 of no credit; what prints as 0.0 kWh does not last.
  const isMoney = wallet !== null || live.moneyOnMeter !== null;
  const isRest = !isMoney && BigInt(availableEnergyWh ?? 0) < 10n;
  if (creditStatus === 'outOfCredit' || isRest) {
    return `Your ${wallet === null ? 'credit' : 'money'} is used up.`;
  }
  if (live.forecast === null) return 'We need a little more use to say how long this lasts.';
  return forecastText(live.forecast, live.nowMs, zone);
}

/**
 * The forecast, with times rounded to what can be known: ten minutes within half a day, else half
 * an hour.
 */
export function forecastText(forecast: Forecast, nowMs: number, zone: string): string {
  const now = forecast.atPresentUseMs;
  const leftMs = forecast.expectedAtMs - nowMs;
  if (leftMs > 60 * 86_400_000) return 'Lasts more than two months.';
  if (leftMs <= 0) return 'May run out at any moment.';
  const stepMs = (leftMs < 12 * 3_600_000 ? 10 : 30) * 60_000;
  const rounded = (ms: number) => Math.round(Math.max(ms, nowMs) / stepMs) * stepMs;
  const when = (ms: number, about: string) =>
    `${dayText(rounded(ms), nowMs, zone)} ${about}${clockText(rounded(ms), zone)}`;
  const from = when(forecast.earliestAtMs, '');
  const to = when(forecast.latestAtMs, '');
  const range = from === to ? '' : ` (between ${from} and ${to})`;
  const until = `until ${when(forecast.expectedAtMs, 'about ')}${range}`;
  if (now === null) return `Lasts ${until}.`;
  return `At present use: ${ageText(Math.max(60_000, now - nowMs))}. As usual: ${until}.`;
}

/** "Supply stays on until tomorrow 11:00; about 3.1 kWh will be owed." */
export function promiseText(
  promise: NonNullable<LiveReading['promise']>,
  nowMs: number,
  zone: string,
): string {
  const { untilMs, owed } = promise;
  if (untilMs === null) return '';
  const until = `${dayText(untilMs, nowMs, zone)} ${clockText(untilMs, zone)}`;
  const owing = owed === null ? '' : `; about ${owed} will be owed`;
  return `Supply stays on until ${until}${owing}.`;
}

/** What comes after the credit that is left, and how long grace holds; with a blank in front. */
export function aheadText(live: LiveReading, zone: string): string {
  const { promise, graceUntilMs, nowMs } = live;
  const sentences: string[] = [];
  if (promise !== null && promise.startsAtMs !== null) {
    const words = promiseText(promise, nowMs, zone);
    const credit = live.wallet === null ? 'credit' : 'money';
    if (words !== '') sentences.push(` When your ${credit} ends, s${words.slice(1)}`);
  }
  if (graceUntilMs !== null) {
    const until = `${dayText(graceUntilMs, nowMs, zone)} ${clockText(graceUntilMs, zone)}`;
    sentences.push(` You turned prepaid a short while ago: supply is not cut until ${until}.`);
  }
  return sentences.join('');
}

/** What to type at the meter, with no full stop; empty where no token waits. */
export function typeText(tokens: readonly string[]): string {
  if (tokens.length < 2)
    return tokens.map((token) => `Type your token ${token} at the meter`).join('');
  return `Type these at the meter in this order: ${tokens.join(', then ')},`;
}

/** Emergency credit that is still to come, with a blank in front. */
export function emergencyText({ emergency, creditStatus }: LiveReading): string {
  if (emergency === null) return '';
  const { left, isAutomatic } = emergency;
  const back = `emergency credit of ${left}, paid back by what you buy next.`;
  if (!isAutomatic) return ` You can take at your meter ${back}`;
  return creditStatus === 'outOfCredit' ? '' : ` Then there is ${back}`;
}

/** What turns supply on again, where nothing is there to be typed. */
export function howOn({ wallet }: LiveReading): string {
  if (wallet === null) return 'Buy electricity';
  return wallet.payAtLeast === null ? 'Pay in' : `Pay in at least ${wallet.payAtLeast}`;
}

/** Whether there is electricity, why, and what to do. */
export function supplyText(
  live: LiveReading,
  zone: string,
): { readonly tone: SupplyTone; readonly title: string; readonly advice: string } {
  const owed = live.owedEnergyWh === null ? 0n : BigInt(live.owedEnergyWh);
  const ahead = aheadText(live, zone);
  const isWallet = live.wallet !== null;
  const isMoney = isWallet || live.moneyOnMeter !== null;
  const credit = isWallet ? 'money' : 'credit';
  const buy = isWallet ? 'Pay in' : 'Buy';
  const owing =
    owed > 0n && !isMoney
      ? ` You owe ${formatKwh(owed)} kWh so far; part of what you buy pays it back.`
      : '';
  const type = typeText(live.waitingTokens);
  const soon = type || `${buy} soon`;
  const lent = emergencyText(live);
  if (live.off !== null) {
    const tone = live.loadSwitch === 'readyForReconnection' ? 'low' : 'off';
    return { tone, title: live.off.title, advice: live.off.advice };
  }
  if (live.loadSwitch === null) {
    const shows = isWallet ? '' : ' Your meter shows your credit.';
    const advice = `Your electricity does not depend on this page.${shows}`;
    return { tone: 'unknown', title: 'No report from your meter yet', advice };
  }
  if (live.loadSwitch === 'readyForReconnection') {
    const advice = 'Switch off stove and heaters, then press the button on your meter.';
    return { tone: 'low', title: 'Supply is ready to come back on', advice };
  }
  if (live.loadSwitch === 'disconnected') {
    const title = 'Supply is off';
    if (live.creditStatus !== 'outOfCredit') {
      const advice = `You have ${credit}. If supply stays off for ten minutes, please call us.`;
      return { tone: 'off', title, advice };
    }
    const act = type || howOn(live);
    const advice = `${act} and it comes back on.${type === '' ? lent + owing : ''}`;
    return { tone: 'off', title: `${title}: your ${credit} is used up`, advice };
  }
  const title = 'Supply is on';
  const usedUp = `${title}, but your ${credit} is used up`;
  const neverCut = live.promise?.untilMs === null;
  if (live.creditStatus === 'outOfCredit') {
    const promised = live.promise === null ? '' : promiseText(live.promise, live.nowMs, zone);
    const end = neverCut
      ? `Your home is not cut: what you use is owed. ${type || buy} when you can.`
      : promised === ''
        ? `Supply stays on for now. ${soon} to keep it on.`
        : `${promised} ${type || buy} before then to keep it on.`;
    return { tone: 'low', title: usedUp, advice: end + lent + owing };
  }
  // Nothing is left of the customer's own: emergency credit is in use, or the meter waits for a
  // token of theirs and counts as in credit until then.
  const isLent =
    !isMoney && live.availableEnergyWh !== null && BigInt(live.availableEnergyWh) < 10n;
  if (isLent || live.creditStatus === 'lowCredit') {
    return {
      tone: 'low',
      title: isLent ? usedUp : `${title}. Your ${credit} is low`,
      advice: `${soon}${neverCut ? '' : ' to keep your lights on'}.${isLent ? '' : lent}${owing}${ahead}`,
    };
  }
  return { tone: 'on', title, advice: `${owing}${ahead}`.trim() };
}

/** All that `liveLabels` needs, in the order to send it. */
export const liveWordFunctions = [
  formatKwh,
  liveLabels,
  powerText,
  powerNowText,
  clockText,
  dayText,
  ageText,
  contactText,
  lastsText,
  forecastText,
  promiseText,
  aheadText,
  typeText,
  emergencyText,
  howOn,
  supplyText,
] as const;
