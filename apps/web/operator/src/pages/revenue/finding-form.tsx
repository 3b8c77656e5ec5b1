// What a visit found. It is kept on the device and sent as soon as the server answers, so a home
// without network is no hindrance. Photos are sent after it, by the hashes that it lists.

import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import {
  type CaseDetail,
  type CaseFinding,
  caseFindings,
  type FindingBody,
  type Signature,
  type Visit,
} from '@prewatt/api';
import { useEffect, useState } from 'react';
import { businessClock } from '../../api/queries.ts';
import { newRequestId, useAction } from '../../api/use-action.ts';
import { useSession } from '../../shell/session.tsx';
import { readKwh, readText } from '../../text/entries.ts';
import { DialogForm, type Entry, EntryField, useEntry } from '../../ui/form.tsx';
import {
  type DraftField,
  dropDraft,
  type FindingDraft,
  keptDrafts,
  keptFindings,
  useDraftsRead,
  useKeptDrafts,
} from './field-notes.ts';
import type { Photo } from './field-photos.ts';
import { findingLabels } from './labels.ts';
import { Photos } from './photo-field.tsx';
import { SignatureField } from './signature-field.tsx';
import { namesOf, optional } from './visit-forms.tsx';

/** Why nobody went in needs no visit. */
const needsVisit = (finding: CaseFinding): boolean =>
  finding !== 'notSafe' && finding !== 'notVisited';

type FormProps = { readonly of: CaseDetail; readonly onClose: () => void };

/** What was begun for this home is there again, once the device was read. */
export function FindingForm(props: FormProps) {
  const isRead = useDraftsRead();
  const drafts = useKeptDrafts();
  const [round, setRound] = useState(0);
  if (!isRead) return null;
  const begun = round > 0 ? undefined : drafts.find(({ id }) => id === props.of.caseId);
  return (
    <WrittenForm
      key={round}
      {...props}
      begun={begun?.draft ?? null}
      onAnew={() => setRound(round + 1)}
    />
  );
}

type WrittenProps = FormProps & {
  readonly begun: FindingDraft | null;
  readonly onAnew: () => void;
};

function WrittenForm({ of, onClose, begun, onAnew }: WrittenProps) {
  const { email } = useSession();
  const [wasBegun] = useState(begun !== null);
  const [finding, setFinding] = useState<CaseFinding>(begun?.finding ?? 'theft');
  const [photos, setPhotos] = useState<readonly Photo[]>(begun?.photos ?? []);
  const [signatures, setSignatures] = useState<readonly Signature[]>(begun?.signatures ?? []);
  const wasHere = needsVisit(finding);
  const asksWho = wasHere && of.visitors.length === 0;
  const entries = useEntries(begun, asksWho);
  const { words, seals, left, register, position, who } = entries;
  const draft = { finding, texts: textsOf(entries), photos: [...photos], signatures };
  const keeps = useKeptWhileWritten(of, draft);
  const action = useAction({
    run: async (said: string) => {
      const body: FindingBody = {
        ...{
          requestId: newRequestId(),
          notedAt: new Date(businessClock.nowMs()).toISOString(),
          finding,
          words: said,
        },
        ...{ evidence: [...photos], signatures: [...signatures] },
        ...{ sealsFound: namesOf(known(seals) ?? ''), sealsLeft: namesOf(known(left) ?? '') },
        ...optionalPart('registerWh', known(register)),
        ...optionalPart('position', known(position)),
        ...optionalPart('visit', asksWho ? known(who) : null),
      };
      const ofWhom = { id: of.caseId, name: of.connectionName, by: email };
      await keptFindings.put({ ...ofWhom, sinceMs: Date.now(), body });
      await keeps.end();
    },
    stale: [],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Note the finding"
      action={action}
      entries={[who, words, seals, left, register, position]}
      onCancel={onClose}
      onSubmit={() => {
        if (words.read.ok) action.mutate(words.read.value);
      }}
    >
      <AboutDraft wasBegun={wasBegun} onAnew={() => void keeps.throwAway().then(onAnew)} />
      <FoundField finding={finding} onFinding={setFinding} />
      {asksWho && (
        <EntryField
          entry={who}
          label="Who is here"
          note="Two names with a comma, or one / and who waits for the word: Ada / control room"
        />
      )}
      <EntryField entry={words} label="In words" long />
      {wasHere && (
        <>
          <Photos caseId={of.caseId} photos={photos} onPhotos={setPhotos} />
          <EntryField entry={seals} label="Seals found" note="Numbers, with commas" />
          <EntryField entry={left} label="Seals left" note="Numbers, with commas" />
          <EntryField entry={register} label="Register" unit="kWh" numeric />
          <Position entry={position} />
          <SignatureField signed={signatures} onSigned={setSignatures} />
        </>
      )}
    </DialogForm>
  );
}

function useEntries(begun: FindingDraft | null, asksWho: boolean) {
  const at = (field: DraftField): string => begun?.texts[field] ?? '';
  return {
    words: useEntry(at('words'), (text) => readText(text, 3, 1000)),
    seals: useEntry(at('seals'), optional(listed)),
    left: useEntry(at('left'), optional(listed)),
    register: useEntry(at('register'), optional(readKwh)),
    position: useEntry(at('position'), optional(listed)),
    who: useEntry(at('who'), (text) => readWho(text, asksWho)),
  };
}

const textsOf = (entries: ReturnType<typeof useEntries>): FindingDraft['texts'] => ({
  words: entries.words.text,
  seals: entries.seals.text,
  left: entries.left.text,
  register: entries.register.text,
  position: entries.position.text,
  who: entries.who.text,
});

/** Nothing was written yet: there is nothing to keep. */
const isBlank = ({ texts, photos, signatures }: FindingDraft): boolean =>
  photos.length === 0 && signatures.length === 0 && Object.values(texts).every((t) => t === '');

/** The form as it is written rests on the device, so that a closed page loses nothing. */
function useKeptWhileWritten(of: CaseDetail, draft: FindingDraft) {
  const { email } = useSession();
  const [isOver, setOver] = useState(false);
  const text = JSON.stringify(draft);
  const { caseId: id, connectionName: name } = of;
  useEffect(() => {
    const written = JSON.parse(text) as FindingDraft;
    if (isOver) return;
    if (isBlank(written)) {
      void keptDrafts.drop(id);
      return;
    }
    void keptDrafts.put({ id, name, by: email, sinceMs: Date.now(), draft: written });
  }, [text, isOver, id, name, email]);
  return {
    end: async () => {
      setOver(true);
      await keptDrafts.drop(id);
    },
    throwAway: async () => {
      setOver(true);
      await dropDraft(id);
    },
  };
}

function AboutDraft(o: { wasBegun: boolean; onAnew: () => void }) {
  if (!o.wasBegun) {
    return (
      <Text size="xs" c="dimmed">
        What you write is kept on this phone until you note it, also if the page is closed.
      </Text>
    );
  }
  return (
    <Group gap="sm">
      <Text size="sm">What you had begun is here again.</Text>
      <Button size="compact-sm" variant="default" onClick={o.onAnew}>
        Start anew
      </Button>
    </Group>
  );
}

type FoundProps = { finding: CaseFinding; onFinding: (finding: CaseFinding) => void };

function FoundField({ finding, onFinding }: FoundProps) {
  return (
    <NativeSelect
      label="Found"
      value={finding}
      data={caseFindings.map((each) => ({ value: each, label: findingLabels[each] }))}
      onChange={({ currentTarget: { value } }) =>
        onFinding(caseFindings.find((each) => each === value) ?? finding)
      }
    />
  );
}

const listed = (text: string) => readText(text, 1, 300);
const known = <T,>({ read }: Entry<T>): T | null => (read.ok ? read.value : null);
const optionalPart = <K extends string, T>(name: K, value: T | null) =>
  (value === null ? {} : { [name]: value }) as { [key in K]?: T };

function readWho(text: string, isAsked: boolean) {
  const [names = '', checkIn = ''] = text.split('/');
  const visitors = namesOf(names);
  const checkInWith = checkIn.trim();
  if (isAsked && visitors.length < 2 && (visitors.length === 0 || checkInWith === '')) {
    return {
      ok: false as const,
      error: 'Nobody goes alone: two names, or one / and who waits for the word.',
    };
  }
  const visit: Visit = { visitors, ...(checkInWith === '' ? {} : { checkInWith }) };
  return { ok: true as const, value: visit };
}

/** The device says where it is, also without network; or somebody writes it. */
function Position({ entry }: { entry: Entry<string | null> }) {
  const [failed, setFailed] = useState(false);
  const ask = () =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setFailed(false);
        entry.setText(`${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`);
      },
      () => setFailed(true),
      { enableHighAccuracy: true, timeout: 20_000 },
    );
  return (
    <Stack gap={4}>
      <EntryField entry={entry} label="Position" note="Latitude, longitude" />
      <Group gap="sm">
        <Button size="compact-sm" variant="default" onClick={ask}>
          Take it from this device
        </Button>
        {failed && <Text size="xs">The device does not say where it is; write it.</Text>}
      </Group>
    </Stack>
  );
}
