// Asks a second administrator to acknowledge that the server's clock was wrong for a while: times
// of rows that were written then contradict each other, and no run could ever hold again.

import { Text } from '@mantine/core';
import { err, ok } from '@prewatt/quantities';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { askWrongClock } from '../../api/proof.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyNotAdministrator, useZone } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { instantOf } from '../../text/time.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton } from '../../ui/show.tsx';

export function WrongClock() {
  const [asking, setAsking] = useState(false);
  const close = () => setAsking(false);
  return (
    <>
      <ActionButton
        variant="default"
        why={useWhyNotAdministrator()}
        onClick={() => setAsking(true)}
      >
        Acknowledge a wrong clock
      </ActionButton>
      <Dialog opened={asking} onClose={close} title="Acknowledge a wrong clock">
        <WrongClockForm onClose={close} />
      </Dialog>
    </>
  );
}

function WrongClockForm({ onClose }: { onClose: () => void }) {
  const zone = useZone();
  const navigate = useNavigate();
  const readInstant = (text: string) => {
    const atMs = instantOf(text, zone);
    return atMs === null ? err('Give the day and the time.') : ok(new Date(atMs).toISOString());
  };
  const from = useEntry('', readInstant);
  const to = useEntry('', (text) => {
    const end = readInstant(text);
    if (!end.ok || !from.read.ok || end.value > from.read.value) return end;
    return err('The end lies after the start.');
  });
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const action = useAction({
    run: (span: Parameters<typeof askWrongClock>[0], requestId) => askWrongClock(span, requestId),
    stale: [['approvals']],
    onDone: ({ approvalId }) =>
      void navigate({ to: '/approvals/$approvalId', params: { approvalId } }),
  });
  return (
    <DialogForm
      submit="Ask for approval"
      action={action}
      entries={[from, to, reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (!from.read.ok || !to.read.ok || !reason.read.ok) return;
        action.mutate({ from: from.read.value, to: to.read.value, reason: reason.read.value });
      }}
    >
      <Text size="sm">
        Give the span as the wrong clock showed it. Rows that were written then may contradict each
        other in their times; nothing else is excused, and each run names the span and both people.
      </Text>
      <EntryField entry={from} label="Wrong from" kind="datetime-local" focus />
      <EntryField entry={to} label="Wrong until" kind="datetime-local" />
      <EntryField entry={reason} label="Why" note="The second person reads it" long />
    </DialogForm>
  );
}
