// Notes, checkpoints and cosignatures; the published note of Go's sumdb/note package documentation.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ed25519Signer, nodeCrypto } from '../node/crypto.ts';
import {
  checkpointText,
  cosign,
  cosignedAtSeconds,
  emptyRoot,
  keyText,
  type NoteKey,
  openCheckpoint,
  readCheckpoint,
  readKey,
  readNote,
  signatureOf,
  signNote,
  writeNote,
} from '../src/index.ts';
import { sha256 } from './naive.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const publishedKey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const publishedNote = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.

\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`;

const signerOf = (seed: number, name: string, kind: NoteKey['kind'] = 'ed25519') => {
  const { sign, publicKey } = ed25519Signer(new Uint8Array(32).fill(seed));
  return { key: { name, kind, publicKey }, sign };
};
const log = signerOf(1, 'ridgeview.example/log');
const witness = signerOf(2, 'regulator.example', 'cosignature');
const checkpoint = {
  origin: 'ridgeview.example/log',
  size: 0,
  root: emptyRoot(sha256),
  extensions: [],
};
const text = checkpointText(checkpoint);
const signed = writeNote({ text, signatures: [signNote(sha256, text, log)] });

test('a note that another implementation signed is verified', () => {
  const key = readKey(sha256, publishedKey);
  const note = readNote(bytes(publishedNote));
  assert.ok(key.ok && note.ok);
  assert.equal(keyText(sha256, key.value), publishedKey);
  assert.notEqual(signatureOf(nodeCrypto, note.value, key.value), null);
  assert.equal(writeNote(note.value), publishedNote);
  const altered = { ...note.value, text: note.value.text.replace('answer', 'cause') };
  assert.equal(signatureOf(nodeCrypto, altered, key.value), null);
});

test('a key is read as it is written, whatever its kind; an altered one is refused', () => {
  for (const { key } of [log, witness]) {
    assert.deepEqual(readKey(sha256, keyText(sha256, key)), {
      ok: true,
      value: { ...key, publicKey: new Uint8Array(key.publicKey) },
    });
  }
  const refused = { ok: false, error: 'badKey' };
  const written = keyText(sha256, log.key);
  for (const odd of ['', 'a+b', written.slice(1), `${written}=`, written.replace('+', '+0')]) {
    assert.deepEqual(readKey(sha256, odd), refused, odd);
  }
});

test('a checkpoint is opened by the key of its log, and by no other', () => {
  const opened = openCheckpoint(nodeCrypto, bytes(signed), { ...checkpoint, key: log.key });
  assert.ok(opened.ok);
  assert.deepEqual(opened.value.checkpoint.size, 0);
  assert.deepEqual(Buffer.from(opened.value.checkpoint.root), Buffer.from(checkpoint.root));
  const other = signerOf(3, 'ridgeview.example/log');
  const cases = [
    [signed, { ...checkpoint, key: other.key }, 'notSigned'],
    [signed, { origin: 'other.example', key: log.key }, 'otherOrigin'],
    [signed.replace('\n0\n', '\n1\n'), { ...checkpoint, key: log.key }, 'notSigned'],
    [signed.replace('\n0\n', '\n01\n'), { ...checkpoint, key: log.key }, 'badCheckpoint'],
    [signed.replace('\n\n', '\n'), { ...checkpoint, key: log.key }, 'badNote'],
    [`\u0007${signed}`, { ...checkpoint, key: log.key }, 'badNote'],
  ] as const;
  for (const [came, of, error] of cases) {
    assert.deepEqual(openCheckpoint(nodeCrypto, bytes(came), of), { ok: false, error });
  }
});

test('lines of an extension stand in the checkpoint; an empty one does not', () => {
  const more = checkpointText({ ...checkpoint, extensions: ['a line', '\u2014 a dash'] });
  const read = readCheckpoint(more);
  assert.ok(read.ok);
  assert.deepEqual(read.value.extensions, ['a line', '\u2014 a dash']);
  assert.equal(readCheckpoint(`${text}\n`).ok, false);
  assert.equal(readCheckpoint(text.slice(0, -1)).ok, false);
});

test('a cosignature tells when the witness saw it, and stands beside the log’s own', () => {
  const atSeconds = 1_793_600_000;
  const seen = cosign(sha256, text, { ...witness, atSeconds });
  const note = readNote(
    bytes(writeNote({ text, signatures: [signNote(sha256, text, log), seen] })),
  );
  assert.ok(note.ok);
  assert.equal(cosignedAtSeconds(nodeCrypto, note.value, witness.key), atSeconds);
  assert.notEqual(signatureOf(nodeCrypto, note.value, log.key), null);
  const later = new Uint8Array(seen.signature);
  later[7] = (later[7] ?? 0) ^ 1;
  const forged = { ...note.value, signatures: [{ ...seen, signature: later }] };
  assert.equal(cosignedAtSeconds(nodeCrypto, forged, witness.key), null);
  const ofOther = signerOf(4, 'regulator.example', 'cosignature');
  assert.equal(cosignedAtSeconds(nodeCrypto, note.value, ofOther.key), null);
});
