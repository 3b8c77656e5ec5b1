// The token log of a living town: leaves get places, heads are signed, and a stranger who reads the
// files alone finds every tile, root and entry right.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import {
  bundlePath,
  bundlesOf,
  checkpointText,
  leafHash,
  nodeReader,
  openCheckpoint,
  readBundle,
  readKey,
  rootOf,
  signNote,
  tilePath,
  tilesOf,
  writeNote,
} from '@prewatt/transparency';
import { ed25519Signer, nodeCrypto } from '@prewatt/transparency/node-crypto';
import { sql } from 'kysely';
import { tokenProof, tokenSince } from '../src/registry/token-log/index.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { liveThroughAll } from './proof-world.ts';
import { buyAndPay } from './purchases.ts';

let h: Harness;
let http: HttpHarness;
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  await liveThroughAll(h);
});
after(async () => {
  await http.close();
  await h.close();
});

const get = async (path: string) => {
  const answer = await http.app.inject({ url: `/log/${h.utilityId}/${path}` });
  return { status: answer.statusCode, bytes: answer.rawPayload, headers: answer.headers };
};

async function readLog() {
  const key = readKey(nodeCrypto.sha256, (await get('key')).bytes.toString().trim());
  assert.ok(key.ok);
  const note = (await get('checkpoint')).bytes;
  const opened = openCheckpoint(nodeCrypto, note, { origin: key.value.name, key: key.value });
  assert.ok(opened.ok);
  const { size, root } = opened.value.checkpoint;
  const tiles = new Map<string, Buffer>();
  for (const tile of tilesOf(size)) tiles.set(tilePath(tile), (await get(tilePath(tile))).bytes);
  const read = nodeReader(nodeCrypto.sha256, size, (tile) => tiles.get(tilePath(tile)) as Buffer);
  assert.deepEqual(Buffer.from(rootOf(nodeCrypto.sha256, size, read)), Buffer.from(root));
  const leaves: string[] = [];
  for (const bundle of bundlesOf(size)) {
    const entries = readBundle((await get(bundlePath(bundle))).bytes, bundle.width);
    assert.ok(entries.ok);
    for (const entry of entries.value) {
      assert.deepEqual(
        Buffer.from(leafHash(nodeCrypto.sha256, entry)),
        Buffer.from(read({ level: 0, index: leaves.length })),
      );
      leaves.push(Buffer.from(entry).toString());
    }
  }
  return { size, leaves };
}

const ownerCount = async (of: string): Promise<number> => {
  const { rows } = await sql<{ n: bigint }>`SELECT count(*) AS n
    FROM ${sql.table(of)} WHERE utility_id = ${h.utilityId}`.execute(h.owner.directories);
  return Number(rows[0]?.n);
};

test('a stranger reads every leaf out of the files, in tiles that make the signed root', async () => {
  await h.services.tokenLog.sequence(h.utilityId);
  const { size, leaves } = await readLog();
  assert.equal(size, await ownerCount('prewatt_log.leaves'));
  assert.ok(size > 256, 'one tile is whole');
  assert.ok(leaves.every((leaf) => leaf.startsWith('prewatt-log/1\n{')));
  const listed = leaves.findIndex((leaf) => leaf.includes('{"columns":"tokens"'));
  const first = leaves.findIndex((leaf) => leaf.includes('"table":"tokens"'));
  assert.ok(listed >= 0 && listed < first);
  assert.equal(await h.services.tokenLog.sequence(h.utilityId), 0);
});

test('`prewatt verify URL` reads the log of a server that sells meanwhile', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-living-'));
  try {
    const address = await http.app.listen({ host: '127.0.0.1', port: 0 });
    const url = `${address}/log/${h.utilityId}`;
    const keep = async (name: string) =>
      writeFileSync(join(folder, name), await (await fetch(`${url}/${name}`)).text());
    await keep('key');
    await keep('checkpoint');
    const verified = promisify(execFile)(process.execPath, [
      new URL('../../cli/src/main.ts', import.meta.url).pathname,
      ...['verify', url, '--json', '--keys', join(folder, 'key')],
      ...['--before', join(folder, 'checkpoint')],
    ]);
    const isOver = verified.then(
      () => true,
      () => true,
    );
    for (let n = 0; !(await Promise.race([isOver, pause(20, false)])); n += 1) {
      await buyAndPay(h, 5_000n, `while-verified-${n}`);
      await h.services.tokenLog.sequence(h.utilityId);
    }
    const { stdout } = await verified;
    const { holds, size, findings } = JSON.parse(stdout);
    assert.deepEqual({ holds, findings }, { holds: true, findings: [] });
    assert.ok(size > 256 && size < (await readLog()).size, 'it sold while the log was read');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what is asked beyond the log, or of nobody, is not there; whole files are kept', async () => {
  for (const path of ['tile/0/999', 'tile/entries/999', 'tile/0/000.p/0', 'else', '']) {
    assert.equal((await get(path)).status, 404, path);
  }
  const elsewhere = `/log/${crypto.randomUUID()}/checkpoint`;
  assert.equal((await http.app.inject({ url: elsewhere })).statusCode, 404);
  assert.match(String((await get('tile/0/000')).headers['cache-control']), /immutable/);
  for (const path of ['checkpoint', 'key']) {
    const { headers } = await get(path);
    assert.match(String(headers['cache-control']), /max-age=1$/);
    assert.equal(headers['access-control-allow-origin'], '*');
  }
});

/** What the page's own script says once it has checked the proof that `change` was done to. */
async function saidByBrowser(page: string, change = (proof: string): string => proof, more = {}) {
  const script = /<script src="(\/assets\/log[^"]+)"/.exec(page)?.[1] ?? '';
  const source = (await http.app.inject({ url: script })).body;
  const dataOf = (name: string) => new RegExp(`data-${name}="([^"]*)"`).exec(page)?.[1] ?? '';
  const shown = {
    textContent: '',
    dataset: {
      ...{ log: dataOf('log'), logSale: dataOf('log-sale'), logGood: 'good', logBad: 'bad' },
      ...{ logOrigin: dataOf('log-origin'), ...more },
      logUnknown: 'unknown',
    },
  };
  const { crypto } = globalThis;
  runInNewContext(source, {
    ...{ crypto, window: { crypto }, TextEncoder, Uint8Array, Math, Number, atob },
    document: { querySelector: () => shown },
    fetch: async (url: string) => {
      const { body } = await http.app.inject({ url });
      return { json: async () => JSON.parse(change(body)) };
    },
  });
  while (shown.textContent === '') await pause(5);
  return shown.textContent;
}

/** The proof of a leaf that alone makes a signed log. */
function logOfOneLeaf(leaf: string, origin: string): string {
  const { sign, publicKey } = ed25519Signer(new Uint8Array(32).fill(8));
  const { sha256 } = nodeCrypto;
  const root = leafHash(sha256, Buffer.from(leaf));
  const text = checkpointText({ origin, size: 1, root, extensions: [] });
  const by = { key: { name: origin, kind: 'ed25519', publicKey }, sign } as const;
  return JSON.stringify({
    ...{ leaf, origin, index: 0, size: 1, proof: [] },
    checkpoint: writeNote({ text, signatures: [signNote(sha256, text, by)] }),
    publicKey: Buffer.from(publicKey).toString('base64'),
  });
}

test('the page of a receipt says since when its token is in the log, and its browser checks it', async () => {
  const { rows } = await sql<{ id: string }>`SELECT sale_id AS id FROM prewatt.tokens
    WHERE sale_id IS NOT NULL ORDER BY entered LIMIT 1`.execute(h.owner.directories);
  const saleId = rows[0]?.id ?? '';
  const url = h.services.receiptLinks.pathOf(saleId);
  const page = (await http.app.inject({ url })).body;
  assert.match(page, /Token made<span class="out">: done/);
  assert.match(page, /is in the public log of .* since/);
  assert.equal(await saidByBrowser(page), 'good');
  const flipped = (field: string) => (proof: string) => {
    const read = JSON.parse(proof);
    read[field] = read[field].replace(/[A-Za-y](?=[^A-Za-y]*$)/, (c: string) =>
      String.fromCharCode(c.charCodeAt(0) + 1),
    );
    return JSON.stringify(read);
  };
  assert.equal(await saidByBrowser(page, flipped('leaf')), 'bad');
  const other = (proof: string) => proof.replace(saleId, crypto.randomUUID());
  assert.equal(await saidByBrowser(page, other), 'bad');
  const place = (proof: string) => JSON.stringify({ ...JSON.parse(proof), index: 1 });
  assert.equal(await saidByBrowser(page, place), 'bad');
  const root = (proof: string) => {
    const read = JSON.parse(proof);
    const lines = read.checkpoint.split('\n');
    lines[2] = Buffer.alloc(32).toString('base64');
    return JSON.stringify({ ...read, checkpoint: lines.join('\n') });
  };
  assert.equal(await saidByBrowser(page, root), 'bad');
  const stranger = ed25519Signer(new Uint8Array(32).fill(9));
  const publicKey = Buffer.from(stranger.publicKey).toString('base64');
  const key = (proof: string) => JSON.stringify({ ...JSON.parse(proof), publicKey });
  assert.equal(await saidByBrowser(page, key), 'bad');
  // The whole proof of a leaf that is there, yet of another table, or of another utility's log.
  const elsewhere = { logOrigin: `other.example/log/${crypto.randomUUID()}` };
  assert.equal(await saidByBrowser(page, undefined, elsewhere), 'bad');
  const ofTable = (table: string, op = 'insert') => {
    const head = { table, op, columns: 1, by: 'prewatt_app', at: '2026-12-02T04:00:00.123Z' };
    return `prewatt-log/1\n${JSON.stringify(head)}\n[1,"a"]\thash=\t{"saleId":"${saleId}"}`;
  };
  const said = async (leaf: string, origin = 'power.example/log/1') =>
    saidByBrowser(page, () => logOfOneLeaf(leaf, origin), { logOrigin: 'power.example/log/1' });
  assert.equal(await said(ofTable('tokens')), 'good');
  assert.equal(await said(ofTable('tokens'), 'power.example/log/2'), 'bad');
  assert.equal(await said(ofTable('tokens', 'delete')), 'bad');
  assert.equal(await said(ofTable('sales')), 'bad');
  const [{ nowMs }] = [h.clock];
  h.clock.nowMs += 91 * 24 * 3_600_000;
  const late = await http.app.inject({ url: `${url}/log.json` });
  h.clock.nowMs = nowMs;
  assert.equal(late.statusCode, 410);
});

test('a leaf that is committed late is passed over and comes later; none is lost', async () => {
  const add = (name: string) => sql`UPDATE prewatt.utilities SET legal_name = ${name}
    WHERE id = ${h.utilityId}`;
  const slow = h.owner.directories.startTransaction();
  const tx = await slow.execute();
  await sql`INSERT INTO prewatt.vendor_asks (utility_id, request_id, asked, vendor_id, key_id, at)
    SELECT utility_id, 'a-late-request', asked, vendor_id, key_id, at
    FROM prewatt.vendor_asks LIMIT 1`.execute(tx);
  await add('One').execute(h.owner.directories);
  const before = await ownerCount('prewatt_log.entries');
  for (const name of ['Two', 'Three', 'Four']) {
    await add(name).execute(h.owner.directories);
    await h.services.tokenLog.sequence(h.utilityId);
  }
  assert.equal(await ownerCount('prewatt_log.entries'), before + 4);
  await tx.commit().execute();
  assert.equal(await h.services.tokenLog.sequence(h.utilityId), 1);
  const { leaves } = await readLog();
  assert.match(
    leaves.at(-1) ?? '',
    /"table":"vendor_asks","op":"insert"[^\n]*\n[^\n]*a-late-request/,
  );
});

test('a statement of many rows makes leaves of two hundred at most, whoever writes', async () => {
  const ask = (name: string) => sql`
    INSERT INTO prewatt.vendor_asks (utility_id, request_id, asked, vendor_id, key_id, at)
    SELECT a.utility_id, ${name}::text || n, a.asked, a.vendor_id, a.key_id, a.at
    FROM (SELECT * FROM prewatt.vendor_asks LIMIT 1) a, generate_series(1, 450) n`;
  await h.database.inUtility(h.utilityId, (tx) => ask('by-the-server-').execute(tx));
  await ask('by-the-owner-').execute(h.owner.directories);
  await h.services.tokenLog.sequence(h.utilityId);
  const { leaves } = await readLog();
  const last = leaves.slice(-6).map((leaf) => leaf.trimEnd().split('\n').slice(2));
  assert.deepEqual(
    last.map(({ length }) => length),
    [200, 200, 50, 200, 200, 50],
  );
  const keys = last.flat().map((line) => line.split('\t')[0] ?? '');
  assert.equal(new Set(keys).size, 900);
  assert.ok(keys.slice(450).every((key) => key.includes('by-the-owner-')));
});

test('the last token of a meter is in no leaf; whatever else of it changes has its own', async () => {
  const ofMeters = async () => {
    await h.services.tokenLog.sequence(h.utilityId);
    return (await readLog()).leaves.filter((leaf) => leaf.includes('{"table":"meters"')).length;
  };
  const change = (of: string) => sql.raw(`UPDATE prewatt.meters SET ${of}`);
  const before = await ofMeters();
  await change('last_tid = coalesce(last_tid, 0)').execute(h.owner.directories);
  await change('commanded_at = now()').execute(h.owner.directories);
  assert.equal(await ofMeters(), before);
  const { numAffectedRows } = await change("tariff_index = '77', commanded_at = NULL").execute(
    h.owner.directories,
  );
  assert.ok(Number(numAffectedRows) > 1);
  assert.equal(await ofMeters(), before + Number(numAffectedRows));
});

test('the server can neither write a leaf, nor take one away, nor give a place itself', async () => {
  for (const statement of [
    `INSERT INTO prewatt_log.leaves (utility_id, salt, first_row, leaf) VALUES ('${h.utilityId}', '', 1, '')`,
    'DELETE FROM prewatt_log.leaves',
    'UPDATE prewatt_log.leaves SET leaf = NULL',
    'DELETE FROM prewatt_log.entries',
    `INSERT INTO prewatt_log.entries VALUES ('${h.utilityId}', 1, 1)`,
    'UPDATE prewatt_log.heads SET done_to = 1000',
    `SELECT prewatt_log.tell_columns(NULL, NULL)`,
  ]) {
    await assert.rejects(
      h.database.inUtility(h.utilityId, (tx) => sql.raw(statement).execute(tx)),
      /permission denied/,
      statement,
    );
  }
});

test('a leaf says who signed in where another role wrote', async () => {
  const { rows } = await sql<{ owner: string }>`SELECT session_user AS owner`.execute(
    h.owner.directories,
  );
  const { owner } = rows[0] ?? {};
  // The harness signs in as the owner and acts as the server's role.
  await h.database.inUtility(h.utilityId, (tx) =>
    sql`UPDATE prewatt.vendors SET blocked_reason = 'as the server'`.execute(tx),
  );
  await sql`UPDATE prewatt.vendors SET blocked_reason = 'as the owner'`.execute(
    h.owner.directories,
  );
  await h.services.tokenLog.sequence(h.utilityId);
  const { leaves } = await readLog();
  const heads = leaves.slice(-2).map((leaf) => JSON.parse(leaf.split('\n')[1] ?? ''));
  assert.deepEqual(
    heads.map(({ by, login }) => [by, login]),
    [
      ['prewatt_app', owner],
      [owner, undefined],
    ],
  );
});

test('places go on in a database that was put back from another cluster’s dump', async () => {
  const doneTo = async () =>
    (
      await sql<{ done: bigint; newest: bigint }>`SELECT done_to AS done,
        (SELECT max(id) FROM prewatt_log.leaves l WHERE l.utility_id = h.utility_id) AS newest
        FROM prewatt_log.heads h WHERE utility_id = ${h.utilityId}`.execute(h.owner.directories)
    ).rows[0];
  await sql`UPDATE prewatt_log.heads SET watched = done_to, watched_by = '900000000000000'`.execute(
    h.owner.directories,
  );
  const before = await doneTo();
  for (const name of ['Five', 'Six', 'Seven']) {
    await sql`UPDATE prewatt.utilities SET legal_name = ${name}`.execute(h.owner.directories);
    await h.services.tokenLog.sequence(h.utilityId);
  }
  // A place is given once every transaction of before is over, those of other databases of the
  // cluster among them, where other tests may be at work, some for many seconds.
  const isDone = async () => {
    const after = await doneTo();
    return before && after && after.done > before.done && after.done >= after.newest - 2n;
  };
  for (let tries = 0; tries < 1_200 && !(await isDone()); tries += 1) {
    await pause(50);
    await h.services.tokenLog.sequence(h.utilityId);
  }
  assert.ok(await isDone());
});

test('the proof of a token of a batch shows the leaf by which it began, whatever came after', async () => {
  const { rows } = await sql<{ bucket: number; id: string; entered: bigint }>`
    SELECT t.bucket, t.id, t.entered FROM prewatt.tokens t JOIN prewatt_log.leaves l
      ON l.from_entry <= t.entered AND l.to_entry > t.entered
    ORDER BY t.entered LIMIT 1`.execute(h.owner.directories);
  const [token] = rows;
  assert.ok(token, 'the town has a batch of tokens');
  const { bucket, id } = token;
  // As leaves of before, with places in the order of entry for updates, too.
  for (let n = 0; n < 60; n += 1) {
    await sql`UPDATE prewatt.tokens SET digits = ${String(n).padStart(20, '0')}
      WHERE bucket = ${bucket} AND id = ${id}`.execute(h.owner.directories);
  }
  const places = await sql<{ n: bigint }>`UPDATE prewatt_log.leaves
    SET from_entry = ${token.entered}, to_entry = ${token.entered} WHERE table_name = 'tokens'
      AND to_entry IS NULL`.execute(h.owner.directories);
  assert.ok(Number(places.numAffectedRows) >= 60, 'updates have no place there by themselves');
  await h.services.tokenLog.sequence(h.utilityId);
  await h.database.inUtility(h.utilityId, async (tx) => {
    const proof = await tokenProof(tx, token);
    assert.match(proof?.leaf ?? '', /"table":"tokens","op":"insert"/);
    const { origin, sinceMs } = proof ?? {};
    assert.deepEqual(await tokenSince(tx, token), { sinceMs, origin });
  });
});
