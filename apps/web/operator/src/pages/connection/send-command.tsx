// "Send a command": what is asked of the meter and why, then its stages as they come. The server
// decides: what it refuses stands here in its words.

import { Button, Checkbox, Drawer, Group, NativeSelect, Stack, Text } from '@mantine/core';
import type { CommandRow, ControlMode } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { sendCommand } from '../../api/commands.ts';
import { commandsQuery } from '../../api/connection.ts';
import { controlLimitsKey, controlLimitsQuery, safetyCutsKey } from '../../api/limits.ts';
import { useAction } from '../../api/use-action.ts';
import { useCurrency, useSession, useWhyReadOnly } from '../../shell/session.tsx';
import { type Read, readCount, readKwh, readMoney, readText } from '../../text/entries.ts';
import { commandLabels } from '../../text/labels.ts';
import { controlModeLabels } from '../../text/meter.ts';
import { DialogForm, type Entry, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton } from '../../ui/show.tsx';
import {
  bodyOf,
  firstKind,
  type SendKind,
  sendKinds,
  sendLabels,
  type Wish,
  whyNotSend,
} from './command-labels.ts';
import { CommandLife } from './commands.tsx';

export function SendCommand({ connectionId }: { connectionId: string }) {
  const readOnly = useWhyReadOnly();
  const [opened, setOpened] = useState(false);
  const [sent, setSent] = useState<CommandRow | null>(null);
  const close = () => {
    setOpened(false);
    setSent(null);
  };
  return (
    <>
      <ActionButton why={readOnly} onClick={() => setOpened(true)}>
        Send a command
      </ActionButton>
      <Drawer
        opened={opened}
        onClose={close}
        position="right"
        size="md"
        title="Send a command"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {opened && sent === null && (
          <SendForm connectionId={connectionId} onSent={setSent} onClose={close} />
        )}
        {sent !== null && (
          <Sent connectionId={connectionId} first={sent} onAgain={() => setSent(null)} />
        )}
      </Drawer>
    </>
  );
}

type SentProps = {
  readonly connectionId: string;
  readonly first: CommandRow;
  readonly onAgain: () => void;
};

function Sent({ connectionId, first, onAgain }: SentProps) {
  const list = useInfiniteQuery(commandsQuery(connectionId));
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
  const row = rows.find(({ commandId }) => commandId === first.commandId) ?? first;
  return (
    <Stack gap="md">
      <Text fw={600}>{commandLabels[row.kind]}</Text>
      <CommandLife connectionId={connectionId} row={row} />
      <Text size="sm" c="dimmed">
        It goes on without this page; the Commands tab shows it as well.
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onAgain}>
          Send another
        </Button>
      </Group>
    </Stack>
  );
}

const largestSetting = 1_000_000_000;

/** "2000" -> 2000; nothing -> null, which is no limit. */
function readLimit(text: string): Read<number | null> {
  const words = text.trim();
  if (words === '') return ok(null);
  const watts = /^[1-9]\d{0,9}$/.test(words) ? Number(words) : Number.NaN;
  return watts <= largestSetting ? ok(watts) : err('Write whole watts, or nothing for no limit.');
}

/** Nothing is the most that the utility allows. */
function readHours(text: string): Read<number | null> {
  if (text.trim() === '') return ok(null);
  const read = readCount(text, 72);
  return read.ok && read.value > 0 ? read : err('Write whole hours, or nothing for the most.');
}

function readPreset(text: string): Read<number> {
  const energy = readKwh(text);
  if (!energy.ok) return energy;
  const energyWh = Number(energy.value);
  return energyWh <= largestSetting ? ok(energyWh) : err('That is too much.');
}

const causes: Readonly<Record<Wish['cause'], string>> = {
  operator: 'The utility wants it',
  maintenance: 'Work on the line or the meter',
  safety: 'Danger: cut also in protected hours',
};

type ModeChoice = `${ControlMode}` | 'maker';
const modeChoices: Readonly<Record<ModeChoice, string>> = {
  0: '0: never opens',
  1: '1: closed by a hand',
  2: '2: closed by command or hand',
  3: '3: as 1, without 898',
  4: '4: as 2, without 898',
  5: '5: closed by the meter or a hand',
  6: '6: as 5, without 898',
  maker: 'As its maker set it',
};
const modes = [0, 1, 2, 3, 4, 5, 6] as const;
const modeOf = (choice: ModeChoice): ControlMode | null =>
  modes.find((mode) => `${mode}` === choice) ?? null;

type FormProps = {
  readonly connectionId: string;
  readonly onSent: (row: CommandRow) => void;
  readonly onClose: () => void;
};

/** What the form holds. A price that is not sent may be anything. */
function useWish() {
  const currency = useCurrency();
  const [kind, setKind] = useState<SendKind>(firstKind);
  const [cause, setCause] = useState<Wish['cause']>('operator');
  const [automatic, setAutomatic] = useState(false);
  const [paymentMode, setPaymentMode] = useState<Wish['paymentMode']>('prepayment');
  const [controlMode, setControlMode] = useState<ModeChoice>('maker');
  const limit = useEntry('', readLimit);
  const preset = useEntry('', readPreset);
  const hours = useEntry('', readHours);
  const [creditUnit, setCreditUnit] = useState<Wish['creditUnit']>('energy');
  // Without a price a meter that counts in energy stays as it is.
  const price = useEntry(
    '',
    (text): Read<string | null> =>
      text.trim() === '' && creditUnit === 'energy' ? ok(null) : readMoney(text, currency),
  );
  const reason = useEntry('', (text) => readText(text, 5, 500));
  const priced = kind === 'setPaymentMode';
  const entries: Entry<unknown>[] = [reason];
  if (kind === 'setPowerLimit') entries.push(limit);
  if (kind === 'switchOpen' && cause === 'safety') entries.push(hours);
  if (kind === 'setEmergencyCredit') entries.push(preset);
  if (priced) entries.push(price);
  const wish: Wish = {
    kind,
    cause,
    automatic,
    paymentMode,
    creditUnit,
    reason: reason.read.ok ? reason.read.value : '',
    hours: hours.read.ok ? hours.read.value : null,
    limitW: limit.read.ok ? limit.read.value : null,
    controlMode: modeOf(controlMode),
    presetEnergyWh: preset.read.ok ? preset.read.value : 0,
    priceMinor: priced && price.read.ok ? price.read.value : null,
  };
  const set = { setKind, setCause, setAutomatic, setPaymentMode, setCreditUnit, setControlMode };
  return { wish, entries, controlMode, hours, limit, preset, price, reason, ...set };
}

function SendForm({ connectionId, onSent, onClose }: FormProps) {
  const { role } = useSession();
  const navigate = useNavigate();
  const form = useWish();
  const { kind } = form.wish;
  const action = useAction({
    run: (wish: Wish, requestId) => sendCommand(connectionId, bodyOf(wish, requestId)),
    stale: [['connection', connectionId], ['approvals'], controlLimitsKey, safetyCutsKey],
    onDone: (sent) => {
      if ('commandId' in sent) return onSent(sent);
      const { approvalId } = sent;
      void navigate({ to: '/approvals/$approvalId', params: { approvalId } });
    },
  });
  return (
    <DialogForm
      submit="Send"
      danger={kind === 'switchOpen'}
      action={action}
      entries={form.entries}
      onCancel={onClose}
      onSubmit={() => action.mutate(form.wish)}
    >
      <NativeSelect
        label="Command"
        description={sendLabels[kind].does}
        value={kind}
        data={sendKinds.map((each) => {
          const why = whyNotSend(each, role);
          return {
            value: each,
            label: why === null ? commandLabels[each] : `${commandLabels[each]} (${why})`,
            disabled: why !== null,
          };
        })}
        onChange={({ currentTarget: { value } }) =>
          form.setKind(sendKinds.find((known) => known === value) ?? kind)
        }
      />
      <KindFields form={form} />
      <EntryField entry={form.reason} label="Why" note="Kept with your name" long focus />
    </DialogForm>
  );
}

function KindFields({ form }: { form: ReturnType<typeof useWish> }) {
  switch (form.wish.kind) {
    case 'switchOpen':
      return (
        <>
          <Choice label="Cause" value={form.wish.cause} of={causes} onChoose={form.setCause} />
          {form.wish.cause === 'safety' && <SafetyFields hours={form.hours} />}
        </>
      );
    case 'setPowerLimit':
      return (
        <EntryField entry={form.limit} label="Limit" unit="W" note="Empty: no limit" numeric />
      );
    case 'setEmergencyCredit':
      return (
        <>
          <EntryField entry={form.preset} label="Emergency credit" unit="kWh" numeric />
          <Checkbox
            label="Begins by itself, without a press at the meter"
            checked={form.wish.automatic}
            onChange={({ currentTarget: { checked } }) => form.setAutomatic(checked)}
          />
        </>
      );
    case 'setControlMode':
      return (
        <>
          <Choice
            label="Control mode"
            value={form.controlMode}
            of={modeChoices}
            onChoose={form.setControlMode}
          />
          <Text size="sm">
            {form.wish.controlMode === null
              ? 'As delivered: it closes by itself, or somebody closes it at the meter.'
              : `${controlModeLabels[form.wish.controlMode]}.`}
          </Text>
        </>
      );
    case 'setPaymentMode':
      return <PaymentModeFields form={form} />;
    default:
      return null;
  }
}

function PaymentModeFields({ form }: { form: ReturnType<typeof useWish> }) {
  const currency = useCurrency();
  return (
    <>
      <Choice
        label="Payment"
        value={form.wish.paymentMode}
        of={{ prepayment: 'Before use', credit: 'After use' }}
        onChoose={form.setPaymentMode}
      />
      <Choice
        label="The meter counts"
        value={form.wish.creditUnit}
        of={{ energy: 'Energy', money: 'Money' }}
        onChoose={form.setCreditUnit}
      />
      <EntryField
        entry={form.price}
        label="Price of a kWh"
        unit={currency.code}
        note={
          form.wish.creditUnit === 'money'
            ? 'The credit stays in the meter and is converted at this price'
            : 'If the meter counts in money now, its credit is converted at this price'
        }
        numeric
      />
    </>
  );
}

/** What a cut for safety costs of the operator's budget, and how long it lasts. */
function SafetyFields({ hours }: { readonly hours: Entry<number | null> }) {
  const { data } = useQuery(controlLimitsQuery);
  if (data === undefined) return <EntryField entry={hours} label="Hours" numeric />;
  const { limits, own } = data;
  const isSpent = own.safetyCuts >= limits.safetyCutsPerHour;
  return (
    <>
      <EntryField
        entry={hours}
        label="Hours"
        note={`Then it ends by itself; empty: ${limits.safetyCutHours}, the most`}
        numeric
      />
      <Text size="sm" fw={isSpent ? 550 : undefined}>
        You made {own.safetyCuts} of {limits.safetyCutsPerHour} such cuts in this hour.{' '}
        {isSpent
          ? 'This one waits for approval by a second person.'
          : 'It stands on the attention list at once, with your name.'}
      </Text>
    </>
  );
}

type ChoiceProps<T extends string> = {
  readonly label: string;
  readonly value: T;
  readonly of: Readonly<Record<T, string>>;
  readonly onChoose: (value: T) => void;
};

function Choice<T extends string>({ label, value, of, onChoose }: ChoiceProps<T>) {
  const all = Object.keys(of) as T[];
  return (
    <NativeSelect
      label={label}
      value={value}
      data={all.map((each) => ({ value: each, label: of[each] }))}
      onChange={({ currentTarget }) =>
        onChoose(all.find((known) => known === currentTarget.value) ?? value)
      }
    />
  );
}
