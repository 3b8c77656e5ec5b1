// Homes of meters without a link that were sent a power limit as a token: to what, since when, what
// is known of the token, and what ended the limit.

import { Stack, Text, Title } from '@mantine/core';
import type { LandingRow } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { landingsQuery } from '../../api/soft-landing.ts';
import { type LandingFilter, landingFilters, protectionSearch } from '../../state/search.ts';
import { powerText } from '../../text/numbers.ts';
import { Choices } from '../../ui/choices.tsx';
import { connectionColumn, SaleLink, WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { AboutTime, Instant, StateBadge } from '../../ui/show.tsx';
import { landingFilterNames, landingLabels, limitTokenLabels } from './labels.ts';

const columns: readonly Column<LandingRow>[] = [
  { ...connectionColumn<LandingRow>({ cover: false }), card: 'title' },
  {
    key: 'limit',
    header: 'Limit',
    cell: (row) => (
      <WithNote note={`step ${row.step}, then ${powerText(row.liftPowerW)} again`}>
        {powerText(row.powerW)}
      </WithNote>
    ),
  },
  { key: 'sent', header: 'Sent', cell: (row) => <Instant at={row.sentAt} /> },
  {
    key: 'lasts',
    header: 'Credit until about',
    cell: (row) => (
      <WithNote
        note={
          <>
            without it <AboutTime at={row.expectedAt} />
          </>
        }
      >
        <AboutTime at={row.lastsUntil} />
      </WithNote>
    ),
  },
  {
    key: 'token',
    header: 'Token',
    cell: (row) => (
      <WithNote note={row.tokenAt !== null && <Instant at={row.tokenAt} withAge={false} />}>
        {limitTokenLabels[row.token]}
      </WithNote>
    ),
  },
  {
    key: 'state',
    header: 'State',
    card: 'wide',
    cell: (row) => (
      <WithNote note={row.state !== 'sent' && <Ended of={row} />}>
        <StateBadge label={landingLabels[row.state]} />
      </WithNote>
    ),
  },
];

function Ended({ of }: { readonly of: LandingRow }) {
  const at = <Instant at={of.stateAt} withAge={false} />;
  if (of.liftSaleId !== null) {
    return (
      <>
        {at}{' '}
        <SaleLink
          saleId={of.liftSaleId}
          label={`Sale that lifted the limit of ${of.connectionName}`}
        >
          by a sale
        </SaleLink>
      </>
    );
  }
  return (
    <>
      {at} {of.liftGrantId !== null && 'by a token of its own'}
    </>
  );
}

export function Landings() {
  const { limits = 'sent' } = useSearch({ from: '/signed-in/protection' });
  const navigate = useNavigate();
  const query = useInfiniteQuery(landingsQuery(limits));
  const counts = query.data?.pages[0]?.counts;
  const show = (state: LandingFilter) =>
    void navigate({
      to: '/protection',
      search: protectionSearch({ limits: state }),
      replace: true,
      resetScroll: false,
    });
  return (
    <section aria-labelledby="limits">
      <Stack gap="sm">
        <Title order={2} id="limits">
          Limits by token
        </Title>
        <Text size="sm" c="dimmed" maw="75ch">
          Where a meter has no link, the soft landing is a token to type, sent before credit is
          expected to end. The server does not learn whether it was typed. The next sale brings the
          token that lifts the limit.
        </Text>
        <Choices
          label="Show limits"
          of={landingFilters}
          chosen={limits}
          text={(each) =>
            counts !== undefined && each !== 'all'
              ? `${landingFilterNames[each]} ${counts[each]}`
              : landingFilterNames[each]
          }
          onChoose={(each) => show(each)}
        />
        <DataTable
          label="Limits by token"
          noun="limit"
          columns={columns}
          rowKey={(row) => row.landingId}
          query={query}
          empty={
            limits === 'sent' || limits === 'all'
              ? 'No home is limited by token. Rules with “softLandingByToken” send such limits.'
              : 'No limit is in this state.'
          }
        />
      </Stack>
    </section>
  );
}
