// Customers: each buys when credit runs low, as far as their means go, approves or refuses at the
// provider, and types tokens by hand: sometimes before the wire brings them, sometimes twice,
// sometimes with a wrong digit.

import type { MeterOutput } from '@prewatt/meter';
import { availableMilliWhOf } from '@prewatt/meter';
import type { Services } from '@prewatt/server/services';
import type { FakeProvider } from './provider.ts';
import type { Random } from './random.ts';
import type { TownHome } from './utility.ts';

export type CustomerFaults = {
  readonly refuse: number;
  readonly loseNotification: number;
  readonly repeatNotification: number;
  readonly typeToken: number;
  readonly typeTwice: number;
  readonly mistype: number;
};

export type Customers = {
  /** What this customer types at the meter now, if anything. */
  readonly keypadOf: (home: TownHome) => string | null;
  /** The customer watches the meter. */
  readonly saw: (home: TownHome, outputs: MeterOutput) => void;
  /** Buying, paying, notifications. */
  readonly act: (services: Services, faults: CustomerFaults) => Promise<void>;
  /** One customer buys now, whatever the credit. */
  readonly buy: (home: TownHome, services: Services, faults: CustomerFaults) => Promise<void>;
  readonly observed: Observed;
};

/** What the town saw with its own eyes, for the laws to compare the database with. */
export type Observed = {
  /** Accepted TIDs per meter, in order. */
  readonly accepted: Map<string, number[]>;
  /** Crossings into low credit per connection. */
  readonly lowCrossings: Map<string, number>;
  readonly switchOpenings: { readonly meterPan: string; readonly atMs: number }[];
  purchases: number;
  refusedPayments: number;
};

export function createCustomers(o: {
  readonly random: Random;
  readonly provider: FakeProvider;
  readonly homes: readonly TownHome[];
  readonly sms: readonly { readonly to: string; readonly text: string }[];
  readonly nowMs: () => number;
  readonly parallel: number;
}): Customers {
  const { random, provider } = o;
  const observed: Observed = {
    accepted: new Map(),
    lowCrossings: new Map(),
    switchOpenings: [],
    purchases: 0,
    refusedPayments: 0,
  };
  const slips = new Map<string, string[]>();
  const nextPurchaseMs = new Map<string, number>();
  let readMessages = 0;

  const readPhones = (faults: CustomerFaults): void => {
    for (const message of o.sms.slice(readMessages)) {
      const token = /Token ((?:\d{4} ){4}\d{4})/.exec(message.text)?.[1]?.replaceAll(' ', '');
      const home = o.homes.find((each) => each.phone === message.to);
      if (token === undefined || home === undefined || !random.chance(faults.typeToken)) continue;
      const slip = slips.get(home.meterPan) ?? [];
      if (random.chance(faults.mistype)) slip.push(mistyped(token, random));
      slip.push(token);
      if (random.chance(faults.typeTwice)) slip.push(token);
      slips.set(home.meterPan, slip);
    }
    readMessages = o.sms.length;
  };

  const wantsToBuy = (home: TownHome): boolean => {
    if (o.nowMs() < (nextPurchaseMs.get(home.meterPan) ?? 0)) return false;
    const low = home.config.lowCreditThresholdWh * 1_000 * 1.5;
    return availableMilliWhOf(home.meter) < low;
  };

  const buy = async (home: TownHome, services: Services, faults: CustomerFaults): Promise<void> => {
    // Some wait until the lights go out; nobody buys again within hours.
    nextPurchaseMs.set(home.meterPan, o.nowMs() + random.integer(4, 40) * 3_600_000);
    const quote = await services.vending.makeQuote(home, random.pick(home.amountsMinor));
    if (!quote.ok) return;
    const { quoteId } = quote.value;
    const started = await services.payments.startPurchase(home, {
      quoteId,
      requestId: `quote:${quoteId}`,
    });
    if (!started.ok) return;
    observed.purchases += 1;
    const reference = started.value.checkoutUrl.split('/').at(-1) ?? '';
    const refuses = random.chance(faults.refuse);
    if (refuses) observed.refusedPayments += 1;
    const notification = provider.decide(reference, refuses ? 'refuse' : 'approve');
    if (random.chance(faults.loseNotification)) return;
    const times = random.chance(faults.repeatNotification) ? random.integer(2, 4) : 1;
    // Repeats arrive at once, as retrying providers send them.
    await Promise.all(
      Array.from({ length: times }, () =>
        services.payments.notification('sandbox', notification, () => undefined),
      ),
    );
  };

  return {
    observed,
    buy,

    keypadOf: (home) => slips.get(home.meterPan)?.shift() ?? null,

    saw: (home, outputs) => {
      for (const event of outputs.events) {
        if (event.code === 'token' && event.outcome.result === 'accepted') {
          const tids = observed.accepted.get(home.meterPan) ?? [];
          if (event.outcome.tid !== null) tids.push(event.outcome.tid);
          observed.accepted.set(home.meterPan, tids);
        }
        if (event.code === 'creditLow') {
          const count = observed.lowCrossings.get(home.connectionId) ?? 0;
          observed.lowCrossings.set(home.connectionId, count + 1);
        }
        if (event.code === 'loadSwitchOpened') {
          observed.switchOpenings.push({ meterPan: home.meterPan, atMs: event.atMs });
        }
      }
    },

    act: async (services, faults) => {
      readPhones(faults);
      const buyers = o.homes.filter(wantsToBuy);
      for (let i = 0; i < buyers.length; i += o.parallel) {
        const group = buyers.slice(i, i + o.parallel);
        await Promise.all(group.map((home) => buy(home, services, faults)));
      }
    },
  };
}

/** The token with one digit changed. */
function mistyped(token: string, random: Random): string {
  const at = random.integer(1, 19);
  const digit = (Number(token[at]) + random.integer(1, 9)) % 10;
  return token.slice(0, at) + digit + token.slice(at + 1);
}
