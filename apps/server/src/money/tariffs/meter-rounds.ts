// The round over all meters that count money: how far it is stands in its row, so that a process
// that dies loses nothing and two of them share the work.

import { civilDateOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import {
  type ConnectionPlace,
  loadConnection,
  type MeterPlace,
} from '../../registry/connections/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import { digestOfTariff } from './for-meter.ts';
import { type Asked, isLastLook, lookAndTell, type MeterTellDeps, noteWord } from './meter-tell.ts';

/** Until a finished round begins again: words unheard, meters new to money, reports that deny. */
const roundEveryMs = 15 * 60_000;
const looksPerSweep = 4;
/** Another process may have approved a version meanwhile. */
const quietMs = 60_000;
const firstMeter = '00000000-0000-0000-0000-000000000000';
const start = { after_bucket: -1, after_meter_id: firstMeter, finished_at: null };

export type MeterTelling = ReturnType<typeof createMeterTelling>;

export function createMeterTelling(
  o: MeterTellDeps & { readonly database: Database; readonly utilities: Utilities },
) {
  const nowMs = () => o.clocks.business.nowMs();
  /** Nothing to look at before, as far as this process knows. */
  const quiet = new Map<string, { readonly untilMs: number; readonly date: string }>();

  /** The next meters of the round; true while there is more to look at. */
  const goRound = async (tx: Tx, utility: Utility): Promise<boolean> => {
    const now = nowMs();
    const date = civilDateOf(now, utility.zone);
    const anew = { ...start, of_date: date, started_at: new Date(now) };
    await tx
      .insertInto('tariff_rounds')
      .values({ utility_id: utility.id, ...anew })
      .onConflict((conflict) => conflict.column('utility_id').doNothing())
      .execute();
    const round = await tx
      .selectFrom('tariff_rounds')
      .select(['after_bucket', 'after_meter_id', 'started_at', 'finished_at'])
      .select(sql<string>`of_date::text`.as('date'))
      .where('utility_id', '=', utility.id)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    if (round === undefined) return false;
    const isOther = round.date !== date;
    const isOld = round.finished_at !== null && round.started_at + roundEveryMs <= now;
    if (round.finished_at !== null && !isOther && !isOld) return false;
    const from = isOther || isOld ? anew : round;
    const found = await lookAndTell(tx, o, {
      utility,
      which: { afterBucket: from.after_bucket, afterMeterId: from.after_meter_id },
    });
    const last = found.at(-1);
    const isThrough = isLastLook(found);
    await tx
      .updateTable('tariff_rounds')
      .set({
        ...(isOther || isOld ? anew : {}),
        ...(last === undefined ? {} : { after_bucket: last.bucket, after_meter_id: last.meterId }),
        finished_at: isThrough ? new Date(now) : null,
      })
      .where('utility_id', '=', utility.id)
      .execute();
    return !isThrough;
  };

  return {
    /** Versions have changed: the round begins anew with the transaction that changed them. */
    versionsChanged: async (tx: Tx, utility: Utility): Promise<void> => {
      const anew = {
        ...{ ...start, started_at: new Date(nowMs()) },
        of_date: civilDateOf(nowMs(), utility.zone),
      };
      await tx
        .insertInto('tariff_rounds')
        .values({ utility_id: utility.id, ...anew })
        .onConflict((conflict) => conflict.column('utility_id').doUpdateSet(anew))
        .execute();
      quiet.delete(utility.id);
    },

    /** Connections have got another tariff: their meters hear of it with the assignment. */
    assigned: async (
      tx: Tx,
      a: {
        readonly utility: Pick<Utility, 'id' | 'zone'>;
        readonly places: readonly ConnectionPlace[];
        readonly asked: Asked;
      },
    ): Promise<void> => {
      if (a.places.length === 0) return;
      await lookAndTell(tx, o, { utility: a.utility, which: { places: a.places }, asked: a.asked });
    },

    /** A person has sent the tariff in force, in the transaction that has locked the meter. */
    sentByHand: async (tx: Tx, place: MeterPlace, commandId: string): Promise<void> => {
      const connection = await loadConnection(tx, place);
      if (connection === null) return;
      const { zone } = await o.utilities.get(place.utilityId);
      const inTime = await o.tariffs.inTime(tx, [connection]);
      const { now } = inTime(connection, civilDateOf(nowMs(), zone));
      if (now === null) return;
      const digest = digestOfTariff(now);
      await noteWord(tx, o, { place, digest, commandId, activatesAtMs: nowMs(), held: null });
    },

    /** Upkeep. Safe from many processes. */
    sweep: async (utility: Utility): Promise<void> => {
      const now = nowMs();
      const date = civilDateOf(now, utility.zone);
      const known = quiet.get(utility.id);
      if (known !== undefined && known.untilMs > now && known.date === date) return;
      for (let looks = looksPerSweep; looks > 0; looks -= 1) {
        const more = await o.database.inUtility(utility.id, (tx) => goRound(tx, utility));
        if (more) continue;
        quiet.set(utility.id, { untilMs: now + quietMs, date });
        return;
      }
    },
  };
}
