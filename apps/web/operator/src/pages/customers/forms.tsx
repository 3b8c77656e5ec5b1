// Forms of a customer: added, changed, merged with another.

import { Stack, Text } from '@mantine/core';
import type { CustomerDetail } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useState } from 'react';
import {
  customersKey,
  editCustomer,
  makeCustomer,
  mergeCustomers,
  unmergeCustomers,
} from '../../api/customers.ts';
import { useAction } from '../../api/use-action.ts';
import { type Read, readText } from '../../text/entries.ts';
import { DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { CustomerChoice, useChosenCustomer } from './customer-choice.tsx';

type Fields = {
  readonly name: string;
  readonly phone: string | null;
  readonly email: string | null;
  readonly note: string;
};

const maybe =
  (most: number) =>
  (text: string): Read<string | null> =>
    text.trim() === '' ? ok(null) : readText(text, 1, most);

const readEmail = (text: string): Read<string | null> =>
  text.trim() === '' || /^\S+@\S+\.\S+$/.test(text.trim())
    ? ok(text.trim() === '' ? null : text.trim())
    : err('Write it like name@example.org');

function useFields(of: Fields) {
  const name = useEntry(of.name, (text) => readText(text, 1, 120));
  const phone = useEntry(of.phone ?? '', maybe(40));
  const email = useEntry(of.email ?? '', readEmail);
  const note = useEntry(of.note, maybe(1000));
  const entries = [name, phone, email, note] as const;
  const read = (): Fields | null =>
    name.read.ok && phone.read.ok && email.read.ok && note.read.ok
      ? {
          name: name.read.value,
          phone: phone.read.value,
          email: email.read.value,
          note: note.read.value ?? '',
        }
      : null;
  return { name, phone, email, note, entries, read };
}

const phoneNote = 'As it is dialled at home, or with + and the country’s code';
const nobody: Fields = { name: '', phone: null, email: null, note: '' };

export function MakeForm(props: {
  readonly onClose: () => void;
  readonly onMade: (customerId: string) => void;
}) {
  const fields = useFields(nobody);
  const action = useAction({
    run: (body: Fields, requestId) => makeCustomer({ ...body, requestId }),
    stale: [customersKey],
    onDone: ({ customerId }) => props.onMade(customerId),
  });
  return (
    <DialogForm
      submit="Add"
      action={action}
      entries={fields.entries}
      onCancel={props.onClose}
      onSubmit={() => {
        const body = fields.read();
        if (body !== null) action.mutate(body);
      }}
    >
      <Stack gap="sm">
        <Text size="sm">
          A home gets its customer on the home’s own page, by “Change of tenant”.
        </Text>
        <EntryField entry={fields.name} label="Name" focus />
        <EntryField entry={fields.phone} label="Phone" note={phoneNote} />
        <EntryField entry={fields.email} label="E-mail" />
        <EntryField entry={fields.note} label="Note" note="For colleagues" long />
      </Stack>
    </DialogForm>
  );
}

type OfCustomer = { readonly customer: CustomerDetail; readonly onClose: () => void };

/** Somebody else may be faster: what they wrote stands under each field, and is not lost. */
export function EditForm({ customer, onClose }: OfCustomer) {
  const [opened] = useState(customer);
  const fields = useFields(opened);
  const reason = useEntry('', (text) => readText(text, 1, 200));
  const action = useAction({
    run: (body: Fields) =>
      editCustomer(customer.customerId, {
        ...body,
        // With the other's words in sight, pressing goes on from what is there now.
        version: customer.version,
        reason: reason.read.ok ? reason.read.value : '',
      }),
    stale: [['customer', customer.customerId], customersKey, ['connection']],
    onDone: onClose,
  });
  const isBehind = customer.version !== opened.version;
  const now = (name: keyof Fields, usual = ''): string =>
    isBehind && customer[name] !== opened[name]
      ? `Now: ${customer[name] === null || customer[name] === '' ? 'empty' : customer[name]}`
      : usual;
  return (
    <DialogForm
      submit={isBehind ? 'Keep mine' : 'Change'}
      action={action}
      entries={[...fields.entries, reason]}
      onCancel={onClose}
      onSubmit={() => {
        const body = fields.read();
        if (body !== null) action.mutate(body);
      }}
    >
      <Stack gap="sm">
        {isBehind && (
          <Text size="sm" fw={550}>
            {customer.changedBy ?? 'Somebody'} changed this customer while your form was open.
          </Text>
        )}
        <EntryField entry={fields.name} label="Name" note={now('name')} focus />
        <EntryField
          entry={fields.phone}
          label="Phone"
          note={now('phone', 'Sees and buys for all homes of the customer; the old one no more')}
        />
        <EntryField entry={fields.email} label="E-mail" note={now('email')} />
        <EntryField entry={fields.note} label="Note" note={now('note', 'For colleagues')} long />
        <EntryField entry={reason} label="Reason" note="Kept with your name" />
      </Stack>
    </DialogForm>
  );
}

/** Finds another customer, and says who goes into whom. */
export function MergeForm({ customer, onClose }: OfCustomer) {
  const chosen = useChosenCustomer();
  const reason = useEntry('', (said) => readText(said, 1, 200));
  const action = useAction({
    run: (why: string) =>
      mergeCustomers(customer.customerId, { otherId: chosen.text, reason: why }),
    stale: [['customer'], customersKey, ['connection']],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Merge"
      action={action}
      entries={[chosen, reason]}
      onCancel={onClose}
      onSubmit={() => reason.read.ok && action.mutate(reason.read.value)}
    >
      <Stack gap="sm">
        <Text size="sm">
          The homes, debts, tickets and history of the other become {customer.name}’s, with the
          phone {customer.phone ?? 'of the other'}. Both phones are told. You can undo it on this
          page.
        </Text>
        <CustomerChoice label="The other customer" entry={chosen} but={customer.customerId} />
        <EntryField entry={reason} label="Reason" note="Kept with your name" />
      </Stack>
    </DialogForm>
  );
}

export function UnmergeForm({
  customer,
  other,
  onClose,
}: OfCustomer & { readonly other: CustomerDetail['mergedFrom'][number] }) {
  const reason = useEntry('', (text) => readText(text, 1, 200));
  const action = useAction({
    run: (why: string) =>
      unmergeCustomers(customer.customerId, { otherId: other.customerId, reason: why }),
    stale: [['customer'], customersKey, ['connection']],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Undo the merge"
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => reason.read.ok && action.mutate(reason.read.value)}
    >
      <Stack gap="sm">
        <Text size="sm">
          The homes that came from {other.name} go back, with the phone {other.phone ?? 'unknown'}.
          Both phones are told.
        </Text>
        <EntryField entry={reason} label="Reason" note="Kept with your name" focus />
      </Stack>
    </DialogForm>
  );
}
