// A visit is planned: its day, and where help comes first, why it is made all the same.

import { Text } from '@mantine/core';
import type { RevenueLine } from '@prewatt/api';
import { useNavigate } from '@tanstack/react-router';
import { casesKey, openCase, revenueKey } from '../../api/revenue.ts';
import { useAction } from '../../api/use-action.ts';
import { readText } from '../../text/entries.ts';
import { DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { readDay } from './read-day.ts';

export function PlanForm({ line, onClose }: { line: RevenueLine; onClose: () => void }) {
  const navigate = useNavigate();
  const isGuarded = line.standing !== 'visit';
  const day = useEntry('', readDay);
  const why = useEntry('', (text) => readText(text, 10, 500));
  const action = useAction({
    run: (visitOn: string, requestId) =>
      openCase(line.connectionId, {
        ...{ requestId, visitOn },
        ...(isGuarded && why.read.ok ? { guardReason: why.read.value } : {}),
      }),
    stale: [casesKey, revenueKey],
    onDone: ({ caseId }) => void navigate({ to: '/revenue/$caseId', params: { caseId } }),
  });
  return (
    <DialogForm
      submit="Plan the visit"
      action={action}
      entries={isGuarded ? [day, why] : [day]}
      onCancel={onClose}
      onSubmit={() => {
        if (day.read.ok) action.mutate(day.read.value);
      }}
    >
      <Text size="sm">
        {line.connectionName}, {line.address}.
      </Text>
      <EntryField entry={day} label="Day of the visit" kind="date" focus />
      {isGuarded && (
        <EntryField
          entry={why}
          label="Why a visit, although help comes first"
          note="Managers read it"
          long
        />
      )}
    </DialogForm>
  );
}
