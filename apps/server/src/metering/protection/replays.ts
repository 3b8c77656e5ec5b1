// Replays over a utility's own past, as a job: some homes at a time, each with its readings and the
// tokens that its meter took, under the rules in force and under the proposed ones.

import type {
  ProtectionReplay,
  ProtectionReplayDetail,
  ReplayHomes,
  ReplayHomesFilter,
} from '@prewatt/api';
import {
  checkProtectionRules,
  type HomeReplay,
  type ProtectionRules,
  type ReplaySummary,
  replayHome,
  summarizeReplay,
} from '@prewatt/protection';
import { dayMs, expectOk, idFromUuid, ok, type Result } from '@prewatt/quantities';
import { type RawBuilder, sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { enqueueJob, type Jobs } from '../../base/jobs.ts';
import { answerAgain } from '../../base/request-ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import type { ProtectionRefusal } from './errors.ts';
import { type PastDeps, type PastPlace, pastOf } from './replay-past.ts';
import { liveRules, todayIn } from './rule-sets.ts';

const homesPerChunk = 50;
const homesPerPage = 100;
const replaysShown = 20;
const buckets = 1024;

type Sums = {
  readonly now: ReplaySummary;
  readonly proposed: ReplaySummary;
  readonly leftOut: number;
  readonly newlyCut: number;
  readonly noLongerCut: number;
};
const noSums: Sums = {
  now: summarizeReplay([]),
  proposed: summarizeReplay([]),
  leftOut: 0,
  newlyCut: 0,
  noLongerCut: 0,
};

export type ReplayDeps = PastDeps & {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
};

export function createReplays(o: ReplayDeps) {
  return {
    /** Asks for one; the same request again is the same replay. */
    start: async (
      tx: Tx,
      utility: Utility,
      asked: {
        readonly requestId: string;
        readonly rules: ProtectionRules;
        readonly days: number;
        readonly takesEmergency: boolean;
        readonly operatorId: string;
      },
    ): Promise<Result<string, ProtectionRefusal>> => {
      const nowMs = o.clocks.business.nowMs();
      const document = JSON.stringify(asked.rules);
      const inserted = await tx
        .insertInto('protection_replays')
        .values({
          id: o.newUuid(),
          utility_id: utility.id,
          request_id: asked.requestId,
          document,
          takes_emergency: asked.takesEmergency,
          compared_with: JSON.stringify(await liveRules(tx)),
          from_at: new Date(nowMs - asked.days * dayMs),
          to_at: new Date(nowMs),
          requested_by: asked.operatorId,
          requested_at: new Date(nowMs),
          sums: JSON.stringify(noSums),
        })
        .onConflict((conflict) => conflict.columns(['utility_id', 'request_id']).doNothing())
        .returning('id')
        .executeTakeFirst();
      if (inserted !== undefined) {
        const payload = { utilityId: utility.id, replayId: inserted.id, chunk: 0 };
        await enqueueJob(tx, 'replayChunk', payload);
        return ok(inserted.id);
      }
      const first = await tx
        .selectFrom('protection_replays')
        .select(['id', 'from_at', 'to_at', 'requested_by', 'takes_emergency'])
        .select(sql<boolean>`document = ${document}::jsonb`.as('same_document'))
        .where('utility_id', '=', utility.id)
        .where('request_id', '=', asked.requestId)
        .executeTakeFirstOrThrow();
      const { same_document, requested_by, takes_emergency } = first;
      const before = [same_document, requested_by, first.to_at - first.from_at, takes_emergency];
      const now = [true, asked.operatorId, asked.days * dayMs, asked.takesEmergency];
      return answerAgain(before, now, first.id);
    },

    find: findReplay,
    latest: latestReplays,
    homes: listHomes,

    /** One chunk; a repeat of one that is done does nothing. */
    runChunk: async (job: Jobs['replayChunk']): Promise<void> => {
      const utility = await o.utilities.get(job.utilityId);
      await o.database.inUtility(utility.id, (tx) => workOff(tx, { ...o, utility, job }));
    },
  };
}
export type Replays = ReturnType<typeof createReplays>;

async function workOff(
  tx: Tx,
  o: ReplayDeps & { readonly utility: Utility; readonly job: Jobs['replayChunk'] },
): Promise<void> {
  const { utility, job } = o;
  const run = await tx
    .selectFrom('protection_replays')
    .selectAll()
    .where('id', '=', job.replayId)
    .forUpdate()
    .executeTakeFirst();
  if (run === undefined || run.finished_at !== null || run.next_chunk !== job.chunk) return;
  const rules = {
    now: expectOk(checkProtectionRules(run.compared_with), 'rules of the day'),
    proposed: expectOk(checkProtectionRules(run.document), 'proposed rules'),
  };
  const places = await nextPlaces(tx, { utilityId: utility.id, run });
  const homes: Both[] = [];
  const date = todayIn(o.clocks, utility.zone).toString();
  for (const place of places) {
    const past = { fromMs: run.from_at, toMs: run.to_at, date };
    const home = await pastOf(tx, { ...o, place: { ...place, utilityId: utility.id }, past });
    if (home === null) continue;
    const options = { takesEmergency: run.takes_emergency };
    const now = replayHome(rules.now, home, utility.zone, options);
    const proposed = replayHome(rules.proposed, home, utility.zone, options);
    if (now !== null && proposed !== null) homes.push({ place, now, proposed });
  }
  await saveHomes(tx, { utilityId: utility.id, replayId: job.replayId, homes });
  const last = places.at(-1);
  const finished = places.length < homesPerChunk;
  await tx
    .updateTable('protection_replays')
    .set({
      next_chunk: job.chunk + 1,
      ...(last === undefined
        ? {}
        : { last_bucket: last.bucket, last_connection_id: last.connectionId }),
      sums: JSON.stringify(withHomes(run.sums as Sums, homes, places.length - homes.length)),
      finished_at: finished ? new Date(o.clocks.business.nowMs()) : null,
    })
    .where('id', '=', job.replayId)
    .execute();
  if (!finished) await enqueueJob(tx, 'replayChunk', { ...job, chunk: job.chunk + 1 });
}

type Place = Omit<PastPlace, 'utilityId'>;
type Both = { readonly place: Place; readonly now: HomeReplay; readonly proposed: HomeReplay };

async function nextPlaces(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly run: { readonly last_bucket: number; readonly last_connection_id: string | null };
  },
): Promise<Place[]> {
  const { last_bucket: bucket, last_connection_id: id } = o.run;
  const rows = await tx
    .selectFrom('meters')
    .select(['bucket', 'connection_id', 'id'])
    .distinctOn(['bucket', 'connection_id'])
    .where('utility_id', '=', o.utilityId)
    .$if(id !== null, (query) =>
      query.where(sql<boolean>`(bucket, connection_id) > (${bucket}, ${id}::uuid)`),
    )
    .orderBy('bucket')
    .orderBy('connection_id')
    .orderBy('id', 'desc')
    .limit(homesPerChunk)
    .execute();
  return rows.map((row) => ({
    bucket: row.bucket,
    connectionId: row.connection_id,
    meterId: row.id,
  }));
}

function withHomes(sums: Sums, homes: readonly Both[], leftOut: number): Sums {
  const isCut = (one: HomeReplay) => one.cuts.length > 0;
  const count = (test: (both: Both) => boolean) => homes.filter(test).length;
  return {
    now: added(sums.now, summarizeReplay(homes.map((both) => both.now))),
    proposed: added(sums.proposed, summarizeReplay(homes.map((both) => both.proposed))),
    leftOut: sums.leftOut + leftOut,
    newlyCut: sums.newlyCut + count(({ now, proposed }) => !isCut(now) && isCut(proposed)),
    noLongerCut: sums.noLongerCut + count(({ now, proposed }) => isCut(now) && !isCut(proposed)),
  };
}

function added(a: ReplaySummary, b: ReplaySummary): ReplaySummary {
  const keys = Object.keys(a) as (keyof ReplaySummary)[];
  return { ...a, ...Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) };
}

const shown = (one: HomeReplay): ReplayHomes['rows'][number]['now'] => ({
  cuts: one.cuts.map(({ fromMs, untilMs, missedWh }) => ({
    from: new Date(fromMs).toISOString(),
    until: untilMs === null ? null : new Date(untilMs).toISOString(),
    missedWh,
  })),
  calls: one.calls.map(({ atMs, because }) => ({ at: new Date(atMs).toISOString(), because })),
});

async function saveHomes(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly replayId: string;
    readonly homes: readonly Both[];
  },
): Promise<void> {
  const told = o.homes.filter(({ now, proposed }) =>
    [now, proposed].some((one) => one.cuts.length + one.calls.length > 0),
  );
  if (told.length === 0) return;
  await tx
    .insertInto('protection_replay_homes')
    .values(
      told.map(({ place, now, proposed }) => ({
        bucket: place.bucket,
        replay_id: o.replayId,
        connection_id: place.connectionId,
        utility_id: o.utilityId,
        vulnerable: now.vulnerable,
        medical: now.medical,
        now: JSON.stringify(shown(now)),
        proposed: JSON.stringify(shown(proposed)),
      })),
    )
    .execute();
}

const replaysWithNames = (tx: Tx) =>
  tx
    .selectFrom('protection_replays as r')
    .innerJoin('operators as o', 'o.id', 'r.requested_by')
    .select(['r.id', 'r.from_at', 'r.to_at', 'r.requested_at', 'r.finished_at'])
    .select(['r.last_bucket', 'r.sums', 'r.takes_emergency', 'o.name']);

async function findReplay(tx: Tx, replayId: string): Promise<ProtectionReplayDetail | null> {
  const row = await replaysWithNames(tx)
    .select('r.document')
    .where('r.id', '=', replayId)
    .executeTakeFirst();
  return row === undefined ? null : { ...replayOf(row), document: row.document };
}

async function latestReplays(tx: Tx, utilityId: string): Promise<ProtectionReplay[]> {
  const rows = await replaysWithNames(tx)
    .where('r.utility_id', '=', utilityId)
    .orderBy('r.id', 'desc')
    .limit(replaysShown)
    .execute();
  return rows.map(replayOf);
}

type Row = Awaited<ReturnType<ReturnType<typeof replaysWithNames>['execute']>>[number];

function replayOf(row: Row): ProtectionReplay {
  const finished = row.finished_at !== null;
  return {
    replayId: idFromUuid('replay', row.id),
    from: new Date(row.from_at).toISOString(),
    to: new Date(row.to_at).toISOString(),
    requestedBy: row.name,
    takesEmergency: row.takes_emergency,
    requestedAt: new Date(row.requested_at).toISOString(),
    // Connections are spread over the buckets evenly.
    percentDone: finished ? 100 : Math.floor((99 * Math.max(0, row.last_bucket)) / buckets),
    finished,
    ...(row.sums as Sums),
  };
}

const cutsOf = {
  now: sql`jsonb_array_length(h.now->'cuts')`,
  tried: sql`jsonb_array_length(h.proposed->'cuts')`,
};
const whoIs: Record<ReplayHomesFilter, RawBuilder<boolean>> = {
  all: sql`true`,
  newlyCut: sql`${cutsOf.now} = 0 AND ${cutsOf.tried} > 0`,
  noLongerCut: sql`${cutsOf.now} > 0 AND ${cutsOf.tried} = 0`,
  flagged: sql`h.medical OR h.vulnerable`,
};

async function listHomes(
  tx: Tx,
  o: {
    readonly replayId: string;
    readonly who: ReplayHomesFilter;
    readonly cursor: string | null;
  },
): Promise<ReplayHomes> {
  const [bucket, id] = o.cursor?.split('.') ?? [];
  const rows = await tx
    .selectFrom('protection_replay_homes as h')
    .innerJoin('connections as c', (join) =>
      join.onRef('c.bucket', '=', 'h.bucket').onRef('c.id', '=', 'h.connection_id'),
    )
    .select(['h.bucket', 'h.connection_id', 'h.vulnerable', 'h.medical', 'h.now', 'h.proposed'])
    .select('c.name')
    .where('h.replay_id', '=', o.replayId)
    .where(whoIs[o.who])
    .$if(id !== undefined, (query) =>
      query.where(sql<boolean>`(h.bucket, h.connection_id) > (${Number(bucket)}, ${id}::uuid)`),
    )
    .orderBy('h.bucket')
    .orderBy('h.connection_id')
    .limit(homesPerPage + 1)
    .execute();
  const page = rows.slice(0, homesPerPage);
  const last = page.at(-1);
  return {
    rows: page.map((row) => ({
      connectionId: idFromUuid('connection', row.connection_id),
      name: row.name,
      vulnerable: row.vulnerable,
      medical: row.medical,
      now: row.now as ReplayHomes['rows'][number]['now'],
      proposed: row.proposed as ReplayHomes['rows'][number]['proposed'],
    })),
    nextCursor:
      rows.length > homesPerPage && last !== undefined
        ? `${last.bucket}.${last.connection_id}`
        : null,
  };
}
