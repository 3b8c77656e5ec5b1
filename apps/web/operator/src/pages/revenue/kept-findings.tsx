// Findings that were noted where there was no network: kept on this device, sent as soon as the
// server answers, and shown with what stands in their way where it refuses one.

import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import type { FindingBody } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { type Failure, failureText, isSignedOut, isWorthRetrying } from '../../api/failure.ts';
import { casesKey, sendFinding, sendPhoto } from '../../api/revenue.ts';
import { Age } from '../../ui/show.tsx';
import {
  dropDraft,
  dropFinding,
  dropOld,
  type KeptFinding,
  keptFindings,
  useKeptDrafts,
  useKeptFindings,
} from './field-notes.ts';
import { keptPhotos, photoOf } from './field-photos.ts';
import { findingLabels } from './labels.ts';

const againAfterMs = 4_000;

/** Sends what is kept, and stands where one sees it until everything is answered. */
export function KeptFindings() {
  const waiting = useKeptFindings();
  const isStored = useSyncExternalStore(keptFindings.subscribe, keptFindings.isStored);
  const { refused, sent, send } = useSending(waiting);
  const open = waiting.filter(({ id }) => !refused.has(id));
  return (
    <Stack gap="sm" role="status" style={{ display: 'contents' }}>
      {open.length > 0 && (
        <Alert
          color="yellow"
          variant="light"
          title={isStored ? 'Kept on this phone' : 'Kept in this page only'}
        >
          {open.map((one) => (
            <Text size="sm" key={one.id}>
              {one.name}, since <SinceMs ms={one.sinceMs} />
            </Text>
          ))}
          <Text size="sm">
            What was found is sent as soon as the server answers.{' '}
            {isStored
              ? 'You may go on to the next home, or close this page.'
              : 'This device stores nothing: leave the page open until then.'}
          </Text>
        </Alert>
      )}
      {waiting.map((one) => {
        const refusal = refused.get(one.id);
        return (
          refusal !== undefined && (
            <Refused key={one.id} of={one} refusal={refusal} onSend={() => void send(one)} />
          )
        );
      })}
      {sent.length > 0 && (
        <Alert color="green" variant="light" title="Sent">
          {sent.join(', ')}. What you wrote, and its photos, are not kept on this phone any more.
        </Alert>
      )}
      <Begun />
    </Stack>
  );
}

const SinceMs = ({ ms }: { ms: number }) => <Age at={new Date(ms).toISOString()} real />;

/** Forms that were begun; one of them may be of a visit that somebody else has written. */
function Begun() {
  const drafts = useKeptDrafts();
  useEffect(() => dropOld(Date.now()), []);
  if (drafts.length === 0) return null;
  return (
    <Alert color="gray" variant="light" title="Begun on this phone, not noted yet">
      {drafts.map(({ id, name, sinceMs }) => (
        <Group gap="sm" key={id}>
          <Text size="sm">
            <Link to="/revenue/$caseId" params={{ caseId: id }}>
              {name}
            </Link>
            , <SinceMs ms={sinceMs} />
          </Text>
          <Button
            size="compact-sm"
            variant="default"
            color="red"
            aria-label={`Throw away what was begun for ${name}`}
            onClick={() => void dropDraft(id)}
          >
            Throw it away
          </Button>
        </Group>
      ))}
    </Alert>
  );
}

/** The finding itself is taken where only a photo of it is not. */
const refusedTitle = (name: string, photo: string | null) =>
  photo === null ? `Not taken: ${name}` : `Finding taken, but not the photo ${photo}: ${name}`;

function Refused(o: { of: KeptFinding; refusal: Refusal; onSend: () => void }) {
  const { id, name, body } = o.of;
  const { failure, photo } = o.refusal;
  const said = [
    `${findingLabels[body.finding]}: ${body.words}`,
    ...(body.visit === undefined ? [] : [`Went: ${body.visit.visitors.join(', ')}`]),
    ...(body.registerWh === undefined ? [] : [`Register ${Number(body.registerWh) / 1000} kWh`]),
    ...(body.sealsFound.length === 0 ? [] : [`Seals found ${body.sealsFound.join(', ')}`]),
    ...(body.sealsLeft.length === 0 ? [] : [`Seals left ${body.sealsLeft.join(', ')}`]),
    ...(body.position === undefined ? [] : [`Position ${body.position}`]),
    ...body.signatures.map((one) => `Signed by ${one.name}`),
    ...body.evidence.map((photo) => `${photo.name} (SHA-256 ${photo.sha256})`),
  ];
  return (
    <Alert color="red" variant="light" role="alert" title={refusedTitle(name, photo)}>
      <Stack gap="xs">
        <Text size="sm">{failureText(failure)} What you noted is kept here meanwhile:</Text>
        {said.map((line) => (
          <Text key={line} size="sm" style={{ overflowWrap: 'anywhere' }}>
            {line}
          </Text>
        ))}
        <Group gap="sm">
          <Button size="compact-sm" variant="default" onClick={o.onSend}>
            Send it again
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            color="red"
            onClick={() => void dropFinding(id)}
          >
            Throw it away
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

/** What the server refused: the finding, or one photo of a finding that it has taken. */
type Refusal = { readonly failure: Failure; readonly photo: string | null };

/** The finding, then its photos: what the server has already, it takes again as the same. */
async function sendAll(id: string, body: FindingBody): Promise<Result<void, Refusal>> {
  const noted = await sendFinding(id, body);
  if (!noted.ok) return err({ failure: noted.error, photo: null });
  for (const photo of body.evidence) {
    const kept = photoOf(id, photo);
    if (kept === undefined) continue;
    const sent = await sendPhoto(id, { sha256: photo.sha256, jpeg: kept.jpeg });
    if (!sent.ok) return err({ failure: sent.error, photo: photo.name });
    // One after the other, so that a weak link gets on.
    await keptPhotos.drop(kept.id);
  }
  return ok(undefined);
}

const isLater = (failure: Failure) => isWorthRetrying(failure) || isSignedOut(failure);

function useSending(waiting: readonly KeptFinding[]) {
  const queryClient = useQueryClient();
  const [refused, setRefused] = useState<ReadonlyMap<string, Refusal>>(new Map());
  const [sent, setSent] = useState<readonly string[]>([]);
  const sending = useRef(new Set<string>());
  // Before the device was read, a finding would seem to have none.
  const arePhotosRead = useSyncExternalStore(keptPhotos.subscribe, keptPhotos.isRead);

  const send = useCallback(
    async ({ id, name, body }: KeptFinding): Promise<void> => {
      if (sending.current.has(id)) return;
      sending.current.add(id);
      const answer = await sendAll(id, body);
      sending.current.delete(id);
      if (answer.ok) {
        // Before it is said that nothing stays.
        await dropFinding(id);
        setSent((before) => [...before, name]);
      } else if (isLater(answer.error.failure)) return;
      const refusal = answer.ok ? null : answer.error;
      setRefused((before) => {
        const next = new Map(before);
        next.delete(id);
        return refusal === null ? next : next.set(id, refusal);
      });
      void queryClient.invalidateQueries({ queryKey: casesKey });
    },
    [queryClient],
  );

  useEffect(() => {
    const flush = () => {
      if (!arePhotosRead) return;
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
  }, [waiting, refused, send, arePhotosRead]);
  return { refused, sent, send };
}
