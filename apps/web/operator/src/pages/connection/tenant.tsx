// A home that changes hands: somebody moves out, in, or one after the other, with the final
// reading.

import { Checkbox, NativeSelect, Stack, Text } from '@mantine/core';
import type { ConnectionDetail } from '@prewatt/api';
import { ok } from '@prewatt/quantities';
import { useState } from 'react';
import { changeTenant, customersKey } from '../../api/customers.ts';
import { useAction } from '../../api/use-action.ts';
import { useCurrency, useWhyReadOnly } from '../../shell/session.tsx';
import { type Read, readKwh, readText } from '../../text/entries.ts';
import { moneyText } from '../../text/numbers.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton } from '../../ui/show.tsx';
import { CustomerChoice, useChosenCustomer } from '../customers/customer-choice.tsx';

export function ChangeTenant({ detail }: { readonly detail: ConnectionDetail }) {
  const readOnly = useWhyReadOnly();
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <ActionButton why={readOnly} onClick={() => setOpen(true)}>
        Change of tenant
      </ActionButton>
      <Dialog opened={open} onClose={close} title={`Change of tenant: ${detail.name}`}>
        <TenantForm detail={detail} onClose={close} />
      </Dialog>
    </>
  );
}

type Who = 'person' | 'known' | 'nobody';
const whoWords: Record<Who, string> = {
  person: 'A new customer',
  known: 'Somebody who is a customer',
  nobody: 'Nobody yet: the home is empty',
};

const readReading = (text: string): Read<string | null> =>
  text.trim() === '' ? ok(null) : readKwh(text);

type TenantProps = { readonly detail: ConnectionDetail; readonly onClose: () => void };

/** Who comes, as the form has it. */
function useNext() {
  const [who, setWho] = useState<Who>('person');
  const name = useEntry('', (said) => readText(said, 1, 120));
  const phone = useEntry('', (said) => readText(said, 1, 40));
  const chosen = useChosenCustomer();
  const read = () => {
    if (who === 'nobody') return null;
    if (who === 'known') return { customerId: chosen.text };
    const [said, dialled] = [name.read, phone.read];
    return { name: said.ok ? said.value : '', phone: dialled.ok ? dialled.value : '' };
  };
  const entries = { person: [name, phone], known: [chosen], nobody: [] }[who];
  return { who, setWho, chosen, name, phone, entries, read };
}

function TenantForm({ detail, onClose }: TenantProps) {
  const { customer } = detail;
  const next = useNext();
  const [stays, setStays] = useState(false);
  const reading = useEntry('', readReading);
  const reason = useEntry('', (said) => readText(said, 1, 200));
  const action = useAction({
    run: () =>
      changeTenant(detail.connectionId, {
        next: next.read(),
        finalReadingWh: reading.read.ok ? reading.read.value : null,
        moneyStays: stays,
        reason: reason.read.ok ? reason.read.value : '',
      }),
    stale: [['connection', detail.connectionId], ['customer'], customersKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit={customer === null ? 'Move in' : 'Change tenant'}
      action={action}
      entries={[reading, ...next.entries, reason]}
      onCancel={onClose}
      onSubmit={() => action.mutate()}
    >
      <Stack gap="sm">
        <Text size="sm">
          {customer === null
            ? 'The home has no customer now.'
            : `${customer.name} moves out: the phone ${customer.phone} sees and buys no more, from this moment.`}{' '}
          Whoever comes sees nothing from before.
        </Text>
        <EntryField
          entry={reading}
          label="Final reading"
          unit="kWh"
          note="What the meter’s register shows; may stay empty"
          numeric
          narrow
        />
        <NextTenant next={next} mayBeNobody={customer !== null} />
        <MoneyStays detail={detail} stays={stays} onStays={setStays} />
        <EntryField entry={reason} label="Reason" note="Kept with your name" />
      </Stack>
    </DialogForm>
  );
}

function NextTenant(o: {
  readonly next: ReturnType<typeof useNext>;
  readonly mayBeNobody: boolean;
}) {
  const { who, setWho, chosen, name, phone } = o.next;
  return (
    <>
      <NativeSelect
        label="Who comes"
        value={who}
        data={(Object.keys(whoWords) as Who[])
          .filter((each) => each !== 'nobody' || o.mayBeNobody)
          .map((each) => ({ value: each, label: whoWords[each] }))}
        onChange={({ currentTarget }) => setWho(currentTarget.value as Who)}
      />
      {who === 'person' && (
        <>
          <EntryField entry={name} label="Name" />
          <EntryField
            entry={phone}
            label="Phone"
            note="As it is dialled at home, or with + and the country’s code"
          />
        </>
      )}
      {who === 'known' && <CustomerChoice label="Find the customer" entry={chosen} />}
    </>
  );
}

/** Of a home where there is any. */
function MoneyStays(o: {
  readonly detail: ConnectionDetail;
  readonly stays: boolean;
  readonly onStays: (stays: boolean) => void;
}) {
  const currency = useCurrency();
  const { prepaidMinor, debtMinor } = o.detail;
  const [prepaid, debt] = [BigInt(prepaidMinor), BigInt(debtMinor)];
  const parts = [
    ...(prepaid > 0n ? [`prepaid money (${moneyText(prepaid.toString(), currency)})`] : []),
    ...(prepaid < 0n
      ? [`what is owed for use (${moneyText((-prepaid).toString(), currency)})`]
      : []),
    ...(debt === 0n ? [] : [`debts (${moneyText(debtMinor, currency)})`]),
  ];
  if (parts.length === 0) return null;
  return (
    <Checkbox
      checked={o.stays}
      onChange={({ currentTarget }) => o.onStays(currentTarget.checked)}
      label={`The next tenant takes over ${parts.join(' and ')}`}
      description="Pay back or write off first what the next tenant should not have"
    />
  );
}
