// Reports on sales and tax, money that came in, energy that was given, unclaimed money, homes that
// were off supply, and debts by age. What is shown stands in the address.

import { Stack } from '@mantine/core';
import { collectionsBys, givenBys, salesReportBys } from '@prewatt/api';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useOnClock, useZone } from '../../shell/session.tsx';
import { type ReportTab, reportsSearch } from '../../state/search.ts';
import { civilDate } from '../../text/time.ts';
import { PageHeading } from '../../ui/show.tsx';
import { TabSet } from '../../ui/tab-set.tsx';
import { daysBefore } from '../sale-ranges.ts';
import { CollectionsTab } from './collections-tab.tsx';
import { DebtsTab } from './debts-tab.tsx';
import { GivenTab } from './given-tab.tsx';
import { OffSupplyTab } from './off-supply-tab.tsx';
import { SalesTab } from './sales-tab.tsx';
import { UnclaimedTab } from './unclaimed-tab.tsx';

const tabs: Readonly<Record<ReportTab, string>> = {
  sales: 'Sales and tax',
  collections: 'Collections',
  given: 'Free units',
  unclaimed: 'Unclaimed money',
  offSupply: 'Off supply',
  debts: 'Debts by age',
};

export default function ReportsPage() {
  const wanted = reportsSearch(useSearch({ from: '/signed-in/reports' }));
  const navigate = useNavigate();
  const zone = useZone();
  const today = useOnClock(useCallback((nowMs: number) => civilDate(nowMs, zone), [zone]));
  const show = (changed: Readonly<Record<string, string>>) =>
    void navigate({
      to: '/reports',
      search: reportsSearch({ ...wanted, ...changed }),
      replace: true,
    });
  const days = (first: string) => ({
    ...{ today, show, from: wanted.from ?? first, to: wanted.to ?? today },
  });
  return (
    <Stack gap="md">
      <PageHeading title="Reports" />
      <TabSet
        label="Reports"
        names={tabs}
        open={wanted.about ?? 'sales'}
        onOpen={(about) => show({ about })}
        panel={(name) => {
          const month = days(`${today.slice(0, 8)}01`);
          const by = <By extends string>(known: readonly By[], usual: By): By =>
            known.find((each) => each === wanted.report) ?? usual;
          switch (name) {
            case 'debts':
              return <DebtsTab />;
            case 'unclaimed':
              return <UnclaimedTab />;
            case 'offSupply':
              return (
                <OffSupplyTab {...days(daysBefore(today, 6))} hours={Number(wanted.hours ?? 3)} />
              );
            case 'collections':
              return <CollectionsTab {...month} by={by(collectionsBys, 'day')} />;
            case 'given':
              return <GivenTab {...days(`${today.slice(0, 5)}01-01`)} by={by(givenBys, 'month')} />;
            case 'sales':
              return <SalesTab {...month} by={by(salesReportBys, 'day')} />;
          }
        }}
      />
    </Stack>
  );
}
