// Customers: each buys when credit runs low, as far as their means go, approves or refuses at the
// provider, and types tokens by hand: sometimes before the wire brings them, sometimes twice, in
// another order, or with a wrong digit. Each has chances of its own.

import type { MeterOutput } from '@prewatt/meter';
import { actCodes, availableOf, emergencyStatusOf, milliWhOfAmount } from '@prewatt/meter';
import type { Services } from '@prewatt/server/services';
import { untilItWorks } from './dying-database.ts';
import type { CustomerFaults } from './faults.ts';
import type { FakeProvider } from './provider.ts';
import { createRandom, type Random, seedFrom } from './random.ts';
import type { Trace } from './trace.ts';
import type { Shop, TownHome } from './utility.ts';

export type Customers = {
  /** What this customer types at the meter now, if anything. */
  readonly keypadOf: (home: TownHome) => string | null;
  /** The customer watches the meter. */
  readonly saw: (
    home: TownHome,
    outputs: MeterOutput,
    o: { readonly wasVulnerable: boolean },
  ) => void;
  /** Buying, paying, notifications. */
  readonly act: (
    services: Services,
    o: { readonly faults: CustomerFaults; readonly buying: boolean },
  ) => Promise<void>;
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
  readonly switchOpenings: {
    readonly home: TownHome;
    readonly atMs: number;
    /** The meter had heard that nobody may cut this home. */
    readonly isVulnerable: boolean;
  }[];
  /** Emergency credit taken at the keypad. */
  emergencies: number;
  purchases: number;
  refusedPayments: number;
  cashSales: number;
  typedTokens: number;
  wrongNotifications: number;
  repeatedNotifications: number;
  lostNotifications: number;
  /** Repeated requests of a till that got another answer than the first; law 5 wants none. */
  otherAnswers: number;
};

const shortest = (token: string): string => `…${token.slice(-4)}`;

export function createCustomers(o: {
  readonly seed: number;
  readonly provider: FakeProvider;
  readonly homes: readonly TownHome[];
  readonly sms: readonly { readonly to: string; readonly text: string }[];
  readonly trace: Trace;
  /** Something of this home may have changed in the database. */
  readonly touch: (home: TownHome) => void;
  readonly nowMs: () => number;
  readonly parallel: number;
  /** Where customers buy for cash; null where nobody does. */
  readonly till: Shop['till'] | null;
}): Customers {
  const { provider, trace } = o;
  const observed: Observed = {
    accepted: new Map(),
    lowCrossings: new Map(),
    switchOpenings: [],
    emergencies: 0,
    purchases: 0,
    refusedPayments: 0,
    cashSales: 0,
    typedTokens: 0,
    wrongNotifications: 0,
    repeatedNotifications: 0,
    lostNotifications: 0,
    otherAnswers: 0,
  };
  const slips = new Map<TownHome, string[]>();
  const nextPurchaseMs = new Map<TownHome, number>();
  const tillRequests = new Map<TownHome, number>();
  const homeOfPhone = new Map(o.homes.map((home) => [home.phone, home]));
  const chances = new Map(
    o.homes.map((home) => [home, createRandom(seedFrom(o.seed, `customer ${home.index}`))]),
  );
  const randomOf = (home: TownHome): Random => {
    const random = chances.get(home);
    if (random === undefined) throw new Error('a customer of another town');
    return random;
  };
  let readMessages = 0;

  const readPhones = (faults: CustomerFaults): void => {
    for (const message of o.sms.slice(readMessages)) {
      const home = homeOfPhone.get(message.to);
      const tokens = [...message.text.matchAll(/\b(?:\d{4} ){4}\d{4}\b/g)].map(([token]) =>
        token.replaceAll(' ', ''),
      );
      if (home === undefined || tokens.length === 0) continue;
      const random = randomOf(home);
      if (!random.chance(faults.typeToken)) continue;
      const slip = slips.get(home) ?? [];
      for (const token of tokens) {
        if (random.chance(faults.mistype)) slip.push(mistyped(token, random));
        slip.push(token);
        if (random.chance(faults.typeTwice)) slip.push(token);
      }
      if (random.chance(faults.shuffle)) slip.reverse();
      slips.set(home, slip);
    }
    readMessages = o.sms.length;
  };

  const wantsToBuy = (home: TownHome): boolean => {
    if (o.nowMs() < (nextPurchaseMs.get(home) ?? 0)) return false;
    const low = home.config.lowCreditThresholdWh * 1_000 * (home.isPoor ? 0.2 : 1.5);
    return leftMilliWhOf(home) < low;
  };

  const notify = async (services: Services, rawBody: Buffer): Promise<void> => {
    // The provider asks again until it gets an answer.
    await untilItWorks(() => services.payments.notification('sandbox', rawBody, () => undefined));
  };

  /** Up to the decision at the provider's page; what the provider then tells comes after it. */
  const begin = async (
    home: TownHome,
    services: Services,
    faults: CustomerFaults,
  ): Promise<() => Promise<void>> => {
    const random = randomOf(home);
    o.touch(home);
    // Some wait until the lights go out; nobody buys again within hours.
    nextPurchaseMs.set(home, o.nowMs() + random.integer(4, 40) * 3_600_000);
    const amountMinor = random.pick(home.amountsMinor);
    if (random.chance(faults.cash)) {
      await buyForCash(home, services, { faults, amountMinor });
      return nothingMore;
    }
    const refuses = random.chance(faults.refuse);
    const loses = random.chance(faults.loseNotification);
    const times = random.chance(faults.repeatNotification) ? random.integer(2, 4) : 1;
    const wrong = random.chance(faults.wrongNotification);
    const quote = await untilItWorks(() => services.vending.makeQuote(home, amountMinor));
    if (!quote.ok) {
      trace.add(home, `no quote for ${amountMinor}: ${quote.error}`);
      return nothingMore;
    }
    const { quoteId } = quote.value;
    const started = await untilItWorks(() =>
      services.payments.startPurchase(home, { quoteId, requestId: `quote:${quoteId}` }),
    );
    if (!started.ok) {
      trace.add(home, `no purchase for ${amountMinor}: ${started.error}`);
      return nothingMore;
    }
    observed.purchases += 1;
    const reference = started.value.checkoutUrl.split('/').at(-1) ?? '';
    if (refuses) observed.refusedPayments += 1;
    const notification = provider.decide(reference, refuses ? 'refuse' : 'approve');
    trace.add(home, `${refuses ? 'refuses to pay' : 'pays'} ${amountMinor}`);
    const wrongOne = wrong ? wrongNotification(notification, random) : null;
    if (wrong) observed.wrongNotifications += 1;
    if (loses) {
      observed.lostNotifications += 1;
      trace.add(home, 'the notification is lost');
    } else observed.repeatedNotifications += times - 1;
    return async () => {
      if (wrongOne !== null) await notify(services, wrongOne);
      if (loses) return;
      // Repeats arrive at once, as retrying providers send them.
      await Promise.all(Array.from({ length: times }, () => notify(services, notification)));
    };
  };

  const buy: Customers['buy'] = async (home, services, faults) => {
    const told = await begin(home, services, faults);
    await told();
  };

  const buyForCash = async (
    home: TownHome,
    services: Services,
    purchase: { readonly faults: CustomerFaults; readonly amountMinor: bigint },
  ): Promise<void> => {
    const { till } = o;
    if (till === null) return;
    const number = (tillRequests.get(home) ?? 0) + 1;
    tillRequests.set(home, number);
    const request = {
      requestId: `till-request-${home.index}-${number}`,
      meterPan: home.meterPan,
      amountMinor: purchase.amountMinor,
    };
    const repeats = randomOf(home).chance(purchase.faults.repeatSale);
    const first = await untilItWorks(() => services.vendors.selling.sell(till, request));
    trace.add(home, `cash ${request.amountMinor}: ${first.ok ? 'sold' : first.error}`);
    if (first.ok) observed.cashSales += 1;
    if (!repeats) return;
    const again = await untilItWorks(() => services.vendors.selling.sell(till, request));
    if (JSON.stringify(again) !== JSON.stringify(first)) observed.otherAnswers += 1;
  };

  return {
    observed,
    buy,

    keypadOf: (home) => {
      const token = slips.get(home)?.shift();
      if (token === undefined) return wantsEmergency(home) ? actCodes.selectEmergency : null;
      observed.typedTokens += 1;
      return token;
    },

    saw: (home, outputs, { wasVulnerable }) => {
      // Time passes before the meter hears what it was sent: what it knew then is what counts.
      let isVulnerable = wasVulnerable;
      for (const event of outputs.events) {
        if (event.code === 'token') {
          const { outcome, origin } = event;
          const said = outcome.result === 'accepted' ? 'accepts' : `refuses (${outcome.refusal})`;
          trace.add(home, `the meter ${said} ${shortest(event.lastFour)} by ${origin}`);
          o.touch(home);
          if (outcome.result === 'accepted' && outcome.tid !== null) {
            const tids = observed.accepted.get(home.meterPan) ?? [];
            tids.push(outcome.tid);
            observed.accepted.set(home.meterPan, tids);
          }
        }
        if (event.code === 'creditLow') {
          const count = observed.lowCrossings.get(home.connectionId) ?? 0;
          observed.lowCrossings.set(home.connectionId, count + 1);
          trace.add(home, 'credit is low');
        }
        if (event.code === 'emergencySelected') {
          observed.emergencies += 1;
          trace.add(home, 'emergency credit is taken');
        }
        if (event.code === 'settingChanged' && event.setting === 'protection') {
          isVulnerable = home.meter.settings.vulnerable === true;
        }
        if (event.code === 'loadSwitchOpened') {
          observed.switchOpenings.push({ home, atMs: event.atMs, isVulnerable });
          trace.add(home, 'supply is cut');
        }
      }
    },

    act: async (services, { faults, buying }) => {
      readPhones(faults);
      if (!buying) return;
      const buyers = o.homes.filter(wantsToBuy);
      for (let i = 0; i < buyers.length; i += o.parallel) {
        const group = buyers.slice(i, i + o.parallel);
        const begun = await Promise.all(group.map((home) => begin(home, services, faults)));
        // The provider tells what it has decided of all of them: the server settles it together.
        await Promise.all(begun.map((told) => told()));
      }
    },
  };
}

/** Of money what it buys at the present price, as the meter shows it. */
const leftMilliWhOf = ({ meter }: TownHome): number => milliWhOfAmount(meter, availableOf(meter));

const nothingMore = async (): Promise<void> => {};

/** Whoever can buy does not borrow. */
const wantsEmergency = (home: TownHome): boolean =>
  home.isPoor && availableOf(home.meter) <= 0 && emergencyStatusOf(home.meter) === 'selectable';

/** The token with one digit changed. */
function mistyped(token: string, random: Random): string {
  const at = random.integer(1, 19);
  const digit = (Number(token[at]) + random.integer(1, 9)) % 10;
  return token.slice(0, at) + digit + token.slice(at + 1);
}

/** A notification for a payment that nobody made, or no notification at all. */
function wrongNotification(good: Buffer, random: Random): Buffer {
  if (random.chance(0.3)) return Buffer.from('<html>');
  const body = JSON.parse(good.toString('utf8'));
  const tail = Buffer.from(random.bytes(6)).toString('hex');
  return Buffer.from(
    JSON.stringify({ ...body, reference: `${String(body.reference).slice(0, -12)}${tail}` }),
  );
}
