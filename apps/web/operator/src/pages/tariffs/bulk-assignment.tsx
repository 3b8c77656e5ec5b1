// The form that asks for another tariff for many connections: which tariff, from when, who.

import { NativeSelect, Text } from '@mantine/core';
import {
  type AssignmentList,
  type NewAssignment,
  readAssignmentList,
  type TariffRow,
} from '@prewatt/api';
import { countText, err } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { makeAssignment } from '../../api/assignments.ts';
import { businessClock } from '../../api/queries.ts';
import { tariffsKey, versionQuery } from '../../api/tariffs.ts';
import { useAction } from '../../api/use-action.ts';
import { useZone } from '../../shell/session.tsx';
import { type Read, readCount, readText } from '../../text/entries.ts';
import { civilDate, longDay } from '../../text/time.ts';
import { FileField } from '../../ui/file-field.tsx';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { Facts, givenFacts, parametersOf, readDay, versionToAsk } from './facts.tsx';

type Props = {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly tariffs: readonly TariffRow[];
};

export function AssignManyDialog({ opened, onClose, tariffs }: Props) {
  return (
    <Dialog opened={opened} onClose={onClose} title="Another tariff for many">
      <Form onClose={onClose} tariffs={tariffs} />
    </Dialog>
  );
}

const any = 'Any';

/** The list as it is pasted, in this page's sentences. */
function readList(text: string): Read<AssignmentList> {
  const list = readAssignmentList(text);
  if (list.ok) return list;
  return err(`${list.error.charAt(0).toUpperCase()}${list.error.slice(1)}.`);
}

function Form({ onClose, tariffs }: Omit<Props, 'opened'>) {
  const navigate = useNavigate();
  const today = civilDate(businessClock.nowMs(), useZone());
  const known = tariffs.filter((tariff) => versionToAsk(tariff) !== undefined);
  const [name, setName] = useState(known[0]?.name ?? '');
  const [facts, setFacts] = useState<Readonly<Record<string, string>>>({});
  const from = useEntry(today, readDay(today));
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const months = useEntry('3', (text) => readMonths(text));
  const choice = useChoice();
  const chosen = known.find((tariff) => tariff.name === name);
  const versionId = chosen === undefined ? undefined : versionToAsk(chosen);
  const version = useQuery({ ...versionQuery(versionId ?? ''), enabled: versionId !== undefined });
  const asked = parametersOf(version.data?.document);
  const action = useAction({
    run: (_: undefined, requestId) =>
      makeAssignment({
        requestId,
        tariffName: name,
        from: from.text,
        reason: reason.text,
        months: Number(months.text),
        parameters: givenFacts(asked, facts),
        choose: choice.choose(),
      }),
    stale: [tariffsKey],
    onDone: ({ assignmentId }) =>
      void navigate({ to: '/tariffs/assignments/$assignmentId', params: { assignmentId } }),
  });
  return (
    <DialogForm
      submit="Make the list and try it"
      action={action}
      entries={[choice.isList ? choice.list : choice.place, from, months, reason]}
      onCancel={onClose}
      onSubmit={() => action.mutate(undefined)}
    >
      <NativeSelect
        label="Tariff"
        data-autofocus
        value={name}
        data={known.map((tariff) => tariff.name)}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <Facts asked={asked} facts={facts} onChange={setFacts} keeps />
      <NativeSelect
        label="Who"
        value={choice.isList ? 'list' : 'filter'}
        data={[
          { value: 'filter', label: 'All that fit' },
          { value: 'list', label: 'Those of a list' },
        ]}
        onChange={({ currentTarget }) => choice.setIsList(currentTarget.value === 'list')}
      />
      {choice.isList ? (
        <ListFields choice={choice} />
      ) : (
        <FilterFields choice={choice} tariffs={tariffs} />
      )}
      <EntryField
        entry={from}
        label="From"
        note={from.read.ok ? longDay(from.read.value) : 'A day from today on'}
        kind="date"
      />
      <EntryField entry={months} label="Months of purchases to try" numeric note="1 to 24" />
      <EntryField entry={reason} label="Why" note="Whoever approves it reads it" long />
    </DialogForm>
  );
}

/** Which connections: all that fit a filter, or those of a list. */
function useChoice() {
  const [isList, setIsList] = useState(false);
  const [tariffName, setTariffName] = useState(any);
  const [mode, setMode] = useState(any);
  const place = useEntry('', (text) => readText(text, 0, 100));
  const list = useEntry('', readList);
  const choose = (): NewAssignment['choose'] =>
    isList && list.read.ok
      ? { list: list.read.value }
      : {
          filter: {
            ...(tariffName !== any && { tariffName }),
            ...(mode !== any && { creditMode: mode === 'Token' ? 'token' : 'wallet' }),
            ...(place.text.trim() !== '' && { place: place.text }),
          },
        };
  return { isList, setIsList, tariffName, setTariffName, mode, setMode, place, list, choose };
}

type OfChoice = { readonly choice: ReturnType<typeof useChoice> };

function FilterFields({ choice, tariffs }: OfChoice & Pick<Props, 'tariffs'>) {
  return (
    <>
      <NativeSelect
        label="Their tariff on that day"
        value={choice.tariffName}
        data={[any, ...tariffs.map((tariff) => tariff.name)]}
        onChange={({ currentTarget }) => choice.setTariffName(currentTarget.value)}
      />
      <EntryField
        entry={choice.place}
        label="Place"
        note="A word in the name or address: a street, a block, a feeder"
      />
      <NativeSelect
        label="Credit"
        value={choice.mode}
        data={[any, 'Token', 'Wallet']}
        onChange={({ currentTarget }) => choice.setMode(currentTarget.value)}
      />
    </>
  );
}

function ListFields({ choice: { list } }: OfChoice) {
  const [file, setFile] = useState<File | null>(null);
  return (
    <>
      <EntryField
        entry={list}
        label="Connections"
        note="A meter number or connection id on each line. Facts of each: a first line such as meter_number,class"
        long
      />
      <FileField
        label="Or a CSV file"
        note="Its lines appear above"
        file={file}
        onFile={(given) => {
          setFile(given);
          if (given !== null) void given.text().then(list.setText);
        }}
      />
      {list.read.ok && <Text size="sm">{countText(list.read.value.length, 'connection')}</Text>}
    </>
  );
}

function readMonths(text: string): Read<number> {
  const count = readCount(text, 24);
  return count.ok && count.value === 0 ? err('Write a whole number from 1 to 24.') : count;
}
