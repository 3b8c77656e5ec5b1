// The soft landing of homes whose meter has no link: two people allow its rules, and what the limit
// tokens that people are sent and type do at their meters is seen here, for the laws.

import type { MeterOutput, MeterState } from '@prewatt/meter';
import { checkProtectionRules } from '@prewatt/protection';
import { expectOk } from '@prewatt/quantities';
import type { Services } from '@prewatt/server/services';
import { askAndAllow, type TwoPeople } from './two-people.ts';
import { rulesOf, type TownHome, type UtilityPlan } from './utility.ts';

/** Limits go out by token under rules that a second person allowed, and under no others. */
export async function allowLandingByToken(
  services: Services,
  people: TwoPeople,
  plan: UtilityPlan,
): Promise<void> {
  const { softLandingByToken } = plan;
  if (softLandingByToken === undefined) return;
  const document = expectOk(
    checkProtectionRules({ ...rulesOf(plan), softLandingByToken }),
    'rules',
  );
  const ended = await askAndAllow(services, people, {
    ...{ kind: 'protectionRules', requestId: 'landing-by-token', payload: { document } },
    reason: 'Homes without a link land softly, too',
  });
  if (ended !== 'done') throw new Error('the rules were not allowed');
}

/** What a limit token was said to do, and what came of it. */
export type TokenLanding = {
  readonly saidW: number;
  readonly lastFour: string;
  /** What the meter allowed right after it took the token; null before. */
  inMeterW: number | null;
};

/** A step of a meter under a limit that was typed. */
export type LimitedStep = {
  readonly limitW: number;
  readonly spanMs: number;
  readonly flowedMilliWh: number;
  readonly demandMilliWh: number;
  /** Times that the meter opened above it. */
  readonly trips: number;
};

/** A purchase that was typed: what the meter allowed after it, null for any power. */
export type AfterPurchase = { readonly allowsW: number | null };

export type OfHome = {
  readonly landings: TokenLanding[];
  readonly steps: LimitedStep[];
  readonly purchases: AfterPurchase[];
};

export type TokenLandingEye = {
  readonly took: (
    home: TownHome,
    t: {
      readonly before: MeterState;
      readonly outputs: MeterOutput;
      readonly demandMilliWh: number;
      readonly spanMs: number;
    },
  ) => void;
  readonly of: (home: TownHome) => OfHome;
};

const limitSaid = /type ((?:\d{4} ){4}\d{4}) at your meter: it then allows ([\d.]+) (k?)W/;

export function createTokenLandingEye(o: {
  readonly homes: readonly TownHome[];
  readonly sms: readonly { readonly to: string; readonly text: string }[];
}): TokenLandingEye {
  const seen = new Map<TownHome, OfHome>();
  const homeOfPhone = new Map(o.homes.map((home) => [home.phone, home]));
  let read = 0;
  const of = (home: TownHome): OfHome => {
    const known = seen.get(home) ?? { landings: [], steps: [], purchases: [] };
    seen.set(home, known);
    return known;
  };
  const readPhones = (): void => {
    for (const { to, text } of o.sms.slice(read)) {
      const home = homeOfPhone.get(to);
      const [, digits, number, kilo] = limitSaid.exec(text) ?? [];
      if (home === undefined || digits === undefined) continue;
      const saidW = Number(number) * (kilo === 'k' ? 1_000 : 1);
      of(home).landings.push({ saidW, lastFour: digits.slice(-4), inMeterW: null });
    }
    read = o.sms.length;
  };
  return {
    of,
    took: (home, { before, outputs, demandMilliWh, spanMs }) => {
      if (home.traits.hasNoLink !== true) return;
      readPhones();
      const { landings, steps, purchases } = of(home);
      const trips = outputs.events.filter(({ code }) => code === 'limitReached').length;
      const limitW = before.settings.powerLimitW;
      const { flowedMilliWh } = outputs;
      // A token changes the limit in the middle of a step.
      const isTyping = outputs.events.some(({ code }) => code === 'token');
      if (limitW !== null && !isTyping)
        steps.push({ limitW, spanMs, flowedMilliWh, demandMilliWh, trips });
      for (const event of outputs.events) {
        if (event.code !== 'token' || event.outcome.result !== 'accepted') continue;
        const allowsW = home.meter.settings.powerLimitW;
        const landing = landings.findLast(({ lastFour }) => lastFour === event.lastFour);
        if (landing !== undefined) landing.inMeterW = allowsW;
        if (event.outcome.effect === 'credit') purchases.push({ allowsW });
      }
    },
  };
}
