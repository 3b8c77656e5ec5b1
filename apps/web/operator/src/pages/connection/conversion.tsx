// Since when the connection is prepaid, the grace that counts from it, and the form that says so.

import { Group, Stack, Text } from '@mantine/core';
import type { HomeProtection } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { homeProtectionQuery, setConversion } from '../../api/conversion.ts';
import { businessClock } from '../../api/queries.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly, useZone } from '../../shell/session.tsx';
import { type Read, readText } from '../../text/entries.ts';
import { civilDate, longDay, weekdayAndTime } from '../../text/time.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Fact, facts, panel } from '../../ui/show.tsx';

export function Conversion({ connectionId }: { readonly connectionId: string }) {
  const zone = useZone();
  const readOnly = useWhyReadOnly();
  const { data } = useQuery(homeProtectionQuery(connectionId));
  const [open, setOpen] = useState(false);
  if (data === undefined) return null;
  const since = data.convertedAt === null ? null : civilDate(Date.parse(data.convertedAt), zone);
  const [last] = data.conversions;
  const said = last === undefined ? undefined : `${last.by}: ${last.reason}`;
  return (
    <section className={panel} aria-label="Prepaid since">
      <Group justify="space-between" align="flex-end" gap="sm">
        <dl className={facts} style={{ flex: '1 1 16rem' }}>
          <Fact name="Prepaid since" note={said}>
            {since === null ? 'Not noted' : longDay(since)}
          </Fact>
          <Fact name="Grace after conversion" note={graceNote(data)}>
            {data.graceUntil === null
              ? 'None now'
              : `until ${weekdayAndTime(Date.parse(data.graceUntil), zone)}`}
          </Fact>
        </dl>
        <ActionButton why={readOnly} onClick={() => setOpen(true)}>
          {since === null ? 'Record switch to prepaid' : 'Change the day'}
        </ActionButton>
      </Group>
      <Dialog
        opened={open}
        onClose={() => setOpen(false)}
        title="The day it turned from post-paid to prepaid"
      >
        <ConversionForm
          connectionId={connectionId}
          since={since}
          zone={zone}
          onClose={() => setOpen(false)}
        />
      </Dialog>
    </section>
  );
}

/** Whether the meter will do as the page says. */
function graceNote({ knowledge, graceUntil }: HomeProtection): string | undefined {
  if (graceUntil === null) return undefined;
  if (knowledge === 'upToDate') return 'The meter knows it';
  if (knowledge === 'noLink') return 'The meter has no link: the day cannot be sent to it';
  return knowledge === 'refused' ? 'The meter did not take it' : 'The meter has not answered yet';
}

function ConversionForm(props: {
  readonly connectionId: string;
  readonly since: string | null;
  readonly zone: string;
  readonly onClose: () => void;
}) {
  const { connectionId, since, zone, onClose } = props;
  const today = civilDate(businessClock.nowMs(), zone);
  const day = useEntry(since ?? today, (text) => readDay(text, today));
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const action = useAction({
    run: (body: { convertedOn: string | null; reason: string }, requestId) =>
      setConversion(connectionId, { ...body, requestId }),
    stale: [['connection', connectionId]],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Note it"
      action={action}
      entries={[day, reason]}
      onCancel={onClose}
      onSubmit={() =>
        day.read.ok &&
        reason.read.ok &&
        action.mutate({ convertedOn: day.read.value, reason: reason.read.value })
      }
    >
      <Stack gap="sm">
        <Text size="sm">
          Grace after conversion counts from this day. If the meter has a link, the day is sent to
          it at once.
        </Text>
        <EntryField
          entry={day}
          label="Day"
          note="Empty when it never was post-paid"
          kind="date"
          focus
        />
        <EntryField entry={reason} label="Reason" note="Kept with your name" long />
      </Stack>
    </DialogForm>
  );
}

function readDay(text: string, today: string): Read<string | null> {
  const day = text.trim();
  if (day === '') return ok(null);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day));
  if (!isDay) return err('Write year, month and day, like 2026-11-20.');
  return day > today ? err('This day has not begun.') : ok(day);
}
