// The token log before a witness that is a process of its own: heads are signed as the log grows,
// and a database that was put back, or a leaf that was taken out of it, raises an alarm.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { cosignedAtSeconds, readKey, readNote } from '@prewatt/transparency';
import { nodeCrypto } from '@prewatt/transparency/node-crypto';
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

test('a database that was put back, and then a leaf that was taken out, raise an alarm', async () => {
  await owner('CREATE TABLE prewatt_log.heads_before AS TABLE prewatt_log.heads');
  await grow();
  await grow();
  await ask();
  await owner(`DELETE FROM prewatt_log.entries WHERE place >= (
    SELECT size FROM prewatt_log.heads_before)`);
  await owner(`UPDATE prewatt_log.heads h SET size = b.size, peaks = b.peaks,
    checkpoint = b.checkpoint, done_to = 0, watched = NULL, watched_by = NULL,
    witnessed_size = NULL FROM prewatt_log.heads_before b`);
  await ask();
  assert.match(down.get('witness-regulator.example') ?? '', /signed \d+ entries, here are \d+/);
  await owner('DELETE FROM prewatt_log.leaves WHERE id = (SELECT max(id) FROM prewatt_log.leaves)');
  down.clear();
  await grow();
  await ask();
  assert.match(down.get('witness-regulator.example') ?? '', /another log/);
  await grow();
  await ask();
  assert.match(down.get('witness-regulator.example') ?? '', /not grown|another log/);
});
