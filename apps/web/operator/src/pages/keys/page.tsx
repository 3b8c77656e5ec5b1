// Vending keys: which are loaded and until when, and the loading of one by two custodians and a
// third who allows it.

import { Skeleton, Stack, Text, Title } from '@mantine/core';
import type { KeyLoad, VendingKeyRow } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { keyLoadsQuery, vendingKeysQuery } from '../../api/keys.ts';
import { useSession, useWhyNotAdministrator } from '../../shell/session.tsx';
import { WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ActionButton, Instant, PageHeading, StateBadge } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { CloseLoadDialog, ComponentDialog, OpenLoadDialog } from './dialogs.tsx';
import { keyTypeNames, loadLabels, useLabels } from './labels.ts';

export default function KeysPage() {
  const keys = useQuery(vendingKeysQuery);
  const loads = useQuery(keyLoadsQuery);
  const notAdministrator = useWhyNotAdministrator();
  const [opening, setOpening] = useState(false);
  const failure = keys.error ?? loads.error;
  return (
    <Stack gap="lg">
      <PageHeading
        title="Vending keys"
        aside={
          <ActionButton why={notAdministrator} onClick={() => setOpening(true)}>
            Load a key
          </ActionButton>
        }
      />
      <Text c="dimmed" size="sm" maw="75ch">
        Tokens are made under these. A key comes in as two components, each typed by another
        custodian on a sign-in of their own; a third administrator allows it. No key and no
        component is ever shown.
      </Text>
      {failure !== null && <FailureNote failure={failure} onRetry={() => void keys.refetch()} />}
      {keys.data === undefined && keys.error === null && (
        <Skeleton height={160} aria-label="Loading" />
      )}
      {keys.data !== undefined && (
        <DataTable
          label="Vending keys"
          noun="key"
          columns={keyColumns}
          rowKey={(row) => row.keyId}
          query={wholeList(keys.data.rows)}
          empty="No key is loaded, so no token can be made."
        />
      )}
      {loads.data !== undefined && <Loads rows={loads.data.rows} />}
      <OpenLoadDialog opened={opening} onClose={() => setOpening(false)} />
    </Stack>
  );
}

const keyColumns: readonly Column<VendingKeyRow>[] = [
  {
    key: 'group',
    header: 'Supply group',
    card: 'title',
    cell: (row) => `${row.supplyGroupCode}, revision ${row.keyRevision}`,
  },
  { key: 'type', header: 'Type', cell: (row) => keyTypeNames[String(row.keyType)] ?? row.keyType },
  {
    key: 'use',
    header: 'State',
    cell: (row) => (
      <WithNote
        note={
          <>
            until <Instant at={row.expiresAt} withAge={false} />
          </>
        }
      >
        <StateBadge label={useLabels[row.use]} />
      </WithNote>
    ),
  },
  { key: 'meters', header: 'Meters', end: true, cell: (row) => row.meters },
  { key: 'base', header: 'Base date', cell: (row) => baseYear(row.baseDate) },
  { key: 'dkga', header: 'Derivation', cell: (row) => row.dkga.toUpperCase() },
  { key: 'check', header: 'Check value', cell: (row) => row.checkValue ?? 'not known' },
  { key: 'at', header: 'Loaded', cell: (row) => <Instant at={row.loadedAt} withAge={false} /> },
];

/** 93 -> 1993, 14 -> 2014, 35 -> 2035 (IEC 62055-41, base dates). */
const baseYear = (baseDate: number): number => (baseDate === 93 ? 1993 : 2000 + baseDate);

const loadColumns: readonly Column<KeyLoad>[] = [
  {
    key: 'group',
    header: 'Supply group',
    card: 'title',
    cell: (row) => (
      <>
        {row.supplyGroupCode}, revision {row.keyRevision}
        <Text size="xs" c="dimmed" maw="40ch">
          {row.reason}
        </Text>
      </>
    ),
  },
  {
    key: 'opened',
    header: 'Opened',
    cell: (row) => (
      <WithNote note={`by ${row.openedBy}`}>
        <Instant at={row.openedAt} withAge={false} />
      </WithNote>
    ),
  },
  {
    key: 'components',
    header: 'Components',
    card: 'wide',
    cell: (row) =>
      row.components.length === 0
        ? 'none yet'
        : row.components.map((each) => (
            <Text size="sm" key={each.at}>
              {each.enteredBy}, check value {each.checkValue}
            </Text>
          )),
  },
  {
    key: 'state',
    header: 'State',
    cell: (row) => (
      <>
        <StateBadge label={loadLabels[row.state]} />
        {row.approvalId !== null && (
          <Text size="xs">
            <Link to="/approvals/$approvalId" params={{ approvalId: row.approvalId }}>
              Open approval
            </Link>
          </Text>
        )}
      </>
    ),
  },
];

function Loads({ rows }: { rows: readonly KeyLoad[] }) {
  const { name } = useSession();
  const notAdministrator = useWhyNotAdministrator();
  const [entering, setEntering] = useState<KeyLoad | null>(null);
  const [closing, setClosing] = useState<KeyLoad | null>(null);
  const buttons: Column<KeyLoad> = {
    key: 'act',
    header: '',
    card: 'wide',
    cell: (row) =>
      row.state === 'collecting' && (
        <span style={{ display: 'inline-flex', gap: 6 }}>
          <ActionButton
            size="compact-sm"
            why={notAdministrator ?? whyNotEnter(row, name)}
            onClick={() => setEntering(row)}
          >
            Enter a component
          </ActionButton>
          <ActionButton size="compact-sm" why={notAdministrator} onClick={() => setClosing(row)}>
            Give up
          </ActionButton>
        </span>
      ),
  };
  const columns = [...loadColumns, buttons];
  return (
    <section>
      <Title order={2} mb="xs">
        Loadings
      </Title>
      <DataTable
        label="Loadings"
        noun="loading"
        columns={columns}
        rowKey={(row) => row.loadId}
        query={wholeList(rows)}
        empty="No key has been loaded by custodians yet."
      />
      <ComponentDialog load={entering} onClose={() => setEntering(null)} />
      <CloseLoadDialog load={closing} onClose={() => setClosing(null)} />
    </section>
  );
}

/** The server decides by sign-in; this says so before a letter is opened. */
function whyNotEnter(load: KeyLoad, name: string): string | null {
  const mine = load.components.some((each) => each.enteredBy === name);
  if (mine) return 'You entered one; another custodian enters the other';
  if (load.mayEnter.includes(name)) return null;
  return load.mayEnter.length === 0
    ? 'Nobody would be left to approve: add an administrator, or give it up'
    : `Nobody would be left to approve: let ${load.mayEnter.join(' or ')} enter it`;
}
