// A million sales: how long a verification takes, and how much memory.
// `npm run soak -w apps/verifier`; `--sales N` for fewer. Writes the export into a temporary
// folder first.

import { spawnSync } from 'node:child_process';
import { createHash, hash } from 'node:crypto';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { createGzip, gzipSync } from 'node:zlib';
import {
  append,
  bundlePath,
  checkpointText,
  emptyFrontier,
  frontierRoot,
  leafHash,
  signNote,
  tilePath,
  writeBundle,
  writeNote,
} from '@prewatt/transparency';
import { nodeCrypto } from '@prewatt/transparency/node-crypto';
import { salesOf, town, worldOf } from './world.ts';
import { lineOf, logSigner, origin, textOf } from './write-export.ts';

const { sha256 } = nodeCrypto;
const { values } = parseArgs({ options: { sales: { type: 'string', default: '1000000' } } });
const sales = Number(values.sales);
const folder = mkdtempSync(join(tmpdir(), 'prewatt-million-'));

function put(path: string, bytes: Uint8Array | string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), bytes);
}

/** A log that grows by pieces, its files written as they become whole. */
function logWriter() {
  let frontier = emptyFrontier;
  let entries: Uint8Array[] = [];
  let bundle = 0;
  const tiles: { index: number; hashes: Uint8Array[] }[] = [];
  const putTile = (level: number): void => {
    const tile = tiles[level];
    if (tile === undefined || tile.hashes.length === 0) return;
    const path = tilePath({ level, index: tile.index, width: tile.hashes.length });
    put(`log/${path}`, Buffer.concat(tile.hashes));
    tiles[level] = { index: tile.index + 1, hashes: [] };
  };
  const putBundle = (): void => {
    if (entries.length === 0) return;
    put(`log/${bundlePath({ index: bundle, width: entries.length })}`, writeBundle(entries));
    bundle += 1;
    entries = [];
  };
  return {
    add: (leaf: Uint8Array): void => {
      const grown = append(sha256, frontier, [leafHash(sha256, leaf)]);
      frontier = grown.frontier;
      for (const { level, hash: node } of grown.completed) {
        if (level % 8 !== 0) continue;
        tiles[level / 8] ??= { index: 0, hashes: [] };
        if (tiles[level / 8]?.hashes.push(node) === 256) putTile(level / 8);
      }
      if (entries.push(leaf) === 256) putBundle();
    },
    end: () => {
      putBundle();
      for (const level of tiles.keys()) putTile(level);
      const root = frontierRoot(sha256, frontier);
      const text = checkpointText({ origin, size: frontier.size, root, extensions: [] });
      const signatures = [signNote(sha256, text, logSigner)];
      put('log/checkpoint', writeNote({ text, signatures }));
      return { size: frontier.size, root: Buffer.from(root).toString('base64') };
    },
  };
}

async function writeExport(): Promise<number> {
  const log = logWriter();
  const outs = new Map<
    string,
    { out: ReturnType<typeof createGzip>; done: Promise<string>; rows: number }
  >();
  const outOf = (table: string) => {
    const known = outs.get(table);
    if (known !== undefined) return known;
    const path = `rows/${table}.ndjson.gz`;
    mkdirSync(join(folder, 'rows'), { recursive: true });
    const out = createGzip({ level: 1 });
    const digest = createHash('sha256');
    out.on('data', (bytes) => digest.update(bytes));
    const file = out.pipe(createWriteStream(join(folder, path)));
    const done = new Promise<string>((resolve) =>
      file.on('close', () => resolve(digest.digest('hex'))),
    );
    const made = { out, done, rows: 0 };
    outs.set(table, made);
    return made;
  };
  let rows = 0;
  const step = 1000;
  for (let from = 0; from < sales; from += step) {
    const count = Math.min(step, sales - from);
    const { leaves, tables } = worldOf(from === 0 ? town(count) : salesOf(from, count), from > 0);
    for (const leaf of leaves) log.add(leaf);
    for (const [table, all] of tables) {
      const made = outOf(table);
      made.rows += all.length;
      rows += all.length;
      const isFree = made.out.write(all.map((row) => `${lineOf(row)}\n`).join(''));
      if (!isFree) await new Promise((resolve) => made.out.once('drain', resolve));
    }
  }
  const listed: Record<string, { sha256: string; rows: number }> = {};
  for (const [table, { out, done, rows: count }] of outs) {
    out.end();
    listed[`rows/${table}.ndjson.gz`] = { sha256: await done, rows: count };
  }
  const said = gzipSync('');
  put('said/meters.ndjson.gz', said);
  listed['said/meters.ndjson.gz'] = { sha256: hash('sha256', said, 'hex'), rows: 0 };
  const { size, root } = log.end();
  const manifest = JSON.stringify({
    format: 'prewatt-audit/1',
    origin,
    at: '',
    size,
    root,
    files: listed,
  });
  put('manifest.json', manifest);
  const text = `prewatt-audit/1\n${origin}\n${hash('sha256', manifest, 'hex')}\n`;
  put('manifest.note', writeNote({ text, signatures: [signNote(sha256, text, logSigner)] }));
  return rows;
}

try {
  const rows = await writeExport();
  console.log(`${sales} sales, ${rows} rows written`);
  const program = new URL('./verify-folder.ts', import.meta.url).pathname;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, folder, textOf(logSigner)],
    { encoding: 'utf8' },
  );
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
