// One connection: who, which meter, how it stands now, its use, and everything that happened to it.

import { Group, Stack, Text } from '@mantine/core';
import type { ConnectionDetail } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { connectionQuery } from '../../api/connection.ts';
import { businessClock } from '../../api/queries.ts';
import { useCurrency, useZone } from '../../shell/session.tsx';
import { type ConnectionTab, connectionSearch, connectionTabs } from '../../state/search.ts';
import { lastsUntil } from '../../text/forecast.ts';
import { kwhText, moneyText, unknown } from '../../text/numbers.ts';
import {
  Age,
  BackLink,
  Credit,
  Fact,
  facts,
  MeterNumber,
  nowFacts,
  PageHeading,
  PowerNow,
  panel,
  SwitchState,
  TimeOfDay,
} from '../../ui/show.tsx';
import { QueryState } from '../../ui/states.tsx';
import { TabSet } from '../../ui/tab-set.tsx';
import { OpenTicket } from '../tickets/open-form.tsx';
import { CommandList } from './commands.tsx';
import { Conversion } from './conversion.tsx';
import { ChangeCustomer } from './customer.tsx';
import { Driver } from './driver.tsx';
import { ConnectionActions } from './exchange.tsx';
import { NeverCut } from './flags.tsx';
import { GrantList } from './grants.tsx';
import { SupplyHeld } from './hold.tsx';
import { Identity } from './identity.tsx';
import { ConnectionInstalls } from './installs.tsx';
import { EventList, MessageList, SaleList, TokenList } from './lists.tsx';
import { MeterCard } from './meter-card.tsx';
import { MoneyList } from './money.tsx';
import { ReadNow } from './read-now.tsx';
import { ReadingList } from './readings.tsx';
import { SendCommand } from './send-command.tsx';
import { SmartCards } from './smart-cards.tsx';
import { LimitByToken } from './soft-landing.tsx';
import { TariffFact } from './tariff.tsx';
import { ChangeTenant } from './tenant.tsx';
import { AutomaticTopUp } from './top-up.tsx';
import { UsageSection } from './usage.tsx';
import { WalletCard } from './wallet-card.tsx';

export default function ConnectionPage() {
  const { connectionId } = useParams({ from: '/signed-in/connections/$connectionId' });
  const query = useQuery(connectionQuery(connectionId));
  return (
    <Stack gap="md">
      <BackLink to="/meters">All meters</BackLink>
      {query.data === undefined && <PageHeading title="Connection" />}
      <QueryState query={query} height={220} />
      {query.data !== undefined && (
        <>
          <PageHeading
            title={query.data.name}
            aside={
              <Group gap="sm" key={connectionId}>
                <ReadNow connectionId={connectionId} />
                <SendCommand connectionId={connectionId} />
              </Group>
            }
          />
          <Text c="dimmed" size="sm">
            {query.data.address}
          </Text>
          <SupplyHeld detail={query.data} key={`hold ${connectionId}`} />
          <Now detail={query.data} />
          <LimitByToken connectionId={connectionId} />
          <About detail={query.data} />
          <Conversion connectionId={connectionId} key={`conversion ${connectionId}`} />
          <NeverCut connectionId={connectionId} key={`never cut ${connectionId}`} />
          <ConnectionActions detail={query.data} key={connectionId} />
          <WalletCard detail={query.data} key={`wallet ${connectionId}`} />
          <AutomaticTopUp connectionId={connectionId} key={`top-up ${connectionId}`} />
          <MeterCard
            connectionId={connectionId}
            isWallet={query.data.state.creditMode === 'wallet'}
          />
          <SmartCards connectionId={connectionId} key={`cards ${connectionId}`} />
          <Driver connectionId={connectionId} key={`driver ${connectionId}`} />
          <Identity connectionId={connectionId} key={`identity ${connectionId}`} />
          <ConnectionInstalls connectionId={connectionId} />
          <UsageSection connectionId={connectionId} />
          <History connectionId={connectionId} />
        </>
      )}
    </Stack>
  );
}

function usedNote({ usedTodaySince, usedTodayEstimated }: ConnectionDetail['state']) {
  if (usedTodaySince !== null) {
    return (
      <>
        since <TimeOfDay at={usedTodaySince} />
      </>
    );
  }
  return usedTodayEstimated ? 'about: not read near midnight' : undefined;
}

function Now({ detail }: { detail: ConnectionDetail }) {
  const { state } = detail;
  return (
    <section className={panel} aria-label="Now">
      <dl className={nowFacts} style={{ margin: 0 }}>
        <Fact name={creditNames[state.creditMode]} note={creditNote(detail)}>
          <Credit row={state} stacked />
        </Fact>
        <Forecast detail={detail} />
        <Fact name="Power now">
          <PowerNow powerW={state.powerW} at={state.lastContactAt} />
        </Fact>
        <Fact name="Used today" note={usedNote(state)}>
          {kwhText(state.usedTodayWh)}
        </Fact>
        <Fact
          name="Supply"
          note={detail.supplyHold === null ? undefined : 'Held open by an operator'}
        >
          <SwitchState loadSwitch={state.loadSwitch} unknownSince={state.switchUnknownSince} />
        </Fact>
        <Fact
          name="Last contact"
          note={state.silent ? 'Silent for longer than it may be' : undefined}
        >
          <Age at={state.lastContactAt} />
        </Fact>
      </dl>
    </section>
  );
}

const owes = (owedEnergyWh: string | null) => owedEnergyWh !== null && owedEnergyWh !== '0';

const creditNames: Record<ConnectionDetail['state']['creditMode'], string> = {
  energy: 'Credit left',
  money: 'Credit left',
  wallet: 'Balance',
};

/** Energy that is owed, or about what the money buys; a wallet has a card of its own. */
function creditNote({ state, owedEnergyWh }: ConnectionDetail): string | undefined {
  if (state.creditMode === 'wallet') return undefined;
  if (state.creditMode === 'money')
    return `about ${kwhText(state.availableEnergyWh)} at the price now`;
  return owes(owedEnergyWh) ? `${kwhText(owedEnergyWh)} owed` : undefined;
}

function Forecast({ detail }: { detail: ConnectionDetail }) {
  const zone = useZone();
  const currency = useCurrency();
  const { text, note } = lastsUntil(detail, { nowMs: businessClock.nowMs(), zone, currency });
  return (
    <Fact name="Lasts until" note={note}>
      {text}
    </Fact>
  );
}

function About({ detail }: { detail: ConnectionDetail }) {
  const currency = useCurrency();
  const { customer, meter } = detail;
  const isWallet = detail.state.creditMode === 'wallet';
  return (
    <section className={panel} aria-label="Customer and meter">
      <dl className={facts}>
        <Fact name="Customer">
          {customer === null || detail.customerId === null ? (
            (customer?.name ?? 'No customer')
          ) : (
            <Link to="/customers/$customerId" params={{ customerId: detail.customerId }}>
              {customer.name}
            </Link>
          )}
        </Fact>
        <Fact name="Phone">{customer === null ? unknown : customer.phone}</Fact>
        {isWallet ? (
          <Fact name="Credit is">Money, in the wallet below</Fact>
        ) : (
          <Fact name="Prepaid money">{moneyText(detail.prepaidMinor, currency)}</Fact>
        )}
        <Fact name="Debt">{moneyText(detail.debtMinor, currency)}</Fact>
        {detail.state.creditMode === 'energy' && (
          <Fact
            name="Energy owed"
            note={
              owes(detail.owedEnergyWh)
                ? 'Used in protected hours; purchases pay it back'
                : undefined
            }
          >
            {kwhText(detail.owedEnergyWh)}
          </Fact>
        )}
        <TariffFact detail={detail} />
        {detail.lighting !== null && (
          <Fact name="Street lights" note={lightingNote(detail.lighting)}>
            <Link to="/lights/$connectionId" params={{ connectionId: detail.connectionId }}>
              Lamps and programmes
            </Link>
          </Fact>
        )}
        <Fact name="Meter">
          <MeterNumber meterPan={meter.meterPan} />
        </Fact>
        <Fact name="Supply group">{meter.supplyGroupCode}</Fact>
        <Fact name="Tariff index">{meter.tariffIndex}</Fact>
        <Fact name="Decoder key">
          revision {meter.keyRevision}, type {meter.keyType},{' '}
          {meter.encryptionAlgorithm.toUpperCase()}
        </Fact>
      </dl>
      <Group gap="xs">
        <ChangeCustomer detail={detail} />
        <ChangeTenant detail={detail} />
        <OpenTicket connectionId={detail.connectionId} />
      </Group>
    </section>
  );
}

const lightingNote = (of: NonNullable<ConnectionDetail['lighting']>): string =>
  of.isClosed
    ? 'Closed'
    : of.meteredBy === 'lamps'
      ? 'Counted by its lamps'
      : 'Counted by this meter';

const tabNames: Record<ConnectionTab, string> = {
  sales: 'Sales',
  money: 'Money',
  tokens: 'Tokens',
  given: 'Given tokens',
  readings: 'Readings',
  events: 'Events',
  commands: 'Commands',
  messages: 'Messages',
};

const lists: Record<ConnectionTab, (props: { connectionId: string }) => ReactNode> = {
  sales: SaleList,
  money: MoneyList,
  given: GrantList,
  tokens: TokenList,
  readings: ReadingList,
  events: EventList,
  commands: CommandList,
  messages: MessageList,
};

function History({ connectionId }: { connectionId: string }) {
  const { tab } = useSearch({ from: '/signed-in/connections/$connectionId' });
  const navigate = useNavigate();
  const show = (chosen: ConnectionTab) =>
    void navigate({
      to: '/connections/$connectionId',
      params: { connectionId },
      search: connectionSearch({ tab: chosen }),
      replace: true,
      resetScroll: false,
    });
  return (
    <TabSet
      label="History"
      names={tabNames}
      open={tab ?? connectionTabs[0]}
      onOpen={show}
      panel={(each) => {
        const List = lists[each];
        return <List connectionId={connectionId} />;
      }}
    />
  );
}
