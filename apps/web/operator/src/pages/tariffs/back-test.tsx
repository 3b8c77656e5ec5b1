// Who pays more and who less under a version, by the sales of the past: totals, how many by how
// much, and those whose cost changes most.

import { Anchor, Button, Group, Progress, Skeleton, Text, Title } from '@mantine/core';
import type {
  BackTestJson,
  BackTestRowJson,
  BackTestSummary,
  TariffVersionDetail,
} from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { backTestCsvPath, backTestRowsQuery, type ChangeOrder } from '../../api/tariffs.ts';
import { useCurrency, useWhyReadOnly } from '../../shell/session.tsx';
import { kwhText, moneyText } from '../../text/numbers.ts';
import { longDay } from '../../text/time.ts';
import { WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable, rowLink } from '../../ui/data-table.tsx';
import { Fact, nowFacts, panel } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { bandText, changeText, percentChange } from './labels.ts';
import styles from './tariffs.module.css';

const whoPays = 'Who pays more, who less';

export function BackTestPanel({ version }: { version: TariffVersionDetail }) {
  const { backTest } = version;
  if (backTest === null && version.state !== 'draft') return null;
  return (
    <section className={panel} aria-label={whoPays}>
      <Title order={2} size="h4" mb="xs">
        {whoPays}
      </Title>
      {backTest === null ? (
        <Text size="sm">Not tried yet. Try it on past sales before you ask for approval.</Text>
      ) : (
        <Tried backTest={backTest} />
      )}
    </section>
  );
}

function Tried({ backTest }: { backTest: BackTestJson }) {
  const { summary, connectionsDone, connectionsTotal } = backTest;
  if (summary === null) {
    const percent = connectionsTotal === 0 ? 0 : (connectionsDone * 100) / connectionsTotal;
    return (
      <div role="status">
        <Text size="sm" mb="xs">
          Under way: {connectionsDone} of {countText(connectionsTotal, 'connection')}.
        </Text>
        <Progress value={percent} aria-label="Connections tried" />
      </div>
    );
  }
  return (
    <Summed
      of={backTest}
      csvPath={backTestCsvPath(backTest.backTestId)}
      rows={(order) => backTestRowsQuery(backTest.backTestId, order)}
      intro="priced again under the version before and under this one; debt left out."
    />
  );
}

type FoundProps = {
  readonly of: Pick<BackTestJson, 'summary' | 'fromDate' | 'toDate'>;
  readonly csvPath: string;
  readonly rows: (order: ChangeOrder) => ReturnType<typeof backTestRowsQuery>;
  /** What was done with the purchases. */
  readonly intro: string;
};

/** What a preview found, in a panel of its own. */
export function FoundPanel(props: FoundProps) {
  return (
    <section className={panel} aria-label={whoPays}>
      <Title order={2} size="h4" mb="xs">
        {whoPays}
      </Title>
      <Summed {...props} />
    </section>
  );
}

function Summed(props: FoundProps) {
  const { summary, fromDate, toDate } = props.of;
  if (summary === null) return null;
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        Purchases from {longDay(fromDate)} to {longDay(toDate)}, {props.intro}
      </Text>
      <ByUse summary={summary} />
      {summary.connections === 0 ? (
        <Text size="sm">Nobody bought anything in that time.</Text>
      ) : (
        <Found {...props} summary={summary} />
      )}
    </>
  );
}

/** Those that pay as they use: what is assumed of them, and those of which no use is known. */
function ByUse({ summary }: { readonly summary: BackTestSummary }) {
  return (
    <>
      {paysByUse(summary.byUse) && (
        <Text size="sm" mb="sm">
          By measured use, since no purchase of energy tells it: {byUseText(summary.byUse)}. Charges
          of a purchase are not in their cost, a jump of the register without a reason counts as
          none, and “the same money” is of purchases alone.
        </Text>
      )}
      {paysByUse(summary.leftOut) && (
        <Text size="sm" mb="sm">
          Not in these figures, since no use of theirs is known: {byUseText(summary.leftOut)}.
        </Text>
      )}
    </>
  );
}

type PayByUse = NonNullable<BackTestSummary['byUse']>;
const paysByUse = (of: PayByUse | undefined): of is PayByUse =>
  of !== undefined && of.wallets + of.moneyMeters > 0;
const byUseText = ({ wallets, moneyMeters }: PayByUse): string =>
  `${countText(wallets, 'connection')} with a wallet, ` +
  `${countText(moneyMeters, 'connection')} whose meter counts money`;

function Found({ summary, csvPath, rows }: FoundProps & { readonly summary: BackTestSummary }) {
  const currency = useCurrency();
  const change = BigInt(summary.afterMinor) - BigInt(summary.beforeMinor);
  const share = percentChange(summary.beforeMinor, summary.afterMinor);
  return (
    <>
      <dl className={nowFacts} style={{ margin: 0 }}>
        <Fact name="Pay more">{countText(summary.payMore, 'connection')}</Fact>
        <Fact name="Pay less">{countText(summary.payLess, 'connection')}</Fact>
        <Fact name="The same">{countText(summary.paySame, 'connection')}</Fact>
        <Fact
          name="The same energy costs"
          note={`${share === null ? '' : `${share}, `}before ${moneyText(summary.beforeMinor, currency)}`}
        >
          {changeText(change, currency)}
        </Fact>
        <Fact name="The same money buys" note={`before ${kwhText(summary.energyBeforeWh)}`}>
          {kwhText(summary.energyAfterWh)}
        </Fact>
        {summary.refusedPurchases > 0 && (
          <Fact name="Refused" note="by one of the two; left out">
            {countText(summary.refusedPurchases, 'purchase')}
          </Fact>
        )}
      </dl>
      <Bands summary={summary} />
      <Extremes csvPath={csvPath} rows={rows} summary={summary} />
    </>
  );
}

function Bands({ summary }: { summary: BackTestSummary }) {
  const most = Math.max(1, ...summary.bands.map((band) => band.connections));
  return (
    <table className={styles.bands} aria-label="Connections by how much more or less they pay">
      <tbody>
        {summary.bands.map((band) => (
          <tr key={`${band.overPercent}`}>
            <th scope="row">{bandText(band)}</th>
            <td className={styles.bar}>
              <span
                style={{ width: `${(band.connections * 100) / most}%` }}
                data-more={band.overPercent !== null && band.overPercent > 0}
              />
            </td>
            <td className={styles.count}>{band.connections}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The rest is in the file. */
const shown = 10;

const orders: readonly { readonly value: ChangeOrder; readonly label: string }[] = [
  { value: 'payMore', label: 'Most more' },
  { value: 'payLess', label: 'Most less' },
];

function Extremes({
  csvPath,
  rows,
  summary,
}: Pick<FoundProps, 'csvPath' | 'rows'> & { readonly summary: BackTestSummary }) {
  const [order, setOrder] = useState<ChangeOrder>(summary.payMore > 0 ? 'payMore' : 'payLess');
  const query = useQuery(rows(order));
  const readOnly = useWhyReadOnly();
  const columns = useColumns();
  return (
    <>
      <Group justify="space-between" mt="md" mb="xs">
        <Group gap="xs" role="group" aria-label="Whose cost changes most">
          {orders.map(({ value, label }) => (
            <Button
              key={value}
              size="compact-sm"
              variant={value === order ? 'light' : 'default'}
              aria-pressed={value === order}
              onClick={() => setOrder(value)}
            >
              {label}
            </Button>
          ))}
        </Group>
        {readOnly === null && (
          <Anchor href={csvPath} size="sm" download>
            All connections as CSV
          </Anchor>
        )}
      </Group>
      {query.error !== null && (
        <FailureNote failure={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.isPending && <Skeleton height={120} aria-label="Loading" />}
      {(query.data?.flaggedPayMore ?? 0) > 0 && (
        <Text size="sm" mb="xs">
          {countText(query.data?.flaggedPayMore ?? 0, 'home')} with a medical or vulnerable flag
          would pay more.
        </Text>
      )}
      {query.data !== undefined && (
        <DataTable
          label="Connections whose cost changes most"
          noun="connection"
          linked
          limit={shown}
          columns={columns}
          rowKey={(row) => row.connectionId}
          query={wholeList(query.data.rows)}
          empty={order === 'payMore' ? 'Nobody pays more.' : 'Nobody pays less.'}
        />
      )}
    </>
  );
}

function useColumns(): Column<BackTestRowJson>[] {
  const currency = useCurrency();
  return [
    {
      key: 'connection',
      header: 'Connection',
      card: 'title',
      cell: (row) => (
        <Link
          to="/connections/$connectionId"
          params={{ connectionId: row.connectionId }}
          className={rowLink}
        >
          {row.connectionName}
          {row.flagged === true && (
            <Text span size="xs" c="red">
              {' '}
              protected home
            </Text>
          )}
        </Link>
      ),
    },
    {
      key: 'change',
      header: 'Pays',
      end: true,
      cell: (row) => (
        <WithNote note={percentChange(row.beforeMinor, row.afterMinor)}>
          {changeText(BigInt(row.afterMinor) - BigInt(row.beforeMinor), currency)}
        </WithNote>
      ),
    },
    {
      key: 'energy',
      header: 'For the energy',
      end: true,
      cell: (row) => (
        <WithNote note={`before ${moneyText(row.beforeMinor, currency)}`}>
          {kwhText(row.energyWh)}
        </WithNote>
      ),
    },
    {
      key: 'money',
      header: 'Same money buys',
      end: true,
      cell: (row) => (
        <WithNote note={`before ${kwhText(row.energyBeforeWh)}`}>
          {kwhText(row.energyAfterWh)}
        </WithNote>
      ),
    },
    {
      key: 'purchases',
      header: 'Purchases',
      end: true,
      cell: (row) => (
        <WithNote note={row.refused === 0 ? null : `${row.refused} refused`}>
          {String(row.purchases)}
        </WithNote>
      ),
    },
  ];
}
