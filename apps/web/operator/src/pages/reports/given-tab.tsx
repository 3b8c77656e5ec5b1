// Energy that was given without a sale, by month, kind or tariff. Each row opens what was given.

import { Stack, Text } from '@mantine/core';
import {
  type GivenBy,
  type GivenGrant,
  type GivenQuery,
  type GivenRow,
  type GivenSums,
  givenBys,
} from '@prewatt/api';
import { type Currency, countText } from '@prewatt/quantities';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { givenFile, givenListQuery, givenQuery } from '../../api/reports.ts';
import { useCurrency } from '../../shell/session.tsx';
import { kwhText, moneyText, unknown } from '../../text/numbers.ts';
import { monthText } from '../../text/time.ts';
import { Choices } from '../../ui/choices.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { FileLinks } from '../../ui/file-link.tsx';
import { Dialog } from '../../ui/form.tsx';
import { facts, Instant, panel } from '../../ui/show.tsx';
import { wholeQuery } from '../../ui/whole-list.ts';
import { amountColumn, Figure, homeColumn } from './figures.tsx';
import { type OfDays, ReportDays } from './report-days.tsx';

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
  const query: GivenQuery = { from: o.from, to: o.to, by: o.by };
  return (
    <Stack gap="md">
      <Text c="dimmed" size="sm" maw="75ch">
        Free units of tariffs and free credit, by when they were given, without what a meter
        refused. Free units that a meter or an account counts by itself are not in it.
      </Text>
      <ReportDays {...o} aside={<FileLinks href={givenFile(query)} />} />
      <Choices
        label="Rows by"
        of={givenBys}
        chosen={o.by}
        text={(each) => byWords[each]}
        onChoose={(report) => o.show({ report })}
      />
      <Sums query={query} />
    </Stack>
  );
}

const labelOf = (by: GivenBy, row: GivenRow): string =>
  by === 'month' ? monthText(row.key) : row.label;

function Sums({ query }: { readonly query: GivenQuery }) {
  const currency = useCurrency();
  const report = useQuery(givenQuery(query));
  const [open, setOpen] = useState<GivenRow | null>(null);
  return (
    <>
      {report.data !== undefined && report.data.rows.length > 0 && (
        <Total sums={report.data.total} currency={currency} />
      )}
      <DataTable
        label={`Given by ${byWords[query.by].toLowerCase()}`}
        noun="row"
        columns={columnsOf({ by: query.by, currency, onOpen: setOpen })}
        rowKey={(row) => row.key}
        query={wholeQuery(report)}
        empty="Nothing was given in these days."
      />
      <Dialog
        opened={open !== null}
        onClose={() => setOpen(null)}
        title={open === null ? '' : `Given: ${labelOf(query.by, open)}`}
        wide
      >
        {open !== null && <Grants query={{ ...query, key: open.key }} />}
      </Dialog>
    </>
  );
}

function Total({ sums, currency }: { readonly sums: GivenSums; readonly currency: Currency }) {
  return (
    <section className={panel} aria-label="Total">
      <dl className={facts}>
        <div>
          <dt>Homes</dt>
          <dd>{sums.homes}</dd>
        </div>
        <div>
          <dt>Given</dt>
          <dd>{countText(sums.grants, 'time')}</dd>
        </div>
        <div>
          <dt>Energy</dt>
          <dd>{kwhText(sums.energyWh)}</dd>
        </div>
        <div>
          <dt>Of it accepted by meters</dt>
          <dd>{kwhText(sums.acceptedWh)}</dd>
        </div>
        <div>
          <dt>Of it as money into accounts</dt>
          <dd>{moneyText(sums.amountMinor, currency)}</dd>
        </div>
      </dl>
    </section>
  );
}

const columnsOf = (o: {
  readonly by: GivenBy;
  readonly currency: Currency;
  readonly onOpen: (row: GivenRow) => void;
}): readonly Column<GivenRow>[] => [
  { key: 'label', header: byWords[o.by], card: 'title', cell: (row) => labelOf(o.by, row) },
  { key: 'homes', header: 'Homes', end: true, cell: (row) => row.homes },
  {
    key: 'grants',
    header: 'Times',
    end: true,
    cell: (row) => (
      <Figure
        isNone={row.grants === 0}
        label={`Given, ${labelOf(o.by, row)}`}
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
