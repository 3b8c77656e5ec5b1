// The call list: homes without credit that somebody calls, with the reason, the time and the
// notes.

import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { callsKey, callsQuery, noteCall, type SupplyCall } from '../../api/calls.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { callsSearch } from '../../state/search.ts';
import { readText } from '../../text/entries.ts';
import type { Label } from '../../text/labels.ts';
import { Choices } from '../../ui/choices.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Age, PageHeading, StateBadge } from '../../ui/show.tsx';
import { QueryState } from '../../ui/states.tsx';
import { wholeList } from '../../ui/whole-list.ts';

const because: Record<SupplyCall['because'], string> = {
  medical: 'Somebody depends on a device',
  vulnerable: 'A vulnerable home',
  silence: 'No credit and no use for long',
  noPurchase: 'No link, and no purchase for longer than ever',
  hidden: 'Not shown to your role',
};
const stateLabels: Record<SupplyCall['state'], Label> = {
  new: { text: 'To be called', tone: 'bad' },
  called: { text: 'Called', tone: 'warn' },
  resolved: { text: 'Resolved', tone: 'good' },
};

export default function CallsPage() {
  const { calls: state = 'open' } = useSearch({ from: '/signed-in/calls' });
  const navigate = useNavigate();
  const query = useQuery(callsQuery(state));
  const [noting, setNoting] = useState<Noting | null>(null);
  const columns = useColumns(setNoting);
  return (
    <Stack gap="md">
      <PageHeading title="Call list" />
      <Text c="dimmed" size="sm" maw="75ch">
        Homes without credit that somebody should call. Homes that are never cut are listed at once.
        Others are listed when they have used nothing for many hours, or when the meter has no link
        and what was bought should be used up long ago. A home leaves the list when it is resolved
        or has credit again.
      </Text>
      <Choices
        label="Show"
        of={['open', 'resolved'] as const}
        chosen={state}
        text={(each) => (each === 'open' ? 'To do' : 'Resolved')}
        onChoose={(each) =>
          void navigate({ to: '/calls', search: callsSearch({ calls: each }), replace: true })
        }
      />
      <QueryState query={query} height={160} />
      {query.data !== undefined && (
        <DataTable
          label="Calls"
          noun="home"
          columns={columns}
          rowKey={(row) => row.callId}
          query={wholeList(query.data.rows)}
          empty={state === 'open' ? 'Nobody has to be called.' : 'Nothing was resolved yet.'}
        />
      )}
      <Dialog
        opened={noting !== null}
        onClose={() => setNoting(null)}
        title={noting?.what === 'resolved' ? 'Resolved' : 'Called'}
      >
        {noting !== null && <NoteForm of={noting} onClose={() => setNoting(null)} />}
      </Dialog>
    </Stack>
  );
}

type Noting = { readonly call: SupplyCall; readonly what: 'called' | 'resolved' };

function useColumns(onNote: (noting: Noting) => void): Column<SupplyCall>[] {
  const readOnly = useWhyReadOnly();
  return [
    {
      key: 'home',
      header: 'Home',
      card: 'title',
      cell: (row) => (
        <>
          <Link to="/connections/$connectionId" params={{ connectionId: row.connectionId }}>
            {row.name}
          </Link>
          <Text size="xs">
            {row.phone === null ? 'No phone' : <a href={`tel:${row.phone}`}>{row.phone}</a>}
          </Text>
        </>
      ),
    },
    { key: 'because', header: 'Why', cell: (row) => because[row.because] },
    { key: 'since', header: 'Without credit', cell: (row) => <Age at={row.outSince} /> },
    {
      key: 'state',
      header: 'What was said',
      card: 'wide',
      cell: (row) => (
        <>
          <StateBadge label={stateLabels[row.state]} />
          {row.notes.map((note) => (
            <Text size="xs" key={note.at} maw="40ch">
              {note.note}{' '}
              <Text span c="dimmed">
                {note.by ?? 'by itself'}, <Age at={note.at} />
              </Text>
            </Text>
          ))}
        </>
      ),
    },
    {
      key: 'act',
      header: '',
      card: 'wide',
      cell: (row) =>
        row.state !== 'resolved' && (
          <Group gap={6} wrap="nowrap">
            {(['called', 'resolved'] as const).map((what) => (
              <ActionButton
                key={what}
                size="compact-sm"
                why={readOnly}
                label={`${what === 'called' ? 'Called' : 'Resolved'}: ${row.name}`}
                onClick={() => onNote({ call: row, what })}
              >
                {what === 'called' ? 'Called' : 'Resolved'}
              </ActionButton>
            ))}
          </Group>
        ),
    },
  ];
}

function NoteForm({ of, onClose }: { of: Noting; onClose: () => void }) {
  const note = useEntry('', (text) => readText(text, 1, 500));
  const action = useAction({
    run: (words: string, requestId) => noteCall(of.call, { requestId, what: of.what, note: words }),
    stale: [callsKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Note it"
      action={action}
      entries={[note]}
      onCancel={onClose}
      onSubmit={() => {
        if (note.read.ok) action.mutate(note.read.value);
      }}
    >
      <Text size="sm" c="dimmed">
        {of.call.name}
        {of.what === 'resolved' && '. It leaves the list; a new outage brings it back.'}
      </Text>
      <EntryField entry={note} label="What was said" long focus />
    </DialogForm>
  );
}
