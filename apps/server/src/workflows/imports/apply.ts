// Applies rows in the caller's transaction: each either wrote its whole effect, found it there, or
// wrote nothing and is refused with faults. A dry run does the same and takes it back.

import type { ImportKind, RowFault } from '@prewatt/api';
import { err, isoOf, type Result, unreachable } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import { convertedAtMsOf } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import {
  addDebt,
  addOpeningBalance,
  type ConnectionDeps,
  type ConnectionRefusal,
  createConnection,
  type DebtRefusal,
  type OpeningBalanceRefusal,
  type Outcome,
} from '../onboarding/index.ts';
import { addNode, addNodeReading, addPlacement, addVoltage } from '../revenue-protection/index.ts';
import type { FileRow } from './csv-file.ts';
import { type RowFaultCode, rowFault } from './errors.ts';
import { halfHourMs, type NetworkRow } from './network-rows.ts';
import { type ConnectionRow, type ImportRow, keyOfRow, readRow } from './rows.ts';

export type RowResult = {
  readonly line: number;
  readonly rowKey: string | null;
  readonly outcome: Outcome | 'refused';
  readonly faults: readonly RowFault[];
};

/** `oneByOne`: each row in a savepoint of its own, for a chunk with a row that cannot be stored. */
export type Guard = 'together' | 'oneByOne';

/** PostgreSQL's classes 22 and 23: the data itself, not the database, is what is wrong. */
export const isUnstorable = (error: unknown): boolean =>
  /^2[23]...$/.test(String((error as { code?: unknown }).code));

async function guarded(
  tx: Tx,
  work: () => Promise<Result<Outcome, RowFault>>,
): Promise<Result<Outcome, RowFault>> {
  await sql`SAVEPOINT one_row`.execute(tx);
  try {
    const result = await work();
    await sql`RELEASE SAVEPOINT one_row`.execute(tx);
    return result;
  } catch (error) {
    if (!isUnstorable(error)) throw error;
    await sql`ROLLBACK TO SAVEPOINT one_row`.execute(tx);
    return err(rowFault('notStorable', null));
  }
}

/** What rows are checked against, read once for a chunk. */
type Surroundings = {
  readonly utility: Utility;
  readonly tariffIds: ReadonlyMap<string, string>;
  readonly vendingKeys: ReadonlySet<string>;
};

export async function applyRows(
  o: ConnectionDeps,
  tx: Tx,
  file: {
    readonly utility: Utility;
    readonly kind: ImportKind;
    readonly columns: readonly string[];
    readonly rows: readonly FileRow[];
    /** Lines of earlier rows by what they are about; grows as rows are read. */
    readonly earlier: Map<string, number>;
    readonly guard: Guard;
  },
): Promise<readonly RowResult[]> {
  const around = await surroundings(tx, file.utility);
  const results: RowResult[] = [];
  for (const [line, cells] of file.rows) {
    const read = readRow(file.kind, { columns: file.columns, cells }, file.utility);
    if (!read.ok) {
      results.push({ line, rowKey: null, outcome: 'refused', faults: read.error });
      continue;
    }
    const rowKey = keyOfRow(read.value);
    const before = file.earlier.get(rowKey);
    if (before !== undefined && before < line) {
      const about = 'nodeCode' in read.value || 'code' in read.value ? 'node' : 'meter_number';
      const fault = rowFault('duplicateInFile', about, `line ${before}`);
      results.push({ line, rowKey, outcome: 'refused', faults: [fault] });
      continue;
    }
    file.earlier.set(rowKey, line);
    const work = () => applyRow(o, tx, { row: read.value, around });
    const applied = await (file.guard === 'oneByOne' ? guarded(tx, work) : work());
    results.push(
      applied.ok
        ? { line, rowKey, outcome: applied.value, faults: [] }
        : { line, rowKey, outcome: 'refused', faults: [applied.error] },
    );
  }
  return results;
}

async function surroundings(tx: Tx, utility: Utility): Promise<Surroundings> {
  const tariffs = await tx
    .selectFrom('tariffs')
    .select(['id', 'name'])
    .where('state', '=', 'approved')
    .orderBy('version', 'desc')
    .execute();
  const keys = await tx
    .selectFrom('vending_keys')
    .select(['supply_group_code', 'key_revision'])
    .execute();
  return {
    utility,
    // The first version of a name wins: it names the tariff, whatever version is in force.
    tariffIds: new Map(tariffs.map(({ id, name }) => [name, id])),
    vendingKeys: new Set(keys.map((key) => `${key.supply_group_code} ${key.key_revision}`)),
  };
}

async function applyRow(
  o: ConnectionDeps,
  tx: Tx,
  { row, around }: { readonly row: ImportRow; readonly around: Surroundings },
): Promise<Result<Outcome, RowFault>> {
  switch (row.kind) {
    case 'connections':
      return applyConnection(o, tx, { row, around });
    case 'arrears': {
      const place = await placeOfMeter(tx, around.utility, row.meterPan);
      if (place === null) return refused('connectionUnknown', row);
      const debt = { label: row.label, outstandingMinor: row.amountMinor, rule: row.rule };
      const added = await addDebt(o, tx, { place, debt });
      return added.ok ? added : refused(added.error, row);
    }
    case 'openingBalances': {
      const place = await placeOfMeter(tx, around.utility, row.meterPan);
      if (place === null) return refused('connectionUnknown', row);
      const added = await addOpeningBalance(o, tx, { place, amountMinor: row.amountMinor });
      return added.ok ? added : refused(added.error, row);
    }
    case 'networkNodes':
    case 'networkPlacements':
    case 'networkReadings':
    case 'networkVoltages':
      return applyNetworkRow(o, tx, { row, utility: around.utility });
    default:
      return unreachable(row);
  }
}

const networkColumns: Partial<Record<RowFaultCode, string>> = {
  parentUnknown: 'feeder',
  parentKind: 'feeder',
  wouldCircle: 'feeder',
  readingDiffers: 'energy_wh',
  notOver: 'starts_at',
  voltageDiffers: 'voltage_v',
};

async function applyNetworkRow(
  o: ConnectionDeps,
  tx: Tx,
  { row, utility }: { readonly row: NetworkRow; readonly utility: Utility },
): Promise<Result<Outcome, RowFault>> {
  const done = await writeNetworkRow(o, tx, { row, utility });
  if (done.ok) return done;
  if (done.error === 'connectionUnknown') {
    return err(rowFault(done.error, 'meter_number', 'meterPan' in row ? row.meterPan : ''));
  }
  const column = networkColumns[done.error] ?? 'node';
  return err(rowFault(done.error, column, foundInNetwork(row, column)));
}

function foundInNetwork(row: NetworkRow, column: string): string {
  if (column === 'feeder' && 'parentCode' in row) return row.parentCode ?? '';
  if (column === 'starts_at' && 'startsAtMs' in row) return isoOf(row.startsAtMs);
  if (row.kind === 'networkVoltages') return (row.deciVolts / 10).toFixed(1);
  return row.kind === 'networkNodes' ? row.code : row.nodeCode;
}

async function writeNetworkRow(
  o: ConnectionDeps,
  tx: Tx,
  { row, utility }: { readonly row: NetworkRow; readonly utility: Utility },
) {
  const utilityId = utility.id;
  if ('startsAtMs' in row && row.startsAtMs + halfHourMs > o.nowMs())
    return err('notOver' as const);
  switch (row.kind) {
    case 'networkNodes':
      return addNode(tx, o, { ...row, kind: row.nodeKind, utilityId });
    case 'networkReadings':
      return addNodeReading(tx, { ...row, utilityId });
    case 'networkVoltages': {
      const place = await placeOfMeter(tx, utility, row.meterPan);
      return place === null ? err('connectionUnknown' as const) : addVoltage(tx, { ...row, place });
    }
    case 'networkPlacements': {
      const place = await placeOfMeter(tx, utility, row.meterPan);
      return place === null
        ? err('connectionUnknown' as const)
        : addPlacement(tx, o, { ...row, place });
    }
    default:
      return unreachable(row);
  }
}

async function applyConnection(
  o: ConnectionDeps,
  tx: Tx,
  { row, around }: { readonly row: ConnectionRow; readonly around: Surroundings },
): Promise<Result<Outcome, RowFault>> {
  const { zone } = around.utility;
  const tariffId = around.tariffIds.get(row.tariffName);
  if (tariffId === undefined) return refused('tariffUnknown', row);
  if (!around.vendingKeys.has(`${row.supplyGroupCode} ${row.keyRevision}`)) {
    return refused('vendingKeyUnknown', row);
  }
  const made = await createConnection(o, tx, {
    utilityId: around.utility.id,
    connection: {
      name: row.name,
      address: row.address,
      customer: row.customer,
      tariffId,
      meter: {
        meterPan: row.meterPan,
        encryptionAlgorithm: row.encryptionAlgorithm,
        supplyGroupCode: row.supplyGroupCode,
        tariffIndex: row.tariffIndex,
        keyRevision: row.keyRevision,
        mqttSecret: row.secretSha256Hex === null ? null : { sha256Hex: row.secretSha256Hex },
      },
      debts: [],
      convertedAtMs: row.convertedOn === null ? null : convertedAtMsOf(row.convertedOn, zone),
    },
  });
  return made.ok ? { ok: true, value: made.value.outcome } : refused(made.error, row);
}

/** The meter of this utility: the directory is shared by all. */
async function placeOfMeter(
  tx: Tx,
  utility: Utility,
  meterPan: string,
): Promise<ConnectionPlace | null> {
  const row = await tx
    .selectFrom('meter_directory')
    .selectAll()
    .where('meter_pan', '=', meterPan)
    .where('utility_id', '=', utility.id)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { utilityId: row.utility_id, bucket: row.bucket, connectionId: row.connection_id };
}

type Refusal =
  | ConnectionRefusal
  | DebtRefusal
  | OpeningBalanceRefusal
  | 'tariffUnknown'
  | 'vendingKeyUnknown';

/** Columns of faults that show only when a row is applied. */
const columnOf: Partial<Record<Refusal, string>> = {
  nameEmpty: 'connection_name',
  phoneFormat: 'customer_phone',
  supplyGroupFormat: 'supply_group_code',
  vendingKeyUnknown: 'supply_group_code',
  tariffIndexFormat: 'tariff_index',
  keyRevisionRange: 'key_revision',
  tariffUnknown: 'tariff',
  labelEmpty: 'label',
  debtExists: 'label',
  debtRuleFormat: 'rule',
  amountNotPositive: 'amount',
  openingBalanceExists: 'amount',
};

function refused(code: Refusal, row: Exclude<ImportRow, NetworkRow>): Result<never, RowFault> {
  const column = columnOf[code] ?? 'meter_number';
  const named: RowFaultCode = code === 'nameEmpty' || code === 'labelEmpty' ? 'required' : code;
  return err(rowFault(named, column, foundIn(row, column)));
}

function foundIn(row: Exclude<ImportRow, NetworkRow>, column: string): string {
  if (row.kind === 'connections' && column === 'tariff') return row.tariffName;
  if (row.kind === 'connections' && column === 'supply_group_code') {
    return `${row.supplyGroupCode} revision ${row.keyRevision}`;
  }
  if (row.kind === 'arrears' && column === 'label') return row.label;
  return row.meterPan;
}
