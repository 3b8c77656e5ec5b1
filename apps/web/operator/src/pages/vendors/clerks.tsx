// The clerks of a vendor, who sign in on its phones by a PIN. A PIN is shown once; its clerk
// chooses another one when they first sign in.

import { Button, Group, Stack, Text } from '@mantine/core';
import type { VendorDetail } from '@prewatt/api';
import { useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { addClerk, giveClerkPin, removeClerk, vendorsKey } from '../../api/vendors.ts';
import { useWhyNotAdministrator } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { ActionButton, Instant, StateBadge } from '../../ui/show.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { clerkLabel } from './labels.ts';

type Clerk = VendorDetail['clerks'][number];
type Doing =
  | { readonly what: 'add' }
  | { readonly what: 'pin' | 'remove'; readonly clerk: Clerk }
  | null;

export function ClerkList({ vendor }: { vendor: VendorDetail }) {
  const notAdministrator = useWhyNotAdministrator();
  const [doing, setDoing] = useState<Doing>(null);
  const close = () => setDoing(null);
  const { vendorId } = vendor;
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed" maw="60ch">
          Clerks sign in on the shop’s phones by a PIN. Each shift, and so each sale, is of the
          clerk who opened it.
        </Text>
        <ActionButton why={notAdministrator} onClick={() => setDoing({ what: 'add' })}>
          Add clerk
        </ActionButton>
      </Group>
      <DataTable
        label="Clerks"
        noun="clerk"
        columns={columnsOf({ notAdministrator, onDo: setDoing })}
        rowKey={(row) => row.clerkId}
        query={wholeList(vendor.clerks)}
        empty="No clerk yet: nobody can sign in on a phone of this shop."
      />
      <Dialog opened={doing?.what === 'add'} onClose={close} title="Add a clerk" guarded>
        <AddForm vendorId={vendorId} onClose={close} />
      </Dialog>
      <Dialog opened={doing?.what === 'pin'} onClose={close} title="New PIN" guarded>
        {doing?.what === 'pin' && (
          <PinForm vendorId={vendorId} clerk={doing.clerk} onClose={close} />
        )}
      </Dialog>
      <Dialog opened={doing?.what === 'remove'} onClose={close} title="Remove a clerk">
        {doing?.what === 'remove' && (
          <RemoveForm vendorId={vendorId} clerk={doing.clerk} onClose={close} />
        )}
      </Dialog>
    </Stack>
  );
}

type Acting = {
  readonly notAdministrator: string | null;
  readonly onDo: (doing: Doing) => void;
};

const columnsOf = ({ notAdministrator, onDo }: Acting): Column<Clerk>[] => [
  { key: 'name', header: 'Name', card: 'title', cell: (row) => row.name },
  { key: 'added', header: 'Added', cell: (row) => <Instant at={row.createdAt} /> },
  { key: 'state', header: 'State', cell: (row) => <StateBadge label={clerkLabel(row)} /> },
  {
    key: 'action',
    header: '',
    card: 'wide',
    cell: (clerk) => (
      <Group gap="xs">
        <ActionButton
          size="compact-sm"
          why={notAdministrator}
          label={`New PIN for ${clerk.name}`}
          onClick={() => onDo({ what: 'pin', clerk })}
        >
          New PIN
        </ActionButton>
        <ActionButton
          size="compact-sm"
          why={notAdministrator}
          label={`Remove ${clerk.name}`}
          onClick={() => onDo({ what: 'remove', clerk })}
        >
          Remove
        </ActionButton>
      </Group>
    ),
  },
];

function PinOnce({ pin, name, onClose }: { pin: string; name: string; onClose: () => void }) {
  return (
    <Stack gap="md">
      <Text size="sm">
        Give this PIN to {name} alone. It is not stored here and cannot be shown again. When they
        first sign in, they choose another one.
      </Text>
      <SecretOnce label="PIN" secret={pin} />
      <Group justify="flex-end">
        <Button onClick={onClose}>I gave it to the clerk</Button>
      </Group>
    </Stack>
  );
}

function AddForm({ vendorId, onClose }: { vendorId: string; onClose: () => void }) {
  const name = useEntry('', (text) => readText(text, 1, 60));
  const action = useAction({
    run: (words: string) => addClerk(vendorId, words),
    stale: [vendorsKey],
  });
  if (action.data !== undefined) return <PinOnce {...action.data} onClose={onClose} />;
  return (
    <DialogForm
      submit="Add"
      action={action}
      entries={[name]}
      onCancel={onClose}
      onSubmit={() => {
        if (name.read.ok) action.mutate(name.read.value);
      }}
    >
      <EntryField entry={name} label="Name" note="As colleagues call them" focus />
    </DialogForm>
  );
}

type ClerkForm = {
  readonly vendorId: string;
  readonly clerk: Clerk;
  readonly onClose: () => void;
};

function PinForm({ vendorId, clerk, onClose }: ClerkForm) {
  const action = useAction({
    run: () => giveClerkPin(vendorId, clerk.clerkId),
    stale: [vendorsKey],
  });
  if (action.data !== undefined) return <PinOnce {...action.data} onClose={onClose} />;
  return (
    <DialogForm
      submit="Make a new PIN"
      action={action}
      onCancel={onClose}
      onSubmit={() => action.mutate()}
    >
      <Text size="sm">
        {clerk.name} is signed out at once, and the old PIN opens nothing any more. An open shift
        stays open.
      </Text>
    </DialogForm>
  );
}

function RemoveForm({ vendorId, clerk, onClose }: ClerkForm) {
  const action = useAction({
    run: () => removeClerk(vendorId, clerk.clerkId),
    stale: [vendorsKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Remove"
      danger
      action={action}
      onCancel={onClose}
      onSubmit={() => action.mutate()}
    >
      <Text size="sm">
        {clerk.name} is signed out at once and can sign in no more. Whoever signs in next may close
        an open shift.
      </Text>
    </DialogForm>
  );
}
