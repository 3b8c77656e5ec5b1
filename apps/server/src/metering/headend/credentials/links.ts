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
  /** Since when the link of a meter waits for its first report. */
  const waitingSinceMs = new Map<string, number>();

  const store = async (batch: ReadonlyMap<string, LinkState>): Promise<void> => {
    const found = [...(await places([...batch.keys()]))].map(([meterPan, place]) => ({
      meterPan,
      place,
      up: batch.get(meterPan) === 'online',
    }));
    for (const [utilityId, meters] of Map.groupBy(found, ({ place }) => place.utilityId)) {
      await storeOrSplit({ store: (part) => storeAndWake(utilityId, part), failed }, meters);
    }
  };
  const storeAndWake = async (utilityId: string, meters: readonly Changed[]): Promise<void> => {
    const reported = await storeLinks(o, utilityId, meters);
    const isNew = ({ meterPan }: Changed): boolean => !waitingSinceMs.has(meterPan);
    const back = meters.flatMap((meter) => (meter.up && isNew(meter) ? [meter.place] : []));
    for (const meter of meters) {
      if (reported.has(meter.place.meterId)) waitingSinceMs.delete(meter.meterPan);
      else awaitReport(meter);
    }
    if (back.length > 0) await o.commands.wake(utilityId, back);
  };
  const awaitReport = ({ meterPan, up }: Changed): void => {
    const nowMs = o.clocks.real.nowMs();
    const sinceMs = waitingSinceMs.get(meterPan) ?? nowMs;
    if (nowMs - sinceMs > reportWithinMs) {
      waitingSinceMs.delete(meterPan);
      return;
    }
    waitingSinceMs.set(meterPan, sinceMs);
    if (!changes.has(meterPan)) changes.set(meterPan, up ? 'online' : 'offline');
    timer ??= setTimeout(storeAfterOthers, againMs).unref();
  };
  /** One that cannot be stored holds up no other; it is tried again alone, a newer one first. */
  const failed = ({ meterPan, up }: Changed, error: unknown): void => {
    if (!isLost(error)) {
      o.log.warn(
        { meterPan, error: String(error) },
        'link of a meter not stored, or nothing sent to it; once more in 1 s',
      );
    }
    const newer = changes.get(meterPan);
    changes.set(meterPan, newer ?? (up ? 'online' : 'offline'));
    timer ??= setTimeout(storeAfterOthers, againMs).unref();
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
