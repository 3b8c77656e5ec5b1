// Homes with what speaks for a visit, for help, or for an honest cause, and the charts that show
// it.

import { Button, Group, Stack, Text, Title } from '@mantine/core';
import type { RevenueLine, RevenuePage, RevenueStanding } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { revenueQuery } from '../../api/revenue.ts';
import { useCurrency, useWhyReadOnly } from '../../shell/session.tsx';
import { kwhText, moneyText } from '../../text/numbers.ts';
import { Dialog } from '../../ui/form.tsx';
import { ActionButton, Fact, facts, MeterNumber, panel } from '../../ui/show.tsx';
import { EmptyNote, FailureNote } from '../../ui/states.tsx';
import { BarChart } from '../connection/bar-chart.tsx';
import { emptyWords, standingWords } from './labels.ts';
import { PlanForm } from './plan-form.tsx';
import { Points } from './points.tsx';

type LinesProps = { readonly standing: RevenueStanding; readonly visits: number | null };

export function Lines({ standing, visits }: LinesProps) {
  const query = useInfiniteQuery(revenueQuery({ standing, visits }));
  const [planned, setPlanned] = useState<RevenueLine | null>(null);
  const pages = query.data?.pages ?? [];
  const [first] = pages;
  if (query.error !== null && first === undefined) {
    return <FailureNote failure={query.error} onRetry={() => void query.refetch()} />;
  }
  if (first === undefined) return null;
  const rows = pages.flatMap((page) => page.rows);
  return (
    <Stack gap="md">
      <Text size="sm" maw="75ch">
        {standingWords[standing]} {lookedAt(first, standing)}
      </Text>
      {rows.length === 0 && (
        <EmptyNote>
          {first.round === null
            ? 'Nothing was looked at yet. Bring in the network under Imports; the first list is there the next morning.'
            : emptyWords[standing]}
        </EmptyNote>
      )}
      {rows.map((line, i) => (
        <LinePanel key={line.connectionId} line={line} place={i + 1} onPlan={setPlanned} />
      ))}
      {query.hasNextPage && (
        <Group>
          <Button
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Show more
          </Button>
        </Group>
      )}
      <Dialog opened={planned !== null} onClose={() => setPlanned(null)} title="Plan a visit">
        {planned !== null && <PlanForm line={planned} onClose={() => setPlanned(null)} />}
      </Dialog>
    </Stack>
  );
}

function lookedAt({ round, counts }: RevenuePage, standing: RevenueStanding): string {
  if (round === null) return '';
  const homes = `${countText(round.homes, 'home')}${round.isDone ? '' : ' so far'}`;
  return `Looked at on ${round.day}: ${homes}, ${counts[standing] ?? 0} of them here.`;
}

type PanelProps = {
  readonly line: RevenueLine;
  readonly place: number;
  readonly onPlan: (line: RevenueLine) => void;
};

function LinePanel({ line, place, onPlan }: PanelProps) {
  const [shown, setShown] = useState(false);
  return (
    <section className={panel} aria-label={`${place}, ${line.connectionName}`}>
      <Stack gap="xs">
        <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>
          {place}.{' '}
          <Link to="/connections/$connectionId" params={{ connectionId: line.connectionId }}>
            {line.connectionName}
          </Link>
        </Title>
        <Text size="sm" c="dimmed">
          {line.address} · <MeterNumber meterPan={line.meterPan} />
          {line.node === null ? ' · on no node' : ` · ${line.node}`}
        </Text>
        {line.held !== null && <Text size="sm">{line.held.words}</Text>}
        {line.standing !== 'held' && <Worth line={line} />}
        {line.doubt !== null && (
          <Text size="sm" fw={550}>
            {line.doubt} <Link to="/losses">Settle it under Losses</Link>
          </Text>
        )}
        {line.reasons.length > 0 && <Points of={line.reasons.map(({ words }) => words)} />}
        {line.standing === 'support' && <Help need={line.need} />}
        {line.standing !== 'held' && (
          <LineActions line={line} shown={shown} onShow={setShown} onPlan={onPlan} />
        )}
        {shown && line.chart !== null && <Charts chart={line.chart} />}
      </Stack>
    </section>
  );
}

type LineActionsProps = Pick<PanelProps, 'line' | 'onPlan'> & {
  readonly shown: boolean;
  readonly onShow: (shown: boolean) => void;
};

function LineActions({ line, shown, onShow, onPlan }: LineActionsProps) {
  const readOnly = useWhyReadOnly();
  return (
    <Group gap="sm">
      <ActionButton
        size="compact-sm"
        why={readOnly}
        label={`Plan a visit to ${line.connectionName}`}
        onClick={() => onPlan(line)}
      >
        Plan a visit
      </ActionButton>
      {line.chart !== null && (
        <ActionButton
          size="compact-sm"
          why={null}
          label={`Charts of ${line.connectionName}`}
          onClick={() => onShow(!shown)}
        >
          {shown ? 'Hide the charts' : 'Show the charts'}
        </ActionButton>
      )}
    </Group>
  );
}

function Worth({ line }: { line: RevenueLine }) {
  const currency = useCurrency();
  return (
    <dl className={facts}>
      <Fact name="Chance that it is theft">{Math.round(line.probabilityPermille / 10)} of 100</Fact>
      <Fact name="Lost in a month, if it is">{kwhText(line.recoverableWh, 0)}</Fact>
      <Fact name="A visit is worth, a month">
        {line.expectedMinor === null
          ? kwhText(line.expectedWh, 0)
          : moneyText(line.expectedMinor, currency)}
      </Fact>
    </dl>
  );
}

function Help({ need }: { need: RevenueLine['need'] }) {
  return (
    <Stack gap={4}>
      <Text size="sm" fw={550}>
        Why help comes first: {need.signs.join('; ')}.
      </Text>
      <Points of={need.helps} />
    </Stack>
  );
}

function Charts({ chart }: { chart: NonNullable<RevenueLine['chart']> }) {
  const barsOf = (values: readonly (number | null)[]) =>
    values.map((wh, i) => {
      const day = dayOf(chart.fromDay, i);
      const energyWh = wh === null ? null : String(wh);
      return { key: day, energyWh, label: day, tick: i % 15 === 0 ? day.slice(5) : '' };
    });
  return (
    <Stack gap="sm">
      <BarChart label="This home, by day" bars={barsOf(chart.homeWh)} />
      <BarChart label="Its neighbours on average" bars={barsOf(chart.peerWh)} />
      <BarChart label="Missing at the feeder" bars={barsOf(chart.missingWh)} />
    </Stack>
  );
}

const dayOf = (fromDay: string, days: number): string =>
  new Date(Date.parse(`${fromDay}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
