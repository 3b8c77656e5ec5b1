import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import pg from 'pg';
import { createDatabase, type Tx, tenantSetTo, together } from '../src/base/database.ts';
import { migrate } from '../src/base/migrate.ts';
import { createHarness, type Harness, testUtility, testVendingKey } from './harness.ts';
import { insertPosting } from './posted.ts';

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
    // Of the database itself, and of no tenant.
    'dlms_device_directory',
    'early_report_directory',
    'epochs',
    'gateway_message_directory',
    'integration_key_directory',
    'lwm2m_endpoint_directory',
    'mail_address_directory',
    'meter_directory',
    'operator_directory',
    'payment_directory',
    'phone_choice_directory',
    'phone_directory',
    'provider_reference_directory',
    'push_browser_directory',
    'server_processes',
    'smart_card_directory',
    'use_count_directory',
    'ussd_session_directory',
    'utilities',
    'vendor_key_directory',
    'vendor_phone_directory',
    'vendor_terminal_directory',
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

test('a tenant that a transaction finds is its own until it ends, and nobody is no tenant', async () => {
  const database = createDatabase({ url: h.appUrl, maximumConnections: 1 });
  const count = async (tx: Tx): Promise<bigint> => {
    const { rows } = await sql<{ n: bigint }>`SELECT count(*) AS n FROM connections`.execute(tx);
    return rows[0]?.n ?? 0n;
  };
  const seenBy = (phone: string): Promise<bigint> =>
    database.inUtilityFound(async (tx) => {
      const found = sql`SELECT utility_id FROM phone_directory WHERE phone = ${phone} LIMIT 1`;
      // The second goes out with the first, before anybody knows what it found.
      const [, seen] = await together(sql`SELECT ${tenantSetTo(found)}`.execute(tx), count(tx));
      return seen;
    });
  const { rows } = await sql<{ phone: string }>`SELECT phone FROM prewatt.phone_directory
    WHERE utility_id = ${h.utilityId}::uuid`.execute(h.owner.directories);
  assert.equal(await seenBy(rows[0]?.phone ?? ''), await database.inUtility(h.utilityId, count));
  assert.equal(await database.inUtilityFound(count), 0n, 'on the same connection');
  assert.equal(await seenBy('+27000000000'), 0n);
  await assert.rejects(seenBy('+27000000000\0'));
  assert.equal(await database.inUtilityFound(count), 0n, 'after one that failed');
  await database.close();
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

test('history is append-only for the server, and nothing of it can be deleted', async () => {
  const appendOnly = [
    'postings',
    'readings',
    'meter_events',
    'command_stages',
    'ledger_accounts',
    'quotes',
    'debts',
    'vendor_deposits',
    'vendor_deposit_reversals',
    'vendor_batch_shifts',
    'vendor_bank_batch_parts',
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
    // Of money without a sale, it may record what two people decided.
    'unallocated_money',
    'proof_runs',
    'proof_results',
    'reconciliation_files',
    'reconciliation_rows',
    'reconciliation_differences',
    'reconciliation_notes',
    'provider_fees',
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
  // What only passes through: names of messages at gateways, reports, counts, dialogues, wrong
  // PINs, the ids by which meters dial in, which servers are there, how somebody likes a list, and
  // places in the network, which whoever confirmed them may take back.
  const passing = [
    'dlms_device_directory',
    'early_report_directory',
    'gateway_message_directory',
    'lwm2m_endpoint_directory',
    'mail_address_directory',
    'network_placements',
    'push_browser_directory',
    'saved_views',
    'server_processes',
    'use_count_directory',
    'ussd_session_directory',
    'vendor_pin_tries',
  ];
  for (const { name } of (await tables()).filter((table) => !passing.includes(table.name))) {
    await assert.rejects(app.query(`DELETE FROM prewatt.${name}`), /permission denied/, name);
  }
  await assert.rejects(app.query('CREATE TABLE prewatt.mine (id int)'), /permission denied/);
});

test('a vending key copied to another tenant does not open', async () => {
  await sql`INSERT INTO prewatt.vending_keys SELECT gen_random_uuid(), ${otherId}::uuid,
    supply_group_code, key_revision, key_type, key_expiry, base_date, dkga, sealed, created_at
    FROM prewatt.vending_keys
    WHERE utility_id = ${h.utilityId}::uuid`.execute(h.owner.directories);
  const { createKeys } = await import('../src/money/keys/index.ts');
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

type Side = { readonly kind: string; readonly id: string };

const sides = (): { readonly energy: Side; readonly prepaid: Side } => ({
  energy: { kind: 'energySales', id: 'c.utility_id' },
  prepaid: { kind: 'customerPrepaid', id: 'c.id' },
});

/** Writes a posting as the owner; kinds, ids and reasons are the elements of arrays in SQL. */
const post = (
  debit: Side,
  credit: Side,
  amounts: string,
  reasons = `'energy'`,
  id = 'gen_random_uuid()',
) =>
  sql
    .raw(`${insertPosting} SELECT c.bucket, ${id}, c.utility_id, c.id, NULL, NULL, now(),
      ARRAY[${reasons}], ARRAY['${debit.kind}'], ARRAY[${debit.id}]::uuid[], ARRAY['${credit.kind}'],
      ARRAY[${credit.id}]::uuid[], '${amounts}' FROM prewatt.connections c
      WHERE c.id = '${h.place.connectionId}'`)
    .execute(h.owner.directories);

test('a transfer of nothing, to itself or to an unknown account cannot be written', async () => {
  const { energy, prepaid } = sides();
  await assert.rejects(post(energy, prepaid, '{0}'), /amounts_minor/);
  await assert.rejects(post(energy, energy, '{1}'), /a transfer to itself/);
  await assert.rejects(post({ ...energy, id: 'gen_random_uuid()' }, prepaid, '{1}'), /foreign key/);
  await assert.rejects(post(energy, { ...prepaid, id: 'gen_random_uuid()' }, '{1}'), /foreign key/);
  // A right row beside it in the same statement does not hide it.
  const ids = 'unnest(ARRAY[c.id, gen_random_uuid()])';
  await assert.rejects(post(energy, { ...prepaid, id: ids }, '{1}'), /foreign key/);
});

test('the transfers of a posting are whole, known, and alone where they may be only once', async () => {
  const { energy, prepaid } = sides();
  const two = { kind: `energySales', 'tax`, id: `'${h.utilityId}', '${h.utilityId}'` };
  const twice = { kind: `customerPrepaid', 'customerPrepaid`, id: 'c.id, c.id' };
  const id = `'01a20000-0000-7000-8000-00000000cc00'`;
  const posted = (amounts: string, reasons = `'energy', 'tax'`, as = id) =>
    post(two, twice, amounts, reasons, as);
  await posted('{1,2}');
  await assert.rejects(posted('{1,2,3}'), /same_lengths/);
  await assert.rejects(posted('{1,NULL}'), /amounts_minor/);
  await assert.rejects(posted('{1,0}'), /amounts_minor/);
  await assert.rejects(posted('{1,2}', `'energy', 'gift'`), /reasons_check/);
  await assert.rejects(posted('{1,2}', `'energy', 'payment'`), /alone/);
  // The last byte of the identifier is the place of a transfer.
  await assert.rejects(posted('{1,2}', undefined, id.replace('cc00', 'cc01')), /places_check/);
  await assert.rejects(post(energy, prepaid, '{1}', `'reversal'`), /reversal_check/);
  // One of several is wrong.
  const strange = { ...two, id: `'${h.utilityId}', gen_random_uuid()` };
  await assert.rejects(
    post(strange, twice, '{1,2}', `'energy', 'tax'`, id.replace('cc', 'dd')),
    /foreign key/,
  );
  const float = { kind: 'vendorFloat', id: 'gen_random_uuid()' };
  await assert.rejects(post(float, prepaid, '{1}', `'vendorSale'`), /of another vendor/);
});

test('a reversal names a transfer that is there, once, and that stays', async () => {
  const run = (text: string) => sql.raw(text).execute(h.owner.directories);
  const two = { kind: `energySales', 'tax`, id: `'${h.utilityId}', '${h.utilityId}'` };
  const twice = { kind: `customerPrepaid', 'customerPrepaid`, id: 'c.id, c.id' };
  await post(two, twice, '{5,6}', `'energy', 'tax'`, `'01a20000-0000-7000-8000-00000000aa00'`);
  const reverse = (id: string) =>
    run(`${insertPosting} SELECT bucket, gen_random_uuid(), utility_id, connection_id, NULL,
      '${id}'::uuid, now(), '{reversal}', '{customerPrepaid}', ARRAY[connection_id], '{tax}',
      ARRAY[utility_id], '{6}' FROM prewatt.postings
      WHERE id = '01a20000-0000-7000-8000-00000000aa00'`);
  await assert.rejects(reverse('01a20000-0000-7000-8000-00000000aa02'), /what is reversed/);
  await assert.rejects(reverse('01a20000-0000-7000-8000-00000000bb01'), /what is reversed/);
  await reverse('01a20000-0000-7000-8000-00000000aa01');
  await assert.rejects(reverse('01a20000-0000-7000-8000-00000000aa01'), /reversed_once/);
  await assert.rejects(
    run(`DELETE FROM prewatt.postings WHERE id = '01a20000-0000-7000-8000-00000000aa00'`),
    /reversed is never deleted/,
  );
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
    vendor_id, shift_id, request_id, meter_pan, amount_minor, commission_minor, connection_name)`;
  await assert.rejects(
    run(`${soldBy} SELECT ${ids}, ${home}, ${other}, ${other}, 'request-1', m.meter_pan, 1, 0,
      'Home' ${of}`),
    /a sale is not in "sales"/,
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
  const { energy, prepaid } = sides();
  await post(energy, prepaid, '{1}');
  const strayed = `UPDATE prewatt.postings SET credit_subject_ids = ARRAY[gen_random_uuid()]
    WHERE cardinality(reasons) = 1`;
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
