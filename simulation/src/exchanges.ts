// Meters that die and are exchanged: the home is dark, its people buy in vain, and a day later
// somebody reads the old meter and puts up another one. What was left goes over by a token; sales
// whose tokens the dead meter cannot have taken are undone, and no other.

import { createHash } from 'node:crypto';
import { availableMilliWhOf } from '@prewatt/meter';
import type { Services } from '@prewatt/server/services';
import { sql } from 'kysely';
import { untilItWorks } from './dying-database.ts';
import type { Observed } from './observed.ts';
import type { Trace } from './trace.ts';
import { askAndAllow, type TwoPeople } from './two-people.ts';
import { keyRevision, type MeterMaker, supplyGroupCode, type TownHome } from './utility.ts';

type Deps = {
  readonly people: TwoPeople;
  readonly homes: readonly TownHome[];
  readonly makeMeter: MeterMaker;
  readonly observed: Observed;
  readonly trace: Trace;
  readonly touch: (home: TownHome) => void;
  readonly nowMs: () => number;
};

const reason = 'The meter is dark and does not come back';
/** Sales of the old meter that somebody asks to have undone. */
const salesAskedFor = 4;

/** What is due at this hour of the town's life. */
export async function exchangeMeters(
  services: Services,
  o: Deps & { readonly ageHours: number },
): Promise<void> {
  for (const home of o.homes) {
    const { exchange } = home.traits;
    if (exchange === undefined) continue;
    const isOld = home.former.length === 0;
    if (isOld && !home.isDead && o.ageHours >= exchange.diesAtHour) {
      home.isDead = true;
      o.trace.add(home, 'the meter dies');
    }
    if (!isOld || o.ageHours < exchange.exchangedAtHour) continue;
    o.touch(home);
    if (!(await putUpAnother(services, o, home))) continue;
    await undoSales(services, o, home);
  }
}

/** By what somebody has read at the old meter. */
async function putUpAnother(services: Services, o: Deps, home: TownHome): Promise<boolean> {
  const made = o.makeMeter(home, o.nowMs());
  const leftWh = Math.max(0, Math.floor(availableMilliWhOf(home.meter) / 1_000));
  const requestId = `exchange-${home.index}-${o.nowMs()}`;
  const payload = {
    ...{ requestId, reason, connectionId: home.connectionId, oldMeterPan: home.meterPan },
    meter: {
      ...{ meterPan: made.meterPan, encryptionAlgorithm: 'ea07', supplyGroupCode },
      ...{ tariffIndex: made.key.tariffIndex, keyRevision },
      secretSha256: createHash('sha256').update(made.mqttSecret).digest('hex'),
    },
    balance: {
      ...{ from: 'stated', energyWh: leftWh.toString() },
      creditedWh: creditedWhOf(home).toString(),
    },
  };
  const asked = { kind: 'meterExchange', requestId, reason, payload } as const;
  const state = await untilItWorks(() => askAndAllow(services, o.people, asked));
  if (state !== 'done') {
    o.trace.add(home, 'its exchange is refused');
    return false;
  }
  const meterId = await untilItWorks(() => meterIdOf(services, home, made.meterPan));
  const { meterPan, meter, config } = home;
  o.observed.exchanges.push({ home, leftWh });
  const untold = meter.pendingEvents.filter(({ code }) => code === 'creditLow').length;
  o.observed.untoldCrossings.set(home.connectionId, untold);
  home.former.push({ meterId: home.meterId, meterPan, meter, config });
  Object.assign(home, { ...made, meterId, isDead: false });
  o.trace.add(home, `another meter is put up; ${leftWh} Wh were left`);
  return true;
}

const creditedWhOf = ({ meter }: Pick<TownHome, 'meter'>): number =>
  Math.floor(meter.creditedMilliWh / 1_000);

function meterIdOf(services: Services, home: TownHome, meterPan: string): Promise<string> {
  return services.database.inUtility(home.utilityId, async (tx) => {
    const { rows } = await sql<{ id: string }>`SELECT id FROM prewatt.meters
      WHERE bucket = ${home.bucket} AND meter_pan = ${meterPan}`.execute(tx);
    const [row] = rows;
    if (row === undefined) throw new Error('an exchange without its meter');
    return row.id;
  });
}

/** Of the last sales for the old meter each that may be undone is; the others must not be. */
async function undoSales(services: Services, o: Deps, home: TownHome): Promise<void> {
  const old = home.former.at(-1);
  if (old === undefined) return;
  const sales = await untilItWorks(() => lastSalesOf(services, home, old.meterId));
  for (const [nth, saleId] of sales.entries()) {
    const requestId = `reversal-${home.index}-${nth}`;
    const payload = {
      ...{ requestId, reason, saleId, moneyGoes: 'prepaid' },
      creditedWh: creditedWhOf(old).toString(),
    };
    const asked = { kind: 'reversal', requestId, reason, payload } as const;
    const state = await untilItWorks(() => askAndAllow(services, o.people, asked));
    o.trace.add(home, `a sale ${state === 'done' ? 'is undone' : 'stands'}`);
  }
}

function lastSalesOf(services: Services, home: TownHome, meterId: string): Promise<string[]> {
  return services.database.inUtility(home.utilityId, async (tx) => {
    const { rows } = await sql<{ id: string }>`SELECT s.id FROM prewatt.sales s
      WHERE s.bucket = ${home.bucket} AND EXISTS (SELECT FROM prewatt.tokens t
        WHERE t.bucket = s.bucket AND t.sale_id = s.id AND t.meter_id = ${meterId}::uuid)
      ORDER BY s.id DESC LIMIT ${salesAskedFor}`.execute(tx);
    return rows.map(({ id }) => id);
  });
}
