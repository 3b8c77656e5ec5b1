// Settings of the utility: what holds, who set it, and a change. Each is said in packages/api.

import {
  type SettingName,
  settingAnswerSchema,
  settingRoutes,
  settingValue,
  utilitySettings,
} from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';

const pathOf = (name: SettingName): string => settingRoutes(name).read.path;

export const settingQuery = (name: SettingName) =>
  queryOptions({
    queryKey: ['settings', name],
    queryFn: async ({ signal }) => {
      const answer = await orThrow(client.get(settingAnswerSchema(name), pathOf(name), { signal }));
      return { value: settingValue(name, answer), history: answer.history };
    },
  });

export const changeSetting = (
  name: SettingName,
  {
    value,
    ...asked
  }: { readonly value: number; readonly reason: string; readonly requestId: string },
) => {
  const body = { ...asked, [utilitySettings[name].unit]: value };
  return orThrow(client.post(settingAnswerSchema(name), pathOf(name), { body }));
};
