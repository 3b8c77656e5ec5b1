// The automatic top-up of a home: how it stands, what it asked for and why, and the button that
// stops it. Nothing where the customer never set one.

import { Stack, Text, Title } from '@mantine/core';
import type { TopUpAnswer, TopUpState } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { allowTopUp, stopTopUp, topUpQuery } from '../../api/top-ups.ts';
import { useAction } from '../../api/use-action.ts';
import { useCurrency, useWhyReadOnly } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { moneyText } from '../../text/numbers.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Fact, facts, Instant, panel } from '../../ui/show.tsx';

const states: Record<TopUpState, string> = {
  never: 'Never set',
  on: 'On',
  off: 'Off',
  paused: 'Paused by the customer',
  stopped: 'Stopped by an operator',
};
const outcomes: Record<TopUpAnswer['requests'][number]['outcome'], string> = {
  open: 'asked, not paid yet',
  paid: 'paid',
  notPaid: 'not paid',
  notPossible: 'could not be asked',
};

export function AutomaticTopUp({ connectionId }: { readonly connectionId: string }) {
  const { data } = useQuery(topUpQuery(connectionId));
  const currency = useCurrency();
  if (data === undefined || data.state === 'never') return null;
  const { requests } = data;
  return (
    <section className={panel} aria-label="Automatic top-up">
      <Title order={2} size="h4" mb="xs">
        Automatic top-up
      </Title>
      <dl className={facts}>
        <Fact name="State" note={data.stopReason ?? undefined}>
          {states[data.state]}
        </Fact>
        <Fact
          name="Top-up of"
          note={`no more than ${moneyText(data.mostAWeekMinor ?? '0', currency)} in seven days`}
        >
          {moneyText(data.amountMinor ?? '0', currency)}
        </Fact>
        <Fact name="When less is left than">{countText(data.daysAhead ?? 0, 'day')}</Fact>
        <Fact name="Paid by">{data.way === 'card' ? data.card : 'asking the customer'}</Fact>
      </dl>
      {requests.length > 0 && (
        <Stack gap={4} mt="xs">
          {requests.map(({ at, amountMinor, outcome, reason }) => (
            <Text size="sm" key={at}>
              <Instant at={at} />: {moneyText(amountMinor, currency)}, {outcomes[outcome]}. {reason}
            </Text>
          ))}
        </Stack>
      )}
      <Change connectionId={connectionId} isStopped={data.state === 'stopped'} />
    </section>
  );
}

function Change(props: { readonly connectionId: string; readonly isStopped: boolean }) {
  const { connectionId, isStopped } = props;
  const readOnly = useWhyReadOnly();
  const [open, setOpen] = useState(false);
  const title = isStopped ? 'Allow it again' : 'Stop it';
  const close = () => setOpen(false);
  return (
    <>
      <ActionButton why={readOnly} onClick={() => setOpen(true)}>
        {title}
      </ActionButton>
      <Dialog opened={open} onClose={close} title={`${title}: automatic top-up`}>
        <ChangeForm connectionId={connectionId} isStopped={isStopped} onClose={close} />
      </Dialog>
    </>
  );
}

function ChangeForm(props: {
  readonly connectionId: string;
  readonly isStopped: boolean;
  readonly onClose: () => void;
}) {
  const { connectionId, isStopped, onClose } = props;
  const reason = useEntry('', (text) => readText(text, 5, 500));
  const action = useAction({
    run: (why: string) => (isStopped ? allowTopUp : stopTopUp)(connectionId, why),
    stale: [['connection', connectionId]],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit={isStopped ? 'Allow it again' : 'Stop it'}
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => reason.read.ok && action.mutate(reason.read.value)}
    >
      <Text size="sm">
        {isStopped
          ? 'It goes on as the customer set it.'
          : 'Nothing more is asked for, and the customer cannot turn it on. The page of the home shows your reason. What was asked for already stays payable.'}
      </Text>
      <EntryField entry={reason} label="Why" note="Kept with your name" long focus />
    </DialogForm>
  );
}
