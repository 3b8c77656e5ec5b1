// Asks for the other credit mode. A silent meter goes back to token mode by its register as it was
// read there; one that is more than the home uses is confirmed.

import { Alert, Checkbox, NativeSelect, Text } from '@mantine/core';
import type { ConnectionDetail, CreditModeBody, WalletAnswer } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { businessClock } from '../../api/queries.ts';
import { useAction } from '../../api/use-action.ts';
import { askCreditMode, walletQuery, withdrawModeChange } from '../../api/wallet.ts';
import { useCurrency, useZone } from '../../shell/session.tsx';
import { arrearsText } from '../../text/arrears.ts';
import { readKwh, readText } from '../../text/entries.ts';
import { kwhText, moneyText } from '../../text/numbers.ts';
import { civilMinute, instantOf } from '../../text/time.ts';
import { DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { Instant } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';

type How = 'wire' | 'site';
type IfWalletView = WalletAnswer['ifWallet'];

const explanations: Record<'wallet' | How, string> = {
  wallet:
    'The meter hands over its credit, which becomes money here, and use is charged as it ' +
    'reports. Nothing is sold until it has answered, for ten minutes at most.',
  wire: 'Use up to the change is charged, then the balance becomes a token of the meter.',
  site:
    'First set the meter to prepayment at the meter itself: no command reaches it. Use up to the ' +
    'register is charged, then the balance becomes a token to type; below zero it is owed as ' +
    'a debt.',
};

export function ChangeForm(props: {
  readonly detail: ConnectionDetail;
  readonly toMode: 'token' | 'wallet';
  readonly onClose: () => void;
}) {
  const { detail, toMode, onClose } = props;
  const navigate = useNavigate();
  const [how, setHow] = useState<How>(detail.state.silent ? 'site' : 'wire');
  const bySite = toMode === 'token' && how === 'site';
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const site = useSiteReading();
  const wallet = useQuery({
    ...walletQuery(detail.connectionId),
    enabled: toMode === 'wallet',
  });
  const due = wallet.data?.ifWallet ?? null;
  const currency = useCurrency();
  const arrears = arrearsText(detail.debtMinor, toMode, (minor) => moneyText(minor, currency));
  // Nobody asks before it is said what the home will owe.
  const isReading = toMode === 'wallet' && wallet.data === undefined;
  const action = useAction({
    run: (body: Omit<CreditModeBody, 'requestId'>, requestId) =>
      askCreditMode(detail.connectionId, { ...body, requestId }),
    stale: [['approvals'], ['connection', detail.connectionId]],
    onDone: ({ approvalId }) =>
      void navigate({ to: '/approvals/$approvalId', params: { approvalId } }),
  });
  const isAsked = action.error?.kind === 'problem' && action.error.code === 'siteReadingUnlikely';
  const send = () => {
    if (!reason.read.ok) return;
    const siteReading = bySite ? site.body() : null;
    action.mutate({
      toMode,
      reason: reason.read.value,
      ...(siteReading === null ? {} : { siteReading }),
    });
  };
  return (
    <DialogForm
      submit="Ask for approval"
      action={{ ...action, isPending: action.isPending || isReading }}
      entries={bySite ? [...site.entries, reason] : [reason]}
      onCancel={onClose}
      onSubmit={send}
    >
      {toMode === 'token' && (
        <NativeSelect
          label="How the meter changes"
          value={how}
          data={[
            { value: 'wire', label: 'By command; it is done when the meter answers' },
            { value: 'site', label: 'The meter is silent; it was read on site' },
          ]}
          onChange={({ currentTarget: { value } }) => setHow(value === 'site' ? 'site' : 'wire')}
        />
      )}
      <Text size="sm">{explanations[toMode === 'wallet' ? 'wallet' : how]}</Text>
      {wallet.error !== null && (
        <FailureNote failure={wallet.error} onRetry={() => void wallet.refetch()} />
      )}
      {due !== null && <IfWallet due={due} />}
      {arrears !== null && <Text size="sm">{arrears}</Text>}
      {bySite && <SiteFields site={site} isAsked={isAsked} />}
      <EntryField entry={reason} label="Why" note="The second person reads it" long focus />
    </DialogForm>
  );
}

/** Of supply that goes on below zero, to no known time; what has to be paid comes after it. */
const keptTexts = {
  emergency: 'Supply goes off when emergency credit is used up',
  marked: 'Supply is not cut, as the home is marked; what it uses is owed.',
  rule: 'Supply goes off when the rule that keeps it on ends',
  unknown: 'Supply stays on only while a rule keeps it on.',
} as const;

/** What the home would owe in its wallet, and whether supply stays on: before anybody asks. */
function IfWallet({ due }: { readonly due: NonNullable<IfWalletView> }) {
  const currency = useCurrency();
  const lentWh = -BigInt(due.energyWh);
  const balance = due.balanceMinor === null ? null : BigInt(due.balanceMinor);
  const owes = balance === null ? lentWh > 0n : balance < 0n;
  if (balance !== null && balance > 0n) {
    return (
      <Alert color="blue" title="What the wallet begins with">
        {`The ${kwhText(due.energyWh)} in the meter become money: about ${moneyText(`${balance}`, currency)} `}
        will be in the wallet, at the price of the change. Supply goes off when it is used up and no
        rule keeps it on. The customer is told when a second person has allowed it, and the sum when
        it is done.
      </Alert>
    );
  }
  if (!owes && (balance !== 0n || due.supply === 'on')) return null;
  const least = due.leastMinor === null ? null : moneyText(due.leastMinor, currency);
  const isNeverCut = due.supply === 'on' || due.keptBy === 'marked';
  return (
    <Alert
      color={due.supply === 'on' ? 'yellow' : 'red'}
      title={owes ? 'The customer will owe money' : 'The wallet will be empty'}
    >
      {lentWh > 0n && `The ${kwhText(`${lentWh}`)} that the meter has lent become money. `}
      {balance === null && 'The price is not known; how much will be owed cannot be said. '}
      {balance !== null &&
        owes &&
        `${moneyText(`${-balance}`, currency)} will be owed, due at once and in full. `}
      {due.supply === 'off' && 'Supply goes off with the change'}
      {due.supply === 'kept' && due.until === null && keptTexts[due.keptBy ?? 'unknown']}
      {due.supply === 'kept' && due.until !== null && (
        <>
          Supply goes off <Instant at={due.until} />
        </>
      )}
      {!isNeverCut &&
        least !== null &&
        `, unless the customer pays at least ${least} now, or more when it is later.`}
      {' The customer is told when a second person has allowed it, and again when it is done.'}
    </Alert>
  );
}

/** Takes the change back that waits for the meter's answer. */
export function WithdrawForm(props: {
  readonly connectionId: string;
  readonly onClose: () => void;
}) {
  const { connectionId, onClose } = props;
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const action = useAction({
    run: (why: string) => withdrawModeChange(connectionId, why),
    stale: [['connection', connectionId]],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Withdraw"
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => reason.read.ok && action.mutate(reason.read.value)}
    >
      <Text size="sm">
        The home stays in its mode. If the meter has made the change already and its answer comes
        later, the change counts all the same.
      </Text>
      <EntryField entry={reason} label="Why" note="Kept with your name" long focus />
    </DialogForm>
  );
}

function useSiteReading() {
  const zone = useZone();
  const register = useEntry('', readKwh);
  const [first] = useState(() => civilMinute(businessClock.nowMs(), zone));
  const at = useEntry(first, (text) => {
    const atMs = instantOf(text, zone);
    return atMs === null ? err('Give the day and the time.') : ok(new Date(atMs).toISOString());
  });
  // For this register alone: another one is asked about anew.
  const [confirmedFor, setConfirmedFor] = useState<string | null>(null);
  const confirmed = confirmedFor === register.text;
  return {
    register,
    at,
    confirmed,
    confirm: (isRight: boolean) => setConfirmedFor(isRight ? register.text : null),
    entries: [register, at],
    body: () =>
      register.read.ok && at.read.ok
        ? { importEnergyWh: register.read.value, readAt: at.read.value, confirmed }
        : null,
  };
}

function SiteFields(props: {
  readonly site: ReturnType<typeof useSiteReading>;
  readonly isAsked: boolean;
}) {
  const { site, isAsked } = props;
  return (
    <>
      <EntryField
        entry={site.register}
        label="Register of all use, as read there"
        unit="kWh"
        note="What the meter has ever measured; not the credit"
        numeric
      />
      <EntryField entry={site.at} label="Read at" kind="datetime-local" />
      {(isAsked || site.confirmed) && (
        <Checkbox
          label="It was read again and is right"
          checked={site.confirmed}
          onChange={({ currentTarget }) => site.confirm(currentTarget.checked)}
        />
      )}
    </>
  );
}
