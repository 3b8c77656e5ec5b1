// A setting of the utility, by its row in packages/api: its value, who set it, and the form by
// which an administrator changes it.

import { Group, Skeleton, Stack, Text } from '@mantine/core';
import { type SettingHistory, type SettingName, utilitySettings } from '@prewatt/api';
import { countText, err, ok } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../api/use-action.ts';
import { changeSetting, settingQuery } from '../api/utility-settings.ts';
import { useWhyNotAdministrator } from '../shell/session.tsx';
import { readCount, readText } from '../text/entries.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../ui/form.tsx';
import { ActionButton, Age } from '../ui/show.tsx';
import { FailureNote } from '../ui/states.tsx';

type SettingProps = {
  readonly name: SettingName;
  /** What is read again after a change, beside the setting. */
  readonly stale: readonly (readonly string[])[];
};
type SettingNow = { readonly value: number; readonly history: SettingHistory };

export function Setting(props: SettingProps) {
  const query = useQuery(settingQuery(props.name));
  const { data: now, error: failure } = query;
  const onRetry = () => void query.refetch();
  const { title, sentence, unit } = utilitySettings[props.name];
  const notMine = useWhyNotAdministrator();
  const [opened, setOpened] = useState(false);
  if (failure !== null) return <FailureNote failure={failure} onRetry={onRetry} />;
  if (now === undefined) return <Skeleton height={30} aria-label="Loading" />;
  return (
    <Group gap="sm">
      <Text size="sm">{sentence.replace('#', countText(now.value, unit.slice(0, -1)))}</Text>
      <ActionButton
        size="compact-sm"
        why={notMine}
        label={`Change: ${title.toLowerCase()}`}
        onClick={() => setOpened(true)}
      >
        Change
      </ActionButton>
      <Dialog opened={opened} onClose={() => setOpened(false)} title={title}>
        <SettingForm {...props} now={now} onClose={() => setOpened(false)} />
      </Dialog>
    </Group>
  );
}

type FormProps = SettingProps & {
  readonly now: SettingNow;
  readonly onClose: () => void;
};

function SettingForm({ name, stale, now, onClose }: FormProps) {
  const { least, most, unit, note } = utilitySettings[name];
  const value = useEntry(String(now.value), (text) => {
    const read = readCount(text, most);
    return read.ok && read.value >= least
      ? ok(read.value)
      : err(`Write ${unit}, ${least} to ${most}.`);
  });
  const reason = useEntry('', (text) => readText(text, 5, 500));
  const action = useAction({
    run: (body: { value: number; reason: string }, requestId) =>
      changeSetting(name, { ...body, requestId }),
    stale: [...stale, settingQuery(name).queryKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Change"
      action={action}
      entries={[value, reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (value.read.ok && reason.read.ok) {
          action.mutate({ value: value.read.value, reason: reason.read.value });
        }
      }}
    >
      <EntryField entry={value} label={labelOf(unit)} note={note} numeric focus />
      <EntryField entry={reason} label="Why" note="Kept with your name" long />
      <Stack gap={2}>
        {now.history.map((row) => (
          <Text size="xs" c="dimmed" key={row.at}>
            {row.before} to {row.after} {unit}: {row.reason} ({row.by}, <Age at={row.at} />)
          </Text>
        ))}
      </Stack>
    </DialogForm>
  );
}

const labelOf = (unit: string): string => unit.charAt(0).toUpperCase() + unit.slice(1);
