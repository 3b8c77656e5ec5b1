// Writes the export into a folder: places for all leaves and the rows under one snapshot, the log's
// files up to there, and the signed list of all of it. On the database itself, while servers sell.

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { keyText, readNote, signNote, writeNote } from '@prewatt/transparency';
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

/** Throws what the database or the disk answers; what is there already in the folder stays. */
export async function exportForAudit(o: AuditExportDeps): Promise<AuditExported> {
  const database = createDatabase({ url: o.url, maximumConnections: 3 });
  try {
    return await exportAll(database, o);
  } finally {
    await database.close();
  }
}

async function exportAll(database: Database, o: AuditExportDeps): Promise<AuditExported> {
  const { utilityId, folder } = o;
  const files: Files = {};
  const { head, signer, renderings } = await underSnapshot(database, o, (tx, placed) =>
    exportRows(tx, { ...o, files, placed }),
  );
  await database.inUtility(utilityId, async (tx) => {
    await unhurried(tx);
    for await (const { path, bytes } of filesOf(tx, head.size)) {
      files[`log/${path}`] = await writeBytes(join(folder, 'log', path), bytes);
    }
  });
  const { sha256 } = nodeCrypto;
  const log = keyText(sha256, signer.key);
  files['log/keys.json'] = await writeBytes(
    join(folder, 'log/keys.json'),
    Buffer.from(`${JSON.stringify({ log })}\n`),
  );
  files['log/checkpoint'] = await writeBytes(
    join(folder, 'log/checkpoint'),
    Buffer.from(head.checkpoint),
  );
  const witnessed = await database.inUtility(utilityId, readHead);
  if (witnessed?.witnessed != null && (witnessed.witnessedSize ?? 0) <= head.size) {
    const path = 'log/witnessed';
    files[path] = await writeBytes(join(folder, path), Buffer.from(witnessed.witnessed));
  }
  await writeManifest(o, { head, signer, files });
  const rows = Object.entries(files).filter(([name]) => name.startsWith('rows/'));
  return {
    size: head.size,
    tables: renderings,
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
async function underSnapshot(
  database: Database,
  o: AuditExportDeps,
  work: (tx: Tx, placed: Placed) => Promise<number>,
): Promise<Placed & { readonly renderings: number }> {
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
        return { ...placed, renderings: await work(reader, placed) };
      });
    } catch (error) {
      const isMet = ['40001', 'NOTPL'].includes(String((error as { code?: string }).code));
      if (!isMet || tried === tries) throw error;
    }
  }
}

async function exportRows(
  tx: Tx,
  o: AuditExportDeps & { readonly files: Files; readonly placed: Placed },
): Promise<number> {
  const { files, folder } = o;
  await renderAsTriggersDo(tx);
  const renderings = await readRenderings(tx);
  for (const [table, all] of renderings) {
    const name = `rows/${table}.ndjson.gz`;
    const csvName = `csv/${table}.csv`;
    await mkdir(join(folder, 'csv'), { recursive: true });
    const csv = createWriteStream(join(folder, csvName));
    const csvSum = createHash('sha256');
    const toCsv = (cells: readonly (string | null)[]) => {
      const line = csvLines([cells.map((cell) => cell ?? '')]);
      csvSum.update(line);
      csv.write(line);
    };
    toCsv(all.at(-1)?.list ?? []);
    files[name] = await writeLines(
      join(folder, name),
      (async function* () {
        for await (const { line, cells } of auditRows(tx, o.utilityId, table)) {
          toCsv(cells);
          yield line;
        }
      })(),
    );
    await new Promise<void>((done, failed) => {
      csv.on('error', failed);
      csv.end(done);
    });
    files[csvName] = { sha256: csvSum.digest('hex') };
  }
  const said = 'said/meters.ndjson.gz';
  files[said] = await writeLines(join(folder, said), metersSaid(tx));
  return renderings.size;
}

async function writeBytes(path: string, bytes: Uint8Array): Promise<FileSum> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return { sha256: createHash('sha256').update(bytes).digest('hex') };
}

async function writeLines(path: string, lines: AsyncIterable<string>): Promise<FileSum> {
  await mkdir(dirname(path), { recursive: true });
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
  await pipeline(Readable.from(text()), gzip, counted, createWriteStream(path));
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
  await writeFile(join(o.folder, 'manifest.json'), text);
  const digest = createHash('sha256').update(text).digest('hex');
  const said = `prewatt-audit/1\n${origin}\n${digest}\n`;
  const signatures = [signNote(nodeCrypto.sha256, said, signer)];
  await writeFile(join(o.folder, 'manifest.note'), writeNote({ text: said, signatures }));
}
