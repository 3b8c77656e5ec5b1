// Supply that an operator holds open: who, since when and why, and the button that lets it go.

import { Alert, Checkbox, Stack, Text } from '@mantine/core';
import type { ConnectionDetail, SupplyHold } from '@prewatt/api';
import { useState } from 'react';
import { sendCommand } from '../../api/commands.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly, useZone } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { weekdayAndTime } from '../../text/time.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton } from '../../ui/show.tsx';
import { holdCauses, holdProgress } from './command-labels.ts';

export function SupplyHeld({ detail }: { readonly detail: ConnectionDetail }) {
  const zone = useZone();
  const readOnly = useWhyReadOnly();
  const [open, setOpen] = useState(false);
  const hold = detail.supplyHold;
  if (hold === null) return null;
  const close = () => setOpen(false);
  return (
    <Alert
      color={hold.cause === 'safety' ? 'red' : 'orange'}
      title={`Supply is held open: ${holdCauses[hold.cause]}`}
      role="region"
      aria-label="Supply is held open"
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          {hold.by}, {weekdayAndTime(Date.parse(hold.since), zone)}: {hold.reason}
        </Text>
        <Text size="sm">
          {holdProgress(hold.stage)} No payment, token or rule switches it on meanwhile.
          {hold.approvedBy !== null && ` Allowed by ${hold.approvedBy}.`}
          {hold.until !== null &&
            ` It ends by itself ${weekdayAndTime(Date.parse(hold.until), zone)}.`}
        </Text>
        <ActionButton why={readOnly} onClick={() => setOpen(true)}>
          Let supply go
        </ActionButton>
      </Stack>
      <Dialog opened={open} onClose={close} title="Let supply go">
        <LetGoForm connectionId={detail.connectionId} cause={hold.cause} onClose={close} />
      </Dialog>
    </Alert>
  );
}

function LetGoForm(props: {
  readonly connectionId: string;
  readonly cause: SupplyHold['cause'];
  readonly onClose: () => void;
}) {
  const { connectionId, cause, onClose } = props;
  const [byHand, setByHand] = useState(cause === 'safety');
  const reason = useEntry('', (text) => readText(text, 5, 500));
  const action = useAction({
    run: (why: string, requestId) =>
      sendCommand(connectionId, {
        kind: byHand ? 'switchArm' : 'switchClose',
        requestId,
        reason: why,
      }),
    stale: [['connection', connectionId]],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Let supply go"
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => reason.read.ok && action.mutate(reason.read.value)}
    >
      <Text size="sm">
        Supply comes back by the rules: at once where there is credit, and with the next payment
        where there is none.
      </Text>
      <Checkbox
        label="Somebody at the meter presses its button first"
        checked={byHand}
        onChange={({ currentTarget: { checked } }) => setByHand(checked)}
      />
      <EntryField entry={reason} label="Why" note="Kept with your name" long focus />
    </DialogForm>
  );
}
