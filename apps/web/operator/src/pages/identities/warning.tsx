// The setting for how many days before its end a certificate that its meter did not renew is on
// the attention list.

import { useQuery } from '@tanstack/react-query';
import { identitiesKey, identityWarningQuery, setIdentityWarning } from '../../api/links.ts';
import { meterAlertsKey } from '../../api/meter-alerts.ts';
import { countText } from '../../text/numbers.ts';
import { Setting, type SettingText } from '../setting.tsx';

const words: SettingText = {
  title: 'When the end of a certificate is near',
  sentence: (days) =>
    `${countText(days, 'day')} before its end a certificate that its meter has not renewed stands under Attention.`,
  unit: 'days',
  label: 'Days',
  note: 'A meter renews by itself when a third of the time is left; the list is checked each hour',
  most: 365,
};

export function Warning() {
  const query = useQuery(identityWarningQuery);
  const { data } = query;
  return (
    <Setting
      words={words}
      now={data === undefined ? undefined : { value: data.days, history: data.history }}
      failure={query.error}
      onRetry={() => void query.refetch()}
      set={({ value, ...asked }) => setIdentityWarning({ ...asked, days: value })}
      stale={[identitiesKey, meterAlertsKey]}
    />
  );
}
