// Reports: sales and tax, homes that were off supply, and debts by age. What is shown stands in the
// address.

import { Stack } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useOnClock, useZone } from '../../shell/session.tsx';
import { type ReportTab, reportsSearch } from '../../state/search.ts';
import { civilDate } from '../../text/time.ts';
import { PageHeading } from '../../ui/show.tsx';
import { TabSet } from '../../ui/tab-set.tsx';
import { daysBefore } from '../sale-ranges.ts';
import { DebtsTab } from './debts-tab.tsx';
import { OffSupplyTab } from './off-supply-tab.tsx';
import { SalesTab } from './sales-tab.tsx';

const tabs: Readonly<Record<ReportTab, string>> = {
  sales: 'Sales and tax',
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
          if (name === 'debts') return <DebtsTab />;
          if (name === 'offSupply') {
            return (
              <OffSupplyTab {...days(daysBefore(today, 6))} hours={Number(wanted.hours ?? 3)} />
            );
          }
          return <SalesTab {...days(`${today.slice(0, 8)}01`)} by={wanted.report ?? 'day'} />;
        }}
      />
    </Stack>
  );
}
