// The limit that was sent to this home as a token and that no sale has lifted yet. Nothing where
// there is none.

import { Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { connectionLandingsQuery } from '../../api/soft-landing.ts';
import { connectionSearch } from '../../state/search.ts';
import { powerText } from '../../text/numbers.ts';
import { AboutTime, Fact, facts, Instant, panel } from '../../ui/show.tsx';
import { limitTokenLabels } from '../protection/labels.ts';

export function LimitByToken({ connectionId }: { readonly connectionId: string }) {
  const query = useInfiniteQuery(connectionLandingsQuery(connectionId));
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? [];
  const row = rows.find(({ state }) => state === 'sent');
  if (row === undefined) return null;
  return (
    <section className={panel} aria-label="Limit by token">
      <Title order={2} size="h4" mb="xs">
        Limit by token
      </Title>
      <dl className={facts}>
        <Fact name="Limit" note={`step ${row.step} of rule set ${row.rulesVersion}`}>
          {powerText(row.powerW)}
        </Fact>
        <Fact name="Sent">
          <Instant at={row.sentAt} />
        </Fact>
        <Fact
          name="Credit until about"
          note={
            <>
              without it <AboutTime at={row.expectedAt} />
            </>
          }
        >
          <AboutTime at={row.lastsUntil} />
        </Fact>
        <Fact name="Token">{limitTokenLabels[row.token]}</Fact>
      </dl>
      <Text size="sm" c="dimmed" mt="xs">
        The next sale brings a token that allows {powerText(row.liftPowerW)} again; a power limit
        that is given by hand lifts it at once. Its digits stand under{' '}
        <Link
          to="/connections/$connectionId"
          params={{ connectionId }}
          search={connectionSearch({ tab: 'given' })}
          resetScroll={false}
        >
          Given tokens
        </Link>
        .
      </Text>
    </section>
  );
}
