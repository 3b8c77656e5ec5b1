// A verification from its beginning to its report: the log, then the export against it. Needs no
// database and no word of the utility but the keys that the auditor brings.

import { hash } from 'node:crypto';
import { type NoteKey, readKey, readNote, signatureOf } from '@prewatt/transparency';
import { nodeCrypto } from '@prewatt/transparency/node-crypto';
import { createFindings, type Findings, type Report } from './findings.ts';
import { type LogStep, type OfLog, verifyLog } from './log-step.ts';
import { nameRows } from './name-rows.ts';
import { createPiles } from './piles.ts';
import { compareRows, type Found, judgeSums, readRows, saidTable } from './rows-step.ts';
import { folderIn, type Source } from './source.ts';

export type VerifyOptions = {
  /** A folder with an export, or a log alone. */
  readonly source: Source;
  /** Where the log is read from when not out of the export. */
  readonly log?: Source;
  /** The log's key as text; without it the one that the export brings, which proves less. */
  readonly key?: string;
  readonly witnesses?: readonly string[];
  /** All witnesses that are named, when left out. */
  readonly quorum?: number;
  readonly before?: readonly Uint8Array[];
  readonly writers?: readonly string[];
  readonly allowed?: readonly string[];
  /** How much is kept in memory before files are used. */
  readonly mostBytesInMemory?: number;
};

type Manifest = {
  readonly format: string;
  readonly origin: string;
  readonly at: string;
  readonly size: number;
  readonly root: string;
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly rows?: number }>>;
};

/** Why nothing could be verified. */
export class CannotVerify extends Error {}

const parsed = <T>(bytes: Uint8Array | null): T | null => {
  try {
    return bytes === null ? null : (JSON.parse(Buffer.from(bytes).toString('utf8')) as T);
  } catch {
    return null;
  }
};

function readManifest(bytes: Uint8Array | null): Manifest | null {
  const said = parsed<Partial<Manifest>>(bytes);
  const isRead =
    Number.isSafeInteger(said?.size) &&
    typeof said?.files === 'object' &&
    said.files !== null &&
    Object.values(said.files).every((file) => typeof file?.sha256 === 'string');
  return isRead ? (said as Manifest) : null;
}

function keyOf(text: string): NoteKey {
  const key = readKey(nodeCrypto.sha256, text.trim());
  if (!key.ok) throw new CannotVerify(`no key of a log or a witness: ${text}`);
  return key.value;
}

const keysTaken =
  'the keys came with the export: bring your own (--keys), got at another time and place';
const logAlone = 'the log alone: no rows were looked at';

export async function verify(o: VerifyOptions): Promise<Report> {
  const findings = createFindings();
  const { mostBytesInMemory = 64_000_000 } = o;
  using rows = createPiles({ mostBytesInMemory });
  using sums = createPiles({ mostBytesInMemory });
  const manifestBytes = await o.source.read('manifest.json');
  const manifest = readManifest(manifestBytes);
  const step = await stepOf(o, manifestBytes !== null && o.log === undefined);
  const notices: string[] = [];
  if (o.key === undefined) notices.push(keysTaken);
  if (manifestBytes === null && o.log === undefined) notices.push(logAlone);
  else if (manifest === null) {
    findings.add('manifest', 'the export has no list of its files that can be read');
  }
  const tables = new Map<string, number>();
  const rootAt = manifest === null ? null : manifest.size;
  const log = await verifyLog({ ...step, rootAt, tables, rows }, findings);
  const size = log?.entries ?? 0;
  let read = new Map<string, number>();
  let judged = {};
  if (log !== null && manifest !== null && manifestBytes !== null) {
    await checkManifest(o, { manifest, bytes: manifestBytes, log, key: step.key, findings });
    const common = { source: o.source, columns: log.columns, tables, rows, sums };
    read = await readRows({ ...common, files: manifest.files }, findings);
    const found: Found[] = [];
    compareRows(common, new Set(read.keys()), (one) => found.push(one));
    judged = { sums: judgeSums(common, (one) => found.push(one)) };
    for (const table of new Set([...log.columns.values()].map((list) => list.table))) {
      if (read.has(table)) continue;
      findings.add('files', 'a table of the log that the export leaves out', { table });
    }
    if (!read.has(saidTable)) findings.add('files', 'the export leaves out what meters said');
    found.sort((a, b) => order(a).localeCompare(order(b)));
    const { columns } = log;
    await nameRows({ source: o.source, log: step.source, columns, size }, found, findings);
  }
  const found = findings.counts();
  const ofTables = [...read].flatMap(([table, count]) => (table === saidTable ? [] : [count]));
  return {
    holds: Object.keys(found).length === 0,
    origin: step.key.name,
    size,
    root: log === null ? '' : Buffer.from(log.checkpoint.root).toString('base64'),
    witnesses: log?.witnesses ?? [],
    ...{ tables: ofTables.length, rows: ofTables.reduce((sum, count) => sum + count, 0) },
    ...{ counts: { entries: size, ...Object.fromEntries(read), ...judged }, found },
    findings: findings.all(),
    notices: [...notices, ...(log?.notices ?? [])],
  };
}

const order = ({ check, spot }: Found): string =>
  `${check} ${spot.table} ${String('line' in spot ? spot.line : spot.entry).padStart(12, '0')}`;

async function stepOf(o: VerifyOptions, isInExport: boolean): Promise<LogStep> {
  const brought = parsed<{ log: string; witnesses: string[] }>(
    isInExport ? await o.source.read('log/keys.json') : null,
  );
  const keyWritten = o.key ?? brought?.log;
  if (keyWritten === undefined)
    throw new CannotVerify('name a file with the log’s key: --keys FILE');
  const key = keyOf(keyWritten);
  const ofExport = o.key === undefined ? brought?.witnesses : undefined;
  const witnesses = (o.witnesses ?? ofExport ?? []).map(keyOf);
  // Each counts for the quorum, under whatever name.
  const all = [key, ...witnesses].map(({ publicKey }) => Buffer.from(publicKey).toString('hex'));
  if (new Set(all).size < all.length) throw new CannotVerify('one key stands there twice');
  return {
    source: isInExport ? folderIn(o.source, 'log') : (o.log ?? o.source),
    key,
    witnesses,
    quorum: o.quorum ?? witnesses.length,
    before: o.before ?? [],
    writers: new Set(o.writers ?? ['prewatt_app']),
    allowed: new Set(o.allowed ?? []),
  };
}

async function checkManifest(
  o: VerifyOptions,
  m: { manifest: Manifest; bytes: Uint8Array; log: OfLog; key: NoteKey; findings: Findings },
): Promise<void> {
  const { manifest, log, key, findings } = m;
  const digest = hash('sha256', m.bytes, 'hex');
  const noteBytes = await o.source.read('manifest.note');
  const note = noteBytes === null ? null : readNote(noteBytes);
  const isSigned = note?.ok === true && signatureOf(nodeCrypto, note.value, key) !== null;
  if (!isSigned || note.value.text !== `prewatt-audit/1\n${key.name}\n${digest}\n`) {
    findings.add('manifest', 'the export is not signed by the log’s key as it stands');
  }
  if (manifest.format !== 'prewatt-audit/1' || manifest.origin !== key.name) {
    findings.add('manifest', 'the export is of another form or utility');
  }
  if (manifest.size !== log.entries) {
    const rows = `the rows are of ${manifest.size} entries`;
    findings.add('manifest', `${rows}, the log has ${log.entries}`);
  } else if (log.rootAt === null || Buffer.from(log.rootAt).toString('base64') !== manifest.root) {
    findings.add('manifest', 'the rows are of another log');
  }
}
