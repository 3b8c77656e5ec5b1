// Budgets: what an hour and a day bring at most, how much is used, and the administrator's form
// that asks for another one.

import { Group, Skeleton, Stack, Text } from '@mantine/core';
import type { Budget } from '@prewatt/api';
import { ok } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { askBudget, budgetsKey, budgetsQuery } from '../../api/budgets.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyNotAdministrator } from '../../shell/session.tsx';
import { kwhEntry, readCount, readKwh, readText } from '../../text/entries.ts';
import { kwhText } from '../../text/numbers.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Fact, facts, panel } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { useToApproval } from '../alone-note.tsx';
import { budgetLabels } from './labels.ts';

export function Budgets() {
  const query = useQuery(budgetsQuery);
  if (query.error !== null) {
    return <FailureNote failure={query.error} onRetry={() => void query.refetch()} />;
  }
  if (query.data === undefined) return <Skeleton height={140} aria-label="Loading" />;
  return (
    <section className={panel} aria-label="What an hour and a day bring at most">
      <Stack gap="lg">
        <Text size="sm" fw={550}>
          What an hour and a day bring at most
        </Text>
        {query.data.budgets.map((row) => (
          <OneBudget key={row.budget} of={row} />
        ))}
        <Text size="sm" c="dimmed">
          Nobody goes beyond these, even with a second person. An hour and a day begin by UTC. To
          change a budget takes two people.
        </Text>
      </Stack>
    </section>
  );
}

function OneBudget({ of }: { readonly of: Budget }) {
  const notMine = useWhyNotAdministrator();
  const [opened, setOpened] = useState(false);
  const { limits, used } = of;
  const { text, whose } = budgetLabels[of.budget];
  return (
    <Stack gap={4}>
      <Text size="sm" fw={550}>
        {text}
      </Text>
      <dl className={facts}>
        <Fact name="In an hour" note={`${whose} used ${used.inHour}`}>
          {limits.perHour}
        </Fact>
        <Fact name="In a day" note={`${whose} used ${used.inDay}`}>
          {limits.perDay}
        </Fact>
        {limits.energyPerHourWh !== null && (
          <Fact name="Energy in an hour" note={`${whose} used ${kwhText(used.energyInHourWh)}`}>
            {kwhText(limits.energyPerHourWh)}
          </Fact>
        )}
        {limits.energyPerDayWh !== null && (
          <Fact name="Energy in a day" note={`${whose} used ${kwhText(used.energyInDayWh)}`}>
            {kwhText(limits.energyPerDayWh)}
          </Fact>
        )}
      </dl>
      <Text size="sm" c="dimmed">
        {of.version === 0
          ? 'Nobody has set this: it is the default.'
          : `Asked for by ${of.requestedBy}, allowed by ${of.approvedBy}.`}
      </Text>
      <Group>
        <ActionButton
          size="compact-sm"
          why={notMine}
          onClick={() => setOpened(true)}
          label={`Ask for another budget: ${text}`}
        >
          Ask for another budget
        </ActionButton>
      </Group>
      <Dialog opened={opened} onClose={() => setOpened(false)} title={text}>
        <BudgetForm of={of} onClose={() => setOpened(false)} />
      </Dialog>
    </Stack>
  );
}

const most = 1_000_000;

function BudgetForm(props: { readonly of: Budget; readonly onClose: () => void }) {
  const { of, onClose } = props;
  const { limits } = of;
  const toApproval = useToApproval();
  const hasEnergy = limits.energyPerHourWh !== null;
  const energy = (text: string) => (hasEnergy ? readKwh(text) : ok(null));
  const hour = useEntry(String(limits.perHour), (text) => readCount(text, most));
  const day = useEntry(String(limits.perDay), (text) => readCount(text, most));
  const hourKwh = useEntry(kwhEntry(limits.energyPerHourWh ?? '0'), energy);
  const dayKwh = useEntry(kwhEntry(limits.energyPerDayWh ?? '0'), energy);
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const action = useAction({
    run: (body: Omit<Parameters<typeof askBudget>[0], 'requestId'>, requestId) =>
      askBudget({ ...body, requestId }),
    stale: [['approvals'], budgetsKey],
    onDone: ({ approvalId }) => toApproval(approvalId),
  });
  const send = () => {
    if (!hour.read.ok || !day.read.ok || !hourKwh.read.ok || !dayKwh.read.ok || !reason.read.ok) {
      return;
    }
    action.mutate({
      reason: reason.read.value,
      budget: of.budget,
      limits: {
        perHour: hour.read.value,
        perDay: day.read.value,
        energyPerHourWh: hourKwh.read.value,
        energyPerDayWh: dayKwh.read.value,
      },
    });
  };
  return (
    <DialogForm
      submit="Ask for approval"
      action={action}
      entries={[hour, day, hourKwh, dayKwh, reason]}
      onCancel={onClose}
      onSubmit={send}
    >
      <EntryField entry={hour} label="In an hour" numeric focus />
      <EntryField entry={day} label="In a day" numeric />
      {hasEnergy && <EntryField entry={hourKwh} label="Energy in an hour" unit="kWh" numeric />}
      {hasEnergy && <EntryField entry={dayKwh} label="Energy in a day" unit="kWh" numeric />}
      <EntryField entry={reason} label="Why" note="The second person reads it" long />
    </DialogForm>
  );
}
