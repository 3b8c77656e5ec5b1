// What a customer is shown of the soft landing by token: the limit that was sent to their meter
// last, with its digits, or the token that lifts one that they never need again.

import type { LimitShown } from '@prewatt/api';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { Connection } from '../../registry/connections/index.ts';

/** For so long the lift of a home that is never limited any more stands on its page. */
const liftShownMs = 14 * 86_400_000;

type Row = {
  readonly power_w: bigint;
  readonly lift_power_w: bigint;
  readonly expected_at: number;
  readonly lasts_until: number;
  readonly state: 'sent' | 'lifted';
  readonly sent_at: number;
  readonly digits: string;
  readonly token_state: 'issued' | 'accepted' | 'refused';
};

/** Of the connection's present meter; null when there is nothing to know or to type. */
export async function limitShown(
  tx: Tx,
  o: { readonly connection: Connection; readonly nowMs: number },
): Promise<LimitShown | null> {
  const { connection } = o;
  // A lift by the rules has the rules' version; what a person granted is between them and the home.
  const { rows } = await sql<Row>`
    SELECT l.power_w, l.lift_power_w, l.expected_at, l.lasts_until, l.state, g.issued_at AS sent_at,
      t.digits, t.state AS token_state
    FROM landing_tokens l
    JOIN grants g ON g.bucket = l.bucket AND g.id = coalesce(l.lift_grant_id, l.grant_id)
    JOIN tokens t ON t.bucket = g.bucket AND t.grant_id = g.id AND t.kind = 'management'
    WHERE l.bucket = ${connection.bucket} AND l.connection_id = ${connection.connectionId}::uuid
      AND l.meter_id = ${connection.meter.meterId}::uuid
      AND (l.state = 'sent' OR (l.state = 'lifted' AND g.id = l.lift_grant_id
        AND g.rules_version IS NOT NULL AND t.state = 'issued'
        AND l.state_at > ${new Date(o.nowMs - liftShownMs)}::timestamptz))
    ORDER BY l.id DESC LIMIT 1`.execute(tx);
  const [row] = rows;
  if (row === undefined) return null;
  return {
    what: row.state === 'sent' ? 'limit' : 'lift',
    powerW: row.power_w.toString(),
    liftPowerW: row.lift_power_w.toString(),
    expectedAtMs: row.expected_at,
    lastsUntilMs: row.lasts_until,
    sentAtMs: row.sent_at,
    token: row.digits,
    said: row.token_state === 'issued' ? 'unknown' : row.token_state,
  };
}
