// The list of meters as rows of a file: all that its filters leave, by name.

import type { MeterRow } from '@prewatt/api';
import type { Database } from '../../base/database.ts';
import { type TableCell, type TableFile, tableCells } from '../../base/http/table-file.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import type { MeterFilters } from './meter-filters.ts';
import { meterPage } from './meters.ts';

const filePageSize = 500;

const columns = [
  ...['connection_id', 'connection_name', 'customer_name', 'meter_number', 'credit_mode'],
  ...['available_kwh', 'balance', 'currency', 'power_w', 'used_today_kwh', 'supply'],
  ...['credit_ends_at', 'last_contact_at', 'silent', 'software'],
];

/** Page by page, each a short transaction: what changes meanwhile may or may not be in it. */
export async function* meterFilePages(
  database: Pick<Database, 'inUtility'>,
  utility: Utility,
  o: MeterFilters & { readonly nowMs: number },
): AsyncGenerator<TableFile['rows']> {
  const cells = tableCells(utility);
  yield [columns];
  for (let cursor: string | null = null; ; ) {
    const asked = { ...o, cursor, size: filePageSize };
    const page: Awaited<ReturnType<typeof meterPage>> = await database.inUtility(utility.id, (tx) =>
      meterPage(tx, utility, asked),
    );
    yield page.rows.map((row) => cellsOf(row, cells));
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}

function cellsOf(row: MeterRow, cells: ReturnType<typeof tableCells>): readonly TableCell[] {
  return [
    row.connectionId,
    row.connectionName,
    row.customerName ?? '',
    row.meterPan,
    row.creditMode,
    cells.kWh(row.availableEnergyWh),
    cells.money(row.balanceMinor),
    cells.currency,
    { number: row.powerW ?? '' },
    cells.kWh(row.usedTodayWh),
    row.switchUnknownSince === null ? (row.loadSwitch ?? '') : 'unknown',
    cells.at(row.creditEndsAt),
    cells.at(row.lastContactAt),
    row.silent ? 'yes' : 'no',
    row.firmware ?? '',
  ];
}
