// What is done with the document: asked for approval at once, or kept as a draft.

import { Group, Stack, Text, Title } from '@mantine/core';
import { countText, err, ok } from '@prewatt/quantities';
import type { Tariff } from '@prewatt/tariff';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { proposeVersion, tariffsKey } from '../../../api/tariffs.ts';
import { useAction } from '../../../api/use-action.ts';
import { useWhyReadOnly } from '../../../shell/session.tsx';
import { readText } from '../../../text/entries.ts';
import { longDay } from '../../../text/time.ts';
import { EntryField, useEntry } from '../../../ui/form.tsx';
import { ActionButton, panel } from '../../../ui/show.tsx';
import { FailureNote } from '../../../ui/states.tsx';
import type { Json } from './json.ts';
import { examplesOf } from './preview.ts';

type SubmitProps = {
  readonly tariffName: string | null;
  readonly names: readonly string[];
  readonly document: Json;
  readonly tariff: Tariff | null;
  readonly faults: number;
};

/** Past months on which a version is tried. */
const monthsTried = 12;

export function SubmitPanel({ tariffName, names, document, tariff, faults }: SubmitProps) {
  const navigate = useNavigate();
  const readOnly = useWhyReadOnly();
  const name = useEntry('', (text) => {
    const read = readText(text, 1, 100);
    return read.ok && names.includes(read.value) ? err('There is a tariff of this name.') : read;
  });
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const action = useAction({
    run: ({ asks, ...body }: Proposal, requestId) =>
      proposeVersion({
        ...{ ...body, requestId },
        ...(asks ? { thenAsk: { months: monthsTried } } : {}),
      }),
    stale: [tariffsKey, ['approvals']],
    onDone: ({ versionId }) => void navigate({ to: '/tariffs/$versionId', params: { versionId } }),
  });
  const examples = useMemo(() => whyNotByExamples(tariff), [tariff]);
  const why = readOnly ?? whyNotYet(faults) ?? examples;
  const send = (asks: boolean) => {
    reason.insist();
    name.insist();
    const chosen = tariffName === null ? name.read : ok(tariffName);
    if (!reason.read.ok || !chosen.ok || action.isPending) return;
    action.mutate({
      ...{ asks, tariffName: chosen.value, reason: reason.read.value },
      document: document as object,
    });
  };
  return (
    <section className={panel} aria-label="Submit">
      <Stack gap="sm">
        <Title order={2} size="h4">
          Submit
        </Title>
        {tariffName === null && <EntryField entry={name} label="Name of the tariff" />}
        <EntryField
          entry={reason}
          label="Reason"
          note="Whoever approves it, and everybody later, reads it"
          long
        />
        <Text size="sm" c="dimmed">
          It is tried on the sales of the last {monthsTried} months, then a second person is asked.
          {tariff !== null &&
            ` When they approve, it holds from ${longDay(tariff.effectiveFrom)} on.`}
        </Text>
        {why !== null && <Text size="sm">{why}</Text>}
        {action.error !== null && <FailureNote failure={action.error} />}
        <Group gap="sm">
          <ActionButton
            variant="filled"
            why={why}
            loading={action.isPending}
            onClick={() => send(true)}
          >
            Ask for approval
          </ActionButton>
          <ActionButton why={why} onClick={() => send(false)}>
            Keep as a draft
          </ActionButton>
        </Group>
      </Stack>
    </section>
  );
}

type Proposal = {
  readonly tariffName: string;
  readonly document: object;
  readonly reason: string;
  readonly asks: boolean;
};

const whyNotYet = (faults: number): string | null =>
  faults === 0 ? null : `Mend ${faults === 1 ? 'the error' : countText(faults, 'error')} first.`;

/** The server refuses a version without an example that counts, and one of which one fails. */
function whyNotByExamples(tariff: Tariff | null): string | null {
  if (tariff === null) return null;
  const counted = examplesOf(tariff).filter(({ gate }) => gate);
  if (counted.length === 0) return 'Add a worked example first: it proves the prices.';
  const missed = counted.filter(({ misses }) => misses.length > 0).length;
  if (missed === 0) return null;
  return `${missed} of ${countText(counted.length, 'worked example')} do not hold: see there.`;
}
