// The auditor's page: value that came without an ordinary sale, by list and days, and who could
// sign and who did.

import { Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { type AuditList, type AuditListRow, type AuditPerson, auditLists } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import {
  type AuditStretch,
  auditListFile,
  auditListQuery,
  auditPeopleQuery,
} from '../../api/audit-lists.ts';
import { useCurrency, useSession } from '../../shell/session.tsx';
import { isCivilDate } from '../../state/search.ts';
import { roleLabels } from '../../text/labels.ts';
import { kwhText, moneyText } from '../../text/numbers.ts';
import { SaleLink, WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Instant, PageHeading } from '../../ui/show.tsx';
import { WayLink } from './way-link.tsx';

const listLabels: Readonly<Record<AuditList, string>> = {
  free: 'Free',
  bulk: 'Lists and files',
  reversed: 'Reversed',
  manual: 'Recorded by hand',
  late: 'Late tokens',
};

export default function AuditPage() {
  const isForAll = useSession().role !== 'operator';
  return (
    <Stack gap="md">
      <PageHeading title="Value to check" />
      {isForAll ? <Audit /> : <Text>This is for administrators, viewers and auditors.</Text>}
    </Stack>
  );
}

function Audit() {
  const [stretch, setStretch] = useState<AuditStretch>({ list: 'free' });
  return (
    <>
      <Text c="dimmed" size="sm" maw="75ch">
        Value that came without an ordinary sale. A token is found by its digits in the search; its
        sale leads from token to key: who paid or allowed it, the price, and who loaded the key.
        What the token log proves is checked offline: <code>prewatt audit export DIR</code>, then{' '}
        <code>prewatt verify DIR</code>.
      </Text>
      <Group gap="sm" align="flex-end">
        <Group gap={6} role="group" aria-label="List">
          {auditLists.map((list) => (
            <Button
              key={list}
              size="compact-sm"
              variant={list === stretch.list ? 'filled' : 'default'}
              aria-pressed={list === stretch.list}
              onClick={() => setStretch({ ...stretch, list })}
            >
              {listLabels[list]}
            </Button>
          ))}
        </Group>
        {(['from', 'to'] as const).map((name) => (
          <TextInput
            key={name}
            type="date"
            size="xs"
            label={name === 'from' ? 'From' : 'To'}
            value={stretch[name] ?? ''}
            onChange={({ currentTarget: { value } }) => {
              const { [name]: _, ...rest } = stretch;
              if (value === '') setStretch(rest);
              else if (isCivilDate(value)) setStretch({ ...rest, [name]: value });
            }}
          />
        ))}
        <Button component="a" href={auditListFile(stretch)} download size="xs" variant="default">
          Export as CSV
        </Button>
      </Group>
      <DataTable
        label={listLabels[stretch.list]}
        noun="row"
        columns={useColumns()}
        rowKey={(row) => `${row.at} ${row.what} ${row.about} ${row.saleId} ${row.amountMinor}`}
        query={useInfiniteQuery(auditListQuery(stretch))}
        empty="Nothing of this kind in these days. Without days the last 90 are shown."
      />
      <Title order={2}>Who could sign, and who did</Title>
      <DataTable
        label="People"
        noun="person"
        columns={usePeople()}
        rowKey={(row) => `${row.name} ${row.since}`}
        query={useInfiniteQuery(auditPeopleQuery)}
        empty="Nobody yet."
      />
    </>
  );
}

function useColumns(): Column<AuditListRow>[] {
  const currency = useCurrency();
  return [
    { key: 'at', header: 'When', cell: (row) => <Instant at={row.at} withAge={false} /> },
    {
      key: 'what',
      header: 'What',
      card: 'title',
      cell: (row) => <WithNote note={row.about}>{row.what}</WithNote>,
    },
    {
      key: 'worth',
      header: 'Worth',
      end: true,
      cell: (row) =>
        [
          ...(row.amountMinor === null ? [] : [moneyText(row.amountMinor, currency)]),
          ...(row.energyWh === null ? [] : [kwhText(row.energyWh)]),
        ].join(', '),
    },
    {
      key: 'by',
      header: 'By',
      cell: (row) => (
        <WithNote
          note={row.allowedBy === null ? 'no second person' : `allowed by ${row.allowedBy}`}
        >
          {row.by ?? 'nobody by name'}
        </WithNote>
      ),
    },
    {
      key: 'reason',
      header: 'Why',
      card: 'wide',
      cell: (row) => <div style={{ maxWidth: '44ch' }}>{row.reason}</div>,
    },
    {
      key: 'more',
      header: '',
      cell: (row) => (
        <Group gap="xs">
          {row.saleId !== null && (
            <SaleLink saleId={row.saleId} label={`Sale of ${row.about}`}>
              Sale
            </SaleLink>
          )}
          {(row.grantId ?? row.saleId) !== null && (
            <WayLink of={row.grantId ?? row.saleId ?? ''} label={`${row.what} of ${row.about}`} />
          )}
          {row.approvalId !== null && (
            <Link to="/approvals/$approvalId" params={{ approvalId: row.approvalId }}>
              Approval
            </Link>
          )}
        </Group>
      ),
    },
  ];
}

function usePeople(): Column<AuditPerson>[] {
  const currency = useCurrency();
  return [
    { key: 'name', header: 'Name', card: 'title', cell: (row) => row.name },
    {
      key: 'role',
      header: 'Role',
      cell: (row) => (roleLabels as Readonly<Record<string, string>>)[row.role] ?? row.role,
    },
    { key: 'since', header: 'Since', cell: (row) => <Instant at={row.since} withAge={false} /> },
    { key: 'asked', header: 'Asked for', end: true, cell: (row) => row.asked },
    { key: 'approved', header: 'Approved', end: true, cell: (row) => row.approved },
    {
      key: 'alone',
      header: 'Alone',
      end: true,
      cell: (row) => (
        <WithNote note={countText(row.aloneTimes, 'time')}>
          {moneyText(row.aloneMinor, currency)}
        </WithNote>
      ),
    },
    {
      key: 'seen',
      header: 'Last in the audit log',
      cell: (row) => row.lastSeen !== null && <Instant at={row.lastSeen} />,
    },
  ];
}
