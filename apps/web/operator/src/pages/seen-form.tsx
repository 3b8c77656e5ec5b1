// How a person takes a row off an attention list: with a note on what was done about it.

import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { overviewQuery } from '../api/queries.ts';
import { useAction } from '../api/use-action.ts';
import { readText } from '../text/entries.ts';
import { DialogForm, EntryField, useEntry } from '../ui/form.tsx';

export function SeenForm(o: {
  readonly acknowledge: (words: string) => Promise<unknown>;
  /** The list that it leaves. */
  readonly list: readonly string[];
  readonly onClose: () => void;
  /** What it is, and when it would come back. */
  readonly children: ReactNode;
}) {
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const action = useAction({
    run: o.acknowledge,
    stale: [o.list, overviewQuery.queryKey],
    onDone: o.onClose,
  });
  return (
    <DialogForm
      submit="Take it off the list"
      action={action}
      entries={[reason]}
      onCancel={o.onClose}
      onSubmit={() => {
        if (reason.read.ok) action.mutate(reason.read.value);
      }}
    >
      <Text size="sm">{o.children}</Text>
      <EntryField
        entry={reason}
        label="What was done about it"
        note="Kept with your name"
        long
        focus
      />
    </DialogForm>
  );
}
