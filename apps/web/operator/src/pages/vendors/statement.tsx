// A vendor's statement over some days of the utility's zone: how its float moved, from opening to
// closing.

import { Group, Stack, TextInput } from '@mantine/core';
import type { StatementRow } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { statementQuery } from '../../api/vendors.ts';
import { useCurrency, useOnClock, useZone } from '../../shell/session.tsx';
import { isCivilDate, vendorSearch } from '../../state/search.ts';
import { sentence } from '../../text/labels.ts';
import { moneyText, signedMoneyText, unknown } from '../../text/numbers.ts';
import { civilDate, nextDay } from '../../text/time.ts';
import { SaleLink } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Fact, facts, Instant, panel } from '../../ui/show.tsx';

export function VendorStatement({ vendorId }: { vendorId: string }) {
  const currency = useCurrency();
  const { from, to } = usePeriod();
  const query = useInfiniteQuery(statementQuery(vendorId, { from, to: nextDay(to) }));
  const sums = query.data?.pages.at(-1);
  const columns: Column<StatementRow>[] = [
    {
      key: 'at',
      header: 'Time',
      card: 'title',
      cell: (row) => <Instant at={row.at} withAge={false} />,
    },
    { key: 'kind', header: 'What', cell: (row) => sentence(row.kind) },
    {
      key: 'about',
      header: 'About',
      cell: (row) => {
        if (row.saleId === null) return row.reference ?? unknown;
        return (
          <SaleLink saleId={row.saleId} label={sentence(row.kind)}>
            Open sale
          </SaleLink>
        );
      },
    },
    {
      key: 'amount',
      header: 'Float',
      end: true,
      cell: (row) => signedMoneyText(row.amountMinor, currency),
    },
  ];
  return (
    <Stack gap="sm">
      <PeriodFields vendorId={vendorId} from={from} to={to} />
      {sums !== undefined && (
        <section className={panel} aria-label="Float over these days">
          <dl className={facts}>
            <Fact name="At the beginning">{moneyText(sums.openingMinor, currency)}</Fact>
            <Fact name="At the end">{moneyText(sums.closingMinor, currency)}</Fact>
          </dl>
        </section>
      )}
      <DataTable
        label="Statement"
        noun="movement"
        columns={columns}
        rowKey={(row) => `${row.at} ${row.kind} ${row.saleId ?? row.reference}`}
        query={query}
        empty="The float did not move on these days. Choose earlier ones to see what happened then."
      />
    </Stack>
  );
}

/** The days in the address; the last seven unless it says otherwise. */
function usePeriod() {
  const search = useSearch({ from: '/signed-in/vendors/$vendorId' });
  const zone = useZone();
  const today = useOnClock(useCallback((nowMs: number) => civilDate(nowMs, zone), [zone]));
  const weekAgo = useOnClock(
    useCallback((nowMs: number) => civilDate(nowMs - 6 * 86_400_000, zone), [zone]),
  );
  return { from: search.from ?? weekAgo, to: search.to ?? today };
}

type PeriodFieldsProps = { readonly vendorId: string; readonly from: string; readonly to: string };

function PeriodFields({ vendorId, from, to }: PeriodFieldsProps) {
  const navigate = useNavigate();
  const show = (period: { from: string; to: string }) =>
    void navigate({
      to: '/vendors/$vendorId',
      params: { vendorId },
      search: vendorSearch(period),
      replace: true,
      resetScroll: false,
    });
  return (
    <Group gap="sm" align="flex-end" role="group" aria-label="Days">
      <TextInput
        type="date"
        size="xs"
        label="From"
        value={from}
        max={to}
        onChange={({ currentTarget: { value } }) => {
          if (isCivilDate(value)) show({ from: value, to: value > to ? value : to });
        }}
      />
      <TextInput
        type="date"
        size="xs"
        label="To"
        value={to}
        min={from}
        onChange={({ currentTarget: { value } }) => {
          if (isCivilDate(value)) show({ from: value < from ? value : from, to: value });
        }}
      />
    </Group>
  );
}
