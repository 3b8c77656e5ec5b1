// When meters that count money are sent their tariff: with an assignment, when versions change,
// and by rounds over all of them.

import { civilDateOf } from '@prewatt/quantities';
import type { Database, Tx } from '../../base/database.ts';
import { createRounds } from '../../metering/desired-settings/index.ts';
import {
  type ConnectionPlace,
  loadConnection,
  type MeterPlace,
} from '../../registry/connections/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import { digestOfTariff } from './for-meter.ts';
import { type Asked, lookAndTell, type MeterTellDeps, noteWord } from './meter-tell.ts';

const looksPerSweep = 4;
/** Another process may have approved a version meanwhile. */
const quietMs = 60_000;

export type MeterTelling = ReturnType<typeof createMeterTelling>;

export function createMeterTelling(
  o: MeterTellDeps & { readonly database: Database; readonly utilities: Utilities },
) {
  const nowMs = () => o.clocks.business.nowMs();
  const quiet = { nowMs, ms: quietMs };
  const { database } = o;
  const rounds = createRounds({ setting: 'tariff', database, nowMs, looksPerSweep, quiet });
  /** It goes by the day: with each one another version may begin. */
  const roundOf = (utility: Utility) => ({
    ...{ utilityId: utility.id, goingBy: civilDateOf(nowMs(), utility.zone) },
  });

  return {
    /** Versions have changed: the round begins anew with the transaction that changed them. */
    versionsChanged: (tx: Tx, utility: Utility): Promise<void> =>
      rounds.begin(tx, roundOf(utility)),

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
    sweep: (utility: Utility): Promise<void> => {
      const round = roundOf(utility);
      return rounds.sweep(round, (tx) =>
        rounds.goOn(tx, {
          ...round,
          look: (which) => lookAndTell(tx, o, { utility, which }),
        }),
      );
    },
  };
}
