// The rule on tables, on a small house: each form of a statement that the server uses is seen, and
// each way to be against the map is found.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HouseFile } from './files.ts';
import { checkTableOwners } from './table-rules.ts';
import { readSchemaText, tableUses } from './table-statements.ts';

const schemaText = `CREATE TABLE prewatt.sales (
  id uuid NOT NULL
);
CREATE TABLE prewatt.meters (
  id uuid NOT NULL
);
CREATE TABLE prewatt.readings_default PARTITION OF prewatt.readings DEFAULT;
CREATE VIEW prewatt.sold AS
 SELECT id FROM prewatt.sales;
CREATE OR REPLACE FUNCTION prewatt.retire(of_meter uuid)
AS $function$
BEGIN
  PERFORM FROM sales FOR UPDATE;
  UPDATE meters SET retired_at = now() WHERE id = of_meter;
END
$function$;
`;
const schema = readSchemaText(schemaText);

/** What a template has where a value goes. */
const hole = ['$', '{x}'].join('');

const usesOf = (text: string) =>
  tableUses(text, schema).map(({ verb, table }) => `${verb} ${table}`.trim());

test('the schema names its tables, views, and functions that write', () => {
  assert.deepEqual([...schema.tables], ['sales', 'meters']);
  assert.deepEqual([...schema.views], ['sold']);
  assert.deepEqual([...schema.functions], [['retire', ['meters']]]);
});

test('each form of a write is seen', () => {
  for (const text of [
    `tx.insertInto('sales').values(row)`,
    `tx\n  .updateTable('sales as s')`,
    `tx.deleteFrom(\n  'sales')`,
    `tx.mergeInto('sales')`,
    `const insert = insertOfRows('sales', columns, { same: {} });`,
    `const insert = insertOfRows<typeof columns, Record<never, never>, Row>(\n  'sales',`,
    `const insert = insertOfLists('sales', {`,
    `sql\`\${insertRows('sales', columns, rows)} ON CONFLICT DO NOTHING\``,
    'sql`INSERT INTO prewatt.sales (id) VALUES (1)`',
    'sql`INSERT INTO sales AS s (id) VALUES (1)`',
    'sql`UPDATE sales SET id = 1`',
    'sql`UPDATE prewatt.sales AS s\n  SET id = 1`',
    '`UPDATE sales s SET state = r.state`',
    `'DELETE FROM sales WHERE id = $1'`,
  ]) {
    assert.deepEqual(
      usesOf(text).filter((use) => use.startsWith('writes')),
      ['writes sales'],
      text,
    );
  }
  assert.deepEqual(usesOf(`sql\`SELECT prewatt.retire(${hole})\``), ['writes meters']);
});

test('each form of a read is seen', () => {
  for (const text of [
    `tx.selectFrom('sales as s')`,
    `tx.selectFrom(['sales', 'x'])`,
    `query.innerJoin('sales', 'a', 'b')`,
    `query.leftJoin(\n  'sales as s', (join) => join)`,
    'sql`SELECT 1 FROM prewatt.sales s`',
    'sql`SELECT 1 FROM others o, prewatt.sales AS s, unnest(x) AS y`',
    'sql`SELECT 1 FROM a JOIN sales ON true`',
  ]) {
    assert.deepEqual(usesOf(text), ['reads sales'], text);
  }
});

test('what only looks like a use is none', () => {
  for (const text of [
    `// INSERT INTO sales, or insertInto('sales')`,
    'sql`SELECT 1 FROM r FOR UPDATE OF sales`',
    'sql`... ON CONFLICT (id) DO UPDATE SET state = excluded.state`',
    'sql`SELECT extract(epoch FROM sales.at)`',
    'sql`INSERT INTO auth."user" (id) VALUES (1)`',
  ]) {
    assert.deepEqual(usesOf(text), [], text);
  }
});

test('a write of a table that the text does not name is seen', () => {
  assert.deepEqual(usesOf(`\`UPDATE ${hole} SET a = 1\``), ['names no table']);
  assert.deepEqual(usesOf(`\`INSERT INTO ${hole} (a)\``), ['names no table']);
  assert.deepEqual(usesOf('tx.insertInto(table)'), ['names no table']);
});

const file = (path: string, text: string): HouseFile => ({ path, text });
const map = (...rows: string[]) =>
  file(
    'ARCHITECTURE.md',
    ['# A', '', '## Who writes which table', '', ...rows, '', '## B', '| `x/y` | `z` |', ''].join(
      '\n',
    ),
  );
const goodMap = map(
  '| folder | tables |',
  '| --- | --- |',
  '| [`registry/meters`](x.md) | `meters` |',
  '| [`money/vending`](y.md) | `sales`, `sold` |',
);
const own = [
  file('apps/server/schema.sql', schemaText),
  file('apps/server/src/registry/meters/store.ts', `tx.insertInto('meters')`),
  file('apps/server/src/money/vending/store.ts', `tx.insertInto('sales'); selectFrom('meters')`),
];
const check = (files: HouseFile[], known: string[] = []) => checkTableOwners(files, known);
const bites = (findings: string[], what: RegExp) => {
  assert.equal(findings.length, 1, findings.join('\n'));
  assert.match(findings[0] ?? '', what);
};

test('a table written outside its folder, and one read from a floor below, is found', () => {
  const with1 = (path: string, text: string) => [goodMap, ...own, file(path, text)];
  assert.deepEqual(check([goodMap, ...own]), []);
  const other = 'apps/server/src/money/grants/issue.ts';
  bites(
    check(with1(other, `// A\ntx.updateTable('meters')`)),
    /issue\.ts:2: registry\/meters alone/,
  );
  assert.deepEqual(check(with1(other, `tx.selectFrom('sales')`)), []);
  bites(
    check(with1('apps/server/src/registry/meters/a.ts', `tx.selectFrom('sales')`)),
    /sales is of money\/vending, which stands above registry\/meters/,
  );
  bites(check(with1('apps/server/src/registry/meters/a.ts', 'sql`FROM sold`')), /sold is of money/);
  bites(check(with1(other, 'tx.insertInto(table)')), /name the table/);
  assert.deepEqual(check(with1('apps/server/src/base/rows.ts', `\`INSERT INTO ${hole}\``)), []);
  assert.deepEqual(check(with1('apps/server/test/a.ts', `tx.updateTable('meters')`)), []);
});

test('a use that is known is let pass, one that is so no more is found', () => {
  const other = file('apps/server/src/money/grants/issue.ts', `tx.updateTable('meters')`);
  const known = ['money/grants writes meters'];
  assert.deepEqual(check([goodMap, ...own, other], known), []);
  bites(check([goodMap, ...own], known), /"money\/grants writes meters" is so no more/);
});

test('a map that disagrees with the schema is found', () => {
  const vending = '| `money/vending` | `sales` |';
  bites(check([map(vending), ...own]), /no row names meters/);
  bites(check([map(vending, '| `registry/meters` | `meters`, `gone` |'), ...own]), /no table gone/);
  bites(
    check([map(vending, '| `registry/meters` | `meters`, `sales` |'), ...own]).filter((finding) =>
      finding.includes('twice'),
    ),
    /sales stands twice/,
  );
  const away = check([map(vending, '| `registry/no` | `meters` |'), ...own]).join('\n');
  assert.match(away, /no folder registry\/no/);
  assert.match(away, /registry\/no does not write meters/);
});
