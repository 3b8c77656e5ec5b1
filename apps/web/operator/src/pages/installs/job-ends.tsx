// How a job ends: closed by the technician once each step has passed, or cancelled by the office;
// who is sent; and all that happened.

import { Button, Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { type InstallDetail, installStepNames } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { techniciansQuery } from '../../api/installs.ts';
import { useSession } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { codeText } from '../../text/labels.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Instant, panel } from '../../ui/show.tsx';
import type { Actions } from './use-actions.ts';

type Props = { readonly job: InstallDetail; readonly actions: Actions };

export function EndJob({ job, actions }: Props) {
  const note = useEntry('', (text) => readText(text, 0, 500));
  if (job.state !== 'open') {
    return (
      <section className={panel} aria-label="End">
        <Text size="sm">
          {job.state === 'closed' ? 'Closed' : 'Cancelled'} by {job.endedBy},{' '}
          <Instant at={job.stateAt} />
        </Text>
        {job.endReason !== null && <Text size="sm">{job.endReason}</Text>}
      </section>
    );
  }
  if (!job.mayWork) return null;
  const close = () => {
    if (note.read.ok) actions.send({ part: 'close', body: { note: note.read.value } });
  };
  const open = job.openSteps.map((step) => installStepNames[step]).join(', ');
  return (
    <section className={panel} aria-label="Close the job">
      <Stack gap="sm">
        {open === '' ? (
          <EntryField entry={note} label="A last remark" />
        ) : (
          <Text size="sm" c="dimmed">
            Before it can be closed: {open}.
          </Text>
        )}
        <Button
          size="md"
          variant={open === '' ? 'filled' : 'default'}
          loading={actions.isBusy}
          onClick={close}
        >
          Close the job
        </Button>
      </Stack>
    </section>
  );
}

export function OfficeActions({ job, actions }: Props) {
  const { role } = useSession();
  const [isCancelling, setIsCancelling] = useState(false);
  if (job.state !== 'open' || (role !== 'operator' && role !== 'administrator')) return null;
  return (
    <Group gap="sm" align="end">
      <Assign job={job} actions={actions} />
      <ActionButton why={null} onClick={() => setIsCancelling(true)}>
        Cancel the job
      </ActionButton>
      <Dialog
        opened={isCancelling}
        onClose={() => setIsCancelling(false)}
        title="Cancel the install job"
      >
        <CancelForm actions={actions} onClose={() => setIsCancelling(false)} />
      </Dialog>
    </Group>
  );
}

function Assign({ job, actions }: Props) {
  const people = useQuery(techniciansQuery).data?.rows ?? [];
  return (
    <NativeSelect
      label="Technician"
      value={job.assignedTo?.operatorId ?? ''}
      disabled={actions.isBusy}
      data={[
        { value: '', label: 'Anybody' },
        ...people.map(({ operatorId, name }) => ({ value: operatorId, label: name })),
      ]}
      onChange={({ currentTarget }) => {
        const technicianId = currentTarget.value === '' ? null : currentTarget.value;
        actions.send({ part: 'assign', body: { technicianId } });
      }}
    />
  );
}

function CancelForm({ actions, onClose }: { actions: Actions; onClose: () => void }) {
  const reason = useEntry('', (text) => readText(text, 5, 500));
  const send = () => {
    if (!reason.read.ok) return;
    actions.send({ part: 'cancel', body: { reason: reason.read.value } });
    onClose();
  };
  return (
    <DialogForm
      submit="Cancel the job"
      danger
      action={{ isPending: actions.isBusy, error: null }}
      entries={[reason]}
      onSubmit={send}
      onCancel={onClose}
    >
      <EntryField entry={reason} label="Why" note="Kept with your name" long focus />
      <Text size="sm" c="dimmed">
        What was done stays. A switch that the job opened is closed again.
      </Text>
    </DialogForm>
  );
}

export function History({ job }: { job: InstallDetail }) {
  return (
    <section className={panel} aria-label="History">
      <Title order={2} mb="xs">
        History
      </Title>
      <Stack gap="xs">
        {job.history.toReversed().map((event) => (
          <div key={`${event.at} ${event.what} ${event.step} ${event.words}`}>
            <Text size="sm">
              {event.step === null ? '' : `${installStepNames[event.step]}: `}
              {event.step === null ? codeText(event.what) : event.what}
              {event.words === null ? '' : `. ${event.words}`}
            </Text>
            <Text size="xs" c="dimmed">
              <Instant at={event.at} withAge={false} /> {event.by ?? 'the meter or the server'}
            </Text>
          </div>
        ))}
      </Stack>
    </section>
  );
}
