// A number that the utility sets: what holds, who set it, and the administrator's form. Used for
// when a meter counts as silent and when the end of its certificate is near.

import { Group, Skeleton, Stack, Text } from '@mantine/core';
import type { SilenceSetting } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useState } from 'react';
import type { Failure } from '../api/failure.ts';
import { useAct } from '../api/use-act.ts';
import { useWhyNotAdministrator } from '../shell/session.tsx';
import { readCount, readText } from '../text/entries.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../ui/form.tsx';
import { ActionButton, Age } from '../ui/show.tsx';
import { FailureNote } from '../ui/states.tsx';

export type SettingNow = { readonly value: number; readonly history: SilenceSetting['history'] };
export type SettingText = {
  /** "When a meter counts as silent" */
  readonly title: string;
  /** What holds, as a sentence. */
  readonly sentence: (value: number) => string;
  /** "hours" */
  readonly unit: string;
  /** "Hours" */
  readonly label: string;
  readonly note: string;
  readonly most: number;
};
type SettingProps = {
  readonly words: SettingText;
  readonly now: SettingNow | undefined;
  readonly failure: Failure | null;
  readonly onRetry: () => void;
  readonly set: (asked: {
    readonly value: number;
    readonly reason: string;
    readonly requestId: string;
  }) => Promise<unknown>;
  /** What is read again afterwards. */
  readonly stale: readonly (readonly string[])[];
};

export function Setting(props: SettingProps) {
  const { words, now, failure, onRetry } = props;
  const notMine = useWhyNotAdministrator();
  const [opened, setOpened] = useState(false);
  if (failure !== null) return <FailureNote failure={failure} onRetry={onRetry} />;
  if (now === undefined) return <Skeleton height={30} aria-label="Loading" />;
  return (
    <Group gap="sm">
      <Text size="sm">{words.sentence(now.value)}</Text>
      <ActionButton
        size="compact-sm"
        why={notMine}
        label={`Change: ${words.title.toLowerCase()}`}
        onClick={() => setOpened(true)}
      >
        Change
      </ActionButton>
      <Dialog opened={opened} onClose={() => setOpened(false)} title={words.title}>
        <SettingForm {...props} now={now} onClose={() => setOpened(false)} />
      </Dialog>
    </Group>
  );
}

type FormProps = Pick<SettingProps, 'words' | 'set' | 'stale'> & {
  readonly now: SettingNow;
  readonly onClose: () => void;
};

function SettingForm({ words, set, stale, now, onClose }: FormProps) {
  const { most, unit } = words;
  const value = useEntry(String(now.value), (text) => {
    const read = readCount(text, most);
    return read.ok && read.value > 0 ? ok(read.value) : err(`Write ${unit}, 1 to ${most}.`);
  });
  const reason = useEntry('', (text) => readText(text, 5, 500));
  const act = useAct({
    run: (body: { value: number; reason: string }, requestId) => set({ ...body, requestId }),
    stale,
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Change"
      act={act}
      entries={[value, reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (value.read.ok && reason.read.ok) {
          act.mutate({ value: value.read.value, reason: reason.read.value });
        }
      }}
    >
      <EntryField entry={value} label={words.label} note={words.note} numeric focus />
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
