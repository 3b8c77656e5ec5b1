// All meters of the utility, searched and filtered by the server, kept fresh by live rows.

import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import type { MeterRow } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { metersQuery } from '../api/queries.ts';
import { type MeterFilter, meterFilters, metersSearch } from '../state/search.ts';
import { filterLabels } from '../text/labels.ts';
import { kwhText, powerText } from '../text/numbers.ts';
import { type Column, DataTable, rowLink } from '../ui/data-table.tsx';
import { SearchIcon } from '../ui/icons.tsx';
import { Age, Credit, MeterNumber, PageHeading, SwitchState, ToneWord } from '../ui/show.tsx';

export default function MetersPage() {
  const search = useSearch({ from: '/signed-in/meters' });
  const navigate = useNavigate();
  const router = useRouter();
  const filter = search.filter ?? 'all';
  const query = useInfiniteQuery(metersQuery(filter, search.search ?? ''));
  const show = (changed: { filter?: MeterFilter; search?: string }) => {
    // The search box answers late: by then another page may be on its way.
    if (router.latestLocation.pathname !== '/meters') return;
    void navigate({
      to: '/meters',
      search: metersSearch({ filter, search: search.search, ...changed }),
      replace: true,
    });
  };
  return (
    <Stack gap="md">
      <PageHeading title="Meters" />
      <Group gap="sm" justify="space-between">
        <SearchBox value={search.search ?? ''} onSearch={(text) => show({ search: text })} />
        <Group gap={6} role="group" aria-label="Show">
          {meterFilters.map((each) => (
            <Button
              key={each}
              size="compact-sm"
              variant={each === filter ? 'filled' : 'default'}
              aria-pressed={each === filter}
              onClick={() => show({ filter: each })}
            >
              {filterLabels[each]}
            </Button>
          ))}
        </Group>
      </Group>
      <DataTable
        label="Meters"
        noun="meter"
        linked
        columns={meterColumns}
        rowKey={(row) => row.connectionId}
        query={query}
        empty={emptyText(filter, search.search)}
      />
    </Stack>
  );
}

function emptyText(filter: MeterFilter, search: string | undefined): string {
  if (search !== undefined)
    return `No meter matches “${search}” here. Clear the search to see all.`;
  return filter === 'all'
    ? 'No meter is installed yet.'
    : `No meter is under “${filterLabels[filter]}” now.`;
}

export const meterColumns: readonly Column<MeterRow>[] = [
  {
    key: 'name',
    header: 'Connection',
    card: 'title',
    cell: (row) => (
      <>
        <Link
          to="/connections/$connectionId"
          params={{ connectionId: row.connectionId }}
          className={rowLink}
        >
          {row.connectionName}
        </Link>
        <Text size="xs" c="dimmed">
          {row.customerName ?? 'No customer'}
        </Text>
      </>
    ),
  },
  {
    key: 'meter',
    header: 'Meter',
    card: 'wideBare',
    cell: (row) => <MeterNumber meterPan={row.meterPan} />,
  },
  { key: 'credit', header: 'Credit', cell: (row) => <Credit row={row} /> },
  { key: 'power', header: 'Power now', end: true, cell: (row) => powerText(row.powerW) },
  { key: 'today', header: 'Used today', end: true, cell: (row) => kwhText(row.usedTodayWh) },
  { key: 'switch', header: 'Supply', cell: (row) => <SwitchState loadSwitch={row.loadSwitch} /> },
  {
    key: 'contact',
    header: 'Last contact',
    cell: (row) =>
      row.silent ? (
        <>
          <ToneWord label={{ text: 'Silent', tone: 'warn' }} />
          <Text size="xs" c="dimmed">
            <Age at={row.lastContactAt} />
          </Text>
        </>
      ) : (
        <Age at={row.lastContactAt} />
      ),
  },
];

type SearchBoxProps = { readonly value: string; readonly onSearch: (text: string) => void };

// The address follows the typing after a short rest, so that each letter is not a request.
function SearchBox({ value, onSearch }: SearchBoxProps) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  // An address that changed otherwise (back, a link) fills the box; our own, arriving late, must
  // not undo further typing.
  useEffect(() => {
    if (value !== sent.current) setText(value);
    sent.current = value;
  }, [value]);
  useEffect(() => {
    if (text === value) return;
    const id = setTimeout(() => {
      sent.current = text;
      onSearch(text);
    }, 250);
    return () => clearTimeout(id);
  });
  return (
    <TextInput
      type="search"
      aria-label="Search meters"
      placeholder="Name, customer or meter number"
      leftSection={<SearchIcon />}
      value={text}
      maxLength={100}
      onChange={(event) => setText(event.currentTarget.value)}
      style={{ flex: '1 1 16rem', maxWidth: '26rem' }}
    />
  );
}
