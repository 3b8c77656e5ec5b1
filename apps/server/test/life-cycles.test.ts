// Life cycles as data: the READMEs show them, the database knows the same states, and nothing moves
// otherwise.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type TestDatabase, testDatabase } from '@prewatt/embedded-postgres';
import pg from 'pg';
import { createLifeCycle, describeLifeCycle, guardOfLifeCycle } from '../src/base/life-cycle.ts';
import { lifeCycles, migrateGuarded } from '../src/compose/life-cycles.ts';

let database: TestDatabase;
let client: pg.Client;

before(async () => {
  database = await testDatabase({ name: 'server', prepare: migrateGuarded });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

after(async () => {
  await client.end();
  await database.drop();
});

/** Rows of a table of Markdown, however it is padded. */
const rowsOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s|:-]+$/.test(line))
    .map((line) => line.replace(/\s+/g, ' '));

for (const { life, readme } of lifeCycles) {
  test(`${readme} shows how ${life.table} move`, () => {
    const shown = rowsOf(readFileSync(new URL(`../src/${readme}`, import.meta.url), 'utf8'));
    const missing = rowsOf(describeLifeCycle(life)).filter((row) => !shown.includes(row));
    assert.deepEqual(missing, [], `${readme} should have:\n\n${describeLifeCycle(life)}\n`);
  });

  test(`the database knows the states of ${life.table}`, async () => {
    const { rows } = await client.query<{ definition: string }>(
      `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint
        WHERE conrelid = $1::regclass AND conname = $2`,
      [`prewatt.${life.table}`, `${life.table}_${life.column}_check`],
    );
    const known = [...(rows[0]?.definition ?? '').matchAll(/'([^']+)'::text/g)].map(([, it]) => it);
    assert.deepEqual(known.sort(), [...life.states].sort());
  });
}

test('a move that the life cycle does not have is refused, and each of its own is taken', async () => {
  const life = createLifeCycle<'a' | 'b' | 'c'>({ table: 'lives', column: 'state' }, [
    { from: [null], to: ['a'], by: 'x', when: 'y' },
    { from: ['a'], to: ['b', 'c'], by: 'x', when: 'y' },
  ]);
  await client.query('CREATE TABLE prewatt.lives (state text)');
  await client.query(guardOfLifeCycle(life));
  await assert.rejects(client.query(`INSERT INTO prewatt.lives VALUES ('b')`), /"" to "b"/);
  await client.query(`INSERT INTO prewatt.lives VALUES ('a')`);
  await client.query(`UPDATE prewatt.lives SET state = 'a'`);
  await client.query(`UPDATE prewatt.lives SET state = 'b'`);
  await assert.rejects(client.query(`UPDATE prewatt.lives SET state = 'c'`), /"b" to "c"/);
  assert.deepEqual(life.sourcesOf('c'), ['a']);
  assert.ok(life.isFinal('b') && !life.isFinal('a'));
});
