// What every read and act of the console shares: the client, the one place where an expected
// refusal is thrown, and lists that are read page by page. TanStack Query knows a failure by a
// thrown value.

import { type AddressInput, type AnsweringRoute, type AnswerOf, pathOf } from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { type Client, createClient, type Schema } from './client.ts';
import type { Failure } from './failure.ts';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: Failure;
  }
}

export const client: Client = createClient((input, init) => fetch(input, init));

export const base = '/api/operator';

export async function orThrow<T>(reading: Promise<Result<T, Failure>>): Promise<T> {
  const result = await reading;
  if (result.ok) return result.value;
  throw result.error;
}

export type Page<Row> = { readonly rows: Row[]; readonly nextCursor: string | null };
type PagedDeps<P> = {
  readonly key: readonly string[];
  readonly path: string;
  readonly schema: Schema<P>;
  readonly params?: Readonly<Record<string, string>>;
  readonly refetchInterval?: number;
};

type PagedRoute = AnsweringRoute & {
  readonly answer: Schema<Page<unknown>>;
  readonly method: 'GET';
};

/** A list read page by page, as a route gives it: `input` has its parameters and its query. */
export function pagedRoute<R extends PagedRoute>(
  route: R,
  o: {
    readonly key: readonly string[];
    readonly input?: AddressInput<R>;
    readonly refetchInterval?: number;
  },
) {
  const { query = {}, ...params } = (o.input ?? {}) as { readonly query?: object };
  return infiniteQueryOptions({
    queryKey: o.key,
    queryFn: ({ signal, pageParam: cursor }) => {
      const path = pathOf(route, { ...params, query: { ...query, cursor } } as never);
      return orThrow(client.get(route.answer as Schema<AnswerOf<R>>, path, { signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last as Page<unknown>).nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: o.refetchInterval ?? false,
  });
}

/** A list read page by page; the pages read so far stay on screen while a filter changes. */
export function paged<P extends Page<unknown>>(o: PagedDeps<P>) {
  const { key, path, schema, params = {}, refetchInterval } = o;
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ signal, pageParam }) => {
      const query = new URLSearchParams(params);
      if (pageParam !== null) query.set('cursor', pageParam);
      const text = query.toString();
      return orThrow(client.get(schema, text === '' ? path : `${path}?${text}`, { signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: refetchInterval ?? false,
  });
}
