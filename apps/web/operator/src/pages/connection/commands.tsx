// Commands of one meter: who asked and why, the stage of each as it changes, and taking one back.

import { Stack, Text } from '@mantine/core';
import type { CommandRow } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { cancelCommand } from '../../api/commands.ts';
import { commandsQuery } from '../../api/connection.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { commandLabels, isOpenStage, sentence, stageLabels } from '../../text/labels.ts';
import { unknown } from '../../text/numbers.ts';
import { WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Age, Instant, StateBadge, stages, TimeOfDay } from '../../ui/show.tsx';
import { askedText, takenBackText } from './command-labels.ts';

export function CommandList({ connectionId }: { connectionId: string }) {
  const query = useInfiniteQuery(commandsQuery(connectionId));
  const columns: Column<CommandRow>[] = [
    { key: 'at', header: 'Queued', card: 'title', cell: (row) => <Instant at={row.queuedAt} /> },
    {
      key: 'kind',
      header: 'Command',
      cell: (row) => <WithNote note={askedText(row)}>{commandLabels[row.kind]}</WithNote>,
    },
    { key: 'stage', header: 'Stage', cell: (row) => <Stage row={row} /> },
    { key: 'attempts', header: 'Attempts', end: true, cell: (row) => row.attempts },
    {
      key: 'result',
      header: 'Result',
      cell: (row) => (
        <WithNote note={takenBackText(row)}>
          {row.result === null ? unknown : sentence(row.result)}
        </WithNote>
      ),
    },
    {
      key: 'history',
      header: 'Stages',
      card: 'wide',
      cell: (row) => (
        <>
          <Steps row={row} />
          <TakeBack connectionId={connectionId} row={row} />
        </>
      ),
    },
  ];
  return (
    <DataTable
      label="Commands"
      noun="command"
      columns={columns}
      rowKey={(row) => row.commandId}
      query={query}
      empty="No command has been sent to this meter."
    />
  );
}

/** One command from its first stage to now, outside of a table. */
export function CommandLife({ connectionId, row }: { connectionId: string; row: CommandRow }) {
  return (
    <Stack gap="xs" align="flex-start" role="status">
      <Stage row={row} />
      {row.result !== null && <Text size="sm">{sentence(row.result)}</Text>}
      {row.cancelledBy !== null && <Text size="sm">{sentence(takenBackText(row) ?? '')}</Text>}
      <Steps row={row} />
      <TakeBack connectionId={connectionId} row={row} />
    </Stack>
  );
}

function Stage({ row }: { row: CommandRow }) {
  return (
    <div>
      <StateBadge label={stageLabels[row.stage]} />
      {isOpenStage(row.stage) && (
        <Text size="xs" c="dimmed">
          expires <Age at={row.expiresAt} ahead />
        </Text>
      )}
    </div>
  );
}

function Steps({ row }: { row: CommandRow }) {
  return (
    <ol className={stages}>
      {row.history.map((step) => (
        <li key={`${step.at} ${step.stage}`}>
          {stageLabels[step.stage].text} <TimeOfDay at={step.at} />
        </li>
      ))}
    </ol>
  );
}

function TakeBack({ connectionId, row }: { connectionId: string; row: CommandRow }) {
  const readOnly = useWhyReadOnly();
  const [opened, setOpened] = useState(false);
  if (!isOpenStage(row.stage)) return null;
  const underWay = row.stage === 'cancelling' ? 'It is being taken back already' : null;
  const close = () => setOpened(false);
  return (
    <>
      <ActionButton
        size="compact-sm"
        why={readOnly ?? underWay}
        label={`Take back ${commandLabels[row.kind]}`}
        onClick={() => setOpened(true)}
      >
        Take back
      </ActionButton>
      <Dialog opened={opened} onClose={close} title={`Take back: ${commandLabels[row.kind]}`}>
        <TakeBackForm connectionId={connectionId} row={row} onClose={close} />
      </Dialog>
    </>
  );
}

type TakeBackProps = {
  readonly connectionId: string;
  readonly row: CommandRow;
  readonly onClose: () => void;
};

function TakeBackForm({ connectionId, row, onClose }: TakeBackProps) {
  const reason = useEntry('', (text) => readText(text, 5, 500));
  const action = useAction({
    run: (why: string) => cancelCommand(connectionId, row.commandId, why),
    stale: [['connection', connectionId]],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Take back"
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => reason.read.ok && action.mutate(reason.read.value)}
    >
      <Text size="sm">
        If the meter has not begun the command, it is not carried out. If it was sent already, the
        meter may have carried it out: its answer shows here.
      </Text>
      <EntryField entry={reason} label="Why" note="Kept with your name" long focus />
    </DialogForm>
  );
}
