// What every request of the console shares: the client, the one place where an expected refusal is
// thrown, and lists that are read page by page. TanStack Query knows a failure by a thrown value.

import type { AddressInput, AnsweringRoute } from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { isLongList } from '../state/long-list.ts';
import { type Client, createClient, type Schema } from './client.ts';
import type { Failure } from './failure.ts';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: Failure;
  }
}

export const client: Client = createClient((input, init) => fetch(input, init));

export async function orThrow<T>(reading: Promise<Result<T, Failure>>): Promise<T> {
  const result = await reading;
  if (result.ok) return result.value;
  throw result.error;
}

export type Page<Row> = { readonly rows: Row[]; readonly nextCursor: string | null };
type PagedRoute = AnsweringRoute & {
  readonly answer: Schema<Page<unknown>>;
  readonly method: 'GET';
};

/**
 * A list that a route gives page by page; the pages read so far stay on screen while a filter
 * changes. `input` has the route's parameters and its query.
 */
export function paged<R extends PagedRoute>(
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
      const input = { ...params, query: { ...query, cursor }, signal };
      return orThrow(client.call(route, input as never));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last as Page<unknown>).nextCursor,
    placeholderData: keepPreviousData,
    // Of a list that somebody scrolled far into, each look again would be as many requests.
    refetchInterval: ({ state }) => (isLongList(state.data) ? false : (o.refetchInterval ?? false)),
  });
}
