// Invitations of the last weeks: who was invited, what became of it, and the half that is one's
// own.

import { Stack, Text, Title } from '@mantine/core';
import type { InvitationRow } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { invitationsKey, invitationsQuery, withdrawInvitation } from '../../api/team.ts';
import { useAction } from '../../api/use-action.ts';
import { roleLabels } from '../../text/labels.ts';
import { WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog, DialogForm } from '../../ui/form.tsx';
import { ActionButton, Instant, StateBadge } from '../../ui/show.tsx';
import { wholeQuery } from '../../ui/whole-list.ts';
import { Halves } from './halves.tsx';
import { invitationLabels } from './labels.ts';

type Open = { readonly what: 'half' | 'withdraw'; readonly of: InvitationRow };

export function Invitations() {
  const query = useQuery(invitationsQuery);
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  if (query.data?.rows.length === 0) return null;
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        Invitations
      </Title>
      <DataTable
        label="Invitations"
        noun="invitation"
        columns={columnsOf(setOpen)}
        rowKey={(row) => row.invitationId}
        query={wholeQuery(query)}
        empty="Nobody was invited in the last 30 days."
      />
      <Dialog
        opened={open?.what === 'half'}
        onClose={close}
        title={`Invitation of ${open?.of.name}`}
        guarded
      >
        {open !== null && (
          <Stack gap="md">
            <Halves of={open.of} />
            <div>
              <ActionButton why={null} onClick={close}>
                Close
              </ActionButton>
            </div>
          </Stack>
        )}
      </Dialog>
      <Dialog
        opened={open?.what === 'withdraw'}
        onClose={close}
        title={`Withdraw the invitation of ${open?.of.name}`}
      >
        {open !== null && <WithdrawForm of={open.of} onClose={close} />}
      </Dialog>
    </Stack>
  );
}

function WithdrawForm(props: { readonly of: InvitationRow; readonly onClose: () => void }) {
  const { of, onClose } = props;
  const action = useAction({
    run: () => withdrawInvitation(of.invitationId),
    stale: [invitationsKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Withdraw"
      danger
      action={action}
      onCancel={onClose}
      onSubmit={() => action.mutate()}
    >
      <Text size="sm">The link opens nothing any more. To invite them again takes two people.</Text>
    </DialogForm>
  );
}

const halfOf = (row: InvitationRow): string => {
  if (row.link !== null) return 'Show link';
  return row.code !== null ? 'Show code' : 'Who has what';
};

const columnsOf = (open: (what: Open) => void): Column<InvitationRow>[] => [
  {
    key: 'name',
    header: 'Name',
    card: 'title',
    cell: (row) => <WithNote note={row.email}>{row.name}</WithNote>,
  },
  {
    key: 'role',
    header: 'For',
    cell: (row) => (row.isAgain ? 'New password' : roleLabels[row.role]),
  },
  {
    key: 'state',
    header: 'State',
    cell: (row) => <StateBadge label={invitationLabels[row.state]} />,
  },
  {
    key: 'people',
    header: 'Asked for',
    cell: (row) => <WithNote note={`allowed by ${row.approvedBy}`}>{row.requestedBy}</WithNote>,
  },
  {
    key: 'until',
    header: 'Open until',
    cell: (row) => <Instant at={row.expiresAt} withAge={false} real />,
  },
  {
    key: 'act',
    header: '',
    card: 'wide',
    cell: (row) =>
      row.state === 'open' && (
        <div style={{ display: 'flex', flexWrap: 'wrap', gap: '0.5rem' }}>
          <ActionButton
            size="compact-sm"
            why={null}
            label={`${halfOf(row)}: ${row.name}`}
            onClick={() => open({ what: 'half', of: row })}
          >
            {halfOf(row)}
          </ActionButton>
          <ActionButton
            size="compact-sm"
            why={null}
            label={`Withdraw the invitation of ${row.name}`}
            onClick={() => open({ what: 'withdraw', of: row })}
          >
            Withdraw
          </ActionButton>
        </div>
      ),
  },
];
