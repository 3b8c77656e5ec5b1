// The list of meters as lines of a file: all that its filters leave, by name.

import type { MeterRow } from '@prewatt/api';
import { createCells, csvLines } from '../../base/csv.ts';
import type { Database } from '../../base/database.ts';
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
export async function* meterLines(
  database: Pick<Database, 'inUtility'>,
  utility: Utility,
  o: MeterFilters & { readonly nowMs: number },
): AsyncGenerator<string> {
  const cells = createCells(utility);
  yield csvLines([columns]);
  for (let cursor: string | null = null; ; ) {
    const asked = { ...o, cursor, size: filePageSize };
    const page: Awaited<ReturnType<typeof meterPage>> = await database.inUtility(utility.id, (tx) =>
      meterPage(tx, utility, asked),
    );
    if (page.rows.length > 0) yield csvLines(page.rows.map((row) => cellsOf(row, cells)));
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}

function cellsOf(row: MeterRow, cells: ReturnType<typeof createCells>): readonly string[] {
  const kWh = (energyWh: string | null) => cells.kWh(energyWh === null ? null : BigInt(energyWh));
  const at = (instant: string | null) => cells.at(instant === null ? null : Date.parse(instant));
  return [
    row.connectionId,
    row.connectionName,
    row.customerName ?? '',
    row.meterPan,
    row.creditMode,
    kWh(row.availableEnergyWh),
    cells.money(row.balanceMinor === null ? null : BigInt(row.balanceMinor)),
    cells.currency,
    row.powerW ?? '',
    kWh(row.usedTodayWh),
    row.switchUnknownSince === null ? (row.loadSwitch ?? '') : 'unknown',
    at(row.creditEndsAt),
    at(row.lastContactAt),
    row.silent ? 'yes' : 'no',
    row.firmware ?? '',
  ];
}
