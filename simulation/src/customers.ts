// Customers: each buys when credit runs low, as far as their means go, approves or refuses at the
// provider, and types tokens by hand: sometimes before the wire brings them, sometimes twice, in
// another order, or with a wrong digit. Each has chances of its own.

import type { MeterOutput } from '@prewatt/meter';
import { actCodes, availableOf, emergencyStatusOf, milliWhOfAmount } from '@prewatt/meter';
import type { Services } from '@prewatt/server/services';
import { createBuying } from './buying.ts';
import type { CustomerFaults } from './faults.ts';
import { createTokenLandingEye } from './landing-by-token.ts';
import { nothingObserved, type Observed, observeMeter } from './observed.ts';
import type { FakeProvider } from './provider.ts';
import { createRandom, type Random, seedFrom } from './random.ts';
import { createLandingPeople, type LandingPeople } from './soft-landing.ts';
import type { Trace } from './trace.ts';
import { createTyping } from './typing.ts';
import { dearestMinorPerKwh, type Shop, type TownHome } from './utility.ts';
import { lookAtWallets } from './wallet-homes.ts';
import type { WalletSeen } from './wallet-seen.ts';

export type Customers = {
  /** What this customer types at the meter now, if anything. */
  readonly keypadOf: (home: TownHome) => string | null;
  readonly landing: LandingPeople;
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

export function createCustomers(o: {
  readonly seed: number;
  readonly utilityId: string;
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
  const observed = nothingObserved(createTokenLandingEye(o));
  const nextPurchaseMs = new Map<TownHome, number>();
  const randomOf = createChances(o);
  const typing = createTyping({ ...o, randomOf });
  const landing = createLandingPeople(o);
  const beginPurchase = createBuying({ ...o, observed, randomOf });

  const wantsToBuy = (home: TownHome): boolean => {
    if (o.nowMs() < (nextPurchaseMs.get(home) ?? 0)) return false;
    const low = home.config.lowCreditThresholdWh * 1_000 * (home.isPoor ? 0.2 : 1.5);
    const wallet = observed.wallets.get(home);
    if (wallet === undefined) return leftMilliWhOf(home) < low;
    if (home.traits.wallet?.paysLate === true) return isOffOrOwesMuch(wallet);
    return Number(wallet.balanceMinor) * 1_000_000 < low * dearestMinorPerKwh;
  };
  const begin = (home: TownHome, services: Services, faults: CustomerFaults) => {
    o.touch(home);
    // Some wait until the lights go out; nobody buys again within hours.
    nextPurchaseMs.set(home, o.nowMs() + randomOf(home).integer(4, 40) * 3_600_000);
    return beginPurchase(home, { services, faults });
  };

  return {
    observed,
    landing,
    buy: async (home, services, faults) => {
      const told = await begin(home, services, faults);
      await told();
    },
    keypadOf: (home) => {
      const token = typing.next(home);
      if (token === undefined) return wantsEmergency(home) ? actCodes.selectEmergency : null;
      observed.typedTokens += 1;
      return token;
    },
    saw: (home, outputs, { wasVulnerable }) =>
      observeMeter({ ...o, observed }, home, { outputs, wasVulnerable }),
    act: async (services, { faults, buying }) => {
      typing.readPhones(faults);
      landing.readPhones();
      await lookAtWallets(services, { ...o, observed, nowMs: o.nowMs() });
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

/** Each customer has chances of their own. */
function createChances(o: {
  readonly seed: number;
  readonly homes: readonly TownHome[];
}): (home: TownHome) => Random {
  const chances = new Map(
    o.homes.map((home) => [home, createRandom(seedFrom(o.seed, `customer ${home.index}`))]),
  );
  return (home) => {
    const random = chances.get(home);
    if (random === undefined) throw new Error('a customer of another town');
    return random;
  };
}

/** As the meter shows it, of money what it buys at the present price; a dark one shows nothing. */
const leftMilliWhOf = ({ meter, isDead }: TownHome): number =>
  isDead ? 0 : milliWhOfAmount(meter, availableOf(meter));

const muchMinor = 1_500n;
const isOffOrOwesMuch = ({ supply, balanceMinor }: WalletSeen): boolean =>
  supply === 'off' || balanceMinor < -muchMinor;

/** Whoever can buy does not borrow. */
const wantsEmergency = (home: TownHome): boolean =>
  home.isPoor && availableOf(home.meter) <= 0 && emergencyStatusOf(home.meter) === 'selectable';
