// Sales of a range of days: a page in the order that is asked for, their sums, and all of them as
// rows of a file.

import type { SaleListQuery, SalePage, SaleState, SaleTotals } from '@prewatt/api';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { type Database, instant, type Tx } from '../../base/database.ts';
import { type TableCell, type TableFile, tableCells } from '../../base/http/table-file.ts';
import { isNotCarried, paidMinorOf } from '../../money/vending/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { type FoundSale, saleRowOf, salesWithFacts } from './sales.ts';

const pageSize = 100;
const filePageSize = 500;

export type SaleRange = {
  readonly utility: Utility;
  readonly fromMs: number;
  /** Not in it any more. */
  readonly untilMs: number;
  readonly state: SaleState | undefined;
};

type Sort = {
  readonly column: RawBuilder<unknown>;
  /** What a cursor keeps of the last row, and how it is read again. */
  readonly keptOf: (row: FoundSale) => string;
  readonly isKept: (kept: string) => boolean;
  readonly read: (kept: string) => RawBuilder<unknown>;
};

const isInteger = (kept: string): boolean => /^-?\d{1,18}$/.test(kept);
const asInteger = (kept: string) => sql`${kept}::bigint`;

/** By time needs none: identifiers are ordered by time. */
const sorts: Readonly<Record<Exclude<SaleListQuery['sort'], 'time'>, Sort>> = {
  amount: {
    column: paidMinorOf('sales'),
    keptOf: (row) => row.paid_minor.toString(),
    ...{ isKept: isInteger, read: asInteger },
  },
  energy: {
    column: sql`coalesce(sales.energy_wh, -1)`,
    keptOf: (row) => (row.energy_wh ?? -1n).toString(),
    ...{ isKept: isInteger, read: asInteger },
  },
  connection: {
    column: sql`connections.name`,
    keptOf: (row) => row.connection_name,
    ...{ isKept: () => true, read: (kept) => sql`${kept}` },
  },
};

/** One page. A cursor that is none begins from the start. */
export async function saleList(
  tx: Tx,
  range: SaleRange,
  o: Pick<SaleListQuery, 'sort' | 'order'> & { readonly cursor: string | null },
): Promise<SalePage> {
  const sort = o.sort === 'time' ? null : sorts[o.sort];
  let query = withinRange(tx, range);
  const after = o.cursor === null ? null : readCursor(o.cursor);
  const sign = o.order === 'asc' ? sql`>` : sql`<`;
  if (after !== null && sort === null) {
    query = query.where(sql<SqlBool>`sales.id ${sign} ${after.id}::uuid`);
  }
  if (after !== null && sort?.isKept(after.kept) === true) {
    const place = sql`(${sort.read(after.kept)}, ${after.id}::uuid)`;
    query = query.where(sql<SqlBool>`(${sort.column}, sales.id) ${sign} ${place}`);
  }
  if (sort !== null) query = query.orderBy(sort.column, o.order);
  const rows = await query
    .orderBy('sales.id', o.order)
    .limit(pageSize + 1)
    .execute();
  const shown = rows.slice(0, pageSize);
  const last = shown.at(-1);
  const hasMore = rows.length > pageSize && last !== undefined;
  return {
    rows: shown.map(saleRowOf),
    nextCursor: hasMore ? `${last.id}${sort === null ? '' : sort.keptOf(last)}` : null,
  };
}

const withinRange = (tx: Tx, { utility, fromMs, untilMs, state }: SaleRange) => {
  const query = salesWithFacts(tx)
    .where('sales.utility_id', '=', utility.id)
    .where('sales.requested_at', '>=', instant(fromMs))
    .where('sales.requested_at', '<', instant(untilMs));
  return state === undefined ? query : query.where('sales.state', '=', state);
};

/** The last row's identifier, and behind it what the list is ordered by. */
function readCursor(cursor: string): { readonly id: string; readonly kept: string } | null {
  const id = cursor.slice(0, 36);
  return /^[0-9a-f-]{36}$/.test(id) ? { id, kept: cursor.slice(36) } : null;
}

export async function saleTotals(tx: Tx, range: SaleRange): Promise<SaleTotals> {
  const sold = sql<SqlBool>`state IN ('issued', 'delivered') AND ${isNotCarried}`;
  const query = tx
    .selectFrom('sales')
    .where('utility_id', '=', range.utility.id)
    .where('requested_at', '>=', instant(range.fromMs))
    .where('requested_at', '<', instant(range.untilMs));
  const counted = await (range.state === undefined ? query : query.where('state', '=', range.state))
    .select([
      sql<bigint>`count(*) FILTER (WHERE ${sold})`.as('sales'),
      sql<bigint>`coalesce(sum(${paidMinorOf('sales')}) FILTER (WHERE ${sold}), 0)::bigint`.as(
        'amount',
      ),
      sql<bigint>`coalesce(sum(energy_wh) FILTER (WHERE ${sold}), 0)::bigint`.as('energy'),
      sql<bigint>`count(DISTINCT connection_id) FILTER (WHERE ${sold})`.as('connections'),
      sql<bigint>`count(*) FILTER (WHERE state = 'stuck')`.as('stuck'),
    ])
    .executeTakeFirstOrThrow();
  return {
    sales: Number(counted.sales),
    amountMinor: counted.amount.toString(),
    energyWh: counted.energy.toString(),
    connections: Number(counted.connections),
    stuck: Number(counted.stuck),
  };
}

const columns = [
  ...['sale_id', 'requested_at', 'connection_id', 'connection_name', 'meter_number'],
  ...['amount', 'currency', 'energy_kwh', 'state', 'reason', 'paid_through', 'carried'],
];

/** Page by page, each a short transaction: what is written meanwhile may or may not be in it. */
export async function* saleFilePages(
  database: Pick<Database, 'inUtility'>,
  range: SaleRange,
): AsyncGenerator<TableFile['rows']> {
  const cells = tableCells(range.utility);
  yield [columns];
  for (let after: string | null = null; ; ) {
    const from: string | null = after;
    const found: readonly FoundSale[] = await database.inUtility(range.utility.id, (tx) => {
      const query = withinRange(tx, range).orderBy('sales.id', 'desc').limit(filePageSize);
      return (from === null ? query : query.where('sales.id', '<', from)).execute();
    });
    yield found.map((sale) => cellsOf(sale, cells));
    if (found.length < filePageSize) return;
    after = found.at(-1)?.id ?? null;
  }
}

function cellsOf(sale: FoundSale, cells: ReturnType<typeof tableCells>): readonly TableCell[] {
  const row = saleRowOf(sale);
  return [
    row.saleId,
    cells.at(row.requestedAt),
    row.connectionId,
    row.connectionName,
    row.meterPan,
    cells.money(row.amountMinor),
    cells.currency,
    cells.kWh(row.energyWh),
    row.state,
    row.reason ?? '',
    row.provider,
    row.carried ? 'yes' : 'no',
  ];
}
