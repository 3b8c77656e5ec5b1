// Findings that were noted where there was no network: kept on this device, sent as soon as the
// server answers, and shown with what stands in their way where it refuses one.

import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import type { FindingBody } from '@prewatt/api';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { type Failure, failureText, isSignedOut, isWorthRetrying } from '../../api/failure.ts';
import { casesKey, sendFinding } from '../../api/revenue.ts';
import { useSession } from '../../shell/session.tsx';
import { createKept, type KeptItem } from '../../state/kept.ts';
import { findingLabels } from './labels.ts';

type KeptFinding = KeptItem & {
  /** Of the home. */
  readonly name: string;
  readonly body: FindingBody;
};

const kept = createKept<KeptFinding>({ storage: window.localStorage, key: 'prewatt-findings' });
const againAfterMs = 4_000;

/** Keeps a finding of a case; it is sent by the note that stands on the pages. */
export function useKeepFinding(): (o: Omit<KeptFinding, 'by'>) => void {
  const { email } = useSession();
  return (o) => kept.put({ ...o, by: email });
}

function useKept(): readonly KeptFinding[] {
  const all = useSyncExternalStore(kept.subscribe, kept.all);
  const { email } = useSession();
  return useMemo(() => all.filter(({ by }) => by === email), [all, email]);
}

export const useIsKept = (caseId: string): boolean => useKept().some(({ id }) => id === caseId);

/** Sends what is kept, and stands where one sees it until everything is answered. */
export function KeptFindings() {
  const waiting = useKept();
  const isStored = useSyncExternalStore(kept.subscribe, kept.isStored);
  const { refused, send } = useSending(waiting);
  if (waiting.length === 0) return null;
  const open = waiting.filter(({ id }) => !refused.has(id));
  return (
    <Stack gap="sm" role="status">
      {open.length > 0 && (
        <Alert
          color="yellow"
          variant="light"
          title={isStored ? 'Kept on this phone' : 'Kept in this page only'}
        >
          {open.map(({ name }) => name).join(', ')}: what was found is sent as soon as the server
          answers.{' '}
          {isStored
            ? 'You may go on to the next home.'
            : 'This device stores nothing: leave the page open until then.'}
        </Alert>
      )}
      {waiting.map((one) => {
        const failure = refused.get(one.id);
        return (
          failure !== undefined && (
            <Refused key={one.id} of={one} failure={failure} onSend={() => void send(one)} />
          )
        );
      })}
    </Stack>
  );
}

function Refused(o: { of: KeptFinding; failure: Failure; onSend: () => void }) {
  const { id, name, body } = o.of;
  const said = [
    `${findingLabels[body.finding]}: ${body.words}`,
    ...(body.registerWh === undefined ? [] : [`Register ${Number(body.registerWh) / 1000} kWh`]),
    ...(body.sealsFound.length === 0 ? [] : [`Seals found ${body.sealsFound.join(', ')}`]),
    ...(body.sealsLeft.length === 0 ? [] : [`Seals left ${body.sealsLeft.join(', ')}`]),
    ...body.evidence.map((photo) => `${photo.name} (SHA-256 ${photo.sha256})`),
  ];
  return (
    <Alert color="red" variant="light" role="alert" title={`Not taken: ${name}`}>
      <Stack gap="xs">
        <Text size="sm">{failureText(o.failure)} What you noted is kept here meanwhile:</Text>
        {said.map((line) => (
          <Text key={line} size="sm" style={{ overflowWrap: 'anywhere' }}>
            {line}
          </Text>
        ))}
        <Group gap="sm">
          <Button size="compact-sm" variant="default" onClick={o.onSend}>
            Send it again
          </Button>
          <Button size="compact-sm" variant="default" color="red" onClick={() => kept.drop(id)}>
            Throw it away
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

function useSending(waiting: readonly KeptFinding[]) {
  const queryClient = useQueryClient();
  const [refused, setRefused] = useState<ReadonlyMap<string, Failure>>(new Map());
  const sending = useRef(new Set<string>());

  const send = useCallback(
    async ({ id, body }: KeptFinding): Promise<void> => {
      if (sending.current.has(id)) return;
      sending.current.add(id);
      const answer = await sendFinding(id, body);
      sending.current.delete(id);
      if (answer.ok) kept.drop(id);
      else if (isWorthRetrying(answer.error) || isSignedOut(answer.error)) return;
      const failure = answer.ok ? null : answer.error;
      setRefused((before) => {
        const next = new Map(before);
        next.delete(id);
        return failure === null ? next : next.set(id, failure);
      });
      void queryClient.invalidateQueries({ queryKey: casesKey });
    },
    [queryClient],
  );

  useEffect(() => {
    const flush = () => {
      for (const one of waiting) if (!refused.has(one.id)) void send(one);
    };
    flush();
    if (waiting.length === 0) return;
    const timer = setInterval(flush, againAfterMs);
    window.addEventListener('online', flush);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', flush);
    };
  }, [waiting, refused, send]);
  return { refused, send };
}
