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
import { FineRules } from './fine-rules.tsx';
import { precisionText, shareText } from './labels.ts';

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
      <Groups groups={data.groups} />
      <FineRules />
      {data.guarded.length > 0 && <Guarded rows={data.guarded} />}
    </Stack>
  );
}

/** A tariff stands for an income where there is a lifeline one; nothing else is known of it. */
function Groups({ groups }: Pick<RevenueResults, 'groups'>) {
  const tariffs = groups.filter(({ isTariff }) => isTariff);
  const sum = (of: 'homes' | 'visits') => tariffs.reduce((all, group) => all + group[of], 0);
  const [homes, visits] = [sum('homes'), sum('visits')];
  return (
    <section className={panel} aria-label="Whom visits went to">
      <Title order={2} size="h4" mb="xs">
        Whom visits went to
      </Title>
      <Text size="sm" mb="xs" maw="75ch">
        Of all visits, and of all homes. Where a group has a larger part of the visits than of the
        homes, look at why: a tariff for small incomes is the income that is known here.
      </Text>
      <dl className={facts}>
        {groups.map((group) => (
          <Fact
            key={`${group.isTariff} ${group.name}`}
            name={group.name}
            note={`${countText(group.homes, 'home')}, ${shareText(group.homes, homes) ?? 'none'}`}
          >
            {countText(group.visits, 'visit')}, {shareText(group.visits, visits) ?? 'none yet'}
          </Fact>
        ))}
      </dl>
    </section>
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
        <Fact name="Of those that the list put first" note={countText(month.listed, 'visit')}>
          {shareText(month.listedFound, month.listed) ?? 'no visit'}
        </Fact>
        <Fact name="Honest homes visited">{month.honest}</Fact>
        <Fact name="Appeals upheld" note="not counted as found">
          {month.upheld}
        </Fact>
        <Fact name="No access">{month.noAccess}</Fact>
        <Fact name="Not safe, not visited">
          {month.notSafe}, {month.notVisited}
        </Fact>
        <Fact name="Energy asked for" note={moneyText(month.billedMinor, currency)}>
          {kwhText(month.billedWh)}
        </Fact>
        <Fact name="Fines">{moneyText(month.finesMinor, currency)}</Fact>
        <Fact name="Repaid of the energy so far" note={moneyText(month.repaidMinor, currency)}>
          {kwhText(month.repaidWh)}
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
