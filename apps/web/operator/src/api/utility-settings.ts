// Settings of the utility: the value of each, who set it, and its change. The settings are listed
// in packages/api.

import {
  type BodyOf,
  documentTextsApi,
  pageWritingApi,
  type SettingName,
  settingBody,
  settingRoutes,
  settingValue,
} from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';

export const settingQuery = (name: SettingName) =>
  queryOptions({
    queryKey: ['settings', name],
    queryFn: async ({ signal }) => {
      const answer = await orThrow(client.call(settingRoutes(name).read, { signal }));
      return { value: settingValue(name, answer), history: answer.history };
    },
  });

export const changeSetting = (name: SettingName, asked: Parameters<typeof settingBody>[1]) =>
  orThrow(client.call(settingRoutes(name).change, { body: settingBody(name, asked) }));

/** What receipts say of the utility. */
export const documentTextsQuery = queryOptions({
  queryKey: ['settings', 'documentTexts'],
  queryFn: ({ signal }) => orThrow(client.call(documentTextsApi.read, { signal })),
});

export const changeDocumentTexts = (body: BodyOf<typeof documentTextsApi.change>) =>
  orThrow(client.call(documentTextsApi.change, { body }));

/** Language, clock and money of the customers' pages. */
export const pageWritingQuery = queryOptions({
  queryKey: ['settings', 'pageWriting'],
  queryFn: ({ signal }) => orThrow(client.call(pageWritingApi.read, { signal })),
});

export const changePageWriting = (body: BodyOf<typeof pageWritingApi.change>) =>
  orThrow(client.call(pageWritingApi.change, { body }));
