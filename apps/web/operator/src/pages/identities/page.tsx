// The identities of all meters on their links: certificates that end soon, renewals that failed,
// and meters that still have the secret of their factory.

import { Anchor, Group, Stack, Text } from '@mantine/core';
import { type IdentityPage, type IdentityRow, identityShows } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { exportPath } from '../../api/imports.ts';
import { identitiesKey, identitiesQuery } from '../../api/links.ts';
import { meterAlertsKey } from '../../api/meter-alerts.ts';
import { useSession, useZone } from '../../shell/session.tsx';
import { type IdentitiesSearch, identitiesSearch } from '../../state/search.ts';
import { unknown } from '../../text/numbers.ts';
import { civilDate, dayOfYear } from '../../text/time.ts';
import { Choices } from '../../ui/choices.tsx';
import { connectionColumn, WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Age, PageHeading, StateBadge, ToneWord } from '../../ui/show.tsx';
import { Setting } from '../setting.tsx';
import { emptyLabels, identityLabel, renewalLabels, showMeaning, showNames } from './labels.ts';

export default function IdentitiesPage() {
  const wanted = useSearch({ from: '/signed-in/identities', select: identitiesSearch });
  const { identities: show = 'all', search = '' } = wanted;
  const navigate = useNavigate();
  const mayExport = useSession().role !== 'viewer';
  const query = useInfiniteQuery(identitiesQuery(show, search));
  const go = (changed: Readonly<Record<string, string>>) =>
    void navigate({
      to: '/identities',
      search: identitiesSearch({ ...wanted, ...changed }),
      replace: true,
    });
  return (
    <Stack gap="md">
      <PageHeading
        title="Identities"
        aside={
          mayExport && (
            <Anchor href={exportPath('meterIdentities')} download="meterIdentities.csv" size="sm">
              Download all (CSV)
            </Anchor>
          )
        }
      />
      <Text c="dimmed" size="sm" maw="75ch">
        {showMeaning[show]}
      </Text>
      <Setting name="identityWarnDays" stale={[identitiesKey, meterAlertsKey]} />
      <Group gap="sm" justify="space-between">
        <SearchBox
          label="Search meters"
          placeholder="Name, meter number or serial"
          value={search}
          onSearch={(text) => go({ search: text })}
        />
        <Filters of={wanted} counts={query.data?.pages[0]?.counts} go={go} />
      </Group>
      <DataTable
        label="Identities of meters"
        noun="meter"
        linked
        columns={useColumns()}
        rowKey={(row) => row.connectionId}
        query={query}
        empty={search === '' ? emptyLabels[show] : `No meter matches “${search}” here.`}
      />
    </Stack>
  );
}

function Filters(o: {
  readonly of: IdentitiesSearch;
  readonly counts: IdentityPage['counts'] | undefined;
  readonly go: (changed: Readonly<Record<string, string>>) => void;
}) {
  const { identities: shown = 'all' } = o.of;
  const counts: Readonly<Record<string, number>> = o.counts ?? {};
  return (
    <Choices
      label="Show"
      of={identityShows}
      chosen={shown}
      text={(each) =>
        counts[each] !== undefined ? `${showNames[each]} ${counts[each]}` : showNames[each]
      }
      onChoose={(each) => o.go({ identities: each })}
    />
  );
}

function useColumns(): Column<IdentityRow>[] {
  const zone = useZone();
  const day = (at: string) => dayOfYear(civilDate(Date.parse(at), zone));
  return [
    connectionColumn<IdentityRow>({ cover: true }),
    {
      key: 'kind',
      header: 'Proves itself with',
      cell: (row) => (
        <WithNote note={row.serial}>
          <ToneWord label={identityLabel(row)} />
        </WithNote>
      ),
    },
    {
      key: 'since',
      header: 'Since',
      cell: (row) => (row.since === null ? 'Not seen with it yet' : <Age at={row.since} />),
    },
    {
      key: 'until',
      header: 'Good until',
      cell: (row) => {
        if (row.validUntil === null) return row.kind === 'secret' ? 'No end' : unknown;
        return (
          <WithNote note={endNote[row.ends]}>
            <span>{day(row.validUntil)}</span>
          </WithNote>
        );
      },
    },
    {
      key: 'renewal',
      header: 'Renewal',
      cell: ({ renewal }) =>
        renewal === null ? (
          unknown
        ) : (
          <WithNote note={renewalLabels[renewal.state].note}>
            <StateBadge label={renewalLabels[renewal.state]} />
          </WithNote>
        ),
    },
    { key: 'seen', header: 'Last seen', cell: (row) => <Age at={row.lastSeenAt} /> },
  ];
}

const endNote: Readonly<Record<IdentityRow['ends'], string | null>> = {
  ended: 'Cannot connect any more',
  ending: 'Ends soon',
  later: null,
};
