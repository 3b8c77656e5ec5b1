// What an administrator may do about the way in which a meter is reached: link it by DLMS or LwM2M,
// let it go, and give it other keys.

import { Checkbox, Group, NativeSelect, Text } from '@mantine/core';
import { type DriverView, keyOrders } from '@prewatt/api';
import { useState } from 'react';
import { changeDriverKeys, endDriver } from '../../api/drivers.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyNotAdministrator } from '../../shell/session.tsx';
import { keyOrderLabels, openRefusal } from '../../text/driver.ts';
import { readText } from '../../text/entries.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton } from '../../ui/show.tsx';
import { LinkForm } from './link-form.tsx';

type Props = { readonly connectionId: string; readonly view: DriverView };

export function DriverActions({ connectionId, view }: Props) {
  const why = useWhyNotAdministrator();
  const [open, setOpen] = useState<'link' | 'end' | 'keys' | null>(null);
  const close = () => setOpen(null);
  const isLinked = view.driver !== 'mqtt';
  const title = isLinked ? 'Link it another way' : 'Link by DLMS or LwM2M';
  return (
    <Group gap="sm" mt="sm">
      <ActionButton why={why} onClick={() => setOpen('link')}>
        {title}
      </ActionButton>
      {(view.dlms?.authentication === 'gmac' || view.dlms?.authentication === 'ecdsa') && (
        <ActionButton why={why ?? whyNoKeys(view.dlms)} onClick={() => setOpen('keys')}>
          Change its keys
        </ActionButton>
      )}
      {isLinked && (
        <ActionButton why={why} onClick={() => setOpen('end')}>
          Unlink
        </ActionButton>
      )}
      <Dialog opened={open === 'link'} onClose={close} title={title} guarded>
        <LinkForm connectionId={connectionId} view={view} onClose={close} />
      </Dialog>
      <Dialog opened={open === 'keys'} onClose={close} title="Change its keys">
        <KeysForm connectionId={connectionId} onClose={close} />
      </Dialog>
      <Dialog opened={open === 'end'} onClose={close} title="Unlink the meter">
        <EndForm connectionId={connectionId} onClose={close} />
      </Dialog>
    </Group>
  );
}

function whyNoKeys({ canChangeKeys, keyChange }: NonNullable<DriverView['dlms']>): string | null {
  if (!canChangeKeys) return 'Link it anew with its key encryption key first';
  if (keyChange?.isOpen !== true) return null;
  return keyChange.state === 'refused' ? openRefusal : 'New keys are on their way already';
}

type FormProps = { readonly connectionId: string; readonly onClose: () => void };

function EndForm({ connectionId, onClose }: FormProps) {
  const reason = useEntry('', (text) => readText(text, 5, 500));
  const action = useAction({
    run: (why: string, requestId) => endDriver(connectionId, { requestId, reason: why }),
    stale: [['connection', connectionId]],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Unlink"
      danger
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => reason.read.ok && action.mutate(reason.read.value)}
    >
      <Text size="sm">
        The server speaks to it no more: tokens are typed at the meter until it is linked or paired
        again.
      </Text>
      <EntryField entry={reason} label="Why" note="Kept with your name" long focus />
    </DialogForm>
  );
}

function KeysForm({ connectionId, onClose }: FormProps) {
  const [order, setOrder] = useState<(typeof keyOrders)[number]>('together');
  const [raisesPolicy, setRaises] = useState(false);
  const [changesWrappingKey, setWrapping] = useState(false);
  const reason = useEntry('', (text) => readText(text, 5, 500));
  const action = useAction({
    run: (why: string, requestId) =>
      changeDriverKeys(connectionId, {
        ...{ requestId, reason: why, order, raisesPolicy, changesWrappingKey },
      }),
    stale: [['connection', connectionId]],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Change them"
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => reason.read.ok && action.mutate(reason.read.value)}
    >
      <Text size="sm">
        The server makes an encryption and an authentication key, sends them to the meter under its
        key encryption key, and shows them to nobody. The old ones are kept until the meter has
        proved the new ones.
      </Text>
      <NativeSelect
        label="How they are sent"
        value={order}
        data={keyOrders.map((value) => ({ value, label: keyOrderLabels[value] }))}
        onChange={({ currentTarget }) =>
          setOrder(keyOrders.find((each) => each === currentTarget.value) ?? 'together')
        }
      />
      <Checkbox
        label="Before the others, a new key encryption key"
        checked={changesWrappingKey}
        onChange={(event) => setWrapping(event.currentTarget.checked)}
      />
      <Checkbox
        label="Afterwards the meter takes only what is authenticated and encrypted"
        checked={raisesPolicy}
        onChange={(event) => setRaises(event.currentTarget.checked)}
      />
      <EntryField entry={reason} label="Why" note="Kept with your name" long focus />
    </DialogForm>
  );
}
