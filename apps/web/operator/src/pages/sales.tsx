// The sales of one civil day in the utility's zone, today unless the address says otherwise.

import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import type { SaleRow } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { overviewQuery, salesQuery } from '../api/queries.ts';
import { useCurrency, useOnClock, useZone } from '../shell/session.tsx';
import { isCivilDate } from '../state/search.ts';
import { kwhText, moneyText, sumOf } from '../text/numbers.ts';
import { civilDate, longDay } from '../text/time.ts';
import { facts, PageHeading, panel } from '../ui/show.tsx';
import { SaleTable } from './sale-table.tsx';

export default function SalesPage() {
  const { day } = useSearch({ from: '/signed-in/sales' });
  const navigate = useNavigate();
  const zone = useZone();
  const today = useOnClock(useCallback((nowMs: number) => civilDate(nowMs, zone), [zone]));
  const shown = day ?? today;
  const query = useInfiniteQuery(salesQuery(day));
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? [];
  const show = (date: string | undefined) =>
    void navigate({
      to: '/sales',
      search: date === undefined || date === today ? {} : { day: date },
      replace: true,
    });
  return (
    <Stack gap="md">
      <PageHeading
        title="Sales"
        aside={
          <Group gap="xs" align="center">
            <Button
              variant={shown === today ? 'light' : 'default'}
              size="xs"
              aria-pressed={shown === today}
              onClick={() => show(undefined)}
            >
              Today
            </Button>
            <TextInput
              type="date"
              size="xs"
              aria-label="Day"
              max={today}
              value={shown}
              onChange={(event) => {
                if (isCivilDate(event.currentTarget.value)) show(event.currentTarget.value);
              }}
            />
          </Group>
        }
      />
      <Text c="dimmed" size="sm">
        {shown === today ? `Today, ${longDay(shown)}` : longDay(shown)}
      </Text>
      {rows.length > 0 && (
        <Totals rows={rows} isToday={shown === today} complete={!query.hasNextPage} />
      )}
      <SaleTable
        label="Sales"
        withConnection
        query={query}
        empty={shown === today ? 'No sale yet today.' : `No sale on ${longDay(shown)}.`}
      />
    </Stack>
  );
}

// Sold is what has a token, as the server counts it for the present day.
const sold: readonly SaleRow['state'][] = ['issued', 'delivered'];

// The server counts the present day; another day is summed from the rows read so far, and says so.
function Totals({ rows, isToday, complete }: TotalsProps) {
  const currency = useCurrency();
  const overview = useQuery({ ...overviewQuery, enabled: isToday });
  const counts = rows.filter((row) => sold.includes(row.state) && !row.carried);
  const stuck = rows.filter((row) => row.state === 'stuck').length;
  const counted = isToday ? overview.data?.today : undefined;
  const sum = counted ?? {
    sales: counts.length,
    amountMinor: sumOf(counts.map((row) => row.amountMinor)),
    energyWh: sumOf(counts.map((row) => row.energyWh)),
    customers: new Set(counts.map((row) => row.connectionId)).size,
  };
  const partial = counted === undefined && !complete;
  return (
    <section className={panel} aria-label="Totals">
      <dl className={facts}>
        <div>
          <dt>{partial ? 'Sold, in the rows shown' : 'Sold'}</dt>
          <dd>{countText(sum.sales, 'sale')}</dd>
        </div>
        <div>
          <dt>Amount</dt>
          <dd>{moneyText(sum.amountMinor, currency)}</dd>
        </div>
        <div>
          <dt>Energy</dt>
          <dd>{kwhText(sum.energyWh)}</dd>
        </div>
        <div>
          <dt>Connections</dt>
          <dd>{sum.customers}</dd>
        </div>
        {stuck > 0 && (
          <div>
            <dt>Stuck</dt>
            <dd>{countText(stuck, 'sale')}</dd>
          </div>
        )}
      </dl>
    </section>
  );
}

type TotalsProps = {
  readonly rows: readonly SaleRow[];
  readonly isToday: boolean;
  readonly complete: boolean;
};
