// Columns that several tables have: each is defined here once.

import { Text, VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { aboveRowLink, type Column, rowLink } from './data-table.tsx';
import { MeterNumber } from './show.tsx';

type OfConnection = {
  readonly connectionId: string;
  readonly connectionName: string;
  readonly meterPan: string;
};

/** Connection and meter. `cover`: its link covers the row, which then has no other such link. */
export function connectionColumn<Row extends OfConnection>(o: { cover: boolean }): Column<Row> {
  return {
    key: 'connection',
    header: 'Connection',
    card: o.cover ? 'title' : 'wideBare',
    cell: (row) => (
      <>
        <Link
          to="/connections/$connectionId"
          params={{ connectionId: row.connectionId }}
          className={o.cover ? rowLink : aboveRowLink}
        >
          {row.connectionName}
        </Link>
        <div>
          <MeterNumber meterPan={row.meterPan} />
        </div>
      </>
    ),
  };
}

/** Opens a sale over the page. `cover` as above. */
export function SaleLink(o: {
  readonly saleId: string;
  /** Read before the words on screen, which alone do not say what of. */
  readonly label: string;
  readonly cover?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <Link
      to="."
      search={(previous) => ({ ...previous, sale: o.saleId })}
      resetScroll={false}
      className={o.cover === true ? rowLink : aboveRowLink}
    >
      <VisuallyHidden>{o.label}: </VisuallyHidden>
      {o.children}
    </Link>
  );
}

/** A state's word with what it means beneath. */
export function WithNote({ children, note }: { children: ReactNode; note: ReactNode }) {
  return (
    <>
      {children}
      {note !== null && note !== '' && (
        <Text size="xs" c="dimmed" maw="36ch">
          {note}
        </Text>
      )}
    </>
  );
}
