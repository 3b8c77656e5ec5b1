// Makes an endpoint, replaces its secret, sends a span of events again. A secret is shown once.

import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import {
  type Integration,
  type WebhookEndpoint,
  type WebhookEventType,
  webhookEvents,
  webhookEventTypes,
} from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useState } from 'react';
import { integrationsKey } from '../../api/integrations.ts';
import { useAction } from '../../api/use-action.ts';
import { makeEndpoint, replay, rotateSecret } from '../../api/webhooks.ts';
import { useZone } from '../../shell/session.tsx';
import { readCount, readText } from '../../text/entries.ts';
import { instantOf } from '../../text/time.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';

type DialogProps = { readonly opened: boolean; readonly onClose: () => void };
type OfIntegration = { readonly integration: Integration; readonly onClose: () => void };
type OfEndpoint = { readonly endpoint: WebhookEndpoint; readonly onClose: () => void };

export function NewEndpointDialog({ opened, ...of }: DialogProps & OfIntegration) {
  return (
    <Dialog opened={opened} onClose={of.onClose} title="New endpoint" guarded>
      <NewEndpointForm {...of} />
    </Dialog>
  );
}

function NewEndpointForm({ integration, onClose }: OfIntegration) {
  const url = useEntry('', (text) => readText(text, 8, 2_000));
  const [chosen, setChosen] = useState<readonly WebhookEventType[]>([]);
  const mayHear = webhookEventTypes.filter((type) =>
    integration.scopes.includes(webhookEvents[type].scope),
  );
  const action = useAction({
    run: (wish: { url: string; events: WebhookEventType[] }, requestId) =>
      makeEndpoint(integration.integrationId, { ...wish, requestId }),
    stale: [integrationsKey],
  });
  if (action.data !== undefined) {
    return <SecretShown secret={action.data.secret} reset={action.reset} onClose={onClose} />;
  }
  return (
    <DialogForm
      submit="Create endpoint"
      action={action}
      entries={[url]}
      onCancel={onClose}
      onSubmit={() => {
        if (url.read.ok && chosen.length > 0) {
          action.mutate({ url: url.read.value, events: [...chosen] });
        }
      }}
    >
      <EntryField entry={url} label="Address" note="https://…, on the open internet" focus />
      <Checkbox.Group
        label="Events that it receives"
        description={
          mayHear.length === 0 ? 'Its scopes open no event.' : 'At least one. No event has a name.'
        }
        value={[...chosen]}
        onChange={(values) => setChosen(mayHear.filter((type) => values.includes(type)))}
      >
        <Stack gap="xs" mt="xs">
          {mayHear.map((type) => (
            <Checkbox key={type} value={type} label={type} description={webhookEvents[type].says} />
          ))}
        </Stack>
      </Checkbox.Group>
    </DialogForm>
  );
}

type ShownProps = {
  readonly secret: string;
  readonly reset: () => void;
  readonly onClose: () => void;
};

function SecretShown({ secret, reset, onClose }: ShownProps) {
  const close = () => {
    reset();
    onClose();
  };
  return (
    <Stack gap="md">
      <Text size="sm">
        The receiver checks each message with this secret. It cannot be shown again.
      </Text>
      <SecretOnce label="Secret" secret={secret} />
      <Group justify="flex-end">
        <Button onClick={close}>I have stored it</Button>
      </Group>
    </Stack>
  );
}

export function RotateSecretDialog({ opened, ...of }: DialogProps & OfEndpoint) {
  return (
    <Dialog opened={opened} onClose={of.onClose} title="Another secret" guarded>
      <RotateSecretForm {...of} />
    </Dialog>
  );
}

function RotateSecretForm({ endpoint, onClose }: OfEndpoint) {
  const hours = useEntry('24', (text) => readCount(text, 720));
  const action = useAction({
    run: (overlapHours: number, requestId) =>
      rotateSecret(endpoint.endpointId, { overlapHours, requestId }),
    stale: [integrationsKey],
  });
  if (action.data !== undefined) {
    return <SecretShown secret={action.data.secret} reset={action.reset} onClose={onClose} />;
  }
  return (
    <DialogForm
      submit="Make another secret"
      action={action}
      entries={[hours]}
      onCancel={onClose}
      onSubmit={() => {
        if (hours.read.ok) action.mutate(hours.read.value);
      }}
    >
      <EntryField entry={hours} label="The old secret also signs for" unit="hours" narrow focus />
    </DialogForm>
  );
}

export function ReplayDialog({ opened, ...of }: DialogProps & OfEndpoint) {
  return (
    <Dialog opened={opened} onClose={of.onClose} title="Send events again">
      <ReplayForm {...of} />
    </Dialog>
  );
}

function ReplayForm({ endpoint, onClose }: OfEndpoint) {
  const zone = useZone();
  const readInstant = (text: string) => {
    const atMs = instantOf(text, zone);
    return atMs === null ? err('Give the day and the time.') : ok(new Date(atMs).toISOString());
  };
  const from = useEntry('', readInstant);
  const to = useEntry('', readInstant);
  const action = useAction({
    run: (span: { from: string; to: string }) => replay(endpoint.endpointId, span),
    stale: [integrationsKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Send again"
      action={action}
      entries={[from, to]}
      onCancel={onClose}
      onSubmit={() => {
        if (!from.read.ok || !to.read.ok) return;
        action.mutate({ from: from.read.value, to: to.read.value });
      }}
    >
      <Text size="sm">
        Each event of this time span is sent again with its old id, so that the receiver can see the
        repeat.
      </Text>
      <EntryField entry={from} label="From" kind="datetime-local" focus />
      <EntryField entry={to} label="Until" kind="datetime-local" />
    </DialogForm>
  );
}
