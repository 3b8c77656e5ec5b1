// How the meter proves who it is on the wire: a secret or a certificate, its serial and validity,
// who was turned away in its name, what was done; and what an administrator may do.

import { Button, Group, Stack, Text, Title } from '@mantine/core';
import type { Certified, LinkView } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { changeIdentity, linkQuery, makeCertificate } from '../../api/links.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyNotAdministrator, useZone } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { civilDate, dayOfYear } from '../../text/time.ts';
import { downloadText } from '../../ui/download.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Age, Fact, facts, Instant, panel, ToneWord } from '../../ui/show.tsx';
import { QueryState } from '../../ui/states.tsx';
import {
  certificateLabels,
  identityKinds,
  linkActionLabels,
  linkRefusalLabels,
  newOneText,
} from './identity-labels.ts';

const shownChanges = 5;

export function Identity({ connectionId }: { connectionId: string }) {
  const query = useQuery(linkQuery(connectionId));
  return (
    <section aria-labelledby="identity">
      <Title order={2} id="identity" mb="xs">
        Identity of the meter
      </Title>
      <QueryState query={query} height={120} />
      {query.data !== undefined && <Card view={query.data} connectionId={connectionId} />}
    </section>
  );
}

function Card({ view, connectionId }: { view: LinkView; connectionId: string }) {
  const zone = useZone();
  const shown = view.certificates.filter(
    ({ state }) => state !== 'replaced' && state !== 'revoked',
  );
  return (
    <div className={panel}>
      <dl className={facts} aria-label="How it proves who it is">
        <Fact name="Proves itself with" note={view.rotating ? newOneText(view) : null}>
          {view.revoked ? 'Nothing: its link is revoked' : identityKinds[view.kind]}
        </Fact>
        {shown.map((each) => (
          <Fact key={each.serial} name={`Certificate ${each.serial}`}>
            <ToneWord label={certificateLabels[each.state]} /> until{' '}
            {dayOfYear(civilDate(Date.parse(each.validUntil), zone))}
          </Fact>
        ))}
        <Fact name="Last seen">
          {view.lastSeenAt === null ? 'Never' : <Instant at={view.lastSeenAt} />}
        </Fact>
      </dl>
      <Refusals view={view} />
      <History view={view} />
      <Actions connectionId={connectionId} view={view} />
    </div>
  );
}

function Refusals({ view }: { view: LinkView }) {
  if (view.refusals.length === 0) return null;
  return (
    <Stack gap={4} my="sm">
      <Text size="sm" fw={600}>
        Turned away
      </Text>
      {view.refusals.map((each) => (
        <Text size="sm" key={each.reason}>
          {linkRefusalLabels[each.reason]}
          {each.serial === null ? '' : ` (${each.serial})`}: {each.times}{' '}
          {each.times === 1 ? 'time' : 'times'}, last <Age at={each.lastAt} />
        </Text>
      ))}
    </Stack>
  );
}

function History({ view }: { view: LinkView }) {
  const [all, setAll] = useState(false);
  if (view.history.length === 0) return null;
  const changes = all ? view.history : view.history.slice(0, shownChanges);
  return (
    <Stack gap={4} my="sm" align="flex-start">
      <Text size="sm" fw={600}>
        What was done
      </Text>
      {changes.map((change) => (
        <Text
          size="sm"
          key={`${change.at} ${change.act} ${change.serial}`}
          style={{ wordBreak: 'break-word' }}
        >
          <Instant at={change.at} withAge={false} /> {linkActionLabels[change.act]}
          {change.serial === null ? '' : ` ${change.serial}`}
          {change.by === null ? '' : `, ${change.by}: ${change.reason}`}
        </Text>
      ))}
      {!all && view.history.length > shownChanges && (
        <Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>
          Show all {view.history.length}
        </Button>
      )}
    </Stack>
  );
}

function Actions({ connectionId, view }: { connectionId: string; view: LinkView }) {
  const why = useWhyNotAdministrator();
  const [open, setOpen] = useState<'rotate' | 'revoke' | 'make' | null>(null);
  const close = () => setOpen(null);
  const none = view.kind === 'none' ? 'The meter has no link yet' : null;
  const revoked = view.revoked ? 'Its link is revoked' : null;
  const kind = view.kind === 'certificate' ? 'certificate' : 'secret';
  return (
    <Group gap="sm">
      <ActionButton why={why ?? none ?? revoked} onClick={() => setOpen('rotate')}>
        Renew its {kind}
      </ActionButton>
      <ActionButton why={why} onClick={() => setOpen('make')}>
        Make a certificate
      </ActionButton>
      <ActionButton why={why ?? none ?? revoked} onClick={() => setOpen('revoke')}>
        Revoke
      </ActionButton>
      <Dialog opened={open === 'rotate'} onClose={close} title={`Renew its ${kind}`}>
        <ChangeForm connectionId={connectionId} action="rotate" onClose={close} />
      </Dialog>
      <Dialog opened={open === 'revoke'} onClose={close} title="Revoke the identity">
        <ChangeForm connectionId={connectionId} action="revoke" onClose={close} />
      </Dialog>
      <Dialog opened={open === 'make'} onClose={close} title="Make a certificate" guarded>
        <MakeForm connectionId={connectionId} meterPan={view.meterPan} onClose={close} />
      </Dialog>
    </Group>
  );
}

type ChangeProps = {
  readonly connectionId: string;
  readonly action: 'rotate' | 'revoke';
  readonly onClose: () => void;
};

function ChangeForm({ connectionId, action: name, onClose }: ChangeProps) {
  const reason = useEntry('', (text) => readText(text, 5, 500));
  const action = useAction({
    run: (why: string, requestId) => changeIdentity(connectionId, name, { requestId, reason: why }),
    stale: [['connection', connectionId]],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit={name === 'rotate' ? 'Renew' : 'Revoke'}
      danger={name === 'revoke'}
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => reason.read.ok && action.mutate(reason.read.value)}
    >
      <Text size="sm">
        {name === 'rotate'
          ? 'The meter gets a new one over its own link. The present one works until the ' +
            'meter has used the new one.'
          : 'Its session ends at once, and it cannot connect again until it is paired anew. ' +
            'Tokens can still be typed at the meter.'}
      </Text>
      <EntryField entry={reason} label="Why" note="Kept with your name" long focus />
    </DialogForm>
  );
}

type MakeProps = {
  readonly connectionId: string;
  readonly meterPan: string;
  readonly onClose: () => void;
};

function MakeForm({ connectionId, meterPan, onClose }: MakeProps) {
  const [made, setMade] = useState<Certified | null>(null);
  const reason = useEntry('', (text) => readText(text, 5, 500));
  const action = useAction({
    run: (why: string, requestId) => makeCertificate(connectionId, { requestId, reason: why }),
    stale: [['connection', connectionId]],
    onDone: setMade,
  });
  if (made !== null) return <Made made={made} meterPan={meterPan} onClose={onClose} />;
  return (
    <DialogForm
      submit="Make it"
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => reason.read.ok && action.mutate(reason.read.value)}
    >
      <Text size="sm">
        A key and its certificate for a technician to put into this meter. You get them once; the
        key is kept nowhere. What the meter has works until it has used the certificate.
      </Text>
      <EntryField entry={reason} label="Why" note="Kept with your name" long focus />
    </DialogForm>
  );
}

function Made({ made, meterPan, onClose }: Omit<MakeProps, 'connectionId'> & { made: Certified }) {
  const [isTaken, setTaken] = useState(false);
  const take = () => {
    const both = `${made.keyPem ?? ''}${made.certificatePem}`;
    downloadText(`${meterPan}.link-certificate.pem`, both, 'application/x-pem-file');
    setTaken(true);
  };
  return (
    <Stack gap="md">
      <Text size="sm">
        Certificate {made.serial}. The file holds the key: give it to nobody but the meter, and
        delete it afterwards.
      </Text>
      <Group justify="flex-end" gap="sm">
        <Button onClick={take}>Download key and certificate</Button>
        <Button variant="default" onClick={onClose} disabled={!isTaken}>
          Done
        </Button>
      </Group>
    </Stack>
  );
}
