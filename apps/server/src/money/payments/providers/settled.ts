// The lists of payouts of those providers that have an interface for them, page by page: the whole
// of what was asked for, or nothing.

import { dayMs, err, ok, type Result } from '@prewatt/quantities';
import {
  type Answered,
  type Listed,
  readFlutterwavePaidOut,
  readFlutterwaveSettlements,
  readPayoutIds,
  readPaystackPaidOut,
  readRazorpayPaidOut,
  readStripeBalance,
  type SettledRow,
} from '@prewatt/rails';
import type { PaymentProvider, ProviderFailure } from '../provider.ts';
import type { ProviderCall } from './http.ts';

type Settled = NonNullable<PaymentProvider['settled']>;
type Rows<T> = Result<readonly T[], ProviderFailure>;
type Deps = {
  readonly call: ProviderCall;
  readonly url: (path: string) => string;
  readonly headers: Readonly<Record<string, string>>;
};

const mostPages = 1_000;

/** All pages; `pathOf` gets what the page before said, null for the first. */
async function allPages<T>(
  { call, url, headers }: Deps,
  o: {
    readonly name: string;
    readonly pathOf: (next: string | null) => string;
    readonly read: (raw: Uint8Array) => Result<Listed<T>, unknown>;
  },
): Promise<Rows<T>> {
  const rows: T[] = [];
  let next: string | null = null;
  for (let page = 0; page < mostPages; page += 1) {
    const path = o.pathOf(next);
    const answer: Answered = await call({ call: o.name, method: 'GET', url: url(path), headers });
    if (answer.httpStatus === 401 || answer.httpStatus === 403) return err('refused');
    const read = answer.httpStatus === 200 ? o.read(answer.raw) : err('unreachable');
    if (!read.ok) return err('unreachable');
    rows.push(...read.value.rows);
    next = read.value.next;
    if (next === null) return ok(rows);
  }
  return err('unreachable');
}

const seconds = (ms: number): string => String(Math.floor(ms / 1_000));

/** Payouts that arrive in these days, and what each is made of. */
export function createStripeSettled(deps: Deps): Settled {
  return async ({ fromMs, toMs }) => {
    const payouts = await allPages(deps, {
      name: 'list-payouts',
      read: readPayoutIds,
      pathOf: (after) =>
        `/v1/payouts?${new URLSearchParams({
          ...{ 'arrival_date[gte]': seconds(fromMs), 'arrival_date[lt]': seconds(toMs) },
          ...{ limit: '100', ...(after === null ? {} : { starting_after: after }) },
        })}`,
    });
    return ofEach(payouts, (payout) =>
      allPages(deps, {
        name: 'list-balance',
        read: (raw) => readStripeBalance(raw, payout),
        pathOf: (after) =>
          `/v1/balance_transactions?${new URLSearchParams({
            ...{ payout, limit: '100', 'expand[]': 'data.source' },
            ...(after === null ? {} : { starting_after: after }),
          })}`,
      }),
    );
  };
}

export function createPaystackSettled(deps: Deps): Settled {
  return async ({ fromMs, toMs }) => {
    const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs - 1).toISOString()];
    const settlements = await allPages(deps, {
      name: 'list-settlements',
      read: (raw) => pageOf(readPayoutIds(raw)),
      pathOf: pagePath((page) => `/settlement?from=${from}&to=${to}&perPage=100&page=${page}`),
    });
    return ofEach(settlements, (id) =>
      allPages(deps, {
        name: 'list-settlement',
        read: (raw) => {
          const read = readPaystackPaidOut(raw, id);
          return read.ok ? pageOf(ok({ rows: read.value, next: null })) : read;
        },
        pathOf: pagePath(
          (page) => `/settlement/${encodeURIComponent(id)}/transactions?perPage=100&page=${page}`,
        ),
      }),
    );
  };
}

/** Its pages have numbers: there is another one behind every page that has something. */
const pageOf = <T>(read: Result<Listed<T>, unknown>): Result<Listed<T>, unknown> =>
  read.ok ? ok({ ...read.value, next: read.value.rows.length === 0 ? null : 'more' }) : read;

function pagePath(path: (page: number) => string): () => string {
  let page = 0;
  return () => {
    page += 1;
    return path(page);
  };
}

export function createFlutterwaveSettled(deps: Deps): Settled {
  return async ({ fromMs, toMs }) => {
    const [from, to] = [fromMs, toMs - 1].map((ms) => new Date(ms).toISOString().slice(0, 10));
    const settlements = await allPages(deps, {
      name: 'list-settlements',
      read: readFlutterwaveSettlements,
      pathOf: (page) => `/v3/settlements?from=${from}&to=${to}&page=${page ?? '1'}`,
    });
    return ofEach(settlements, (id) =>
      allPages(deps, {
        name: 'get-settlement',
        read: (raw) => {
          const read = readFlutterwavePaidOut(raw, id);
          return read.ok ? ok({ rows: read.value, next: null }) : read;
        },
        pathOf: () => `/v3/settlements/${encodeURIComponent(id)}`,
      }),
    );
  };
}

export function createRazorpaySettled(deps: Deps): Settled {
  return async ({ fromMs, toMs }) => {
    const days: string[] = [];
    for (let ms = fromMs; ms < toMs; ms += dayMs) days.push(new Date(ms).toISOString());
    return ofEach(ok(days), (day) => {
      let skip = 0;
      const [year = '', month = '', date = ''] = day.slice(0, 10).split('-');
      return allPages(deps, {
        name: 'settlement-recon',
        read: readRazorpayPaidOut,
        pathOf: (had) => {
          skip += Number(had ?? 0);
          const query = new URLSearchParams({ year, month, day: date, count: '1000' });
          return `/v1/settlements/recon/combined?${query}&skip=${skip}`;
        },
      });
    });
  };
}

async function ofEach<T>(
  list: Rows<T>,
  rowsOf: (one: T) => Promise<Rows<SettledRow>>,
): Promise<Rows<SettledRow>> {
  if (!list.ok) return list;
  const rows: SettledRow[] = [];
  for (const one of list.value) {
    const read = await rowsOf(one);
    if (!read.ok) return read;
    rows.push(...read.value);
  }
  return ok(rows);
}
