// The columns of a list of meters, on the page of meters and on the first page.

import { Text } from '@mantine/core';
import type { MeterRow } from '@prewatt/api';
import { Link } from '@tanstack/react-router';
import { kwhText } from '../text/numbers.ts';
import { type Column, rowLink } from '../ui/data-table.tsx';
import { Age, Credit, MeterNumber, PowerNow, SwitchState, ToneWord } from '../ui/show.tsx';

export const meterColumns: readonly Column<MeterRow>[] = [
  {
    key: 'name',
    sort: 'name',
    header: 'Connection',
    card: 'title',
    cell: (row) => (
      <>
        <Link
          to="/connections/$connectionId"
          params={{ connectionId: row.connectionId }}
          className={rowLink}
        >
          {row.connectionName}
        </Link>
        <Text size="xs" c="dimmed">
          {row.customerName ?? 'No customer'}
        </Text>
      </>
    ),
  },
  {
    key: 'meter',
    sort: 'meter',
    header: 'Meter',
    card: 'wideBare',
    cell: (row) => <MeterNumber meterPan={row.meterPan} />,
  },
  { key: 'credit', sort: 'credit', header: 'Credit', cell: (row) => <Credit row={row} /> },
  {
    key: 'left',
    sort: 'creditEnd',
    header: 'Credit ends',
    cell: (row) => <CreditEnd row={row} />,
  },
  {
    key: 'power',
    sort: 'power',
    header: 'Power now',
    end: true,
    cell: (row) => <PowerNow powerW={row.powerW} at={row.lastContactAt} />,
  },
  { key: 'today', header: 'Used today', end: true, cell: (row) => kwhText(row.usedTodayWh) },
  {
    key: 'switch',
    header: 'Supply',
    cell: (row) => (
      <SwitchState loadSwitch={row.loadSwitch} unknownSince={row.switchUnknownSince} />
    ),
  },
  {
    key: 'contact',
    sort: 'contact',
    header: 'Last contact',
    cell: (row) =>
      row.silent ? (
        <>
          <ToneWord label={{ text: 'Silent', tone: 'warn' }} />
          <Text size="xs" c="dimmed">
            <Age at={row.lastContactAt} />
          </Text>
        </>
      ) : (
        <Age at={row.lastContactAt} />
      ),
  },
];

function CreditEnd({ row }: { readonly row: MeterRow }) {
  if (row.creditStatus === 'outOfCredit') return 'Used up';
  if (row.creditEndsAt === null) return 'not known';
  const usual = <Age at={row.creditEndsAt} ahead />;
  if (row.creditEndsAtPresentUse === null) return usual;
  return (
    <>
      <Age at={row.creditEndsAtPresentUse} ahead />
      <Text size="xs" c="dimmed">
        at present use; as usual {usual}
      </Text>
    </>
  );
}
