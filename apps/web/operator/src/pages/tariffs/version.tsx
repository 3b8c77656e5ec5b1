// One version of a tariff: how it stands, what it says, what changes by it, who pays more and who
// less, and whether its own examples hold.

import { Alert, Group, Stack, Text, Title } from '@mantine/core';
import type { TariffVersionDetail } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { versionQuery } from '../../api/tariffs.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { longDay } from '../../text/time.ts';
import {
  ActionButton,
  BackLink,
  Fact,
  Instant,
  nowFacts,
  PageHeading,
  panel,
  StateBadge,
} from '../../ui/show.tsx';
import { QueryState } from '../../ui/states.tsx';
import { BackTestPanel } from './back-test.tsx';
import { BackTestDialog, RequestDialog, WithdrawDialog } from './dialogs.tsx';
import { versionLabel } from './labels.ts';
import { MetersOfVersion } from './meters.tsx';
import styles from './tariffs.module.css';

export default function TariffVersionPage() {
  const { versionId } = useParams({ from: '/signed-in/tariffs/$versionId' });
  const query = useQuery(versionQuery(versionId));
  const version = query.data;
  return (
    <Stack gap="md">
      <BackLink to="/tariffs">All tariffs</BackLink>
      {version === undefined && <PageHeading title="Version of a tariff" />}
      <QueryState query={query} height={220} />
      {version !== undefined && (
        <>
          <PageHeading
            title={`${version.tariffName}, version ${version.version}`}
            aside={<Actions version={version} />}
          />
          <Standing version={version} />
          <MetersOfVersion version={version} />
          <Changes version={version} />
          <BackTestPanel version={version} />
          <Words version={version} />
          <Examples version={version} />
          <Document version={version} />
        </>
      )}
    </Stack>
  );
}

type Open = 'backTest' | 'request' | 'withdraw' | null;

function Actions({ version }: { version: TariffVersionDetail }) {
  const readOnly = useWhyReadOnly();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const notDraft =
    version.state === 'draft' ? null : 'Only a draft is tried; this one is decided or waits.';
  return (
    <Group gap="xs">
      <ActionButton why={readOnly ?? notDraft} onClick={() => setOpen('backTest')}>
        Try on past sales
      </ActionButton>
      <ActionButton
        why={readOnly ?? version.whyNotRequest}
        variant={version.whyNotRequest === null ? 'filled' : 'default'}
        onClick={() => setOpen('request')}
      >
        Ask for approval
      </ActionButton>
      <ActionButton why={readOnly ?? version.whyNotWithdraw} onClick={() => setOpen('withdraw')}>
        Withdraw
      </ActionButton>
      <BackTestDialog opened={open === 'backTest'} onClose={close} version={version} />
      <RequestDialog opened={open === 'request'} onClose={close} version={version} />
      <WithdrawDialog opened={open === 'withdraw'} onClose={close} version={version} />
    </Group>
  );
}

function Standing({ version }: { version: TariffVersionDetail }) {
  const { approval } = version;
  const wasRefused = approval !== null && !['awaiting', 'done'].includes(approval.state);
  return (
    <>
      <section className={panel} aria-label="Now">
        <dl className={nowFacts} style={{ margin: 0 }}>
          <Fact
            name="State"
            note={
              approval !== null && version.state === 'awaitingApproval' ? (
                <Link to="/approvals/$approvalId" params={{ approvalId: approval.approvalId }}>
                  What the approver sees
                </Link>
              ) : null
            }
          >
            <StateBadge label={versionLabel(version)} />
          </Fact>
          <Fact
            name="First day"
            note={version.effectiveTo === null ? null : `until ${longDay(version.effectiveTo)}`}
          >
            {longDay(version.effectiveFrom)}
          </Fact>
          <Fact name="Proposed by" note={<Instant at={version.requestedAt} withAge={false} />}>
            {version.requestedBy ?? 'Set-up'}
          </Fact>
          {version.approvedBy !== null && <Fact name="Approved by">{version.approvedBy}</Fact>}
        </dl>
        {version.reason !== null && (
          <Text size="sm" mt="sm">
            {version.reason}
          </Text>
        )}
      </section>
      {wasRefused && version.state === 'draft' && (
        <Alert color="yellow" variant="light" title={`It was not approved: ${approval.state}`}>
          It is a draft again. Ask again, or withdraw it.
        </Alert>
      )}
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={panel} aria-label={title}>
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      {children}
    </section>
  );
}

function Changes({ version }: { version: TariffVersionDetail }) {
  const { changes } = version;
  if (changes === null) return null;
  const items = [
    ...changes.gone.map((text) => ({ kind: 'gone' as const, text })),
    ...changes.added.map((text) => ({ kind: 'added' as const, text })),
  ];
  return (
    <Section title={`What changes from version ${changes.version}`}>
      {items.length === 0 && <Text size="sm">No price and no rule; only texts or dates.</Text>}
      <ul className={styles.changes}>
        {items.map(({ kind, text }) => (
          <li key={`${kind} ${text}`} data-kind={kind}>
            <strong>{kind === 'gone' ? 'No longer' : 'New'}</strong> {text}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Words({ version }: { version: TariffVersionDetail }) {
  return (
    <Section title="In words">
      <div className={styles.words}>
        {version.words.map((section) => (
          <div key={section.title}>
            <Title order={3} size="h5">
              {section.title}
            </Title>
            <ul>
              {section.sentences.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </Section>
  );
}

function Examples({ version }: { version: TariffVersionDetail }) {
  const { examples } = version;
  const missed = examples.filter((example) => example.misses.length > 0).length;
  if (examples.length === 0) {
    return (
      <Section title="Worked examples">
        <Text size="sm">The document has none.</Text>
      </Section>
    );
  }
  return (
    <Section title="Worked examples">
      <Text size="sm" mb="xs">
        {missed === 0
          ? `${countText(examples.length, 'example')}, all hold.`
          : `${missed} of ${countText(examples.length, 'example')} do not hold.`}
      </Text>
      <ul className={styles.examples}>
        {examples.map((example) => (
          <li key={example.id}>
            <StateBadge
              label={
                example.misses.length === 0
                  ? { text: 'Holds', tone: 'good' }
                  : { text: example.gate ? 'Missed' : 'Missed, not counted', tone: 'warn' }
              }
            />{' '}
            {example.id}
            {example.misses.map((miss) => (
              <Text key={miss} size="xs" c="dimmed">
                {miss}
              </Text>
            ))}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Document({ version }: { version: TariffVersionDetail }) {
  return (
    <details className={panel}>
      <summary>The document itself</summary>
      <pre className={styles.document}>{JSON.stringify(version.document, null, 2)}</pre>
    </details>
  );
}
