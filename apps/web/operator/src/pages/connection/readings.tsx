// Readings of one connection: use by day with its quality, a register as it was read on a day, sums
// by month, what was found, and the register as a file.

import { Group, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core';
import type { ReadingsView, ReadingValues } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { businessClock } from '../../api/queries.ts';
import { readingDaysQuery, readingFilePath, readingValuesQuery } from '../../api/readings.ts';
import { useWhyReadOnly, useZone } from '../../shell/session.tsx';
import { everyDay } from '../../text/bars.ts';
import { registerText } from '../../text/meter.ts';
import { kwhText, sumOf } from '../../text/numbers.ts';
import { civilDate, shortDay, timeOfDay } from '../../text/time.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Age, Instant, panel } from '../../ui/show.tsx';
import { EmptyNote, FailureNote } from '../../ui/states.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { findingNames, stateLabels } from '../readings/labels.ts';
import { BarChart } from './bar-chart.tsx';

const days = 31;

export function ReadingList({ connectionId }: { connectionId: string }) {
  const query = useQuery(readingDaysQuery(connectionId, days));
  if (query.error !== null) {
    return <FailureNote failure={query.error} onRetry={() => void query.refetch()} />;
  }
  if (query.data === undefined) return <Text size="sm">Loading</Text>;
  if (query.data.days.length === 0) {
    return <EmptyNote>No reading yet: the meter has not reported its use.</EmptyNote>;
  }
  return (
    <Stack gap="lg">
      <Month view={query.data} />
      <Values connectionId={connectionId} />
      <Findings view={query.data} />
    </Stack>
  );
}

const qualityLabels: Record<ReadingsView['days'][number]['quality'], string> = {
  measured: 'Measured',
  estimated: 'Partly estimated',
  incomplete: 'Not whole',
};

type Day = ReadingsView['days'][number];
const dayColumns: readonly Column<Day>[] = [
  { key: 'date', header: 'Day', card: 'title', cell: (row) => shortDay(row.date) },
  { key: 'measured', header: 'Measured', end: true, cell: (row) => kwhText(row.measuredWh, 2) },
  { key: 'estimated', header: 'Estimated', end: true, cell: (row) => kwhText(row.estimatedWh, 2) },
  { key: 'quality', header: 'Quality', cell: (row) => qualityLabels[row.quality] },
  { key: 'findings', header: 'To look at', end: true, cell: (row) => row.findings },
];

function Month({ view }: { view: ReadingsView }) {
  const zone = useZone();
  const today = civilDate(businessClock.nowMs(), zone);
  const known = view.days.map((day) => ({
    date: day.date,
    energyWh: sumOf([day.measuredWh, day.estimatedWh]),
  }));
  const bars = everyDay(known, today, days).map(({ date, energyWh }, i) => ({
    key: date,
    energyWh,
    label: shortDay(date),
    tick: (days - 1 - i) % 5 === 0 ? String(Number(date.slice(8))) : '',
  }));
  return (
    <section>
      <Title order={3} size="h5" mb="xs">
        By day
      </Title>
      <div className={panel}>
        <BarChart label={`Each day, last ${days} days`} bars={bars} />
      </div>
      <div style={{ marginTop: '0.75rem' }}>
        <DataTable
          label="Use by day"
          noun="day"
          columns={dayColumns}
          rowKey={(row) => row.date}
          query={wholeList(view.days)}
          empty="No day has been summed up yet."
        />
      </div>
    </section>
  );
}

const registers = ['importEnergyWh', 'exportEnergyWh', 'creditedEnergyWh'];

function Values({ connectionId }: { connectionId: string }) {
  const zone = useZone();
  const readOnly = useWhyReadOnly();
  const [day, setDay] = useState(() => civilDate(businessClock.nowMs(), zone));
  const [register, setRegister] = useState('importEnergyWh');
  const asked = { from: day, to: day, register };
  const month = { from: `${day.slice(0, 7)}-01`, to: day, register };
  const query = useQuery({ ...readingValuesQuery(connectionId, asked), enabled: day !== '' });
  return (
    <section>
      <Title order={3} size="h5" mb="xs">
        As it was read
      </Title>
      <Group gap="sm" align="end" mb="sm">
        <TextInput
          type="date"
          label="Day"
          value={day}
          onChange={({ currentTarget }) => setDay(currentTarget.value)}
        />
        <NativeSelect
          label="Register"
          value={register}
          data={registers.map((each) => ({ value: each, label: registerText(each) }))}
          onChange={({ currentTarget }) => setRegister(currentTarget.value)}
        />
        {readOnly === null && day !== '' && (
          <Text size="sm" mb={8}>
            CSV:{' '}
            <a href={readingFilePath(connectionId, asked)} download={`readings-${day}.csv`}>
              this day
            </a>
            ,{' '}
            <a
              href={readingFilePath(connectionId, month)}
              download={`readings-${day.slice(0, 7)}.csv`}
            >
              this month so far
            </a>
          </Text>
        )}
      </Group>
      {query.error !== null && (
        <FailureNote failure={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data !== undefined && <DayValues values={query.data} />}
    </section>
  );
}

type Value = ReadingValues['rows'][number];
const valueColumns: readonly Column<Value>[] = [
  { key: 'at', header: 'Read at', card: 'title', cell: (row) => <Instant at={row.readAt} /> },
  { key: 'value', header: 'Register', end: true, cell: (row) => kwhText(row.valueWh, 3) },
  {
    key: 'received',
    header: 'Arrived',
    cell: (row) => <Instant at={row.receivedAt} withAge={false} />,
  },
  {
    key: 'remarks',
    header: 'The meter says',
    cell: (row) =>
      [row.powerFailed ? 'power failed' : '', row.clockAdjusted ? 'clock was set' : '']
        .filter((word) => word !== '')
        .join(', '),
  },
];

const monthColumns: readonly Column<ReadingValues['months'][number]>[] = [
  { key: 'month', header: 'Month', card: 'title', cell: (row) => row.month },
  { key: 'measured', header: 'Measured', end: true, cell: (row) => kwhText(row.measuredWh) },
  { key: 'estimated', header: 'Estimated', end: true, cell: (row) => kwhText(row.estimatedWh) },
  { key: 'days', header: 'Whole days', end: true, cell: (row) => row.wholeDays },
];

function DayValues({ values }: { values: ReadingValues }) {
  const zone = useZone();
  const bars = values.rows.slice(1).map((row, i) => {
    const energy = BigInt(row.valueWh) - BigInt(values.rows[i]?.valueWh ?? row.valueWh);
    const time = timeOfDay(Date.parse(row.readAt), zone);
    return {
      key: `${row.meterPan} ${row.readAt}`,
      energyWh: energy < 0n ? null : energy.toString(),
      label: `until ${time}`,
      tick: /^(00|06|12|18):00$/.test(time) ? time : '',
    };
  });
  return (
    <Stack gap="sm">
      {bars.length > 0 && (
        <div className={panel}>
          <BarChart label="Between readings of the day" bars={bars} />
        </div>
      )}
      <DataTable
        label="Readings of the day"
        noun="reading"
        columns={valueColumns}
        rowKey={(row) => `${row.meterPan} ${row.readAt}`}
        query={wholeList(values.rows)}
        empty="This register was not read on that day."
      />
      <Title order={3} size="h5">
        By month
      </Title>
      <DataTable
        label="Use by month"
        noun="month"
        columns={monthColumns}
        rowKey={(row) => row.month}
        query={wholeList(values.months)}
        empty="No month has been summed up yet."
      />
    </Stack>
  );
}

function Findings({ view }: { view: ReadingsView }) {
  const rows = view.findings.filter(({ state }) => state !== 'gone');
  return (
    <section>
      <Title order={3} size="h5" mb="xs">
        What was found
      </Title>
      {rows.length === 0 && (
        <EmptyNote>All readings agree with those before and after them.</EmptyNote>
      )}
      {rows.slice(0, 20).map((row) => (
        <Text size="sm" key={`${row.readAt} ${row.finding}`}>
          {findingNames[row.finding]} of <Instant at={row.readAt} withAge={false} />:{' '}
          {stateLabels[row.state].text.toLowerCase()}
          {row.decidedBy !== null && ` by ${row.decidedBy} (${row.reason ?? ''})`}{' '}
          <Text span size="xs" c="dimmed">
            <Age at={row.at} />
          </Text>
        </Text>
      ))}
      {rows.length > 0 && (
        <Text size="sm" mt="xs">
          <Link to="/readings">Decide in the readings room</Link>
        </Text>
      )}
    </section>
  );
}
