// Who goes to a home.

import { Text } from '@mantine/core';
import { casesKey, noteVisit } from '../../api/revenue.ts';
import { useAction } from '../../api/use-action.ts';
import { readText } from '../../text/entries.ts';
import { DialogForm, EntryField, useEntry } from '../../ui/form.tsx';

export type CaseFormProps = { readonly caseId: string; readonly onClose: () => void };

export const optional =
  <T,>(read: (text: string) => { ok: true; value: T } | { ok: false; error: string }) =>
  (text: string) =>
    text.trim() === '' ? { ok: true as const, value: null } : read(text);
/** Parts of a text with commas between them. */
export const namesOf = (text: string): string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

type VisitFormProps = { readonly caseIds: readonly string[]; readonly onClose: () => void };

/** Of one case, or of all visits of a day. */
export function VisitForm({ caseIds, onClose }: VisitFormProps) {
  const names = useEntry('', (text) => readText(text, 2, 300));
  const checkIn = useEntry(
    '',
    optional((text: string) => readText(text, 2, 100)),
  );
  const action = useAction({
    run: async (visitors: string[]) => {
      const checkInWith = checkIn.read.ok ? checkIn.read.value : null;
      const visit = { visitors, ...(checkInWith === null ? {} : { checkInWith }) };
      for (const caseId of caseIds) await noteVisit(caseId, visit);
    },
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
