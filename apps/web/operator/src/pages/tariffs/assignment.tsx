// One assignment to many connections: its state, who pays more and who pays less, who cannot have
// it and why; it can be asked for, withdrawn and undone.

import { Alert, Group, Progress, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { AssignmentJson } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import {
  askForAssignment,
  assignmentCsvPath,
  assignmentQuery,
  assignmentRowsQuery,
  undoAssignment,
  withdrawAssignment,
} from '../../api/assignments.ts';
import { businessClock } from '../../api/queries.ts';
import { tariffsKey } from '../../api/tariffs.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly, useZone } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { civilDate, longDay } from '../../text/time.ts';
import { type Column, DataTable, rowLink } from '../../ui/data-table.tsx';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import {
  ActionButton,
  BackLink,
  Fact,
  Instant,
  nowFacts,
  PageHeading,
  panel,
  StateBadge,
} from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { assignmentLabels, assignmentTitle, percentDone } from './assignment-labels.ts';
import { FoundPanel } from './back-test.tsx';
import { readDay } from './facts.tsx';

export default function AssignmentPage() {
  const { assignmentId } = useParams({ from: '/signed-in/tariffs/assignments/$assignmentId' });
  const query = useQuery(assignmentQuery(assignmentId));
  const { data, error } = query;
  return (
    <Stack gap="md">
      <BackLink to="/tariffs">All tariffs</BackLink>
      <PageHeading
        title={data === undefined ? 'Tariff for many' : assignmentTitle(data)}
        aside={data === undefined ? null : <Actions of={data} />}
      />
      {error !== null && <FailureNote failure={error} onRetry={() => void query.refetch()} />}
      {data === undefined && error === null && <Skeleton height={220} aria-label="Loading" />}
      {data !== undefined && <Standing of={data} />}
    </Stack>
  );
}

type Open = 'ask' | 'withdraw' | 'undo' | null;

function Actions({ of }: { of: AssignmentJson }) {
  const readOnly = useWhyReadOnly();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  if (of.state === 'closed' || of.state === 'assigning') return null;
  if (of.state === 'done') {
    if (!of.mayUndo) return null;
    return (
      <>
        <ActionButton why={readOnly} onClick={() => setOpen('undo')}>
          Undo
        </ActionButton>
        <Dialog opened={open === 'undo'} onClose={close} title="Give each its former tariff back">
          <UndoForm of={of} onClose={close} />
        </Dialog>
      </>
    );
  }
  const waits = of.state === 'awaitingApproval';
  return (
    <Group gap="xs">
      <ActionButton
        why={readOnly ?? of.whyNotRequest}
        variant={of.whyNotRequest === null ? 'filled' : 'default'}
        onClick={() => setOpen('ask')}
      >
        Ask for approval
      </ActionButton>
      <ActionButton
        why={readOnly ?? (waits ? 'It waits for approval; withdraw it there first.' : null)}
        onClick={() => setOpen('withdraw')}
      >
        Withdraw
      </ActionButton>
      <AskDialog of={of} opened={open === 'ask'} onClose={close} />
      <WithdrawDialog of={of} opened={open === 'withdraw'} onClose={close} />
    </Group>
  );
}

type DialogProps = {
  readonly of: AssignmentJson;
  readonly opened: boolean;
  readonly onClose: () => void;
};
const stale = [tariffsKey, ['approvals']] as const;

function AskDialog({ of, opened, onClose }: DialogProps) {
  const action = useAction({
    run: (_: undefined, requestId) => askForAssignment(of.assignmentId, requestId),
    stale,
    onDone: onClose,
  });
  return (
    <Dialog opened={opened} onClose={onClose} title="Ask for approval">
      <DialogForm
        submit="Ask for approval"
        action={action}
        onCancel={onClose}
        onSubmit={() => action.mutate(undefined)}
      >
        <Text size="sm">
          Another administrator sees who was chosen and who pays more and less. When they approve,
          it is written beside each connection, and holds from {longDay(of.from)} on.
        </Text>
      </DialogForm>
    </Dialog>
  );
}

function WithdrawDialog({ of, opened, onClose }: DialogProps) {
  const action = useAction({
    run: () => withdrawAssignment(of.assignmentId),
    stale,
    onDone: onClose,
  });
  return (
    <Dialog opened={opened} onClose={onClose} title="Withdraw the list">
      <DialogForm
        submit="Withdraw"
        danger
        action={action}
        onCancel={onClose}
        onSubmit={() => action.mutate()}
      >
        <Text size="sm">Nothing is assigned by it. It stays on the list as withdrawn.</Text>
      </DialogForm>
    </Dialog>
  );
}

function UndoForm({ of, onClose }: { of: AssignmentJson; onClose: () => void }) {
  const navigate = useNavigate();
  const today = civilDate(businessClock.nowMs(), useZone());
  const from = useEntry([of.from, today].sort().at(-1) ?? today, readDay(today));
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const action = useAction({
    run: (body: { from: string; reason: string }, requestId) =>
      undoAssignment(of.assignmentId, { requestId, ...body }),
    stale,
    onDone: ({ assignmentId }) => {
      onClose();
      void navigate({ to: '/tariffs/assignments/$assignmentId', params: { assignmentId } });
    },
  });
  return (
    <DialogForm
      submit="Make the list and try it"
      action={action}
      entries={[from, reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (!from.read.ok || !reason.read.ok) return;
        action.mutate({ from: from.read.value, reason: reason.read.value });
      }}
    >
      <Text size="sm">
        A new list, for a second person to allow. Connections that got another tariff since are left
        out.
      </Text>
      <EntryField
        entry={from}
        label="From"
        note={from.read.ok ? longDay(from.read.value) : 'As 2026-12-01'}
      />
      <EntryField entry={reason} label="Why" note="Whoever approves it reads it" long focus />
    </DialogForm>
  );
}

function Standing({ of }: { of: AssignmentJson }) {
  const { approval, rows } = of;
  const wasRefused = approval !== null && !['awaiting', 'done'].includes(approval.state);
  return (
    <>
      <Text size="sm" maw="75ch">
        {of.reason}
      </Text>
      <Now of={of} />
      {wasRefused && of.state === 'ready' && (
        <Alert color="yellow" variant="light" title={`It was not approved: ${approval.state}`}>
          It may be asked for again, or withdrawn.
        </Alert>
      )}
      {of.summary !== null && (
        <FoundPanel
          of={of}
          csvPath={assignmentCsvPath(of.assignmentId)}
          rows={(order) => assignmentRowsQuery(of.assignmentId, order)}
          intro="priced again under the tariff that each has and under the one that it is to have; debt left out."
        />
      )}
      {rows.refused > 0 && (
        <>
          <Title order={2} size="h4">
            Cannot have it
          </Title>
          <DataTable
            label="Connections that cannot have it"
            noun="connection"
            linked
            columns={refusedColumns}
            rowKey={(row) => row.connectionId}
            query={wholeList(of.refused)}
            empty="None."
          />
          {rows.refused > of.refused.length && (
            <Text size="sm" c="dimmed">
              The first {of.refused.length} of {rows.refused} are shown.
            </Text>
          )}
        </>
      )}
    </>
  );
}

function Now({ of }: { of: AssignmentJson }) {
  const { approval, rows } = of;
  const busy = of.state === 'previewing' || of.state === 'assigning';
  return (
    <section className={panel} aria-label="Now">
      <dl className={nowFacts} style={{ margin: 0 }}>
        <Fact
          name="State"
          note={
            approval === null ? null : (
              <Link to="/approvals/$approvalId" params={{ approvalId: approval.approvalId }}>
                {of.state === 'awaitingApproval' ? 'What the approver sees' : 'Its approval'}
              </Link>
            )
          }
        >
          <StateBadge label={assignmentLabels[of.state]} />
        </Fact>
        <Fact name="First day">{longDay(of.from)}</Fact>
        <Fact name="Connections" note={of.chosen}>
          {rows.total}
        </Fact>
        <Fact name="Otherwise they have">
          {of.before.map((row) => `${row.tariffName} (${row.connections})`).join(', ')}
        </Fact>
        {rows.alreadyThere > 0 && (
          <Fact name="Left out" note="they have it already">
            {rows.alreadyThere}
          </Fact>
        )}
        {rows.replacesComing > 0 && (
          <Fact name="In place of a later one" note="another tariff was to come there">
            {rows.replacesComing}
          </Fact>
        )}
        {rows.assigned > 0 && <Fact name="Assigned">{rows.assigned}</Fact>}
        {rows.refused > 0 && <Fact name="Cannot have it">{rows.refused}</Fact>}
        <Fact name="Made by" note={<Instant at={of.requestedAt} withAge={false} />}>
          {of.requestedBy}
        </Fact>
      </dl>
      {busy && (
        <div role="status">
          <Text size="sm" mt="md" mb="xs">
            {of.state === 'previewing' ? 'Tried' : 'Assigned'}: {rows.done} of{' '}
            {countText(rows.total, 'connection')}.
          </Text>
          <Progress value={percentDone(of)} aria-label="Connections done" />
        </div>
      )}
    </section>
  );
}

const refusedColumns: Column<AssignmentJson['refused'][number]>[] = [
  {
    key: 'connection',
    header: 'Connection',
    card: 'title',
    cell: (row) => (
      <Link
        to="/connections/$connectionId"
        params={{ connectionId: row.connectionId }}
        className={rowLink}
      >
        {row.connectionName}
      </Link>
    ),
  },
  { key: 'why', header: 'Why not', card: 'wide', cell: (row) => row.detail },
];
