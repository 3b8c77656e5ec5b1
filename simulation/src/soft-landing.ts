// The soft landing as people live it: a meter opens above its limit of power, and after some times
// waits for a hand. Who was told draws less and presses the button. What is seen is for the laws.

import { availableOf, type MeterOutput, type MeterState, milliWhOfAmount } from '@prewatt/meter';
import type { Observed } from './observed.ts';
import type { Trace } from './trace.ts';
import type { TownHome } from './utility.ts';

export type LandingPeople = {
  /** Reads the messages that came since the last time. */
  readonly readPhones: () => void;
  /** Of what the home would draw, in milliwatt-hours of a span, what its people let it draw. */
  readonly drawn: (
    home: TownHome,
    o: { readonly demandMilliWh: number; readonly spanMs: number },
  ) => number;
  /** Somebody presses the button at the meter now. */
  readonly presses: (home: TownHome) => boolean;
};

const saysLimit = (text: string): boolean =>
  /it then allows .* at a time/.test(text) && /press the button on the meter/.test(text);

/** Below the limit, so that it is not met again. */
const share = 0.9;

export function createLandingPeople(o: {
  readonly homes: readonly TownHome[];
  readonly sms: readonly { readonly to: string; readonly text: string }[];
}): LandingPeople {
  const homeOfPhone = new Map(o.homes.map((home) => [home.phone, home]));
  /** The limit that they were told of, in watts. */
  const known = new Map<TownHome, number>();
  const toPress = new Set<TownHome>();
  /** Without a link: told what a limit does, and who has met it since. */
  const told = new Set<TownHome>();
  const careful = new Set<TownHome>();
  let read = 0;
  return {
    readPhones: () => {
      for (const { to, text } of o.sms.slice(read)) {
        const home = homeOfPhone.get(to);
        if (home?.traits.hasNoLink === true && saysLimit(text)) told.add(home);
        const limitW = /the (\d+) W that its meter allows/.exec(text)?.[1];
        if (home === undefined || limitW === undefined) continue;
        known.set(home, Number(limitW));
        if (/then press the button on the meter/.test(text)) toPress.add(home);
      }
      read = o.sms.length;
    },
    drawn: (home, { demandMilliWh, spanMs }) => {
      const limitW = careful.has(home) ? home.meter.settings.powerLimitW : known.get(home);
      if (limitW === undefined || limitW === null) return demandMilliWh;
      if (!careful.has(home) && isAboveSteps(home)) {
        known.delete(home);
        return demandMilliWh;
      }
      return Math.min(demandMilliWh, Math.floor((share * limitW * spanMs) / 3_600));
    },
    presses: (home) => {
      if (!isWaiting(home.meter)) return false;
      if (told.has(home)) careful.add(home);
      return toPress.delete(home) || told.has(home);
    },
  };
}

const isWaiting = ({ loadSwitch }: MeterState): boolean => loadSwitch === 'readyForReconnection';

const firstBelowMilliWh = ({ config }: TownHome): number =>
  Number(config.protection.softLanding[0]?.belowWh ?? 0) * 1_000;

const isAboveSteps = (home: TownHome): boolean =>
  home.meter.settings.paymentMode === 'credit' ||
  milliWhOfAmount(home.meter, availableOf(home.meter)) >= firstBelowMilliWh(home);

const isCountingEnergy = ({ settings }: MeterState): boolean =>
  settings.creditUnit === 'energy' && settings.paymentMode === 'prepayment';

type Low = { readonly grewAtMs: number; readonly sinceMs: number | null };

/** Keeps what a step of a meter shows of its limits. */
export function createLandingEye(o: {
  readonly observed: Observed;
  readonly trace: Trace;
  readonly nowMs: () => number;
}) {
  const { observed } = o;
  const lows = new Map<TownHome, Low>();

  const seeLow = (home: TownHome, before: MeterState): void => {
    const nowMs = o.nowMs();
    const left = availableOf(home.meter);
    const known = lows.get(home) ?? { grewAtMs: nowMs, sinceMs: null };
    const hasGrown = left > availableOf(before);
    const isOver = hasGrown || left <= 0 || left >= firstBelowMilliWh(home);
    if (isOver && known.sinceMs !== null) {
      const { grewAtMs, sinceMs } = known;
      observed.landingSpells.push({ home, grewAtMs, fromMs: sinceMs, untilMs: nowMs });
    }
    const isLow = left > 0 && left < firstBelowMilliWh(home);
    lows.set(home, {
      grewAtMs: hasGrown ? nowMs : known.grewAtMs,
      sinceMs: isLow ? ((isOver ? null : known.sinceMs) ?? nowMs) : null,
    });
  };

  return {
    took: (
      home: TownHome,
      t: {
        readonly before: MeterState;
        readonly outputs: MeterOutput;
        readonly demandMilliWh: number;
        readonly spanMs: number;
        readonly pressed: boolean;
      },
    ): void => {
      observed.tokenLandings.took(home, t);
      const { before, outputs } = t;
      const { meter } = home;
      if (home.config.protection.softLanding.length === 0) return;
      if (isWaiting(meter) && !home.isDead) {
        if (!observed.waiting.has(home)) observed.waiting.set(home, o.nowMs());
      } else observed.waiting.delete(home);
      if (t.pressed && meter.loadSwitch === 'connected') {
        observed.presses += 1;
        o.trace.add(home, 'somebody presses the button');
      }
      const limitsW = outputs.events.flatMap((event) =>
        event.code === 'limitReached' ? [event.limitW] : [],
      );
      observed.limits += limitsW.length;
      if (limitsW.length > 0) o.trace.add(home, `above ${limitsW.join(', ')} W: supply goes off`);
      // Money left is energy only at a price, which changes within a step.
      if (!isCountingEnergy(before) || !isCountingEnergy(meter) || home.isDead) return;
      seeLow(home, before);
      if (before.emergencySelected || meter.emergencySelected || meter.atMs <= before.atMs) return;
      observed.landings.push({
        ...{ home, limitsW, spanMs: meter.atMs - before.atMs, leftMilliWh: availableOf(before) },
        ...{ flowedMilliWh: outputs.flowedMilliWh, demandMilliWh: t.demandMilliWh },
        isVulnerable: before.settings.vulnerable === true,
      });
    },
  };
}
