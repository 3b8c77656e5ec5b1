// A small utility as rows: a payment, its sale, token and postings, and the leaves that the
// database would have made of them.

import { createHash } from 'node:crypto';
import { exportFiles, type OutRow } from './write-export.ts';

export const lists: Readonly<Record<string, readonly string[]>> = {
  utilities: ['id', 'currency_scale'],
  payments: [
    'id',
    'sale_id',
    'provider',
    'provider_reference',
    'state',
    'amount_minor',
    'received_minor',
  ],
  sales: [
    'id',
    'amount_minor',
    'energy_wh',
    'credit_minor',
    'lines',
    'remainder_minor',
    'brought_forward_minor',
    'issued_at',
  ],
  tokens: [
    'id',
    'meter_id',
    'sale_id',
    'grant_id',
    'base_date',
    'tid',
    'energy_wh',
    'amount_e5',
    'sha256(digits)',
  ],
  postings: [
    'id',
    'sale_id',
    'payment_id',
    'reasons',
    'debit_kinds',
    'debit_subject_ids',
    'credit_kinds',
    'credit_subject_ids',
    'amounts_minor',
  ],
  connections: ['id', 'prepaid_minor'],
  approvals: ['id', 'kind', 'state', 'requested_by', 'decided_by', 'emergency_id'],
  emergency_acts: ['id', 'approval_id', 'kind', 'operator_id'],
};
const appendOnly = new Set(['postings']);
/** Values of one row by column; the first is its key. */
export type Values = Readonly<Record<string, string | null>>;
export type Written = {
  readonly table: string;
  readonly op: string;
  readonly rows: readonly Values[];
  readonly by?: string;
  readonly why?: string;
  /** By the second list, of bytes; the first is of text. */
  readonly isBytes?: true;
};

/** As PostgreSQL writes it; not the verifier's own, which it is held against. */
const quoted = (value: string | null): string =>
  value === null
    ? ''
    : value === '' || /[\s"\\(),]/.test(value)
      ? `"${value.replaceAll(/["\\]/g, '$&$&')}"`
      : value;
const sha = (...parts: readonly (string | Uint8Array)[]): Buffer => {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest();
};
export const textOfRow = (table: string, row: Values): string =>
  `(${(lists[table] ?? []).map((column) => quoted(row[column] ?? null)).join(',')})`;
/** As PostgreSQL sends it: whole numbers as bigint, all else as text. */
function bytesOfValues(values: readonly (string | null)[]): Buffer {
  const parts = values.map((value) => {
    const isNumber = value !== null && /^-?\d+$/.test(value);
    const number = Buffer.alloc(8);
    if (isNumber) number.writeBigInt64BE(BigInt(value));
    const bytes = isNumber ? number : Buffer.from(value ?? '');
    const head = Buffer.alloc(8);
    head.writeInt32BE(isNumber ? 20 : 25, 0);
    head.writeInt32BE(value === null ? -1 : bytes.length, 4);
    return Buffer.concat([head, bytes]);
  });
  const count = Buffer.alloc(4);
  count.writeInt32BE(values.length);
  return Buffer.concat([count, ...parts]);
}
export const bytesOfRow = (table: string, row: Values): Buffer =>
  bytesOfValues((lists[table] ?? []).map((column) => row[column] ?? null));
const keyOf = (row: Values): string => `[${JSON.stringify(row['id'])}]`;

/** A list of columns that the database's owner made. */
export function listLeaf(o: {
  readonly table: string;
  readonly number: number;
  readonly list: readonly string[];
  readonly why: string | undefined;
  readonly rows?: 'bytes';
}): Uint8Array {
  const { table: columns, number, list, why, rows } = o;
  const isOnce = appendOnly.has(columns);
  const head = { columns, number, key: ['id'], list, appendOnly: isOnce, by: 'owner', at: '' };
  return Buffer.from(`prewatt-log/1\n${JSON.stringify({ ...head, for: why, rows })}\n`);
}

export type World = { readonly leaves: Uint8Array[]; readonly tables: Map<string, OutRow[]> };

/**
 * What the database has after these statements, and the log. `isLater`: a piece of a log that has
 * begun already.
 */
export function worldOf(statements: readonly Written[], isLater = false): World {
  const leaves: Uint8Array[] = Object.entries(isLater ? {} : lists).flatMap(([table, list]) => {
    const of = { table, list, why: 'migration 0421' };
    return [listLeaf({ ...of, number: 1 }), listLeaf({ ...of, number: 2, rows: 'bytes' })];
  });
  const tables = new Map<string, Map<string, OutRow>>(
    Object.keys(lists).map((name) => [name, new Map()]),
  );
  for (const { table, op, rows, by = 'prewatt_app', why, isBytes = false } of statements) {
    const columns = isBytes ? 2 : 1;
    const head = {
      table,
      op,
      columns,
      by,
      ...(why === undefined ? {} : { for: why }),
      at: '2026-12-02T04:00:00.000Z',
    };
    const lines = rows.map((row, i) => {
      const key = keyOf(row);
      const body = isBytes ? bytesOfRow(table, row) : textOfRow(table, row);
      const text = typeof body === 'string' ? body : body.toString('base64');
      const salt = sha(`salt ${leaves.length} ${i}`);
      if (op === 'delete') tables.get(table)?.delete(key);
      else tables.get(table)?.set(key, { key, columns, salt, text, isBytes });
      return `${key}\t${op === 'delete' ? '-' : sha(salt, body).toString('base64')}\n`;
    });
    leaves.push(Buffer.from(`prewatt-log/1\n${JSON.stringify(head)}\n${lines.join('')}`));
  }
  return { leaves, tables: new Map([...tables].map(([name, rows]) => [name, [...rows.values()]])) };
}

export const filesOf = ({ leaves, tables }: World, more?: ReadonlyMap<string, string | null>) =>
  exportFiles(leaves, tables, more);

/** One payment of 40.00 for 20 kWh, with its token, numbered. */
export function saleOf(n: number): readonly Written[] {
  const [sale, payment] = [`sale-${n}`, `payment-${n}`];
  const home = `home-${n % 50}`;
  const lines = JSON.stringify([{ kind: 'energy', code: 'energy', amountMinor: '4000' }]);
  const posted = (
    id: string,
    reason: string,
    [from, to]: readonly [string, string],
    of: Values,
  ): Values => ({
    ...{ id, reasons: `{${reason}}`, amounts_minor: '{4000}', sale_id: sale },
    ...{
      debit_kinds: `{${from}}`,
      debit_subject_ids: `{${from === 'customerPrepaid' ? home : 'u'}}`,
    },
    ...{
      credit_kinds: `{${to}}`,
      credit_subject_ids: `{${to === 'customerPrepaid' ? home : 'u'}}`,
    },
    ...of,
  });
  return [
    { table: 'sales', op: 'insert', rows: [{ id: sale, amount_minor: '4000' }] },
    {
      table: 'payments',
      op: 'insert',
      rows: [
        {
          id: payment,
          sale_id: sale,
          provider: 'sandbox',
          provider_reference: `r-${n}`,
          state: 'succeeded',
          amount_minor: '4000',
          received_minor: '4000',
        },
      ],
    },
    {
      table: 'sales',
      op: 'update',
      rows: [
        {
          id: sale,
          amount_minor: '4000',
          energy_wh: '20000',
          lines,
          remainder_minor: '0',
          brought_forward_minor: '0',
          issued_at: '2026-12-02 04:00:00+00',
        },
      ],
    },
    {
      table: 'tokens',
      op: 'insert',
      rows: [
        {
          id: `token-${n}`,
          meter_id: home,
          sale_id: sale,
          base_date: '14',
          tid: `${100 + n}`,
          energy_wh: '20000',
          'sha256(digits)': sha(`${n}`).toString('hex'),
        },
      ],
    },
    {
      table: 'postings',
      op: 'insert',
      rows: [
        posted(`p1-${n}`, 'payment', ['providerClearing', 'customerPrepaid'], {
          payment_id: payment,
        }),
        posted(`p2-${n}`, 'energy', ['customerPrepaid', 'energySales'], {}),
      ],
    },
  ];
}

export const utility: Written = {
  table: 'utilities',
  op: 'insert',
  rows: [{ id: 'u', currency_scale: '2' }],
};
export const homes: Written = {
  table: 'connections',
  op: 'insert',
  rows: Array.from({ length: 50 }, (_, i) => ({ id: `home-${i}`, prepaid_minor: '0' })),
};
export const town = (sales: number): readonly Written[] => [utility, homes, ...salesOf(0, sales)];
export const salesOf = (from: number, count: number): readonly Written[] =>
  Array.from({ length: count }, (_, i) => saleOf(from + i)).flat();
