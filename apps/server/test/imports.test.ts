import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ImportJson, ImportKind, ImportRowJson } from '@prewatt/api';
import { type Id, type Result, uuidOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Operator } from '../src/registry/sign-in/index.ts';
import { listRows } from '../src/workflows/imports/store.ts';
import { operatorNamed } from './control-harness.ts';
import { createHarness, type Harness, meterPanOf, testUtility } from './harness.ts';
import { runJobs } from './jobs.ts';

let h: Harness;
let sender: Operator;
before(async () => {
  h = await createHarness();
  sender = await operatorNamed(h, 'Sender');
});
after(() => h.close());

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

type Sent = { readonly kind: ImportKind; readonly text: string; readonly dryRun?: boolean };

async function send(o: Sent): Promise<{ readonly importId: string; readonly first: boolean }> {
  const received = await h.services.imports.receive(
    {
      utilityId: h.utilityId,
      kind: o.kind,
      dryRun: o.dryRun ?? false,
      fileName: 'test.csv',
      by: sender,
    },
    bytesOf(o.text),
  );
  assert.ok(received.ok, JSON.stringify(received));
  return received.value;
}

async function statusOf(importId: string): Promise<ImportJson> {
  const status = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.imports.find(tx, importId),
  );
  assert.ok(status !== null);
  return status;
}

const rowsOf = (importId: string): Promise<readonly ImportRowJson[]> =>
  h.database.inUtility(h.utilityId, (tx) =>
    listRows(tx, { importId, outcome: null, afterLine: 0 }),
  );

async function run(o: Sent): Promise<ImportJson['rows'] & { readonly importId: string }> {
  const { importId } = await send(o);
  await runJobs(h);
  const status = await statusOf(importId);
  assert.equal(status.state, 'done');
  assert.equal(uuidOf(status.importId as Id<'import'>), importId);
  return { ...status.rows, importId };
}

const header =
  'connection_name,address,customer_name,customer_phone,tariff,meter_number,supply_group_code,tariff_index,key_revision,encryption_algorithm';
const connectionLine = (n: number, o: { tariff?: string; sgc?: string } = {}): string =>
  `House ${n},"${n} Import Road",Customer ${n},+2782777${String(n).padStart(4, '0')},${o.tariff ?? 'Homes'},${meterPanOf(n)},${o.sgc ?? '123456'},01,1,ea07`;
const connectionsFile = (from: number, to: number): string =>
  [header, ...Array.from({ length: to - from }, (_, i) => connectionLine(from + i))].join('\n');

/** Everything an import may write, counted. */
async function world(): Promise<Record<string, number>> {
  const tables = [
    'connections',
    'meters',
    'meter_directory',
    'phone_directory',
    'ledger_accounts',
    'transfers',
    'debts',
  ];
  const counts = tables.map((name) => `(SELECT count(*)::int FROM prewatt.${name}) AS ${name}`);
  const { rows } = await sql
    .raw<Record<string, number>>(`SELECT ${counts.join(', ')}`)
    .execute(h.owner.directories);
  return rows[0] ?? {};
}

const prepaidOf = async (meterPan: string): Promise<bigint> => {
  const { rows } = await sql<{ prepaid: bigint }>`
    SELECT coalesce(sum(CASE WHEN t.credit_kind = 'customerPrepaid' THEN amount_minor
      ELSE -amount_minor END), 0)::bigint AS prepaid
    FROM prewatt.transfers t JOIN prewatt.meter_directory d ON d.connection_id = t.connection_id
    WHERE d.meter_pan = ${meterPan}
      AND 'customerPrepaid' IN (t.credit_kind, t.debit_kind)`.execute(h.owner.directories);
  return rows[0]?.prepaid ?? -1n;
};

test('a dry run says what would come, and writes nothing but that', async () => {
  const before = await world();
  const text = [header, connectionLine(100), connectionLine(101, { tariff: 'None' })].join('\n');
  const dry = await run({ kind: 'connections', text, dryRun: true });
  assert.deepEqual([dry.created, dry.refused, dry.waiting], [1, 1, 0]);
  assert.deepEqual(await world(), before);
  const real = await run({ kind: 'connections', text });
  assert.deepEqual([real.created, real.refused], [1, 1]);
  assert.deepEqual(await rowsOf(real.importId), await rowsOf(dry.importId));
  const again = await run({ kind: 'connections', text, dryRun: true });
  assert.notEqual(again.importId, dry.importId);
  assert.deepEqual([again.created, again.unchanged, again.refused], [0, 1, 1]);
});

test('an imported connection is one: found by phone, quoted, sold to', async () => {
  const text = [header, connectionLine(110)].join('\n');
  await run({ kind: 'connections', text });
  const { findConnectionsOfPhone } = await import('../src/registry/connections/index.ts');
  const [place] = await findConnectionsOfPhone(h.database, '+27827770110');
  assert.ok(place !== undefined);
  const balance = `meter_number,amount\n${meterPanOf(110)},30.00`;
  await run({ kind: 'openingBalances', text: balance });
  const quoted = await h.services.vending.makeQuote(place, 5_000n);
  assert.ok(quoted.ok);
  const quote = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('quotes')
      .select('brought_forward_minor')
      .where('id', '=', quoted.value.quoteId)
      .executeTakeFirstOrThrow(),
  );
  assert.equal(quote.brought_forward_minor, 3_000n);
});

test('the first voltage of a half-hour stands, and another one is refused', async () => {
  await run({ kind: 'connections', text: [header, connectionLine(115)].join('\n') });
  const line = (n: number, volts: string) => `${meterPanOf(n)},2026-11-20T14:00+02:00,${volts}`;
  const file = (...lines: string[]) => ['meter_number,starts_at,voltage_v', ...lines].join('\n');
  const kind = 'networkVoltages';
  const first = await run({ kind, text: file(line(115, '231.4'), line(116, '230')) });
  assert.deepEqual([first.created, first.refused], [1, 1]);
  const again = await run({ kind, text: file(line(115, '231.40')) });
  assert.deepEqual([again.created, again.unchanged], [0, 1]);
  const other = await run({ kind, text: file(line(115, '231.6')) });
  const [refused] = await rowsOf(other.importId);
  assert.deepEqual(
    refused?.faults.map(({ code, column }) => [code, column]),
    [['voltageDiffers', 'voltage_v']],
  );
  const ahead = new Date(h.clock.nowMs - (h.clock.nowMs % 1_800_000)).toISOString();
  const early = await run({
    kind,
    text: file(line(115, '231').replace(/,2026[^,]*/, `,${ahead}`)),
  });
  assert.deepEqual(
    (await rowsOf(early.importId))[0]?.faults.map(({ code, column }) => [code, column]),
    [['notOver', 'starts_at']],
  );
});

test('each refused row has its line, its column and what to write instead', async () => {
  const [first = ''] = [connectionLine(120)];
  const text = [
    header,
    first,
    connectionLine(121, { sgc: '654321' }),
    '',
    connectionLine(122, { tariff: 'Hmoes' }),
    first.replace('House 120', 'House 120 again'),
    connectionLine(123).replace('+2782', '82'),
    'too,few',
    connectionLine(1),
  ].join('\r\n');
  const { importId, created, refused } = await run({ kind: 'connections', text });
  assert.deepEqual([created, refused], [1, 6]);
  const faults = (await rowsOf(importId)).flatMap((row) =>
    row.faults.map((fault) => [row.line, fault.column, fault.code, fault.found]),
  );
  assert.deepEqual(faults, [
    [3, 'supply_group_code', 'vendingKeyUnknown', '654321 revision 1'],
    [5, 'tariff', 'tariffUnknown', 'Hmoes'],
    [6, 'meter_number', 'duplicateInFile', 'line 2'],
    [7, 'customer_phone', 'phoneFormat', '827770123'],
    [8, null, 'columnCount', '2 fields'],
    [9, 'meter_number', 'meterExists', meterPanOf(1)],
  ]);
});

test('the same file again is answered with the first import', async () => {
  const text = connectionsFile(130, 133);
  const both = await Promise.all([
    send({ kind: 'connections', text }),
    send({ kind: 'connections', text }),
  ]);
  assert.equal(new Set(both.map((each) => each.importId)).size, 1);
  assert.equal(both.filter((each) => each.first).length, 1);
  await runJobs(h);
  const before = await world();
  const later = await send({ kind: 'connections', text });
  assert.deepEqual(later, { importId: both[0]?.importId, first: false });
  await runJobs(h);
  assert.deepEqual(await world(), before);
});

test('a file that differs by a byte finds its rows there, and doubles no money', async () => {
  const pan = meterPanOf(1);
  const arrears = `meter_number,label,amount,rule\n${pan},Old account,120.00,share 20\n`;
  const balances = `meter_number,amount\n${pan},15.50\n`;
  assert.equal((await run({ kind: 'arrears', text: arrears })).created, 1);
  assert.equal((await run({ kind: 'openingBalances', text: balances })).created, 1);
  const before = await world();
  assert.equal(await prepaidOf(pan), 1_550n);
  assert.equal((await run({ kind: 'arrears', text: `${arrears}\n` })).unchanged, 1);
  assert.equal((await run({ kind: 'openingBalances', text: `${balances}\n` })).unchanged, 1);
  const more = await run({ kind: 'arrears', text: arrears.replace('120', '130') });
  assert.equal((await rowsOf(more.importId))[0]?.faults[0]?.code, 'debtExists');
  const other = await run({ kind: 'openingBalances', text: balances.replace('15', '16') });
  assert.equal((await rowsOf(other.importId))[0]?.faults[0]?.code, 'openingBalanceExists');
  const unknown = await run({
    kind: 'openingBalances',
    text: `meter_number,amount\n${meterPanOf(9_999)},1`,
  });
  assert.equal((await rowsOf(unknown.importId))[0]?.faults[0]?.code, 'connectionUnknown');
  assert.deepEqual(await world(), before);
});

test('a crash in the middle loses no row and doubles none', async () => {
  const text = connectionsFile(200, 450);
  const { importId } = await send({ kind: 'connections', text });
  const chunk = (n: number) =>
    h.services.jobs.importChunk({ utilityId: h.utilityId, importId, chunk: n });
  await chunk(0);
  assert.deepEqual((await statusOf(importId)).rows, {
    total: 250,
    created: 100,
    unchanged: 0,
    refused: 0,
    waiting: 150,
  });
  // The database goes away at the 150th row: the second chunk is as if it had not been.
  await sql
    .raw(`CREATE FUNCTION prewatt.crash() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'crash' USING ERRCODE = '57P01'; END $$`)
    .execute(h.owner.directories);
  await sql
    .raw(`CREATE TRIGGER crash BEFORE INSERT ON prewatt.connections FOR EACH ROW
    WHEN (NEW.name = 'House 349') EXECUTE FUNCTION prewatt.crash()`)
    .execute(h.owner.directories);
  const before = await world();
  await assert.rejects(chunk(1), /crash/);
  assert.deepEqual(await world(), before);
  await sql.raw('DROP FUNCTION prewatt.crash CASCADE').execute(h.owner.directories);
  await chunk(0);
  await chunk(2);
  assert.equal((await statusOf(importId)).rows.waiting, 150);
  await Promise.all([chunk(1), chunk(1), runJobs(h)]);
  await runJobs(h);
  const status = await statusOf(importId);
  assert.equal(status.state, 'done');
  assert.deepEqual([status.rows.created, status.rows.unchanged, status.rows.waiting], [250, 0, 0]);
  assert.equal((await world())['connections'], (before['connections'] ?? 0) + 150);
});

test('cancelled, an import stops and can be resumed where it was', async () => {
  const { importId } = await send({ kind: 'connections', text: connectionsFile(500, 750) });
  await h.services.jobs.importChunk({ utilityId: h.utilityId, importId, chunk: 0 });
  const act = (action: 'cancel' | 'resume') =>
    h.database.inUtility<Result<void, string>>(h.utilityId, (tx) =>
      action === 'cancel'
        ? h.services.imports.cancel(tx, importId)
        : h.services.imports.resume(tx, { utilityId: h.utilityId, importId, by: sender }),
    );
  assert.ok((await act('resume')).ok, 'it is under way: so be it');
  assert.ok((await act('cancel')).ok);
  await runJobs(h);
  const stopped = await statusOf(importId);
  assert.deepEqual([stopped.state, stopped.rows.created], ['cancelled', 100]);
  assert.ok((await act('resume')).ok);
  await runJobs(h);
  const done = await statusOf(importId);
  assert.deepEqual([done.state, done.rows.created, done.rows.unchanged], ['done', 250, 0]);
  assert.deepEqual(await act('cancel'), { ok: false, error: 'alreadyDone' });
  assert.deepEqual(await act('resume'), { ok: false, error: 'nothingRefused' });
});

test('a job that was lost with its process is added again by the upkeep', async () => {
  const { importId } = await send({ kind: 'connections', text: connectionsFile(760, 765) });
  // As a killed worker leaves it: locked, and not free again for hours.
  await sql`UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'gone'
    WHERE payload->>'importId' = ${importId}`.execute(h.owner.directories);
  await h.services.imports.sweep(h.utilityId);
  await runJobs(h);
  assert.equal((await statusOf(importId)).state, 'queued');
  h.clock.nowMs += 31_000;
  await h.services.imports.sweep(h.utilityId);
  await h.services.imports.sweep(h.utilityId);
  await runJobs(h);
  const status = await statusOf(importId);
  assert.deepEqual([status.state, status.rows.created], ['done', 5]);
});

test('resumed when done, only what was refused is tried again', async () => {
  const text = [header, connectionLine(800), connectionLine(801, { tariff: 'Shops' })].join('\n');
  const first = await run({ kind: 'connections', text });
  assert.deepEqual([first.created, first.refused], [1, 1]);
  await h.database.inUtility(h.utilityId, async (tx) => {
    const { default: document } = await import('@prewatt/tariff/documents/demo.json', {
      with: { type: 'json' },
    });
    await h.onboarding.createTariff(tx, h.utilityId, { name: 'Shops', document });
    const { importId } = first;
    assert.ok(
      (await h.services.imports.resume(tx, { utilityId: h.utilityId, importId, by: sender })).ok,
    );
  });
  await runJobs(h);
  const status = await statusOf(first.importId);
  assert.deepEqual([status.state, status.rows.created, status.rows.refused], ['done', 2, 0]);
});

test('a row that only the database refuses is refused alone', async () => {
  await sql
    .raw(`ALTER TABLE prewatt.connections ADD CONSTRAINT strict
    CHECK (name <> 'House 851') NOT VALID`)
    .execute(h.owner.directories);
  const rows = await run({ kind: 'connections', text: connectionsFile(850, 853) });
  await sql
    .raw('ALTER TABLE prewatt.connections DROP CONSTRAINT strict')
    .execute(h.owner.directories);
  assert.deepEqual([rows.created, rows.refused], [2, 1]);
  const refused = (await rowsOf(rows.importId)).filter((row) => row.outcome === 'refused');
  assert.deepEqual(
    refused.map((row) => [row.line, row.faults[0]?.code]),
    [[3, 'notStorable']],
  );
});

test('two files with the same meters at once make each connection once', async () => {
  const text = connectionsFile(900, 960);
  const reversed = [header, ...text.split('\n').slice(1).reverse()].join('\n');
  const before = await world();
  const sent = await Promise.all([
    send({ kind: 'connections', text }),
    send({ kind: 'connections', text: reversed }),
  ]);
  await Promise.allSettled(
    sent.map(({ importId }) =>
      h.services.jobs.importChunk({ utilityId: h.utilityId, importId, chunk: 0 }),
    ),
  );
  // A deadlock rolls one of them back whole; its job runs again.
  for (const { importId } of sent) {
    await h.services.jobs.importChunk({ utilityId: h.utilityId, importId, chunk: 0 });
  }
  assert.equal((await world())['connections'], (before['connections'] ?? 0) + 60);
  const outcomes = await Promise.all(sent.map(({ importId }) => statusOf(importId)));
  assert.equal(
    outcomes.reduce((sum, each) => sum + each.rows.created, 0),
    60,
  );
  assert.equal(
    outcomes.reduce((sum, each) => sum + each.rows.unchanged, 0),
    60,
  );
});

test('a meter of another utility is refused, and its import is not seen from here', async () => {
  const otherId = await h.onboarding.createUtility({ ...testUtility, name: 'Neighbour' });
  const { default: document } = await import('@prewatt/tariff/documents/demo.json', {
    with: { type: 'json' },
  });
  await h.database.inUtility(otherId, (tx) =>
    h.onboarding.createTariff(tx, otherId, { name: 'Homes', document }),
  );
  const theirs = await operatorNamed(h, 'Theirs', 'administrator', otherId);
  const received = await h.services.imports.receive(
    {
      utilityId: otherId,
      kind: 'openingBalances',
      dryRun: false,
      fileName: 'x.csv',
      by: theirs,
    },
    bytesOf(`meter_number,amount\n${meterPanOf(1)},5.00`),
  );
  assert.ok(received.ok);
  const { importId } = received.value;
  const before = await world();
  await runJobs(h);
  assert.deepEqual(await world(), before);
  const [row] = await h.database.inUtility(otherId, (tx) =>
    listRows(tx, { importId, outcome: null, afterLine: 0 }),
  );
  assert.equal(row?.faults[0]?.code, 'connectionUnknown');
  const seen = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.imports.find(tx, importId),
  );
  assert.equal(seen, null);
});

test('the counts of each import are those of its rows', async () => {
  const { rows } = await sql<{ kept: string; counted: string }>`
    SELECT concat_ws(' ', i.rows_created, i.rows_unchanged, i.rows_refused) AS kept,
      concat_ws(' ', count(*) FILTER (WHERE outcome = 'created'),
        count(*) FILTER (WHERE outcome = 'unchanged'),
        count(*) FILTER (WHERE outcome = 'refused')) AS counted
    FROM prewatt.imports i JOIN prewatt.import_rows r ON r.import_id = i.id
    GROUP BY i.id`.execute(h.owner.directories);
  assert.ok(rows.length > 10);
  for (const { kept, counted } of rows) assert.equal(kept, counted);
});

test('a faulty file leaves no trace, on disk neither', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'prewatt-spool-'));
  const usual = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  const received = await h.services.imports.receive(
    {
      utilityId: h.utilityId,
      kind: 'arrears',
      dryRun: false,
      fileName: 'x.csv',
      by: sender,
    },
    bytesOf('meter_number,label,amount,rule\n1,2,3,"4'),
  );
  assert.equal(received.ok ? '' : received.error.code, 'csvSyntax');
  assert.deepEqual(await readdir(folder), []);
  if (usual === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = usual;
  await rm(folder, { recursive: true });
});
