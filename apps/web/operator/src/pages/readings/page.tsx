// Readings that somebody should look at: what validation found, by kind, and what was decided.
// Each is decided on with the readings around it in view; those that change no energy may be
// accepted together.

import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { acceptedTogether, type FindingKindJson, type ReadingFindingRow } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { acceptTogether, findingsKey, findingsQuery } from '../../api/readings.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { findingKinds, readingsSearch } from '../../state/search.ts';
import { readText } from '../../text/entries.ts';
import { Choices } from '../../ui/choices.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import {
  ActionButton,
  Age,
  Instant,
  MeterNumber,
  PageHeading,
  StateBadge,
} from '../../ui/show.tsx';
import { detailText, findingMeaning, findingNames, stateLabels } from './labels.ts';
import { LookAtReading } from './look.tsx';

export const keyOf = (row: ReadingFindingRow): string =>
  `${row.meterPan} ${row.readAt} ${row.finding}`;

export default function ReadingsPage() {
  const { show = 'open', finding } = useSearch({ from: '/signed-in/readings' });
  const query = useInfiniteQuery(findingsQuery(show, finding));
  const [looking, setLooking] = useState<ReadingFindingRow | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [accepting, setAccepting] = useState(false);
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? [];
  const picked = rows.filter((row) => chosen.has(keyOf(row)));
  const columns = useColumns({ chosen, onChoose: setChosen, onLook: setLooking });
  return (
    <Stack gap="md">
      <PageHeading title="Readings" />
      <Text c="dimmed" size="sm" maw="75ch">
        Readings that do not agree with those before and after them. They are stored as they came,
        and left out of all sums until somebody decides.
        {finding !== undefined && ` ${findingNames[finding]}: ${findingMeaning[finding]}`}
      </Text>
      <Filters counts={query.data?.pages[0]?.counts} />
      <AcceptBar picked={picked} onAccept={() => setAccepting(true)} />
      <DataTable
        label="Readings to look at"
        noun="reading"
        columns={columns}
        rowKey={keyOf}
        query={query}
        empty={
          show === 'open' ? 'No reading waits for a decision.' : 'Nothing has been decided yet.'
        }
      />
      <LookAtReading row={looking} onClose={() => setLooking(null)} />
      <Dialog opened={accepting} onClose={() => setAccepting(false)} title="Accept together">
        {accepting && (
          <AcceptForm
            rows={picked}
            onClose={() => {
              setAccepting(false);
              setChosen(new Set());
            }}
          />
        )}
      </Dialog>
    </Stack>
  );
}

type Counts = Readonly<Record<FindingKindJson, number>>;

function Filters({ counts }: { counts: Counts | undefined }) {
  const { show = 'open', finding } = useSearch({ from: '/signed-in/readings' });
  const navigate = useNavigate();
  const go = (next: { show?: string | undefined; finding?: string | undefined }) =>
    void navigate({ to: '/readings', search: readingsSearch(next), replace: true });
  const all = counts === undefined ? 0 : Object.values(counts).reduce((sum, n) => sum + n, 0);
  const kinds: { kind: FindingKindJson | undefined; text: string; n: number }[] = [
    { kind: undefined, text: 'All', n: all },
    ...findingKinds.map((kind) => ({ kind, text: findingNames[kind], n: counts?.[kind] ?? 0 })),
  ];
  return (
    <Group gap="md">
      <Choices
        label="Show"
        of={['open', 'decided'] as const}
        chosen={show}
        text={(each) => (each === 'open' ? 'Open' : 'Decided')}
        onChoose={(each) => go({ show: each, finding })}
      />
      <Group gap={6} role="group" aria-label="Kind">
        {kinds.map(({ kind, text, n }) => (
          <Button
            key={text}
            size="compact-sm"
            variant={kind === finding ? 'filled' : 'default'}
            aria-pressed={kind === finding}
            onClick={() => go({ show, finding: kind })}
          >
            {show === 'open' && counts !== undefined ? `${text} ${n}` : text}
          </Button>
        ))}
      </Group>
    </Group>
  );
}

const together: readonly string[] = acceptedTogether;
const mayTogether = (row: ReadingFindingRow) =>
  row.state === 'found' && together.includes(row.finding);

const factColumns: readonly Column<ReadingFindingRow>[] = [
  {
    key: 'home',
    header: 'Home',
    card: 'title',
    cell: (row) => (
      <>
        <Link to="/connections/$connectionId" params={{ connectionId: row.connectionId }}>
          {row.name}
        </Link>
        <div>
          <MeterNumber meterPan={row.meterPan} />
          {row.retired && (
            <Text span size="xs" c="dimmed">
              {' '}
              taken away
            </Text>
          )}
        </div>
      </>
    ),
  },
  { key: 'at', header: 'Reading of', cell: (row) => <Instant at={row.readAt} withAge={false} /> },
  {
    key: 'what',
    header: 'What was found',
    card: 'wide',
    cell: (row) => (
      <div style={{ maxWidth: '44ch' }}>
        <Text size="sm" fw={550}>
          {findingNames[row.finding]}
        </Text>
        <Text size="xs" c="dimmed">
          {detailText(row.finding, row.detail)}
        </Text>
      </div>
    ),
  },
  { key: 'found', header: 'Found', cell: (row) => <Age at={row.foundAt} /> },
  {
    key: 'state',
    header: 'State',
    card: 'wide',
    cell: (row) => (
      <>
        <StateBadge label={stateLabels[row.state]} />
        {row.reason !== null && (
          <Text size="xs" maw="30ch">
            {row.reason} <span>({row.decidedBy})</span>
          </Text>
        )}
      </>
    ),
  },
];

type ColumnDeps = {
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
  readonly onLook: (row: ReadingFindingRow) => void;
};

function useColumns({ chosen, onChoose, onLook }: ColumnDeps): Column<ReadingFindingRow>[] {
  const readOnly = useWhyReadOnly();
  const toggle = (row: ReadingFindingRow, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(keyOf(row));
    else next.delete(keyOf(row));
    onChoose(next);
  };
  const choice: Column<ReadingFindingRow> = {
    key: 'choose',
    header: '',
    cell: (row) =>
      mayTogether(row) && (
        <Checkbox
          aria-label={`Choose: ${findingNames[row.finding]} of ${row.name}`}
          checked={chosen.has(keyOf(row))}
          onChange={({ currentTarget }) => toggle(row, currentTarget.checked)}
        />
      ),
  };
  return [
    ...(readOnly === null ? [choice] : []),
    ...factColumns,
    {
      key: 'act',
      header: '',
      card: 'wide',
      cell: (row) => (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Look at: ${findingNames[row.finding]} of ${row.name}`}
          onClick={() => onLook(row)}
        >
          Look
        </Button>
      ),
    },
  ];
}

type AcceptBarProps = {
  readonly picked: readonly ReadingFindingRow[];
  readonly onAccept: () => void;
};

function AcceptBar({ picked, onAccept }: AcceptBarProps) {
  const readOnly = useWhyReadOnly();
  if (picked.length === 0) return null;
  return (
    <Group gap="sm" role="status">
      <Text size="sm">{countText(picked.length, 'reading')} chosen</Text>
      <ActionButton size="compact-sm" why={readOnly} onClick={onAccept}>
        Accept together
      </ActionButton>
    </Group>
  );
}

type AcceptFormProps = {
  readonly rows: readonly ReadingFindingRow[];
  readonly onClose: () => void;
};

function AcceptForm({ rows, onClose }: AcceptFormProps) {
  const reason = useEntry('', (text) => readText(text, 5, 500));
  const action = useAction({
    run: (words: string) => acceptTogether(rows.slice(0, 100), words),
    stale: [findingsKey],
    onDone: (done) => {
      if (done.refused.length === 0) onClose();
    },
  });
  const refused = action.data?.refused ?? [];
  return (
    <DialogForm
      submit={`Accept ${countText(Math.min(rows.length, 100), 'reading')}`}
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (reason.read.ok) action.mutate(reason.read.value);
      }}
    >
      <Text size="sm">
        Gaps, second values and readings dated ahead: accepting them changes no register. Spikes,
        resets and values that run backwards are decided one by one.
      </Text>
      {rows.length > 100 && <Text size="sm">The first hundred are accepted; then go on.</Text>}
      {refused.map((each) => (
        <Text size="sm" c="red" key={`${each.meterPan} ${each.readAt}`}>
          {each.meterPan}: {each.why}
        </Text>
      ))}
      <EntryField entry={reason} label="Why" note="Kept with your name" long focus />
    </DialogForm>
  );
}
