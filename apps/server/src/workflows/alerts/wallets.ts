// Wallets for the attention list: a change of credit mode that failed, supply that does not
// follow, use that is not rated. Each appears once and stays until it ends or somebody has seen
// it.

import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { silentBefore } from '../../metering/readings/index.ts';
import { withdrawnBy } from '../../registry/connections/index.ts';

/** What is wrong, and what to do. */
export const walletLabels: Readonly<Record<string, string>> = {
  changeFailed:
    'The change of credit mode failed: the meter refused it or never answered. Ask for it again, ' +
    'or exchange the meter',
  changeWaits:
    'The meter has changed its credit mode and the wallet has not: the connection’s wallet says why',
  changeUnanswered:
    'The meter has not answered the change of credit mode for a day. See its link, change to token ' +
    'mode by its register as read there, or exchange it',
  supplyRefused:
    'The meter refused the wallet’s order to switch supply. See its commands; it is asked again',
  supplyUnanswered: 'The meter does not answer the wallet’s order to switch supply. See its link',
  readingsMissing:
    'No readings: use goes uncharged since then. See the meter’s link, change to token mode by its ' +
    'register as read there, or exchange it by its final reading',
  notRated: 'Use cannot be rated: the connection’s wallet says why. Mend the tariff',
  jump: 'The register jumped, and nobody is charged for it. Accept or reject the reading',
  beyondEmergency:
    'The balance is used up beyond the emergency credit, and a rule has kept supply on for a day. ' +
    'Call the customer',
  paidAndOff:
    'The customer has paid in, and supply is still off: more is owed. Say what turns it on, or agree ' +
    'on a payment',
};

const walletAlertKinds = [
  'walletChange',
  'walletSupply',
  'walletReadings',
  'walletRating',
  'walletJump',
  'walletBalance',
] as const;
type WalletAlertKind = (typeof walletAlertKinds)[number];

type Found = {
  readonly bucket: number;
  readonly connection_id: string;
  readonly meter_id: string;
  readonly kind: WalletAlertKind;
  readonly code: string;
  readonly since_at: number;
};

const listed = 1_000;

/** A finding that nobody has decided about: its last word. */
const isOpenJump = sql`f.finding IN ('spike', 'reset', 'unit') AND f.state = 'found'
  AND NOT EXISTS (SELECT FROM reading_findings g WHERE g.bucket = f.bucket
    AND g.meter_id = f.meter_id AND g.register = f.register AND g.read_at = f.read_at
    AND g.finding = f.finding AND g.ordinal > f.ordinal)`;

/** Notices what has begun and ends what is over. Reads all wallets: not for every second. */
export async function noticeWallets(
  tx: Tx,
  o: { readonly utilityId: string; readonly newUuid: NewUuid; readonly nowMs: number },
): Promise<void> {
  const found = await troubles(tx, o);
  const keyOf = (meterId: string, kind: string, sinceMs: number): string =>
    `${meterId} ${kind} ${sinceMs}`;
  const now = new Set(found.map((row) => keyOf(row.meter_id, row.kind, row.since_at)));
  for (const row of found) {
    await tx
      .insertInto('meter_alerts')
      .values({
        bucket: row.bucket,
        id: o.newUuid(),
        utility_id: o.utilityId,
        connection_id: row.connection_id,
        meter_id: row.meter_id,
        kind: row.kind,
        code: row.code,
        fact: BigInt(row.since_at),
        since_at: new Date(row.since_at),
        noticed_at: new Date(o.nowMs),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  const open = await tx
    .selectFrom('meter_alerts')
    .select(['bucket', 'id', 'meter_id', 'kind', 'fact'])
    .where('utility_id', '=', o.utilityId)
    .where('kind', 'in', walletAlertKinds)
    .where('ended_at', 'is', null)
    .execute();
  for (const row of open) {
    if (now.has(keyOf(row.meter_id, row.kind, Number(row.fact)))) continue;
    await tx
      .updateTable('meter_alerts')
      .set({ ended_at: new Date(o.nowMs) })
      .where('bucket', '=', row.bucket)
      .where('id', '=', row.id)
      .execute();
  }
}

async function troubles(
  tx: Tx,
  o: { readonly utilityId: string; readonly nowMs: number },
): Promise<readonly Found[]> {
  const now = sql`${new Date(o.nowMs)}::timestamptz`;
  const of = sql`${o.utilityId}::uuid`;
  const walletOf = sql`SELECT w.bucket, w.connection_id, w.meter_id`;
  const { rows } = await sql<Found>`
    SELECT bucket, connection_id, meter_id, kind, code,
      date_trunc('milliseconds', since_at) AS since_at FROM (
    SELECT m.bucket, m.connection_id, t.id AS meter_id, 'walletChange' AS kind,
      CASE WHEN m.state = 'failed' THEN 'changeFailed' WHEN m.problem IS NOT NULL THEN 'changeWaits'
        ELSE 'changeUnanswered' END AS code,
      CASE WHEN m.state = 'failed' THEN m.state_at ELSE m.at END AS since_at
    FROM mode_changes m
    JOIN meters t ON t.bucket = m.bucket AND t.id = m.meter_id AND t.retired_at IS NULL
    WHERE m.utility_id = ${of} AND ((m.state = 'failed'
        AND NOT starts_with(m.problem, ${withdrawnBy})) OR (m.state = 'awaitingMeter'
        AND (m.problem IS NOT NULL OR m.at < ${now} - interval '1 day')))
      AND NOT EXISTS (SELECT FROM mode_changes n WHERE n.bucket = m.bucket
        AND n.connection_id = m.connection_id AND n.at > m.at)
    UNION ALL ${walletOf}, 'walletSupply',
      CASE c.stage WHEN 'refused' THEN 'supplyRefused' ELSE 'supplyUnanswered' END, w.supply_at
    FROM wallets w JOIN commands c ON c.bucket = w.bucket AND c.id = w.command_id
    WHERE w.utility_id = ${of} AND w.since_at IS NOT NULL AND c.stage <> 'done'
      AND w.supply_at < ${now} - interval '1 hour'
    UNION ALL ${walletOf}, 'walletReadings', 'readingsMissing', w.rated_until
    FROM wallets w
    WHERE w.utility_id = ${of} AND w.since_at IS NOT NULL AND w.problem IS NULL
      AND w.rated_until < ${silentBefore(o.nowMs)}
    UNION ALL ${walletOf}, 'walletRating', 'notRated', w.rated_until
    FROM wallets w WHERE w.utility_id = ${of} AND w.since_at IS NOT NULL AND w.problem IS NOT NULL
    UNION ALL SELECT p.bucket, p.connection_id, p.meter_id, 'walletRating', 'notRated', p.until_at
    FROM wallet_periods p WHERE p.utility_id = ${of} AND p.problem IS NOT NULL
    UNION ALL SELECT p.bucket, p.connection_id, p.meter_id, 'walletJump', 'jump', f.read_at
    FROM wallet_periods p JOIN reading_findings f ON f.bucket = p.bucket AND f.meter_id = p.meter_id
      AND f.read_at > p.since_at AND f.read_at <= p.until_at AND ${isOpenJump}
    WHERE p.utility_id = ${of}
    UNION ALL ${walletOf}, 'walletJump', 'jump', f.read_at
    FROM wallets w JOIN reading_findings f ON f.bucket = w.bucket AND f.meter_id = w.meter_id
      AND f.read_at > w.since_at AND ${isOpenJump}
    WHERE w.utility_id = ${of}
    UNION ALL ${walletOf}, 'walletBalance', 'beyondEmergency', w.supply_at
    FROM wallets w WHERE w.utility_id = ${of} AND w.since_at IS NOT NULL
      AND w.supply = 'protected' AND w.supply_at < ${now} - interval '1 day'
    UNION ALL ${walletOf}, 'walletBalance', 'paidAndOff', w.supply_at
    FROM wallets w JOIN connections c ON c.bucket = w.bucket AND c.id = w.connection_id
    WHERE w.utility_id = ${of} AND w.since_at IS NOT NULL AND w.supply = 'off'
      AND c.prepaid_minor <= 0
      AND EXISTS (SELECT FROM sales s
        WHERE s.bucket = w.bucket AND s.connection_id = w.connection_id
          AND s.state = 'delivered' AND s.requested_at > w.supply_at
          AND s.delivered_at < ${now} - interval '5 minutes')
    ) AS trouble ORDER BY since_at LIMIT ${listed}`.execute(tx);
  return rows;
}
