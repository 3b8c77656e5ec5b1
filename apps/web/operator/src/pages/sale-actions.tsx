// What can be done about a sale afterwards: printed again, reversed while its token provably is in
// no meter, moved to the right meter, or made good by a credit note. All but the first wait for a
// second person.

import { Button, Group, Menu, NativeSelect, Skeleton, Stack, Text } from '@mantine/core';
import type { SaleDetail } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  askCreditNote,
  askMove,
  askReversal,
  reprint,
  reversibilityQuery,
} from '../api/corrections.ts';
import { useAction } from '../api/use-action.ts';
import { useCurrency, useWhyReadOnly } from '../shell/session.tsx';
import { moneyEntry, readKwh, readMoney, readText } from '../text/entries.ts';
import { moneyText } from '../text/numbers.ts';
import { type PutRight, whyNotPutRight } from '../text/sale-actions.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../ui/form.tsx';
import { ActionButton } from '../ui/show.tsx';
import { FailureNote } from '../ui/states.tsx';
import { TokenDigits } from '../ui/token-digits.tsx';

const titles: Record<PutRight, string> = {
  reprint: 'Print again',
  reversal: 'Reverse this sale',
  move: 'Move it to another meter',
  creditNote: 'Credit note',
};
type Action = PutRight;
const actions = Object.keys(titles) as Action[];

export function SaleActions({ sale }: { sale: SaleDetail }) {
  const readOnly = useWhyReadOnly();
  const [open, setOpen] = useState<Action | null>(null);
  const close = () => setOpen(null);
  const forms: Record<Action, (props: FormProps) => React.ReactNode> = {
    reprint: ReprintForm,
    reversal: ReversalForm,
    move: MoveForm,
    creditNote: CreditNoteForm,
  };
  const Form = open === null ? null : forms[open];
  if (sale.tokenLastFour === null) return null;
  if (readOnly !== null) {
    return (
      <ActionButton size="compact-sm" why={readOnly} onClick={close}>
        Correct…
      </ActionButton>
    );
  }
  return (
    <>
      <Menu position="bottom-start" width={220} keepMounted={false}>
        <Menu.Target>
          <Button size="compact-sm" variant="default">
            Correct…
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {actions.map((action) => {
            const why = whyNotPutRight(action, sale.state);
            return (
              <Menu.Item key={action} disabled={why !== null} onClick={() => setOpen(action)}>
                {titles[action]}
                {why !== null && (
                  <Text size="xs" c="dimmed">
                    {why}
                  </Text>
                )}
              </Menu.Item>
            );
          })}
        </Menu.Dropdown>
      </Menu>
      <Dialog opened={open !== null} onClose={close} title={open === null ? '' : titles[open]}>
        {Form !== null && <Form sale={sale} onClose={close} />}
      </Dialog>
    </>
  );
}

type FormProps = { readonly sale: SaleDetail; readonly onClose: () => void };

const useReason = () => useEntry('', (text) => readText(text, 10, 500));

/** Leads to the approval that was asked for. */
function useGoToApproval() {
  const navigate = useNavigate();
  return ({ approvalId }: { readonly approvalId: string }) =>
    void navigate({ to: '/approvals/$approvalId', params: { approvalId } });
}

const staleAfter = (saleId: string) => [['sale', saleId], ['sales'], ['approvals'], ['connection']];

/** The meter's register of all credit, in what the meter counts. */
function useRegister(sale: SaleDetail) {
  const currency = useCurrency();
  const countsMoney = sale.creditMinor !== null;
  const entry = useEntry('', (text) =>
    countsMoney ? readMoney(text, currency, 'allowed') : readKwh(text),
  );
  const body = (): { creditedWh?: string; creditedMinor?: string } => {
    if (!entry.read.ok) return {};
    return countsMoney ? { creditedMinor: entry.read.value } : { creditedWh: entry.read.value };
  };
  return { entry, body, unit: countsMoney ? currency.code : 'kWh' };
}

function ReversalForm({ sale, onClose }: FormProps) {
  const reason = useReason();
  const proof = useQuery(reversibilityQuery(sale.saleId));
  const [moneyGoes, setMoneyGoes] = useState<'prepaid' | 'payer'>('prepaid');
  const register = useRegister(sale);
  const action = useAction({
    run: (o: { reason: string; creditedWh?: string; creditedMinor?: string }, requestId) =>
      askReversal(sale.saleId, { ...o, requestId, moneyGoes }),
    stale: staleAfter(sale.saleId),
    onDone: useGoToApproval(),
  });
  if (proof.error !== null) return <FailureNote failure={proof.error} />;
  if (proof.data === undefined) return <Skeleton height={120} aria-label="Loading" />;
  const mustRead = proof.data.code === 'meterRegisterUnknown';
  if (!proof.data.reversible && !mustRead) {
    return (
      <Stack gap="sm">
        <Text size="sm" fw={550}>
          It cannot be reversed.
        </Text>
        <Text size="sm">{proof.data.text}</Text>
        <Text size="sm" c="dimmed">
          Give a credit note instead: the utility pays, and the token stays valid.
        </Text>
      </Stack>
    );
  }
  return (
    <DialogForm
      submit="Ask for approval"
      action={action}
      entries={mustRead ? [register.entry, reason] : [reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (!reason.read.ok) return;
        action.mutate({ reason: reason.read.value, ...(mustRead ? register.body() : {}) });
      }}
    >
      <Text size="sm">{proof.data.text}</Text>
      {mustRead && (
        <EntryField
          entry={register.entry}
          label="Register of all credit"
          unit={register.unit}
          note="As read at the meter since it was taken away or can take the token no more"
          numeric
          focus
        />
      )}
      <NativeSelect
        label="The money goes"
        value={moneyGoes}
        data={[
          { value: 'prepaid', label: 'To the customer’s prepaid money' },
          { value: 'payer', label: 'Back to who paid' },
        ]}
        onChange={(event) =>
          setMoneyGoes(event.currentTarget.value === 'payer' ? 'payer' : 'prepaid')
        }
      />
      <EntryField
        entry={reason}
        label="Why"
        note="The second person reads it"
        long
        focus={!mustRead}
      />
    </DialogForm>
  );
}

function MoveForm({ sale, onClose }: FormProps) {
  const meter = useEntry('', (text) => {
    const digits = text.replace(/[\s-]/g, '');
    return /^\d{18}$/.test(digits) ? ok(digits) : err('A meter number has 18 digits.');
  });
  const reason = useReason();
  const proof = useQuery(reversibilityQuery(sale.saleId));
  const by = proof.data?.reversible === true ? 'reversal' : 'creditNote';
  const action = useAction({
    run: (o: { toMeterPan: string; reason: string }, requestId) =>
      askMove(sale.saleId, { ...o, requestId, by }),
    stale: staleAfter(sale.saleId),
    onDone: useGoToApproval(),
  });
  if (proof.error !== null) return <FailureNote failure={proof.error} />;
  if (proof.data === undefined) return <Skeleton height={120} aria-label="Loading" />;
  return (
    <DialogForm
      submit="Ask for approval"
      action={action}
      entries={[meter, reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (!meter.read.ok || !reason.read.ok) return;
        action.mutate({ toMeterPan: meter.read.value, reason: reason.read.value });
      }}
    >
      <Text size="sm">
        {by === 'reversal'
          ? 'This sale is reversed, and the same money buys for the right meter.'
          : 'This sale cannot be reversed, so it stays, and the utility pays for the right meter.'}
      </Text>
      <EntryField entry={meter} label="The right meter" numeric focus />
      <EntryField entry={reason} label="Why" note="The second person reads it" long />
    </DialogForm>
  );
}

function CreditNoteForm({ sale, onClose }: FormProps) {
  const currency = useCurrency();
  const amount = useEntry(moneyEntry(sale.amountMinor, currency), (text) =>
    readMoney(text, currency),
  );
  const reason = useReason();
  const action = useAction({
    run: (o: { amountMinor: string; reason: string }, requestId) =>
      askCreditNote(sale.saleId, { ...o, requestId }),
    stale: staleAfter(sale.saleId),
    onDone: useGoToApproval(),
  });
  return (
    <DialogForm
      submit="Ask for approval"
      action={action}
      entries={[amount, reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (!amount.read.ok || !reason.read.ok) return;
        action.mutate({ amountMinor: amount.read.value, reason: reason.read.value });
      }}
    >
      <Text size="sm">
        {moneyText(sale.amountMinor, currency)} was paid. The utility gives back this much as
        prepaid money; the token stays good.
      </Text>
      <EntryField entry={amount} label="Amount" unit={currency.code} numeric focus />
      <EntryField entry={reason} label="Why" note="The second person reads it" long />
    </DialogForm>
  );
}

function ReprintForm({ sale, onClose }: FormProps) {
  const reason = useEntry('', (text) => readText(text, 3, 500));
  const action = useAction({
    run: (words: string) => reprint(sale.saleId, words),
    stale: [['sale', sale.saleId]],
  });
  // The digits go with the dialog: they are money.
  const close = () => {
    action.reset();
    onClose();
  };
  if (action.data !== undefined) {
    const { keyChangeTokens, liftTokens, tokens, copy } = action.data;
    const before = [...keyChangeTokens, ...liftTokens];
    return (
      <Stack gap="md">
        <Text size="sm">Copy {copy}. To be typed in this order:</Text>
        <TokenDigits tokens={[...before, ...tokens.map(({ token }) => token)]} />
        <Group justify="flex-end">
          <ActionButton why={null} onClick={close}>
            Done
          </ActionButton>
        </Group>
      </Stack>
    );
  }
  return (
    <DialogForm
      submit="Show the tokens"
      action={action}
      entries={[reason]}
      onCancel={close}
      onSubmit={() => {
        if (reason.read.ok) action.mutate(reason.read.value);
      }}
    >
      <Text size="sm">
        Whoever reads the digits can use them. Your name and the reason are kept.
      </Text>
      <EntryField entry={reason} label="Why" long focus />
    </DialogForm>
  );
}
