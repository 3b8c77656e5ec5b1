// How a customer buys: for cash at a till that repeats its requests, or by a payment at the
// provider, whose notifications are lost, repeated or wrong by chance.

import type { Services } from '@prewatt/server/services';
import { untilItWorks } from './dying-database.ts';
import type { CustomerFaults } from './faults.ts';
import { addMoney, type Observed } from './observed.ts';
import type { FakeProvider } from './provider.ts';
import type { Random } from './random.ts';
import type { Trace } from './trace.ts';
import type { Shop, TownHome } from './utility.ts';

export type BuyingDeps = {
  readonly provider: FakeProvider;
  readonly trace: Trace;
  readonly observed: Observed;
  readonly randomOf: (home: TownHome) => Random;
  /** Where customers buy for cash; null where nobody does. */
  readonly till: Shop['till'] | null;
};

type Purchase = {
  readonly services: Services;
  readonly faults: CustomerFaults;
  readonly amountMinor: bigint;
};

/** What the provider tells once it has decided. */
type Told = () => Promise<void>;
const nothingMore: Told = async () => {};

/** Up to the decision at the provider's page; what the provider then tells comes after it. */
export function createBuying(o: BuyingDeps) {
  const buyForCash = createCashBuying(o);
  return async (
    home: TownHome,
    { services, faults }: Omit<Purchase, 'amountMinor'>,
  ): Promise<Told> => {
    const random = o.randomOf(home);
    const amountMinor = random.pick(home.amountsMinor);
    if (random.chance(faults.cash)) {
      await buyForCash(home, { services, faults, amountMinor });
      return nothingMore;
    }
    const luck = luckOf(random, faults);
    const reference = await startPurchase(o, home, { services, amountMinor });
    if (reference === null) return nothingMore;
    const notification = o.provider.decide(reference, luck.refuses ? 'refuse' : 'approve');
    o.trace.add(home, `${luck.refuses ? 'refuses to pay' : 'pays'} ${amountMinor}`);
    const wrongOne = luck.wrong ? wrongNotification(notification, random) : null;
    if (!luck.refuses) addMoney(o.observed, home, { approvedMinor: amountMinor });
    countLuck(o, home, luck);
    return async () => {
      if (wrongOne !== null) await notify(services, wrongOne);
      if (luck.loses) return;
      // Repeats arrive at once, as retrying providers send them.
      await Promise.all(Array.from({ length: luck.times }, () => notify(services, notification)));
    };
  };
}

/** What goes wrong with a payment, decided before it begins. */
const luckOf = (random: Random, faults: CustomerFaults) => ({
  refuses: random.chance(faults.refuse),
  loses: random.chance(faults.loseNotification),
  times: random.chance(faults.repeatNotification) ? random.integer(2, 4) : 1,
  wrong: random.chance(faults.wrongNotification),
});

function countLuck(
  { observed, trace }: BuyingDeps,
  home: TownHome,
  luck: ReturnType<typeof luckOf>,
): void {
  if (luck.refuses) observed.refusedPayments += 1;
  if (luck.wrong) observed.wrongNotifications += 1;
  if (luck.loses) {
    observed.lostNotifications += 1;
    trace.add(home, 'the notification is lost');
  } else observed.repeatedNotifications += luck.times - 1;
}

/** The reference at the provider; null when the utility sells nothing for this amount. */
async function startPurchase(
  { observed, trace }: BuyingDeps,
  home: TownHome,
  { services, amountMinor }: Omit<Purchase, 'faults'>,
): Promise<string | null> {
  const quote = await untilItWorks(() => services.vending.makeQuote(home, amountMinor));
  if (!quote.ok) {
    trace.add(home, `no quote for ${amountMinor}: ${quote.error}`);
    return null;
  }
  const { quoteId } = quote.value;
  const started = await untilItWorks(() =>
    services.payments.startPurchase(home, { quoteId, requestId: `quote:${quoteId}` }),
  );
  if (!started.ok) {
    trace.add(home, `no purchase for ${amountMinor}: ${started.error}`);
    return null;
  }
  observed.purchases += 1;
  return started.value.checkoutUrl.split('/').at(-1) ?? '';
}

function createCashBuying({ till, trace, observed, randomOf }: BuyingDeps) {
  const requests = new Map<TownHome, number>();
  return async (home: TownHome, { services, faults, amountMinor }: Purchase): Promise<void> => {
    if (till === null) return;
    const number = (requests.get(home) ?? 0) + 1;
    requests.set(home, number);
    const { meterPan } = home;
    const requestId = `till-request-${home.index}-${number}`;
    const sell = () =>
      untilItWorks(() => services.vendors.selling.sell(till, { requestId, meterPan, amountMinor }));
    const repeats = randomOf(home).chance(faults.repeatSale);
    const first = await sell();
    trace.add(home, `cash ${amountMinor}: ${first.ok ? 'sold' : first.error}`);
    if (first.ok) {
      observed.cashSales += 1;
      addMoney(observed, home, { cashMinor: amountMinor });
    }
    if (!repeats) return;
    const again = await sell();
    if (JSON.stringify(again) !== JSON.stringify(first)) observed.otherAnswers += 1;
  };
}

/** The provider asks again until it gets an answer. */
async function notify(services: Services, rawBody: Buffer): Promise<void> {
  await untilItWorks(() => services.payments.notification('sandbox', rawBody, () => undefined));
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
