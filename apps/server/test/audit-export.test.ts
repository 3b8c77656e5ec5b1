// The auditor's export of a living town: each line opens the newest leaf of its row, rows and log
// agree though sales go on, and the list of files is signed.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import {
  bundlePath,
  bundlesOf,
  keyText,
  type NoteKey,
  openCheckpoint,
  readBundle,
  readKey,
  readNote,
  signatureOf,
} from '@prewatt/transparency';
import { ed25519Signer, nodeCrypto } from '@prewatt/transparency/node-crypto';
import { folderSource, verify } from '@prewatt/verifier';
import { bodyWith, rowValues } from '@prewatt/verifier/for-tests';
import { sql } from 'kysely';
import { createKeys } from '../src/money/keys/index.ts';
import {
  auditRows,
  exportForAudit,
  renderAsTriggersDo,
} from '../src/reports/audit-export/index.ts';
import { readRenderings } from '../src/reports/audit-export/rows.ts';
import { tokenWays } from '../src/reports/audit-lists/way.ts';
import type { Cause } from '../src/reports/audit-lists/way-rows.ts';
import { createHarness, type Harness } from './harness.ts';
import { liveThroughAll } from './proof-world.ts';

let h: Harness;
const folder = mkdtempSync(join(tmpdir(), 'prewatt-audit-'));
before(async () => {
  h = await createHarness();
  await liveThroughAll(h);
});
after(async () => {
  await h.close();
  rmSync(folder, { recursive: true });
});

const sha256 = (...parts: (string | Uint8Array)[]): Buffer => {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part);
  return sum.digest();
};
type Line = { key: unknown[]; columns: number; salt: string } & (
  | { text: string; bytes?: never }
  | { bytes: string; text?: never }
);
const bodyOf = ({ text, bytes }: Line): string | Buffer =>
  bytes === undefined ? text : Buffer.from(bytes, 'base64');
const linesOf = (at: string, table: string): Line[] =>
  gunzipSync(readFileSync(join(at, `rows/${table}.ndjson.gz`)))
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

/** The newest hash of each key, by table, out of the exported log alone. */
function newestOf(at: string, size: number): Map<string, string> {
  const newest = new Map<string, string>();
  for (const bundle of bundlesOf(size)) {
    const read = readBundle(readFileSync(join(at, 'log', bundlePath(bundle))), bundle.width);
    assert.ok(read.ok);
    for (const entry of read.value) {
      const [, head = '', ...lines] = Buffer.from(entry).toString().split('\n');
      const { table } = JSON.parse(head);
      for (const line of lines.slice(0, -1)) {
        const [key = '', hash = ''] = line.split('\t');
        newest.set(`${table} ${JSON.stringify(JSON.parse(key))}`, hash);
      }
    }
  }
  return newest;
}

const deps = (at: string) => ({
  ...{ url: h.appUrl, masterKey: Buffer.alloc(32, 7), publicUrl: 'http://localhost:7070' },
  ...{ utilityId: h.utilityId, folder: at, nowMs: () => h.clock.nowMs, witnesses: [] },
});
const regulator: NoteKey = {
  name: 'regulator.example',
  kind: 'cosignature',
  publicKey: ed25519Signer(new Uint8Array(32).fill(4)).publicKey,
};

function check(at: string): { rows: number; size: number } {
  const text = readFileSync(join(at, 'manifest.json'));
  const manifest = JSON.parse(text.toString());
  const key = readKey(
    nodeCrypto.sha256,
    JSON.parse(readFileSync(join(at, 'log/keys.json'), 'utf8')).log,
  );
  const note = readNote(readFileSync(join(at, 'manifest.note')));
  assert.ok(key.ok && note.ok);
  assert.ok(signatureOf(nodeCrypto, note.value, key.value));
  assert.equal(note.value.text.split('\n')[2], sha256(text).toString('hex'));
  for (const [name, file] of Object.entries(manifest.files as Record<string, { sha256: string }>)) {
    assert.equal(sha256(readFileSync(join(at, name))).toString('hex'), file.sha256, name);
  }
  const checkpoint = openCheckpoint(nodeCrypto, readFileSync(join(at, 'log/checkpoint')), {
    ...{ origin: key.value.name, key: key.value },
  });
  assert.ok(checkpoint.ok);
  assert.equal(checkpoint.value.checkpoint.size, manifest.size);
  const newest = newestOf(at, manifest.size);
  let rows = 0;
  for (const file of readdirSync(join(at, 'rows'))) {
    const table = file.replace('.ndjson.gz', '');
    for (const line of linesOf(at, table)) {
      const hash = sha256(Buffer.from(line.salt, 'base64'), bodyOf(line)).toString('base64');
      const place = `${table} ${JSON.stringify(line.key)}`;
      assert.equal(hash, newest.get(place), place);
      newest.delete(place);
      rows += 1;
    }
  }
  assert.deepEqual(
    [...newest].filter(([, hash]) => hash !== '-'),
    [],
    'rows that are away',
  );
  return { rows, size: manifest.size };
}

test('every row of every table opens its newest leaf, and no leaf is without its row', async () => {
  const done = await exportForAudit(deps(folder));
  const { rows, size } = check(folder);
  assert.ok(done.ok);
  assert.deepEqual([done.value.rows, done.value.size], [rows, size]);
  assert.ok(rows > 200);
  const all = readdirSync(join(folder, 'rows')).flatMap((file) =>
    linesOf(folder, file.replace('.ndjson.gz', '')).map((line) => {
      const values = rowValues(bodyOf(line)) ?? [];
      return JSON.stringify(values.map(({ text }) => text));
    }),
  );
  const { rows: tokens } = await sql<{ digits: string }>`SELECT digits FROM prewatt.tokens`.execute(
    h.owner.directories,
  );
  assert.ok(tokens.length > 5);
  for (const { digits } of tokens) {
    assert.ok(!all.some((text) => text.includes(digits)), 'no digits that could be typed in');
  }
  const { rows: keys } = await sql<{ hash: string }>`
    SELECT encode(secret_hash, 'hex') AS hash FROM prewatt.vendor_keys`.execute(
    h.owner.directories,
  );
  assert.ok(keys.length > 0);
  for (const { hash } of keys) assert.ok(!all.some((text) => text.includes(hash)), 'no secret');
});

test('what the verifier reads out of bytes is what PostgreSQL writes', async () => {
  const types = new Set<number>();
  const same = (bytes: Buffer, cells: readonly (string | null)[], what: string): void => {
    const values = rowValues(bytes) ?? [];
    for (const { sent } of values) types.add(sent?.type ?? 0);
    const told = values.map(({ text, sent }) =>
      sent?.type !== 16 || text === null ? text : text === 't' ? 'true' : 'false',
    );
    assert.deepEqual(told, cells, what);
    const again = values.map((value, i) => bodyWith(values, i, value));
    for (const one of again) assert.deepEqual(one, bytes);
  };
  await h.owner.directories.transaction().execute(async (tx) => {
    await renderAsTriggersDo(tx);
    for (const table of (await readRenderings(tx)).keys()) {
      for await (const { line, cells } of auditRows(tx, h.utilityId, table)) {
        const { bytes } = JSON.parse(line);
        if (bytes !== undefined) same(Buffer.from(bytes, 'base64'), cells, table);
      }
    }
    const instants = [
      '-infinity',
      'infinity',
      '1999-12-31 23:59:59.000001Z',
      '2026-12-02 04:05:06.5+02',
    ];
    const numbers = ['0.00', '-12345.6700', '10000', '0.00012', '100000000', '1e-9', 'NaN', '-0.5'];
    const of = (type: string, ...texts: readonly string[]) =>
      texts.map((text) => `E'${text.replaceAll('\\', '\\\\')}'::${type}`);
    const values = [
      ...of('timestamptz', ...instants),
      ...of('date', '1960-02-29', 'infinity', '-infinity'),
      ...of('numeric', ...numbers),
      ...of('bigint', '-9223372036854775808'),
      ...of('smallint', '-32768'),
      ...of('text[]', '{"a, b","",null,"NULL","x\\"\\\\y",é}', '{}'),
      ...of('bigint[]', '{-1,2}'),
      ...of('bytea', '\\x00ff'),
      ...of('jsonb', '{"a": [1, "é"]}'),
      ...of('text', '', 'a\ttab, a "quote"'),
      ...['NULL::uuid', 'false', 'NULL::boolean'],
    ];
    const { rows } = await sql
      .raw<{ bytes: Buffer; cells: (string | null)[] }>(
        `SELECT record_send(ROW(${values.join(', ')})) AS bytes,
          ARRAY[${values.map((value) => `(${value})::text`).join(', ')}] AS cells`,
      )
      .execute(tx);
    const [row] = rows;
    assert.ok(row !== undefined);
    const cells = row.cells.map((cell) => (cell === 'NaN' ? '\\x00000000c0000000' : cell));
    same(row.bytes, cells, 'values at the edge');
  });
  assert.equal(types.size, 14);
});

test('every token of the town has its way to who paid or allowed it, and to its key', async () => {
  const seen = new Set<string>();
  const keys = createKeys({ masterKey: Buffer.alloc(32, 7) });
  await h.database.inUtility(h.utilityId, async (tx) => {
    const { rows } = await sql<Cause>`SELECT DISTINCT CASE WHEN sale_id IS NULL THEN 'grant'
        ELSE 'sale' END AS kind, coalesce(sale_id, grant_id) AS id FROM prewatt.tokens`.execute(tx);
    assert.ok(rows.length > 5);
    for (const cause of rows) {
      const utility = { utilityId: h.utilityId, currency: { code: 'ZAR', scale: 2 } };
      const { tokens } = await tokenWays(tx, { ...utility, keys }, cause);
      assert.ok(tokens.length > 0);
      for (const { steps } of tokens) {
        for (const { what, title, missing } of steps) {
          seen.add(title.split(' ', 1)[0] ?? '');
          const isOfSetUp = what === 'price' || what === 'load' || what === 'token';
          assert.ok(missing === null || isOfSetUp, `${cause.kind} ${cause.id}: ${missing}`);
        }
      }
    }
  });
  for (const way of ['Payment', 'Cash', 'Free', 'Replacement', 'Key', 'Sale']) {
    assert.ok(seen.has(way), `${way} of ${[...seen].join(', ')}`);
  }
});

test('only its account reads it; it names the witnesses; what is in a folder stays', async () => {
  const named = join(folder, 'named');
  await exportForAudit({ ...deps(named), witnesses: [regulator] });
  const { witnesses } = JSON.parse(readFileSync(join(named, 'log/keys.json'), 'utf8'));
  assert.deepEqual(witnesses, [keyText(nodeCrypto.sha256, regulator)]);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  assert.ok(all.length > 100);
  for (const name of all) {
    const found = statSync(join(folder, name));
    assert.equal(found.mode & 0o077, 0, name);
  }
  assert.deepEqual(await exportForAudit(deps(folder)), { ok: false, error: 'folderNotEmpty' });
});

test('a file that cannot be written ends the export with what the disk says', async () => {
  const at = join(folder, 'full');
  await sql`UPDATE prewatt.vendors SET blocked_reason = 'a leaf to place'`.execute(
    h.owner.directories,
  );
  const away = exportForAudit({
    ...deps(at),
    // Asked for the time of the head, before the rows.
    nowMs: () => {
      mkdirSync(join(at, 'csv/vendors.csv'), { recursive: true });
      return h.clock.nowMs;
    },
  });
  await assert.rejects(away, /EEXIST|EISDIR/);
});

test('what is written while it is made is in neither rows nor log', async () => {
  let goesOn = true;
  const writing = (async () => {
    for (let n = 0; goesOn; n += 1) {
      await sql`UPDATE prewatt.vendors SET blocked_reason = ${`reason ${n}`}`.execute(
        h.owner.directories,
      );
      if (n % 5 === 0) await h.services.tokenLog.sequence(h.utilityId);
    }
  })();
  for (const n of [1, 2, 3]) {
    const at = join(folder, `busy-${n}`);
    await exportForAudit(deps(at));
    check(at);
  }
  goesOn = false;
  await writing;
});

test('a row that was altered with the triggers off does not open its leaf', async () => {
  await h.owner.directories.transaction().execute(async (tx) => {
    await sql`SET LOCAL session_replication_role = replica`.execute(tx);
    await sql`UPDATE prewatt.sales SET amount_minor = amount_minor + 1
      WHERE id = (SELECT min(id::text)::uuid FROM prewatt.sales)`.execute(tx);
  });
  const at = join(folder, 'altered');
  await exportForAudit(deps(at));
  assert.throws(() => check(at), /sales/);
});

test('a stranger’s verifier finds that the export stands, and what was altered since', async () => {
  const at = join(folder, 'altered-since');
  await exportForAudit(deps(at));
  const { rows } = await sql<{ by: string }>`SELECT session_user AS by`.execute(
    h.owner.directories,
  );
  // Tests write by the owner's hand, too.
  const writers = ['prewatt_app', rows[0]?.by ?? ''];
  const whole = await verify({ source: folderSource(folder), writers });
  assert.deepEqual(whole.findings, []);
  const strict = await verify({ source: folderSource(folder) });
  assert.deepEqual(Object.keys(strict.found), ['writer']);
  const { findings } = await verify({ source: folderSource(at), writers });
  const [{ check: kind, table, column } = { check: '' }] = findings;
  assert.deepEqual([findings.length, kind, table, column], [1, 'altered', 'sales', 'amount_minor']);
});
