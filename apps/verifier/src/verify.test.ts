// The verifier on exports that are whole, and on every way of changing one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  filesOf,
  saleOf,
  textOfRow,
  town,
  type World,
  type Written,
  worldOf,
} from '../test/world.ts';
import { logFiles, logSigner, signerOf, textOf, witnessSigners } from '../test/write-export.ts';
import { memorySource, type Report, reportHtml, verify } from './index.ts';

const key = textOf(logSigner);
const witnesses = witnessSigners.map(textOf);
type Options = Omit<Parameters<typeof verify>[0], 'source'>;
const verified = (files: ReadonlyMap<string, Uint8Array>, o: Options = {}): Promise<Report> =>
  verify({ source: memorySource(files), key, witnesses, ...o });
const altered = (
  world: World,
  table: string,
  change: (rows: World['tables']) => void,
): ReadonlyMap<string, Uint8Array> => {
  assert.ok(world.tables.has(table));
  change(world.tables);
  return filesOf(world);
};

test('a whole export stands, from memory and spilled to files', async () => {
  const files = filesOf(worldOf(town(300)));
  const report = await verified(files);
  assert.deepEqual(report.found, {});
  assert.equal(report.holds, true);
  assert.equal(report.counts['sales'], 300);
  assert.equal(report.witnesses.length, 2);
  assert.deepEqual((await verified(files, { mostBytesInMemory: 1000 })).counts, report.counts);
});

test('each value of each row that is changed is found, with the column where it was a number', async () => {
  for (const [table, column, was, now] of [
    ['tokens', 'energy_wh', '20000', '21000'],
    ['payments', 'amount_minor', '4000', '40000'],
    ['tokens', 'meter_id', 'home-3', 'home-4'],
    ['utilities', 'currency_scale', '2', '3'],
  ] as const) {
    const files = altered(worldOf(town(60)), table, (tables) => {
      const rows = tables.get(table) ?? [];
      const at = rows.findIndex(({ text }) => text.includes(was));
      const row = rows[at];
      if (row !== undefined) rows[at] = { ...row, text: row.text.replace(was, now) };
    });
    const report = await verified(files);
    const found = report.findings.find(({ check }) => check === 'altered');
    assert.equal(found?.table, table);
    assert.deepEqual([found?.column, found?.was, found?.now], [column, was, now]);
    assert.equal(report.found['altered'], 1);
  }
});

test('a change of a sale shows the way from its payment to its token', async () => {
  const files = altered(worldOf(town(5)), 'sales', (tables) => {
    const rows = tables.get('sales') ?? [];
    const row = rows[2];
    if (row !== undefined) rows[2] = { ...row, text: row.text.replace('20000', '20001') };
  });
  const report = await verified(files);
  const found = report.findings.find(({ check }) => check === 'altered');
  assert.equal(found?.key, '["sale-2"]');
  assert.match(found?.path?.[0] ?? '', /^payments \["payment-2"\]: provider sandbox/);
  assert.match(found?.path?.at(-1) ?? '', /^tokens \["token-2"\]/);
  assert.equal(report.found['soldIsIssued'], 1);
  assert.match(
    reportHtml(report, 'now'),
    /the log proves <code>20000<\/code>, the database has <code>20001/,
  );
});

test('rows that are taken away, slipped in, doubled or back from deletion are found', async () => {
  const gone = altered(worldOf(town(5)), 'tokens', (tables) => tables.get('tokens')?.splice(1, 1));
  const missing = (await verified(gone)).findings.find(({ check }) => check === 'missing');
  assert.deepEqual([missing?.table, missing?.key], ['tokens', '["token-1"]']);
  const more = altered(worldOf(town(5)), 'tokens', (tables) => {
    const text = textOfRow('tokens', {
      id: 'free',
      meter_id: 'home-1',
      base_date: '14',
      tid: '7',
      energy_wh: '9000',
    });
    tables.get('tokens')?.push({ key: '["free"]', columns: 1, salt: Buffer.alloc(0), text });
  });
  const found = (await verified(more)).found;
  assert.equal(found['unlogged'], 1);
  assert.equal(found['tokenHasCause'], 1);
  const twice = altered(worldOf(town(5)), 'tokens', (tables) => {
    const rows = tables.get('tokens') ?? [];
    rows.push(...rows.slice(0, 1));
  });
  assert.equal((await verified(twice)).found['twice'], 1);
  const world = worldOf(town(1));
  const back = world.tables.get('connections')?.slice(0, 1) ?? [];
  const deleted = worldOf([
    ...town(1),
    { table: 'connections', op: 'delete', rows: [{ id: 'home-0' }] },
  ]);
  deleted.tables.get('connections')?.push(...back);
  assert.equal((await verified(filesOf(deleted))).found['deleted'], 1);
});

test('who wrote and what is written once are judged, entry by entry', async () => {
  const byHand: Written = {
    table: 'connections',
    op: 'update',
    by: 'postgres',
    rows: [{ id: 'home-1', prepaid_minor: '0' }],
  };
  const report = await verified(filesOf(worldOf([...town(1), byHand])));
  const [found] = report.findings;
  assert.deepEqual(
    [found?.check, found?.table, found?.key],
    ['writer', 'connections', '["home-1"]'],
  );
  assert.match(found?.says ?? '', /by postgres/);
  const migration = { ...byHand, why: 'migration 0430' };
  assert.equal((await verified(filesOf(worldOf([...town(1), migration])))).found['writer'], 1);
  const allowed = await verified(filesOf(worldOf([...town(1), migration])), {
    allowed: ['migration 0430'],
  });
  assert.deepEqual(allowed.found, {});
  assert.match(allowed.notices.join(), /migration 0430: update of connections, 1 rows/);
  const again: Written = { table: 'postings', op: 'update', rows: saleOf(0)[4]?.rows ?? [] };
  assert.equal((await verified(filesOf(worldOf([...town(1), again])))).found['appendOnly'], 2);
});

test('a log that was written anew or rolled back is found by the checkpoint of before', async () => {
  const statements = town(100);
  const { leaves } = worldOf(statements);
  const before = [logFiles(leaves.slice(0, 300)).get('checkpoint') ?? new Uint8Array()];
  assert.deepEqual((await verified(filesOf(worldOf(statements)), { before })).found, {});
  const short = worldOf(town(40));
  assert.deepEqual((await verified(filesOf(short), { before })).found, { rolledBack: 1 });
  const other = worldOf([...town(20), ...statements.slice(100)]);
  assert.equal((await verified(filesOf(other), { before })).found['rewritten'], 1);
});

test('every file of a log and of an export is held against what was signed', async () => {
  const whole = filesOf(worldOf(town(120)));
  for (const path of whole.keys()) {
    if (path === 'log/keys.json') continue;
    const files = new Map(whole);
    const bytes = Buffer.from(whole.get(path) ?? []);
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    files.set(path, bytes);
    assert.equal((await verified(files)).holds, false, `${path} was altered`);
    files.delete(path);
    assert.equal((await verified(files)).holds, false, `${path} was taken away`);
  }
});

test('keys and witnesses are those that the auditor brings', async () => {
  const files = filesOf(worldOf(town(2)));
  const other = textOf(signerOf(logSigner.key.name, 'ed25519', 12));
  assert.deepEqual((await verified(files, { key: other })).found, { checkpoint: 1 });
  const stranger = textOf(signerOf('court.example', 'cosignature', 13));
  assert.deepEqual((await verified(files, { witnesses: [stranger] })).found, { witnesses: 1 });
  assert.deepEqual(
    (await verified(files, { witnesses: [...witnesses, stranger], quorum: 2 })).found,
    {},
  );
  const taken = await verify({ source: memorySource(files) });
  assert.equal(taken.holds, true);
  assert.match(taken.notices.join(), /bring your own/);
});

test('cosignatures may stand on a checkpoint of a little before, which the log begins with', async () => {
  const statements = town(30);
  const { leaves } = worldOf(statements);
  const signedBy = (count: number, of = leaves): Uint8Array =>
    logFiles(of.slice(0, count)).get('checkpoint') ?? new Uint8Array();
  const own = filesOf(worldOf(statements));
  const text = Buffer.from(own.get('log/checkpoint') ?? []).toString();
  own.set('log/checkpoint', Buffer.from(text.split('\n').slice(0, 5).join('\n').concat('\n')));
  assert.deepEqual((await verified(own)).found, { witnesses: 1 });
  own.set('log/witnessed', signedBy(120));
  assert.deepEqual((await verified(own)).found, {});
  own.set('log/witnessed', signedBy(120, worldOf([...town(3), ...town(30)]).leaves));
  assert.deepEqual((await verified(own)).found, { rewritten: 1 });
  own.set('log/witnessed', signedBy(400, worldOf(town(100)).leaves));
  assert.deepEqual((await verified(own)).found, { rolledBack: 1 });
});

test('a manifest may list every file of the log, and none outside of the export', async () => {
  const world = worldOf(town(60));
  const more = (path: string) => filesOf(world, new Map([[path, 'text\n']]));
  assert.deepEqual((await verified(more('log/tile/0/000.p/60.gz'))).found, {});
  assert.equal((await verified(more('../outside.gz'))).found['manifest'], 1);
  assert.equal((await verified(more('rows/../../outside.gz'))).found['manifest'], 1);
});

test('what meters said is held against the tokens', async () => {
  const said = (line: object) => new Map([['said/meters.ndjson.gz', `${JSON.stringify(line)}\n`]]);
  const world = worldOf(town(3));
  const right = said({ meterId: 'home-1', creditedWh: '20000', accepted: [[101, '20000']] });
  assert.deepEqual((await verified(filesOf(world, right))).found, {});
  const more = said({
    meterId: 'home-1',
    creditedWh: '50000',
    accepted: [
      [101, '20000'],
      [900, '30000'],
    ],
  });
  assert.deepEqual((await verified(filesOf(world, more))).found, {
    creditWasIssued: 1,
    takenWasIssued: 1,
  });
});
