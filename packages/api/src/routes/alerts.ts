// Routes of meters that somebody should look at.

import {
  acknowledgeMeterAlertSchema,
  identityWarningBodySchema,
  identityWarningSchema,
  meterAlertPageSchema,
  silenceBodySchema,
  silenceSettingSchema,
} from '../alerts.ts';
import { get, post } from '../route.ts';

export const alertApi = {
  list: get('/api/operator/meter-alerts', { answer: meterAlertPageSchema }),
  acknowledge: post('/api/operator/meter-alerts/:id/acknowledge', {
    body: acknowledgeMeterAlertSchema,
    answer: meterAlertPageSchema,
  }),
  silence: get('/api/operator/silence', { answer: silenceSettingSchema }),
  changeSilence: post('/api/operator/silence', {
    body: silenceBodySchema,
    answer: silenceSettingSchema,
  }),
  identityWarning: get('/api/operator/identity-warning', { answer: identityWarningSchema }),
  changeIdentityWarning: post('/api/operator/identity-warning', {
    body: identityWarningBodySchema,
    answer: identityWarningSchema,
  }),
};
