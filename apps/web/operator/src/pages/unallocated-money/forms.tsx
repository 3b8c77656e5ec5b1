// What a person asks for about unallocated money; a second person allows it.

import { Button, Stack, Text } from '@mantine/core';
import type { MoneyCandidate, UnallocatedMoneyRow } from '@prewatt/api';
import { countText, err, ok } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import {
  askMoneyMove,
  askMoneyRefund,
  candidatesQuery,
  unallocatedKey,
} from '../../api/unallocated-money.ts';
import { useAction } from '../../api/use-action.ts';
import { useCurrency } from '../../shell/session.tsx';
import { readMoney, readText } from '../../text/entries.ts';
import { DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { useToApproval } from '../alone-note.tsx';

type FormProps = { readonly of: UnallocatedMoneyRow; readonly onClose: () => void };

const stale = [unallocatedKey, ['approvals'], ['sales']];
const useReason = () => useEntry('', (text) => readText(text, 10, 500));

export function MoveForm({ of, onClose }: FormProps) {
  const currency = useCurrency();
  const meter = useEntry('', (text) => {
    const digits = text.replace(/[\s-]/g, '');
    return /^\d{18}$/.test(digits) ? ok(digits) : err('A meter number has 18 digits.');
  });
  const amount = useEntry('', (text) => readMoney(text, currency));
  const reason = useReason();
  const toApproval = useToApproval();
  const action = useAction({
    run: (o: { toMeterPan: string; reason: string; amountMinor?: string }, requestId) =>
      askMoneyMove(of.moneyId, { ...o, requestId }),
    stale,
    onDone: ({ approvalId }) => toApproval(approvalId),
  });
  return (
    <DialogForm
      submit="Ask for approval"
      action={action}
      entries={of.isInCurrency ? [meter, reason] : [meter, amount, reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (!meter.read.ok || !reason.read.ok) return;
        action.mutate({
          toMeterPan: meter.read.value,
          reason: reason.read.value,
          ...(of.isInCurrency || !amount.read.ok ? {} : { amountMinor: amount.read.value }),
        });
      }}
    >
      <Text size="sm">
        {of.amountText}, {of.provider} {of.providerReference}. It buys for this meter at once when
        the second person says yes.
      </Text>
      <Candidates moneyId={of.moneyId} onChoose={meter.setText} />
      <EntryField entry={meter} label="Meter" numeric focus />
      {!of.isInCurrency && (
        <EntryField
          entry={amount}
          label="What it came to"
          unit={currency.code}
          note="As the provider or the bank has paid it out; this much is credited"
          numeric
        />
      )}
      <EntryField entry={reason} label="Why" note="The second person reads it" long />
    </DialogForm>
  );
}

/** Meters that the payer may have meant; the person who asks chooses, nobody else does. */
function Candidates({
  moneyId,
  onChoose,
}: {
  moneyId: string;
  onChoose: (meterPan: string) => void;
}) {
  const { data } = useQuery(candidatesQuery(moneyId));
  if (data === undefined || data.rows.length === 0) return null;
  return (
    <Stack gap={4}>
      <Text size="sm">The payer may have meant:</Text>
      {data.rows.map((row) => (
        <Button
          key={row.meterPan}
          variant="default"
          size="compact-sm"
          justify="flex-start"
          onClick={() => onChoose(row.meterPan)}
        >
          {[row.meterPan, row.connectionName, ...reasonsOf(row)].join(' · ')}
        </Button>
      ))}
    </Stack>
  );
}

/** Typing errors between what was written and the number. */
const slipsText = (slips: number): string =>
  slips === 0 ? 'just this number' : `${countText(slips, 'typing error')} between`;

const reasonsOf = ({ slips, samePhone }: MoneyCandidate): string[] => [
  ...(slips === null ? [] : [slipsText(slips)]),
  ...(samePhone ? ['same phone'] : []),
];

export function RefundForm({ of, onClose }: FormProps) {
  const reference = useEntry('', (text) => readText(text, 1, 100));
  const reason = useReason();
  const toApproval = useToApproval();
  const action = useAction({
    run: (o: { reference: string; reason: string }, requestId) =>
      askMoneyRefund(of.moneyId, { ...o, requestId }),
    stale,
    onDone: ({ approvalId }) => toApproval(approvalId),
  });
  return (
    <DialogForm
      submit="Ask for approval"
      action={action}
      entries={[reference, reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (!reference.read.ok || !reason.read.ok) return;
        action.mutate({ reference: reference.read.value, reason: reason.read.value });
      }}
    >
      <Text size="sm">
        {of.amountText}, {of.provider} {of.providerReference}. Pay it back first; this cannot be
        taken back.
      </Text>
      <EntryField entry={reference} label="Reference of the payment back" focus />
      <EntryField entry={reason} label="Why" note="The second person reads it" long />
    </DialogForm>
  );
}
