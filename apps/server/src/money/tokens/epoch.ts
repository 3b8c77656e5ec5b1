// Whether the database is the one that this server has worked with, and not an older copy. Beats
// are counted in the database and, by every server, in a file outside it: a copy that was restored
// has counted fewer. From such a copy nothing is sold until its TIDs were moved on (restore.md).

import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../../base/database.ts';
import type { Clocks } from '../../base/time.ts';

/** In the order of the checks. */
export type EpochRefusal =
  /** Servers have worked with this database, and this one has no file about it. */
  | 'noFile'
  /** Begun by a restore that the file does not know, or before it. */
  | 'otherEpoch'
  /** Fewer beats than this server has seen: what came after them is lost. */
  | 'olderCopy'
  /** The same content in another cluster, or on another timeline: what came last may be lost. */
  | 'otherCluster';

export type EpochWatch = {
  /** Compares, counts one more and keeps it. Throws when the database or the disk is away. */
  readonly beat: () => Promise<Result<void, EpochRefusal>>;
};

const markSchema = z.strictObject({
  epochId: z.uuid(),
  beats: z.number().int(),
  cluster: z.string(),
  /** By the database's clock. */
  at: z.iso.datetime(),
  /** Business time, up to which this server may have sold. */
  soldUntil: z.iso.datetime(),
});
type Mark = z.output<typeof markSchema>;

type Row = {
  readonly id: string;
  readonly beats: bigint;
  readonly by_restore: boolean;
  readonly begun_at: number;
  readonly now: number;
  readonly cluster: string;
};

export function createEpochWatch(o: {
  readonly database: Pick<Database, 'directories'>;
  /** Made when it is not there. */
  readonly folder: string;
  /** `synchronous`: one that takes over has all that was answered. */
  readonly standbys: 'none' | 'synchronous';
  readonly clocks: Clocks;
}): EpochWatch {
  mkdirSync(o.folder, { recursive: true, mode: 0o700 });
  const file = join(o.folder, 'epoch.json');
  return {
    beat: async () => {
      // The file first: a server that shares the folder may count and keep between the two.
      const mark = readMark(file);
      const row = await readEpoch(o.database);
      const refusal = refusalOf(row, mark, o.standbys);
      if (refusal !== null) return err(refusal);
      const { rows } = await sql<{ beats: bigint }>`UPDATE prewatt.epochs SET beats = beats + 1
        WHERE id = ${row.id}::uuid RETURNING beats`.execute(o.database.directories);
      writeMark(file, {
        epochId: row.id,
        beats: Number(rows[0]?.beats ?? 0n),
        cluster: row.cluster,
        at: new Date(row.now).toISOString(),
        soldUntil: new Date(o.clocks.business.nowMs()).toISOString(),
      });
      return ok(undefined);
    },
  };
}

async function readEpoch(database: Pick<Database, 'directories'>): Promise<Row> {
  const { rows } = await sql<Row>`SELECT e.id, e.beats, e.tids_from IS NOT NULL AS by_restore,
      e.begun_at, clock_timestamp() AS now,
      s.system_identifier || '/' || d.oid || '/' ||
        left(pg_walfile_name(pg_current_wal_lsn()), 8) AS cluster
    FROM prewatt.epochs e, pg_control_system() s, pg_database d
    WHERE d.datname = current_database() ORDER BY e.begun_at DESC LIMIT 1`.execute(
    database.directories,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a database without an epoch');
  return row;
}

function refusalOf(
  row: Row,
  mark: Mark | null,
  standbys: 'none' | 'synchronous',
): EpochRefusal | null {
  if (mark === null) return row.beats === 0n ? null : 'noFile';
  if (row.id !== mark.epochId) {
    return row.by_restore && row.begun_at > Date.parse(mark.at) ? null : 'otherEpoch';
  }
  if (row.beats < BigInt(mark.beats)) return 'olderCopy';
  if (row.cluster === mark.cluster) return null;
  return standbys === 'synchronous' && tookOver(row.cluster, mark.cluster) ? null : 'otherCluster';
}

/** The same cluster and database on a later timeline: a standby of it was promoted. */
function tookOver(now: string, before: string): boolean {
  const [[system, database, later = ''], [...was]] = [now.split('/'), before.split('/')];
  return system === was[0] && database === was[1] && later > (was[2] ?? '');
}

/** Null when there is none; one that cannot be read knows nothing. */
function readMark(file: string): Mark | null {
  try {
    return markSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Whole or not at all, and on the disk. */
function writeMark(file: string, mark: Mark): void {
  const fresh = `${file}.${randomUUID()}.new`;
  const handle = openSync(fresh, 'w', 0o600);
  try {
    writeSync(handle, `${JSON.stringify(mark, null, 2)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, file);
}

const why: Record<EpochRefusal, string> = {
  noFile: 'servers have worked with this database, and the state folder knows nothing of it',
  otherEpoch: 'the database is another one than the state folder knows',
  olderCopy: 'the database is older than what this server has seen of it',
  otherCluster: 'the database was moved, recovered or taken over by a stand-in',
};

/** What whoever starts the server reads. */
export const epochText = (refusal: EpochRefusal, folder: string): string =>
  `${why[refusal]}, so meters may hold tokens that it does not know: nothing is sold before ` +
  `"npx prewatt restore" (docs/operating/restore.md); the state folder is ${folder}`;
