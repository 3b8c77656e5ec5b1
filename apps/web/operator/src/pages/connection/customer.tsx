// Another customer for the home, or another phone.

import { Stack, Text } from '@mantine/core';
import type { ConnectionDetail } from '@prewatt/api';
import { useState } from 'react';
import { changeCustomer } from '../../api/customer.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton } from '../../ui/show.tsx';

export function ChangeCustomer({ detail }: { readonly detail: ConnectionDetail }) {
  const readOnly = useWhyReadOnly();
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <ActionButton why={readOnly} onClick={() => setOpen(true)}>
        Change customer or phone
      </ActionButton>
      <Dialog opened={open} onClose={close} title={`Customer of ${detail.name}`}>
        <CustomerForm detail={detail} onClose={close} />
      </Dialog>
    </>
  );
}

function CustomerForm({
  detail,
  onClose,
}: {
  readonly detail: ConnectionDetail;
  readonly onClose: () => void;
}) {
  const name = useEntry(detail.customer?.name ?? '', (text) => readText(text, 1, 120));
  const phone = useEntry(detail.customer?.phone ?? '', (text) => readText(text, 1, 40));
  const reason = useEntry('', (text) => readText(text, 1, 200));
  const action = useAction({
    run: (body: { name: string; phone: string; reason: string }) =>
      changeCustomer(detail.connectionId, body),
    stale: [['connection', detail.connectionId]],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Change"
      action={action}
      entries={[name, phone, reason]}
      onCancel={onClose}
      onSubmit={() =>
        name.read.ok &&
        phone.read.ok &&
        reason.read.ok &&
        action.mutate({
          name: name.read.value,
          phone: phone.read.value,
          reason: reason.read.value,
        })
      }
    >
      <Stack gap="sm">
        <Text size="sm">
          The phone sees and buys for this home at once. A phone that it replaces is signed out and
          sees the home no more; both get a message. Another person under another name sees nothing
          from before. For who moves out and in, use “Change of tenant”.
        </Text>
        <EntryField entry={name} label="Name" focus />
        <EntryField
          entry={phone}
          label="Phone"
          note="As it is dialled at home, or with + and the country’s code"
        />
        <EntryField entry={reason} label="Reason" note="Kept with your name" long />
      </Stack>
    </DialogForm>
  );
}
