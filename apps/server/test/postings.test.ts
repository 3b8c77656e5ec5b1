// Postings hold transfers in arrays: what was a row of its own before migration 0047 reads as it
// did, and a sale at a till is one row.

import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createDatabase } from '@prewatt/embedded-postgres';
import { sql } from 'kysely';
import pg from 'pg';
import { migrate } from '../src/base/migrate.ts';
import { createHarness } from './harness.ts';
import { createVendor } from './vendor-harness.ts';

const folder = new URL('../migrations/', import.meta.url);

/** A database as a version of before left it: its migrations up to a number, and no further. */
async function migrateBelow(client: pg.Client, number: string): Promise<void> {
  await client.query(`CREATE SCHEMA prewatt_migrations;
    CREATE TABLE prewatt_migrations.applied (name text PRIMARY KEY, checksum text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now())`);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql') && name < number);
  for (const name of names.sort()) {
    const text = await readFile(new URL(name, folder), 'utf8');
    await client.query(`BEGIN; ${text}; COMMIT`);
    const checksum = createHash('sha256').update(text).digest('hex');
    const into = 'INSERT INTO prewatt_migrations.applied (name, checksum) VALUES ($1, $2)';
    await client.query(into, [name, checksum]);
  }
}

const [utility, home, vendor, debt] = [1, 2, 3, 4].map(
  (n) => `0192f000-0000-7000-8000-00000000000${n}`,
) as [string, string, string, string];

const accounts = [
  ['customerPrepaid', home],
  ['customerDebt', debt],
  ['energySales', utility],
  ['tax', utility],
  ['providerClearing', utility],
  ['vendorFloat', vendor],
  ['vendorCommission', vendor],
  ['bank', utility],
] as const;

/** Reason, debit and credit by their places above, and what they belong to. */
const old = [
  ['payment', 4, 0, { payment_id: randomUUID(), sale_id: randomUUID() }],
  ['vendorSale', 5, 0, { sale_id: randomUUID() }],
  ['commission', 6, 5, { sale_id: randomUUID() }],
  ['energy', 0, 2, { sale_id: randomUUID() }],
  ['tax', 0, 3, { sale_id: randomUUID() }],
  ['debt', 0, 1, {}],
  ['vendorDeposit', 7, 5, { connection_id: null }],
] as const;

async function fillOld(client: pg.Client): Promise<void> {
  // What transfers belong to is not of this test.
  await client.query('SET session_replication_role = replica');
  for (const [kind, subject] of accounts) {
    await client.query('INSERT INTO prewatt.ledger_accounts VALUES (7, $1, $2, $3, now())', [
      utility,
      kind,
      subject,
    ]);
  }
  const insert = async (id: string, row: Readonly<Record<string, unknown>>) => {
    const whole = { bucket: 7, id, utility_id: utility, connection_id: home, ...row };
    const names = Object.keys(whole);
    await client.query(
      `INSERT INTO prewatt.transfers (${names.join(', ')}, posted_at)
        VALUES (${names.map((_, i) => `$${i + 1}`).join(', ')}, now())`,
      Object.values(whole),
    );
  };
  let energyId = '';
  for (const [i, [reason, debit, credit, more]] of old.entries()) {
    const id = randomUUID();
    if (reason === 'energy') energyId = id;
    const [debit_kind, debit_subject_id] = accounts[debit] as (typeof accounts)[number];
    const [credit_kind, credit_subject_id] = accounts[credit] as (typeof accounts)[number];
    const sides = { debit_kind, debit_subject_id, credit_kind, credit_subject_id };
    await insert(id, { ...sides, reason, amount_minor: 100 + i, ...more });
  }
  const undone = { debit_kind: 'energySales', debit_subject_id: utility };
  const back = { credit_kind: 'customerPrepaid', credit_subject_id: home, amount_minor: 103 };
  await insert(randomUUID(), { ...undone, ...back, reason: 'reversal', reverses_id: energyId });
  await client.query('SET session_replication_role = origin');
}

test('transfers of before read as they did, and are reversed once', async () => {
  const database = await createDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await migrateBelow(client, '0047');
    await fillOld(client);
    const read = async () =>
      (
        await client.query(`SELECT bucket, id, utility_id, connection_id, debit_kind,
          debit_subject_id, credit_kind, credit_subject_id, amount_minor, reason, sale_id,
          payment_id, reverses_id, correction_id, rating_id, mode_change_id, posted_at
          FROM prewatt.transfers ORDER BY id`)
      ).rows;
    const before = await read();
    assert.equal(before.length, old.length + 1);
    await migrate(database.url);
    assert.deepEqual(await read(), before);
    const { rows } = await client.query(`SELECT reason FROM prewatt.transfers
      WHERE vendor_id = '${vendor}' ORDER BY reason`);
    assert.deepEqual(
      rows.map((row) => row.reason),
      ['commission', 'vendorDeposit', 'vendorSale'],
    );
    const again = `INSERT INTO prewatt.postings SELECT bucket, gen_random_uuid(), utility_id,
      connection_id, NULL, NULL, NULL, NULL, NULL, NULL, reverses_id, posted_at, reasons,
      debit_kinds, debit_subject_ids, credit_kinds, credit_subject_ids, amounts_minor
      FROM prewatt.postings WHERE reverses_id IS NOT NULL`;
    await assert.rejects(client.query(again), /postings_reversed_once/);
  } finally {
    await client.end();
    await database.drop();
  }
});

test('a sale at a till is one row, and its transfers are called by their places in it', async () => {
  const h = await createHarness();
  try {
    const { till } = await createVendor(h, 'Corner Shop');
    const sold = await h.services.vendors.selling.sell(till, {
      requestId: 'request-one-row',
      meterPan: h.meterPan,
      amountMinor: 5_000n,
    });
    assert.ok(sold.ok);
    const { rows } = await sql<{ posting_id: string; id: string; reason: string }>`
      SELECT posting_id, id, reason FROM prewatt.transfers WHERE sale_id IS NOT NULL ORDER BY id
    `.execute(h.owner.directories);
    assert.deepEqual(
      rows.map(({ reason }) => reason),
      ['vendorSale', 'commission', 'energy', 'fee', 'tax'],
    );
    assert.equal(new Set(rows.map((row) => row.posting_id)).size, 1);
    for (const [i, { id, posting_id }] of rows.entries()) {
      assert.equal(id, posting_id.replace(/00$/, `0${i}`));
    }
  } finally {
    await h.close();
  }
});
