// The sales of the site, added up from the journal: which are still to be made by the server, what
// of the budget is left, what a meter was promised, the cash of the open shift.

import type { Entry } from './journal.ts';

type Of<K extends Entry['kind']> = Extract<Entry, { kind: K }>;

export type SiteSale = Omit<Of<'sale'>, 'kind'> & {
  readonly made: Of<'made'>['made'] | null;
  /** Its energy is in the meter, or it is undone: the promise has ended. */
  readonly isEntered: boolean;
  /** What the meter said last to a token that it did not take, or `undone`. */
  readonly tokenRefused: string | null;
  /** Why the server could not make it when it was asked last. */
  readonly refusal: string | null;
  readonly copies: number;
};

export type SiteShift = Omit<Of<'shiftOpened'>, 'kind'> & {
  readonly closed: { readonly atMs: number; readonly countedMinor: bigint } | null;
  readonly isTold: boolean;
};

/** Changed by `enter` alone. */
export type Book = {
  readonly sales: Map<string, SiteSale>;
  readonly shifts: SiteShift[];
  /** The newest instant in it, by what the server said of clocks: a clock before it is wrong. */
  lastAtMs: number;
};

/** A clock may be so far from what is known before it counts as wrong. */
export const clockSlackMs = 120_000;

/** What `entered` says of a sale that the utility has undone. */
export const undone = 'undone';

export const newBook = (): Book => ({ sales: new Map(), shifts: [], lastAtMs: 0 });

export function enter(book: Book, entry: Entry): void {
  book.lastAtMs = Math.max(book.lastAtMs, entry.atMs);
  switch (entry.kind) {
    case 'clockRighted':
      book.lastAtMs = entry.atMs;
      break;
    case 'shiftOpened': {
      const { kind: _, ...opened } = entry;
      book.shifts.push({ ...opened, closed: null, isTold: false });
      break;
    }
    case 'shiftClosed': {
      const closed = { atMs: entry.atMs, countedMinor: BigInt(entry.countedMinor) };
      changeShift(book, entry.shift, { closed });
      break;
    }
    case 'shiftTold':
      changeShift(book, entry.shift, { isTold: true });
      break;
    case 'sale': {
      const { kind: _, ...sale } = entry;
      const fresh = { made: null, isEntered: false, tokenRefused: null, refusal: null, copies: 0 };
      book.sales.set(sale.saleId, { ...sale, ...fresh });
      break;
    }
    case 'made':
      changeSale(book, entry.saleId, { made: entry.made, refusal: null });
      break;
    case 'entered':
      changeSale(book, entry.saleId, {
        isEntered: entry.refused === null || entry.refused === undone,
        tokenRefused: entry.refused,
      });
      break;
    case 'refused':
      changeSale(book, entry.saleId, { refusal: entry.refusal });
      break;
    case 'copied': {
      const copies = (book.sales.get(entry.saleId)?.copies ?? 0) + 1;
      changeSale(book, entry.saleId, { copies });
      break;
    }
  }
}

function changeSale(book: Book, saleId: string, change: Partial<SiteSale>): void {
  const sale = book.sales.get(saleId);
  if (sale !== undefined) book.sales.set(saleId, { ...sale, ...change });
}

function changeShift(book: Book, shift: number, change: Partial<SiteShift>): void {
  const at = book.shifts.findIndex((each) => each.shift === shift);
  const known = book.shifts[at];
  if (known !== undefined) book.shifts[at] = { ...known, ...change };
}

export const salesOf = (book: Book): readonly SiteSale[] => [...book.sales.values()];
export const unmadeOf = (book: Book): readonly SiteSale[] =>
  salesOf(book).filter(({ made }) => made === null);
export const openShiftOf = (book: Book): SiteShift | null =>
  book.shifts.find(({ closed }) => closed === null) ?? null;
export const lastNumberOf = (book: Book): number =>
  salesOf(book).reduce((most, { number }) => Math.max(most, number), 0);

export const sumOf = (sales: readonly SiteSale[]): bigint =>
  sales.reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n);

/** The cash that the sales of a shift say should be there. */
export const expectedOf = (book: Book, shift: number): bigint =>
  sumOf(salesOf(book).filter((sale) => sale.shift === shift));

/**
 * Sales that a budget has to cover, made since or not: those that waited when it was asked for, and
 * those after.
 */
export const coveredBy = (
  o: { readonly afterNumber: number; readonly waiting: readonly string[] },
  book: Book,
): readonly SiteSale[] =>
  salesOf(book).filter(
    ({ saleId, number }) => number > o.afterNumber || o.waiting.includes(saleId),
  );
