// One approval: what would be done, in words and figures; the decision; and its history.

import { Alert, Group, Stack, Text, Timeline, Title } from '@mantine/core';
import type { ApprovalDetail } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { approvalQuery, approvalsKey, approve, refuse } from '../../api/approvals.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { SaleLink } from '../../ui/columns.tsx';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import {
  ActionButton,
  BackLink,
  Fact,
  facts,
  Instant,
  PageHeading,
  panel,
  StateBadge,
} from '../../ui/show.tsx';
import { QueryState } from '../../ui/states.tsx';
import { InvitationOfApproval } from '../team/halves.tsx';
import { ActAloneForm } from './act-alone.tsx';
import { factText, kindLabels, saleOf, stateOf, stepLabels, trialOf } from './labels.ts';
import { TillKey } from './till-key.tsx';

export default function ApprovalPage() {
  const { approvalId } = useParams({ from: '/signed-in/approvals/$approvalId' });
  const query = useQuery(approvalQuery(approvalId));
  return (
    <Stack gap="md">
      <BackLink to="/approvals">All approvals</BackLink>
      {query.data === undefined && <PageHeading title="Approval" />}
      <QueryState query={query} height={220} />
      {query.data !== undefined && <Approval of={query.data} />}
    </Stack>
  );
}

function Approval({ of }: { of: ApprovalDetail }) {
  return (
    <>
      <PageHeading title={of.description.title} aside={<Decide of={of} key={of.approvalId} />} />
      <Group gap="sm" role="status">
        <StateBadge label={stateOf(of)} />
        <Text size="sm" c="dimmed">
          {kindLabels[of.kind]}
        </Text>
      </Group>
      {of.alone && (
        <Alert color="red" variant="light" title="Done by one person alone, in an emergency">
          Another administrator reviews it; what they said stands under Approvals.
        </Alert>
      )}
      {of.failure !== null && (
        <Alert
          color="red"
          variant="light"
          title={of.alone ? 'It could not be done' : 'It was approved but could not be done'}
        >
          {of.failure.detail}
        </Alert>
      )}
      <section className={panel} aria-label="What would be done">
        <dl className={facts}>
          {of.description.facts.map((fact) => (
            <Fact key={fact.label} name={factText(fact.label)} wide={fact.value.length > 60}>
              <FactValue value={fact.value} />
            </Fact>
          ))}
        </dl>
      </section>
      <TillKey of={of} />
      {of.kind === 'operatorInvite' && of.state === 'done' && (
        <InvitationOfApproval approvalId={of.approvalId} />
      )}
      <section className={panel} aria-label="Why">
        <Text size="sm" fw={550}>
          {of.reason}
        </Text>
        <Text size="sm" c="dimmed" mt={4}>
          Asked for by {of.requestedBy}, <Instant at={of.requestedAt} />
        </Text>
      </section>
      <History of={of} />
    </>
  );
}

function FactValue({ value }: { value: string }) {
  const saleId = saleOf(value);
  const replayId = trialOf(value);
  if (replayId !== undefined) {
    return (
      <Link to="/protection/trials/$replayId" params={{ replayId }}>
        Who would have been cut
      </Link>
    );
  }
  if (saleId === undefined) return factText(value);
  return (
    <SaleLink saleId={saleId} label="What this is about">
      Open sale
    </SaleLink>
  );
}

function History({ of }: { of: ApprovalDetail }) {
  return (
    <section>
      <Title order={2} mb="xs">
        What happened
      </Title>
      <Timeline bulletSize={12} lineWidth={2} active={of.history.length}>
        {of.history.map((step) => (
          <Timeline.Item
            key={`${step.at} ${step.what}`}
            title={
              <Text size="sm">
                {stepLabels[step.what]}
                {step.by !== null && ` by ${step.by}`}
              </Text>
            }
          >
            {step.reason !== null && <Text size="sm">{step.reason}</Text>}
            <Text size="xs" c="dimmed">
              <Instant at={step.at} withAge={false} />
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </section>
  );
}

type Open = 'alone' | 'approve' | 'decline' | 'withdraw' | null;

function Decide({ of }: { of: ApprovalDetail }) {
  const readOnly = useWhyReadOnly();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  if (of.state !== 'awaiting') return null;
  const whyNot = readOnly ?? of.whyNot;
  return (
    <Group gap="xs">
      {of.mayWithdraw && (
        <ActionButton why={readOnly} onClick={() => setOpen('withdraw')}>
          Withdraw
        </ActionButton>
      )}
      {of.mayActAlone && (
        <ActionButton why={readOnly} onClick={() => setOpen('alone')}>
          Do it alone
        </ActionButton>
      )}
      <ActionButton why={whyNot} onClick={() => setOpen('decline')}>
        Decline
      </ActionButton>
      <ActionButton variant="filled" why={whyNot} onClick={() => setOpen('approve')}>
        Approve
      </ActionButton>
      <Dialog opened={open === 'alone'} onClose={close} title="Alone, in an emergency">
        <ActAloneForm of={of} onClose={close} />
      </Dialog>
      <Dialog opened={open === 'approve'} onClose={close} title="Approve">
        <ApproveForm of={of} onClose={close} />
      </Dialog>
      <Dialog opened={open === 'decline'} onClose={close} title="Decline">
        <RefuseForm of={of} how="decline" onClose={close} />
      </Dialog>
      <Dialog opened={open === 'withdraw'} onClose={close} title="Withdraw">
        <RefuseForm of={of} how="withdraw" onClose={close} />
      </Dialog>
    </Group>
  );
}

type FormProps = { readonly of: ApprovalDetail; readonly onClose: () => void };

function ApproveForm({ of, onClose }: FormProps) {
  const action = useAction({
    run: () => approve(of.approvalId),
    stale: [approvalsKey, ['attention'], ['overview']],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Approve and do it"
      action={action}
      onCancel={onClose}
      onSubmit={() => action.mutate()}
    >
      <Text size="sm">
        {of.description.title}. It is done at once, with your name beside that of {of.requestedBy},
        and the decision cannot be taken back.
      </Text>
    </DialogForm>
  );
}

function RefuseForm({ of, how, onClose }: FormProps & { how: 'decline' | 'withdraw' }) {
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const action = useAction({
    run: (words: string) => refuse(of.approvalId, how, words),
    stale: [approvalsKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit={how === 'decline' ? 'Decline' : 'Withdraw'}
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (reason.read.ok) action.mutate(reason.read.value);
      }}
    >
      <Text size="sm">Nothing will be done. It can be asked for again.</Text>
      <EntryField
        entry={reason}
        label="Why"
        note="A sentence; it stays with the decision"
        long
        focus
      />
    </DialogForm>
  );
}
