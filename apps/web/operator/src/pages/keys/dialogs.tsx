// Loading a key: opened with what the key is, then one component from each of two custodians. A
// component is typed unseen, goes out once, and is forgotten with its dialog, also after a refusal.

import { NativeSelect, PasswordInput, Text } from '@mantine/core';
import type { KeyLoad, NewKeyLoad } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useState } from 'react';
import { closeKeyLoad, enterComponent, keysKey, openKeyLoad } from '../../api/keys.ts';
import { useAction } from '../../api/use-action.ts';
import { readCount, readText } from '../../text/entries.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { componentDigits, keyTypeNames, readCheckValue, readComponent } from './labels.ts';

export function OpenLoadDialog(o: { opened: boolean; onClose: () => void }) {
  return (
    <Dialog opened={o.opened} onClose={o.onClose} title="Load a vending key">
      <OpenLoadForm onClose={o.onClose} />
    </Dialog>
  );
}

const baseDates = [
  { value: '93', label: '1993' },
  { value: '14', label: '2014' },
  { value: '35', label: '2035' },
];

const derivations = [
  { value: 'dkga02', label: 'DKGA02' },
  { value: 'dkga04', label: 'DKGA04' },
];
const readGroup = (text: string) =>
  /^\d{6}$/.test(text.trim()) ? ok(text.trim()) : err('A supply group code has 6 digits.');
const readRevision = (text: string) =>
  /^[1-9]$/.test(text.trim()) ? ok(Number(text)) : err('A revision is 1 to 9.');

function OpenLoadForm({ onClose }: { onClose: () => void }) {
  const group = useEntry('', readGroup);
  const revision = useEntry('1', readRevision);
  const expiry = useEntry('255', (text) => readCount(text, 255));
  const check = useEntry('', readCheckValue);
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const [keyType, setKeyType] = useState('2');
  const [baseDate, setBaseDate] = useState('14');
  const [dkga, setDkga] = useState<KeyLoad['dkga']>('dkga04');
  const action = useAction({
    run: (body: Omit<NewKeyLoad, 'requestId'>, requestId) => openKeyLoad({ ...body, requestId }),
    stale: [keysKey],
    onDone: onClose,
  });
  const send = () => {
    if (!group.read.ok || !revision.read.ok || !expiry.read.ok) return;
    if (!check.read.ok || !reason.read.ok) return;
    const expected = check.read.value;
    action.mutate({
      supplyGroupCode: group.read.value,
      keyRevision: revision.read.value,
      keyType: Number(keyType),
      keyExpiry: expiry.read.value,
      baseDate: baseDate === '93' ? 93 : baseDate === '14' ? 14 : 35,
      dkga,
      reason: reason.read.value,
      ...(expected === undefined ? {} : { expectedCheckValue: expected }),
    });
  };
  return (
    <DialogForm
      submit="Open the loading"
      action={action}
      entries={[group, revision, expiry, check, reason]}
      onCancel={onClose}
      onSubmit={send}
    >
      <EntryField entry={group} label="Supply group code" numeric focus />
      <EntryField entry={revision} label="Key revision" numeric />
      <NativeSelect
        label="Key type"
        value={keyType}
        data={Object.entries(keyTypeNames).map(([value, label]) => ({ value, label }))}
        onChange={(event) => setKeyType(event.currentTarget.value)}
      />
      <EntryField
        entry={expiry}
        label="Key expiry number"
        numeric
        note="From the key centre; 255 never expires"
      />
      <NativeSelect
        label="Base date"
        value={baseDate}
        data={baseDates}
        onChange={(event) => setBaseDate(event.currentTarget.value)}
      />
      <NativeSelect
        label="Derivation of meter keys"
        value={dkga}
        data={derivations}
        onChange={(event) => setDkga(event.currentTarget.value === 'dkga02' ? 'dkga02' : 'dkga04')}
      />
      <EntryField entry={check} label="Check value of the whole key" note="If the letter has it" />
      <EntryField entry={reason} label="Why" note="A sentence for the one who approves" long />
    </DialogForm>
  );
}

type LoadDialogProps = { readonly load: KeyLoad | null; readonly onClose: () => void };

export function ComponentDialog({ load, onClose }: LoadDialogProps) {
  return (
    <Dialog opened={load !== null} onClose={onClose} title="Enter your component">
      {load !== null && <ComponentForm load={load} onClose={onClose} />}
    </Dialog>
  );
}

function ComponentForm({ load, onClose }: { load: KeyLoad; onClose: () => void }) {
  const component = useEntry('', (text) => readComponent(text, load.dkga));
  const check = useEntry('', readCheckValue);
  const action = useAction({
    run: (body: Parameters<typeof enterComponent>[1]) => enterComponent(load.loadId, body),
    stale: [keysKey, ['approvals']],
    onDone: () => close(),
  });
  // What was typed must outlive neither the dialog nor a refusal.
  const close = () => {
    component.setText('');
    action.reset();
    onClose();
  };
  const send = () => {
    if (!component.read.ok || !check.read.ok) return;
    const checkValue = check.read.value;
    action.mutate({
      component: component.read.value,
      ...(checkValue === undefined ? {} : { checkValue }),
    });
    component.setText('');
  };
  return (
    <DialogForm
      submit="Enter it"
      action={action}
      entries={[component, check]}
      onCancel={close}
      onSubmit={send}
    >
      <Text size="sm">
        For supply group {load.supplyGroupCode}, revision {load.keyRevision}. Nobody else should see
        this screen or the letter.
      </Text>
      <PasswordInput
        label="Component"
        description={`${componentDigits[load.dkga]} hex digits; it is sealed at once and never shown`}
        value={component.text}
        error={component.fault}
        autoComplete="off"
        data-autofocus
        onChange={(event) => component.setText(event.currentTarget.value)}
      />
      <EntryField
        entry={check}
        label="Its check value"
        note="From the letter; finds typing errors"
      />
    </DialogForm>
  );
}

export function CloseLoadDialog({ load, onClose }: LoadDialogProps) {
  return (
    <Dialog opened={load !== null} onClose={onClose} title="Give up this loading">
      {load !== null && <CloseForm load={load} onClose={onClose} />}
    </Dialog>
  );
}

function CloseForm({ load, onClose }: { load: KeyLoad; onClose: () => void }) {
  const action = useAction({
    run: () => closeKeyLoad(load.loadId),
    stale: [keysKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Give up"
      danger
      action={action}
      onCancel={onClose}
      onSubmit={() => action.mutate()}
    >
      <Text size="sm">
        What was entered is forgotten. The key of supply group {load.supplyGroupCode}, revision{' '}
        {load.keyRevision}, can be loaded anew from both letters.
      </Text>
    </DialogForm>
  );
}
