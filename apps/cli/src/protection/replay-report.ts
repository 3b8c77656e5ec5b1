// A replay in words and as JSON: who would have been cut, when, for how long, who of them may never
// be, and what two rule sets do differently.

import { type HomeReplay, type ReplaySummary, summarizeReplay } from '@prewatt/protection';
import { countText } from '@prewatt/quantities';

const hourMs = 3_600_000;

export type Comparison = {
  readonly now: ReplaySummary;
  /** Homes that the proposed rules would cut and the present ones did not, and the reverse. */
  readonly newlyCut: readonly string[];
  readonly noLongerCut: readonly string[];
};

export function compared(now: readonly HomeReplay[], proposed: readonly HomeReplay[]): Comparison {
  const cut = (homes: readonly HomeReplay[]) =>
    new Set(homes.filter((one) => one.cuts.length > 0).map((one) => one.home));
  const [before, after] = [cut(now), cut(proposed)];
  return {
    now: summarizeReplay(now),
    newlyCut: [...after].filter((home) => !before.has(home)),
    noLongerCut: [...before].filter((home) => !after.has(home)),
  };
}

type Shown = {
  readonly homes: readonly HomeReplay[];
  /** Homes without readings, or of which no credit is known. */
  readonly leftOut: number;
  readonly comparison: Comparison | null;
  readonly takesEmergency: boolean;
};

export function replayLines(o: Shown): string[] {
  return [
    ...o.homes.flatMap(linesOfHome),
    ...sumLines('rules', summarizeReplay(o.homes)),
    emergencyLine(o.takesEmergency),
    ...(o.leftOut === 0
      ? []
      : [
          `left out: ${countText(o.leftOut, 'home')} without readings, or without a known credit or top-up`,
        ]),
    ...(o.comparison === null ? [] : comparisonLines(o.comparison)),
  ];
}

function linesOfHome(one: HomeReplay): string[] {
  const kind = kindOf(one);
  return [
    ...one.cuts.map(({ fromMs, untilMs, missedWh }) => {
      const span = untilMs === null ? 'to the end of the data' : `until ${wallClock(untilMs)}`;
      const hours = untilMs === null ? '' : `, ${((untilMs - fromMs) / hourMs).toFixed(1)} h`;
      const missed = `${(missedWh / 1000).toFixed(1)} kWh missed`;
      return `${one.home}${kind}: off from ${wallClock(fromMs)} ${span}${hours}, ${missed}`;
    }),
    ...one.calls.map(
      (call) => `${one.home}${kind}: call at ${wallClock(call.atMs)}, ${call.because}`,
    ),
  ];
}

const kindOf = ({ medical, vulnerable }: HomeReplay): string =>
  medical ? ' (medical)' : vulnerable ? ' (vulnerable)' : '';

/** What figures of cuts rest on. */
export const emergencyLine = (takesEmergency: boolean): string =>
  takesEmergency
    ? 'taken for granted: every home takes emergency credit as soon as it is offered'
    : 'taken for granted: nobody takes emergency credit';

export function sumLines(name: string, sum: ReplaySummary): string[] {
  const hours = (ms: number) => (ms / hourMs).toFixed(0);
  return [
    `${name}: ${sum.homesCut} of ${countText(sum.homes, 'home')} cut, ${countText(sum.cuts, 'cut')}, ${hours(sum.offMs)} h off, ` +
      `${(sum.missedWh / 1000).toFixed(1)} kWh missed`,
    `  kept on by a rule ${hours(sum.protectedMs)} h, ${(sum.owedAtEndWh / 1000).toFixed(1)} kWh owed ` +
      `at the end; under a power limit ${hours(sum.limitedMs)} h`,
    `  vulnerable or medical homes called instead of cut: ${sum.homesCalledNotCut}; ` +
      `calls for silence: ${sum.silentCalls}`,
  ];
}

function comparisonLines({ now, newlyCut, noLongerCut }: Comparison): string[] {
  const list = (homes: readonly string[]) => (homes.length === 0 ? 'none' : homes.join(' '));
  return [
    ...sumLines('now', now),
    `newly cut: ${list(newlyCut)}`,
    `no longer cut: ${list(noLongerCut)}`,
  ];
}

export const replayJson = (o: Shown) => ({
  homes: o.homes.map((one) => ({
    home: one.home,
    vulnerable: one.vulnerable,
    medical: one.medical,
    cuts: one.cuts.map(({ fromMs, untilMs, missedWh }) => ({
      from: wallClock(fromMs),
      until: untilMs === null ? null : wallClock(untilMs),
      missedWh: String(missedWh),
    })),
    hoursOff: Math.round((one.offMs / hourMs) * 100) / 100,
    calls: one.calls.map(({ atMs, because }) => ({ at: wallClock(atMs), because })),
    owedAtEndWh: String(one.owedAtEndWh),
    emergencyCredits: one.emergencyCredits,
  })),
  leftOut: o.leftOut,
  takesEmergency: o.takesEmergency,
  comparison: o.comparison,
});

/** "2026-11-18 20:00": the wall clock that the files are in. */
const wallClock = (atMs: number): string =>
  new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
