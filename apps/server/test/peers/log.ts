// A transparency log as static files, read by a program on Go's sumdb packages: it must take what
// we wrote, and refuse it with one byte changed anywhere.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  append,
  bundlePath,
  bundlesOf,
  checkpointText,
  emptyFrontier,
  frontierRoot,
  keyText,
  leafHash,
  signNote,
  tilePath,
  tilesOf,
  tileWidth,
  writeBundle,
  writeNote,
} from '@prewatt/transparency';
import { ed25519Signer, nodeCrypto } from '@prewatt/transparency/node-crypto';

const { sha256 } = nodeCrypto;
const { sign, publicKey } = ed25519Signer(new Uint8Array(32).fill(9));
const origin = 'ridgeview.example/log';
const key = { name: origin, kind: 'ed25519', publicKey } as const;
const entries = Array.from({ length: 70_000 }, (_, i) => Buffer.from(`entry ${i}`));
const oldSize = 65_537;

export async function logReader(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-log-'));
  try {
    writeLog(folder);
    const program = buildReader(folder);
    const read = () => {
      const args = [folder, keyText(sha256, key)];
      const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', timeout: 60_000 });
      return { status, stdout };
    };
    const whole = read();
    assert.deepEqual(whole, { status: 0, stdout: '70000 entries, and the 65537 before them\n' });
    const files = [
      'checkpoint',
      'checkpoint.old',
      'tile/0/100',
      'tile/1/001.p/17',
      'tile/entries/200',
    ];
    for (const file of files) {
      const path = join(folder, file);
      const bytes = readFileSync(path);
      const altered = Buffer.from(bytes);
      altered[33] = (altered[33] ?? 0) ^ 1;
      writeFileSync(path, altered);
      const refused = read();
      assert.equal(refused.status, 1, `${file} was altered and taken`);
      writeFileSync(path, bytes);
    }
    assert.equal(read().status, 0);
    return `${entries.length} entries, tiles, checkpoints and growth; ${files.length} alterations refused`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Outside of modules: Debian's packages are a tree of sources. */
function buildReader(folder: string): string {
  const program = join(folder, 'log-reader');
  const source = new URL('./log-reader.go', import.meta.url).pathname;
  const built = spawnSync('go', ['build', '-o', program, source], {
    encoding: 'utf8',
    env: {
      ...process.env,
      GO111MODULE: 'off',
      GOPATH: '/usr/share/gocode',
      GOCACHE: join(folder, 'cache'),
      GOFLAGS: '',
    },
  });
  assert.equal(built.status, 0, built.stderr);
  return program;
}

function writeLog(folder: string): void {
  const leaves = entries.map((entry) => leafHash(sha256, entry));
  const old = append(sha256, emptyFrontier, leaves.slice(0, oldSize));
  const now = append(sha256, old.frontier, leaves.slice(oldSize));
  const hashes = new Map(
    [...old.completed, ...now.completed].map((node) => [`${node.level}/${node.index}`, node.hash]),
  );
  const write = (path: string, bytes: Uint8Array | string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  };
  for (const tile of tilesOf(entries.length)) {
    const from = tile.index * tileWidth;
    const nodes = Array.from({ length: tile.width }, (_, i) => `${tile.level * 8}/${from + i}`);
    write(tilePath(tile), Buffer.concat(nodes.map((node) => hashes.get(node) ?? Buffer.alloc(0))));
  }
  for (const bundle of bundlesOf(entries.length)) {
    const from = bundle.index * tileWidth;
    write(bundlePath(bundle), writeBundle(entries.slice(from, from + bundle.width)));
  }
  for (const [name, { frontier }] of [
    ['checkpoint.old', old],
    ['checkpoint', now],
  ] as const) {
    const { size } = frontier;
    const root = frontierRoot(sha256, frontier);
    const text = checkpointText({ origin, size, root, extensions: [] });
    write(name, writeNote({ text, signatures: [signNote(sha256, text, { key, sign })] }));
  }
}
