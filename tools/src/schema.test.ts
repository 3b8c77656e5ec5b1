// The committed schema is current, and the reader of schemas shows what a reviewer must see.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { testDatabase } from '@prewatt/embedded-postgres';
import pg from 'pg';
import { readSchema } from './read-schema.ts';
import { makeSchemaFiles } from './schema-file.ts';
import { type Column, tableTypesText, wordsOf } from './table-types.ts';

test('schema.sql and the types of the tables are what the migrations lead to', async () => {
  for (const { name, path, text } of await makeSchemaFiles()) {
    assert.ok(existsSync(path), `${name} is missing: npm run schema`);
    assert.equal(text, readFileSync(path, 'utf8'), `${name} is not current: npm run schema`);
  }
});

test('columns, constraints, indexes, policies, partitions and privileges are shown', async () => {
  const prepare = async (url: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(`
      CREATE SCHEMA shop;
      CREATE TABLE shop.things (id uuid PRIMARY KEY, n int NOT NULL DEFAULT 3 CHECK (n > 0))
        WITH (fillfactor = 85);
      CREATE INDEX things_by_n ON shop.things (n) WHERE n > 5;
      ALTER TABLE shop.things ENABLE ROW LEVEL SECURITY;
      CREATE POLICY mine ON shop.things FOR SELECT USING (n = 1);
      GRANT SELECT ON shop.things TO PUBLIC;
      GRANT UPDATE (n) ON shop.things TO PUBLIC;
      CREATE TABLE shop.days (at date NOT NULL) PARTITION BY RANGE (at);
      CREATE TABLE shop.days_rest PARTITION OF shop.days DEFAULT;
      CREATE TABLE shop.days_2026 PARTITION OF shop.days
        FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`);
    await client.end();
  };
  const database = await testDatabase({ name: `reader_${process.pid}`, prepare });
  const text = await readSchema(database.url);
  await database.drop();
  assert.equal(
    text,
    `CREATE SCHEMA shop;

CREATE TABLE shop.days (
  at date NOT NULL
) PARTITION BY RANGE (at);

CREATE TABLE shop.days_rest PARTITION OF shop.days DEFAULT;

CREATE TABLE shop.things (
  id uuid NOT NULL,
  n integer NOT NULL DEFAULT 3,
  CONSTRAINT things_pkey PRIMARY KEY (id),
  CONSTRAINT things_n_check CHECK ((n > 0))
) WITH (fillfactor=85);
CREATE INDEX things_by_n ON shop.things USING btree (n) WHERE (n > 5);
ALTER TABLE shop.things ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON shop.things FOR SELECT TO PUBLIC USING ((n = 1));

GRANT SELECT ON shop.things TO PUBLIC;
GRANT UPDATE (n) ON shop.things TO PUBLIC;
`,
  );
});

test('the words that a CHECK allows are read, and of no other CHECK', () => {
  const state = (check: string) => wordsOf(check, 'state');
  assert.deepEqual(state("CHECK ((state = ANY (ARRAY['a'::text, 'it''s'::text])))"), [
    'a',
    "it''s",
  ]);
  assert.deepEqual(state("CHECK (((state = 'a'::text) OR (state = ANY (ARRAY['b'::text]))))"), [
    'a',
    'b',
  ]);
  assert.deepEqual(state("CHECK (((state IS NULL) OR (state = 'a'::text)))"), ['a']);
  assert.deepEqual(state("CHECK ((state <> ALL (ARRAY['a'::text])))"), []);
  assert.deepEqual(state("CHECK (((state = 'a'::text) = (why IS NOT NULL)))"), []);
  assert.deepEqual(state("CHECK (((state = 'a'::text) AND (length(state) > 0)))"), []);
  assert.deepEqual(state('CHECK ((length(state) <= 20))'), []);
});

test('a column is typed by what it holds, may lack, and may not change', () => {
  const column = (name: string, o: Partial<Column>): Column => ({
    table: 'things',
    column: name,
    type: 'text',
    isNullable: false,
    hasDefault: false,
    isUpdatable: true,
    words: [],
    ...o,
  });
  const columns = [
    column('id', { type: 'uuid', isUpdatable: false }),
    column('state', { words: ['new', 'old'], hasDefault: true }),
    column('paid_at', { type: 'timestamp with time zone', isNullable: true }),
    column('amount', { type: 'bigint', isNullable: true, hasDefault: true, isUpdatable: false }),
    column('shape', { type: 'jsonb' }),
    column('kinds', { type: 'text[]' }),
    column('names', { type: 'text[]' }),
  ];
  const overrides = {
    'things.shape': { type: 'Shape', from: '@prewatt/x' },
    'things.kinds': { type: 'Kind[]', from: '@prewatt/x' },
  };
  assert.equal(
    tableTypesText(columns, overrides).split('\n').slice(3).join('\n'),
    `import type { Fixed, Instant, Json, Nullable, WithDefault } from './columns.ts';
import type { Kind, Shape } from '@prewatt/x';

export type Tables = {
  things: {
    id: Fixed<string>;
    state: WithDefault<'new' | 'old'>;
    paid_at: Nullable<Instant>;
    amount: Fixed<Nullable<bigint>>;
    shape: Json<Shape>;
    kinds: Kind[];
    names: string[];
  };
};
`,
  );
  assert.throws(() => tableTypesText(columns, { 'things.no': { type: 'X' } }), /things\.no/);
  assert.throws(() => tableTypesText([column('x', { type: 'point' })], {}), /knows no point/);
});
