// A transparency log, read by a program on Go's sumdb packages: as static files it must take what
// we wrote and refuse it with one byte changed anywhere; of a server that sells meanwhile every
// head has to begin with the one before.

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
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
import { createHarness } from '../harness.ts';
import { createHttpHarness } from '../http-harness.ts';
import { buyAndPay } from '../purchases.ts';

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
      const args = [folder, keyText(sha256, key), join(folder, 'checkpoint.old')];
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
    const living = await readLiving(program, folder);
    return `${entries.length} entries, tiles, checkpoints and growth; ${files.length} alterations refused; ${living}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A server's log, several times while it sells; each time it begins with what was kept before. */
async function readLiving(program: string, folder: string): Promise<string> {
  const h = await createHarness();
  const http = await createHttpHarness(h);
  const address = await http.app.listen({ host: '127.0.0.1', port: 0 });
  const url = `${address}/log/${h.utilityId}`;
  const get = async (name: string) => (await fetch(`${url}/${name}`)).text();
  const kept = join(folder, 'checkpoint.kept');
  const ended = new AbortController();
  let sold = 0;
  const sell = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await buyAndPay(h, 5_000n, `living-${sold}`);
      await h.services.tokenLog.sequence(h.utilityId);
      sold += 1;
    }
  };
  await buyAndPay(h, 5_000n, 'before');
  await h.services.tokenLog.sequence(h.utilityId);
  const selling = sell();
  try {
    const ofLog = (await get('key')).trim();
    const sizes: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      writeFileSync(kept, await get('checkpoint'));
      const from = sold;
      while (sold < from + 3) await pause(10);
      const { stdout } = await promisify(execFile)(program, [url, ofLog, kept]);
      const [now = 0, old = 0] = (stdout.match(/\d+/g) ?? []).map(Number);
      assert.ok(now > old && old >= (sizes.at(-1) ?? 0), stdout);
      sizes.push(now);
    }
    const other = readFileSync(kept, 'utf8').replace(/^\d+$/m, '1');
    writeFileSync(kept, other);
    await assert.rejects(promisify(execFile)(program, [url, ofLog, kept]));
    return `a living log of ${sizes.join(', ')} entries while ${sold} sales were made`;
  } finally {
    ended.abort();
    await selling;
    await http.close();
    await h.close();
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
