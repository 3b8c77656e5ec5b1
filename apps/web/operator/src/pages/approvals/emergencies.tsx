// Break-glass: the rule, what one person did alone in an emergency, and its review by another one.

import { Checkbox, Group, Skeleton, Stack, Text } from '@mantine/core';
import {
  type EmergenciesAnswer,
  type EmergencyAct,
  emergencyKinds,
  emergencyRoles,
} from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import {
  askEmergencyRules,
  emergenciesKey,
  emergenciesQuery,
  reviewEmergency,
} from '../../api/emergencies.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyNotAdministrator } from '../../shell/session.tsx';
import { readCount, readText } from '../../text/entries.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Fact, facts, Instant, panel } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { useToApproval } from '../alone-note.tsx';
import { kindLabels } from './labels.ts';

const roleLabels = { administrator: 'Administrators', operator: 'Operators' } as const;
const verdictLabels = { confirmed: 'Confirmed', disputed: 'Disputed' } as const;

export function Emergencies() {
  const query = useQuery(emergenciesQuery);
  const notMine = useWhyNotAdministrator();
  const [opened, setOpened] = useState(false);
  if (query.error !== null) {
    return <FailureNote failure={query.error} onRetry={() => void query.refetch()} />;
  }
  if (query.data === undefined) return <Skeleton height={140} aria-label="Loading" />;
  const { rules, usedToday, acts } = query.data;
  const isOff = rules.kinds.length === 0 || rules.roles.length === 0 || rules.perDay === 0;
  return (
    <section className={panel} aria-label="Alone in an emergency">
      <Stack gap="sm">
        <Text size="sm" fw={550}>
          Alone in an emergency
        </Text>
        {isOff ? (
          <Text size="sm">Nobody may do alone what takes two people.</Text>
        ) : (
          <dl className={facts}>
            <Fact name="What" wide>
              {rules.kinds.map((kind) => kindLabels[kind]).join('; ')}
            </Fact>
            <Fact name="Who">{rules.roles.map((role) => roleLabels[role]).join(', ')}</Fact>
            <Fact name="In a day" note={`used ${usedToday}`}>
              {rules.perDay}
            </Fact>
          </dl>
        )}
        <Text size="sm" c="dimmed">
          {rules.version === 0
            ? 'Your utility has set no rule.'
            : `Asked for by ${rules.requestedBy}, allowed by ${rules.approvedBy}.`}{' '}
          Whoever acts alone gives a reason and their password. Every administrator is told at once,
          and another one reviews it.
        </Text>
        <Group>
          <ActionButton size="compact-sm" why={notMine} onClick={() => setOpened(true)}>
            {rules.version === 0 ? 'Ask for a rule' : 'Ask for another rule'}
          </ActionButton>
        </Group>
        {acts.map((act) => (
          <Act key={act.approvalId} of={act} />
        ))}
      </Stack>
      <Dialog opened={opened} onClose={() => setOpened(false)} title="Alone in an emergency">
        <RulesForm of={rules} onClose={() => setOpened(false)} />
      </Dialog>
    </section>
  );
}

/** One act, with its review or the way to it. */
export function Act({ of }: { readonly of: EmergencyAct }) {
  const [opened, setOpened] = useState(false);
  return (
    <Stack gap={2}>
      <Group gap="xs">
        <Text size="sm">
          <Link to="/approvals/$approvalId" params={{ approvalId: of.approvalId }}>
            {kindLabels[of.kind]}
          </Link>
        </Text>
        <Text size="sm" fw={550}>
          {of.review === null ? 'Waits for review' : verdictLabels[of.review.verdict]}
        </Text>
        {of.mayReview && (
          <ActionButton
            size="compact-sm"
            why={null}
            onClick={() => setOpened(true)}
            label={`Review: ${kindLabels[of.kind]} by ${of.by}`}
          >
            Review
          </ActionButton>
        )}
      </Group>
      <Text size="sm">
        {of.by}: {of.reason}
      </Text>
      {of.review !== null && (
        <Text size="sm">
          {of.review.by}: {of.review.note}
        </Text>
      )}
      <Text size="xs" c="dimmed">
        <Instant at={of.at} />
        {of.mailed.wanted > 0 && `, told by mail: ${of.mailed.taken} of ${of.mailed.wanted}`}
      </Text>
      <Dialog opened={opened} onClose={() => setOpened(false)} title="Review">
        <ReviewForm of={of} onClose={() => setOpened(false)} />
      </Dialog>
    </Stack>
  );
}

function ReviewForm({ of, onClose }: { readonly of: EmergencyAct; readonly onClose: () => void }) {
  const note = useEntry('', (text) => readText(text, 10, 500));
  const [isDisputed, setDisputed] = useState(false);
  const action = useAction({
    run: (body: Parameters<typeof reviewEmergency>[1]) => reviewEmergency(of.approvalId, body),
    stale: [emergenciesKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit={isDisputed ? 'Dispute it' : 'Confirm it'}
      action={action}
      entries={[note]}
      onCancel={onClose}
      onSubmit={() => {
        if (!note.read.ok) return;
        action.mutate({ verdict: isDisputed ? 'disputed' : 'confirmed', note: note.read.value });
      }}
    >
      <Text size="sm">
        {of.by} did this alone: {of.reason}. Say what you found. It stays with it, and changes
        nothing by itself.
      </Text>
      <EntryField entry={note} label="What you found" long focus />
      <Checkbox
        label="It should not have been done"
        checked={isDisputed}
        onChange={(event) => setDisputed(event.currentTarget.checked)}
      />
    </DialogForm>
  );
}

type Rules = EmergenciesAnswer['rules'];

function RulesForm({ of, onClose }: { readonly of: Rules; readonly onClose: () => void }) {
  const toApproval = useToApproval();
  const [kinds, setKinds] = useState<Rules['kinds']>(of.kinds);
  const [roles, setRoles] = useState<Rules['roles']>(of.roles);
  const perDay = useEntry(String(of.perDay), (text) => readCount(text, 50));
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const action = useAction({
    run: (body: Omit<Parameters<typeof askEmergencyRules>[0], 'requestId'>, requestId) =>
      askEmergencyRules({ ...body, requestId }),
    stale: [['approvals'], emergenciesKey],
    onDone: ({ approvalId }) => toApproval(approvalId),
  });
  return (
    <DialogForm
      submit="Ask for approval"
      action={action}
      entries={[perDay, reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (!perDay.read.ok || !reason.read.ok) return;
        action.mutate({ kinds, roles, perDay: perDay.read.value, reason: reason.read.value });
      }}
    >
      <Checkbox.Group
        label="What"
        value={kinds}
        onChange={(chosen) => setKinds(emergencyKinds.filter((each) => chosen.includes(each)))}
      >
        <Stack gap={6} mt={6}>
          {emergencyKinds.map((kind) => (
            <Checkbox key={kind} value={kind} label={kindLabels[kind]} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Checkbox.Group
        label="Who"
        value={roles}
        onChange={(chosen) => setRoles(emergencyRoles.filter((each) => chosen.includes(each)))}
      >
        <Stack gap={6} mt={6}>
          {emergencyRoles.map((role) => (
            <Checkbox key={role} value={role} label={roleLabels[role]} />
          ))}
        </Stack>
      </Checkbox.Group>
      <EntryField entry={perDay} label="In a day, of the whole utility" numeric narrow />
      <EntryField entry={reason} label="Why" note="The second person reads it" long />
    </DialogForm>
  );
}
