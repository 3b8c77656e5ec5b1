// Which meters have their link up, as they and their last wills say. A meter that is back gets what
// waited for it at once. Changes of the same moment are stored together: after a power cut a town
// comes back within a minute. A new meter's link may come up before its first report is stored. Of
// a meter that moves between brokers the later session stands, whatever order its words come in.

import { type LinkState, type LinkWord, standingLinkWord } from '@prewatt/protocol';
import { sql } from 'kysely';
import { int2Array, uuidArray } from '../../../base/binary-arrays.ts';
import type { Database, Tx } from '../../../base/database.ts';
import { notifyLive } from '../../../base/live.ts';
import type { Log } from '../../../base/log.ts';
import type { Clocks } from '../../../base/time.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import type { Commands } from '../commands/command-types.ts';
import { isLost, storeOrSplit } from '../ingest/batch-queue.ts';
import { createPlaces } from '../ingest/meter-lookup.ts';

const togetherMs = 200;
const againMs = 1000;
/** What a meter has not answered so long after it moved to another broker went past it. */
const movedAgainMs = 10_000;
/** The first report of a new meter may be this late behind its link. */
const reportWithinMs = 60_000;

type Changed = {
  readonly meterPan: string;
  readonly place: MeterPlace;
  readonly up: boolean;
  readonly session: number | null;
};

export type Links = {
  readonly changed: (meterPan: string, state: LinkState, session?: number | null) => void;
  /** A broker that has just started has nobody connected. */
  readonly allDown: (utilityId: string) => Promise<void>;
  /** Resolves when every change so far is stored and what waited is sent. */
  readonly settled: () => Promise<void>;
};

export type LinksDeps = {
  readonly database: Database;
  readonly commands: Pick<Commands, 'wake'>;
  readonly clocks: Clocks;
  readonly log: Log;
  readonly movedAgainMs?: number;
};

export function createLinks(o: LinksDeps): Links {
  const places = createPlaces({ database: o.database, nowMs: () => o.clocks.real.nowMs() });
  let changes = new Map<string, LinkWord>();
  let timer: NodeJS.Timeout | null = null;
  let storing: Promise<void> = Promise.resolve();
  const waiting = createWaiting(() => o.clocks.real.nowMs());

  const store = async (batch: ReadonlyMap<string, LinkWord>): Promise<void> => {
    for (const [utilityId, meters] of changedOf(batch, await places([...batch.keys()]))) {
      await storeOrSplit({ store: (part) => storeAndWake(utilityId, part), failed }, meters);
    }
  };
  const storeAndWake = async (utilityId: string, meters: readonly Changed[]): Promise<void> => {
    const reported = await storeLinks(o, utilityId, meters);
    const back = meters.filter(({ up, meterPan }) => up && !waiting.has(meterPan));
    for (const meter of waiting.after(meters, reported)) onceMore(meter);
    if (back.length === 0) return;
    await o.commands.wake(utilityId, placesOf(back));
    wakeMoved(o, utilityId, back);
  };
  /** A newer word of its meter goes first. */
  const onceMore = ({ meterPan, up, session }: Changed): void => {
    putBefore(changes, meterPan, { state: up ? 'online' : 'offline', session });
    timer ??= setTimeout(storeAfterOthers, againMs).unref();
  };
  /** One that cannot be stored holds up no other; it is tried again alone, a newer one first. */
  const failed = (changed: Changed, error: unknown): void => {
    const { meterPan } = changed;
    if (!isLost(error)) {
      o.log.warn(
        { meterPan, error: String(error) },
        'link of a meter not stored, or nothing sent to it; once more in 1 s',
      );
    }
    onceMore(changed);
  };
  const storeAfterOthers = (): void => {
    timer = null;
    storing = storing.then(async () => {
      const batch = changes;
      changes = new Map();
      await store(batch).catch((error) => {
        o.log.warn({ error: String(error) }, 'links of meters not stored yet; once more in 1 s');
        for (const [meterPan, word] of batch) putBefore(changes, meterPan, word);
        timer ??= setTimeout(storeAfterOthers, againMs).unref();
      });
    });
  };

  return {
    changed: (meterPan, state, session = null) => {
      const word = { state, session };
      changes.set(meterPan, standingLinkWord(changes.get(meterPan) ?? word, word));
      timer ??= setTimeout(storeAfterOthers, togetherMs);
    },
    allDown: (utilityId) => putAllDown(o, utilityId),
    settled: async () => {
      if (timer !== null) {
        clearTimeout(timer);
        storeAfterOthers();
      }
      await storing;
    },
  };
}

/** A word that was said before those that are there. */
function putBefore(changes: Map<string, LinkWord>, meterPan: string, word: LinkWord): void {
  changes.set(meterPan, standingLinkWord(word, changes.get(meterPan) ?? word));
}

const placesOf = (meters: readonly Changed[]): readonly MeterPlace[] =>
  meters.map(({ place }) => place);

/**
 * A command that was on its way while its meter moved may have been at each broker when the meter
 * was not: it would wait for minutes. Sent once more; what the meter has carried out it answers.
 */
function wakeMoved(
  o: Pick<LinksDeps, 'commands' | 'log' | 'movedAgainMs'>,
  utilityId: string,
  back: readonly Changed[],
): void {
  const moved = placesOf(back.filter(({ session }) => session !== null));
  if (moved.length === 0) return;
  setTimeout(() => {
    o.commands.wake(utilityId, moved).catch((error) => {
      o.log.warn({ error: String(error) }, 'commands of meters that moved wait until they are due');
    });
  }, o.movedAgainMs ?? movedAgainMs).unref();
}

/** What changed, by utility; of numbers that no meter has nothing. */
function changedOf(
  batch: ReadonlyMap<string, LinkWord>,
  places: ReadonlyMap<string, MeterPlace>,
): ReadonlyMap<string, Changed[]> {
  const found = [...places].map(([meterPan, place]) => ({
    meterPan,
    place,
    up: batch.get(meterPan)?.state === 'online',
    session: batch.get(meterPan)?.session ?? null,
  }));
  return Map.groupBy(found, ({ place }) => place.utilityId);
}

/** Which meters have a link that waits for their first report, and for how long. */
function createWaiting(nowMs: () => number) {
  const sinceMs = new Map<string, number>();
  return {
    has: (meterPan: string): boolean => sinceMs.has(meterPan),
    /** What of these is to be stored once more: who has not reported, for a while. */
    after: (meters: readonly Changed[], reported: ReadonlySet<string>): readonly Changed[] =>
      meters.filter(({ meterPan, place }) => {
        const since = sinceMs.get(meterPan) ?? nowMs();
        const goesOn = !reported.has(place.meterId) && nowMs() - since <= reportWithinMs;
        if (goesOn) sinceMs.set(meterPan, since);
        else sinceMs.delete(meterPan);
        return goesOn;
      }),
  };
}

function putAllDown(
  o: { readonly database: Database; readonly clocks: Clocks },
  utilityId: string,
): Promise<void> {
  return o.database.inUtility(utilityId, async (tx) => {
    const at = new Date(o.clocks.business.nowMs());
    await sql`UPDATE meter_states AS state SET link_up = false, link_at = ${at}::timestamptz
      FROM (SELECT bucket, meter_id FROM meter_states
        WHERE utility_id = ${utilityId}::uuid AND link_up
        ORDER BY bucket, meter_id FOR NO KEY UPDATE) AS linked
      WHERE state.bucket = linked.bucket AND state.meter_id = linked.meter_id`.execute(tx);
  });
}

/** The meters among these that have reported a state: others have no row to keep it in. */
async function storeLinks(
  o: { readonly database: Database; readonly clocks: Clocks },
  utilityId: string,
  meters: readonly Changed[],
): Promise<ReadonlySet<string>> {
  const at = new Date(o.clocks.business.nowMs());
  return o.database.inUtility(utilityId, async (tx) => {
    const reported = await lockStates(
      tx,
      meters.map(({ place }) => place),
    );
    // As standingLinkWord has it, but for a meter that lost its count: its word that it is up is
    // believed when nothing was heard of its link for an hour.
    await sql`UPDATE meter_states AS state SET
        link_at = CASE WHEN state.link_up = told.up THEN state.link_at ELSE ${at}::timestamptz END,
        link_up = told.up, link_session = coalesce(told.session, state.link_session)
      FROM unnest(${int2Array(meters.map(({ place }) => place.bucket))}::int2[],
        ${uuidArray(meters.map(({ place }) => place.meterId))}::uuid[],
        ${meters.map(({ up }) => up)}::boolean[],
        ${meters.map(({ session }) => session)}::bigint[]) AS told (bucket, meter_id, up, session)
      WHERE state.bucket = told.bucket AND state.meter_id = told.meter_id
        AND (state.link_up, state.link_session) IS DISTINCT FROM (told.up, told.session)
        AND (told.session IS NULL OR state.link_session IS NULL
          OR told.session > state.link_session
          OR (told.session = state.link_session AND NOT told.up)
          OR (told.up AND state.link_at < ${at}::timestamptz - interval '1 hour'))`.execute(tx);
    const connectionIds = meters.map(({ place }) => place.connectionId);
    await notifyLive(tx, { kind: 'meters', utilityId, connectionIds });
    return reported;
  });
}

/** In the order of the key, as every other writer of several states. */
async function lockStates(tx: Tx, places: readonly MeterPlace[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ meter_id: string }>`SELECT meter_id FROM meter_states
    JOIN unnest(${int2Array(places.map(({ bucket }) => bucket))}::int2[],
      ${uuidArray(places.map(({ meterId }) => meterId))}::uuid[]) AS told (bucket, meter_id)
      USING (bucket, meter_id)
    ORDER BY bucket, meter_id FOR NO KEY UPDATE OF meter_states`.execute(tx);
  return new Set(rows.map((row) => row.meter_id));
}
