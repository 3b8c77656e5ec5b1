// Who holds the credit of a connection: its wallet, what use was charged last, and the change to
// the other mode, which a second person allows.

import { Alert, Group, Stack, Text, Title } from '@mantine/core';
import type { ConnectionDetail, WalletAnswer } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { walletQuery } from '../../api/wallet.ts';
import { useCurrency, useWhyReadOnly } from '../../shell/session.tsx';
import { type Label, stageLabels } from '../../text/labels.ts';
import { kwhText, moneyText } from '../../text/numbers.ts';
import { Dialog } from '../../ui/form.tsx';
import {
  ActionButton,
  Age,
  Fact,
  facts,
  Instant,
  panel,
  StateBadge,
  SwitchState,
  ToneWord,
} from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { ChangeForm, WithdrawForm } from './change-mode.tsx';
import { TakeCashForm } from './take-cash.tsx';

const supplyLabels: Record<NonNullable<WalletAnswer['wallet']>['supply'], Label> = {
  on: { text: 'On', tone: 'good' },
  emergency: { text: 'On, with emergency credit', tone: 'warn' },
  protected: { text: 'On, kept by a rule', tone: 'warn' },
  off: { text: 'Off', tone: 'bad' },
};
const changeLabels: Record<WalletAnswer['changes'][number]['state'], Label> = {
  awaitingMeter: { text: 'Waits for the meter', tone: 'busy' },
  done: { text: 'Done', tone: 'good' },
  failed: { text: 'Failed', tone: 'bad' },
  withdrawn: { text: 'Withdrawn', tone: 'quiet' },
};
const modeNames = { token: 'token mode', wallet: 'wallet mode' } as const;
const shown = 5;

export function WalletCard({ detail }: { readonly detail: ConnectionDetail }) {
  const query = useQuery(walletQuery(detail.connectionId));
  const readOnly = useWhyReadOnly();
  const [asking, setAsking] = useState(false);
  const [withdrawing, setWithdrawing] = useState(false);
  const [taking, setTaking] = useState(false);
  const answer = query.data;
  if (answer === undefined) {
    return query.error === null ? null : (
      <FailureNote failure={query.error} onRetry={() => void query.refetch()} />
    );
  }
  const toMode = answer.creditMode === 'wallet' ? 'token' : 'wallet';
  const waits = answer.changes.some((each) => each.state === 'awaitingMeter');
  const why = waits ? 'A change waits for the meter’s answer already' : readOnly;
  return (
    <section className={panel} aria-label="Credit mode">
      <Stack gap="sm">
        <Group gap="sm" justify="space-between">
          <Title order={2} size="h4">
            {answer.creditMode === 'wallet' ? 'Wallet' : 'Token mode'}
          </Title>
          <Group gap="sm">
            {waits && (
              <ActionButton size="compact-sm" why={readOnly} onClick={() => setWithdrawing(true)}>
                Withdraw the change
              </ActionButton>
            )}
            {answer.creditMode === 'wallet' && (
              <ActionButton size="compact-sm" why={readOnly} onClick={() => setTaking(true)}>
                Take cash
              </ActionButton>
            )}
            <ActionButton size="compact-sm" why={why} onClick={() => setAsking(true)}>
              Change to {modeNames[toMode]}
            </ActionButton>
          </Group>
        </Group>
        {answer.creditMode === 'wallet' && answer.wallet !== null ? (
          <Standing wallet={answer.wallet} detail={detail} />
        ) : (
          <Text size="sm" c="dimmed">
            The meter holds the credit; what is bought reaches it as a token.
          </Text>
        )}
        <Charged answer={answer} />
        <Changes answer={answer} />
      </Stack>
      <Dialog
        opened={asking}
        onClose={() => setAsking(false)}
        title={`Change to ${modeNames[toMode]}`}
      >
        <ChangeForm detail={detail} toMode={toMode} onClose={() => setAsking(false)} />
      </Dialog>
      <Dialog opened={taking} onClose={() => setTaking(false)} title="Take cash for this wallet">
        <TakeCashForm detail={detail} onClose={() => setTaking(false)} />
      </Dialog>
      <Dialog
        opened={withdrawing}
        onClose={() => setWithdrawing(false)}
        title="Withdraw the change of credit mode"
      >
        <WithdrawForm connectionId={detail.connectionId} onClose={() => setWithdrawing(false)} />
      </Dialog>
    </section>
  );
}

function supplyNote(wallet: NonNullable<WalletAnswer['wallet']>) {
  if (wallet.hold !== null) {
    return (
      <>
        but held open by {wallet.hold.by} since <Instant at={wallet.hold.since} />
      </>
    );
  }
  if (wallet.promisedUntil === null) return null;
  return (
    <>
      may be cut <Age at={wallet.promisedUntil} ahead />
    </>
  );
}

function Standing(props: {
  readonly wallet: NonNullable<WalletAnswer['wallet']>;
  readonly detail: ConnectionDetail;
}) {
  const { wallet, detail } = props;
  const currency = useCurrency();
  const balance = BigInt(wallet.balanceMinor);
  const amount = moneyText((balance < 0n ? -balance : balance).toString(), currency);
  return (
    <>
      {wallet.problem !== null && (
        <Alert color="red" title="Use is not charged">
          {wallet.problem}
        </Alert>
      )}
      <dl className={facts}>
        <Fact name={balance < 0n ? 'Owed for use' : 'Balance'}>{amount}</Fact>
        <Fact name="Charged up to">
          <Age at={wallet.ratedUntil} />
        </Fact>
        <Fact name="Supply, as wanted" note={supplyNote(wallet)}>
          <ToneWord label={supplyLabels[wallet.supply]} />
        </Fact>
        {wallet.reservedMinor !== '0' && (
          <Fact name="Of it waiting for a sale" note="paid, and not carried out yet">
            {moneyText(wallet.reservedMinor, currency)}
          </Fact>
        )}
        {wallet.emergency !== null && (
          <Fact
            name="Emergency credit used"
            note={`of ${moneyText(wallet.emergency.limitMinor, currency)}, at today’s price`}
          >
            {moneyText(wallet.emergency.usedMinor, currency)}
          </Fact>
        )}
        {wallet.order !== null && (
          <Fact
            name={wallet.order.opens ? 'Last order: off' : 'Last order: on'}
            note={<Age at={wallet.order.stageAt} />}
          >
            <StateBadge label={stageLabels[wallet.order.stage]} />
          </Fact>
        )}
        <Fact name="Supply, as reported">
          <SwitchState
            loadSwitch={detail.state.loadSwitch}
            unknownSince={detail.state.switchUnknownSince}
          />
        </Fact>
      </dl>
    </>
  );
}

function Charged({ answer }: { readonly answer: WalletAnswer }) {
  const currency = useCurrency();
  if (answer.ratings.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={550}>
        Charged last
      </Text>
      <ul style={{ margin: 0, paddingInlineStart: '1.2rem' }}>
        {answer.ratings.slice(0, shown).map((each) => (
          <li key={`${each.endsAt} ${each.chargedMinor} ${each.isReplaced}`}>
            <Text size="sm" td={each.isReplaced ? 'line-through' : undefined} span>
              {kwhText(each.energyWh)}, {moneyText(each.chargedMinor, currency)}, up to{' '}
              <Instant at={each.endsAt} withAge={false} />
            </Text>
            {each.parts.length > 0 && (
              <Text size="xs" c="dimmed">
                {each.parts
                  .map(({ label, amountMinor }) => `${label} ${moneyText(amountMinor, currency)}`)
                  .join(', ')}
              </Text>
            )}
            {each.explanation !== null && (
              <Text size="xs" c="dimmed">
                {each.explanation}
              </Text>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Changes({ answer }: { readonly answer: WalletAnswer }) {
  const currency = useCurrency();
  if (answer.changes.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={550}>
        Changes of credit mode
      </Text>
      <Stack gap={6} mt={4}>
        {answer.changes.slice(0, shown).map((each) => (
          <div key={`${each.at} ${each.toMode}`}>
            <Group gap="xs">
              <StateBadge label={changeLabels[each.state]} />
              <Text size="sm">
                To {modeNames[each.toMode]}, {each.madeAt === null ? 'asked ' : ''}
                <Instant at={each.madeAt ?? each.at} withAge={false} />
                {each.amountMinor === null ? '' : `, ${moneyText(each.amountMinor, currency)}`}
              </Text>
            </Group>
            <Text size="xs" c="dimmed">
              {each.problem ?? each.reason}
            </Text>
            {each.siteReading !== null && (
              <Text size="xs" c="dimmed">
                By its register as read there: {kwhText(each.siteReading.importEnergyWh)},{' '}
                <Instant at={each.siteReading.readAt} withAge={false} />
              </Text>
            )}
          </div>
        ))}
      </Stack>
    </div>
  );
}
