// Sales of one civil day or of several in the utility's zone, today unless the address says
// otherwise: ordered, summed and taken out as a file by the server.

import { Group, NativeSelect, Stack, Text } from '@mantine/core';
import { saleStates } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { salesFile, salesQuery, saleTotalsQuery } from '../api/queries.ts';
import { useCurrency, useOnClock, useZone } from '../shell/session.tsx';
import { type SalesSearch, salesSearch } from '../state/search.ts';
import { saleLabels } from '../text/labels.ts';
import { kwhText, moneyText } from '../text/numbers.ts';
import { civilDate, longDay } from '../text/time.ts';
import { DayRanges } from '../ui/day-ranges.tsx';
import { FileLinks } from '../ui/file-link.tsx';
import { facts, PageHeading, panel } from '../ui/show.tsx';
import { rangesOf } from './sale-ranges.ts';
import { SaleTable } from './sale-table.tsx';
import { Views } from './views/views.tsx';

export default function SalesPage() {
  const wanted = salesSearch(useSearch({ from: '/signed-in/sales' }));
  const navigate = useNavigate();
  const zone = useZone();
  const today = useOnClock(useCallback((nowMs: number) => civilDate(nowMs, zone), [zone]));
  const first = wanted.from ?? wanted.day ?? today;
  const last = wanted.to ?? wanted.day ?? today;
  const query = useInfiniteQuery(salesQuery(wanted));
  const show = (changed: Readonly<Record<string, string>>) =>
    void navigate({
      to: '/sales',
      search: salesSearch({ ...wanted, ...changed }),
      replace: true,
    });
  const showDays = (from: string, to: string) => {
    const [start, end] = from <= to ? [from, to] : [to, from];
    if (start === end) show({ from: '', to: '', day: start === today ? '' : start });
    else show({ from: start, to: end });
  };
  const named = first === last ? longDay(first) : `${longDay(first)} to ${longDay(last)}`;
  return (
    <Stack gap="md">
      <PageHeading
        title="Sales"
        aside={
          <Group gap="xs">
            <Views list="sales" search={wanted} />
            <FileLinks href={(as) => salesFile(wanted, as)} />
          </Group>
        }
      />
      <Days {...{ today, first, last }} state={wanted.state} onDays={showDays} onShow={show} />
      <Text c="dimmed" size="sm">
        {first === today && last === today ? `Today, ${named}` : named}
      </Text>
      <Totals of={wanted} />
      <SaleTable
        label="Sales"
        withConnection
        manyDays={first !== last}
        query={query}
        sorting={{
          by: wanted.sort ?? 'time',
          order: wanted.order ?? 'desc',
          onSort: (sort, order) => show({ sort, order }),
        }}
        empty={emptyText({ state: wanted.state, isToday: first === today, named })}
      />
    </Stack>
  );
}

function emptyText(o: {
  readonly state: SalesSearch['state'];
  readonly isToday: boolean;
  readonly named: string;
}): string {
  if (o.state !== undefined) return `No sale is “${saleLabels[o.state].text}” then.`;
  return o.isToday ? 'No sale yet today.' : `No sale on ${o.named}.`;
}

type DaysProps = {
  readonly today: string;
  readonly first: string;
  readonly last: string;
  readonly state: SalesSearch['state'];
  readonly onDays: (from: string, to: string) => void;
  readonly onShow: (changed: Readonly<Record<string, string>>) => void;
};

function Days({ today, first, last, state, onDays, onShow }: DaysProps) {
  return (
    <Group gap="xs" align="flex-end">
      <DayRanges {...{ today, onDays }} from={first} to={last} ranges={rangesOf(today)} />
      <NativeSelect
        label="State"
        size="xs"
        value={state ?? ''}
        data={[
          { value: '', label: 'Any' },
          ...saleStates.map((each) => ({ value: each, label: saleLabels[each].text })),
        ]}
        onChange={({ currentTarget }) => onShow({ state: currentTarget.value })}
      />
    </Group>
  );
}

/** Of the whole range, counted by the server; nothing while nothing is known or sold. */
function Totals({ of }: { readonly of: SalesSearch }) {
  const currency = useCurrency();
  const sums = useQuery(saleTotalsQuery(of)).data;
  if (sums === undefined || (sums.sales === 0 && sums.stuck === 0)) return null;
  return (
    <section className={panel} aria-label="Totals">
      <dl className={facts}>
        <div>
          <dt>Sold</dt>
          <dd>{countText(sums.sales, 'sale')}</dd>
        </div>
        <div>
          <dt>Amount</dt>
          <dd>{moneyText(sums.amountMinor, currency)}</dd>
        </div>
        <div>
          <dt>Energy</dt>
          <dd>{kwhText(sums.energyWh)}</dd>
        </div>
        <div>
          <dt>Connections</dt>
          <dd>{sums.connections}</dd>
        </div>
        {sums.stuck > 0 && (
          <div>
            <dt>Stuck</dt>
            <dd>{countText(sums.stuck, 'sale')}</dd>
          </div>
        )}
      </dl>
    </section>
  );
}
