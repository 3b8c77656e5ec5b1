// Whether somebody lives here who is never cut, who said so, and the form that sets or ends it.
// Viewers do not see it.

import { Group, NativeSelect, Stack, Text } from '@mantine/core';
import { type HomeFlagKind, type HomeFlagsAnswer, homeFlagKindSchema } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { changeFlag, homeFlagsQuery } from '../../api/flags.ts';
import { businessClock } from '../../api/queries.ts';
import { useAction } from '../../api/use-action.ts';
import { useSession, useZone } from '../../shell/session.tsx';
import { type Read, readText } from '../../text/entries.ts';
import { civilDate, longDay } from '../../text/time.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Fact, facts, panel } from '../../ui/show.tsx';

const kindLabels: Readonly<Record<HomeFlagKind, string>> = {
  medical: 'Medical device',
  vulnerable: 'Vulnerable person',
};
const kinds = homeFlagKindSchema.options;

export function NeverCut({ connectionId }: { readonly connectionId: string }) {
  const { role } = useSession();
  const zone = useZone();
  const { data } = useQuery({ ...homeFlagsQuery(connectionId), enabled: role !== 'viewer' });
  const [open, setOpen] = useState(false);
  if (data === undefined) return null;
  const [last] = data.history;
  return (
    <section className={panel} aria-label="Never cut">
      <Group justify="space-between" align="flex-end" gap="sm">
        <dl className={facts} style={{ flex: '1 1 16rem' }}>
          <Fact name="Never cut" note={last === undefined ? undefined : saidOf(last)}>
            {data.flags.length === 0
              ? 'Not flagged'
              : data.flags.map((kind) => kindLabels[kind]).join(', ')}
          </Fact>
        </dl>
        <ActionButton why={null} onClick={() => setOpen(true)}>
          {data.flags.length === 0 ? 'Flag the home' : 'Change the flag'}
        </ActionButton>
      </Group>
      <Dialog opened={open} onClose={() => setOpen(false)} title="A home that is never cut">
        <FlagForm
          connectionId={connectionId}
          flags={data.flags}
          today={civilDate(businessClock.nowMs(), zone)}
          onClose={() => setOpen(false)}
        />
      </Dialog>
    </section>
  );
}

function saidOf(said: HomeFlagsAnswer['history'][number]): string {
  const until = said.expiresOn === null ? '' : ` until ${longDay(said.expiresOn)}`;
  const what = said.what === 'set' ? `${kindLabels[said.kind]}${until}` : 'Ended';
  return `${what}. ${said.by}: ${said.evidence}`;
}

function FlagForm(props: {
  readonly connectionId: string;
  readonly flags: readonly HomeFlagKind[];
  readonly today: string;
  readonly onClose: () => void;
}) {
  const { connectionId, flags, today, onClose } = props;
  const [kind, setKind] = useState<HomeFlagKind>(flags[0] ?? 'medical');
  const ends = flags.includes(kind);
  const until = useEntry('', (text) => (ends ? ok(null) : readDay(text, today)));
  const evidence = useEntry('', (text) => readText(text, 10, 500));
  const action = useAction({
    run: (body: Omit<Parameters<typeof changeFlag>[1], 'requestId'>, requestId) =>
      changeFlag(connectionId, { ...body, requestId }),
    stale: [['connection', connectionId]],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit={ends ? 'End the flag' : 'Flag the home'}
      action={action}
      entries={ends ? [evidence] : [until, evidence]}
      onCancel={onClose}
      onSubmit={() => {
        if (!until.read.ok || !evidence.read.ok) return;
        const what = ends ? 'ended' : 'set';
        action.mutate({ kind, what, evidence: evidence.read.value, expiresOn: until.read.value });
      }}
    >
      <Stack gap="sm">
        <Text size="sm">
          {ends
            ? 'Without the flag supply ends with credit when no other rule forbids it.'
            : 'Supply is never cut and never limited for lack of credit; a person calls instead.'}
        </Text>
        <NativeSelect
          label="Who lives here"
          data-autofocus
          value={kind}
          data={kinds.map((value) => ({ value, label: kindLabels[value] }))}
          onChange={({ currentTarget: { value } }) =>
            setKind(kinds.find((known) => known === value) ?? kind)
          }
        />
        {!ends && (
          <EntryField
            entry={until}
            label="Last day"
            note="Empty: until somebody ends it"
            kind="date"
          />
        )}
        <EntryField
          entry={evidence}
          label="Evidence"
          note="Who says so, and where it is kept. Kept with your name"
          long
        />
      </Stack>
    </DialogForm>
  );
}

function readDay(text: string, today: string): Read<string | null> {
  const day = text.trim();
  if (day === '') return ok(null);
  return day < today ? err('This day is over.') : ok(day);
}
