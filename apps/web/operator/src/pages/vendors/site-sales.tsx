// What a gateway of the vendor sold for cash while it had no internet, and what of it the server
// could not make until now.

import { Alert, Stack, Text } from '@mantine/core';
import type { SiteSales } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { siteSalesQuery } from '../../api/vendors.ts';
import { useCurrency } from '../../shell/session.tsx';
import { kwhText, moneyText } from '../../text/numbers.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Fact, Instant, nowFacts, panel, StateBadge } from '../../ui/show.tsx';
import { QueryState } from '../../ui/states.tsx';
import { wholeQuery } from '../../ui/whole-list.ts';
import { siteSaleLabel } from './labels.ts';

type Row = SiteSales['rows'][number];

export function SiteSaleList({ vendorId }: { vendorId: string }) {
  const currency = useCurrency();
  const query = useQuery(siteSalesQuery(vendorId));
  const columns: Column<Row>[] = [
    { key: 'at', header: 'Sold', card: 'title', cell: (row) => <Instant at={row.soldAt} /> },
    { key: 'state', header: 'State', cell: (row) => <StateBadge label={siteSaleLabel(row)} /> },
    {
      key: 'amount',
      header: 'Amount',
      end: true,
      cell: (row) => moneyText(row.amountMinor, currency),
    },
    { key: 'meter', header: 'Meter', cell: (row) => row.meterPan },
    {
      key: 'energy',
      header: 'Energy',
      end: true,
      cell: (row) => (
        <>
          {row.energyWh === null ? '' : kwhText(row.energyWh)}
          <Text size="xs" c="dimmed">
            {`promised ${kwhText(row.promisedWh)}`}
          </Text>
        </>
      ),
    },
    { key: 'clerk', header: 'Clerk', cell: (row) => <Text size="sm">{row.clerk}</Text> },
    { key: 'reported', header: 'Reported', cell: (row) => <Instant at={row.reportedAt} /> },
  ];
  return (
    <Stack gap="md">
      <QueryState query={query} height={120} />
      {query.data !== undefined && <Standing site={query.data} />}
      <DataTable
        label="Sold at the site"
        noun="sale"
        columns={columns}
        rowKey={(row) => row.requestId}
        query={wholeQuery(query)}
        empty="No gateway of this vendor has reported a sale yet."
      />
    </Stack>
  );
}

function Standing({ site }: { site: SiteSales }) {
  const currency = useCurrency();
  const { till, outstanding } = site;
  return (
    <>
      {outstanding.sales > 0 && (
        <Alert
          color="orange"
          variant="light"
          title={`${countText(outstanding.sales, 'sale')} of ${moneyText(outstanding.amountMinor, currency)} could not be made until now`}
        >
          The customers have paid and use what they were promised. The gateway tries each again
          whenever it has its link: mend what the sale says. Do not sell it again at another till,
          or it is made twice.
        </Alert>
      )}
      <section className={panel} aria-label="Site">
        <dl className={nowFacts} style={{ margin: 0 }}>
          <Fact name="Budget" note="without the internet">
            {moneyText(site.budgetMinor, currency)}
          </Fact>
          <Fact name="Kept for the site" note="of the float, for its sales alone">
            {moneyText(site.reservedMinor, currency)}
          </Fact>
          <Fact
            name="Its gateway asked last"
            note={
              till === null ? 'no gateway has asked for the budget' : `with the key ${till.label}`
            }
          >
            {till === null ? 'Never' : <Instant at={till.askedAt} />}
          </Fact>
        </dl>
      </section>
    </>
  );
}
