// The pool when the database goes away under it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createDatabase as createTestDatabase } from '@prewatt/embedded-postgres';
import { createPool, mayGoWellAgain } from './database.ts';

const database = await createTestDatabase();
after(() => database.drop());

test('a connection that is cut while a transaction holds it fails the transaction alone', async () => {
  const pool = createPool({ url: database.url, schema: 'public', maximum: 2 });
  const held = await pool.connect();
  await held.query('BEGIN');
  const { rows } = await held.query('SELECT pg_backend_pid() AS pid');
  const cut = new Promise<void>((resolve) => held.once('end', () => resolve()));
  await pool.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
  await cut;
  await assert.rejects(held.query('SELECT 1'));
  held.release(true);
  assert.equal((await pool.query('SELECT 1')).rowCount, 1);
  await pool.end();
});

test('a transaction that is left alone ends, and whoever comes back to it begins anew', async () => {
  const pool = createPool({ url: database.url, schema: 'public', maximum: 2 });
  const held = await pool.connect();
  const { rows } = await held.query('SHOW idle_in_transaction_session_timeout');
  assert.equal(rows[0].idle_in_transaction_session_timeout, '10s');
  await held.query('BEGIN');
  await held.query('SET LOCAL idle_in_transaction_session_timeout = 50');
  await new Promise<void>((resolve) => held.once('end', () => resolve()));
  const error: unknown = await held.query('SELECT 1').catch((thrown: unknown) => thrown);
  assert.ok(mayGoWellAgain(error), String(error));
  held.release(true);
  await pool.end();
});
