// A rule set tried on the past, beside the rules in force: who would have been cut, how long, what
// would be owed; and asking for it.

import { Group, Progress, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { ProtectionReplayDetail } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { approvalsKey } from '../../api/approvals.ts';
import {
  proposeRules,
  protectionKey,
  rulesReadingQuery,
  trialQuery,
} from '../../api/protection.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyNotAdministrator, useWhyReadOnly } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import {
  ActionButton,
  BackLink,
  Fact,
  Instant,
  nowFacts,
  PageHeading,
  panel,
} from '../../ui/show.tsx';
import { FailureNote, QueryState } from '../../ui/states.tsx';
import { Changes } from './change.tsx';
import styles from './protection.module.css';
import { TrialHomes } from './trial-homes.tsx';
import { assumptionsOf, daysOf, sumRows } from './trial-labels.ts';

export default function TrialPage() {
  const { replayId } = useParams({ from: '/signed-in/protection/trials/$replayId' });
  const query = useQuery(trialQuery(replayId));
  return (
    <Stack gap="md">
      <BackLink to="/protection">Protection</BackLink>
      <PageHeading
        title="Rules tried on the past"
        aside={query.data?.finished === true && <Next of={query.data} key={replayId} />}
      />
      <QueryState query={query} height={320} />
      {query.data !== undefined && <Trial of={query.data} />}
    </Stack>
  );
}

type OfTrial = { readonly of: ProtectionReplayDetail };

function Next({ of }: OfTrial) {
  const navigate = useNavigate();
  const readOnly = useWhyReadOnly();
  const notAdministrator = useWhyNotAdministrator();
  const reading = useQuery(rulesReadingQuery(of.document));
  const [asking, setAsking] = useState(false);
  const same = reading.data?.changes.length === 0 ? 'These are the rules that hold now' : null;
  return (
    <Group gap="xs">
      {readOnly === null && (
        <ActionButton
          why={null}
          onClick={() => void navigate({ to: '/protection/change', search: { from: of.replayId } })}
        >
          Change it further
        </ActionButton>
      )}
      <ActionButton variant="filled" why={notAdministrator ?? same} onClick={() => setAsking(true)}>
        Ask for approval
      </ActionButton>
      <Dialog opened={asking} onClose={() => setAsking(false)} title="Ask for approval">
        <AskForm of={of} onClose={() => setAsking(false)} />
      </Dialog>
    </Group>
  );
}

function AskForm({ of, onClose }: OfTrial & { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const action = useAction({
    run: (words: string, requestId) =>
      proposeRules({ requestId, document: of.document, reason: words }),
    stale: [protectionKey, approvalsKey],
    onDone: ({ approvalId }) =>
      void navigate({ to: '/approvals/$approvalId', params: { approvalId } }),
  });
  return (
    <DialogForm
      submit="Ask for approval"
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (reason.read.ok) action.mutate(reason.read.value);
      }}
    >
      <Text size="sm">
        Another administrator sees what changes and what this trial has shown. When they approve,
        the rules are in force at once and are sent to meters.
      </Text>
      <EntryField
        entry={reason}
        label="Reason"
        note="Whoever approves it, and everybody later, reads it"
        long
        focus
      />
    </DialogForm>
  );
}

function Trial({ of }: OfTrial) {
  const reading = useQuery(rulesReadingQuery(of.document));
  return (
    <>
      <Text c="dimmed" size="sm">
        {countText(daysOf(of), 'day')} up to <Instant at={of.to} withAge={false} />, tried by{' '}
        {of.requestedBy} <Instant at={of.requestedAt} />
      </Text>
      {!of.finished && (
        <section className={panel} aria-label="Under way">
          <div role="status">
            <Text size="sm" mb="xs">
              Under way. This page shows the outcome when all homes are done.
            </Text>
            <Progress value={of.percentDone} aria-label="Homes tried" />
          </div>
        </section>
      )}
      {of.finished && <Outcome of={of} />}
      <section className={panel} aria-label="What changes">
        {reading.data === undefined ? (
          reading.error === null ? (
            <Skeleton height={80} aria-label="Loading" />
          ) : (
            <FailureNote failure={reading.error} onRetry={() => void reading.refetch()} />
          )
        ) : (
          <Changes of={reading.data} />
        )}
      </section>
      {of.finished && <TrialHomes replayId={of.replayId} />}
    </>
  );
}

function Outcome({ of }: OfTrial) {
  const { now, proposed, newlyCut, noLongerCut, leftOut } = of;
  return (
    <section className={panel} aria-label="Who would have been cut">
      <Title order={2} mb="xs">
        Who would have been cut
      </Title>
      {proposed.homes === 0 ? (
        <Text size="sm">
          No home has enough data: a trial needs its readings and its credit of these days.
        </Text>
      ) : (
        <Stack gap="md">
          <dl className={nowFacts} style={{ margin: 0 }}>
            <Fact name="Newly cut">{countText(newlyCut, 'home')}</Fact>
            <Fact name="No longer cut">{countText(noLongerCut, 'home')}</Fact>
            <Fact
              name="Tried"
              note={leftOut === 0 ? undefined : `${leftOut} left out: no readings, or no credit`}
            >
              {countText(proposed.homes, 'home')}
            </Fact>
          </dl>
          <Text size="sm">
            Calculated for both rule sets; what happened in these days may differ.{' '}
            {assumptionsOf(of).join(' ')}
          </Text>
          <table className={styles.sums} aria-label="What the two rule sets do">
            <thead>
              <tr>
                <th scope="col">In these days</th>
                <th scope="col">Rules then in force</th>
                <th scope="col">These rules</th>
              </tr>
            </thead>
            <tbody>
              {sumRows.map(({ name, say }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{say(now)}</td>
                  <td>{say(proposed)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Stack>
      )}
    </section>
  );
}
