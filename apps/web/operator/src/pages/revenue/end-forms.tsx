// An appeal, its decision, and the end of a case.

import { NativeSelect, Text } from '@mantine/core';
import { useState } from 'react';
import { casesKey, closeCase, decideAppeal, noteAppeal } from '../../api/revenue.ts';
import { useAction } from '../../api/use-action.ts';
import { readText } from '../../text/entries.ts';
import { DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import type { CaseFormProps } from './visit-forms.tsx';

export function AppealForm({ caseId, onClose }: CaseFormProps) {
  const words = useEntry('', (text) => readText(text, 10, 1000));
  const action = useAction({
    run: (said: string) => noteAppeal(caseId, said),
    stale: [casesKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Note the appeal"
      action={action}
      entries={[words]}
      onCancel={onClose}
      onSubmit={() => {
        if (words.read.ok) action.mutate(words.read.value);
      }}
    >
      <EntryField entry={words} label="What the customer says" long focus />
    </DialogForm>
  );
}

export function DecisionForm({ caseId, onClose }: CaseFormProps) {
  const [decision, setDecision] = useState<'upheld' | 'dismissed'>('upheld');
  const words = useEntry('', (text) => readText(text, 10, 1000));
  const action = useAction({
    run: (said: string) => decideAppeal(caseId, { decision, words: said }),
    stale: [casesKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Decide"
      action={action}
      entries={[words]}
      onCancel={onClose}
      onSubmit={() => {
        if (words.read.ok) action.mutate(words.read.value);
      }}
    >
      <Text size="sm">
        Neither who found it nor who asked for the money decides. If the customer is right, the case
        is closed, what is owed of it is owed no more, and what was repaid is prepaid money again.
      </Text>
      <NativeSelect
        label="Decision"
        value={decision}
        data={[
          { value: 'upheld', label: 'The customer is right' },
          { value: 'dismissed', label: 'The bill stands' },
        ]}
        onChange={({ currentTarget: { value } }) =>
          setDecision(value === 'upheld' ? 'upheld' : 'dismissed')
        }
      />
      <EntryField entry={words} label="Why" long />
    </DialogForm>
  );
}

export function CloseForm({ caseId, onClose }: CaseFormProps) {
  const words = useEntry('', (text) => readText(text, 3, 500));
  const action = useAction({
    run: (said: string) => closeCase(caseId, said),
    stale: [casesKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Close the case"
      action={action}
      entries={[words]}
      onCancel={onClose}
      onSubmit={() => {
        if (words.read.ok) action.mutate(words.read.value);
      }}
    >
      <EntryField entry={words} label="How it ended" long focus />
    </DialogForm>
  );
}
