// The verifier on exports that are whole, and on every way of changing one.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  bytesOfRow,
  filesOf,
  listLeaf,
  lists,
  saleOf,
  textOfRow,
  town,
  type World,
  type Written,
  worldOf,
} from '../test/world.ts';
import {
  logFiles,
  logSigner,
  memorySource,
  signerOf,
  textOf,
  witnessSigners,
} from '../test/write-export.ts';
import { CannotVerify, type Report, verify } from './index.ts';
import { ruleNames } from './rules.ts';

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

test('rows of bytes stand beside rows of text, and what is changed in them is named', async () => {
  const world = () =>
    worldOf(
      town(60).map((one, i) => (i % 3 === 1 ? one : { ...one, isBytes: true }) satisfies Written),
    );
  const whole = await verified(filesOf(world()));
  assert.deepEqual(whole.found, {});
  for (const [table, column, was, now] of [
    ['tokens', 'energy_wh', 20000n, 21000n],
    ['payments', 'amount_minor', 4000n, 40000n],
    ['utilities', 'currency_scale', 2n, 3n],
  ] as const) {
    const sent = (value: bigint): Buffer => {
      const bytes = Buffer.alloc(12);
      bytes.writeInt32BE(8);
      bytes.writeBigInt64BE(value, 4);
      return bytes;
    };
    const files = altered(world(), table, (tables) => {
      const rows = tables.get(table) ?? [];
      const at = rows.findIndex(
        ({ text, isBytes }) => isBytes && Buffer.from(text, 'base64').includes(sent(was)),
      );
      const row = rows[at];
      if (row === undefined) throw new Error(`no bytes of ${table}`);
      const bytes = Buffer.from(row.text, 'base64');
      sent(now).copy(bytes, bytes.indexOf(sent(was)));
      rows[at] = { ...row, text: bytes.toString('base64') };
    });
    const report = await verified(files);
    const found = report.findings.find(({ check }) => check === 'altered');
    assert.deepEqual([found?.table, found?.column], [table, column]);
    assert.deepEqual([found?.was, found?.now], [String(was), String(now)]);
    assert.equal(report.found['altered'], 1);
  }
});

test('bytes that are no row, and a row in the form of another list, are findings', async () => {
  const files = (change: (text: string) => { text: string; isBytes: boolean }) =>
    altered(worldOf(town(2).map((one) => ({ ...one, isBytes: true }))), 'tokens', (tables) => {
      const rows = tables.get('tokens') ?? [];
      const [row] = rows;
      if (row !== undefined) rows[0] = { ...row, ...change(row.text) };
    });
  const cut = await verified(
    files((text) => ({
      text: Buffer.from(text, 'base64').subarray(0, -1).toString('base64'),
      isBytes: true,
    })),
  );
  assert.equal(cut.found['files'], 1);
  assert.equal(cut.found['altered'], 1);
  // Such bytes as are text, too: the hash alone would not tell.
  const bytes = bytesOfRow('connections', { id: 'home-1', prepaid_minor: 'x' });
  assert.equal(Buffer.from(bytes.toString(), 'utf8').compare(bytes), 0);
  const world = worldOf([
    {
      table: 'connections',
      op: 'insert',
      isBytes: true,
      rows: [{ id: 'home-1', prepaid_minor: 'x' }],
    },
  ]);
  const told = altered(world, 'connections', (tables) => {
    const rows = tables.get('connections') ?? [];
    const [one] = rows;
    if (one !== undefined) {
      rows[0] = { ...one, isBytes: false, text: Buffer.from(one.text, 'base64').toString() };
    }
  });
  assert.ok((await verified(told)).found['files']);
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
  assert.deepEqual([found?.was, found?.now], ['20000', '20001']);
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

test('a row that is put in while it is there, or changed while it is not, is found', async () => {
  const written = (table: string) => saleOf(0).find((each) => each.table === table)?.rows ?? [];
  const [payment] = written('payments');
  const anew: Written = {
    ...{ table: 'payments', op: 'insert' },
    rows: [{ ...payment, provider_reference: 'another' }],
  };
  const report = await verified(filesOf(worldOf([...town(1), anew])));
  assert.deepEqual(report.found, { again: 1 });
  const [found] = report.findings;
  assert.deepEqual([found?.table, found?.key], ['payments', '["payment-0"]']);
  // In a table whose rows are written once, too, and once more after that.
  const postings: Written = { table: 'postings', op: 'insert', rows: written('postings') };
  const more = await verified(filesOf(worldOf([...town(1), postings, postings])));
  assert.deepEqual(more.found, { again: 4 });
  const slipped: Written = {
    table: 'payments',
    op: 'update',
    rows: [{ id: 'free', state: 'new' }],
  };
  assert.deepEqual((await verified(filesOf(worldOf([...town(1), slipped])))).found, {
    unlogged: 1,
  });
  const gone: Written = { table: 'payments', op: 'delete', rows: [payment ?? {}] };
  assert.deepEqual((await verified(filesOf(worldOf([...town(1), gone, anew])))).found, {});
});

test('rows of before the log are found by the act that covers their table, and at no other time', async () => {
  const old = (table: string, why: string): Written => ({
    ...{ table, op: 'found', by: 'owner', why },
    rows: [{ id: 'home-99', prepaid_minor: '0' }],
  });
  const covered = old('connections', 'migration 0421');
  const first = await verified(filesOf(worldOf([covered, ...town(1)])));
  assert.deepEqual(first.found, {});
  assert.match(first.notices.join(), /migration 0421: found of connections, 1 rows/);
  for (const late of [
    [...town(1), covered],
    [old('connections', 'another act'), ...town(1)],
  ]) {
    const report = await verified(filesOf(worldOf(late)));
    assert.deepEqual(report.found, { writer: 1 });
    assert.equal(report.findings[0]?.key, '["home-99"]');
  }
  const allowed = ['migration 0421'];
  const late = filesOf(worldOf([...town(1), covered]));
  assert.deepEqual((await verified(late, { allowed })).found, {});
});

test('a row is read by the list of columns that its entry names', async () => {
  const swapped = [...(lists['payments'] ?? [])].reverse();
  const withList = (why?: string): World => {
    const world = worldOf(town(2));
    world.leaves.push(listLeaf({ table: 'payments', number: 3, list: swapped, why }));
    return world;
  };
  const world = withList('migration 0500');
  const before = [logFiles(worldOf(town(2)).leaves).get('checkpoint') ?? new Uint8Array()];
  const whole = await verified(filesOf(world), { before });
  assert.deepEqual(whole.found, {});
  assert.match(whole.notices.join(), /migration 0500: a new list of columns of payments/);
  assert.deepEqual((await verified(filesOf(world))).notices, [], 'told once, after a checkpoint');
  const byHand = await verified(filesOf(withList()), { before });
  assert.deepEqual(byHand.found, { writer: 1 });
  const rows = world.tables.get('payments') ?? [];
  world.tables.set('payments', rows.with(1, { ...rows[1], columns: 3 } as (typeof rows)[0]));
  const { findings } = await verified(filesOf(world), { before });
  const altered = findings.find(({ check }) => check === 'altered');
  assert.deepEqual([altered?.table, altered?.key], ['payments', '["payment-1"]']);
  assert.equal(altered?.column, undefined, 'no value of it is another');
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

test('a key counts once, under whatever name', async () => {
  const files = filesOf(worldOf(town(2)));
  const [bank = ''] = witnesses;
  const bankAgain = textOf(signerOf('second.example', 'cosignature', 10));
  for (const twice of [
    [bank, bank],
    [bank, bankAgain],
  ]) {
    await assert.rejects(verified(files, { witnesses: twice, quorum: 2 }), CannotVerify);
  }
});

test('a log without an export is said to be one; a list of files that cannot be read is found', async () => {
  const world = worldOf(town(2));
  const files = filesOf(world);
  const log = memorySource(logFiles(world.leaves));
  const alone = await verify({ source: log, key, witnesses });
  assert.deepEqual([alone.holds, alone.tables, alone.rows], [true, 0, 0]);
  assert.match(alone.notices.join(), /the log alone: no rows were looked at/);
  const whole = await verified(files, { log });
  const { tables } = world;
  const rows = [...tables.values()].reduce((sum, each) => sum + each.length, 0);
  assert.deepEqual([whole.found, whole.tables, whole.rows], [{}, tables.size, rows]);
  for (const text of ['{', 'null', '{"size":1}', '{"size":1,"files":{"rows/sales.ndjson.gz":1}}']) {
    const broken = new Map(files).set('manifest.json', Buffer.from(text));
    assert.deepEqual((await verified(broken)).found, { manifest: 1 }, text);
    assert.deepEqual((await verified(broken, { log })).found, { manifest: 1 }, text);
  }
  files.delete('manifest.json');
  assert.deepEqual((await verified(files, { log })).found, { manifest: 1 });
});

test('a line of the log that cannot be read shifts no other', async () => {
  const world = worldOf(town(1));
  const at = world.leaves.findIndex((leaf) => Buffer.from(leaf).includes('home-3"'));
  const [form, head, ...lines] = Buffer.from(world.leaves[at] ?? [])
    .toString()
    .split('\n');
  world.leaves[at] = Buffer.from([form, head, 'no row', ...lines].join('\n'));
  world.tables.get('connections')?.splice(3, 1);
  const { found, findings } = await verified(filesOf(world));
  assert.deepEqual(found, { leaf: 1, missing: 1 });
  assert.equal(findings.find(({ check }) => check === 'missing')?.key, '["home-3"]');
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
  const file = 'said/meters.ndjson.gz';
  const said = (line: object) => new Map([[file, `${JSON.stringify(line)}\n`]]);
  const world = worldOf(town(3));
  const right = said({ meterId: 'home-1', creditedWh: '20000', accepted: [[101, '20000']] });
  const whole = await verified(filesOf(world, right));
  assert.deepEqual([whole.found, whole.counts['meters said']], [{}, 1]);
  const without = await verified(filesOf(world, new Map([[file, null]])));
  assert.deepEqual(without.found, { files: 1 });
  assert.match(without.findings[0]?.says ?? '', /leaves out what meters said/);
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
  // A line that is none hides no meter after it.
  const torn = new Map([[file, `no meter\n${more.get(file)}`]]);
  const { found, findings } = await verified(filesOf(world, torn));
  assert.deepEqual(found, { files: 1, creditWasIssued: 1, takenWasIssued: 1 });
  const named = findings.filter(({ check }) => check !== 'files').map((each) => each.key);
  assert.deepEqual(named, ['["home-1"]', '["home-1"]']);
});

test('what one person did alone stands only with an act of that person, of a kind that may be', async () => {
  const approval = {
    ...{ id: 'approval-1', kind: 'vendorDeposit', state: 'done', requested_by: 'anna' },
    ...{ decided_by: 'anna', emergency_id: 'approval-1' },
  };
  const act = {
    ...{ id: 'act-1', approval_id: 'approval-1', kind: 'vendorDeposit', operator_id: 'anna' },
  };
  const found = async (one: object, other: object | null) => {
    const rows = (table: string, row: object): Written => ({
      ...{ table, op: 'insert', rows: [row as Record<string, string | null>] },
    });
    const acts = other === null ? [] : [rows('emergency_acts', other)];
    return (await verified(filesOf(worldOf([rows('approvals', one), ...acts])))).found;
  };
  assert.deepEqual(await found(approval, act), {});
  assert.deepEqual(await found({ ...approval, decided_by: 'bo', emergency_id: null }, null), {});
  assert.deepEqual(await found({ ...approval, emergency_id: null }, null), { isAllowed: 1 });
  assert.deepEqual(await found(approval, null), { isLoud: 1 });
  assert.deepEqual(await found(approval, { ...act, operator_id: 'bo' }), { isLoud: 1 });
  const kind = 'tillKey';
  assert.deepEqual(await found({ ...approval, kind }, { ...act, kind }), { isLoud: 2 });
});

test('the guide of auditors explains each finding', () => {
  const guide = readFileSync(new URL('../../../docs/operating/audit.md', import.meta.url), 'utf8');
  const checks = new Set<string>(ruleNames);
  for (const name of ['verify', 'log-step', 'rows-step', 'rules']) {
    const source = readFileSync(new URL(`${name}.ts`, import.meta.url), 'utf8');
    for (const [, check = ''] of source.matchAll(/(?:findings\.add|found|wrong)\('(\w+)'/g)) {
      checks.add(check);
    }
  }
  assert.ok(checks.size > 30);
  assert.deepEqual(
    [...checks].filter((check) => !guide.includes(`\`${check}\``)),
    [],
  );
});

test('the verifier is short enough to be read: under 1,500 lines of code', () => {
  const folder = new URL('.', import.meta.url);
  const files = readdirSync(folder).filter((name) => !name.endsWith('.test.ts'));
  const lines = files.flatMap((name) => readFileSync(new URL(name, folder), 'utf8').split('\n'));
  const code = lines.filter((line) => !/^\s*($|\/\/|\/\*|\*)/.test(line));
  assert.ok(code.length > 1_000 && code.length < 1_500, `${code.length} lines`);
});
