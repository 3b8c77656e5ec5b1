// The token log before a witness that is a process of its own: heads are signed as the log grows,
// and a database that was put back, or a leaf that was taken out of it, raises an alarm.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import {
  cosign,
  cosignedAtSeconds,
  type NoteKey,
  readAddCheckpoint,
  readKey,
  readNote,
  signatureLine,
} from '@prewatt/transparency';
import { ed25519Signer, nodeCrypto } from '@prewatt/transparency/node-crypto';
import { sql } from 'kysely';
import {
  createWitnessing,
  type WitnessConfig,
  type Witnessing,
} from '../src/registry/token-log/index.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';

let h: Harness;
let http: HttpHarness;
let witness: ChildProcess;
let trusted: WitnessConfig;
let witnessing: Witnessing;
const folder = mkdtempSync(join(tmpdir(), 'prewatt-witnesses-'));
const down = new Map<string, string>();
const parts = {
  up: (name: string) => void down.delete(name),
  down: (name: string, detail: string) => void down.set(name, detail),
};

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  await grow();
  writeFileSync(join(folder, 'logs'), (await get('key')).payload);
  const main = new URL('../../witness/src/main.ts', import.meta.url).pathname;
  witness = spawn(process.execPath, [main], {
    env: {
      ...{ PREWATT_WITNESS_NAME: 'regulator.example', PREWATT_WITNESS_PORT: '0' },
      PREWATT_WITNESS_DIR: folder,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  assert.ok(witness.stdout);
  const [line] = await once(createInterface(witness.stdout), 'line');
  const { key: text, at } = JSON.parse(line);
  const key = readKey(nodeCrypto.sha256, text);
  assert.ok(key.ok);
  trusted = { url: `http://127.0.0.1:${at.port}`, key: key.value };
  witnessing = createWitnessing({ ...h, parts, fetch, witnesses: [trusted] });
});
after(async () => {
  witness.kill();
  await http.close();
  await h.close();
  rmSync(folder, { recursive: true });
});

const get = (path: string) => http.app.inject({ url: `/log/${h.utilityId}/${path}` });
const ask = () => witnessing.ask(h.utilityId, AbortSignal.timeout(10_000));
const owner = (statement: string) => sql.raw(statement).execute(h.owner.directories);
let grown = 0;
async function grow(): Promise<void> {
  grown += 1;
  await owner(`UPDATE prewatt.utilities SET legal_name = 'Name ${grown}'`);
  await h.services.tokenLog.sequence(h.utilityId);
}
const seen = async () => {
  const note = readNote((await get('checkpoint')).rawPayload);
  assert.ok(note.ok);
  const size = Number(note.value.text.split('\n')[1]);
  return { size, atSeconds: cosignedAtSeconds(nodeCrypto, note.value, trusted.key) };
};

test('a head is published with the signature of the witness, also after it has grown', async () => {
  assert.equal((await seen()).atSeconds, null);
  await ask();
  const first = await seen();
  assert.ok(first.atSeconds);
  for (let n = 0; n < 3; n += 1) {
    await grow();
    await ask();
  }
  const next = await seen();
  assert.equal(next.size, first.size + 3);
  assert.ok(next.atSeconds);
  assert.deepEqual([...down], []);
});

test('an answer that was lost is made good: the witness tells what it signed', async () => {
  await owner('UPDATE prewatt_log.witnesses SET size = 1');
  await grow();
  await ask();
  assert.ok((await seen()).atSeconds);
  assert.deepEqual([...down], []);
});

test('a witness that does not answer is down after three calls, and up with the first answer', async () => {
  const away = { ...trusted, url: 'http://127.0.0.1:9' };
  const unheard = createWitnessing({ ...h, parts, fetch, witnesses: [away] });
  await grow();
  for (let n = 0; n < 2; n += 1) await unheard.ask(h.utilityId, AbortSignal.timeout(5_000));
  assert.deepEqual([...down], []);
  await unheard.ask(h.utilityId, AbortSignal.timeout(5_000));
  assert.equal(down.size, 1);
  await ask();
  assert.deepEqual([...down], []);
});

/** A witness whose answer comes only after `meanwhile`. */
const askSlowly = async (meanwhile: () => Promise<void>): Promise<void> => {
  let isFirst = true;
  const slow = createWitnessing({
    ...{ ...h, parts, witnesses: [trusted] },
    fetch: async (...request) => {
      if (isFirst) await meanwhile();
      isFirst = false;
      return await fetch(...request);
    },
  });
  await slow.ask(h.utilityId, AbortSignal.timeout(10_000));
};

test('two servers ask at once: a head that another has had signed since is no other log', async () => {
  await grow();
  await askSlowly(async () => {
    await grow();
    await ask();
  });
  assert.deepEqual([...down], []);
  const { size, atSeconds } = await seen();
  assert.ok(atSeconds, 'the newer head with its signature is not taken away');
  const { rows } = await sql<{ size: bigint; known: bigint }>`SELECT h.size, w.size AS known
    FROM prewatt_log.heads h JOIN prewatt_log.witnesses w USING (utility_id)`.execute(
    h.owner.directories,
  );
  assert.deepEqual(rows, [{ size: BigInt(size), known: BigInt(size) }]);
});

test('signatures of one head come together, whoever asked for them; one that stands is not asked for again', async () => {
  const signer = ed25519Signer(new Uint8Array(32).fill(3));
  const key: NoteKey = { name: 'bank.example', kind: 'cosignature', publicKey: signer.publicKey };
  const second: WitnessConfig = { url: 'http://bank.example', key };
  let asked = 0;
  const bank: typeof fetch = async (url, request) => {
    if (new URL(String(url)).host !== 'bank.example') return await fetch(url, request);
    asked += 1;
    const read = readAddCheckpoint(Buffer.from(String(request?.body)));
    const note = readNote(read?.note ?? new Uint8Array());
    assert.ok(note.ok);
    const by = { key, sign: signer.sign, atSeconds: 1_700_000_000 };
    return new Response(signatureLine(cosign(nodeCrypto.sha256, note.value.text, by)));
  };
  await grow();
  await ask();
  const both = createWitnessing({ ...h, parts, fetch: bank, witnesses: [trusted, second] });
  for (let n = 0; n < 2; n += 1) await both.ask(h.utilityId, AbortSignal.timeout(5_000));
  const note = readNote((await get('checkpoint')).rawPayload);
  assert.ok(note.ok);
  assert.ok(cosignedAtSeconds(nodeCrypto, note.value, trusted.key));
  assert.ok(cosignedAtSeconds(nodeCrypto, note.value, key));
  assert.equal(asked, 1);
  // One that is configured no more is not waited for.
  await owner(`INSERT INTO prewatt_log.witnesses
    SELECT utility_id, 'gone.example', 1, now() FROM prewatt_log.witnesses LIMIT 1`);
  await both.ask(h.utilityId, AbortSignal.timeout(5_000));
  assert.equal(asked, 1);
});

test('a good answer of one utility’s log does not end the alarm of another’s', async () => {
  const other = crypto.randomUUID();
  await owner(`INSERT INTO prewatt.utilities SELECT (jsonb_populate_record(u,
    jsonb_build_object('id', '${other}', 'name', 'Other town'))).* FROM prewatt.utilities u`);
  await h.services.tokenLog.sequence(other);
  const key = await http.app.inject({ url: `/log/${other}/key` });
  appendFileSync(join(folder, 'logs'), key.payload);
  const both = createWitnessing({
    ...{ ...h, parts, witnesses: [trusted] },
    fetch: async (...request) => {
      const isOther = String(request[1]?.body).includes(other);
      return isOther ? new Response('not grown', { status: 422 }) : await fetch(...request);
    },
  });
  await grow();
  for (const id of [other, h.utilityId]) await both.ask(id, AbortSignal.timeout(5_000));
  assert.match(
    down.get('witness-regulator.example') ?? '',
    /regulator.example has seen another log of Other town/,
  );
  await ask();
  down.clear();
});

test('a database that was put back, and then a leaf that was taken out, raise an alarm', async () => {
  await owner('CREATE TABLE prewatt_log.heads_before AS TABLE prewatt_log.heads');
  await grow();
  await grow();
  await ask();
  await owner(`DELETE FROM prewatt_log.entries e WHERE place >= (
    SELECT size FROM prewatt_log.heads_before b WHERE b.utility_id = e.utility_id)`);
  await owner(`UPDATE prewatt_log.heads h SET size = b.size, peaks = b.peaks,
    checkpoint = b.checkpoint, done_to = 0, watched = NULL, watched_by = NULL,
    witnessed = b.witnessed, witnessed_size = b.witnessed_size FROM prewatt_log.heads_before b
    WHERE b.utility_id = h.utility_id`);
  // As a server that is started on it.
  witnessing = createWitnessing({ ...h, parts, fetch, witnesses: [trusted] });
  await ask();
  assert.match(down.get('witness-regulator.example') ?? '', /signed \d+ entries, here are \d+/);
  await owner(`DELETE FROM prewatt_log.leaves WHERE id = (SELECT max(id) FROM prewatt_log.leaves
    WHERE utility_id = '${h.utilityId}')`);
  down.clear();
  await grow();
  await ask();
  assert.match(down.get('witness-regulator.example') ?? '', /another log/);
  await grow();
  await ask();
  assert.match(down.get('witness-regulator.example') ?? '', /not grown|another log/);
});
