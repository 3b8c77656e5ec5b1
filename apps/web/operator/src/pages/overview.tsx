// The first page: the state of all meters, what was sold today, and what needs somebody.

import { Skeleton, Stack, Text, Title } from '@mantine/core';
import type { Overview } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { metersQuery, overviewQuery, salesQuery } from '../api/queries.ts';
import { useCurrency, useSession } from '../shell/session.tsx';
import { part } from '../state/new-build.ts';
import { attentionText } from '../text/attention.ts';
import { moneyText } from '../text/numbers.ts';
import { soldText } from '../text/sold-today.ts';
import { DataTable } from '../ui/data-table.tsx';
import { PageHeading } from '../ui/show.tsx';
import { FailureNote } from '../ui/states.tsx';
import { meterColumns } from './meter-columns.tsx';
import styles from './pages.module.css';
import { SaleTable } from './sale-table.tsx';

/** Fetched by those who may need it. */
const SetUpNote = lazy(() => part(import('./set-up/note.tsx')));

export default function OverviewPage() {
  const overview = useQuery(overviewQuery);
  const isEmpty = useSession().role === 'administrator' && overview.data?.today.sales === 0;
  const low = useInfiniteQuery(metersQuery({ filter: 'lowCredit' }));
  const sales = useInfiniteQuery(salesQuery({}));
  return (
    <Stack gap="lg">
      <PageHeading title="Overview" />
      {isEmpty && (
        <Suspense>
          <SetUpNote />
        </Suspense>
      )}
      {overview.error !== null && (
        <FailureNote failure={overview.error} onRetry={() => void overview.refetch()} />
      )}
      {overview.data !== undefined && <Tiles overview={overview.data} />}
      {overview.data === undefined && overview.error === null && (
        <Skeleton height={180} aria-label="Loading" />
      )}
      <section>
        <SectionHead title="Low on credit">
          <Link to="/meters" search={{ filter: 'lowCredit' }}>
            All low meters
          </Link>
        </SectionHead>
        <DataTable
          label="Meters low on credit"
          noun="meter"
          linked
          columns={meterColumns}
          rowKey={(row) => row.connectionId}
          query={low}
          limit={5}
          empty="No meter is low on credit."
        />
      </section>
      <section>
        <SectionHead title="Latest sales today">
          <Link to="/reports">Sales over time</Link>
          {' · '}
          <Link to="/sales">All sales today</Link>
        </SectionHead>
        <SaleTable
          label="Latest sales today"
          withConnection
          query={sales}
          limit={6}
          empty="No sale yet today."
        />
      </section>
    </Stack>
  );
}

function SectionHead({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={styles.sectionHead}>
      <Title order={2}>{title}</Title>
      <Text size="sm">{children}</Text>
    </div>
  );
}

function Tiles({ overview }: { overview: Overview }) {
  const currency = useCurrency();
  const { meters, today, attention } = overview;
  return (
    <div className={styles.tiles}>
      <section className={styles.tile} aria-label="Sales today">
        <Text size="xs" c="dimmed">
          Sold today
        </Text>
        <Link to="/sales" className={styles.big}>
          {moneyText(today.sold.amountMinor, currency)}
        </Link>
        <Text size="sm" c="dimmed">
          {soldText(today, (minor) => moneyText(minor, currency))}
        </Text>
      </section>
      <section className={styles.tile} aria-label="Attention">
        <Text size="xs" c="dimmed">
          Needs attention
        </Text>
        <Link
          to="/attention"
          className={styles.big}
          data-tone={attention === 0 ? undefined : 'bad'}
        >
          {attention === 0 ? 'Nothing' : countText(attention, 'item')}
        </Link>
        <Text size="sm" c="dimmed">
          {attentionText(overview.attentionParts)}
        </Text>
      </section>
      <section className={styles.meterTile} aria-label="Meters">
        <MeterCount label="Meters" count={meters.total} filter="all" />
        <MeterCount label="Connected" count={meters.connected} filter="connected" />
        <MeterCount
          label="Disconnected"
          count={meters.disconnected}
          filter="disconnected"
          tone="bad"
        />
        <MeterCount label="Low credit" count={meters.lowCredit} filter="lowCredit" tone="warn" />
        <MeterCount label="Silent" count={meters.silent} filter="silent" tone="warn" />
      </section>
    </div>
  );
}

type MeterCountProps = {
  readonly label: string;
  readonly count: number;
  readonly filter: 'all' | 'connected' | 'disconnected' | 'lowCredit' | 'silent';
  readonly tone?: 'bad' | 'warn';
};

function MeterCount({ label, count, filter, tone }: MeterCountProps) {
  return (
    <Link
      to="/meters"
      search={filter === 'all' ? {} : { filter }}
      className={styles.meterCount}
      data-tone={count === 0 ? undefined : tone}
    >
      <span>{label}</span>
      <strong>{count}</strong>
    </Link>
  );
}
