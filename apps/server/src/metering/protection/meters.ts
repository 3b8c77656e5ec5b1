// Sends protection settings to meters: the rules in force with the declared days, and what the
// rules ask about the home. Each setting is a numbered command of the head-end. It is sent again
// when it was not answered, and anew when anything in it changes.

import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import type { Clocks } from '../../base/time.ts';
import {
  type ConnectionPlace,
  hasLink,
  type MeterPlace,
} from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { type After, createRounds, metersPerLook, tellMeter } from '../desired-settings/index.ts';
import type { Commands } from '../headend/index.ts';
import { digestOfRules, meterDocument } from './documents.ts';
import { flagsOn } from './homes.ts';
import { latestVersion, liveRules, todayIn } from './rule-sets.ts';

/** Looks at meters in one sweep, each a transaction of its own. */
const looksPerSweep = 20;
/** Real time in which a process does not look again after a finished round. */
const quietMs = 60_000;
/** No grace is left of a conversion by then, and no older instant goes over the wire. */
const longAgoMs = Date.UTC(2014, 0, 2);
/** Told and changed again at the same moment, by somebody else: asked this often. */
const tries = 3;

export type TellDeps = {
  readonly database: Database;
  readonly clocks: Clocks;
  readonly commands: Pick<Commands, 'enqueue' | 'cancel'>;
};

/** The command of the last word to a meter; the same join everywhere. */
export const lastWord = sql`LEFT JOIN meter_protection p ON p.bucket = m.bucket AND p.meter_id = m.id
  LEFT JOIN commands k ON k.bucket = p.bucket AND k.connection_id = p.connection_id
    AND k.request_id = 'protection:' || p.meter_id || ':' || p.generation`;

/**
 * An older word with other content that a slow wire brought after the newer one, before it could be
 * taken back: the meter holds the older one now. Said again at most once too often.
 */
const overtaken = sql`EXISTS (SELECT FROM commands o
  WHERE o.bucket = p.bucket AND o.connection_id = p.connection_id AND o.meter_id = p.meter_id
    AND o.queued_at BETWEEN p.queued_at - make_interval(days => 8) AND p.queued_at
    AND o.kind = 'setProtection' AND o.stage = 'done' AND o.action <> k.action
    AND o.stage_at >= p.queued_at)`;

type Found = {
  readonly bucket: number;
  readonly meterId: string;
  readonly connection_id: string;
  readonly vulnerable: boolean | null;
  readonly medical: boolean | null;
  readonly converted_at: number | null;
  readonly generation: number | null;
  /** What the meter was told last. */
  readonly told_converted_at: number | null;
  readonly is_due: boolean;
};
type Word = { readonly rulesJson: string; readonly digest: string; readonly version: number };

/** One look: meters after a place in the order, or those of one connection. */
async function look(
  tx: Tx,
  o: {
    readonly utility: Utility;
    readonly date: string;
    readonly digest: string;
    readonly of: { readonly place: ConnectionPlace } | After;
  },
): Promise<readonly Found[]> {
  const which =
    'place' in o.of
      ? sql`m.bucket = ${o.of.place.bucket} AND m.connection_id = ${o.of.place.connectionId}::uuid`
      : sql`m.utility_id = ${o.utility.id}::uuid
          AND (m.bucket, m.id) > (${o.of.afterBucket}, ${o.of.afterMeterId}::uuid)`;
  const { rows } = await sql<Found>`
    SELECT m.bucket, m.id AS "meterId", c.id AS connection_id, flags.vulnerable, flags.medical,
      c.converted_at, p.generation, p.converted_at AS told_converted_at,
      ${hasLink} AND (p.generation IS NULL
        OR p.rules_digest <> ${o.digest}
        OR (p.vulnerable, p.medical, p.converted_at)
          IS DISTINCT FROM (flags.vulnerable, flags.medical, c.converted_at)
        OR k.stage IN ('expired', 'cancelled', 'superseded')
        OR (k.stage = 'refused' AND k.result->>'reason' = 'expired')
        OR (k.stage = 'done' AND ${overtaken})) AS is_due
    FROM meters m
    JOIN connections c ON c.bucket = m.bucket AND c.id = m.connection_id
    ${lastWord}
    ${flagsOn(o.date)}
    WHERE ${which} AND m.retired_at IS NULL
    ORDER BY m.bucket, m.id LIMIT ${metersPerLook}`.execute(tx);
  return rows;
}

/** Tells one meter, unless it was told something else since the look; then false. */
async function tell(
  tx: Tx,
  deps: TellDeps,
  o: { readonly utility: Utility; readonly found: Found; readonly word: Word },
): Promise<boolean> {
  const { found, word } = o;
  const nowMs = deps.clocks.business.nowMs();
  const generation = (found.generation ?? 0) + 1;
  const row = {
    generation,
    rules_digest: word.digest,
    rules_version: word.version,
    vulnerable: found.vulnerable,
    medical: found.medical,
    converted_at: found.converted_at === null ? null : new Date(found.converted_at),
    queued_at: new Date(nowMs),
  };
  const taken = await tx
    .insertInto('meter_protection')
    .values({
      bucket: found.bucket,
      meter_id: found.meterId,
      utility_id: o.utility.id,
      connection_id: found.connection_id,
      ...row,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['bucket', 'meter_id'])
        .doUpdateSet(row)
        .where('meter_protection.generation', '=', generation - 1),
    )
    .returning('generation')
    .executeTakeFirst();
  if (taken === undefined) return false;
  const place: MeterPlace = {
    utilityId: o.utility.id,
    bucket: found.bucket,
    connectionId: found.connection_id,
    meterId: found.meterId,
  };
  await tellMeter(tx, deps.commands, {
    place,
    ...{ setting: 'protection', generation, beginsAtMs: nowMs },
    action: {
      kind: 'setProtection',
      rulesJson: word.rulesJson,
      ...(found.vulnerable === null ? {} : { vulnerable: found.vulnerable }),
      ...(found.medical === null ? {} : { medical: found.medical }),
      ...convertedWord(found),
    },
  });
  return true;
}

/** A conversion taken back is said as one of long ago: a meter keeps what it is not told anew. */
function convertedWord(found: Found): { readonly convertedAtMs?: number } {
  if (found.converted_at !== null) {
    return { convertedAtMs: Math.max(longAgoMs, found.converted_at) };
  }
  return found.told_converted_at === null ? {} : { convertedAtMs: longAgoMs };
}

async function wordOf(tx: Tx, utilityId: string): Promise<Word> {
  const rulesJson = meterDocument(await liveRules(tx));
  return {
    rulesJson,
    digest: digestOfRules(rulesJson),
    version: await latestVersion(tx, utilityId),
  };
}

export function createTelling(deps: TellDeps) {
  const { business, real } = deps.clocks;
  const rounds = createRounds({
    ...{ setting: 'protection', database: deps.database, nowMs: business.nowMs, looksPerSweep },
    quiet: { nowMs: real.nowMs, ms: quietMs },
  });
  /** A home has changed: its meter hears of it with the change, in the caller's transaction. */
  const tellHome = async (tx: Tx, utility: Utility, place: ConnectionPlace): Promise<void> => {
    const word = await wordOf(tx, utility.id);
    const date = todayIn(deps.clocks, utility.zone).toString();
    for (let left = tries; left > 0; left -= 1) {
      const rows = await look(tx, { utility, date, digest: word.digest, of: { place } });
      const due = rows.filter((found) => found.is_due);
      let all = true;
      for (const found of due) all = (await tell(tx, deps, { utility, found, word })) && all;
      if (all) return;
    }
    throw new Error('a meter’s protection changes faster than it can be told');
  };

  /** The next meters of the utility's round. True while there is more to look at. */
  const goRound = async (tx: Tx, utility: Utility): Promise<boolean> => {
    const word = await wordOf(tx, utility.id);
    const { digest } = word;
    const date = todayIn(deps.clocks, utility.zone).toString();
    return rounds.goOn(tx, {
      ...{ utilityId: utility.id, goingBy: digest },
      look: async (after) => {
        const rows = await look(tx, { utility, date, digest, of: after });
        // One that somebody else has told since the look waits for the next round.
        for (const found of rows) if (found.is_due) await tell(tx, deps, { utility, found, word });
        return rows;
      },
    });
  };

  return {
    tellHome,
    /** Upkeep: tells the meters that do not know what holds. */
    sweep: (utility: Utility): Promise<void> => {
      const goingBy = digestOfRules(meterDocument(utility.protectionRules));
      const round = { utilityId: utility.id, goingBy };
      return rounds.sweep(round, (tx) => goRound(tx, utility));
    },
  };
}
