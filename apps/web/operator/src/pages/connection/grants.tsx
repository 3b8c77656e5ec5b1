// Tokens that no sale paid for: given with a reason and a name, and their digits for who types
// them.

import { Group, NativeSelect, Skeleton, Stack, Text } from '@mantine/core';
import type { GrantKindCode, GrantRow, NewGrantBody } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { giveToken, grantQuery, grantsQuery, showGrant } from '../../api/corrections.ts';
import { useAction } from '../../api/use-action.ts';
import { useCurrency, useWhyReadOnly } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { codeText, type Label } from '../../text/labels.ts';
import { kwhText, moneyText, powerText } from '../../text/numbers.ts';
import { WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Instant, StateBadge } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { TokenDigits } from '../../ui/token-digits.tsx';

export const kindNames: Record<GrantKindCode, string> = {
  freeUnits: 'Free units of the month',
  freeCredit: 'Free credit',
  replacement: 'Replacement',
  clearCredit: 'Clear credit',
  clearTamper: 'Clear tamper',
  setMaximumPowerLimit: 'Power limit',
  setPhaseUnbalanceLimit: 'Phase unbalance limit',
  test: 'Meter test',
  keyChange: 'Key change',
};

export const stateLabels: Record<GrantRow['state'], Label> = {
  issued: { text: 'Not yet accepted', tone: 'busy' },
  accepted: { text: 'Accepted', tone: 'good' },
  refused: { text: 'Refused', tone: 'bad' },
  unconfirmed: { text: 'No answer', tone: 'warn' },
};

export function GrantList({ connectionId }: { connectionId: string }) {
  const query = useInfiniteQuery(grantsQuery(connectionId));
  const readOnly = useWhyReadOnly();
  const [giving, setGiving] = useState(false);
  const [shown, setShown] = useState<GrantRow | null>(null);
  const columns = columnsOf({ readOnly, onShow: setShown });
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed" maw="60ch">
          Tokens that no sale paid for, each with a reason and a name. Free credit waits for a
          second person.
        </Text>
        <ActionButton why={readOnly} onClick={() => setGiving(true)}>
          Give a token
        </ActionButton>
      </Group>
      <DataTable
        label="Given tokens"
        noun="token"
        columns={columns}
        rowKey={(row) => row.grantId}
        query={query}
        empty="No token was given to this meter."
      />
      <Dialog opened={giving} onClose={() => setGiving(false)} title="Give a token">
        <GiveForm connectionId={connectionId} onClose={() => setGiving(false)} />
      </Dialog>
      <Dialog
        opened={shown !== null}
        onClose={() => setShown(null)}
        title={shown === null ? '' : kindNames[shown.kind]}
      >
        {shown !== null && <Digits of={shown} onClose={() => setShown(null)} />}
      </Dialog>
    </Stack>
  );
}

type Showing = {
  readonly readOnly: string | null;
  readonly onShow: (grant: GrantRow) => void;
};

const columnsOf = ({ readOnly, onShow }: Showing): Column<GrantRow>[] => [
  { key: 'at', header: 'Issued', card: 'title', cell: (row) => <Instant at={row.issuedAt} /> },
  {
    key: 'kind',
    header: 'What',
    cell: (row) => <WithNote note={<GrantSize row={row} />}>{kindNames[row.kind]}</WithNote>,
  },
  {
    key: 'reason',
    header: 'Why',
    card: 'wide',
    cell: (row) => (
      <WithNote note={namesOf(row)}>
        <Text size="sm" maw="40ch">
          {row.reason}
        </Text>
      </WithNote>
    ),
  },
  {
    key: 'state',
    header: 'State',
    cell: (row) => (
      <WithNote note={row.refusal === null ? null : codeText(row.refusal)}>
        <StateBadge label={stateLabels[row.state]} />
      </WithNote>
    ),
  },
  {
    key: 'act',
    header: '',
    card: 'wide',
    cell: (row) => (
      <ActionButton
        size="compact-sm"
        why={readOnly}
        label={`Show digits of ${kindNames[row.kind]}`}
        onClick={() => onShow(row)}
      >
        Show digits
      </ActionButton>
    ),
  },
];

/** Energy, or money with the energy that it was given for; watts, tests. */
export function GrantSize({ row }: { row: GrantRow }) {
  const currency = useCurrency();
  if (row.amountMinor === null) return sizeOf(row);
  const sum = moneyText(row.amountMinor, currency);
  return row.energyWh === null ? sum : `${sum} for ${kwhText(row.energyWh)}`;
}

function sizeOf(row: GrantRow): string | null {
  if (row.energyWh !== null) return kwhText(row.energyWh);
  if (row.powerW !== null) return powerText(row.powerW);
  if (row.tests === null) return null;
  return row.tests === 'all' ? 'all tests' : `tests ${row.tests.join(', ')}`;
}

function namesOf(row: GrantRow): string {
  if (row.requestedBy === null) {
    return row.kind === 'freeUnits' ? 'by the tariff' : 'by the protection rules';
  }
  return row.approvedBy === null
    ? `by ${row.requestedBy}`
    : `by ${row.requestedBy}, approved by ${row.approvedBy}`;
}

const givable = [
  'clearTamper',
  'setMaximumPowerLimit',
  'setPhaseUnbalanceLimit',
  'test',
  'keyChange',
] as const;
type Givable = (typeof givable)[number];
const takesPower = (kind: Givable): boolean =>
  kind === 'setMaximumPowerLimit' || kind === 'setPhaseUnbalanceLimit';

function GiveForm({ connectionId, onClose }: { connectionId: string; onClose: () => void }) {
  const [kind, setKind] = useState<Givable>('clearTamper');
  const power = useEntry('', (text) =>
    /^[1-9]\d{0,8}$/.test(text.trim()) ? ok(text.trim()) : err('Write whole watts.'),
  );
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const action = useAction({
    run: (o: { kind: Givable; reason: string; powerW: string }, requestId) =>
      giveToken(connectionId, bodyOf(o.kind, { requestId, reason: o.reason }, o.powerW)),
    stale: [['connection', connectionId]],
    onDone: onClose,
  });
  const needed = takesPower(kind) ? [power, reason] : [reason];
  return (
    <DialogForm
      submit="Make the token"
      action={action}
      entries={needed}
      onCancel={onClose}
      onSubmit={() => {
        if (!reason.read.ok) return;
        const powerW = power.read.ok ? power.read.value : '';
        action.mutate({ kind, reason: reason.read.value, powerW });
      }}
    >
      <NativeSelect
        label="What it does"
        value={kind}
        data={givable.map((each) => ({ value: each, label: kindNames[each] }))}
        onChange={({ currentTarget: { value } }) =>
          setKind(givable.find((known) => known === value) ?? kind)
        }
      />
      {takesPower(kind) && <EntryField entry={power} label="Limit" unit="W" numeric />}
      <EntryField entry={reason} label="Why" note="Kept with your name" long focus />
      <Text size="sm" c="dimmed">
        A meter with a link gets it at once; its digits can be typed at the keypad as well.
      </Text>
    </DialogForm>
  );
}

function bodyOf(
  kind: Givable,
  asked: { readonly requestId: string; readonly reason: string },
  powerW: string,
): NewGrantBody {
  if (kind === 'test') return { ...asked, kind, tests: 'all' };
  if (kind === 'setMaximumPowerLimit' || kind === 'setPhaseUnbalanceLimit') {
    return { ...asked, kind, powerW };
  }
  return { ...asked, kind };
}

/** Digits of credit are money: they come by a request that keeps who asked. */
function Digits({ of, onClose }: { of: GrantRow; onClose: () => void }) {
  const isCredit = of.energyWh !== null || of.amountMinor !== null;
  const query = useQuery({ ...grantQuery(of.grantId), enabled: !isCredit });
  const action = useAction({ run: () => showGrant(of.grantId), stale: [] });
  const detail = isCredit ? action.data : query.data;
  const failure = isCredit ? null : query.error;
  if (failure !== null) return <FailureNote failure={failure} />;
  if (detail !== undefined) {
    const digits = detail.tokens.flatMap((token) => (token.digits === null ? [] : [token.digits]));
    return <TokenDigits tokens={digits} />;
  }
  if (!isCredit) return <Skeleton height={80} aria-label="Loading" />;
  return (
    <DialogForm
      submit="Show the digits"
      action={action}
      onCancel={onClose}
      onSubmit={() => action.mutate()}
    >
      <Text size="sm">Anybody who reads them can use them. It is recorded that you asked.</Text>
    </DialogForm>
  );
}
