import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import pg from 'pg';
import { migrate } from '../src/platform/migrate.ts';
import { createHarness, type Harness, testUtility, testVendingKey } from './harness.ts';

let h: Harness;
let otherId: string;
let app: pg.Client;
before(async () => {
  h = await createHarness();
  otherId = await h.onboarding.createUtility({ ...testUtility, name: 'Other Utility' });
  app = new pg.Client({ connectionString: h.appUrl });
  await app.connect();
});
after(async () => {
  await app.end();
  await h.close();
});

const tables = async (): Promise<{ name: string; secured: boolean }[]> => {
  const { rows } = await sql<{ name: string; secured: boolean }>`
    SELECT c.relname AS name, c.relrowsecurity AS secured FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'prewatt' AND c.relkind IN ('r', 'p') ORDER BY 1`.execute(
    h.owner.directories,
  );
  return rows;
};

test('every table but the directories is closed by row-level security', async () => {
  const open = (await tables()).filter((table) => !table.secured).map((table) => table.name);
  assert.deepEqual(open, [
    'meter_directory',
    'operator_directory',
    'payment_directory',
    'phone_directory',
    'provider_reference_directory',
    'utilities',
    'vendor_key_directory',
  ]);
});

test('without a tenant, and with another one, no row of a tenant is visible', async () => {
  const secured = (await tables()).filter(
    (table) => table.secured && !/^readings_/.test(table.name),
  );
  assert.ok(secured.length > 15);
  for (const { name } of secured) {
    const { rows } = await app.query(`SELECT count(*)::int AS seen FROM prewatt.${name}`);
    assert.equal(rows[0].seen, 0, name);
  }
  const [mine, theirs] = await Promise.all(
    [h.utilityId, otherId].map((utilityId) =>
      h.database.inUtility(utilityId, (tx) => tx.selectFrom('connections').select('id').execute()),
    ),
  );
  assert.equal(mine?.length, 1);
  assert.equal(theirs?.length, 0);
});

test('a tenant cannot write rows of another', async () => {
  await assert.rejects(
    h.database.inUtility(otherId, (tx) =>
      h.onboarding.loadVendingKey(tx, h.utilityId, testVendingKey),
    ),
    /row-level security/,
  );
});

test('another tenant’s connection is no connection', async () => {
  const stolen = { ...h.place, utilityId: otherId };
  assert.deepEqual(await h.services.vending.makeQuote(stolen, 1_000n), {
    ok: false,
    error: 'unknownConnection',
  });
});

test('history is append-only for the server, and nothing can be deleted', async () => {
  const appendOnly = [
    'transfers',
    'readings',
    'meter_events',
    'command_stages',
    'ledger_accounts',
    'quotes',
    'debts',
    'vendor_requests',
    'vendor_deposits',
    'vendor_asks',
    'approvals',
    'approval_events',
    'grants',
    'grant_batches',
    'grant_batch_rows',
    'grant_views',
    'tariff_assignments',
    'tariff_assignment_batches',
    'tariff_assignment_rows',
    'operator_acts',
    'free_unit_runs',
    'key_loads',
    'key_components',
    'key_change_campaigns',
    'key_change_meters',
    'key_change_sets',
    'corrections',
    'sale_reprints',
    'meter_exchanges',
    // Of a refund, the server may record that it was paid.
    'refunds',
    'proof_runs',
    'proof_results',
    'reconciliation_files',
    'reconciliation_rows',
    'reconciliation_differences',
    'reconciliation_notes',
    'import_chunks',
    'install_events',
    // Of these two, the server may move the state and the outcome, nothing else.
    'imports',
    'import_rows',
  ];
  for (const name of appendOnly) {
    await assert.rejects(
      app.query(`UPDATE prewatt.${name} SET utility_id = utility_id`),
      /permission denied/,
      name,
    );
  }
  for (const { name } of await tables()) {
    await assert.rejects(app.query(`DELETE FROM prewatt.${name}`), /permission denied/, name);
  }
  await assert.rejects(app.query('CREATE TABLE prewatt.mine (id int)'), /permission denied/);
});

test('a vending key copied to another tenant does not open', async () => {
  await sql`INSERT INTO prewatt.vending_keys SELECT gen_random_uuid(), ${otherId}::uuid,
    supply_group_code, key_revision, key_type, key_expiry, base_date, dkga, sealed, created_at
    FROM prewatt.vending_keys
    WHERE utility_id = ${h.utilityId}::uuid`.execute(h.owner.directories);
  const { createKeys } = await import('../src/keys/index.ts');
  const keys = createKeys({ masterKey: Buffer.alloc(32, 7) });
  const meter = {
    meterId: h.place.meterId,
    meterPan: h.meterPan,
    encryptionAlgorithm: 'ea07' as const,
    supplyGroupCode: '123456',
    tariffIndex: '01',
    keyRevision: 1,
    lastTid: null,
  };
  const mine = await h.database.inUtility(h.utilityId, (tx) =>
    keys.meterKey(tx, meter, h.utilityId),
  );
  assert.ok(mine.ok);
  const theirs = await h.database.inUtility(otherId, (tx) => keys.meterKey(tx, meter, otherId));
  assert.deepEqual(theirs, { ok: false, error: 'vendingKeyUnusable' });
});

test('a transfer of nothing, to itself or to an unknown account cannot be written', async () => {
  const insert = (columns: string) =>
    sql
      .raw(`INSERT INTO prewatt.transfers SELECT bucket, gen_random_uuid(), utility_id, ${columns},
      'energy', '${h.place.connectionId}', NULL, NULL, NULL, now() FROM prewatt.connections
      WHERE id = '${h.place.connectionId}'`)
      .execute(h.owner.directories);
  const energy = `'energySales', '${h.utilityId}'`;
  const prepaid = `'customerPrepaid', '${h.place.connectionId}'`;
  await assert.rejects(insert(`${energy}, ${prepaid}, 0`), /amount_minor/);
  await assert.rejects(insert(`${energy}, ${energy}, 1`), /check constraint/);
  await assert.rejects(insert(`'energySales', gen_random_uuid(), ${prepaid}, 1`), /foreign key/);
  await assert.rejects(insert(`${energy}, 'customerPrepaid', gen_random_uuid(), 1`), /foreign key/);
  // A right row beside it in the same statement does not hide it.
  const mixed = `INSERT INTO prewatt.transfers SELECT bucket, gen_random_uuid(), utility_id,
    ${energy}, 'customerPrepaid', unnest(ARRAY[id, gen_random_uuid()]), 1, 'energy', id, NULL,
    NULL, NULL, now() FROM prewatt.connections WHERE id = '${h.place.connectionId}'`;
  await assert.rejects(sql.raw(mixed).execute(h.owner.directories), /foreign key/);
});

test('a sale, its tokens and its vendor are refused without what they refer to', async () => {
  const run = (text: string) => sql.raw(text).execute(h.owner.directories);
  const of = `FROM prewatt.meters m WHERE m.id = '${h.place.meterId}'`;
  const ids = `m.bucket, gen_random_uuid(), m.utility_id`;
  const [meter, home, other] = ['m.id', 'm.connection_id', 'gen_random_uuid()'];
  const sale = (connection: string, of_: string) =>
    run(`INSERT INTO prewatt.sales (bucket, id, utility_id, connection_id, meter_id, amount_minor,
      state, requested_at) SELECT ${ids}, ${connection}, ${of_}, 1, 'awaitingPayment', now() ${of}`);
  await assert.rejects(sale(home, other), /"sales" violates foreign key/);
  await assert.rejects(sale(other, meter), /"sales" violates foreign key/);
  const token = (of_: string, sold: string, connection = home) =>
    run(`INSERT INTO prewatt.tokens (bucket, id, utility_id, connection_id, meter_id, sale_id, kind,
      base_date, tid, digits, energy_wh, state, issued_at) SELECT ${ids}, ${connection}, ${of_},
      ${sold}, 'credit', 14, 1, repeat('1', 20), 100, 'issued', now() ${of}`);
  await assert.rejects(token(other, other), /a meter is not in "meters"/);
  await assert.rejects(token(meter, other, other), /a meter is not in "meters"/);
  await assert.rejects(token(meter, other), /a sale is not in "sales"/);
  const soldBy = `INSERT INTO prewatt.vendor_sales (bucket, sale_id, utility_id, connection_id,
    vendor_id, shift_id, amount_minor, commission_minor, connection_name)`;
  await assert.rejects(
    run(`${soldBy} SELECT ${ids}, ${home}, ${other}, ${other}, 1, 0, 'Home' ${of}`),
    /a sale is not in "sales"/,
  );
  await assert.rejects(
    run(`INSERT INTO prewatt.vendor_requests (utility_id, vendor_id, request_id, bucket, sale_id,
      meter_pan, amount_minor) SELECT m.utility_id, ${other}, 'request-1', m.bucket, ${other},
      m.meter_pan, 1 ${of}`),
    /a vendor is not in "vendors"/,
  );
});

test('what sales refer to is never deleted and keeps its key, for the owner, too', async () => {
  const run = (text: string) => sql.raw(text).execute(h.owner.directories);
  for (const name of ['connections', 'meters', 'sales', 'vendors', 'vendor_shifts']) {
    await assert.rejects(run(`DELETE FROM prewatt.${name}`), /never deleted/, name);
    await assert.rejects(run(`TRUNCATE prewatt.${name} CASCADE`), /never deleted/, name);
    await assert.rejects(run(`UPDATE prewatt.${name} SET id = gen_random_uuid()`), /never/, name);
  }
  await assert.rejects(run('UPDATE prewatt.tokens SET meter_id = id'), /never changes/);
  await assert.rejects(run('UPDATE prewatt.vendor_sales SET shift_id = sale_id'), /never changes/);
});

test('accounts and the accounts of transfers stand, for the owner of the database too', async () => {
  const run = (text: string) => sql.raw(text).execute(h.owner.directories);
  const never = /never changed or deleted/;
  await assert.rejects(run(`UPDATE prewatt.ledger_accounts SET kind = 'tax'`), never);
  await assert.rejects(run('DELETE FROM prewatt.ledger_accounts'), never);
  await assert.rejects(run('TRUNCATE prewatt.ledger_accounts'), never);
  await run(`INSERT INTO prewatt.transfers SELECT bucket, gen_random_uuid(), utility_id,
    'energySales', utility_id, 'customerPrepaid', id, 1, 'energy', id, NULL, NULL, NULL, now()
    FROM prewatt.connections WHERE id = '${h.place.connectionId}'`);
  const strayed = 'UPDATE prewatt.transfers SET credit_subject_id = gen_random_uuid()';
  await assert.rejects(run(strayed), /foreign key/);
});

test('migrations are applied once, and a changed or unknown one stops the start', async () => {
  await migrate(h.ownerUrl);
  const changed = sql`UPDATE prewatt_migrations.applied SET checksum = 'x' WHERE name LIKE '0001%'`;
  await changed.execute(h.owner.directories);
  await assert.rejects(migrate(h.ownerUrl), /0001-foundation.sql was changed/);
  await sql`INSERT INTO prewatt_migrations.applied VALUES ('9999-future.sql', 'x')`.execute(
    h.owner.directories,
  );
  await assert.rejects(migrate(h.ownerUrl), /start the newer version/);
});
