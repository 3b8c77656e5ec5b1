// A connection in wallet mode with some use rated, and a token that came after the handover, for
// tests that need one more than they test it.

import { energyWh } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { MeterPlace } from '../src/registry/connections/index.ts';
import { seedApproval } from './approval-seed.ts';
import { typeAll } from './correction-harness.ts';
import { type Harness, newTestUuid } from './harness.ts';
import { buyAndPay } from './purchases.ts';

const halfHour = 1_800_000;

export async function seedWallet(h: Harness): Promise<MeterPlace & { meterPan: string }> {
  const home = await h.addConnection();
  const saleId = await buyAndPay(h, 5_000n, `seed-wallet-${home.connectionId}`, home);
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
  await seedHandover(h, { home, since });
  await typeAll(h, home, saleId);
  await h.services.upkeep();
  return home;
}

/** A change to wallet mode that is done, by two operators without their sign-ins. */
async function seedHandover(
  h: Harness,
  o: { readonly home: MeterPlace; readonly since: Date },
): Promise<void> {
  const { home, since } = o;
  const requestId = newTestUuid();
  const reason = 'The customer asked for it';
  const payload = { requestId, reason, connectionId: home.connectionId, toMode: 'wallet' };
  const by = await seedApproval(h, { kind: 'creditMode', payload, reason });
  await sql`INSERT INTO prewatt.mode_changes (bucket, id, utility_id, connection_id, meter_id,
      request_id, to_mode, state, reason, requested_by, approved_by, approval_id, energy_wh,
      amount_minor, at, state_at)
    VALUES (${home.bucket}, ${newTestUuid()}::uuid, ${home.utilityId}::uuid,
      ${home.connectionId}::uuid, ${home.meterId}::uuid, ${requestId}, 'wallet', 'done',
      ${reason}, ${by.requestedBy}::uuid, ${by.approvedBy}::uuid, ${by.approvalId}::uuid, 0, 0,
      ${since}, ${since})`.execute(h.owner.directories);
}
