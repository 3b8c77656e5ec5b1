// The one search. What it found is not kept once it is out of sight: it may name people.

import { consoleApi } from '@prewatt/api';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';

/** The server looks from two characters on. */
export const fewestCharacters = 2;

export const searchQuery = (text: string) =>
  queryOptions({
    queryKey: ['search', text],
    queryFn: ({ signal }) =>
      orThrow(client.call(consoleApi.search, { body: { text: text.slice(0, 100) }, signal })),
    enabled: text.length >= fewestCharacters,
    placeholderData: keepPreviousData,
    gcTime: 0,
    staleTime: 5_000,
    retry: false,
  });
