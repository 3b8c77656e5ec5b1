// Energy that was given without a sale, by month, kind or tariff. Each row opens what was given.

import {
  type GivenBy,
  type GivenGrant,
  type GivenQuery,
  type GivenRow,
  givenBys,
} from '@prewatt/api';
import { type Currency, countText } from '@prewatt/quantities';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { givenFile, givenListQuery, givenQuery } from '../../api/reports.ts';
import { useCurrency } from '../../shell/session.tsx';
import { kwhText, moneyText, unknown } from '../../text/numbers.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Instant } from '../../ui/show.tsx';
import { amountColumn, Figure, homeColumn } from './figures.tsx';
import type { OfDays } from './report-days.tsx';
import { ReportHead, rowLabel, SummedRows } from './summed-report.tsx';

const byWords: Readonly<Record<GivenBy, string>> = {
  month: 'Month',
  kind: 'Kind',
  tariff: 'Tariff',
};
const kindWords: Readonly<Record<GivenGrant['kind'], string>> = {
  freeUnits: 'Free units',
  freeCredit: 'Free credit',
};
const stateWords: Readonly<Record<GivenGrant['state'], string>> = {
  issued: 'On its way',
  accepted: 'Accepted',
  refused: 'Refused',
  unconfirmed: 'Not confirmed',
};

export function GivenTab(o: OfDays & { readonly by: GivenBy }) {
  const currency = useCurrency();
  const query: GivenQuery = { from: o.from, to: o.to, by: o.by };
  return (
    <ReportHead
      {...o}
      about="Free units of tariffs and free credit, by when they were given, without what a meter refused. Free units that a meter or an account counts by itself are not in it."
      bys={givenBys}
      words={byWords}
      file={givenFile(query)}
    >
      <SummedRows
        label={`Given by ${byWords[o.by].toLowerCase()}`}
        report={useQuery(givenQuery(query))}
        total={(sums) => [
          ['Homes', sums.homes],
          ['Given', countText(sums.grants, 'time')],
          ['Energy', kwhText(sums.energyWh)],
          ['Of it accepted by meters', kwhText(sums.acceptedWh)],
          ['Of it as money into accounts', moneyText(sums.amountMinor, currency)],
        ]}
        columns={(onOpen) => columnsOf({ by: o.by, currency, onOpen })}
        empty="Nothing was given in these days."
        title={(row: GivenRow) => `Given: ${rowLabel(o.by, row)}`}
        behind={(row) => <Grants query={{ ...query, key: row.key }} />}
      />
    </ReportHead>
  );
}

const columnsOf = (o: {
  readonly by: GivenBy;
  readonly currency: Currency;
  readonly onOpen: (row: GivenRow) => void;
}): readonly Column<GivenRow>[] => [
  { key: 'label', header: byWords[o.by], card: 'title', cell: (row) => rowLabel(o.by, row) },
  { key: 'homes', header: 'Homes', end: true, cell: (row) => row.homes },
  {
    key: 'grants',
    header: 'Times',
    end: true,
    cell: (row) => (
      <Figure
        isNone={row.grants === 0}
        label={`Given, ${rowLabel(o.by, row)}`}
        onOpen={() => o.onOpen(row)}
      >
        {String(row.grants)}
      </Figure>
    ),
  },
  { key: 'energy', header: 'Energy', end: true, cell: (row) => kwhText(row.energyWh) },
  { key: 'accepted', header: 'Accepted', end: true, cell: (row) => kwhText(row.acceptedWh) },
  {
    key: 'amount',
    header: 'As money',
    end: true,
    cell: (row) => (row.amountMinor === '0' ? unknown : moneyText(row.amountMinor, o.currency)),
  },
];

function Grants({ query }: { readonly query: GivenQuery & { readonly key: string } }) {
  const currency = useCurrency();
  const columns: Column<GivenGrant>[] = [
    {
      key: 'at',
      header: 'Time',
      card: 'title',
      cell: (row) => <Instant at={row.at} withAge={false} />,
    },
    { key: 'kind', header: 'What', cell: (row) => kindWords[row.kind] },
    homeColumn(),
    { key: 'energy', header: 'Energy', end: true, cell: (row) => kwhText(row.energyWh) },
    amountColumn(currency),
    { key: 'state', header: 'Meter', cell: (row) => stateWords[row.state] },
  ];
  return (
    <DataTable
      label="Given"
      noun="grant"
      columns={columns}
      rowKey={(row) => row.grantId}
      query={useInfiniteQuery(givenListQuery(query))}
      empty="Nothing is behind it."
    />
  );
}
