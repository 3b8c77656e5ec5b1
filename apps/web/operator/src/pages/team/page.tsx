// Team: who works for the utility, how they sign in and when they last did. An administrator ends
// sessions, and sign-ins of those who leave; two invite somebody and change a role.

import { Stack, Text } from '@mantine/core';
import type { TeamRow } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { endOperator, endSessionsOf, sessionsQuery, teamKey, teamQuery } from '../../api/team.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyNotAdministrator } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { roleLabels } from '../../text/labels.ts';
import { WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { sessionColumns } from '../../ui/session-columns.tsx';
import { ActionButton, Instant, PageHeading, StateBadge } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { wholeQuery } from '../../ui/whole-list.ts';
import { AgainForm, InviteForm, RoleForm } from './forms.tsx';
import { Invitations } from './invitations.tsx';
import { teamLabel } from './labels.ts';

type Open = { readonly what: 'sessions' | 'role' | 'again' | 'end'; readonly person: TeamRow };

export default function TeamPage() {
  const notAdministrator = useWhyNotAdministrator();
  const [inviting, setInviting] = useState(false);
  return (
    <Stack gap="md">
      <PageHeading
        title="Team"
        aside={
          <ActionButton why={notAdministrator} variant="filled" onClick={() => setInviting(true)}>
            Invite somebody
          </ActionButton>
        }
      />
      <Dialog opened={inviting} onClose={() => setInviting(false)} title="Invite somebody">
        <InviteForm onClose={() => setInviting(false)} />
      </Dialog>
      {notAdministrator === null ? <Team /> : <Text>{notAdministrator}.</Text>}
    </Stack>
  );
}

function Team() {
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <Text c="dimmed" size="sm" maw="75ch">
        Everybody who signs in to this console. Inviting somebody and changing a role take a second
        administrator; one is enough to end a sign-in. Everyone turns on their own second factor
        under “Your account”.
      </Text>
      <DataTable
        label="Team"
        noun="sign-in"
        columns={columnsOf(setOpen)}
        rowKey={(row) => row.operatorId}
        query={wholeQuery(useQuery(teamQuery))}
        empty="Nobody yet."
      />
      <Invitations />
      <Dialog
        opened={open?.what === 'role'}
        onClose={close}
        title={`Another role for ${open?.person.name}`}
      >
        {open !== null && <RoleForm person={open.person} onClose={close} />}
      </Dialog>
      <Dialog
        opened={open?.what === 'again'}
        onClose={close}
        title={`New password for ${open?.person.name}`}
      >
        {open !== null && <AgainForm person={open.person} onClose={close} />}
      </Dialog>
      <Dialog
        opened={open?.what === 'sessions'}
        onClose={close}
        title={`Sessions of ${open?.person.name}`}
      >
        {open !== null && <Sessions person={open.person} />}
      </Dialog>
      <Dialog
        opened={open?.what === 'end'}
        onClose={close}
        title={`End the sign-in of ${open?.person.name}`}
      >
        {open !== null && <EndForm person={open.person} onClose={close} />}
      </Dialog>
    </>
  );
}

function Sessions({ person }: { readonly person: TeamRow }) {
  const query = useQuery(sessionsQuery(person.operatorId));
  const ending = useAction({
    run: (sessionId: string | null) => endSessionsOf(person.operatorId, sessionId),
    stale: [teamKey],
  });
  return (
    <Stack gap="md">
      {ending.error !== null && <FailureNote failure={ending.error} />}
      <DataTable
        label={`Sessions of ${person.name}`}
        noun="session"
        columns={sessionColumns(ending.mutate)}
        rowKey={(row) => row.sessionId}
        query={wholeQuery(query)}
        empty="Signed in nowhere."
      />
      {(query.data?.rows.length ?? 0) > 1 && !person.isMe && (
        <div>
          <ActionButton why={null} onClick={() => ending.mutate(null)}>
            End all sessions
          </ActionButton>
        </div>
      )}
    </Stack>
  );
}

function EndForm({ person, onClose }: { readonly person: TeamRow; readonly onClose: () => void }) {
  const reason = useEntry('', (text) => readText(text, 3, 200));
  const action = useAction({
    run: (why: string) => endOperator(person.operatorId, why),
    stale: [teamKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="End sign-in"
      danger
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (reason.read.ok) action.mutate(reason.read.value);
      }}
    >
      <Text size="sm">
        {person.email} signs in no more, and all sessions end now. The name stays in all records.
        “New password” opens it again, with a second administrator.
      </Text>
      <EntryField entry={reason} label="Reason" long focus />
    </DialogForm>
  );
}

const columnsOf = (open: (what: Open) => void): Column<TeamRow>[] => [
  {
    key: 'name',
    header: 'Name',
    card: 'title',
    cell: (row) => (
      <WithNote note={row.email}>
        {row.name}
        {row.isMe && ' (you)'}
      </WithNote>
    ),
  },
  { key: 'role', header: 'Role', cell: (row) => roleLabels[row.role] },
  { key: 'state', header: 'Sign-in', cell: (row) => <StateBadge label={teamLabel(row)} /> },
  {
    key: 'factor',
    header: 'Second factor',
    cell: (row) => (row.secondFactor ? 'On' : 'Off'),
  },
  {
    key: 'last',
    header: 'Last sign-in',
    cell: (row) =>
      row.lastSignIn === null ? (
        'Never'
      ) : (
        <WithNote note={row.lastSignIn.address ?? ''}>
          <Instant at={row.lastSignIn.at} />
        </WithNote>
      ),
  },
  {
    key: 'act',
    header: '',
    card: 'wide',
    cell: (row) => (
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: '0.5rem' }}>
        <ActionButton
          size="compact-sm"
          why={row.sessions === 0 ? 'Signed in nowhere now' : null}
          label={`Sessions of ${row.name}`}
          onClick={() => open({ what: 'sessions', person: row })}
        >
          Sessions ({row.sessions})
        </ActionButton>
        <ActionButton
          size="compact-sm"
          why={whyNotRole(row)}
          label={`Change the role of ${row.name}`}
          onClick={() => open({ what: 'role', person: row })}
        >
          Change role
        </ActionButton>
        <ActionButton
          size="compact-sm"
          why={whyNotAgain(row)}
          label={`New password for ${row.name}`}
          onClick={() => open({ what: 'again', person: row })}
        >
          New password
        </ActionButton>
        <ActionButton
          size="compact-sm"
          why={whyNotEnd(row)}
          label={`End sign-in of ${row.name}`}
          onClick={() => open({ what: 'end', person: row })}
        >
          End sign-in
        </ActionButton>
      </div>
    ),
  },
];

function whyNotEnd(row: TeamRow): string | null {
  if (row.isMe) return 'Another administrator ends your sign-in';
  return row.opens ? null : 'It has ended already';
}

const whyNotRole = (row: TeamRow): string | null =>
  row.role === 'auditor' ? 'An auditor stays one, and the sign-in ends by itself' : null;

function whyNotAgain(row: TeamRow): string | null {
  if (row.isMe) return 'You change your own under “Your account”';
  return row.role === 'auditor' && !row.opens
    ? 'An auditor’s sign-in that is over stays over'
    : null;
}
