// The digest: one message a week, for those who want that and no warnings. It comes on Monday
// morning, about the week before and what is left.

import { dayMs, zonedAt } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { dailyUse } from '../../metering/readings/index.ts';
import { loadConnections } from '../../registry/connections/index.ts';
import { leftText, outlooksOf } from '../supply-forecast/index.ts';
import { type Fact, type TellDeps, tellMany } from './tell.ts';

const atOnce = 100;
const monday = 1;
const fromHour = 9;

/** Queues the digests of this week that are not there yet; on Mondays from nine on. */
export async function sendDigests(tx: Tx, o: TellDeps, utilityId: string): Promise<void> {
  const nowMs = o.nowMs();
  const utility = await o.utilities.get(utilityId);
  const now = zonedAt(nowMs, utility.zone);
  if (now.dayOfWeek !== monday || now.hour < fromHour) return;
  const factKey = `digest:${now.toPlainDate().toString()}`;
  const { rows } = await sql<{ bucket: number; connection_id: string }>`
    SELECT a.bucket, a.connection_id FROM alert_choices a
    WHERE a.utility_id = ${utilityId}::uuid AND a.digest
      AND NOT EXISTS (SELECT FROM messages m WHERE m.bucket = a.bucket
        AND m.connection_id = a.connection_id AND m.fact_key = ${factKey})
    ORDER BY a.bucket, a.connection_id LIMIT ${atOnce}`.execute(tx);
  if (rows.length === 0) return;
  const connections = await loadConnections(
    tx,
    rows.map((row) => ({ bucket: row.bucket, connectionId: row.connection_id, utilityId })),
  );
  const asked = [...connections.values()].map((connection) => ({ utility, connection, nowMs }));
  const outlooks = await outlooksOf(tx, o, asked);
  const facts: Fact[] = [];
  for (const [i, { connection }] of asked.entries()) {
    const outlook = outlooks[i];
    if (outlook === undefined) continue;
    const { bucket, connectionId, meter } = connection;
    const place = { bucket, connectionId, utilityId, meterId: meter.meterId };
    const sundayMs = nowMs - dayMs;
    const days = await dailyUse(tx, place, { zone: utility.zone, days: 7, nowMs: sundayMs });
    const known = days.flatMap(({ energyWh }) => (energyWh === null ? [] : [energyWh]));
    facts.push({
      ...{ place, factKey, outlook, kind: 'weeklyDigest', atMs: nowMs },
      left: ({ currency }) => leftText(outlook, currency),
      usedWh: known.length === 0 ? null : known.reduce((sum, wh) => sum + wh, 0n),
    });
  }
  await tellMany(tx, o, facts);
}
