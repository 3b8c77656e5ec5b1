// Days of heat and cold on which nobody is cut: declared and withdrawn by operators, with a note.

import { Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import type { WeatherDaysAnswer } from '@prewatt/api';
import { countText, err, ok } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { protectionKey, sayWeatherDays, weatherDaysQuery } from '../../api/protection.ts';
import { businessClock } from '../../api/queries.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly, useZone } from '../../shell/session.tsx';
import { type Read, readText } from '../../text/entries.ts';
import { civilDate, longDay, nextDay } from '../../text/time.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton } from '../../ui/show.tsx';
import { wholeQuery } from '../../ui/whole-list.ts';

type Day = WeatherDaysAnswer['rows'][number];
type Kind = Day['kind'];
const kindLabels: Record<Kind, string> = { heat: 'Heat', cold: 'Cold' };
const mostDays = 60;

/** `weather`: the sentences about it in the rules in force. */
export function DeclaredDays({ protects }: { readonly protects: readonly Kind[] }) {
  const query = useQuery(weatherDaysQuery);
  const readOnly = useWhyReadOnly();
  const [declaring, setDeclaring] = useState(false);
  const [withdrawing, setWithdrawing] = useState<Day | null>(null);
  const today = useToday();
  const close = () => setWithdrawing(null);
  return (
    <section aria-labelledby="days">
      <Stack gap="sm">
        <Group justify="space-between" gap="sm">
          <Title order={2} id="days">
            Declared days
          </Title>
          <ActionButton size="compact-sm" why={readOnly} onClick={() => setDeclaring(true)}>
            Declare days
          </ActionButton>
        </Group>
        <DataTable
          label="Declared days"
          noun="day"
          columns={columnsFor(today, readOnly, setWithdrawing)}
          rowKey={(row) => `${row.date} ${row.kind}`}
          query={wholeQuery(query)}
          empty="No day of heat or cold is declared from yesterday on."
        />
      </Stack>
      <Dialog opened={declaring} onClose={() => setDeclaring(false)} title="Declare days">
        <DeclareForm protects={protects} today={today} onClose={() => setDeclaring(false)} />
      </Dialog>
      <Dialog opened={withdrawing !== null} onClose={close} title="Withdraw a day">
        {withdrawing !== null && <WithdrawForm day={withdrawing} onClose={close} />}
      </Dialog>
    </section>
  );
}

function useToday(): string {
  return civilDate(businessClock.nowMs(), useZone());
}

function columnsFor(
  today: string,
  readOnly: string | null,
  onWithdraw: (day: Day) => void,
): Column<Day>[] {
  return [
    { key: 'date', header: 'Day', card: 'title', cell: (row) => longDay(row.date) },
    { key: 'kind', header: 'Why', cell: (row) => kindLabels[row.kind] },
    { key: 'note', header: 'Note', card: 'wide', cell: (row) => row.note },
    { key: 'by', header: 'Declared by', cell: (row) => row.declaredBy },
    {
      key: 'act',
      header: '',
      card: 'wide',
      cell: (row) =>
        row.date >= today && (
          <ActionButton
            size="compact-sm"
            why={readOnly}
            label={`Withdraw ${longDay(row.date)}, ${kindLabels[row.kind].toLowerCase()}`}
            onClick={() => onWithdraw(row)}
          >
            Withdraw
          </ActionButton>
        ),
    },
  ];
}

const noteNote = 'Who says so, and where; kept with your name';

function DeclareForm(props: {
  readonly protects: readonly Kind[];
  readonly today: string;
  readonly onClose: () => void;
}) {
  const { protects, today, onClose } = props;
  const [kind, setKind] = useState<Kind>('heat');
  const first = useEntry(today, (text) => readFirst(text, today));
  const last = useEntry('', (text) => readLast(text, first.text));
  const note = useEntry('', (text) => readText(text, 1, 500));
  const action = useAction({
    run: (body: { dates: readonly string[]; note: string }, requestId) =>
      sayWeatherDays({ ...body, kind, what: 'declared', requestId }),
    stale: [protectionKey],
    onDone: onClose,
  });
  const dates = last.read.ok ? last.read.value : [];
  return (
    <DialogForm
      submit={dates.length > 1 ? `Declare ${countText(dates.length, 'day')}` : 'Declare the day'}
      action={action}
      entries={[first, last, note]}
      onCancel={onClose}
      onSubmit={() => {
        if (note.read.ok) action.mutate({ dates, note: note.read.value });
      }}
    >
      <NativeSelect
        label="Why"
        data-autofocus
        value={kind}
        data={(['heat', 'cold'] as const).map((value) => ({ value, label: kindLabels[value] }))}
        onChange={({ currentTarget: { value } }) => setKind(value === 'cold' ? 'cold' : 'heat')}
      />
      <Text size="sm" {...(protects.includes(kind) ? { c: 'dimmed' } : { c: 'red' })}>
        {protects.includes(kind)
          ? `On a day of ${kind} nobody is cut for lack of credit. Meters with a link get it at once.`
          : `The rules in force do not protect from ${kind}: the days would be on the list and change nothing.`}
      </Text>
      <EntryField entry={first} label="First day" kind="date" />
      <EntryField entry={last} label="Last day" note="Empty: the same day" kind="date" />
      <EntryField entry={note} label="Note" note={noteNote} long />
    </DialogForm>
  );
}

function WithdrawForm({ day, onClose }: { readonly day: Day; readonly onClose: () => void }) {
  const note = useEntry('', (text) => readText(text, 1, 500));
  const action = useAction({
    run: (words: string, requestId) =>
      sayWeatherDays({
        requestId,
        what: 'withdrawn',
        kind: day.kind,
        dates: [day.date],
        note: words,
      }),
    stale: [protectionKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Withdraw"
      danger
      action={action}
      entries={[note]}
      onCancel={onClose}
      onSubmit={() => {
        if (note.read.ok) action.mutate(note.read.value);
      }}
    >
      <Text size="sm">
        {longDay(day.date)}, {kindLabels[day.kind].toLowerCase()}. Supply may end with credit on
        that day again, unless another rule forbids it.
      </Text>
      <EntryField entry={note} label="Note" note={noteNote} long focus />
    </DialogForm>
  );
}

const readFirst = (text: string, today: string): Read<string> => {
  if (text === '') return err('Choose a day.');
  return text < today ? err('This day is over.') : ok(text);
};

/** All days from the first to this one. */
function readLast(text: string, first: string): Read<readonly string[]> {
  if (text === '' || first === '') return ok([first]);
  if (text < first) return err('This is before the first day.');
  const days: string[] = [];
  for (let day = first; day <= text && days.length <= mostDays; day = nextDay(day)) days.push(day);
  return days.length > mostDays ? err(`At most ${mostDays} days at once.`) : ok(days);
}
