// What travels in arrays arrives as it was, whatever it holds.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createDatabase as createTestDatabase } from '@prewatt/embedded-postgres';
import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Tx } from './database.ts';
import { createPool } from './database.ts';
import { insertOfRows, statementOfRows } from './rows.ts';

const database = await createTestDatabase();
const pool = createPool({ url: database.url, schema: 'public', maximum: 1 });
const tx = new Kysely({ dialect: new PostgresDialect({ pool }) }) as unknown as Tx;
after(async () => {
  await tx.destroy();
  await database.drop();
});

const columns = {
  ordinal: 'integer',
  small: 'smallint',
  big: 'bigint',
  id: 'uuid',
  words: 'text',
  at: 'timestamptz',
  data: 'jsonb',
} as const;

const words = ['', 'NULL', 'null', '{a,b}', 'a "b" \\c\\', ',', ' \n\t', 'Zoë 电', "it's", '\\"'];
const rows = words.map((text, i) => ({
  ordinal: i,
  small: 5 - i,
  big: 9_007_199_254_740_993n * BigInt(i),
  id: `0192f000-0000-7000-8000-00000000000${i}`,
  words: text,
  at: new Date(Date.UTC(2026, 10, 28, 6, 0, i, 123)),
  data: { text, list: [text, null, i] },
}));

test('rows arrive as they were, and nothing is nothing', async () => {
  const read = statementOfRows<typeof columns, Record<string, unknown>>(
    columns,
    (r) => `SELECT r.* FROM ${r('r')} ORDER BY r.ordinal`,
  );
  const nothing = { ...rows[0], ordinal: 99, words: null, data: null, at: undefined };
  const got = await read(tx, [...rows, nothing as never]);
  const sent = rows.map((row) => ({ ...row, at: row.at.getTime() }));
  assert.deepEqual(got.slice(0, -1), sent);
  assert.deepEqual(got.at(-1), { ...sent[0], ordinal: 99, words: null, data: null, at: null });
  assert.deepEqual(await read(tx, []), []);
});

test('columns that are alike are given once', async () => {
  await sql`CREATE TABLE alike (ordinal integer, words text, at timestamptz)`.execute(tx);
  const insert = insertOfRows<{ ordinal: 'integer' }, { words: 'text'; at: 'timestamptz' }, object>(
    'alike',
    { ordinal: 'integer' },
    { same: { words: 'text', at: 'timestamptz' }, tail: 'RETURNING *' },
  );
  const at = new Date(Date.UTC(2026, 10, 28));
  const got = await insert(tx, [{ ordinal: 1 }, { ordinal: 2 }], { words: '{x}', at });
  const alike = { words: '{x}', at: at.getTime() };
  assert.deepEqual(got, [
    { ordinal: 1, ...alike },
    { ordinal: 2, ...alike },
  ]);
});

test('what is no number or no UUID does not become two', async () => {
  const read = statementOfRows(columns, (r) => `SELECT r.* FROM ${r('r')}`);
  const [row] = rows;
  assert.ok(row !== undefined);
  for (const wrong of [{ id: `${row.id},${row.id}` }, { big: '1,2' }, { ordinal: '3' }]) {
    await assert.rejects(read(tx, [{ ...row, ...wrong }]), /not a (UUID|number)/);
  }
});

test('a number that its column cannot hold, an instant that is none and half a UUID are refused', async () => {
  const read = statementOfRows(columns, (r) => `SELECT r.* FROM ${r('r')}`);
  const [row] = rows;
  assert.ok(row !== undefined);
  const wrong = [
    { small: 32_768 },
    { ordinal: -2_147_483_649 },
    { ordinal: 0.5 },
    { big: 1n << 63n },
    { big: 2 ** 53 },
    { at: new Date(Number.NaN) },
    { id: row.id.replaceAll('-', '0') },
    { id: row.id.replace('f', 'g') },
    { words: 7 },
  ];
  for (const each of wrong) {
    await assert.rejects(read(tx, [{ ...row, ...each }]), (error: Error & { code?: string }) => {
      assert.match(error.message, /not (a|an) (UUID|number|instant|text)/);
      return /^22(003|007|P02)$/.test(error.code ?? '');
    });
  }
  const limits = {
    small: -32_768,
    ordinal: 2_147_483_647,
    big: -(1n << 63n),
    id: row.id.toUpperCase(),
  };
  const [got] = (await read(tx, [{ ...row, ...limits }])) as Record<string, unknown>[];
  assert.deepEqual(got, { ...row, ...limits, id: row.id, at: row.at.getTime() });
});

test('what rows name again and again is the same in each', async () => {
  const of = { one: 'uuid', words: 'text', two: 'uuid' } as const;
  const read = statementOfRows<typeof of, object>(of, (r) => `SELECT r.* FROM ${r('r')}`);
  const [a, b] = [rows[1]?.id, rows[2]?.id];
  const many = Array.from({ length: 5_000 }, () => ({ one: a, words: 'x'.repeat(40), two: b }));
  const mixed = [{ one: b, words: null, two: b }, ...many, { one: null, words: 'y', two: a }];
  assert.deepEqual(await read(tx, mixed), mixed);
});

test('rows of any size follow one another', async () => {
  const of = { words: 'text', data: 'jsonb' } as const;
  const read = statementOfRows<typeof of, object>(of, (r) => `SELECT r.* FROM ${r('r')}`);
  for (const length of [1, 200_000, 3_000_000, 5]) {
    const long = { words: '电'.repeat(length), data: { a: 'é'.repeat(length) } };
    const short = { words: 'a', data: [] };
    assert.deepEqual(await read(tx, [short, long, short]), [short, long, short]);
  }
});
