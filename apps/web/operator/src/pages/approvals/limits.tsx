// What one person may do alone: the limits that hold, and the administrator's form that asks for
// others.

import { Group, Skeleton, Stack, Text } from '@mantine/core';
import type { ControlLimitsAnswer } from '@prewatt/api';
import { countText, err, ok } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { askLimits, controlLimitsKey, controlLimitsQuery } from '../../api/limits.ts';
import { useAction } from '../../api/use-action.ts';
import { useCurrency, useWhyNotAdministrator } from '../../shell/session.tsx';
import { moneyEntry, readCount, readMoney, readText } from '../../text/entries.ts';
import { moneyText } from '../../text/numbers.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Fact, facts, panel } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';

export function ControlLimits() {
  const query = useQuery(controlLimitsQuery);
  const currency = useCurrency();
  const notMine = useWhyNotAdministrator();
  const [opened, setOpened] = useState(false);
  const { data } = query;
  if (query.error !== null) {
    return <FailureNote failure={query.error} onRetry={() => void query.refetch()} />;
  }
  if (data === undefined) return <Skeleton height={90} aria-label="Loading" />;
  const { limits, own } = data;
  const money = (minor: string) => moneyText(minor, currency);
  return (
    <section className={panel} aria-label="What one person may do alone">
      <Stack gap="sm">
        <Text size="sm" fw={550}>
          What one person may do alone
        </Text>
        <dl className={facts}>
          <Fact name="Cuts for safety in an hour" note={`you made ${own.safetyCuts}`}>
            {countText(limits.safetyCutsPerHour, 'cut')}
          </Fact>
          <Fact name="Such a cut lasts at most">{countText(limits.safetyCutHours, 'hour')}</Fact>
          <Fact name="Value of one action">{money(limits.aloneMinor)}</Fact>
          <Fact name="Value in 24 hours" note={`you gave ${money(own.valueMinor)}`}>
            {money(limits.dailyMinor)}
          </Fact>
        </dl>
        <Text size="sm" c="dimmed">
          Beyond it a second person is asked.{' '}
          {data.version === 0
            ? 'Nobody has set these: they are the defaults.'
            : `Asked for by ${data.requestedBy}, allowed by ${data.approvedBy}.`}
        </Text>
        <Group>
          <ActionButton size="compact-sm" why={notMine} onClick={() => setOpened(true)}>
            Ask for other limits
          </ActionButton>
        </Group>
      </Stack>
      <Dialog opened={opened} onClose={() => setOpened(false)} title="Ask for other limits">
        <LimitsForm now={data} onClose={() => setOpened(false)} />
      </Dialog>
    </section>
  );
}

function LimitsForm(props: { readonly now: ControlLimitsAnswer; readonly onClose: () => void }) {
  const { now, onClose } = props;
  const currency = useCurrency();
  const navigate = useNavigate();
  const plain = (minor: string) => moneyEntry(minor, currency);
  const cuts = useEntry(String(now.limits.safetyCutsPerHour), (text) => readCount(text, 100));
  const hours = useEntry(String(now.limits.safetyCutHours), (text) => {
    const read = readCount(text, 72);
    return read.ok && read.value > 0 ? ok(read.value) : err('Write hours, 1 to 72.');
  });
  const alone = useEntry(plain(now.limits.aloneMinor), (text) => readMoney(text, currency));
  const daily = useEntry(plain(now.limits.dailyMinor), (text) => readMoney(text, currency));
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const action = useAction({
    run: (body: Omit<Parameters<typeof askLimits>[0], 'requestId'>, requestId) =>
      askLimits({ ...body, requestId }),
    stale: [['approvals'], controlLimitsKey],
    onDone: ({ approvalId }) =>
      void navigate({ to: '/approvals/$approvalId', params: { approvalId } }),
  });
  const send = () => {
    if (!cuts.read.ok || !hours.read.ok || !alone.read.ok || !daily.read.ok || !reason.read.ok) {
      return;
    }
    action.mutate({
      reason: reason.read.value,
      limits: {
        safetyCutsPerHour: cuts.read.value,
        safetyCutHours: hours.read.value,
        aloneMinor: alone.read.value,
        dailyMinor: daily.read.value,
      },
    });
  };
  return (
    <DialogForm
      submit="Ask for approval"
      action={action}
      entries={[cuts, hours, alone, daily, reason]}
      onCancel={onClose}
      onSubmit={send}
    >
      <EntryField entry={cuts} label="Cuts for safety of one person in an hour" numeric focus />
      <EntryField entry={hours} label="The most hours of such a cut" numeric />
      <EntryField entry={alone} label="Value of one action" unit={currency.code} numeric />
      <EntryField
        entry={daily}
        label="Value of one person in 24 hours"
        unit={currency.code}
        numeric
      />
      <EntryField entry={reason} label="Why" note="The second person reads it" long />
    </DialogForm>
  );
}
