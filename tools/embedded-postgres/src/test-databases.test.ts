// The helper that every store test uses: one template, many clones, nothing left behind.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { createDatabase, testDatabase } from './test-databases.ts';

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

// A name of this file's own: the server may be shared with other test files.
const name = `helper_${process.pid}`;

test('a template is prepared once, and each caller gets a clone of its own', async () => {
  let prepared = 0;
  const prepare = async (url: string) => {
    prepared += 1;
    await ask(url, 'CREATE TABLE n (n int); INSERT INTO n VALUES (1)');
  };
  const [one, two] = await Promise.all([
    testDatabase({ name, prepare }),
    testDatabase({ name, prepare }),
  ]);
  assert.equal(prepared, 1);
  await ask(one.url, 'INSERT INTO n VALUES (2)');
  assert.deepEqual(await ask(one.url, 'SELECT count(*)::int AS rows FROM n'), [{ rows: 2 }]);
  assert.deepEqual(await ask(two.url, 'SELECT count(*)::int AS rows FROM n'), [{ rows: 1 }]);
  await Promise.all([one.drop(), two.drop()]);
});

test('a preparation that fails leaves no template, and the next caller tries again', async () => {
  const broken = { name: `broken_${process.pid}`, prepare: () => Promise.reject(new Error('bad')) };
  await assert.rejects(testDatabase(broken), /bad/);
  const works = await testDatabase({ name: broken.name, prepare: async () => undefined });
  await works.drop();
});

test('drop removes a database that is still connected to', async () => {
  const database = await createDatabase();
  const client = new pg.Client({ connectionString: database.url });
  client.on('error', () => undefined);
  await client.connect();
  const ended = new Promise<void>((resolve) => client.on('end', () => resolve()));
  await database.drop();
  await ended;
  await assert.rejects(ask(database.url, 'SELECT 1'));
});
