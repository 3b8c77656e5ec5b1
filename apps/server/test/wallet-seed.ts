// A connection in wallet mode with some use rated, for tests that need one more than they test it.

import { energyWh } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { MeterPlace } from '../src/connections/index.ts';
import type { Harness } from './harness.ts';

const halfHour = 1_800_000;

export async function seedWallet(h: Harness): Promise<MeterPlace & { meterPan: string }> {
  const home = await h.addConnection();
  const sinceMs = h.clock.nowMs - 4 * halfHour;
  const since = new Date(sinceMs);
  const of = sql`bucket = ${home.bucket} AND id = ${home.connectionId}::uuid`;
  await sql`UPDATE prewatt.connections SET credit_mode = 'wallet' WHERE ${of}`.execute(
    h.owner.directories,
  );
  await sql`INSERT INTO prewatt.wallets (bucket, connection_id, utility_id, meter_id, since_at,
      rated_until, supply, supply_at, check_at)
    VALUES (${home.bucket}, ${home.connectionId}::uuid, ${home.utilityId}::uuid,
      ${home.meterId}::uuid, ${since}, ${since}, 'on', ${since}, NULL)`.execute(
    h.owner.directories,
  );
  for (const [i, wh] of [100_000n, 101_000n, 102_500n].entries()) {
    await h.fromMeter(home.meterPan, {
      kind: 'profile',
      sequence: i + 1,
      entries: [{ endsAtMs: sinceMs + i * halfHour, importEnergyWh: energyWh(wh) }],
    });
    // A marked day waits for the rest of what its meter has to say.
    h.clock.nowMs += 21_000;
    await h.services.upkeep();
  }
  return home;
}
