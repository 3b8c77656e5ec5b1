// One lighting account: its credit and how long that lasts, tonight by group, levels that are
// overridden, lamps with what they say, programmes, and what it is.

import { Alert, Group, Stack, Text, Title } from '@mantine/core';
import type { LightingView } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { connectionQuery } from '../../api/connection.ts';
import { lightQuery } from '../../api/lights.ts';
import { businessClock } from '../../api/queries.ts';
import { useCurrency, useWhyNotAdministrator, useZone } from '../../shell/session.tsx';
import { kwhText, powerText, sumOf } from '../../text/numbers.ts';
import { shortDay, soon } from '../../text/time.ts';
import { Dialog } from '../../ui/form.tsx';
import {
  ActionButton,
  Age,
  BackLink,
  Fact,
  facts,
  Instant,
  MeterNumber,
  nowFacts,
  PageHeading,
  panel,
  StateBadge,
} from '../../ui/show.tsx';
import { QueryState } from '../../ui/states.tsx';
import { BarChart } from '../connection/bar-chart.tsx';
import { TakeCashForm } from '../connection/take-cash.tsx';
import { Circuit } from './circuit.tsx';
import { AccountForm, CloseForm, OverrideForm } from './forms.tsx';
import { creditOf, degreesText, lampsText, nightsText, standingLabel, toLookAt } from './labels.ts';
import { Lamps } from './lamps.tsx';
import { Overrides } from './overrides.tsx';
import { Programmes } from './programmes.tsx';
import { Tonight } from './tonight.tsx';
import { useWhyNot } from './why-not.ts';

export default function LightPage() {
  const { connectionId } = useParams({ from: '/signed-in/lights/$connectionId' });
  const query = useQuery(lightQuery(connectionId));
  const view = query.data;
  return (
    <Stack gap="md">
      <BackLink to="/lights">All lighting accounts</BackLink>
      {view === undefined && <PageHeading title="Lighting account" />}
      <QueryState query={query} height={220} />
      {view !== undefined && (
        <>
          <PageHeading title={view.account.name} aside={<Actions view={view} />} />
          <Notice view={view} />
          <Now view={view} />
          <Tonight view={view} />
          <Circuit view={view} />
          <Overrides view={view} />
          <Lamps view={view} />
          <Programmes view={view} />
          <Ahead view={view} />
          <About view={view} />
        </>
      )}
    </Stack>
  );
}

function Actions({ view }: { readonly view: LightingView }) {
  const whyNot = useWhyNot(view);
  const [open, setOpen] = useState<'override' | 'cash' | null>(null);
  const detail = useQuery(connectionQuery(view.account.connectionId)).data;
  const isBare = view.account.lamps === 0 && view.circuit === null;
  const noLamps = isBare ? 'It has no lamps yet' : null;
  const close = () => setOpen(null);
  const { creditMode, meteredBy } = view.account;
  const mayTopUp =
    creditMode === 'token' && meteredBy === 'lamps'
      ? 'It has to be in wallet mode first: its lamps take no tokens'
      : detail === undefined
        ? 'Its connection is being read'
        : null;
  return (
    <Group gap="sm">
      <ActionButton why={whyNot ?? mayTopUp} onClick={() => setOpen('cash')}>
        Take cash
      </ActionButton>
      <ActionButton why={whyNot ?? noLamps} onClick={() => setOpen('override')}>
        Override
      </ActionButton>
      <Dialog opened={open === 'override'} onClose={close} title="Override levels for a time">
        <OverrideForm view={view} lamp={null} onClose={close} />
      </Dialog>
      <Dialog opened={open === 'cash'} onClose={close} title="Take cash for this account">
        {detail !== undefined && <TakeCashForm detail={detail} onClose={close} />}
      </Dialog>
    </Group>
  );
}

/** What a person has to know before anything else. */
function Notice({ view }: { readonly view: LightingView }) {
  const { account } = view;
  const { standing, dimToPercent, creditMode, meteredBy, closedAt, connectionId } = account;
  if (closedAt !== null) {
    return (
      <Alert color="gray" variant="light" title="This account is closed">
        Its lamps are told nothing. An administrator may open it again, below.
      </Alert>
    );
  }
  if (creditMode === 'token' && meteredBy === 'lamps') {
    return (
      <Alert color="yellow" variant="light" title="It cannot be sold to yet">
        Its lamps take no tokens: change{' '}
        <Link to="/connections/$connectionId" params={{ connectionId }}>
          its connection
        </Link>{' '}
        to wallet mode. A second person allows it.
      </Alert>
    );
  }
  if (standing === 'low') {
    return (
      <Alert color="yellow" variant="light" title="Credit is short: lamps are dimmed">
        Each level is {dimToPercent} % of what its programme says, until credit lasts a night longer
        than the limit.
      </Alert>
    );
  }
  if (standing === 'usedUp') {
    return (
      <Alert color="red" variant="light" title="Credit is used up: lamps are dark">
        Protected crossings burn at their floor. A payment lights the others again.
      </Alert>
    );
  }
  return null;
}

function Now({ view }: { readonly view: LightingView }) {
  const currency = useCurrency();
  const { account } = view;
  const { meter } = account;
  return (
    <section className={panel} aria-label="Now">
      <dl className={nowFacts} style={{ margin: 0 }}>
        <Fact
          name={account.creditMode === 'wallet' ? 'Balance' : 'Credit left'}
          note={<StateBadge label={standingLabel(account)} />}
        >
          {creditOf(account, currency)}
        </Fact>
        <Fact name="Lasts" note={<Until view={view} />}>
          {nightsText(account.nightsLeftTenths)}
        </Fact>
        <Fact name="Power of lamps" note={meter === null ? undefined : <OfMeter meter={meter} />}>
          {powerText(account.powerW)}
        </Fact>
        <Fact name="Tonight so far" note={lampsText(account)}>
          {kwhText(sumOf(view.lamps.map(({ nightWh }) => nightWh)))}
        </Fact>
        <Fact
          name="To look at"
          note={account.protected === 0 ? undefined : `${account.protected} protected`}
        >
          {toLookAt(account)}
        </Fact>
      </dl>
    </section>
  );
}

function OfMeter({ meter }: { meter: NonNullable<LightingView['account']['meter']> }) {
  return (
    <>
      its meter says {powerText(meter.powerW)}, <Age at={meter.heardAt} />
    </>
  );
}

const nightMs = 86_400_000;

function Until({ view }: { readonly view: LightingView }) {
  const zone = useZone();
  const { nightsLeftTenths: tenths, dimBelowNights, standing } = view.account;
  if (tenths === null || tenths === 0 || tenths >= 400) return null;
  const nowMs = businessClock.nowMs();
  const dimmedIn = tenths - dimBelowNights * 10;
  const ends = `until about ${soon(nowMs + (tenths / 10) * nightMs, nowMs, zone)}`;
  if (standing !== 'enough' || dimBelowNights === 0 || dimmedIn <= 0) return ends;
  return `${ends}; dimmed from ${soon(nowMs + (dimmedIn / 10) * nightMs, nowMs, zone)}`;
}

function Ahead({ view }: { readonly view: LightingView }) {
  if (view.lamps.length === 0 && view.circuit === null) return null;
  return (
    <section className={panel} aria-label="Nights ahead">
      <BarChart
        label="Energy of the nights ahead, by the programmes"
        bars={view.nightsAhead.map(({ date, energyWh }) => ({
          ...{ key: date, energyWh, label: shortDay(date), tick: shortDay(date).slice(0, 3) },
        }))}
      />
    </section>
  );
}

function About({ view }: { readonly view: LightingView }) {
  const { account } = view;
  const notAdministrator = useWhyNotAdministrator();
  const [open, setOpen] = useState<'change' | 'close' | null>(null);
  const close = () => setOpen(null);
  const isClosed = account.closedAt !== null;
  return (
    <section className={panel} aria-label="The account">
      <Stack gap="sm">
        <Group gap="sm" justify="space-between">
          <Title order={2} size="h4">
            The account
          </Title>
          <Group gap="sm">
            <ActionButton
              size="compact-sm"
              why={notAdministrator}
              onClick={() => setOpen('change')}
            >
              {isClosed ? 'Open it again' : 'Change'}
            </ActionButton>
            <ActionButton
              size="compact-sm"
              why={isClosed ? 'It is closed already' : notAdministrator}
              onClick={() => setOpen('close')}
            >
              Close the account
            </ActionButton>
          </Group>
        </Group>
        <AboutFacts account={account} />
        <Text size="xs" c="dimmed">
          Warnings of low credit go to the customer’s phone, as for a home.
        </Text>
      </Stack>
      <Dialog
        opened={open === 'change'}
        onClose={close}
        title={isClosed ? 'Open the account again' : 'Change the account'}
      >
        <AccountForm account={account} onClose={close} />
      </Dialog>
      <Dialog opened={open === 'close'} onClose={close} title="Close the lighting account">
        <CloseForm account={account} onClose={close} />
      </Dialog>
    </section>
  );
}

function AboutFacts({ account }: { readonly account: LightingView['account'] }) {
  const { dimBelowNights, dimToPercent, connectionId } = account;
  return (
    <dl className={facts}>
      <Fact name="Place" note="Latitude and longitude: they say when the sun sets">
        {degreesText(account.latitudeMicroDeg)}, {degreesText(account.longitudeMicroDeg)}
      </Fact>
      <Fact name="When credit is short">
        {dimBelowNights === 0
          ? 'Not dimmed before dark'
          : `Below ${dimBelowNights} nights dimmed to ${dimToPercent} %`}
      </Fact>
      <Fact name="Energy is counted by">
        {account.meteredBy === 'lamps' ? 'Its lamps' : 'A meter of its own'}
      </Fact>
      <Fact name="Counted by lamps so far">{kwhText(account.countedWh)}</Fact>
      <Fact name="Meter">
        <MeterNumber meterPan={account.meterPan} />
      </Fact>
      <Fact name="Connection" note="Sales, money, use, messages">
        <Link to="/connections/$connectionId" params={{ connectionId }}>
          {account.name}
        </Link>
      </Fact>
      {account.closedAt !== null && (
        <Fact name="Closed">
          <Instant at={account.closedAt} />
        </Fact>
      )}
    </dl>
  );
}
