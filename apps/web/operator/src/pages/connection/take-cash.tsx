// Cash that a customer pays into a wallet at the counter: a sale of the counter's till, by its key,
// so that float, budget and shift hold as at any shop.

import { PasswordInput, Text } from '@mantine/core';
import type { ConnectionDetail } from '@prewatt/api';
import { useState } from 'react';
import { sellAtCounter } from '../../api/bulk-purchase.ts';
import { useAction } from '../../api/use-action.ts';
import { useCurrency } from '../../shell/session.tsx';
import { readMoney } from '../../text/entries.ts';
import { DialogForm, EntryField, useEntry } from '../../ui/form.tsx';

export function TakeCashForm(props: {
  readonly detail: ConnectionDetail;
  readonly onClose: () => void;
}) {
  const { detail, onClose } = props;
  const currency = useCurrency();
  const amount = useEntry('', (text) => readMoney(text, currency));
  const [key, setKey] = useState('');
  const action = useAction({
    run: (amountMinor: string, requestId) =>
      sellAtCounter(key.trim(), { requestId, meterPan: detail.meter.meterPan, amountMinor }),
    stale: [['connection', detail.connectionId]],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Take the cash"
      action={action}
      entries={[amount]}
      onCancel={onClose}
      onSubmit={() => amount.read.ok && action.mutate(amount.read.value)}
    >
      <Text size="sm">
        The counter is a vendor with a till: the sale is taken from its float and stands in its
        shift. The customer gets a text with the balance.
      </Text>
      <EntryField entry={amount} label="Cash" unit={currency.code} numeric focus />
      <PasswordInput
        label="Key of the counter’s till"
        description="It was shown once, when it was made. It is not kept: enter it each time."
        value={key}
        autoComplete="off"
        onChange={(event) => setKey(event.currentTarget.value)}
      />
    </DialogForm>
  );
}
