// Who goes, and what the visit found. Photos stay on this device: only their hashes, made here, are
// sent.

import { NativeSelect, Text } from '@mantine/core';
import { type CaseFinding, caseFindings, type FindingBody } from '@prewatt/api';
import { useState } from 'react';
import { casesKey, noteFinding, noteVisit } from '../../api/revenue.ts';
import { useAction } from '../../api/use-action.ts';
import { readKwh, readText } from '../../text/entries.ts';
import { FileField } from '../../ui/file-field.tsx';
import { DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { findingLabels } from './labels.ts';

export type CaseFormProps = { readonly caseId: string; readonly onClose: () => void };

const optional =
  <T,>(read: (text: string) => { ok: true; value: T } | { ok: false; error: string }) =>
  (text: string) =>
    text.trim() === '' ? { ok: true as const, value: null } : read(text);
const namesOf = (text: string): string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

export function VisitForm({ caseId, onClose }: CaseFormProps) {
  const names = useEntry('', (text) => readText(text, 2, 300));
  const checkIn = useEntry(
    '',
    optional((text: string) => readText(text, 2, 100)),
  );
  const action = useAction({
    run: (visitors: string[]) =>
      noteVisit(caseId, {
        visitors,
        ...(checkIn.read.ok && checkIn.read.value !== null
          ? { checkInWith: checkIn.read.value }
          : {}),
      }),
    stale: [casesKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Note who goes"
      action={action}
      entries={[names, checkIn]}
      onCancel={onClose}
      onSubmit={() => {
        if (names.read.ok) action.mutate(namesOf(names.read.value));
      }}
    >
      <Text size="sm">Two people go together, or one who checks in with somebody else.</Text>
      <EntryField entry={names} label="Names" note="With commas between them" focus />
      <EntryField entry={checkIn} label="Checks in with" note="Needed for one name alone" />
    </DialogForm>
  );
}

export function FindingForm({ caseId, onClose, hasVisit }: CaseFormProps & { hasVisit: boolean }) {
  const offered = caseFindings.filter(
    (each) => hasVisit || each === 'notSafe' || each === 'notVisited',
  );
  const [finding, setFinding] = useState<CaseFinding>(offered[0] ?? 'notVisited');
  const [photo, setPhoto] = useState<File | null>(null);
  const words = useEntry('', (text) => readText(text, 3, 1000));
  const seals = useEntry(
    '',
    optional((text: string) => readText(text, 1, 300)),
  );
  const left = useEntry(
    '',
    optional((text: string) => readText(text, 1, 300)),
  );
  const register = useEntry('', optional(readKwh));
  const action = useAction({
    run: async (said: string) => {
      const body: FindingBody = {
        ...{ finding, words: said, evidence: photo === null ? [] : [await evidenceOf(photo)] },
        sealsFound: seals.read.ok && seals.read.value !== null ? namesOf(seals.read.value) : [],
        sealsLeft: left.read.ok && left.read.value !== null ? namesOf(left.read.value) : [],
        ...(register.read.ok && register.read.value !== null
          ? { registerWh: register.read.value }
          : {}),
      };
      return noteFinding(caseId, body);
    },
    stale: [casesKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Note the finding"
      action={action}
      entries={[words, seals, left, register]}
      onCancel={onClose}
      onSubmit={() => {
        if (words.read.ok) action.mutate(words.read.value);
      }}
    >
      <NativeSelect
        label="Found"
        value={finding}
        data={offered.map((each) => ({ value: each, label: findingLabels[each] }))}
        onChange={({ currentTarget: { value } }) =>
          setFinding(offered.find((each) => each === value) ?? finding)
        }
      />
      <EntryField entry={words} label="In words" long />
      {hasVisit && (
        <>
          <FileField
            label="Photo"
            note="It stays on this device; its SHA-256 hash is kept"
            accept="image/*"
            file={photo}
            onFile={setPhoto}
          />
          <EntryField entry={seals} label="Seals found" note="Numbers, with commas" />
          <EntryField entry={left} label="Seals left" note="Numbers, with commas" />
          <EntryField entry={register} label="Register" unit="kWh" numeric />
        </>
      )}
    </DialogForm>
  );
}

async function evidenceOf(file: File) {
  const hash = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  const sha256 = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0'));
  return { name: file.name, sizeBytes: file.size, sha256: sha256.join('') };
}
