// What visits found by month, whom they went to, and cases that were opened although help comes
// first.

import { Stack, Text, Title } from '@mantine/core';
import type { ResultsMonth, RevenueResults } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { resultsQuery } from '../../api/revenue.ts';
import { useCurrency } from '../../shell/session.tsx';
import { kwhText, moneyText } from '../../text/numbers.ts';
import { Fact, facts, Instant, panel } from '../../ui/show.tsx';
import { EmptyNote, FailureNote } from '../../ui/states.tsx';
import { precisionText } from './labels.ts';

export function Results() {
  const { data, error } = useQuery(resultsQuery);
  if (error !== null) return <FailureNote failure={error} />;
  if (data === undefined) return null;
  return (
    <Stack gap="md">
      {data.months.length === 0 && <EmptyNote>No visit has found anything out yet.</EmptyNote>}
      {data.months.map((month) => (
        <Month key={month.month} month={month} />
      ))}
      <section className={panel} aria-label="Whom visits went to">
        <Title order={2} size="h4" mb="xs">
          Whom visits went to
        </Title>
        <dl className={facts}>
          {data.groups.map((group) => (
            <Fact key={group.name} name={group.name} note={`of ${countText(group.homes, 'home')}`}>
              {countText(group.visits, 'visit')}
            </Fact>
          ))}
        </dl>
      </section>
      {data.guarded.length > 0 && <Guarded rows={data.guarded} />}
    </Stack>
  );
}

function Month({ month }: { month: ResultsMonth }) {
  const currency = useCurrency();
  return (
    <section className={panel} aria-label={`Results of ${month.month}`}>
      <Title order={2} size="h4" mb="xs">
        {month.month}
      </Title>
      <dl className={facts}>
        <Fact name="Visits">{month.visits}</Fact>
        <Fact name="Found theft or a fault">{precisionText(month)}</Fact>
        <Fact name="Honest homes visited">{month.honest}</Fact>
        <Fact name="No access">{month.noAccess}</Fact>
        <Fact name="Not safe, not visited">
          {month.notSafe}, {month.notVisited}
        </Fact>
        <Fact name="Energy asked for" note={moneyText(month.billedMinor, currency)}>
          {kwhText(month.billedWh)}
        </Fact>
      </dl>
    </section>
  );
}

function Guarded({ rows }: { rows: RevenueResults['guarded'] }) {
  return (
    <section className={panel} aria-label="Opened although help comes first">
      <Title order={2} size="h4" mb="xs">
        Opened although help comes first
      </Title>
      <Stack gap="xs">
        {rows.map((each) => (
          <Text size="sm" key={each.caseId} style={{ overflowWrap: 'anywhere' }}>
            <Link to="/revenue/$caseId" params={{ caseId: each.caseId }}>
              {each.connectionName}
            </Link>
            : “{each.reason}” {each.openedBy}, <Instant at={each.openedAt} withAge={false} />
          </Text>
        ))}
      </Stack>
    </section>
  );
}
