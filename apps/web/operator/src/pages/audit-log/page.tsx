// The audit log: what operators and the owner of the database did, where no other record has their
// name; newest first, by topic and by name.

import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type AuditEntryJson, auditTopics } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { auditLogFile, auditLogQuery } from '../../api/audit-log.ts';
import { useCurrency, useSession } from '../../shell/session.tsx';
import {
  type AuditLogSearch,
  auditLogSearch,
  isCivilDate,
  signedInSearch,
} from '../../state/search.ts';
import { SaleLink } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Instant, PageHeading } from '../../ui/show.tsx';
import { aboutLabels, auditLabels, detailText, subjectText } from './labels.ts';

export default function AuditLogPage() {
  const isForAll = useSession().role !== 'operator';
  return (
    <Stack gap="md">
      <PageHeading title="Audit log" />
      {isForAll ? <AuditLog /> : <Text>This is for administrators and viewers.</Text>}
    </Stack>
  );
}

function AuditLog() {
  const wanted = useSearch({ from: '/signed-in/acts', select: auditLogSearch });
  const navigate = useNavigate();
  const show = (changed: Partial<Record<keyof AuditLogSearch, string>>) =>
    void navigate({
      to: '/acts',
      // A sale that was opened before the typing had settled stays open.
      search: (now) => ({ ...signedInSearch(now), ...auditLogSearch({ ...wanted, ...changed }) }),
      replace: true,
    });
  const isFiltered = Object.keys(wanted).length > 0;
  return (
    <>
      <Text c="dimmed" size="sm" maw="75ch">
        Sign-ins, refusals, changes, prints and exports: who, when and from where. Approvals,
        commands, given tokens, corrections and tariffs keep their own record of who did it.
      </Text>
      <Group gap="sm">
        <SearchBox
          label="Search who did it, or what it was done to"
          placeholder="Who, or what it was done to"
          value={wanted.who ?? ''}
          onSearch={(who) => show({ who })}
        />
        <Days of={wanted} show={show} />
        <Button component="a" href={auditLogFile(wanted)} download size="xs" variant="default">
          Export as CSV
        </Button>
        <Group gap={6} role="group" aria-label="Show">
          {(['all', ...auditTopics] as const).map((each) => {
            const isShown = each === (wanted.about ?? 'all');
            return (
              <Button
                key={each}
                size="compact-sm"
                variant={isShown ? 'filled' : 'default'}
                aria-pressed={isShown}
                onClick={() => show({ about: each })}
              >
                {each === 'all' ? 'All but data read' : aboutLabels[each]}
              </Button>
            );
          })}
        </Group>
      </Group>
      <DataTable
        label="Actions"
        noun="action"
        columns={useColumns()}
        rowKey={(row) => row.actId}
        query={useInfiniteQuery(auditLogQuery(wanted))}
        empty={isFiltered ? 'No entry matches these filters.' : 'There is no entry yet.'}
      />
    </>
  );
}

function Days(o: {
  readonly of: AuditLogSearch;
  readonly show: (changed: { from?: string; to?: string }) => void;
}) {
  return (['from', 'to'] as const).map((name) => (
    <TextInput
      key={name}
      type="date"
      size="xs"
      aria-label={name === 'from' ? 'First day' : 'Last day'}
      value={o.of[name] ?? ''}
      onChange={({ currentTarget: { value } }) => {
        if (value === '' || isCivilDate(value)) o.show({ [name]: value });
      }}
    />
  ));
}

function useColumns(): Column<AuditEntryJson>[] {
  const currency = useCurrency();
  const { name } = useSession();
  return [
    { key: 'act', header: 'What', card: 'title', cell: (row) => auditLabels[row.act] },
    { key: 'subject', header: 'To what', cell: (row) => <Subject of={row} /> },
    {
      key: 'details',
      header: 'With these words',
      card: 'wideBare',
      cell: (row) =>
        detailText(row, currency).map((words) => (
          <Text key={words} size="sm" maw="44ch" style={{ overflowWrap: 'anywhere' }}>
            {words}
          </Text>
        )),
    },
    {
      key: 'by',
      header: 'By',
      cell: (row) => (
        <>
          <span>{row.by === name ? 'you' : row.by}</span>
          <Text size="xs" c="dimmed">
            <Instant at={row.at} withAge={false} />
          </Text>
          {row.address !== null && (
            <Text size="xs" c="dimmed">
              from {row.address}
            </Text>
          )}
        </>
      ),
    },
  ];
}

/** Where it leads, if it has a page. */
function Subject({ of: row }: { of: AuditEntryJson }) {
  const words = subjectText(row);
  const { subject } = row;
  if (row.act === 'saleRetried' || row.act === 'receiptReprinted') {
    return (
      <SaleLink saleId={subject} label="Details of">
        {words}
      </SaleLink>
    );
  }
  if (row.act.startsWith('vendor')) {
    return (
      <Link to="/vendors/$vendorId" params={{ vendorId: subject }}>
        {words}
      </Link>
    );
  }
  if (subject.startsWith('connection_')) {
    return (
      <Link to="/connections/$connectionId" params={{ connectionId: subject }}>
        {words}
      </Link>
    );
  }
  if (row.act.startsWith('import')) {
    return (
      <Link to="/imports/$importId" params={{ importId: subject }}>
        {words}
      </Link>
    );
  }
  if (row.act.startsWith('campaign')) {
    return (
      <Link to="/key-changes/$campaignId" params={{ campaignId: subject }}>
        {words}
      </Link>
    );
  }
  return words;
}
