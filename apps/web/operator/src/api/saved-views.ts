// Saved views of lists: read when somebody opens their menu.

import { type BodyOf, savedViewApi, type ViewedList } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';

export const savedViewsQuery = (list: ViewedList) =>
  queryOptions({
    queryKey: ['views', list],
    queryFn: ({ signal }) => orThrow(client.call(savedViewApi.list, { query: { list }, signal })),
  });

export const saveView = (body: BodyOf<typeof savedViewApi.save>) =>
  orThrow(client.call(savedViewApi.save, { body }));
export const removeView = (body: BodyOf<typeof savedViewApi.remove>) =>
  orThrow(client.call(savedViewApi.remove, { body }));
