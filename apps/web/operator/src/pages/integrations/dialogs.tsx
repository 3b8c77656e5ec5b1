// Makes an integration, gives it another key, revokes it. A key is shown once, in the dialog.

import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import {
  type Integration,
  type IntegrationMade,
  type IntegrationScope,
  integrationScopes,
  scopeTable,
} from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useState } from 'react';
import {
  integrationsKey,
  makeIntegration,
  revokeIntegration,
  rotateIntegration,
} from '../../api/integrations.ts';
import { useAction } from '../../api/use-action.ts';
import { readCount, readText } from '../../text/entries.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';

type DialogProps = { readonly opened: boolean; readonly onClose: () => void };

export function NewIntegrationDialog({ opened, onClose }: DialogProps) {
  return (
    <Dialog opened={opened} onClose={onClose} title="New integration" guarded>
      <NewIntegrationForm onClose={onClose} />
    </Dialog>
  );
}

function NewIntegrationForm({ onClose }: { onClose: () => void }) {
  const name = useEntry('', (text) => readText(text, 1, 100));
  const [chosen, setChosen] = useState<readonly IntegrationScope[]>([]);
  const perMinute = useEntry('600', (text) => readCount(text, 6_000));
  const days = useEntry('365', readDays);
  const action = useAction({
    run: (wish: Omit<Parameters<typeof makeIntegration>[0], 'requestId'>, requestId) =>
      makeIntegration({ ...wish, requestId }),
    stale: [integrationsKey],
  });
  if (action.data !== undefined) {
    return <KeyOnce made={action.data} onClose={closing(action.reset, onClose)} />;
  }
  const submit = () => {
    if (!name.read.ok || !perMinute.read.ok || !days.read.ok || chosen.length === 0) return;
    action.mutate({
      name: name.read.value,
      scopes: [...chosen],
      requestsPerMinute: perMinute.read.value,
      expiresInDays: days.read.value,
    });
  };
  return (
    <DialogForm
      submit="Create integration"
      action={action}
      entries={[name, perMinute, days]}
      onCancel={onClose}
      onSubmit={submit}
    >
      <EntryField entry={name} label="Whose program" note="For example: Billing, city hall" focus />
      <Checkbox.Group
        label="What it may read"
        description="At least one. It is shown no token and changes nothing."
        value={[...chosen]}
        onChange={(values) => setChosen(integrationScopes.filter((s) => values.includes(s)))}
      >
        <Stack gap="xs" mt="xs">
          {integrationScopes.map((scope) => (
            <Checkbox
              key={scope}
              value={scope}
              label={scope}
              description={scopeTable[scope].shows}
            />
          ))}
        </Stack>
      </Checkbox.Group>
      <EntryField entry={perMinute} label="Requests a minute" numeric narrow />
      <EntryField entry={days} label="Key expires after" unit="days" note={daysNote} narrow />
    </DialogForm>
  );
}

const daysNote = 'Empty for a key without an end.';
const readDays = (text: string) => {
  if (text.trim() === '') return ok(null);
  const days = readCount(text, 3_650);
  return days.ok && days.value === 0 ? err('Write 1 or more.') : days;
};

/** What the mutation remembers of the key goes with the dialog. */
const closing = (reset: () => void, onClose: () => void) => () => {
  reset();
  onClose();
};

function KeyOnce({ made, onClose }: { made: IntegrationMade; onClose: () => void }) {
  return (
    <Stack gap="md">
      <Text size="sm">
        Give this key to “{made.integration.name}” now, by a safe way. It is not stored here and
        cannot be shown again.
      </Text>
      <SecretOnce label="Key" secret={made.key} />
      <Group justify="flex-end">
        <Button onClick={onClose}>I have stored it</Button>
      </Group>
    </Stack>
  );
}

type OfOne = DialogProps & { readonly integration: Integration };

export function RotateDialog({ opened, onClose, integration }: OfOne) {
  return (
    <Dialog opened={opened} onClose={onClose} title={`Another key of ${integration.name}`} guarded>
      <RotateForm integration={integration} onClose={onClose} />
    </Dialog>
  );
}

function RotateForm({ integration, onClose }: Omit<OfOne, 'opened'>) {
  const hours = useEntry('24', (text) => readCount(text, 720));
  const days = useEntry('365', readDays);
  const action = useAction({
    run: (wish: { overlapHours: number; expiresInDays: number | null }, requestId) =>
      rotateIntegration(integration.integrationId, { ...wish, requestId }),
    stale: [integrationsKey],
  });
  if (action.data !== undefined) {
    return <KeyOnce made={action.data} onClose={closing(action.reset, onClose)} />;
  }
  return (
    <DialogForm
      submit="Make another key"
      action={action}
      entries={[hours, days]}
      onCancel={onClose}
      onSubmit={() => {
        if (!hours.read.ok || !days.read.ok) return;
        action.mutate({ overlapHours: hours.read.value, expiresInDays: days.read.value });
      }}
    >
      <EntryField
        entry={hours}
        label="Old keys stay valid for"
        unit="hours"
        note="0 ends them at once."
        narrow
      />
      <EntryField entry={days} label="New key expires after" unit="days" note={daysNote} narrow />
    </DialogForm>
  );
}

export function RevokeDialog({ opened, onClose, integration }: OfOne) {
  return (
    <Dialog opened={opened} onClose={onClose} title={`Revoke ${integration.name}`}>
      <RevokeForm integration={integration} onClose={onClose} />
    </Dialog>
  );
}

function RevokeForm({ integration, onClose }: Omit<OfOne, 'opened'>) {
  const reason = useEntry('', (text) => readText(text, 3, 500));
  const action = useAction({
    run: (why: string) => revokeIntegration(integration.integrationId, why),
    stale: [integrationsKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Revoke"
      danger
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (reason.read.ok) action.mutate(reason.read.value);
      }}
    >
      <Text size="sm">All its keys end at once and for good.</Text>
      <EntryField entry={reason} label="Reason" long focus />
    </DialogForm>
  );
}
