// The key of a till, or the code of a shop's phone, once it was approved: made and shown once, to
// whoever asked for it.

import { Button, Group, Stack, Text } from '@mantine/core';
import { type ApprovalDetail, tillKeyOutcomeSchema } from '@prewatt/api';
import { useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { createKey, createPhone, vendorsKey } from '../../api/vendors.ts';
import { useSession } from '../../shell/session.tsx';
import { Dialog, DialogForm } from '../../ui/form.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { panel } from '../../ui/show.tsx';

export function TillKey({ of }: { readonly of: ApprovalDetail }) {
  const { name } = useSession();
  const [opened, setOpened] = useState(false);
  const outcome = tillKeyOutcomeSchema.safeParse(of.outcome);
  if (of.kind !== 'tillKey' || !outcome.success || of.requestedBy !== name) return null;
  const what = outcome.data.phone === true ? 'code' : 'key';
  return (
    <section className={panel} aria-label={`The ${what}`}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          The {what} of “{outcome.data.label}” is yours to fetch, within a day of the approval. It
          is shown once: have the till at hand.
        </Text>
        <Button onClick={() => setOpened(true)}>Show the {what}</Button>
      </Stack>
      <Dialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={`${what === 'code' ? 'Code' : 'Key'} of ${outcome.data.label}`}
        guarded
      >
        {what === 'code' ? (
          <CodeOnce {...outcome.data} onClose={() => setOpened(false)} />
        ) : (
          <KeyOnce {...outcome.data} onClose={() => setOpened(false)} />
        )}
      </Dialog>
    </section>
  );
}

type KeyProps = {
  readonly vendorId: string;
  readonly label: string;
  readonly requestId: string;
  readonly onClose: () => void;
};

function KeyOnce({ vendorId, label, requestId, onClose }: KeyProps) {
  const action = useAction({
    run: () => createKey(vendorId, { requestId, label }),
    stale: [vendorsKey],
  });
  // What the mutation remembers of the key goes with the dialog.
  const close = () => {
    action.reset();
    onClose();
  };
  if (action.data !== undefined && 'key' in action.data) {
    return (
      <Stack gap="md">
        <Text size="sm">
          Put this into the till now. It gives access to the vendor’s float. It is not stored here
          and cannot be shown again.
        </Text>
        <SecretOnce label="Key" secret={action.data.key} />
        <Group justify="flex-end">
          <Button onClick={close}>I have stored it</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <DialogForm submit="Make key" action={action} onCancel={close} onSubmit={() => action.mutate()}>
      <Text size="sm">It is made now, and shown to you alone.</Text>
    </DialogForm>
  );
}

function CodeOnce({ vendorId, label, requestId, onClose }: KeyProps) {
  const action = useAction({
    run: () => createPhone(vendorId, { requestId, label }),
    stale: [vendorsKey],
  });
  const close = () => {
    action.reset();
    onClose();
  };
  if (action.data !== undefined && 'code' in action.data) {
    return (
      <Stack gap="md">
        <Text size="sm">
          Open the link on the shop’s phone, or type the code there. It works once, for a day, and
          cannot be shown again.
        </Text>
        <SecretOnce label="Link" secret={action.data.link} />
        <SecretOnce label="Code" secret={action.data.code} />
        <Group justify="flex-end">
          <Button onClick={close}>The phone is set up</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <DialogForm
      submit="Make code"
      action={action}
      onCancel={close}
      onSubmit={() => action.mutate()}
    >
      <Text size="sm">It is made now, and shown to you alone.</Text>
    </DialogForm>
  );
}
