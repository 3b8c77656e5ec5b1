// Bytes of strangers for each reader of this package: anything, and what was valid with bytes
// changed.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nodeCrypto } from '../node/crypto.ts';
import {
  openCheckpoint,
  readAddCheckpoint,
  readBundle,
  readCheckpoint,
  readKey,
  readLogPath,
  readNote,
  witnessCheckpoint,
} from '../src/index.ts';

const key = {
  name: 'ridgeview.example/log',
  kind: 'ed25519',
  publicKey: new Uint8Array(32),
} as const;
const log = { origin: key.name, key };
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

/** None throws, and each answers with a value or a refusal. */
export const readers: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  readNote,
  readKey: (bytes) => readKey(nodeCrypto.sha256, textOf(bytes)),
  readCheckpoint: (bytes) => readCheckpoint(textOf(bytes)),
  openCheckpoint: (bytes) => openCheckpoint(nodeCrypto, bytes, log),
  readBundle: (bytes) => readBundle(bytes, bytes[0] ?? 0),
  readLogPath: (bytes) => readLogPath(textOf(bytes)),
  readAddCheckpoint,
  witnessCheckpoint: (bytes) =>
    witnessCheckpoint(nodeCrypto, bytes, {
      logOf: () => log,
      lastOf: () => null,
      by: { key, sign: () => new Uint8Array(64) },
      atSeconds: 0,
    }),
};

const root = Buffer.alloc(32, 7).toString('base64');
const signature = Buffer.alloc(68, 7).toString('base64');
const note = `${key.name}\n12\n${root}\n\n\u2014 ${key.name} ${signature}\n`;
const samples = [
  note,
  `old 3\n${root}\n${root}\n\n${note}`,
  'tile/0/x001/000.p/12',
  `name+01020304+${Buffer.alloc(33, 1).toString('base64')}`,
  '\u0000\u0002ab\u0000\u0001c',
];

const changed = fc
  .tuple(
    fc.constantFrom(...samples),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
    fc.nat(),
  )
  .map(([sample, changes, end]) => {
    const bytes = new Uint8Array(Buffer.from(sample));
    for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
    return end % 3 === 0 ? bytes.slice(0, end % bytes.length) : bytes;
  });

export function fuzz(name: string, runs: number): void {
  const read = readers[name] as (bytes: Uint8Array) => unknown;
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), changed), (bytes) => {
      assert.notEqual(read(bytes), undefined);
    }),
    { numRuns: runs },
  );
}
