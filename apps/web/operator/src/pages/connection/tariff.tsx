// Which tariff the connection has: the version that prices it today, what comes, who assigned it,
// and the form that assigns another from a day on.

import { NativeSelect, Stack, Text } from '@mantine/core';
import type { ConnectionDetail, ConnectionTariff, TariffRow } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { businessClock } from '../../api/queries.ts';
import {
  assignTariff,
  connectionTariffQuery,
  tariffsKey,
  tariffsQuery,
  versionQuery,
} from '../../api/tariffs.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly, useZone } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { civilDate, longDay, shortDay } from '../../text/time.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Age, Fact } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { Facts, givenFacts, parametersOf, readDay, versionToAsk } from '../tariffs/facts.tsx';

export function TariffFact({ detail }: { detail: ConnectionDetail }) {
  const { data } = useQuery(connectionTariffQuery(detail.connectionId));
  const next = data?.next ?? null;
  const { tariffName, tariffVersionId } = detail;
  return (
    <Fact
      name="Tariff"
      note={next === null ? null : `${next.tariffName} from ${shortDay(next.from)}`}
    >
      {tariffVersionId === null ? (
        tariffName
      ) : (
        <Link to="/tariffs/$versionId" params={{ versionId: tariffVersionId }}>
          {tariffName}
        </Link>
      )}
    </Fact>
  );
}

export function AssignTariff({ connectionId }: { connectionId: string }) {
  const readOnly = useWhyReadOnly();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <ActionButton why={readOnly} onClick={() => setOpened(true)}>
        Assign a tariff
      </ActionButton>
      <Dialog opened={opened} onClose={() => setOpened(false)} title="Assign a tariff">
        {opened && <Loaded connectionId={connectionId} onClose={() => setOpened(false)} />}
      </Dialog>
    </>
  );
}

type FormProps = { readonly connectionId: string; readonly onClose: () => void };

function Loaded(props: FormProps) {
  const now = useQuery(connectionTariffQuery(props.connectionId));
  const list = useQuery(tariffsQuery);
  const failure = now.error ?? list.error;
  if (failure !== null) {
    return (
      <FailureNote
        failure={failure}
        onRetry={() => void Promise.all([now.refetch(), list.refetch()])}
      />
    );
  }
  if (now.data === undefined || list.data === undefined) return <Text size="sm">Loading</Text>;
  const tariffs = list.data.tariffs.filter((tariff) => versionToAsk(tariff) !== undefined);
  return <Form {...props} now={now.data} tariffs={tariffs} />;
}

type LoadedProps = FormProps & {
  readonly now: ConnectionTariff;
  readonly tariffs: readonly TariffRow[];
};

function Form({ connectionId, onClose, now, tariffs }: LoadedProps) {
  const zone = useZone();
  const today = civilDate(businessClock.nowMs(), zone);
  const [name, setName] = useState(now.tariffName);
  const [facts, setFacts] = useState<Readonly<Record<string, string>>>(now.parameters);
  const from = useEntry(today, readDay(today));
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const chosen = tariffs.find((tariff) => tariff.name === name);
  const versionId = chosen === undefined ? undefined : versionToAsk(chosen);
  const version = useQuery({ ...versionQuery(versionId ?? ''), enabled: versionId !== undefined });
  const asked = parametersOf(version.data?.document);
  const action = useAction({
    run: (body: { from: string; reason: string }, requestId) =>
      assignTariff(connectionId, {
        requestId,
        tariffName: name,
        parameters: givenFacts(asked, facts, true),
        ...body,
      }),
    stale: [['connection', connectionId], tariffsKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Assign"
      action={action}
      entries={[from, reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (from.read.ok && reason.read.ok) {
          action.mutate({ from: from.read.value, reason: reason.read.value });
        }
      }}
    >
      <NativeSelect
        label="Tariff"
        data-autofocus
        value={name}
        data={tariffs.map((tariff) => tariff.name)}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <Facts asked={asked} facts={facts} onChange={setFacts} />
      <EntryField
        entry={from}
        label="From"
        kind="date"
        note={
          from.read.ok
            ? from.read.value === today
              ? 'Today: it holds at once, for the next purchase'
              : longDay(from.read.value)
            : 'As 2026-12-01'
        }
      />
      <EntryField entry={reason} label="Why" note="Kept with your name" long />
      <Before rows={now.history} />
    </DialogForm>
  );
}

function Before({ rows }: { rows: ConnectionTariff['history'] }) {
  if (rows.length === 0) return null;
  return (
    <Stack gap={2}>
      <Text size="sm" fw={600}>
        Before
      </Text>
      {rows.slice(0, 5).map((row) => (
        <Text size="xs" c="dimmed" key={row.assignedAt}>
          {row.tariffName} from {shortDay(row.from)}: {row.reason} ({row.assignedBy},{' '}
          <Age at={row.assignedAt} />)
        </Text>
      ))}
    </Stack>
  );
}
