// Which meters have their link up, as they and their last wills say. A meter that is back gets what
// waited for it at once. Changes of the same moment are stored together: after a power cut a town
// comes back within a minute. A new meter's link may come up before its first report is stored.

import type { LinkState } from '@prewatt/protocol';
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
/** The first report of a new meter may be this late behind its link. */
const reportWithinMs = 60_000;

type Changed = { readonly meterPan: string; readonly place: MeterPlace; readonly up: boolean };

export type Links = {
  readonly changed: (meterPan: string, state: LinkState) => void;
  /** A broker that has just started has nobody connected. */
  readonly allDown: (utilityId: string) => Promise<void>;
  /** Resolves when every change so far is stored and what waited is sent. */
  readonly settled: () => Promise<void>;
};

export function createLinks(o: {
  readonly database: Database;
  readonly commands: Pick<Commands, 'wake'>;
  readonly clocks: Clocks;
  readonly log: Log;
}): Links {
  const places = createPlaces({ database: o.database, nowMs: () => o.clocks.real.nowMs() });
  let changes = new Map<string, LinkState>();
  let timer: NodeJS.Timeout | null = null;
  let storing: Promise<void> = Promise.resolve();
  const waiting = createWaiting(() => o.clocks.real.nowMs());

  const store = async (batch: ReadonlyMap<string, LinkState>): Promise<void> => {
    for (const [utilityId, meters] of changedOf(batch, await places([...batch.keys()]))) {
      await storeOrSplit({ store: (part) => storeAndWake(utilityId, part), failed }, meters);
    }
  };
  const storeAndWake = async (utilityId: string, meters: readonly Changed[]): Promise<void> => {
    const reported = await storeLinks(o, utilityId, meters);
    const back = meters.flatMap(({ place, up, meterPan }) =>
      up && !waiting.has(meterPan) ? [place] : [],
    );
    for (const meter of waiting.after(meters, reported)) onceMore(meter);
    if (back.length > 0) await o.commands.wake(utilityId, back);
  };
  /** A newer word of its meter goes first. */
  const onceMore = ({ meterPan, up }: Changed): void => {
    if (!changes.has(meterPan)) changes.set(meterPan, up ? 'online' : 'offline');
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
        // What a meter has said since is newer.
        changes = new Map([...batch, ...changes]);
        timer ??= setTimeout(storeAfterOthers, againMs).unref();
      });
    });
  };

  return {
    changed: (meterPan, state) => {
      changes.set(meterPan, state);
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

/** What changed, by utility; of numbers that no meter has nothing. */
function changedOf(
  batch: ReadonlyMap<string, LinkState>,
  places: ReadonlyMap<string, MeterPlace>,
): ReadonlyMap<string, Changed[]> {
  const found = [...places].map(([meterPan, place]) => ({
    meterPan,
    place,
    up: batch.get(meterPan) === 'online',
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
  meters: readonly { readonly place: MeterPlace; readonly up: boolean }[],
): Promise<ReadonlySet<string>> {
  const at = new Date(o.clocks.business.nowMs());
  return o.database.inUtility(utilityId, async (tx) => {
    const reported = await lockStates(
      tx,
      meters.map(({ place }) => place),
    );
    for (const up of [true, false]) {
      const of = meters.filter((meter) => meter.up === up).map(({ place }) => place);
      if (of.length === 0) continue;
      await sql`UPDATE meter_states AS state SET link_up = ${up}, link_at = ${at}::timestamptz
        FROM unnest(${int2Array(of.map(({ bucket }) => bucket))}::int2[],
          ${uuidArray(of.map(({ meterId }) => meterId))}::uuid[]) AS told (bucket, meter_id)
        WHERE state.bucket = told.bucket AND state.meter_id = told.meter_id
          AND state.link_up IS DISTINCT FROM ${up}`.execute(tx);
    }
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
