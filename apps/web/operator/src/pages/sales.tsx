// The sales of one civil day in the utility's zone, today unless the address says otherwise.

import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import type { SaleRow } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { salesQuery } from '../api/queries.ts';
import { useCurrency, useOnClock, useZone } from '../shell/session.tsx';
import { isCivilDate } from '../state/search.ts';
import { countText, kwhText, moneyText, sumOf } from '../text/numbers.ts';
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
              variant="default"
              size="xs"
              disabled={shown === today}
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
      {rows.length > 0 && <Totals rows={rows} complete={!query.hasNextPage} />}
      <SaleTable
        label="Sales"
        withConnection
        query={query}
        empty={shown === today ? 'No sale yet today.' : `No sale on ${longDay(shown)}.`}
      />
    </Stack>
  );
}

// Only what was paid counts as sold; a sale that awaits payment, was refused or has expired brought no money.
const unpaid: readonly SaleRow['state'][] = ['awaitingPayment', 'paymentRefused', 'paymentExpired'];

function Totals({ rows, complete }: { rows: readonly SaleRow[]; complete: boolean }) {
  const currency = useCurrency();
  const paid = rows.filter((row) => !unpaid.includes(row.state));
  const stuck = rows.filter((row) => row.state === 'stuck').length;
  return (
    <section className={panel} aria-label="Totals">
      <dl className={facts}>
        <div>
          <dt>{complete ? 'Paid sales' : 'Paid sales in the rows shown'}</dt>
          <dd>{countText(paid.length, 'sale')}</dd>
        </div>
        <div>
          <dt>Amount paid</dt>
          <dd>{moneyText(sumOf(paid.map((row) => row.amountMinor)), currency)}</dd>
        </div>
        <div>
          <dt>Energy sold</dt>
          <dd>{kwhText(sumOf(paid.map((row) => row.energyWh)))}</dd>
        </div>
        <div>
          <dt>Stuck</dt>
          <dd>{stuck === 0 ? 'None' : countText(stuck, 'sale')}</dd>
        </div>
      </dl>
    </section>
  );
}
