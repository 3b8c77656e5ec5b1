// What a report by days shows: its words, days and rows to choose from, the total, and the rows, of
// which each opens what it is the sum of.

import { Stack, Text } from '@mantine/core';
import type { FileForm } from '@prewatt/api';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Failure } from '../../api/failure.ts';
import { longDay, monthText } from '../../text/time.ts';
import { Choices } from '../../ui/choices.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { FileLinks } from '../../ui/file-link.tsx';
import { Dialog } from '../../ui/form.tsx';
import { facts, panel } from '../../ui/show.tsx';
import { wholeQuery } from '../../ui/whole-list.ts';
import { type OfDays, ReportDays } from './report-days.tsx';

type ReportHeadProps<By extends string> = OfDays & {
  readonly about: string;
  readonly by: By;
  readonly bys: readonly By[];
  readonly words: Readonly<Record<By, string>>;
  readonly file: (as: FileForm) => string;
  readonly children: ReactNode;
};

export function ReportHead<By extends string>(o: ReportHeadProps<By>) {
  return (
    <Stack gap="md">
      <Text c="dimmed" size="sm" maw="75ch">
        {o.about}
      </Text>
      <ReportDays {...o} aside={<FileLinks href={o.file} />} />
      <Choices
        label="Rows by"
        of={o.bys}
        chosen={o.by}
        text={(each) => o.words[each]}
        onChoose={(report) => o.show({ report })}
      />
      {o.children}
    </Stack>
  );
}

type OfRow = { readonly key: string; readonly label: string };

/** What a row is of: its day or month as people write it, or its name. */
export function rowLabel(by: string, row: OfRow): string {
  if (by === 'day') return longDay(row.key);
  return by === 'month' ? monthText(row.key) : row.label;
}

type Report<Row, Sums> = { readonly rows: readonly Row[]; readonly total: Sums };

type SummedRowsProps<Row extends OfRow, Sums, Opened> = {
  readonly label: string;
  readonly report: Pick<UseQueryResult<Report<Row, Sums>, Failure>, 'data' | 'error' | 'refetch'>;
  readonly total: (sums: Sums) => readonly (readonly [name: string, value: ReactNode])[];
  readonly columns: (onOpen: (of: Opened) => void) => readonly Column<Row>[];
  /** Said where there is no row. */
  readonly empty: string;
  readonly title: (of: Opened) => string;
  /** What is behind the figure that was pressed. */
  readonly behind: (of: Opened) => ReactNode;
};

export function SummedRows<Row extends OfRow, Sums, Opened>(o: SummedRowsProps<Row, Sums, Opened>) {
  const [open, setOpen] = useState<{ readonly of: Opened } | null>(null);
  const { data } = o.report;
  return (
    <>
      {data !== undefined && data.rows.length > 0 && (
        <section className={panel} aria-label="Total">
          <dl className={facts}>
            {o.total(data.total).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <DataTable
        label={o.label}
        noun="row"
        columns={o.columns((of) => setOpen({ of }))}
        rowKey={(row) => row.key}
        query={wholeQuery(o.report)}
        empty={o.empty}
      />
      <Dialog
        opened={open !== null}
        onClose={() => setOpen(null)}
        title={open === null ? '' : o.title(open.of)}
        wide
      >
        {open !== null && o.behind(open.of)}
      </Dialog>
    </>
  );
}
