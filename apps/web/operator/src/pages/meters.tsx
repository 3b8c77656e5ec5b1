// All meters of the utility, searched and filtered by the server, kept fresh by live rows.

import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import type { MeterFacets } from '@prewatt/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { meterFacetsQuery, metersFile, metersQuery } from '../api/queries.ts';
import { shownColumns } from '../state/hidden-columns.ts';
import {
  creditModes,
  type MetersSearch,
  meterFilters,
  metersSearch,
  silentSpans,
} from '../state/search.ts';
import { creditModeLabels, filterLabels } from '../text/labels.ts';
import { Choices } from '../ui/choices.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { FileLinks } from '../ui/file-link.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { PageHeading } from '../ui/show.tsx';
import { meterColumns } from './meter-columns.tsx';
import { Columns } from './views/columns.tsx';
import { Views } from './views/views.tsx';

export default function MetersPage() {
  const search = useSearch({ from: '/signed-in/meters' });
  const wanted = metersSearch(search);
  const navigate = useNavigate();
  const router = useRouter();
  const query = useInfiniteQuery(metersQuery(wanted));
  const facets = useQuery(meterFacetsQuery(wanted)).data;
  const show: Show = (changed) => {
    // The search box answers late: by then another page may be on its way.
    if (router.latestLocation.pathname !== '/meters') return;
    void navigate({
      to: '/meters',
      search: metersSearch({ ...wanted, ...changed }),
      replace: true,
    });
  };
  return (
    <Stack gap="md">
      <PageHeading
        title="Meters"
        aside={
          <Group gap="xs">
            <Views list="meters" search={wanted} />
            <Columns columns={meterColumns} hide={wanted.hide} onHide={(hide) => show({ hide })} />
            <FileLinks href={(as) => metersFile(wanted, as)} />
          </Group>
        }
      />
      <Group gap="sm" justify="space-between">
        <SearchBox
          label="Search meters"
          placeholder="Name, customer or meter number"
          value={search.search ?? ''}
          onSearch={(text) => show({ search: text })}
        />
        <States of={wanted} facets={facets} show={show} />
      </Group>
      <Narrowing of={wanted} facets={facets} show={show} />
      <DataTable
        label="Meters"
        noun="meter"
        linked
        columns={shownColumns(meterColumns, wanted.hide)}
        rowKey={(row) => row.connectionId}
        query={query}
        sorting={{
          by: wanted.sort ?? 'name',
          order: wanted.order ?? 'asc',
          onSort: (sort, order) => show({ sort, order }),
        }}
        empty={emptyText(wanted)}
      />
    </Stack>
  );
}

type Show = (changed: Readonly<Record<string, string>>) => void;
type FilterProps = {
  readonly of: MetersSearch;
  readonly facets: MeterFacets | undefined;
  readonly show: Show;
};

function States({ of, facets, show }: FilterProps) {
  const { filter = 'all' } = of;
  return (
    <Choices
      label="Show"
      of={meterFilters}
      chosen={filter}
      text={(each) =>
        facets !== undefined ? `${filterLabels[each]} ${facets.states[each]}` : filterLabels[each]
      }
      onChoose={(each) => show({ filter: each })}
    />
  );
}

const spanNames: Record<(typeof silentSpans)[number], string> = {
  '24': 'A day or longer',
  '48': 'Two days or longer',
  '168': 'A week or longer',
  '720': '30 days or longer',
  never: 'Never heard',
};

/** What narrows the list besides its state: credit, silence and software. */
function Narrowing({ of, facets, show }: FilterProps) {
  const { sort: _, order: __, hide: ___, ...narrowing } = of;
  const isNarrowed = Object.keys(narrowing).length > 0;
  // A version that is in the address stands in the list even where no meter has it.
  const versions = new Map(facets?.firmware.map((each) => [each.version, each.meters]));
  if (of.firmware !== undefined && !versions.has(of.firmware)) versions.set(of.firmware, 0);
  return (
    <Group gap="sm" align="flex-end">
      <Choice label="Credit" value={of.credit} onChoose={(credit) => show({ credit })}>
        {creditModes.map((mode) => ({
          value: mode,
          label: counted(creditModeLabels[mode], facets?.credit[mode]),
        }))}
      </Choice>
      <Choice
        label="Not heard for"
        value={of.silentFor}
        onChoose={(silentFor) => show({ silentFor })}
      >
        {silentSpans.map((span) => ({ value: span, label: spanNames[span] }))}
      </Choice>
      <Choice label="Software" value={of.firmware} onChoose={(firmware) => show({ firmware })}>
        {[...versions].map(([version, meters]) => ({
          value: version,
          label: counted(version, meters),
        }))}
      </Choice>
      <NativeSelect
        label="In order of"
        size="xs"
        style={{ flex: '1 1 9rem', maxWidth: '14rem' }}
        value={of.sort ?? ''}
        data={[
          { value: '', label: 'Name' },
          { value: 'creditEnd', label: 'Days of credit left' },
          { value: 'meter', label: 'Meter number' },
          { value: 'credit', label: 'Credit' },
          { value: 'power', label: 'Power now' },
          { value: 'contact', label: 'Last contact' },
        ]}
        onChange={(event) => show({ sort: event.currentTarget.value, order: '' })}
      />
      {isNarrowed && (
        <Group gap="sm" mb={4}>
          <Text size="sm" c="dimmed" role="status">
            {facets !== undefined && `${facets.matching} of ${facets.states.all} meters`}
          </Text>
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() =>
              show({ filter: 'all', search: '', credit: '', silentFor: '', firmware: '' })
            }
          >
            Show all
          </Button>
        </Group>
      )}
    </Group>
  );
}

const counted = (words: string, count: number | undefined): string =>
  count === undefined ? words : `${words} (${count})`;

function Choice(props: {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChoose: (value: string) => void;
  readonly children: readonly { readonly value: string; readonly label: string }[];
}) {
  const { label, value = '', onChoose, children } = props;
  return (
    <NativeSelect
      label={label}
      size="xs"
      style={{ flex: '1 1 9rem', maxWidth: '14rem' }}
      value={value}
      data={[{ value: '', label: 'Any' }, ...children]}
      onChange={(event) => onChoose(event.currentTarget.value)}
    />
  );
}

function emptyText(wanted: MetersSearch): string {
  const { search, sort, order: _, hide: __, ...filters } = wanted;
  if (sort === 'creditEnd' && search === undefined && Object.keys(filters).length === 0) {
    return 'Of no meter it is known yet when its credit ends. Show them by name instead.';
  }
  if (search !== undefined) {
    return Object.keys(filters).length === 0
      ? `No meter matches “${search}”. Clear the search to see all.`
      : `No meter matches “${search}” under these filters. “Show all” takes them away.`;
  }
  const [[name] = ['none'], ...more] = Object.entries(filters);
  if (name === 'none') return 'No meter is installed yet.';
  if (name === 'filter' && more.length === 0 && wanted.filter !== undefined) {
    return `No meter is under “${filterLabels[wanted.filter]}” now.`;
  }
  return 'No meter is left by these filters. “Show all” takes them away.';
}
