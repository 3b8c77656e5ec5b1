// The committed schema is current, and the reader of schemas shows what a reviewer must see.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { testDatabase } from '@prewatt/embedded-postgres';
import pg from 'pg';
import { readSchema } from './read-schema.ts';
import { makeSchemaText, schemaFile } from './schema-file.ts';

test('apps/server/schema.sql is what the migrations lead to', async () => {
  assert.ok(existsSync(schemaFile), 'apps/server/schema.sql is missing: npm run schema');
  assert.equal(
    await makeSchemaText(),
    readFileSync(schemaFile, 'utf8'),
    'apps/server/schema.sql is not current: npm run schema',
  );
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
