// Free credit for many meters: a list asks for one approval; and what tariffs gave by themselves
// each month.

import { Progress, Stack, Text, Title } from '@mantine/core';
import type { FreeUnitRuns, GrantBatch } from '@prewatt/api';
import { countText, ok } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { askGrants, batchesQuery, freeCreditKey, freeUnitsQuery } from '../../api/free-credit.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { kwhText, sumOf } from '../../text/numbers.ts';
import { monthText } from '../../text/time.ts';
import { type Column, DataTable, rowLink } from '../../ui/data-table.tsx';
import { FileField } from '../../ui/file-field.tsx';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Instant, PageHeading, StateBadge } from '../../ui/show.tsx';
import { wholeQuery } from '../../ui/whole-list.ts';
import { batchLabels, batchNames, type CreditLine, percentOf, readCreditLines } from './labels.ts';

export default function FreeCreditPage() {
  const lists = useQuery(batchesQuery);
  const months = useQuery(freeUnitsQuery);
  const readOnly = useWhyReadOnly();
  const [asking, setAsking] = useState(false);
  return (
    <Stack gap="md">
      <PageHeading
        title="Free credit"
        aside={
          <ActionButton why={readOnly} onClick={() => setAsking(true)}>
            Give free credit
          </ActionButton>
        }
      />
      <Text c="dimmed" size="sm" maw="75ch">
        Energy that nobody paid for, to one meter or a list. A second person approves the whole
        list; then each meter gets a token of its own.
      </Text>
      <DataTable
        label="Lists"
        noun="list"
        linked
        columns={listColumns}
        rowKey={(row) => row.batchId}
        query={wholeQuery(lists)}
        empty="No free credit has been asked for."
      />
      <Title order={2}>Free units of the months</Title>
      <DataTable
        label="Free units of the months"
        noun="month"
        columns={monthColumns}
        rowKey={(row) => row.month}
        query={wholeQuery(months)}
        empty="No tariff has given free units yet."
      />
      <Dialog opened={asking} onClose={() => setAsking(false)} title="Give free credit">
        <AskForm onClose={() => setAsking(false)} />
      </Dialog>
    </Stack>
  );
}

const listColumns: readonly Column<GrantBatch>[] = [
  {
    key: 'reason',
    header: 'Why',
    card: 'title',
    cell: (row) => (
      <Link to="/free-credit/$batchId" params={{ batchId: row.batchId }} className={rowLink}>
        {row.reason}
      </Link>
    ),
  },
  { key: 'kind', header: 'What', cell: (row) => batchNames[row.kind] },
  { key: 'state', header: 'State', cell: (row) => <StateBadge label={batchLabels[row.state]} /> },
  { key: 'energy', header: 'Energy', end: true, cell: (row) => kwhText(row.energyTotalWh) },
  {
    key: 'done',
    header: 'Meters',
    card: 'wide',
    cell: (row) => (
      <>
        {row.rows.issued} of {countText(row.rows.total, 'meter')}
        {row.rows.refused > 0 && `, ${row.rows.refused} refused`}
        <Progress value={percentOf(row)} aria-label={`Progress: ${row.reason}`} mt={4} />
      </>
    ),
  },
  {
    key: 'at',
    header: 'Asked',
    cell: (row) => (
      <>
        <Instant at={row.createdAt} withAge={false} />
        <Text size="xs" c="dimmed">
          by {row.requestedBy}
        </Text>
      </>
    ),
  },
];

const monthColumns: readonly Column<FreeUnitRuns['rows'][number]>[] = [
  { key: 'month', header: 'Month', card: 'title', cell: (row) => monthText(row.month) },
  {
    key: 'state',
    header: 'State',
    cell: (row) => (
      <StateBadge
        label={
          row.state === 'done'
            ? { text: 'Done', tone: 'good' }
            : { text: 'Tokens are made', tone: 'busy' }
        }
      />
    ),
  },
  { key: 'issued', header: 'Given', end: true, cell: (row) => row.issued },
  { key: 'inMeter', header: 'By the meter itself', end: true, cell: (row) => row.inMeter },
  { key: 'refused', header: 'Refused', end: true, cell: (row) => row.refused },
  { key: 'seen', header: 'Looked at', end: true, cell: (row) => row.seen },
  {
    key: 'begun',
    header: 'Begun',
    cell: (row) => <Instant at={row.startedAt} withAge={false} />,
  },
];

function AskForm({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const list = useEntry('', readCreditLines);
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const [file, setFile] = useState<File | null>(null);
  const action = useAction({
    run: (asked: { rows: readonly CreditLine[]; reason: string }, requestId) =>
      askGrants({ kind: 'freeCredit', requestId, reason: asked.reason, rows: [...asked.rows] }),
    stale: [freeCreditKey, ['approvals']],
    onDone: ({ batchId }) => void navigate({ to: '/free-credit/$batchId', params: { batchId } }),
  });
  const choose = (chosen: File | null) => {
    setFile(chosen);
    if (chosen !== null) void chosen.text().then(list.setText);
  };
  const rows = list.read.ok ? list.read : ok([]);
  return (
    <DialogForm
      submit="Ask for approval"
      action={action}
      entries={[list, reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (!list.read.ok || !reason.read.ok) return;
        action.mutate({ rows: list.read.value, reason: reason.read.value });
      }}
    >
      <EntryField
        entry={list}
        label="Meters"
        note="A line for each: meter number; kWh. Steps of 0.1 kWh."
        long
        focus
      />
      <FileField label="Or a CSV file" note="Its lines appear above" file={file} onFile={choose} />
      {rows.value.length > 0 && (
        <Text size="sm">
          {countText(rows.value.length, 'meter')},{' '}
          {kwhText(sumOf(rows.value.map((row) => row.energyWh)))} in all
        </Text>
      )}
      <EntryField entry={reason} label="Why" note="The second person reads it" long />
    </DialogForm>
  );
}
