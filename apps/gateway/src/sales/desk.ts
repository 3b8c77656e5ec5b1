// Selling for cash at the site. A sale is in the journal before anything else: then the meter is
// promised its energy, and once there is a link the server makes it and its token is entered. Every
// step may be cut off by the mains and is done again from the journal, once.

import { err, ok, type Result } from '@prewatt/quantities';
import { writeWhileRoom } from '@prewatt/virtual-meter/while-room';
import type { Logger } from 'pino';
import type { Channel } from '../channel.ts';
import {
  type Book,
  clockSlackMs,
  coveredBy,
  enter,
  expectedOf,
  lastNumberOf,
  newBook,
  openShiftOf,
  type SiteSale,
  salesOf,
  sumOf,
} from './book.ts';
import type { ClerkBook } from './clerks.ts';
import type { Grant, GrantStore } from './grant.ts';
import type { Entry, Journal } from './journal.ts';
import { createMerge, type MergeState } from './merge.ts';
import { promisedWhOf } from './prices.ts';
import type { ServerLink } from './server-link.ts';

/** Why nothing can be sold, or not this. In the order of the checks. */
export type SaleRefusal =
  | 'noBudgetYet'
  | 'clockWrong'
  | 'budgetTooOld'
  | 'noOpenShift'
  | 'unknownMeter'
  | 'meterNotSold'
  | 'meterBlocked'
  | 'meterExchanged'
  | 'homeInWalletMode'
  | 'meterCountsMoney'
  | 'amountOutside'
  | 'budgetUsedUp'
  | 'nothingPromised'
  | 'beyondPrices'
  | 'tooManyPromises'
  | 'saleReused'
  | 'diskFull';

export type Clerk = { readonly clerkId: string; readonly name: string };
export type SaleWish = { readonly meterPan: string; readonly amountMinor: bigint };
export type Offer = SaleWish & {
  readonly promisedWh: bigint;
  /** First letters only. */
  readonly customerName: string | null;
};

export type Desk = {
  readonly book: () => Book;
  readonly grant: () => Grant | null;
  /** What may still be sold; 0 without a budget. */
  readonly leftMinor: () => bigint;
  readonly merge: () => MergeState;
  /** Why nothing can be sold at all now; null while it can. */
  readonly trouble: () => SaleRefusal | null;
  readonly amountsMinor: readonly bigint[];
  readonly clerks: ClerkBook;
  readonly offer: (wish: SaleWish) => Result<Offer, SaleRefusal>;
  /** The same id again is the same sale. */
  readonly sell: (
    wish: SaleWish & { readonly saleId: string; readonly clerk: Clerk },
  ) => Result<SiteSale, SaleRefusal>;
  /** Whether the home can use its energy already, by promise or token. */
  readonly hasEnergy: (sale: SiteSale) => boolean;
  readonly openShift: (clerk: Clerk) => boolean;
  readonly closeShift: (countedMinor: bigint) => boolean;
  /** The number of the copy. */
  readonly copy: (saleId: string) => number | null;
  /** Reports what is to be reported and asks for the budget where that is due; one at a time. */
  readonly sync: () => Promise<void>;
  /** Asks for budget, prices and clerks now. */
  readonly refresh: () => Promise<void>;
};

export type DeskDeps = {
  readonly nowMs: () => number;
  readonly journal: Journal;
  readonly grants: GrantStore;
  readonly clerks: ClerkBook;
  readonly link: ServerLink;
  readonly channels: readonly Channel[];
  /** Least, some between, and most of one sale. Rising. */
  readonly amountsMinor: readonly bigint[];
  readonly log: Logger;
};

export function createDesk(deps: DeskDeps): Desk {
  const book = newBook();
  deps.journal.replay((entry) => enter(book, entry));
  let grant = deps.grants.load();
  const keep = writeWhileRoom((isFull) =>
    deps.log.warn({ isFull }, 'the disk of the site is full'),
  );
  const add = (entry: Entry): boolean => {
    if (!keep(() => deps.journal.append(entry))) return false;
    enter(book, entry);
    return true;
  };
  const now = (): number => Math.max(deps.nowMs(), book.lastAtMs);
  const find = (meterPan: string): Channel | undefined =>
    deps.channels.find((channel) => channel.meterPan === meterPan);
  const promise = (sale: SiteSale): boolean | null =>
    find(sale.meterPan)?.promise({
      ...{ kind: 'promise', saleId: sale.saleId, energyWh: sale.promisedWh },
    }) ?? null;
  const leftMinor = (): bigint => {
    if (grant === null) return 0n;
    const left = BigInt(grant.budget.budgetMinor) - sumOf(coveredBy(grant, book));
    return left > 0n ? left : 0n;
  };
  const trouble = (): SaleRefusal | null => troubleOf({ grant, book, nowMs: deps.nowMs() });
  const offer: Desk['offer'] = (wish) => {
    const stopped = trouble();
    if (stopped !== null) return err(stopped);
    if (grant === null) return err('noBudgetYet');
    const channel = find(wish.meterPan);
    if (channel === undefined) return err('unknownMeter');
    return offerOf(wish, { grant, book, deps, channel, leftMinor: leftMinor() });
  };
  const merge = createMerge({
    ...{ link: deps.link, log: deps.log, add, now, find, promise },
    ...{ grant: () => grant, trouble: () => trouble() !== null },
    book: () => book,
    pans: deps.channels.map(({ meterPan }) => meterPan),
    amountsMinor: pricedAmounts(deps.amountsMinor),
    took: (next) => {
      grant = next;
      deps.grants.save(next);
    },
  });
  // What the journal has and a meter does not, as after a power cut between the two.
  merge.recover();
  return {
    ...{ book: () => book, grant: () => grant, leftMinor, merge: merge.state, trouble, offer },
    ...{ amountsMinor: deps.amountsMinor, clerks: deps.clerks },
    ...{ sync: merge.sync, refresh: merge.refresh },
    hasEnergy: (sale) => sale.isEntered || find(sale.meterPan)?.hasPromise(sale.saleId) === true,
    sell: (sale) => sell({ book, offer, add, now, promise, log: deps.log }, sale),
    ...counterActs({ book, add, now }),
  };
}

type Selling = {
  readonly book: Book;
  readonly offer: Desk['offer'];
  readonly add: (entry: Entry) => boolean;
  readonly now: () => number;
  readonly promise: (sale: SiteSale) => boolean | null;
  readonly log: Logger;
};

function sell(
  { book, offer, add, now, promise, log }: Selling,
  { saleId, clerk, ...wish }: Parameters<Desk['sell']>[0],
): ReturnType<Desk['sell']> {
  const known = book.sales.get(saleId);
  if (known !== undefined) return isOf(known, wish) ? ok(known) : err('saleReused');
  const offered = offer(wish);
  if (!offered.ok) return offered;
  const shift = openShiftOf(book);
  if (shift === null || shift.clerkId !== clerk.clerkId) return err('noOpenShift');
  const isKept = add({
    ...{ kind: 'sale', atMs: now(), saleId, number: lastNumberOf(book) + 1 },
    ...{ shift: shift.shift, meterPan: wish.meterPan, clerkId: clerk.clerkId },
    ...{ clerk: clerk.name, amountMinor: wish.amountMinor.toString() },
    promisedWh: Number(offered.value.promisedWh),
  });
  const sale = book.sales.get(saleId);
  if (!isKept || sale === undefined) return err('diskFull');
  // What the meter could not store now it is promised again each minute.
  if (promise(sale) !== true) log.warn({ saleId }, 'a meter has no promise of a sale yet');
  return ok(sale);
}

const isOf = (sale: SiteSale, wish: SaleWish): boolean =>
  sale.meterPan === wish.meterPan && BigInt(sale.amountMinor) === wish.amountMinor;

function counterActs(o: {
  readonly book: Book;
  readonly add: (entry: Entry) => boolean;
  readonly now: () => number;
}): Pick<Desk, 'openShift' | 'closeShift' | 'copy'> {
  const { book, add, now } = o;
  return {
    openShift: ({ clerkId, name }) => {
      if (openShiftOf(book) !== null) return false;
      const shift = book.shifts.length + 1;
      return add({ kind: 'shiftOpened', atMs: now(), shift, clerkId, clerk: name });
    },
    closeShift: (countedMinor) => {
      const open = openShiftOf(book);
      if (open === null) return false;
      return add({
        ...{ kind: 'shiftClosed', atMs: now(), shift: open.shift },
        countedMinor: countedMinor.toString(),
        expectedMinor: expectedOf(book, open.shift).toString(),
      });
    },
    copy: (saleId) => {
      if (!book.sales.has(saleId) || !add({ kind: 'copied', atMs: now(), saleId })) return null;
      return book.sales.get(saleId)?.copies ?? null;
    },
  };
}

function troubleOf(o: {
  readonly grant: Grant | null;
  readonly book: Book;
  readonly nowMs: number;
}): SaleRefusal | null {
  const { grant, book, nowMs } = o;
  if (grant === null) return 'noBudgetYet';
  if (nowMs < Math.max(book.lastAtMs, grant.takenAtMs) - clockSlackMs) return 'clockWrong';
  // A clock that leaps ahead ends here, too: until the server has been asked again.
  return nowMs > Date.parse(grant.budget.validUntil) ? 'budgetTooOld' : null;
}

function offerOf(
  wish: SaleWish,
  o: {
    readonly grant: Grant;
    readonly book: Book;
    readonly deps: DeskDeps;
    readonly channel: Channel;
    readonly leftMinor: bigint;
  },
): Result<Offer, SaleRefusal> {
  const { meterPan, amountMinor } = wish;
  const meter = o.grant.budget.meters.find((each) => each.meterPan === meterPan);
  const may = o.channel.mayPromise();
  if (meter?.refusal === 'meterCountsMoney' || may === 'never') return err('meterCountsMoney');
  if (meter === undefined) return err('meterNotSold');
  if (meter.refusal !== null) return err(saidRefusal(meter.refusal));
  const [least = 0n] = o.deps.amountsMinor;
  const most = o.deps.amountsMinor.at(-1) ?? 0n;
  if (amountMinor < least || amountMinor > most) return err('amountOutside');
  if (amountMinor > o.leftMinor) return err('budgetUsedUp');
  const points = meter.prices.map((point) => ({
    amountMinor: BigInt(point.amountMinor),
    energyWh: BigInt(point.energyWh),
  }));
  const since = coveredBy(o.grant, o.book).filter((sale) => sale.meterPan === meterPan);
  const promisedWh = promisedWhOf(points, { beforeMinor: sumOf(since), amountMinor });
  if (promisedWh === null) return err('beyondPrices');
  if (promisedWh <= 0n) return err('nothingPromised');
  if (may === 'full') return err('tooManyPromises');
  return ok({ ...wish, promisedWh, customerName: meter.customerName });
}

/**
 * For which amounts prices are asked: beyond the most of one sale too, since several sales to one
 * home are priced together, and beyond the last price nothing is promised.
 */
function pricedAmounts(amountsMinor: readonly bigint[]): readonly bigint[] {
  const most = amountsMinor.at(-1) ?? 0n;
  return [...amountsMinor, most * 2n, most * 4n];
}

/** Newest first. */
export const newestSalesOf = (book: Book, most: number): readonly SiteSale[] =>
  salesOf(book).toReversed().slice(0, most);

const saidRefusals = ['meterBlocked', 'meterExchanged', 'homeInWalletMode'] as const;

/** Why the utility sells nothing for a meter, where the agent can do something with it. */
const saidRefusal = (refusal: string): SaleRefusal =>
  saidRefusals.find((each) => each === refusal) ?? 'meterNotSold';
