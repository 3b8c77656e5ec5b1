// A witness at its door: growth is signed; a fork, a rollback and a log that nobody named are
// refused, also after it was started anew; two heads of one size are kept as evidence.

import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  append,
  checkpointText,
  consistencyPlan,
  cosignedAtSeconds,
  emptyFrontier,
  frontierRoot,
  keyText,
  leafHash,
  openCheckpoint,
  proofOf,
  readNote,
  readSignatureLines,
  signNote,
  type TreeNode,
  writeAddCheckpoint,
  writeNote,
} from '@prewatt/transparency';
import { ed25519Signer, nodeCrypto } from '@prewatt/transparency/node-crypto';
import { parseConfig } from './config.ts';
import { createDoor } from './door.ts';
import { witnessKey } from './key.ts';
import { createKnownLogs } from './logs.ts';
import { createState } from './state.ts';

const { sha256 } = nodeCrypto;
const folder = mkdtempSync(join(tmpdir(), 'prewatt-witness-'));
const origin = 'town.example/log/1';
const signer = ed25519Signer(new Uint8Array(32).fill(5));
const logKey = { name: origin, kind: 'ed25519', publicKey: signer.publicKey } as const;
const told: Record<string, unknown>[] = [];

/** A log of entries: its head as a note, and the proof from an older size. */
function logOf(entries: readonly string[]) {
  const leaves = entries.map((entry) => leafHash(sha256, Buffer.from(entry)));
  const { frontier, completed } = append(sha256, emptyFrontier, leaves);
  const text = checkpointText({
    ...{ origin, size: leaves.length, root: frontierRoot(sha256, frontier), extensions: [] },
  });
  const note = writeNote({
    text,
    signatures: [signNote(sha256, text, { key: logKey, sign: signer.sign })],
  });
  const read = (at: TreeNode) =>
    completed.find(({ level, index }) => level === at.level && index === at.index)
      ?.hash as Uint8Array;
  const proof = (from: number) => proofOf(sha256, consistencyPlan(from, leaves.length), read);
  return { note, proof };
}

function open() {
  const by = witnessKey(folder, 'regulator.example');
  const logs = createKnownLogs({ file: join(folder, 'logs'), takeFrom: null, fetch });
  const tell = (line: object) => void told.push(line as Record<string, unknown>);
  const door = createDoor({
    ...{ by, logs, tell, state: createState(folder), nowMs: () => 1_700_000_000_000 },
  });
  return new Promise<{ url: string; by: typeof by; close: () => void }>((resolve) => {
    door.listen(0, '127.0.0.1', () => {
      const { port } = door.address() as AddressInfo;
      resolve({ url: `http://127.0.0.1:${port}`, by, close: () => void door.close() });
    });
  });
}

let witness: Awaited<ReturnType<typeof open>>;
before(async () => {
  witness = await open();
});
after(() => {
  witness.close();
  rmSync(folder, { recursive: true });
});

async function ask(entries: readonly string[], oldSize: number) {
  const { note, proof } = logOf(entries);
  const body = writeAddCheckpoint({ oldSize, proof: proof(oldSize), note: Buffer.from(note) });
  const answer = await fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body });
  return { status: answer.status, text: await answer.text(), note };
}

test('a log that nobody named is refused; once its key is in the file it is known', async () => {
  assert.equal((await ask(['a'], 0)).status, 404);
  appendFileSync(join(folder, 'logs'), `# the town's\n${keyText(sha256, logKey)}\n`);
  const first = await ask(['a'], 0);
  assert.equal(first.status, 200);
  const note = readNote(Buffer.from(first.note));
  assert.ok(note.ok);
  const signatures = readSignatureLines(first.text) ?? [];
  const seen = { text: note.value.text, signatures };
  assert.equal(cosignedAtSeconds(nodeCrypto, seen, witness.by.key), 1_700_000_000);
});

test('growth is signed; an older size is answered with the one that was signed', async () => {
  assert.equal((await ask(['a', 'b', 'c'], 1)).status, 200);
  const late = await ask(['a', 'b', 'c', 'd'], 1);
  assert.deepEqual([late.status, late.text], [409, '3\n']);
});

test('a fork, another log of the same size and a rollback are refused and told', async () => {
  assert.equal((await ask(['a', 'x', 'c', 'd'], 3)).status, 422);
  assert.equal((await ask(['a', 'b', 'x'], 3)).status, 409);
  assert.equal((await ask(['a', 'b'], 1)).status, 409);
  assert.deepEqual(
    told.flatMap((line) => line['refused'] ?? []),
    ['unknownLog', 'inconsistent', 'otherRoot', 'shorter'],
  );
  const health = await (await fetch(`${witness.url}/health`)).json();
  const refused = { unknownLog: 1, inconsistent: 1, otherRoot: 1, shorter: 1 };
  assert.deepEqual(health, { status: 'ready', refused });
});

test('of two logs of one size both signed heads are kept; an old head is no evidence', () => {
  const files = readdirSync(join(folder, 'refused')).toSorted();
  const kinds = files.map((name) => name.replace(/-[0-9a-f]{16}/, ''));
  assert.deepEqual(kinds, [
    ...['inconsistent.signed.txt', 'inconsistent.txt'],
    ...['otherRoot.signed.txt', 'otherRoot.txt'],
  ]);
  const heads = files.slice(2).map((name) => {
    const text = readFileSync(join(folder, 'refused', name), 'utf8');
    const note = Buffer.from(text.slice(text.indexOf('\n') + 1));
    const opened = openCheckpoint(nodeCrypto, note, { origin, key: logKey });
    assert.ok(opened.ok, 'the log’s own signature is under it');
    return opened.value.checkpoint;
  });
  const [ours, other] = heads;
  assert.equal(ours?.size, other?.size);
  assert.notDeepEqual(ours?.root, other?.root);
});

test('whoever sends heads with wrong proofs fills no place of evidence, and what is full is told', async () => {
  for (let n = 0; n < 21; n += 1) {
    assert.equal((await ask(['a', 'b', 'x', 'd', `${n}`], 3)).status, 422);
  }
  assert.deepEqual(told.at(-1), {
    ...{ level: 'error', notKept: 'inconsistent', origin, because: 'full' },
  });
  assert.equal((await ask(['a', 'x', 'x'], 3)).status, 409);
  const evidence = readdirSync(join(folder, 'refused')).filter((name) =>
    /^otherRoot-[0-9a-f]+\.txt$/.test(name),
  );
  assert.equal(evidence.length, 2);
});

test('what cannot be kept is not signed, and its health says so', async () => {
  const logs = join(folder, 'logs.signed');
  renameSync(logs, `${logs}.away`);
  const { length } = told;
  // Its memory is away: nothing is known of the log, and nothing can be kept.
  assert.equal((await ask(['a'], 0)).status, 500);
  assert.equal(told.length, length + 1);
  assert.equal((await fetch(`${witness.url}/health`)).status, 503);
  renameSync(`${logs}.away`, logs);
  assert.equal((await ask(['a', 'b', 'c'], 3)).status, 200);
  assert.equal((await fetch(`${witness.url}/health`)).status, 200);
});

test('started anew it has the same key and remembers what it signed', async () => {
  const { text } = witness.by;
  witness.close();
  witness = await open();
  assert.equal(witness.by.text, text);
  assert.equal((await ask(['a', 'b', 'x', 'd'], 3)).status, 422);
  assert.equal((await ask(['a', 'b', 'c', 'd'], 3)).status, 200);
  assert.equal(statSync(join(folder, 'key')).mode & 0o777, 0o600);
  const logs = await (await fetch(`${witness.url}/logs`)).json();
  assert.deepEqual(logs, [{ origin, size: 4, at: '2023-11-14T22:13:20.000Z' }]);
});

test('what is no request ends in a refusal; the environment is read with all its faults', async () => {
  const send = (body: string) =>
    fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body }).then(({ status }) => status);
  assert.equal(await send('nothing'), 400);
  assert.equal(await send('x'.repeat(200_000)), 413);
  assert.equal((await fetch(witness.url)).status, 404);
  const read = parseConfig({ PREWATT_WITNESS_PORT: '-1', PREWATT_WITNESS_TAKE_FROM: 'x' });
  assert.equal(read.ok, false);
  if (!read.ok) assert.equal(read.error.length, 4);
});
