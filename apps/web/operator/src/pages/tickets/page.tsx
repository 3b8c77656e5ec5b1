// One ticket: what it is about, by when it is due, who has it, and each step so far.

import { Group, NativeSelect, Stack, Text } from '@mantine/core';
import type { TicketAct, TicketDetail } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { customersKey } from '../../api/customers.ts';
import { actOnTicket, ticketHoldersQuery, ticketQuery, ticketsKey } from '../../api/tickets.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import {
  ActionButton,
  Age,
  BackLink,
  Fact,
  facts,
  Instant,
  PageHeading,
  panel,
  StateBadge,
} from '../../ui/show.tsx';
import { FailureNote, QueryState } from '../../ui/states.tsx';
import { eventWords, ticketLabel, ticketTitle } from './labels.ts';

export default function TicketPage() {
  const { ticketId } = useParams({ from: '/signed-in/tickets/$ticketId' });
  const query = useQuery(ticketQuery(ticketId));
  const ticket = query.data;
  return (
    <Stack gap="md">
      <BackLink to="/tickets">All tickets</BackLink>
      {ticket === undefined && <PageHeading title="Ticket" />}
      <QueryState query={query} height={220} />
      {ticket !== undefined && (
        <>
          <PageHeading
            title={`${ticket.number} ${ticketTitle(ticket)}`}
            aside={<Actions ticket={ticket} />}
          />
          <Standing ticket={ticket} />
          <Steps ticket={ticket} />
        </>
      )}
    </Stack>
  );
}

function Standing({ ticket }: { readonly ticket: TicketDetail }) {
  return (
    <section className={panel} aria-label="What it is about">
      <Text style={{ whiteSpace: 'pre-wrap' }} maw="75ch" mb="md">
        {ticket.words}
      </Text>
      <dl className={facts}>
        <Fact name="State">
          <StateBadge label={ticketLabel(ticket)} />
        </Fact>
        <Fact name="Due">
          {ticket.closedAt === null ? (
            <Age at={ticket.dueAt} ahead={!ticket.isOverdue} />
          ) : (
            <Instant at={ticket.dueAt} withAge={false} />
          )}
        </Fact>
        <Fact name="Who has it">{ticket.assignedTo ?? 'Nobody yet'}</Fact>
        <Fact name="Customer">
          {ticket.customer === null ? (
            'Not known'
          ) : (
            <Link to="/customers/$customerId" params={{ customerId: ticket.customer.customerId }}>
              {ticket.customer.name}
            </Link>
          )}
        </Fact>
        {ticket.home !== null && (
          <Fact name="Home">
            <Link
              to="/connections/$connectionId"
              params={{ connectionId: ticket.home.connectionId }}
            >
              {ticket.home.name}
            </Link>
          </Fact>
        )}
        {ticket.answer !== null && (
          <Fact name="Answer" note="The customer reads it on their page" wide>
            {ticket.answer}
          </Fact>
        )}
      </dl>
    </section>
  );
}

function Steps({ ticket }: { readonly ticket: TicketDetail }) {
  return (
    <section className={panel} aria-label="Steps so far">
      <ol style={{ display: 'grid', gap: '0.75rem', listStyle: 'none', margin: 0, padding: 0 }}>
        {ticket.events.map((step) => (
          <li key={`${step.at} ${step.event}`}>
            <strong>{eventWords[step.event]}</strong>
            {step.words !== '' && `: ${step.words}`}
            <Text size="xs" c="dimmed">
              {step.by ?? 'the customer'}, <Instant at={step.at} />
            </Text>
          </li>
        ))}
      </ol>
    </section>
  );
}

type Open = 'give' | 'note' | 'close' | 'openAgain' | null;

function Actions({ ticket }: { readonly ticket: TicketDetail }) {
  const readOnly = useWhyReadOnly();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const { version } = ticket;
  const action = useAction({
    run: (act: TicketAct) => actOnTicket(ticket.ticketId, act),
    stale: [ticketsKey, ['customer'], customersKey, ['overview']],
    onDone: close,
  });
  const begin = (what: Open) => {
    action.reset();
    setOpen(what);
  };
  return (
    <Group gap="xs">
      {ticket.state === 'closed' ? (
        <ActionButton why={readOnly} onClick={() => begin('openAgain')}>
          Open again
        </ActionButton>
      ) : (
        <>
          <ActionButton
            why={readOnly}
            loading={action.isPending && open === null}
            onClick={() => action.mutate({ act: 'take', version })}
          >
            Take it on
          </ActionButton>
          <ActionButton why={readOnly} onClick={() => begin('give')}>
            Give to…
          </ActionButton>
          <ActionButton why={readOnly} onClick={() => begin('note')}>
            Add a note
          </ActionButton>
          <ActionButton variant="filled" why={readOnly} onClick={() => begin('close')}>
            Answer and close
          </ActionButton>
        </>
      )}
      {open === null && action.error !== null && <FailureNote failure={action.error} />}
      <Forms {...{ open, action, version }} onClose={close} />
    </Group>
  );
}

type FormsProps = FormProps & {
  readonly open: Open;
  readonly version: number;
  readonly action: { readonly mutate: (act: TicketAct) => void };
};

function Forms({ open, version, action, onClose }: FormsProps) {
  const form = { action, onClose };
  const close = onClose;
  return (
    <>
      <Dialog opened={open === 'give'} onClose={close} title="Give the ticket to somebody">
        <GiveForm
          {...form}
          onGive={(operatorId) => action.mutate({ act: 'give', version, operatorId })}
        />
      </Dialog>
      <Dialog opened={open === 'note'} onClose={close} title="Add a note">
        <WordsForm
          {...form}
          label="Note"
          note="For colleagues; the customer does not read it"
          submit="Add note"
          most={2000}
          onWords={(words) => action.mutate({ act: 'note', version, words })}
        />
      </Dialog>
      <Dialog opened={open === 'close'} onClose={close} title="Answer and close">
        <WordsForm
          {...form}
          label="Answer"
          note="The customer reads it on their page"
          submit="Close ticket"
          most={1000}
          onWords={(answer) => action.mutate({ act: 'close', version, answer })}
        />
      </Dialog>
      <Dialog opened={open === 'openAgain'} onClose={close} title="Open again">
        <WordsForm
          {...form}
          label="Reason"
          submit="Open again"
          most={2000}
          onWords={(words) => action.mutate({ act: 'openAgain', version, words })}
        />
      </Dialog>
    </>
  );
}

type FormProps = {
  readonly action: Pick<ReturnType<typeof useAction>, 'isPending' | 'error'>;
  readonly onClose: () => void;
};

function GiveForm(props: FormProps & { readonly onGive: (operatorId: string) => void }) {
  const holders = useQuery(ticketHoldersQuery).data?.rows ?? [];
  const [chosen, setChosen] = useState('');
  const to = chosen === '' ? (holders[0]?.operatorId ?? '') : chosen;
  return (
    <DialogForm
      submit="Give"
      action={props.action}
      onCancel={props.onClose}
      onSubmit={() => to !== '' && props.onGive(to)}
    >
      <NativeSelect
        label="To"
        value={to}
        data={holders.map(({ operatorId, name }) => ({ value: operatorId, label: name }))}
        onChange={({ currentTarget }) => setChosen(currentTarget.value)}
        data-autofocus
      />
    </DialogForm>
  );
}

type WordsProps = FormProps & {
  readonly label: string;
  readonly note?: string;
  readonly submit: string;
  readonly most: number;
  readonly onWords: (words: string) => void;
};

function WordsForm({ label, note, submit, most, action, onClose, onWords }: WordsProps) {
  const words = useEntry('', (text) => readText(text, 1, most));
  return (
    <DialogForm
      submit={submit}
      action={action}
      entries={[words]}
      onCancel={onClose}
      onSubmit={() => words.read.ok && onWords(words.read.value)}
    >
      <EntryField
        entry={words}
        label={label}
        {...(note === undefined ? {} : { note })}
        long
        focus
      />
    </DialogForm>
  );
}
