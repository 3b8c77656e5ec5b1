import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMigrations, hotTables } from './migration-rules.ts';

const schema = hotTables.map((name) => `CREATE TABLE prewatt.${name} (\n`).join('');
const findings = (sql: string, name = '0500-a-change') =>
  checkMigrations([
    { path: 'apps/server/schema.sql', text: schema },
    { path: 'apps/server/migrations/0499-before.sql', text: '' },
    { path: `apps/server/migrations/${name}.sql`, text: sql },
  ]);

const refused: readonly string[] = [
  'ALTER TABLE sales ALTER COLUMN state TYPE varchar(9);',
  'ALTER TABLE prewatt.sales ADD COLUMN entered bigint DEFAULT next_entry();',
  'ALTER TABLE tokens ADD COLUMN twice bigint GENERATED ALWAYS AS (tid * 2) STORED;',
  'ALTER TABLE tokens ADD COLUMN more bigint CHECK (more > 0);',
  'ALTER TABLE payments ADD CONSTRAINT more CHECK (amount_minor > 0);',
  'ALTER TABLE payments ADD CONSTRAINT one UNIQUE (id);',
  'ALTER TABLE meters ALTER COLUMN name SET NOT NULL;',
  'CREATE INDEX ON readings (bucket);',
  'CREATE UNIQUE INDEX one ON prewatt.commands (bucket);',
  'LOCK TABLE sales IN SHARE MODE;',
  "UPDATE sales SET state = 'issued';",
  'ALTER TABLE gateways ADD COLUMN more bigint NOT NULL;',
  'ALTER TABLE gateways DROP COLUMN name;',
  'ALTER TABLE gateways RENAME TO doors;',
  'DROP TABLE gateways;',
  'REVOKE UPDATE ON gateways FROM prewatt_app;',
  'CREATE INDEX CONCURRENTLY one ON prewatt.sales (bucket);',
];
const allowed: readonly string[] = [
  'ALTER TABLE sales ADD COLUMN note text;',
  "ALTER TABLE sales ADD COLUMN note text NOT NULL DEFAULT '';",
  'ALTER TABLE sales ADD COLUMN at timestamptz DEFAULT now();',
  'ALTER TABLE sales ADD CONSTRAINT more CHECK (amount_minor > 0) NOT VALID;',
  'ALTER TABLE sales VALIDATE CONSTRAINT more;',
  'ALTER TABLE sales ADD CONSTRAINT n CHECK (note IS NOT NULL) NOT VALID;\nALTER TABLE sales ALTER note SET NOT NULL;',
  'CREATE TABLE doors (id uuid);\nCREATE INDEX ON doors (id);\nUPDATE doors SET id = NULL;',
  'CREATE INDEX ON gateways (name);',
  '-- DROP TABLE sales;\nGRANT SELECT ON sales TO prewatt_app;',
  "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ UPDATE sales SET note = ''; $$;",
  'CREATE FUNCTION f(text) RETURNS void LANGUAGE sql AS $$ $$;\nREVOKE ALL ON FUNCTION f(text) FROM PUBLIC;',
  '-- unused since 0499: the doors took its place.\nDROP TABLE gateways;',
  '-- Without a transaction: an index beside the work.\nDROP INDEX CONCURRENTLY IF EXISTS prewatt.one;\nCREATE INDEX CONCURRENTLY one ON prewatt.sales (bucket);',
];

test('a migration that locks a hot table, or takes away what is used, is refused', () => {
  for (const sql of refused) assert.equal(findings(sql).length, 1, sql);
});

test('one that adds is not, nor one from before the rule', () => {
  for (const sql of allowed) assert.deepEqual(findings(sql), [], sql);
  assert.deepEqual(findings('DROP TABLE sales;', '0404-before'), []);
  // What is said to be unused since a migration that is not there.
  assert.equal(findings('-- unused since 0498\nDROP TABLE gateways;').length, 1);
});
