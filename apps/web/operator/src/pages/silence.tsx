// After how many hours without contact a meter counts as silent: what holds, who set it, and the
// administrator's form.

import { Group, Skeleton, Stack, Text } from '@mantine/core';
import type { SilenceSetting } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { meterAlertsKey, setSilence, silenceQuery } from '../api/meter-alerts.ts';
import { useAct } from '../api/use-act.ts';
import { useWhyNotAdministrator } from '../shell/session.tsx';
import { type Read, readCount, readWords } from '../text/entries.ts';
import { countText } from '../text/numbers.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../ui/form.tsx';
import { ActionButton, Age } from '../ui/show.tsx';
import { FailureNote } from '../ui/states.tsx';

export function Silence() {
  const notMine = useWhyNotAdministrator();
  const query = useQuery(silenceQuery);
  const [opened, setOpened] = useState(false);
  if (query.error !== null) {
    return <FailureNote failure={query.error} onRetry={() => void query.refetch()} />;
  }
  if (query.data === undefined) return <Skeleton height={30} aria-label="Loading" />;
  return (
    <Group gap="sm">
      <Text size="sm">
        A meter counts as silent after {countText(query.data.hours, 'hour')} without contact.
      </Text>
      <ActionButton size="compact-sm" why={notMine} onClick={() => setOpened(true)}>
        Change
      </ActionButton>
      <Dialog
        opened={opened}
        onClose={() => setOpened(false)}
        title="When a meter counts as silent"
      >
        <SilenceForm setting={query.data} onClose={() => setOpened(false)} />
      </Dialog>
    </Group>
  );
}

const mostHours = 8760;

function readHours(text: string): Read<number> {
  const hours = readCount(text, mostHours);
  return hours.ok && hours.value > 0 ? ok(hours.value) : err(`Write hours, 1 to ${mostHours}.`);
}

type FormProps = { readonly setting: SilenceSetting; readonly onClose: () => void };

function SilenceForm({ setting, onClose }: FormProps) {
  const hours = useEntry(String(setting.hours), readHours);
  const reason = useEntry('', (text) => readWords(text, 5, 500));
  const act = useAct({
    run: (body: { hours: number; reason: string }, requestId) => setSilence({ ...body, requestId }),
    stale: [meterAlertsKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Change"
      act={act}
      entries={[hours, reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (hours.read.ok && reason.read.ok) {
          act.mutate({ hours: hours.read.value, reason: reason.read.value });
        }
      }}
    >
      <EntryField
        entry={hours}
        label="Hours"
        note="Meters report each few minutes; the list is looked through each hour"
        numeric
        focus
      />
      <EntryField entry={reason} label="Why" note="Kept with your name" long />
      <Stack gap={2}>
        {setting.history.map((row) => (
          <Text size="xs" c="dimmed" key={row.at}>
            {row.before} to {row.after} hours: {row.reason} ({row.by}, <Age at={row.at} />)
          </Text>
        ))}
      </Stack>
    </DialogForm>
  );
}
