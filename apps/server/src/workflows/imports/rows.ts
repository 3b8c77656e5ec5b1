// What a row of a file says, checked by itself: every fault at once, each with its column.
// Pure; what else is there (tariffs, meters) is checked when the row is applied.

import type { ImportKind, RowFault } from '@prewatt/api';
import {
  type AmountError,
  type Currency,
  err,
  ok,
  parseAmount,
  parsePhone,
  type Result,
} from '@prewatt/quantities';
import { checkMeterPan, meterPanFromDrn } from '@prewatt/sts/keys';
import { parseDebtRule, readDebtRule } from '@prewatt/tariff';
import { type RowFaultCode, rowFault } from './errors.ts';
import {
  type NetworkRow,
  readNode,
  readNodeReading,
  readPlacement,
  readVoltage,
} from './network-rows.ts';

export type ConnectionRow = {
  readonly kind: 'connections';
  readonly meterPan: string;
  readonly name: string;
  readonly address: string;
  readonly customer: { readonly name: string; readonly phone: string } | null;
  readonly tariffName: string;
  readonly supplyGroupCode: string;
  readonly tariffIndex: string;
  readonly keyRevision: number;
  readonly encryptionAlgorithm: 'ea07' | 'ea11';
  readonly secretSha256Hex: string | null;
  /** A civil day. */
  readonly convertedOn: string | null;
};
export type ArrearsRow = {
  readonly kind: 'arrears';
  readonly meterPan: string;
  readonly label: string;
  readonly amountMinor: bigint;
  readonly rule: object;
};
export type OpeningBalanceRow = {
  readonly kind: 'openingBalances';
  readonly meterPan: string;
  readonly amountMinor: bigint;
};
export type ImportRow = ConnectionRow | ArrearsRow | OpeningBalanceRow | NetworkRow;

/** What a row is about: the same thing twice in one file is a mistake. */
export function keyOfRow(row: ImportRow): string {
  switch (row.kind) {
    case 'arrears':
      return `${row.meterPan} ${row.label}`;
    case 'networkNodes':
      return `${row.code} ${row.since ?? ''}`;
    case 'networkPlacements':
      return `${row.meterPan} ${row.since ?? ''}`;
    case 'networkReadings':
      return `${row.nodeCode} ${row.startsAtMs}`;
    case 'networkVoltages':
      return `${row.meterPan} ${row.startsAtMs}`;
    default:
      return row.meterPan;
  }
}

/** Of the utility: how its money and its phone numbers are written. */
export type Home = { readonly currency: Currency; readonly zone: string };

export function readRow(
  kind: ImportKind,
  file: { readonly columns: readonly string[]; readonly cells: readonly string[] },
  home: Home,
): Result<ImportRow, readonly RowFault[]> {
  if (file.cells.length !== file.columns.length) {
    return err([rowFault('columnCount', null, `${file.cells.length} fields`)]);
  }
  const faults: RowFault[] = [];
  const fields = createFields(file, faults);
  const row = readers[kind](fields, home);
  return faults.length === 0 && row !== null ? ok(row) : err(faults);
}

export type Fields = {
  /** The cell's text; '' when it is empty or the file has no such column. */
  readonly get: (column: string) => string;
  readonly required: (column: string, limit?: number) => string;
  readonly optional: (column: string, limit?: number) => string;
  readonly fault: (code: RowFaultCode, column: string) => null;
};

function createFields(
  file: { readonly columns: readonly string[]; readonly cells: readonly string[] },
  faults: RowFault[],
): Fields {
  const get = (column: string): string => plainCell(file.cells[file.columns.indexOf(column)] ?? '');
  // The first fault of a cell says enough: what follows from it would be a second word for it.
  const fault = (code: RowFaultCode, column: string): null => {
    if (faults.some((before) => before.column === column)) return null;
    faults.push(rowFault(code, column, column === 'mqtt_secret' ? undefined : get(column)));
    return null;
  };
  const optional = (column: string, limit = 100): string => {
    const text = get(column);
    // Counted as the database counts: by character, not by UTF-16 unit.
    if ([...text].length > limit) fault('tooLong', column);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    else if (/[\u0000-\u001f\u007f-\u009f]/.test(text)) fault('controlCharacter', column);
    return text;
  };
  return {
    get,
    fault,
    optional,
    required: (column, limit) => {
      if (get(column) === '') fault('required', column);
      return optional(column, limit);
    },
  };
}

/**
 * Without blanks around it, and without the apostrophe that keeps a spreadsheet from reading the
 * cell as a formula: our exports write one.
 */
export const plainCell = (cell: string): string =>
  cell
    .trim()
    .replace(/^'(?=[=+\-@\t\r＝＋－＠])/, '')
    .trim();

const readers: Record<ImportKind, (f: Fields, home: Home) => ImportRow | null> = {
  connections: readConnection,
  arrears: (f, { currency }) => {
    const meterPan = readMeter(f);
    const label = f.required('label', 60);
    const amountMinor = readAmount(f, currency);
    const rule = readRule(f, currency);
    if (meterPan === null || amountMinor === null || rule === null) return null;
    return { kind: 'arrears', meterPan, label, amountMinor, rule };
  },
  openingBalances: (f, { currency }) => {
    const meterPan = readMeter(f);
    if (/^[-−]\s*\d/.test(f.get('amount'))) f.fault('balanceNegative', 'amount');
    const amountMinor = readAmount(f, currency);
    if (meterPan === null || amountMinor === null) return null;
    return { kind: 'openingBalances', meterPan, amountMinor };
  },
  networkNodes: readNode,
  networkPlacements: (f) => readPlacement(f, readMeter(f)),
  networkReadings: readNodeReading,
  networkVoltages: (f) => readVoltage(f, readMeter(f)),
};

function readConnection(f: Fields, { zone }: Home): ConnectionRow | null {
  const meterPan = readMeter(f);
  const name = f.required('connection_name');
  const address = f.required('address', 200);
  const tariffName = f.required('tariff');
  const customer = readCustomer(f, zone);
  const supplyGroupCode = f.required('supply_group_code');
  if (supplyGroupCode !== '' && !/^\d{6}$/.test(supplyGroupCode)) {
    f.fault('supplyGroupFormat', 'supply_group_code');
  }
  // A spreadsheet drops the zero in front; two digits leave no doubt about it.
  const tariffIndex = f.required('tariff_index').padStart(2, '0');
  if (f.get('tariff_index') !== '' && !/^\d{2}$/.test(tariffIndex)) {
    f.fault('tariffIndexFormat', 'tariff_index');
  }
  const revision = f.required('key_revision');
  if (revision !== '' && !/^[1-9]$/.test(revision)) f.fault('keyRevisionRange', 'key_revision');
  const algorithm = /^(?:ea)?(07|11|7)$/i.exec(f.required('encryption_algorithm'))?.[1] ?? null;
  if (f.get('encryption_algorithm') !== '' && algorithm === null) {
    f.fault('algorithmUnknown', 'encryption_algorithm');
  }
  const secret = f.get('mqtt_secret');
  if (secret !== '' && !/^[0-9a-f]{64}$/.test(secret)) f.fault('secretLength', 'mqtt_secret');
  const convertedOn = f.get('converted_on');
  if (convertedOn !== '' && !isCivilDate(convertedOn)) f.fault('dateFormat', 'converted_on');
  if (meterPan === null) return null;
  return {
    kind: 'connections',
    meterPan,
    name,
    address,
    customer,
    tariffName,
    supplyGroupCode,
    tariffIndex,
    keyRevision: Number(revision),
    encryptionAlgorithm: algorithm === '11' ? 'ea11' : 'ea07',
    secretSha256Hex: secret === '' ? null : secret,
    convertedOn: convertedOn === '' ? null : convertedOn,
  };
}

export function isCivilDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).year > 1990;
  } catch {
    return false;
  }
}

function readCustomer(f: Fields, zone: string): ConnectionRow['customer'] {
  const name = f.optional('customer_name');
  const text = f.optional('customer_phone');
  if (name === '' && text === '') return null;
  if (name === '' || text === '') {
    return f.fault('customerIncomplete', name === '' ? 'customer_name' : 'customer_phone');
  }
  const phone = parsePhone(text, zone);
  return phone.ok ? { name, phone: phone.value } : f.fault('phoneFormat', 'customer_phone');
}

/** 18 digits, or the 11 or 13 of the DRN. */
function readMeter(f: Fields): string | null {
  const text = f.required('meter_number').replaceAll(' ', '');
  if (text === '') return null;
  if (/^\d([.,]\d+)?E\+\d+$/i.test(text)) return f.fault('numberRounded', 'meter_number');
  const short = text.length === 11 || text.length === 13;
  const checked = short ? meterPanFromDrn(text) : checkMeterPan(text);
  if (!checked.ok) return f.fault(checked.error, 'meter_number');
  return typeof checked.value === 'string' ? checked.value : text;
}

const amountFaults: Record<AmountError, RowFaultCode> = {
  'amount-format': 'amountFormat',
  'amount-too-precise': 'amountTooPrecise',
  'amount-out-of-range': 'amountOutOfRange',
};

function readAmount(f: Fields, currency: Currency): bigint | null {
  const code = f.optional('currency');
  if (code !== '' && code.toUpperCase() !== currency.code) f.fault('currencyOther', 'currency');
  const text = f.required('amount');
  if (text === '') return null;
  const amount = parseAmount(text, currency);
  if (!amount.ok) return f.fault(amountFaults[amount.error], 'amount');
  return amount.value > 0n ? amount.value : f.fault('amountNotPositive', 'amount');
}

function readRule(f: Fields, currency: Currency): object | null {
  const text = f.required('rule', 400);
  if (text === '') return null;
  const rule = readDebtRule(text);
  if (rule === null || !parseDebtRule(rule, currency.scale).ok) {
    return f.fault('debtRuleFormat', 'rule');
  }
  return rule;
}
