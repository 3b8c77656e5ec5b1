// A ticket of a customer or of a home, opened by whoever answers the telephone.

import { NativeSelect, Stack, Text } from '@mantine/core';
import {
  dueHoursOf,
  type TicketKind,
  type TicketTopic,
  ticketKinds,
  ticketTopics,
} from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useState } from 'react';
import { customersKey } from '../../api/customers.ts';
import { openTicket, ticketsKey } from '../../api/tickets.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton } from '../../ui/show.tsx';
import { kindWords, topicWords } from './labels.ts';

type OpenTicketProps = {
  readonly customerId?: string;
  readonly connectionId?: string;
  /** Of a customer with homes: which one it is about. */
  readonly homes?: readonly { readonly connectionId: string; readonly name: string }[];
};

export function OpenTicket(props: OpenTicketProps) {
  const readOnly = useWhyReadOnly();
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <ActionButton why={readOnly} onClick={() => setOpen(true)}>
        Open a ticket
      </ActionButton>
      <Dialog opened={open} onClose={close} title="Open a ticket">
        <OpenForm {...props} onClose={close} />
      </Dialog>
    </>
  );
}

function OpenForm(props: OpenTicketProps & { readonly onClose: () => void }) {
  const { homes = [] } = props;
  const [kind, setKind] = useState<TicketKind>('complaint');
  const [topic, setTopic] = useState<TicketTopic>('other');
  const [home, setHome] = useState(props.connectionId ?? homes[0]?.connectionId ?? '');
  const words = useEntry('', (text) => readText(text, 1, 2000));
  const action = useAction({
    run: (said: string, requestId) =>
      openTicket({
        ...{ requestId, kind, topic, words: said, customerId: props.customerId ?? null },
        connectionId: home === '' ? null : home,
      }),
    stale: [ticketsKey, ['customer'], customersKey],
    onDone: props.onClose,
  });
  return (
    <DialogForm
      submit="Open ticket"
      action={action}
      entries={[words]}
      onCancel={props.onClose}
      onSubmit={() => words.read.ok && action.mutate(words.read.value)}
    >
      <Stack gap="sm">
        <NativeSelect
          label="Kind"
          value={kind}
          data={ticketKinds.map((each) => ({ value: each, label: kindWords[each] }))}
          onChange={({ currentTarget }) => setKind(currentTarget.value as TicketKind)}
        />
        <NativeSelect
          label="About"
          value={topic}
          data={ticketTopics.map((each) => ({ value: each, label: topicWords[each] }))}
          onChange={({ currentTarget }) => setTopic(currentTarget.value as TicketTopic)}
        />
        {homes.length > 0 && (
          <NativeSelect
            label="Home"
            value={home}
            data={[
              ...homes.map(({ connectionId, name }) => ({ value: connectionId, label: name })),
              { value: '', label: 'No home in particular' },
            ]}
            onChange={({ currentTarget }) => setHome(currentTarget.value)}
          />
        )}
        <EntryField entry={words} label="What the customer says" long focus />
        <Text size="sm" c="dimmed">
          Due in {countText(dueHoursOf({ kind, topic }), 'hour')}.
        </Text>
      </Stack>
    </DialogForm>
  );
}
