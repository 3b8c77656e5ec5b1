// The town's office: what people at the utility do while the town lives, by the hour of its age.
// Each round can be asked for again, as after a crash, and is done once.

import type { Services } from '@prewatt/server/services';
import { giveCreditNotes } from './credit-notes.ts';
import { untilItWorks } from './dying-database.ts';
import { exchangeMeters } from './exchanges.ts';
import { type Installing, install } from './installs.ts';
import type { Observed } from './observed.ts';
import type { FakeProvider } from './provider.ts';
import { createSettlements } from './settlements.ts';
import type { Trace } from './trace.ts';
import type { TwoPeople } from './two-people.ts';
import type { MeterMaker, TownHome } from './utility.ts';
import { changeModes } from './wallet-changes.ts';

export type Office = {
  /** Called at each tick. */
  readonly act: (services: Services) => Promise<void>;
  /** The last settlement, once nobody pays any more. */
  readonly closeBooks: (services: Services) => Promise<void>;
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** When the office opens, by the hour of the day in UTC. */
const opensAtMs = 8 * hourMs;
const notesEveryDays = 3;
const settledEveryDays = 5;
/** Payments of the last day may still be under way. */
const settledAfterMs = dayMs;
const readEveryDays = 2;

export function createOffice(o: {
  readonly seed: number;
  readonly startMs: number;
  readonly tickMs: number;
  readonly utilityId: string;
  readonly homes: readonly TownHome[];
  readonly people: TwoPeople;
  readonly technician: Installing['technician'];
  readonly makeMeter: MeterMaker;
  readonly provider: FakeProvider;
  readonly trace: Trace;
  readonly observed: Observed;
  readonly touch: (home: TownHome) => void;
  readonly nowMs: () => number;
}): Office {
  const settlements = createSettlements(o);
  return {
    act: async (services) => {
      const ageMs = o.nowMs() - o.startMs;
      await exchangeMeters(services, { ...o, ageHours: ageMs / hourMs });
      await install(services, { ...o, ageHours: ageMs / hourMs });
      const hourOfDayMs = ageMs % dayMs;
      if (hourOfDayMs < opensAtMs || hourOfDayMs >= opensAtMs + o.tickMs) return;
      const day = Math.floor(ageMs / dayMs);
      const isDay = (every: number): boolean => day > 0 && day % every === 0;
      if (day > 0) await changeModes(services, { ...o, day, attempt: day });
      if (isDay(readEveryDays)) await readPhases(services, { ...o, day });
      if (isDay(notesEveryDays)) {
        await giveCreditNotes(services, { ...o, round: day / notesEveryDays });
      }
      if (isDay(settledEveryDays)) await settlements.bring(services, o.nowMs() - settledAfterMs);
    },
    closeBooks: (services) => settlements.bring(services, Number.POSITIVE_INFINITY),
  };
}

/** Meters with three phases say what has flowed by each when they are asked. */
async function readPhases(
  services: Services,
  o: { readonly homes: readonly TownHome[]; readonly nowMs: () => number; readonly day: number },
): Promise<void> {
  for (const home of o.homes) {
    if (home.traits.hasThreePhases !== true) continue;
    await untilItWorks(() =>
      services.database.inUtility(home.utilityId, (tx) =>
        services.commands.enqueue(tx, {
          place: home,
          requestId: `read-phases-${home.index}-${o.day}`,
          kind: 'readNow',
          expiresAtMs: o.nowMs() + 3 * dayMs,
          priority: 1,
          asked: { by: 'Town', reason: 'Each phase is looked at' },
        }),
      ),
    );
  }
}
