// After how many hours without contact a meter counts as silent: what holds, who set it, and the
// administrator's form.

import { useQuery } from '@tanstack/react-query';
import { meterAlertsKey, setSilence, silenceQuery } from '../api/meter-alerts.ts';
import { countText } from '../text/numbers.ts';
import { Setting, type SettingText } from './setting.tsx';

const words: SettingText = {
  title: 'When a meter counts as silent',
  sentence: (hours) =>
    `A meter counts as silent after ${countText(hours, 'hour')} without contact.`,
  unit: 'hours',
  label: 'Hours',
  note: 'Meters report every few minutes; the list is checked each hour',
  most: 8760,
};

export function Silence() {
  const query = useQuery(silenceQuery);
  const { data } = query;
  return (
    <Setting
      words={words}
      now={data === undefined ? undefined : { value: data.hours, history: data.history }}
      failure={query.error}
      onRetry={() => void query.refetch()}
      set={({ value, ...asked }) => setSilence({ ...asked, hours: value })}
      stale={[meterAlertsKey]}
    />
  );
}
