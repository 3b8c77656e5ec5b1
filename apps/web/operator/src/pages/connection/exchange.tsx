// Another meter on this connection, and sales to it stopped or let go on. The exchange waits for a
// second person; a block counts at once.

import { Alert, Group, NativeSelect, Stack, Text } from '@mantine/core';
import type { ConnectionDetail } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { askExchange, blockConnection } from '../../api/corrections.ts';
import { useAction } from '../../api/use-action.ts';
import { walletQuery } from '../../api/wallet.ts';
import { useCurrency, useWhyReadOnly } from '../../shell/session.tsx';
import { type Read, readKwh, readMoney, readText } from '../../text/entries.ts';
import { kwhText, meterNumberText, moneyText } from '../../text/numbers.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton } from '../../ui/show.tsx';
import { readKeyRevision, readLinkHash, readMeterPan } from './exchange-fields.ts';
import { AssignTariff } from './tariff.tsx';

type OfConnection = { readonly detail: ConnectionDetail };
type FormProps = OfConnection & { readonly onClose: () => void };

export function ConnectionActions({ detail }: OfConnection) {
  const readOnly = useWhyReadOnly();
  const [open, setOpen] = useState<'exchange' | 'block' | null>(null);
  const close = () => setOpen(null);
  const isBlocked = detail.blockedReason !== null;
  return (
    <Stack gap="sm">
      {isBlocked && (
        <Alert color="red" title="Nothing is sold to this connection">
          {detail.blockedReason}
        </Alert>
      )}
      <Group gap="sm">
        <ActionButton why={readOnly} onClick={() => setOpen('exchange')}>
          Exchange the meter
        </ActionButton>
        <ActionButton why={readOnly} onClick={() => setOpen('block')}>
          {isBlocked ? 'Let sales go on' : 'Stop sales'}
        </ActionButton>
        <AssignTariff connectionId={detail.connectionId} />
      </Group>
      <Dialog opened={open === 'exchange'} onClose={close} title="Exchange the meter">
        <ExchangeForm detail={detail} onClose={close} />
      </Dialog>
      <Dialog
        opened={open === 'block'}
        onClose={close}
        title={isBlocked ? 'Let sales go on' : 'Stop sales'}
      >
        {isBlocked ? (
          <UnblockForm detail={detail} onClose={close} />
        ) : (
          <BlockForm detail={detail} onClose={close} />
        )}
      </Dialog>
    </Stack>
  );
}

type Algorithm = 'ea07' | 'ea11';
type From = 'lastReading' | 'stated';
type Counts = 'energy' | 'money';

function useExchange(detail: ConnectionDetail, isWallet: boolean) {
  const { meter } = detail;
  const digits = (count: number) => (text: string) =>
    new RegExp(`^\\d{${count}}$`).test(text.trim())
      ? ok(text.trim())
      : err(`Write ${count} digits.`);
  const pan = useEntry('', readMeterPan);
  const group = useEntry(meter.supplyGroupCode, digits(6));
  const index = useEntry(meter.tariffIndex, digits(2));
  const revision = useEntry(String(meter.keyRevision), readKeyRevision);
  const link = useEntry('', readLinkHash);
  const currency = useCurrency();
  // A meter that counts money shows money: what is left in it is read and written as that.
  const oldMoney = detail.state.creditMode === 'money';
  const readLeft = (text: string): Read<string> =>
    oldMoney ? readMoney(text, currency, 'allowed') : readKwh(text);
  const left = useEntry('', readLeft);
  const taken = useEntry('', (text) => (text.trim() === '' ? ok(null) : readLeft(text)));
  const [counts, setCounts] = useState<Counts>(oldMoney ? 'money' : 'energy');
  const final = useEntry('', (text) => (text.trim() === '' ? ok(null) : readKwh(text)));
  const start = useEntry('', (text) => (text.trim() === '' ? ok(null) : readKwh(text)));
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const [algorithm, setAlgorithm] = useState<Algorithm>(
    meter.encryptionAlgorithm === 'ea07' ? 'ea07' : 'ea11',
  );
  const [from, setFrom] = useState<From>(
    detail.state.lastContactAt === null ? 'stated' : 'lastReading',
  );
  const stated = from === 'stated' && !isWallet ? [left, taken] : [];
  const entries = [
    pan,
    group,
    index,
    revision,
    link,
    ...stated,
    ...(isWallet ? [final, start] : []),
    reason,
  ];
  const body = () => {
    const isRead = pan.read.ok && group.read.ok && index.read.ok && revision.read.ok;
    if (!isRead || !link.read.ok || !reason.read.ok) return null;
    const { value: leftText } = left.read.ok ? left.read : { value: '0' };
    const credited = taken.read.ok ? taken.read.value : null;
    return {
      reason: reason.read.value,
      oldMeterPan: meter.meterPan,
      meter: {
        meterPan: pan.read.value,
        encryptionAlgorithm: algorithm,
        supplyGroupCode: group.read.value,
        tariffIndex: index.read.value,
        keyRevision: revision.read.value,
        ...(isWallet ? {} : { counts }),
        secretSha256: link.read.value,
      },
      balance: balanceOf({ from, oldMoney, left: leftText, credited }),
      ...(final.read.ok && final.read.value !== null
        ? { finalImportEnergyWh: final.read.value }
        : {}),
      ...(start.read.ok && start.read.value !== null
        ? { startImportEnergyWh: start.read.value }
        : {}),
    };
  };
  const fields = { pan, group, index, revision, link, left, taken, final, start, reason };
  const choices = { algorithm, setAlgorithm, from, setFrom, counts, setCounts };
  return { ...fields, ...choices, oldMoney, entries, body };
}

/** As stated, in the unit of the old meter's display. */
function balanceOf(o: {
  readonly from: From;
  readonly oldMoney: boolean;
  readonly left: string;
  readonly credited: string | null;
}) {
  if (o.from === 'lastReading') return { from: o.from };
  return o.oldMoney
    ? ({ from: 'statedMoney', amountMinor: o.left, creditedMinor: o.credited } as const)
    : ({ from: 'stated', energyWh: o.left, creditedWh: o.credited } as const);
}

function ExchangeForm({ detail, onClose }: FormProps) {
  const navigate = useNavigate();
  const isWallet = useQuery(walletQuery(detail.connectionId)).data?.creditMode === 'wallet';
  const form = useExchange(detail, isWallet);
  type Asked = NonNullable<ReturnType<typeof form.body>>;
  const action = useAction({
    run: (asked: Asked, requestId) => askExchange(detail.connectionId, { ...asked, requestId }),
    stale: [['approvals'], ['connection', detail.connectionId]],
    onDone: ({ approvalId }) =>
      void navigate({ to: '/approvals/$approvalId', params: { approvalId } }),
  });
  return (
    <DialogForm
      submit="Ask for approval"
      action={action}
      entries={form.entries}
      onCancel={onClose}
      onSubmit={() => {
        const asked = form.body();
        if (asked !== null) action.mutate(asked);
      }}
    >
      <Text size="sm">
        Meter {meterNumberText(detail.meter.meterPan)} is retired once a second person has approved:
        its number refuses sales from then on, and{' '}
        {isWallet
          ? 'the balance stays in the wallet, which the new meter’s readings are charged to.'
          : 'what was left in it goes over by a token of the new one.'}
      </Text>
      <NewMeter form={form} />
      {!isWallet && <NewUnit form={form} />}
      {isWallet ? <Registers form={form} /> : <Balance detail={detail} form={form} />}
      <EntryField entry={form.reason} label="Why" note="The second person reads it" long />
    </DialogForm>
  );
}

type ExchangeFields = { readonly form: ReturnType<typeof useExchange> };

function NewMeter({ form }: ExchangeFields) {
  return (
    <>
      <EntryField entry={form.pan} label="Number of the new meter" note="18 digits" numeric focus />
      <Group grow align="flex-start">
        <EntryField entry={form.group} label="Supply group" numeric />
        <EntryField entry={form.revision} label="Key revision" numeric />
        <EntryField entry={form.index} label="Tariff index" numeric />
      </Group>
      <NativeSelect
        label="Encryption"
        value={form.algorithm}
        data={[
          { value: 'ea11', label: 'EA11' },
          { value: 'ea07', label: 'EA07' },
        ]}
        onChange={({ currentTarget: { value } }) =>
          form.setAlgorithm(value === 'ea07' ? 'ea07' : 'ea11')
        }
      />
      <EntryField
        entry={form.link}
        label="SHA-256 of the secret of its link"
        note="64 hexadecimal digits; empty for a meter without a link"
      />
    </>
  );
}

/** In wallet mode use is charged by registers, and nothing is left in the meter. */
function Registers({ form }: ExchangeFields) {
  return (
    <>
      <EntryField
        entry={form.final}
        label="Register of the old meter, as read there"
        unit="kWh"
        note="Use is charged up to this register; if empty, up to the last known reading"
        numeric
      />
      <EntryField
        entry={form.start}
        label="Register of the new meter, as put in"
        unit="kWh"
        note="Use is charged from this register on; if empty, from the first reading on"
        numeric
      />
    </>
  );
}

function NewUnit({ form }: ExchangeFields) {
  const differs = form.oldMoney !== (form.counts === 'money');
  return (
    <NativeSelect
      label="The new meter counts its credit in"
      description={
        differs
          ? 'What was left goes over at the price of a kilowatt-hour on the meter now; the ' +
            'second person sees it.'
          : 'As the old one does.'
      }
      value={form.counts}
      data={[
        { value: 'energy', label: 'Energy' },
        { value: 'money', label: 'Money' },
      ]}
      onChange={({ currentTarget: { value } }) =>
        form.setCounts(value === 'money' ? 'money' : 'energy')
      }
    />
  );
}

function Balance({ detail, form }: OfConnection & ExchangeFields) {
  const currency = useCurrency();
  const { availableEnergyWh, balanceMinor } = detail.state;
  const energy = availableEnergyWh === null ? null : kwhText(availableEnergyWh);
  const left = balanceMinor === null ? null : moneyText(balanceMinor, currency);
  const reported = form.oldMoney ? left : energy;
  const unit = form.oldMoney ? currency.code : 'kWh';
  return (
    <>
      <NativeSelect
        label="What is left in the old meter"
        value={form.from}
        data={[
          {
            value: 'lastReading',
            label: reported === null ? 'It never reported' : `As it reported: ${reported}`,
            disabled: reported === null,
          },
          { value: 'stated', label: 'As it was read at the meter' },
        ]}
        onChange={({ currentTarget: { value } }) =>
          form.setFrom(value === 'stated' ? 'stated' : 'lastReading')
        }
      />
      {form.from === 'stated' && (
        <>
          <EntryField entry={form.left} label="Credit left" unit={unit} numeric />
          <EntryField
            entry={form.taken}
            label="All credit that it ever took"
            unit={unit}
            note="Short code 821, if it can be read; empty otherwise"
            numeric
          />
        </>
      )}
    </>
  );
}

function BlockForm({ detail, onClose }: FormProps) {
  const reason = useEntry('', (text) => readText(text, 1, 200));
  const action = useAction({
    run: (words: string) => blockConnection(detail.connectionId, 'block', words),
    stale: [['connection', detail.connectionId]],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Stop sales at once"
      danger
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => reason.read.ok && action.mutate(reason.read.value)}
    >
      <Text size="sm">
        Nobody can buy for {detail.name} any more. The meter goes on with what it has; what was sold
        stays.
      </Text>
      <EntryField entry={reason} label="Reason" note="Operators see it" focus />
    </DialogForm>
  );
}

function UnblockForm({ detail, onClose }: FormProps) {
  const reason = useEntry('', (text) => readText(text, 1, 200));
  const action = useAction({
    run: (words: string) => blockConnection(detail.connectionId, 'unblock', words),
    stale: [['connection', detail.connectionId]],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Let sales go on"
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => reason.read.ok && action.mutate(reason.read.value)}
    >
      <Text size="sm">
        Sales to {detail.name} were stopped: {detail.blockedReason}
      </Text>
      <EntryField entry={reason} label="Reason" note="It stands in the audit log" focus />
    </DialogForm>
  );
}
