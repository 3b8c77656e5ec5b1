// A home that changes hands: somebody moves out, in, or one after the other, with the final
// reading.

import { Checkbox, NativeSelect, Radio, Stack, Text } from '@mantine/core';
import type { ConnectionDetail } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { changeTenant, customersFoundQuery, customersKey } from '../../api/customers.ts';
import { useAction } from '../../api/use-action.ts';
import { useCurrency, useWhyReadOnly } from '../../shell/session.tsx';
import { type Read, readKwh, readText } from '../../text/entries.ts';
import { moneyText } from '../../text/numbers.ts';
import { Dialog, DialogForm, type Entry, EntryField, useEntry } from '../../ui/form.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { ActionButton } from '../../ui/show.tsx';

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
  const [text, setText] = useState('');
  const [knownId, setKnownId] = useState('');
  const name = useEntry('', (said) => readText(said, 1, 120));
  const phone = useEntry('', (said) => readText(said, 1, 40));
  const chosen: Entry<string> = {
    ...{ text: knownId, setText: setKnownId, fault: null, insist: () => undefined },
    read: knownId === '' ? err('Choose a customer') : ok(knownId),
  };
  const read = () => {
    if (who === 'nobody') return null;
    if (who === 'known') return { customerId: knownId };
    const [said, dialled] = [name.read, phone.read];
    return { name: said.ok ? said.value : '', phone: dialled.ok ? dialled.value : '' };
  };
  const entries = { person: [name, phone], known: [chosen], nobody: [] }[who];
  return { who, setWho, text, setText, knownId, setKnownId, name, phone, entries, read };
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
  const { who, setWho, text, setText, knownId, setKnownId, name, phone } = o.next;
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
      {who === 'known' && (
        <ChooseCustomer {...{ text, onText: setText, chosen: knownId, onChoose: setKnownId }} />
      )}
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
  if (prepaidMinor === '0' && debtMinor === '0') return null;
  const [prepaid, debt] = [moneyText(prepaidMinor, currency), moneyText(debtMinor, currency)];
  return (
    <Checkbox
      checked={o.stays}
      onChange={({ currentTarget }) => o.onStays(currentTarget.checked)}
      label={`Prepaid money (${prepaid}) and debts (${debt}) stay with the home`}
      description="Pay back or write off first what the next tenant should not have"
    />
  );
}

function ChooseCustomer(o: {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly chosen: string;
  readonly onChoose: (customerId: string) => void;
}) {
  const rows = useQuery(customersFoundQuery(o.text.trim())).data?.rows ?? [];
  return (
    <>
      <SearchBox
        label="Find the customer"
        placeholder="Name, phone, home or meter"
        value={o.text}
        onSearch={o.onText}
      />
      {rows.length > 0 && (
        <Radio.Group label="Customer" value={o.chosen} onChange={o.onChoose}>
          <Stack gap="xs" mt="xs">
            {rows.slice(0, 8).map((row) => (
              <Radio
                key={row.customerId}
                value={row.customerId}
                label={`${row.name}, ${row.phone ?? 'no phone'}`}
                description={row.homeName ?? 'no home'}
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
    </>
  );
}
