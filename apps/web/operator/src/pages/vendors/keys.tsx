// The keys of a vendor's tills: requested and revoked here. A key is shown once, on the page of
// its approval.

import { Group, Stack, Text } from '@mantine/core';
import type { VendorDetail } from '@prewatt/api';
import { useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { createKey, createPhone, revokeKey, vendorsKey } from '../../api/vendors.ts';
import { useWhyNotAdministrator } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Instant, StateBadge } from '../../ui/show.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { useToApproval } from '../alone-note.tsx';
import { NewTerminalForm } from './terminal-form.tsx';

type Key = VendorDetail['keys'][number];

export function KeyList({ vendor }: { vendor: VendorDetail }) {
  const notAdministrator = useWhyNotAdministrator();
  const [making, setMaking] = useState<'key' | 'phone' | 'terminal' | null>(null);
  const [revoking, setRevoking] = useState<Key | null>(null);
  const columns = columnsOf({ notAdministrator, onRevoke: setRevoking });
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed" maw="60ch">
          Each till signs in with its own key, allowed by a second person and shown once.
        </Text>
        <Group gap="xs">
          <ActionButton why={notAdministrator} onClick={() => setMaking('terminal')}>
            New XMLVend terminal
          </ActionButton>
          <ActionButton why={notAdministrator} onClick={() => setMaking('phone')}>
            New shop phone
          </ActionButton>
          <ActionButton why={notAdministrator} onClick={() => setMaking('key')}>
            New key
          </ActionButton>
        </Group>
      </Group>
      <DataTable
        label="Till keys"
        noun="key"
        columns={columns}
        rowKey={(row) => row.keyId}
        query={wholeList(vendor.keys.toReversed())}
        empty="No till has a key yet, so this vendor cannot sell."
      />
      <Dialog
        opened={making === 'key'}
        onClose={() => setMaking(null)}
        title={`New key for a till of ${vendor.name}`}
        guarded
      >
        <NewKeyForm vendorId={vendor.vendorId} onClose={() => setMaking(null)} />
      </Dialog>
      <Dialog
        opened={making === 'phone'}
        onClose={() => setMaking(null)}
        title={`New phone of ${vendor.name}`}
        guarded
      >
        <NewKeyForm vendorId={vendor.vendorId} isPhone onClose={() => setMaking(null)} />
      </Dialog>
      <Dialog
        opened={making === 'terminal'}
        onClose={() => setMaking(null)}
        title={`New XMLVend terminal of ${vendor.name}`}
        guarded
      >
        <NewTerminalForm vendorId={vendor.vendorId} onClose={() => setMaking(null)} />
      </Dialog>
      <Dialog opened={revoking !== null} onClose={() => setRevoking(null)} title="Revoke a key">
        {revoking !== null && (
          <RevokeForm
            vendorId={vendor.vendorId}
            till={revoking}
            onClose={() => setRevoking(null)}
          />
        )}
      </Dialog>
    </Stack>
  );
}

type Acting = {
  readonly notAdministrator: string | null;
  readonly onRevoke: (key: Key) => void;
};

const columnsOf = ({ notAdministrator, onRevoke }: Acting): Column<Key>[] => [
  { key: 'label', header: 'Till', card: 'title', cell: (row) => row.label },
  {
    key: 'terminal',
    header: 'Signs in by',
    cell: signsInBy,
  },
  { key: 'made', header: 'Made', cell: (row) => <Instant at={row.createdAt} /> },
  {
    key: 'state',
    header: 'State',
    cell: (row) =>
      row.revokedAt === null ? (
        <StateBadge label={{ text: 'Opens', tone: 'good' }} />
      ) : (
        <StateBadge label={{ text: 'Taken back', tone: 'quiet' }} />
      ),
  },
  {
    key: 'action',
    header: '',
    card: 'wide',
    cell: (row) =>
      row.revokedAt === null && (
        <ActionButton
          size="compact-sm"
          why={notAdministrator}
          label={`Revoke the key of ${row.label}`}
          onClick={() => onRevoke(row)}
        >
          Revoke
        </ActionButton>
      ),
  },
];

function signsInBy({ terminal, phone }: Key): string {
  if (terminal !== null) {
    return `XMLVend certificate, client ${terminal.clientId}, terminal ${terminal.terminalId}`;
  }
  if (phone === null) return 'Key';
  return phone.enrolledAt === null ? 'Phone, not set up yet' : 'Phone, with clerks’ PINs';
}

type NewKeyProps = {
  readonly vendorId: string;
  /** A shop's phone in place of a key for software. */
  readonly isPhone?: boolean;
  readonly onClose: () => void;
};

function NewKeyForm({ vendorId, isPhone = false, onClose }: NewKeyProps) {
  const label = useEntry('', (text) => readText(text, 1, 100));
  const toApproval = useToApproval();
  const action = useAction({
    run: async (words: string, requestId): Promise<object> =>
      (isPhone ? createPhone : createKey)(vendorId, { requestId, label: words }),
    stale: [vendorsKey, ['approvals']],
    onDone: (asked) => {
      onClose();
      const { approvalId } = asked as { readonly approvalId?: string };
      if (approvalId !== undefined) toApproval(approvalId);
    },
  });
  return (
    <DialogForm
      submit={isPhone ? 'Ask for a phone' : 'Ask for a key'}
      action={action}
      entries={[label]}
      onCancel={onClose}
      onSubmit={() => {
        if (label.read.ok) action.mutate(label.read.value);
      }}
    >
      <EntryField entry={label} label="Till" note="For example: Till 2, front" focus />
      <Text size="sm" c="dimmed">
        {isPhone
          ? 'A phone waits for approval by a second person. Then a code that works once is shown to you, on the page of the approval.'
          : 'A key waits for approval by a second person. Then it is shown to you, once, on the page of the approval.'}
      </Text>
    </DialogForm>
  );
}

type RevokeFormProps = {
  readonly vendorId: string;
  readonly till: Key;
  readonly onClose: () => void;
};

function RevokeForm({ vendorId, till, onClose }: RevokeFormProps) {
  const action = useAction({
    run: () => revokeKey(vendorId, till.keyId),
    stale: [vendorsKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Revoke for good"
      danger
      action={action}
      onCancel={onClose}
      onSubmit={() => action.mutate()}
    >
      <Text size="sm">
        “{till.label}” can do nothing more with this key, at once and for good; give the till a new
        key to let it sell again. An open shift stays open: another till of the vendor can close it.
      </Text>
    </DialogForm>
  );
}
