// From a token to its key: one station under the other, who paid or allowed it, at which price, and
// who loaded the key that its digits open under. What should be there and is not stands out.

import { Alert, Stack, Text, Timeline, Title } from '@mantine/core';
import type { TokenWays, WayStep } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { tokenWayQuery } from '../../api/audit-lists.ts';
import { SaleLink } from '../../ui/columns.tsx';
import { BackLink, Fact, facts, Instant, MeterNumber, PageHeading, panel } from '../../ui/show.tsx';
import { QueryState } from '../../ui/states.tsx';
import styles from '../pages.module.css';

export default function TokenWayPage() {
  const { of } = useParams({ from: '/signed-in/audit/way/$of' });
  const query = useQuery(tokenWayQuery(of));
  const tokens = query.data?.tokens;
  return (
    <Stack gap="md">
      <BackLink to="/audit">Value to check</BackLink>
      <PageHeading title="From token to key" />
      <QueryState query={query} height={320} />
      {tokens?.length === 0 && <Text>No token was made of this.</Text>}
      {tokens?.map((token) => (
        <Way key={token.tokenId} of={token} />
      ))}
    </Stack>
  );
}

function Way({ of }: { of: TokenWays['tokens'][number] }) {
  const open = of.steps.filter(({ missing }) => missing !== null).length;
  return (
    <section className={panel} aria-label={`Token that ends in ${of.lastFour}`}>
      <Text size="sm" c="dimmed" mb="md">
        {open === 0 ? 'Every station is there.' : 'Look at what is marked below.'}{' '}
        <Link to="/connections/$connectionId" params={{ connectionId: of.connectionId }}>
          The home
        </Link>
      </Text>
      <Timeline bulletSize={14} lineWidth={2} className={styles.timeline} active={of.steps.length}>
        {of.steps.map((step) => (
          <Timeline.Item
            key={`${step.what} ${step.title} ${step.at}`}
            {...(step.missing === null ? {} : { color: 'red' })}
            title={
              <Title order={2} size="h4">
                {step.title}
              </Title>
            }
          >
            <Station step={step} />
          </Timeline.Item>
        ))}
      </Timeline>
    </section>
  );
}

function Station({ step }: { step: WayStep }) {
  return (
    <Stack gap={6} mt={2}>
      {step.at !== null && (
        <Text size="xs" c="dimmed">
          <Instant at={step.at} withAge={false} />
        </Text>
      )}
      {step.missing !== null && (
        <Alert color="red" variant="light" p="xs">
          {step.missing}
        </Alert>
      )}
      {step.facts.length > 0 && (
        <dl className={facts}>
          {step.facts.map(({ label, value }) => (
            <Fact key={label} name={label} wide={value.length > 40}>
              <Value label={label} value={value} />
            </Fact>
          ))}
        </dl>
      )}
      {step.saleId !== null && (
        <SaleLink saleId={step.saleId} label={step.title}>
          Open sale
        </SaleLink>
      )}
      {step.approvalId !== null && (
        <Link
          to="/approvals/$approvalId"
          params={{ approvalId: step.approvalId }}
          aria-label={`Approval of: ${step.title}`}
        >
          Approval
        </Link>
      )}
    </Stack>
  );
}

function Value({ label, value }: { label: string; value: string }) {
  if (label === 'Meter') return <MeterNumber meterPan={value} />;
  return isInstant(value) ? <Instant at={value} withAge={false} /> : value;
}

const isInstant = (value: string): boolean => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
