// The planned visits of a day in the order in which to go: on a phone with links to the cases, and
// on paper with room for what is found.

import { Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import type { CaseRoute } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { routeQuery } from '../../api/revenue.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { Dialog } from '../../ui/form.tsx';
import { ActionButton, MeterNumber, panel } from '../../ui/show.tsx';
import { EmptyNote, FailureNote } from '../../ui/states.tsx';
import styles from './route.module.css';
import { useTakenAlong } from './taken-along.ts';
import { VisitForm } from './visit-forms.tsx';

type Stop = CaseRoute['places'][number]['stops'][number];

export function RouteOfDay() {
  const [day, setDay] = useState<string | null>(null);
  const { data, error, refetch } = useQuery(routeQuery(day));
  const stops = useMemo(() => data?.places.flatMap((place) => place.stops) ?? [], [data]);
  useTakenAlong(stops);
  if (error !== null && data === undefined) {
    return <FailureNote failure={error} onRetry={() => void refetch()} />;
  }
  if (data === undefined) return null;
  return (
    <Stack gap="md">
      <Group gap="sm" align="end" className={styles.onScreen}>
        <TextInput
          label="Day of the visits"
          type="date"
          value={data.day}
          onChange={({ currentTarget: { value } }) => setDay(value === '' ? null : value)}
        />
        {stops.length > 0 && <RouteActions stops={stops} />}
      </Group>
      <Text className={styles.onPaper} fw={550}>
        Visits of {data.day}
      </Text>
      <AboutRoute of={data} stops={stops.length} />
      {stops.length === 0 && <EmptyNote>No visit is planned for this day.</EmptyNote>}
      {data.places.map(({ place, stops: ofPlace }, i) => (
        <section key={place ?? ''} className={panel} aria-label={place ?? 'Place not known'}>
          <Title order={2} size="h4">
            {place ?? 'Place not known'}
          </Title>
          <ol className={styles.stops} start={firstNumber(data, i)}>
            {ofPlace.map((stop) => (
              <li key={stop.caseId}>
                <StopOnRoute stop={stop} />
              </li>
            ))}
          </ol>
        </section>
      ))}
    </Stack>
  );
}

const firstNumber = ({ places }: CaseRoute, at: number): number =>
  1 + places.slice(0, at).reduce((sum, { stops }) => sum + stops.length, 0);

function RouteActions({ stops }: { stops: readonly Stop[] }) {
  const readOnly = useWhyReadOnly();
  const [asks, setAsks] = useState(false);
  const close = () => setAsks(false);
  return (
    <>
      <ActionButton why={readOnly} onClick={() => setAsks(true)}>
        Say who goes
      </ActionButton>
      <Button variant="default" onClick={() => window.print()}>
        Print
      </Button>
      <Dialog
        opened={asks}
        onClose={close}
        title={`Who goes on ${countText(stops.length, 'visit')}`}
      >
        {asks && <VisitForm caseIds={stops.map(({ caseId }) => caseId)} onClose={close} />}
      </Dialog>
    </>
  );
}

function AboutRoute({ of, stops }: { of: CaseRoute; stops: number }) {
  const lines = [
    ...(stops === 0 ? [] : [wayText(of, stops)]),
    ...(of.missed === 0
      ? []
      : [
          `${countText(of.missed, 'visit')} planned for days before ${of.missed === 1 ? 'was' : 'were'} not made: see Open cases.`,
        ]),
  ];
  return lines.map((line) => (
    <Text key={line} size="sm" maw="75ch">
      {line}
    </Text>
  ));
}

/** Says plainly by what the order is. */
function wayText({ metres, withoutPosition }: CaseRoute, stops: number): string {
  if (withoutPosition === stops) {
    return 'Where these homes are on the map is not known yet: they are in the order of their nodes or streets and of their addresses. The position that a visit notes orders the next ones.';
  }
  const way =
    metres === null
      ? ''
      : ` ${(metres / 1000).toFixed(1)} km from home to home, as the crow flies.`;
  const rest =
    withoutPosition === 0
      ? ''
      : ` ${countText(withoutPosition, 'home')} without a known position ${withoutPosition === 1 ? 'stands' : 'stand'} with the others of the place, by address.`;
  return `A short way by the positions that earlier visits noted.${way}${rest}`;
}

function StopOnRoute({ stop }: { stop: Stop }) {
  return (
    <>
      <Link to="/revenue/$caseId" params={{ caseId: stop.caseId }}>
        {stop.connectionName}
      </Link>
      , {stop.address}
      <Text size="sm" c="dimmed">
        <MeterNumber meterPan={stop.meterPan} />
        {stop.position !== null && (
          <>
            {' · '}
            <a href={`geo:${stop.position.replaceAll(' ', '')}`}>{stop.position}</a>
          </>
        )}
      </Text>
      <Text size="sm">
        {stop.visitors.length === 0 ? 'Nobody is named yet.' : `Goes: ${stop.visitors.join(', ')}`}
        {stop.checkInWith !== null && `; checks in with ${stop.checkInWith}`}
      </Text>
      <Text size="sm" className={styles.onPaper}>
        Found: ____________ Register: ____________ Seals: ____________ Time: ________
      </Text>
    </>
  );
}
