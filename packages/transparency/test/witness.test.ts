// A witness beside a log that grows, forks, is rolled back and repeats itself.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ed25519Signer, nodeCrypto } from '../node/crypto.ts';
import {
  checkpointText,
  consistencyPlan,
  cosignedAtSeconds,
  emptyRoot,
  proofOf,
  readNote,
  signNote,
  type Witnessed,
  witnessCheckpoint,
  writeAddCheckpoint,
  writeNote,
} from '../src/index.ts';
import { type MemoryLog, memoryLog } from './log.ts';
import { entriesOf, sha256 } from './naive.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const origin = 'ridgeview.example/log';
const signerOf = (seed: number, name: string, kind: 'ed25519' | 'cosignature') => {
  const { sign, publicKey } = ed25519Signer(new Uint8Array(32).fill(seed));
  return { key: { name, kind, publicKey }, sign };
};
const owner = signerOf(1, origin, 'ed25519');
const by = signerOf(2, 'regulator.example', 'cosignature');
const atSeconds = 1_793_600_000;

const noteOf = ({ size, root }: Pick<MemoryLog, 'size' | 'root'>, signer = owner) => {
  const text = checkpointText({ origin, size, root, extensions: [] });
  return writeNote({ text, signatures: [signNote(sha256, text, signer)] });
};

const ask = (last: Witnessed | null, request: Uint8Array) =>
  witnessCheckpoint(nodeCrypto, request, {
    logOf: (name) => (name === origin ? { origin, key: owner.key } : null),
    lastOf: () => last,
    by,
    atSeconds,
  });

const grown = (from: number, log: MemoryLog, signer = owner) =>
  bytes(
    writeAddCheckpoint({
      oldSize: from,
      proof: proofOf(sha256, consistencyPlan(from, log.size), log.read),
      note: bytes(noteOf(log, signer)),
    }),
  );

const at = (size: number) => memoryLog(entriesOf(size));
const seen = (log: MemoryLog): Witnessed => ({ size: log.size, root: log.root });

test('growth is signed, from nothing on and step by step', () => {
  let last: Witnessed | null = null;
  for (const size of [1, 2, 7, 8, 300]) {
    const log = at(size);
    const answer = ask(last, grown(last?.size ?? 0, log));
    assert.equal(answer.status, 200);
    if (answer.status !== 200) return;
    const note = readNote(bytes(noteOf(log) + answer.body));
    assert.ok(note.ok);
    assert.equal(cosignedAtSeconds(nodeCrypto, note.value, by.key), atSeconds);
    assert.deepEqual(answer.keep, { size, root: answer.keep.root });
    last = answer.keep;
  }
});

test('the same checkpoint again is signed again', () => {
  assert.equal(ask(seen(at(7)), grown(7, at(7))).status, 200);
});

test('a fork, a split view and a rollback are refused, each by its name', () => {
  const fork = memoryLog([...entriesOf(6), bytes('another'), ...entriesOf(2)]);
  const forked = ask(seen(at(7)), grown(7, fork));
  assert.deepEqual(forked, { status: 422, why: 'inconsistent' });
  const split = memoryLog([...entriesOf(6), bytes('another')]);
  const splitView = ask(seen(at(7)), grown(7, split));
  assert.deepEqual(splitView, { status: 409, why: 'otherRoot', body: '7\n' });
  const rolledBack = ask(seen(at(7)), grown(5, at(5)));
  assert.deepEqual(rolledBack, { status: 409, why: 'otherSize', body: '7\n' });
  const shrunk = writeAddCheckpoint({ oldSize: 7, proof: [], note: bytes(noteOf(at(5))) });
  assert.deepEqual(ask(seen(at(7)), bytes(shrunk)), { status: 400, why: 'shrinks' });
});

test('who proves from another size is told which; strangers are refused', () => {
  assert.deepEqual(ask(null, grown(3, at(7))), { status: 409, why: 'otherSize', body: '0\n' });
  const foreign = signerOf(3, origin, 'ed25519');
  assert.deepEqual(ask(null, grown(0, at(7), foreign)), { status: 403, why: 'notSigned' });
  const unknown = bytes(writeAddCheckpoint({ oldSize: 0, proof: [], note: bytes('x\n\n\n') }));
  assert.deepEqual(ask(null, unknown), { status: 404, why: 'unknownLog' });
  for (const odd of ['', 'old\n\n', 'old -1\n\nx', 'old 0\nnot a hash\n\nx', 'new 0\n\nx']) {
    assert.deepEqual(ask(null, bytes(odd)), { status: 400, why: 'malformed' }, odd);
  }
});

test('an empty log is witnessed as one', () => {
  const empty = { size: 0, root: emptyRoot(sha256) };
  const request = writeAddCheckpoint({ oldSize: 0, proof: [], note: bytes(noteOf(empty)) });
  assert.equal(ask(null, bytes(request)).status, 200);
});
