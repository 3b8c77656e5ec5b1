// One file that was sent: how far it is, what became of its rows, and each refused row with its
// line, what is wrong and what to write instead.

import { Group, Progress, Stack, Text, Title } from '@mantine/core';
import type { ImportJson, ImportRowJson } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import {
  cancelImport,
  importQuery,
  importsKey,
  isUnderWay,
  refusedRowsQuery,
  resumeImport,
  sendFile,
} from '../../api/imports.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyNotAdministrator } from '../../shell/session.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { sizeText } from '../../ui/file-field.tsx';
import {
  ActionButton,
  BackLink,
  Fact,
  facts,
  Instant,
  PageHeading,
  panel,
  StateBadge,
} from '../../ui/show.tsx';
import { FailureNote, QueryState } from '../../ui/states.tsx';
import { keptFile } from './kept-file.ts';
import { faultText, importLabel, kindLabels, percentDone } from './labels.ts';

export default function ImportPage() {
  const { importId } = useParams({ from: '/signed-in/imports/$importId' });
  const query = useQuery(importQuery(importId));
  return (
    <Stack gap="md">
      <BackLink to="/imports">All files</BackLink>
      {query.data === undefined && <PageHeading title="Import" />}
      <QueryState query={query} height={220} />
      {query.data !== undefined && <ImportBody of={query.data} />}
    </Stack>
  );
}

function ImportBody({ of }: { of: ImportJson }) {
  return (
    <>
      <PageHeading title={of.fileName} aside={<Actions of={of} key={of.importId} />} />
      <Outcome of={of} />
      <section className={panel} aria-label="The file">
        <dl className={facts}>
          <Fact name="Holds">{kindLabels[of.kind].name}</Fact>
          <Fact name="Rows">{of.rows.total}</Fact>
          <Fact name={of.dryRun ? 'Would be new' : 'New'}>{of.rows.created}</Fact>
          <Fact name="There already">{of.rows.unchanged}</Fact>
          <Fact name="Refused">{of.rows.refused}</Fact>
          <Fact name="Waiting">{of.rows.waiting}</Fact>
          <Fact name="Sent" note={`by ${of.requestedBy}`}>
            <Instant at={of.createdAt} withAge={false} />
          </Fact>
          <Fact name="Size">{sizeText(of.sizeBytes)}</Fact>
        </dl>
      </section>
      {of.rows.refused > 0 && (
        <section>
          <Title order={2} mb="xs">
            Refused rows
          </Title>
          <RefusedRows importId={of.importId} refused={of.rows.refused} />
        </section>
      )}
    </>
  );
}

function Outcome({ of }: { of: ImportJson }) {
  if (isUnderWay(of.state)) {
    return (
      <section className={panel} aria-label="Progress">
        <Text size="sm" mb="xs" role="status">
          {of.dryRun ? 'Rehearsing' : 'Importing'}: {of.rows.total - of.rows.waiting} of{' '}
          {countText(of.rows.total, 'row')}
        </Text>
        <Progress value={percentDone(of)} aria-label="Rows done" />
      </section>
    );
  }
  const label = importLabel(of);
  return (
    <Group gap="sm" role="status">
      <StateBadge label={label} />
      <Text size="sm">{outcomeText(of)}</Text>
    </Group>
  );
}

function outcomeText({ state, dryRun, rows }: ImportJson): string {
  if (state === 'awaiting') {
    return 'More money than one person may bring in: it goes on when a second one allows it, under Approvals.';
  }
  if (state === 'cancelled') return 'Stopped. What was written before stays; “Go on” continues.';
  if (rows.refused > 0) {
    return (
      'Correct the refused rows in the file and send it again: ' +
      'rows that are imported already do not change.'
    );
  }
  return dryRun ? 'Rehearsed: nothing was written.' : 'All rows are in.';
}

function Actions({ of }: { of: ImportJson }) {
  const navigate = useNavigate();
  const notAdministrator = useWhyNotAdministrator();
  const { importId, kind } = of;
  const cancel = useAction({ run: () => cancelImport(importId), stale: [importsKey] });
  const resume = useAction({ run: () => resumeImport(importId), stale: [importsKey] });
  const file = keptFile(importId);
  const forReal = useAction({
    run: (chosen: File) => sendFile({ kind, dryRun: false, file: chosen }),
    stale: [importsKey],
    onDone: (sent) =>
      void navigate({ to: '/imports/$importId', params: { importId: sent.importId } }),
  });
  const failure = cancel.error ?? resume.error ?? forReal.error;
  const notKept = file === undefined ? 'Choose the file again on the page before this' : null;
  return (
    <Stack gap="xs">
      <Group gap="xs">
        {isUnderWay(of.state) && (
          <ActionButton
            why={notAdministrator}
            loading={cancel.isPending}
            onClick={() => cancel.mutate()}
          >
            Stop
          </ActionButton>
        )}
        {of.state === 'cancelled' && (
          <ActionButton
            why={notAdministrator}
            loading={resume.isPending}
            onClick={() => resume.mutate()}
          >
            Go on
          </ActionButton>
        )}
        {of.state === 'done' && of.rows.refused > 0 && !of.dryRun && (
          <ActionButton
            why={notAdministrator}
            loading={resume.isPending}
            onClick={() => resume.mutate()}
          >
            Try refused rows again
          </ActionButton>
        )}
        {of.state === 'done' && of.dryRun && (
          <ActionButton
            variant="filled"
            why={notAdministrator ?? notKept}
            loading={forReal.isPending}
            onClick={() => {
              if (file !== undefined) forReal.mutate(file);
            }}
          >
            Import for real
          </ActionButton>
        )}
      </Group>
      {failure !== null && <FailureNote failure={failure} />}
    </Stack>
  );
}

const columns: readonly Column<ImportRowJson>[] = [
  { key: 'line', header: 'Line', card: 'title', cell: (row) => `Line\u00a0${row.line}` },
  {
    key: 'faults',
    header: 'What is wrong',
    card: 'wide',
    cell: (row) =>
      row.faults.map((fault) => (
        <Text size="sm" key={`${fault.column} ${fault.code}`}>
          {faultText(fault)}
        </Text>
      )),
  },
  {
    key: 'advice',
    header: 'What to do',
    card: 'wide',
    cell: (row) =>
      row.faults.map((fault) => (
        <Text size="sm" c="dimmed" key={`${fault.column} ${fault.code}`}>
          {fault.advice}
        </Text>
      )),
  },
];

function RefusedRows({ importId, refused }: { importId: string; refused: number }) {
  // Read anew as the count grows while the import runs.
  const query = useInfiniteQuery({
    ...refusedRowsQuery(importId),
    queryKey: [...refusedRowsQuery(importId).queryKey, String(refused)],
  });
  return (
    <DataTable
      label="Refused rows"
      noun="row"
      columns={columns}
      rowKey={(row) => String(row.line)}
      query={query}
      empty="No row was refused."
    />
  );
}
