// One reading with those around it, what was said about it, and the decision: accept, leave out,
// enter energy for a span, or take a decision back.

import { Drawer, Group, Stack, Text, Title } from '@mantine/core';
import type { ReadingAround, ReadingFindingRow } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { aroundQuery, decideReading, editReading, findingsKey } from '../../api/readings.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly, useZone } from '../../shell/session.tsx';
import { connectionSearch } from '../../state/search.ts';
import { kwhEntry, readKwh, readText } from '../../text/entries.ts';
import { kwhText } from '../../text/numbers.ts';
import { dateAndTime, weekdayAndTime } from '../../text/time.ts';
import { DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Age, StateBadge } from '../../ui/show.tsx';
import { QueryState } from '../../ui/states.tsx';
import { BarChart } from '../connection/bar-chart.tsx';
import { EstimateNote } from './estimates.tsx';
import {
  acceptMeaning,
  detailText,
  findingMeaning,
  findingNames,
  neighbourBars,
  stateLabels,
} from './labels.ts';

type LookProps = { readonly row: ReadingFindingRow | null; readonly onClose: () => void };

export function LookAtReading({ row, onClose }: LookProps) {
  return (
    <Drawer
      opened={row !== null}
      onClose={onClose}
      position="right"
      size="lg"
      title={row === null ? '' : `${findingNames[row.finding]}, ${row.name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {row !== null && <Look row={row} onClose={onClose} />}
    </Drawer>
  );
}

function Look({ row, onClose }: { row: ReadingFindingRow; onClose: () => void }) {
  const zone = useZone();
  const query = useQuery(aroundQuery(row));
  return (
    <Stack gap="md">
      <div>
        <Text size="sm">{findingMeaning[row.finding]}</Text>
        <Text size="sm" c="dimmed">
          {dateAndTime(Date.parse(row.readAt), zone)}: {detailText(row.finding, row.detail)}
        </Text>
      </div>
      <QueryState query={query} height={180} />
      {query.data !== undefined && (
        <>
          <Neighbours around={query.data} readAt={row.readAt} />
          <Actions row={row} around={query.data} onClose={onClose} />
          <History around={query.data} finding={row.finding} />
        </>
      )}
      <Link
        to="/connections/$connectionId"
        params={{ connectionId: row.connectionId }}
        search={connectionSearch({ tab: 'readings' })}
      >
        All readings of this home
      </Link>
    </Stack>
  );
}

function Neighbours({ around, readAt }: { around: ReadingAround; readAt: string }) {
  const zone = useZone();
  const bars = neighbourBars(around.points, {
    readAt,
    label: (epochMs) => weekdayAndTime(epochMs, zone),
  });
  if (bars.length === 0) {
    return (
      <Text size="sm">
        The readings around it are no longer stored; the sums by day and month are.
      </Text>
    );
  }
  return <BarChart label="Energy between readings" bars={bars} />;
}

type ActionsProps = {
  readonly row: ReadingFindingRow;
  readonly around: ReadingAround;
  readonly onClose: () => void;
};
type Doing = 'accepted' | 'rejected' | 'reopened' | 'edit';

function Actions({ row, around, onClose }: ActionsProps) {
  const readOnly = useWhyReadOnly();
  const [doing, setDoing] = useState<Doing | null>(null);
  const last = around.history.findLast(({ finding }) => finding === row.finding);
  const state = last?.state ?? row.state;
  if (doing === 'edit') {
    return <EditForm row={row} around={around} onClose={() => setDoing(null)} />;
  }
  if (doing !== null) {
    return (
      <DecideForm row={row} decision={doing} onCancel={() => setDoing(null)} onDone={onClose} />
    );
  }
  const noSpan = around.estimates.length === 0 ? 'No span near it was estimated' : null;
  return (
    <Group gap="sm">
      {state !== 'accepted' && (
        <ActionButton why={readOnly} onClick={() => setDoing('accepted')}>
          Accept
        </ActionButton>
      )}
      {state !== 'rejected' && (
        <ActionButton why={readOnly} onClick={() => setDoing('rejected')}>
          Leave out
        </ActionButton>
      )}
      {state !== 'found' && (
        <ActionButton why={readOnly} onClick={() => setDoing('reopened')}>
          Take back
        </ActionButton>
      )}
      <ActionButton why={readOnly ?? noSpan} onClick={() => setDoing('edit')}>
        Enter energy
      </ActionButton>
    </Group>
  );
}

const decisionNames = { accepted: 'Accept', rejected: 'Leave out', reopened: 'Take back' } as const;

type DecideProps = {
  readonly row: ReadingFindingRow;
  readonly decision: keyof typeof decisionNames;
  readonly onCancel: () => void;
  readonly onDone: () => void;
};

function DecideForm({ row, decision, onCancel, onDone }: DecideProps) {
  const reason = useEntry('', (text) => readText(text, 5, 500));
  const action = useAction({
    run: (words: string) => decideReading(row, { decision, reason: words }),
    stale: [findingsKey, ['readings', 'around'], ['connection', row.connectionId]],
    onDone,
  });
  const meaning = {
    accepted: acceptMeaning[row.finding],
    rejected: 'The reading is wrong: it stays left out, and the estimate in its place is kept.',
    reopened: 'The decision is taken back; the finding stands open again.',
  }[decision];
  return (
    <DialogForm
      submit={decisionNames[decision]}
      action={action}
      entries={[reason]}
      onCancel={onCancel}
      onSubmit={() => {
        if (reason.read.ok) action.mutate(reason.read.value);
      }}
    >
      <Text size="sm">{meaning} The day is summed up again within a minute.</Text>
      <EntryField entry={reason} label="Why" note="Kept with your name" long />
    </DialogForm>
  );
}

function EditForm({ row, around, onClose }: ActionsProps) {
  const [at, setAt] = useState(0);
  const span = around.estimates[at] ?? around.estimates[0];
  const energy = useEntry(span === undefined ? '' : kwhEntry(span.energyWh), readKwh);
  const reason = useEntry('', (text) => readText(text, 5, 500));
  const action = useAction({
    run: (edit: { energyWh: string; reason: string }) =>
      editReading(row, { startsAt: span?.startsAt ?? '', endsAt: span?.endsAt ?? '', ...edit }),
    stale: [['readings'], ['connection', row.connectionId]],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Enter"
      action={action}
      entries={[energy, reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (energy.read.ok && reason.read.ok) {
          action.mutate({ energyWh: energy.read.value, reason: reason.read.value });
        }
      }}
    >
      <Stack gap={4} role="radiogroup" aria-label="Span">
        {around.estimates.map((each, index) => (
          <label key={each.startsAt}>
            <input
              type="radio"
              name="span"
              checked={index === at}
              onChange={() => {
                setAt(index);
                energy.setText(kwhEntry(each.energyWh));
              }}
            />{' '}
            <EstimateNote estimate={each} />
          </label>
        ))}
      </Stack>
      <EntryField entry={energy} label="Energy" unit="kWh" numeric />
      <EntryField entry={reason} label="Why" note="Kept with your name" long />
    </DialogForm>
  );
}

function History({ around, finding }: { around: ReadingAround; finding: string }) {
  const rows = around.history.filter((each) => each.finding === finding);
  return (
    <section>
      <Title order={3} size="h5" mb={4}>
        What was said
      </Title>
      <Stack gap={6}>
        {rows.map((each) => (
          <Text size="sm" key={`${each.at} ${each.state}`} component="div">
            <StateBadge label={stateLabels[each.state]} /> {each.reason ?? ''}{' '}
            <Text span size="xs" c="dimmed">
              {each.by ?? 'by validation'}, <Age at={each.at} />
            </Text>
          </Text>
        ))}
        {around.estimates.map((each) => (
          <Text size="sm" key={each.startsAt}>
            Stands in: <EstimateNote estimate={each} />, {kwhText(each.energyWh, 3)}
          </Text>
        ))}
      </Stack>
    </section>
  );
}
