// Writes the export into a folder: places for all leaves and the rows under one snapshot, the log's
// files up to there, and the signed list of all of it. On the database itself, while servers sell.

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, type FileHandle, mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { err, ok, type Result } from '@prewatt/quantities';
import { keyText, type NoteKey, readNote, signNote, writeNote } from '@prewatt/transparency';
import { nodeCrypto } from '@prewatt/transparency/node-crypto';
import { sql } from 'kysely';
import { csvLines } from '../../base/csv.ts';
import { createDatabase, type Database, type Tx } from '../../base/database.ts';
import { filesOf, type LogSigner, placeAll, readHead } from '../../registry/token-log/index.ts';
import { auditRows, metersSaid, readRenderings, renderAsTriggersDo } from './rows.ts';

export type AuditExportDeps = {
  /** With the rights of the server's role. */
  readonly url: string;
  readonly masterKey: Buffer;
  readonly publicUrl: string;
  readonly utilityId: string;
  /** Of the utility: an auditor compares them with those that he was given. */
  readonly witnesses: readonly NoteKey[];
  readonly folder: string;
  readonly nowMs: () => number;
};
export type AuditExported = {
  readonly size: number;
  readonly tables: number;
  readonly rows: number;
  readonly files: number;
};

type FileSum = { readonly sha256: string; readonly rows?: number };
type Head = { readonly size: number; readonly checkpoint: string };
type Files = Record<string, FileSum>;

/** A folder and files that the account alone reads. */
const ownFolder = 0o700;
const ownFile = 0o600;

/** Throws what the database or the disk answers. Into an empty folder, which is made if need be. */
export async function exportForAudit(
  o: AuditExportDeps,
): Promise<Result<AuditExported, 'folderNotEmpty'>> {
  await makeFolder(o.folder);
  if ((await readdir(o.folder)).length > 0) return err('folderNotEmpty');
  await chmod(o.folder, ownFolder);
  const database = createDatabase({ url: o.url, maximumConnections: 3 });
  try {
    return ok(await exportAll(database, o));
  } finally {
    await database.close();
  }
}

async function exportAll(database: Database, o: AuditExportDeps): Promise<AuditExported> {
  const { utilityId, folder } = o;
  const files: Files = {};
  const { head, signer, done } = await underSnapshot(database, o, async (tx) => ({
    // Never longer than the head of the rows.
    witnessed: (await readHead(tx))?.witnessed ?? null,
    renderings: await exportRows(tx, { ...o, files }),
  }));
  await database.inUtility(utilityId, async (tx) => {
    await unhurried(tx);
    for await (const { path, bytes } of filesOf(tx, head.size)) {
      files[`log/${path}`] = await writeBytes(join(folder, 'log', path), bytes);
    }
  });
  const { sha256 } = nodeCrypto;
  const log = keyText(sha256, signer.key);
  const witnesses = o.witnesses.map((key) => keyText(sha256, key));
  files['log/keys.json'] = await writeBytes(
    join(folder, 'log/keys.json'),
    Buffer.from(`${JSON.stringify({ log, witnesses })}\n`),
  );
  files['log/checkpoint'] = await writeBytes(
    join(folder, 'log/checkpoint'),
    Buffer.from(head.checkpoint),
  );
  if (done.witnessed !== null) {
    const path = 'log/witnessed';
    files[path] = await writeBytes(join(folder, path), Buffer.from(done.witnessed));
  }
  await writeManifest(o, { head, signer, files });
  const rows = Object.entries(files).filter(([name]) => name.startsWith('rows/'));
  return {
    size: head.size,
    tables: done.renderings,
    rows: rows.reduce((sum, [, file]) => sum + (file.rows ?? 0), 0),
    files: Object.keys(files).length + 2,
  };
}

/** A statement may last, and so may the pause between two. */
async function unhurried(tx: Tx): Promise<void> {
  await sql`SELECT set_config('statement_timeout', '0', true),
    set_config('idle_in_transaction_session_timeout', '0', true)`.execute(tx);
}

type Placed = { readonly head: Head; readonly signer: LogSigner };
const tries = 20;

/**
 * Gives places to all that a snapshot shows and signs the head, then works under that snapshot. A
 * server that gave places at the same time has it done again.
 */
async function underSnapshot<T>(
  database: Database,
  o: AuditExportDeps,
  work: (tx: Tx) => Promise<T>,
): Promise<Placed & { readonly done: T }> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await database.inUtility(o.utilityId, async (reader) => {
        const placed = await database.inUtility(o.utilityId, async (tx) => {
          await sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`.execute(tx);
          const { rows } = await sql<{ id: string }>`SELECT pg_export_snapshot() AS id`.execute(tx);
          await sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`.execute(reader);
          await sql.raw(`SET TRANSACTION SNAPSHOT '${rows[0]?.id}'`).execute(reader);
          return await placeAll(tx, o.utilityId, { ...o, realNowMs: o.nowMs });
        });
        await unhurried(reader);
        return { ...placed, done: await work(reader) };
      });
    } catch (error) {
      const isMet = ['40001', 'NOTPL'].includes(String((error as { code?: string }).code));
      if (!isMet || tried === tries) throw error;
    }
  }
}

async function exportRows(tx: Tx, o: AuditExportDeps & { readonly files: Files }): Promise<number> {
  const { files, folder } = o;
  await renderAsTriggersDo(tx);
  const renderings = await readRenderings(tx);
  await makeFolder(join(folder, 'csv'));
  for (const [table, all] of renderings) {
    const name = `rows/${table}.ndjson.gz`;
    const csvName = `csv/${table}.csv`;
    const file = await open(join(folder, csvName), 'wx', ownFile);
    try {
      const csv = csvInto(file);
      await csv.add(all.at(-1)?.list ?? []);
      files[name] = await writeLines(
        join(folder, name),
        (async function* () {
          for await (const { line, cells } of auditRows(tx, o.utilityId, table)) {
            await csv.add(cells);
            yield line;
          }
        })(),
      );
      files[csvName] = await csv.end();
    } finally {
      await file.close();
    }
  }
  const said = 'said/meters.ndjson.gz';
  files[said] = await writeLines(join(folder, said), metersSaid(tx));
  return renderings.size;
}

const bytesAtOnce = 65_536;

/** Lines of CSV into a file, many at once; what the disk refuses is thrown where it is added. */
function csvInto(file: FileHandle) {
  const sum = createHash('sha256');
  let waiting = '';
  const write = async (): Promise<void> => {
    sum.update(waiting);
    await file.appendFile(waiting);
    waiting = '';
  };
  return {
    add: async (cells: readonly (string | null)[]): Promise<void> => {
      waiting += csvLines([cells.map((cell) => cell ?? '')]);
      if (waiting.length >= bytesAtOnce) await write();
    },
    end: async (): Promise<FileSum> => {
      await write();
      return { sha256: sum.digest('hex') };
    },
  };
}

const makeFolder = (path: string): Promise<unknown> =>
  mkdir(path, { recursive: true, mode: ownFolder });

async function writeBytes(path: string, bytes: Uint8Array): Promise<FileSum> {
  await makeFolder(dirname(path));
  await writeFile(path, bytes, { mode: ownFile });
  return { sha256: createHash('sha256').update(bytes).digest('hex') };
}

async function writeLines(path: string, lines: AsyncIterable<string>): Promise<FileSum> {
  await makeFolder(dirname(path));
  const sum = createHash('sha256');
  let rows = 0;
  const text = async function* () {
    for await (const line of lines) {
      rows += 1;
      yield `${line}\n`;
    }
  };
  const gzip = createGzip();
  const counted = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      sum.update(chunk);
      yield chunk;
    }
  };
  const file = createWriteStream(path, { mode: ownFile });
  await pipeline(Readable.from(text()), gzip, counted, file);
  return { sha256: sum.digest('hex'), rows };
}

async function writeManifest(
  o: AuditExportDeps,
  { head, signer, files }: Placed & { readonly files: Files },
): Promise<void> {
  const note = readNote(Buffer.from(head.checkpoint));
  if (!note.ok) throw new Error('the head of the log is no note');
  const [origin = '', size = '', root = ''] = note.value.text.split('\n');
  const manifest = {
    format: 'prewatt-audit/1',
    ...{ origin, utilityId: o.utilityId, at: new Date(o.nowMs()).toISOString() },
    ...{ size: Number(size), root, files },
  };
  const text = `${JSON.stringify(manifest, null, 1)}\n`;
  await writeFile(join(o.folder, 'manifest.json'), text, { mode: ownFile });
  const digest = createHash('sha256').update(text).digest('hex');
  const said = `prewatt-audit/1\n${origin}\n${digest}\n`;
  const signatures = [signNote(nodeCrypto.sha256, said, signer)];
  const signed = writeNote({ text: said, signatures });
  await writeFile(join(o.folder, 'manifest.note'), signed, { mode: ownFile });
}
