// Where files of others and our payments differ, oldest first, and what somebody has said about
// each.

import { NativeSelect, Stack, Text } from '@mantine/core';
import { type DifferenceRow, differenceStates } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { differencesQuery, noteDifference, reconciliationKey } from '../../api/reconciliation.ts';
import { useAction } from '../../api/use-action.ts';
import { useCurrency, useWhyReadOnly } from '../../shell/session.tsx';
import type { DifferenceFilter } from '../../state/search.ts';
import { differenceFilters } from '../../state/search.ts';
import { readText } from '../../text/entries.ts';
import { sentence } from '../../text/labels.ts';
import { moneyText, unknown } from '../../text/numbers.ts';
import { shortDay } from '../../text/time.ts';
import { Choices } from '../../ui/choices.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Age, StateBadge } from '../../ui/show.tsx';
import { ageLabel, stateLabels, whatLabels } from './labels.ts';

type DifferencesProps = {
  readonly filter: DifferenceFilter;
  readonly onFilter: (filter: DifferenceFilter) => void;
};

export function Differences({ filter, onFilter }: DifferencesProps) {
  const query = useInfiniteQuery(differencesQuery(filter));
  const [noting, setNoting] = useState<DifferenceRow | null>(null);
  const columns = useColumns(setNoting);
  return (
    <Stack gap="sm">
      <Choices
        label="Show"
        of={differenceFilters}
        chosen={filter}
        text={(each) => sentence(each)}
        onChoose={(each) => onFilter(each)}
      />
      <DataTable
        label="Differences"
        noun="difference"
        columns={columns}
        rowKey={(row) => row.differenceId}
        query={query}
        empty={
          filter === 'open'
            ? 'No difference is open. All that was compared agrees or is explained.'
            : 'None.'
        }
      />
      <Dialog
        opened={noting !== null}
        onClose={() => setNoting(null)}
        title={noting === null ? '' : `Difference of ${noting.reference}`}
      >
        {noting !== null && <NoteForm of={noting} onClose={() => setNoting(null)} />}
      </Dialog>
    </Stack>
  );
}

function useColumns(onNote: (row: DifferenceRow) => void): Column<DifferenceRow>[] {
  const currency = useCurrency();
  const readOnly = useWhyReadOnly();
  const money = (amount: string | null) =>
    amount === null ? unknown : moneyText(amount, currency);
  return [
    {
      key: 'reference',
      header: 'Reference',
      card: 'title',
      cell: (row) => (
        <>
          <span style={{ overflowWrap: 'anywhere' }}>{row.reference}</span>
          <Text size="xs" c="dimmed">
            {row.kind === 'bank' ? 'Bank' : 'Settlement'}, {row.provider}
          </Text>
        </>
      ),
    },
    {
      key: 'age',
      header: 'Since',
      cell: (row) => (
        <>
          {shortDay(row.since)}
          <div>
            <StateBadge label={ageLabel(row.ageDays)} />
          </div>
        </>
      ),
    },
    { key: 'what', header: 'What differs', cell: (row) => whatLabels[row.what] },
    { key: 'ours', header: 'Ours', end: true, cell: (row) => money(row.oursMinor) },
    { key: 'theirs', header: 'Theirs', end: true, cell: (row) => money(row.theirsMinor) },
    {
      key: 'state',
      header: 'What was said',
      card: 'wide',
      cell: (row) => (
        <>
          <StateBadge label={stateLabels[row.state]} />
          {row.notes.map((note) => (
            <Text size="xs" key={`${note.at} ${note.why}`} maw="40ch">
              {note.why}{' '}
              <Text span c="dimmed">
                {note.by ?? 'by a later file'}, <Age at={note.at} />
              </Text>
            </Text>
          ))}
        </>
      ),
    },
    {
      key: 'action',
      header: '',
      card: 'wide',
      cell: (row) => (
        <ActionButton
          size="compact-sm"
          why={readOnly}
          label={`Resolve ${row.reference}`}
          onClick={() => onNote(row)}
        >
          Resolve
        </ActionButton>
      ),
    },
  ];
}

const choices: Record<DifferenceRow['state'], string> = {
  explained: 'Explained, not yet settled',
  closed: 'Closed, nothing left to do',
  open: 'Open, to be looked at again',
};

function NoteForm({ of, onClose }: { of: DifferenceRow; onClose: () => void }) {
  const [state, setState] = useState<DifferenceRow['state']>(
    of.state === 'open' ? 'explained' : 'closed',
  );
  const why = useEntry('', (text) => readText(text, 3, 1000));
  const action = useAction({
    run: (words: string) => noteDifference(of.differenceId, { state, why: words }),
    stale: [reconciliationKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Note it"
      action={action}
      entries={[why]}
      onCancel={onClose}
      onSubmit={() => {
        if (why.read.ok) action.mutate(why.read.value);
      }}
    >
      <Text size="sm" c="dimmed">
        {whatLabels[of.what]}. A note stays with your name; another can follow it at any time.
      </Text>
      <NativeSelect
        label="It is now"
        value={state}
        data={Object.entries(choices).map(([value, label]) => ({ value, label }))}
        onChange={({ currentTarget: { value } }) =>
          setState(differenceStates.find((known) => known === value) ?? state)
        }
      />
      <EntryField entry={why} label="Why" long focus />
    </DialogForm>
  );
}
