// The homes of the demo as its files and tables name them, so that no test hangs on a name or
// number.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Demo } from './demo.ts';

export type Home = {
  name: string;
  phone: string;
  meterPan: string;
  connectionUuid: string;
  /** The meter's own secrets, as the factory wrote them. */
  decoderKeyHex: string;
  mqttSecret: string;
};

type FactoryMeter = { meterPan: string; decoderKeyHex: string; mqttSecret: string };

/** All homes by name; the first is the one on the panel. */
export async function homesOf(demo: Demo): Promise<Home[]> {
  const factory = JSON.parse(readFileSync(join(demo.dataDir, 'meters', 'factory.json'), 'utf8'));
  const made = new Map<string, FactoryMeter>(
    factory.meters.map((meter: FactoryMeter) => [meter.meterPan, meter]),
  );
  const { rows } = await demo.sql((owner) =>
    owner.query<Home>(
      `SELECT c.name, c.customer_phone AS phone, m.meter_pan AS "meterPan",
         c.id AS "connectionUuid"
       FROM prewatt.connections c JOIN prewatt.meters m ON m.connection_id = c.id
       WHERE c.customer_phone IS NOT NULL ORDER BY c.name`,
    ),
  );
  // The meter of the street lights is no device.
  return rows.flatMap((row) => {
    const meter = made.get(row.meterPan);
    if (meter === undefined) return [];
    return [{ ...row, decoderKeyHex: meter.decoderKeyHex, mqttSecret: meter.mqttSecret }];
  });
}

/** One home, counted from 0: each journey takes its own, so that they do not meet. */
export async function homeOf(demo: Demo, index: number): Promise<Home> {
  const home = (await homesOf(demo))[index];
  assert.ok(home, `home ${index}`);
  return home;
}

/**
 * The home on the panel when its credit lasts a while, else the first of a few that has: a seeded
 * town lives its own life, and some homes have run out. `among`: others to choose from.
 */
export async function homeInCredit(
  demo: Demo,
  among: (homes: readonly Home[]) => readonly (Home | undefined)[] = (homes) => [
    homes[0],
    ...homes.slice(12, 20),
  ],
): Promise<Home> {
  const { rows } = await demo.sql((owner) =>
    owner.query<{ meterPan: string }>(
      `SELECT meter_pan AS "meterPan" FROM prewatt.meter_states s
         JOIN prewatt.meters m ON m.id = s.meter_id
       WHERE credit_status = 'inCredit' AND load_switch = 'connected'
         AND available_energy_wh > 6000`,
    ),
  );
  const found = among(await homesOf(demo)).find((home) =>
    rows.some(({ meterPan }) => meterPan === home?.meterPan),
  );
  assert.ok(found, 'a home in credit');
  return found;
}

/** As when somebody else, or the time, has ended them: the browser still has its cookie. */
export async function endSessions(demo: Demo, phone: string): Promise<void> {
  const { rowCount } = await demo.sql((owner) =>
    owner.query(
      `DELETE FROM auth.session s USING auth."user" u
       WHERE u.id = s."userId" AND u."phoneNumber" = $1`,
      [phone],
    ),
  );
  assert.ok(rowCount, 'a session to end');
}
