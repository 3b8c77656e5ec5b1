// An export as a server writes it, made of leaves and rows that a test chooses.

import { createHash, hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import {
  append,
  bundlePath,
  bundlesOf,
  checkpointText,
  cosign,
  emptyFrontier,
  frontierRoot,
  keyText,
  leafHash,
  type NoteKey,
  type Sign,
  signNote,
  tilePath,
  tilesOf,
  tileWidth,
  writeBundle,
  writeNote,
} from '@prewatt/transparency';
import { ed25519Signer, nodeCrypto } from '@prewatt/transparency/node-crypto';
import type { Source } from '../src/index.ts';

export { bodyWith, valuesOf as rowValues } from '../src/row-form.ts';

const { sha256 } = nodeCrypto;
export const origin = 'ridgeview.example/log/1';
export type Signer = { readonly key: NoteKey; readonly sign: Sign };

export function signerOf(name: string, kind: NoteKey['kind'], seed: number): Signer {
  const { sign, publicKey } = ed25519Signer(new Uint8Array(32).fill(seed));
  return { key: { name, kind, publicKey }, sign };
}
export const logSigner = signerOf(origin, 'ed25519', 9);
export const witnessSigners = [
  signerOf('bank.example', 'cosignature', 10),
  signerOf('regulator.example', 'cosignature', 11),
];
export const textOf = ({ key }: Signer): string => keyText(sha256, key);

const logs = new WeakMap<readonly Uint8Array[], Map<string, Uint8Array>>();
const zipped = new WeakMap<readonly OutRow[], Uint8Array>();
/** The same again and again in trials of one town; nobody changes a list that was written. */
function once<K extends object, V>(kept: WeakMap<K, V>, key: K, make: () => V): V {
  const value = kept.get(key) ?? make();
  kept.set(key, value);
  return value;
}

/** Checkpoint, tiles and bundles. */
export function logFiles(
  leaves: readonly Uint8Array[],
  by: { readonly log: Signer; readonly witnesses: readonly Signer[] } = {
    log: logSigner,
    witnesses: witnessSigners,
  },
): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const { frontier, completed } = append(
    sha256,
    emptyFrontier,
    leaves.map((leaf) => leafHash(sha256, leaf)),
  );
  const nodes = new Map(completed.map((node) => [`${node.level}/${node.index}`, node.hash]));
  for (const tile of tilesOf(leaves.length)) {
    const first = tile.index * tileWidth;
    const hashes = Array.from(
      { length: tile.width },
      (_, i) => nodes.get(`${tile.level * 8}/${first + i}`) ?? new Uint8Array(),
    );
    files.set(tilePath(tile), Buffer.concat(hashes));
  }
  for (const bundle of bundlesOf(leaves.length)) {
    const first = bundle.index * tileWidth;
    files.set(bundlePath(bundle), writeBundle(leaves.slice(first, first + bundle.width)));
  }
  const { size } = frontier;
  const text = checkpointText({
    origin: by.log.key.name,
    size,
    root: frontierRoot(sha256, frontier),
    extensions: [],
  });
  const signatures = [
    signNote(sha256, text, by.log),
    ...by.witnesses.map((witness) =>
      cosign(sha256, text, { ...witness, atSeconds: 1_796_000_000 }),
    ),
  ];
  files.set('checkpoint', Buffer.from(writeNote({ text, signatures })));
  return files;
}

export type OutRow = {
  readonly key: string;
  readonly columns: number;
  readonly salt: Uint8Array;
  readonly text: string;
  /** `text` is base64 of a row's bytes. */
  readonly isBytes?: boolean;
};

/** The whole export; `more` are files besides those of rows, null for one that is left out. */
export function exportFiles(
  leaves: readonly Uint8Array[],
  tables: ReadonlyMap<string, readonly OutRow[]>,
  more: ReadonlyMap<string, string | null> = new Map(),
): Map<string, Uint8Array> {
  const log = once(logs, leaves, () => logFiles(leaves));
  const files = new Map<string, Uint8Array>(
    [...log].map(([path, bytes]) => [`log/${path}`, bytes]),
  );
  const listed: Record<string, { sha256: string; rows: number }> = {};
  const put = (path: string, bytes: Uint8Array, rows: number): void => {
    files.set(path, bytes);
    listed[path] = { sha256: createHash('sha256').update(bytes).digest('hex'), rows };
  };
  for (const [table, rows] of tables) {
    const bytes = once(zipped, rows, () =>
      gzipSync(rows.map((row) => `${lineOf(row)}\n`).join('')),
    );
    put(`rows/${table}.ndjson.gz`, bytes, rows.length);
  }
  for (const [path, text] of new Map([['said/meters.ndjson.gz', ''], ...more])) {
    if (text !== null) put(path, gzipSync(text), text.split('\n').length - 1);
  }
  const [, , root = ''] = Buffer.from(log.get('checkpoint') ?? [])
    .toString()
    .split('\n');
  const manifest = Buffer.from(
    JSON.stringify({
      format: 'prewatt-audit/1',
      origin,
      utilityId: '1',
      at: '2026-12-02T04:00:00Z',
      size: leaves.length,
      root,
      files: listed,
    }),
  );
  files.set('manifest.json', manifest);
  const text = `prewatt-audit/1\n${origin}\n${hash('sha256', manifest, 'hex')}\n`;
  files.set(
    'manifest.note',
    Buffer.from(writeNote({ text, signatures: [signNote(sha256, text, logSigner)] })),
  );
  files.set(
    'log/keys.json',
    Buffer.from(JSON.stringify({ log: textOf(logSigner), witnesses: witnessSigners.map(textOf) })),
  );
  return files;
}

export const lineOf = ({ key, columns, salt, text, isBytes = false }: OutRow): string =>
  `{"key":${key},"columns":${columns},"salt":"${Buffer.from(salt).toString('base64')}",` +
  `"${isBytes ? 'bytes' : 'text'}":${JSON.stringify(text)}}`;

/** An export that is nowhere but in memory. */
export function memorySource(files: ReadonlyMap<string, Uint8Array>): Source {
  return {
    isSmall: true,
    read: async (path) => files.get(path) ?? null,
    stream: (path) => {
      const bytes = files.get(path);
      return bytes === undefined ? null : Readable.from([bytes]);
    },
  };
}
