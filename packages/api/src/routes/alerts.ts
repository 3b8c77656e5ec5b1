// Routes of meters that somebody should look at.

import { acknowledgeMeterAlertSchema, meterAlertPageSchema } from '../alerts.ts';
import { documentTextsAnswerSchema, documentTextsBodySchema } from '../document-texts.ts';
import { pageWritingAnswerSchema, pageWritingBodySchema } from '../page-writing.ts';
import { get, post, type Route } from '../route.ts';
import {
  type SettingName,
  settingAnswerSchema,
  settingBodySchema,
  settingNames,
  utilitySettings,
} from '../utility-settings.ts';

export const alertApi = {
  list: get('/api/operator/meter-alerts', { answer: meterAlertPageSchema }),
  acknowledge: post('/api/operator/meter-alerts/:id/acknowledge', {
    body: acknowledgeMeterAlertSchema,
    answer: meterAlertPageSchema,
  }),
};

/** What receipts say of the utility. */
export const documentTextsApi = {
  read: get('/api/operator/document-texts', { answer: documentTextsAnswerSchema }),
  change: post('/api/operator/document-texts', {
    body: documentTextsBodySchema,
    answer: documentTextsAnswerSchema,
  }),
};

/** Language, clock and money of the customers' pages. */
export const pageWritingApi = {
  read: get('/api/operator/page-writing', { answer: pageWritingAnswerSchema }),
  change: post('/api/operator/page-writing', {
    body: pageWritingBodySchema,
    answer: pageWritingAnswerSchema,
  }),
};

/** A setting of a utility is read and changed at its own path. */
export const settingRoutes = <N extends SettingName>(name: N) => {
  const path = `/api/operator/${utilitySettings[name].path}` as const;
  const answer = settingAnswerSchema(name);
  return {
    read: get(path, { answer }),
    change: post(path, { body: settingBodySchema(name), answer }),
  };
};
export const settingApi: Readonly<Record<string, Route>> = Object.fromEntries(
  settingNames.flatMap((name) => {
    const { read, change } = settingRoutes(name);
    return [
      [name, read],
      [`${name}Change`, change],
    ];
  }),
);
