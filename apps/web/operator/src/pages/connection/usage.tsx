// The use of one connection: a bar per civil day for two weeks, a bar per hour for two days.

import { Title } from '@mantine/core';
import type { Usage } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { usageQuery } from '../../api/connection.ts';
import { businessClock } from '../../api/queries.ts';
import { useZone } from '../../shell/session.tsx';
import { everyDay, everyHour } from '../../text/bars.ts';
import { civilDate, shortDay, timeOfDay, weekdayAndTime } from '../../text/time.ts';
import { panel } from '../../ui/show.tsx';
import { EmptyNote, QueryState } from '../../ui/states.tsx';
import { type Bar, BarChart } from './bar-chart.tsx';
import styles from './connection.module.css';

export function UsageSection({ connectionId }: { connectionId: string }) {
  const query = useQuery(usageQuery(connectionId));
  return (
    <section aria-labelledby="use">
      <Title order={2} id="use" mb="xs">
        Use
      </Title>
      <QueryState query={query} height={210} />
      {query.data !== undefined && <Charts usage={query.data} />}
    </section>
  );
}

function Charts({ usage }: { usage: Usage }) {
  const zone = useZone();
  // The reading behind the newest bar is at most half a minute old: no need to draw on each tick.
  const nowMs = businessClock.nowMs();
  if (usage.daily.length === 0 && usage.hourly.length === 0) {
    return <EmptyNote>No reading yet: the meter has not reported its use.</EmptyNote>;
  }
  return (
    <div className={styles.charts}>
      <div className={panel}>
        <BarChart label="Each day, last 14 days" bars={dailyBars(usage, civilDate(nowMs, zone))} />
      </div>
      <div className={panel}>
        <BarChart label="Each hour, last 48 hours" bars={hourlyBars(usage, nowMs, zone)} />
      </div>
    </div>
  );
}

const days = 14;
const hours = 48;

function dailyBars(usage: Usage, today: string): Bar[] {
  return everyDay(usage.daily, today, days).map(({ date, energyWh }, index) => ({
    key: date,
    energyWh,
    label: shortDay(date),
    tick: (days - 1 - index) % 2 === 0 ? String(Number(date.slice(8))) : '',
  }));
}

function hourlyBars(usage: Usage, nowMs: number, zone: string): Bar[] {
  return everyHour(usage.hourly, nowMs, hours).map(({ startsAtMs, energyWh }) => {
    const time = timeOfDay(startsAtMs, zone);
    return {
      key: String(startsAtMs),
      energyWh,
      label: weekdayAndTime(startsAtMs, zone),
      tick: Number(time.slice(0, 2)) % 12 === 0 ? time : '',
    };
  });
}
