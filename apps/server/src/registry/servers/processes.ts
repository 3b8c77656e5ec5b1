// The processes of the server that share a database: each says that it is there, and knows who
// else is. By the database's clock: those of two machines differ, and a process that was halted
// counts nothing meanwhile.

import { sql } from 'kysely';
import type { Database } from '../../base/database.ts';
import { freeJobsOf, holdersOfJobs } from '../../base/jobs.ts';
import type { Log } from '../../base/log.ts';

/** A process that was not heard for so long is lost: its jobs are free, its part is shared. */
const lostAfterS = 20;
/** One that is lost stands on the attention list for so long. */
const toldForS = 3_600;

export type ServerProcess = {
  readonly id: string;
  readonly name: string;
  readonly state: 'working' | 'draining' | 'lost';
  /** Since it was heard, by the database's clock. */
  readonly silentS: number;
  readonly isThis: boolean;
};

export type ServerProcesses = {
  /** Joins, or comes back after it was taken for lost. Looks at the others; frees their jobs. */
  readonly beat: () => Promise<void>;
  /** What was seen at the last beat; of itself alone before the first. */
  readonly seen: () => readonly ServerProcess[];
  /** Those that answer requests, this one among them: 1 or more. */
  readonly count: () => number;
  /** Jobs are held under these names from now on; told to the others before one is taken. */
  readonly worksAs: (workers: readonly string[]) => Promise<void>;
  /** Takes no new work: others know at their next beat. */
  readonly drain: () => Promise<void>;
  readonly end: () => Promise<void>;
};

export function createServerProcesses(o: {
  readonly database: Database;
  readonly id: string;
  /** For people, the same after each start: who comes under it takes the place of another one. */
  readonly name: string;
  readonly log: Pick<Log, 'info' | 'warn'>;
}): ServerProcesses {
  const { database, id, log } = o;
  const db = database.directories;
  let state: 'working' | 'draining' = 'working';
  let workers: readonly string[] = [];
  let hasJoined = false;
  let seen: readonly ServerProcess[] = [
    { id, name: o.name, state: 'working', silentS: 0, isThis: true },
  ];

  const say = async (): Promise<void> => {
    // It was killed and started again: nobody has to wait until it counts as lost.
    if (!hasJoined) await db.deleteFrom('server_processes').where('name', '=', o.name).execute();
    hasJoined = true;
    await write(db, { id, name: o.name, state, job_workers: [...workers] });
  };

  const look = async (): Promise<void> => {
    // Read before the processes: whoever holds a job has told its name before it took the job.
    const holders = await holdersOfJobs(database);
    const rows = await rowsNow(db);
    const before = seen;
    seen = rows.map((row) => processOf(row, id));
    tellChanges(log, before, seen);
    const living = new Set(seen.filter((each) => each.state !== 'lost').map((each) => each.id));
    const working = rows.filter((row) => living.has(row.id)).flatMap((row) => row.job_workers);
    await freeJobsOf(
      database,
      holders.filter((name) => !working.includes(name)),
    );
  };

  return {
    beat: async () => {
      await say();
      await look();
    },
    seen: () => seen,
    count: () => Math.max(1, seen.filter((each) => each.state === 'working').length),
    worksAs: async (names) => {
      workers = names;
      await say();
    },
    drain: async () => {
      state = 'draining';
      await say();
    },
    end: async () => {
      await db
        .updateTable('server_processes')
        .set({ state: 'ended', job_workers: [] })
        .where('id', '=', id)
        .execute();
    },
  };
}

type Row = Awaited<ReturnType<typeof rowsNow>>[number];

function processOf({ id, name, state, silentS }: Row, thisId: string): ServerProcess {
  const isThis = id === thisId;
  const isLost = silentS > lostAfterS && !isThis;
  return { id, name, state: isLost ? 'lost' : state, silentS: Math.floor(silentS), isThis };
}

function write(
  db: Database['directories'],
  row: {
    readonly id: string;
    readonly name: string;
    readonly state: 'working' | 'draining';
    readonly job_workers: string[];
  },
) {
  const { state, job_workers } = row;
  const seen_at = sql<Date>`clock_timestamp()`;
  return db
    .insertInto('server_processes')
    .values(row)
    .onConflict((on) => on.column('id').doUpdateSet({ state, job_workers, seen_at }))
    .execute();
}

/** Those that have not ended; who has, and who was lost an hour ago, is forgotten. */
async function rowsNow(db: Database['directories']) {
  await sql`DELETE FROM prewatt.server_processes WHERE state = 'ended'
    OR seen_at < clock_timestamp() - make_interval(secs => ${toldForS})`.execute(db);
  const rows = await db
    .selectFrom('server_processes')
    .select(['id', 'name', 'state', 'job_workers'])
    .select(sql<number>`extract(epoch FROM clock_timestamp() - seen_at)::float8`.as('silentS'))
    .where('state', '<>', 'ended')
    .orderBy('started_at')
    .execute();
  return rows.map((row) => ({ ...row, state: row.state as 'working' | 'draining' }));
}

function tellChanges(
  log: Pick<Log, 'info' | 'warn'>,
  before: readonly ServerProcess[],
  now: readonly ServerProcess[],
): void {
  for (const { id, name: server, state } of now) {
    const was = before.find((known) => known.id === id)?.state;
    if (state === was) continue;
    if (state === 'lost') log.warn({ server }, 'another server is not heard');
    else if (was === 'lost') log.info({ server }, 'another server is heard again');
  }
}
