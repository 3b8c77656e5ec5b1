// One case: what spoke for it, what was done and by whom, and what may be done next.

import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import type { CaseDetail } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import { caseQuery, evidencePath, letterPath } from '../../api/revenue.ts';
import { useSession } from '../../shell/session.tsx';
import { takenAlong } from '../../state/taken-along.ts';
import { BackLink, Fact, facts, Instant, PageHeading, panel, StateBadge } from '../../ui/show.tsx';
import { QueryState } from '../../ui/states.tsx';
import { CaseActions } from './case-actions.tsx';
import { KeptFindings } from './kept-findings.tsx';
import { caseLabelOf, eventLabels, foundText } from './labels.ts';
import { OnThisPhone } from './on-this-phone.tsx';
import { PhotosShown } from './photos-shown.tsx';
import { Points } from './points.tsx';
import { SignatureShown } from './signature-field.tsx';

export default function CasePage() {
  const { caseId } = useParams({ from: '/signed-in/revenue/$caseId' });
  const query = useQuery(caseQuery(caseId));
  const { data } = query;
  return (
    <Stack gap="md" maw="48rem">
      <BackLink to="/revenue">Revenue protection</BackLink>
      {data === undefined && <PageHeading title="Case" />}
      <KeptFindings />
      <OnThisPhone />
      <QueryState query={query} height={320} />
      {data !== undefined && (
        <>
          <PageHeading
            title={data.connectionName}
            aside={<StateBadge label={caseLabelOf(data)} />}
          />
          <About of={data} />
          <CaseActions of={data} />
          <Papers of={data} />
          {data.bill !== null && <Bill lines={data.bill} />}
          <History of={data} />
        </>
      )}
    </Stack>
  );
}

/** The server makes them: none is offered while the page shows what the phone kept. */
function Papers({ of }: { of: CaseDetail }) {
  const { shownFromMs } = useSyncExternalStore(takenAlong.subscribe, takenAlong.now);
  if (shownFromMs !== null) return null;
  return (
    <Group gap="md">
      <EvidenceLink caseId={of.caseId} />
      <LetterLink of={of} />
    </Group>
  );
}

/** Signed, so that whoever gets it can check it without the server. */
function EvidenceLink({ caseId }: { caseId: string }) {
  if (useSession().role === 'viewer') return null;
  return (
    <Anchor href={evidencePath(caseId)} download size="sm">
      Evidence, signed
    </Anchor>
  );
}

/** Once a second person has allowed what is asked. */
function LetterLink({ of }: { of: CaseDetail }) {
  if (of.billedMinor === null && of.fineMinor === null) return null;
  return (
    <Anchor href={letterPath(of.caseId)} download size="sm">
      {of.appeal?.decision === 'upheld'
        ? 'Letter that the appeal is upheld'
        : 'Letter to the customer'}
    </Anchor>
  );
}

function About({ of }: { of: CaseDetail }) {
  return (
    <section className={panel} aria-label="What the case is about">
      <Stack gap="xs">
        <Text size="sm">
          <Link to="/connections/$connectionId" params={{ connectionId: of.connectionId }}>
            {of.address}
          </Link>
          {of.node === null ? '' : ` · ${of.node}`}
        </Text>
        <dl className={facts}>
          <Fact name="Visit on">{of.visitOn}</Fact>
          <Fact name="Planned by">{of.openedBy}</Fact>
          {of.visitors.length > 0 && (
            <Fact
              name="Goes"
              note={of.checkInWith === null ? null : `checks in with ${of.checkInWith}`}
            >
              {of.visitors.join(', ')}
            </Fact>
          )}
          {of.finding !== null && <Fact name="Found">{foundText(of)}</Fact>}
          {of.appealUntil !== null && <Fact name="Appeal until">{of.appealUntil}</Fact>}
          {of.appeal !== null && (
            <Fact name="Appeal">
              {of.appeal.decision === 'upheld' ? 'The customer is right' : 'The bill stands'},{' '}
              <Instant at={of.appeal.at} withAge={false} />
            </Fact>
          )}
        </dl>
        {of.guardReason !== null && (
          <Text size="sm" fw={550}>
            Help comes first for this home. Visited all the same: “{of.guardReason}”
          </Text>
        )}
        {of.reasons.length > 0 && <Points of={of.reasons.map(({ words }) => words)} />}
      </Stack>
    </section>
  );
}

function Bill({ lines }: { lines: NonNullable<CaseDetail['bill']> }) {
  return (
    <section className={panel} aria-label="How it is calculated">
      <Title order={2} size="h4" mb="xs">
        How it is calculated
      </Title>
      <dl className={facts}>
        {lines.map(({ label, value }) => (
          <Fact key={label} name={label}>
            {value}
          </Fact>
        ))}
      </dl>
    </section>
  );
}

function History({ of }: { of: CaseDetail }) {
  return (
    <section className={panel} aria-label="What was done">
      <Title order={2} size="h4" mb="xs">
        What was done
      </Title>
      <Stack gap="sm">
        {of.events.map((event) => (
          <div key={`${event.at} ${event.what}`}>
            <Group gap="xs">
              <Text size="sm" fw={550}>
                {eventLabels[event.what] ?? event.what}
              </Text>
              <Text size="xs" c="dimmed">
                {event.by}, <Instant at={event.at} withAge={false} />
              </Text>
            </Group>
            {event.facts.map(({ label, value }) => (
              <Text size="sm" key={label} style={{ overflowWrap: 'anywhere' }}>
                {label}: {value}
              </Text>
            ))}
            {event.what === 'found' && of.photos.length > 0 && <PhotosShown of={of} />}
            {event.signatures.map((one) => (
              <SignatureShown key={one.path} of={one} />
            ))}
          </div>
        ))}
      </Stack>
    </section>
  );
}
