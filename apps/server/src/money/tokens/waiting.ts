// Credit that was sold or given and is not in its meter: the tokens that a home without supply only
// has to type. Whoever tells people to buy asks here first.

import type { Tx } from '../../base/database.ts';
import { statementOfRows } from '../../base/rows.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

export type WaitingTokens = {
  /** In the order in which they are typed, each as people read it: "1234 5678 9012 3456 7890". */
  readonly tokens: readonly string[];
  readonly issuedAtMs: number;
};

const placeColumns = { bucket: 'smallint', connection_id: 'uuid' } as const;

/**
 * The newest credit of each connection that its present meter has neither taken nor refused, with
 * the key change that comes before it. What was reversed, or what the meter says it has used, waits
 * for nobody.
 */
const selectWaiting = statementOfRows<
  typeof placeColumns,
  { readonly connection_id: string; readonly issued_at: number; readonly tokens: readonly string[] }
>(
  placeColumns,
  (recordset) => `SELECT r.connection_id, newest.issued_at, (
      SELECT array_agg(t.digits ORDER BY t.section, t.tid) FROM tokens t
      WHERE t.bucket = newest.bucket AND t.state = 'issued' AND t.kind IN ('credit', 'keyChange')
        AND t.connection_id = r.connection_id AND t.meter_id = newest.meter_id
        AND (t.sale_id = newest.sale_id OR t.grant_id = newest.grant_id)
    ) AS tokens
  FROM ${recordset('r')}
  JOIN meters m ON m.bucket = r.bucket AND m.connection_id = r.connection_id
    AND m.retired_at IS NULL
  CROSS JOIN LATERAL (
    SELECT t.bucket, t.meter_id, t.sale_id, t.grant_id, t.issued_at FROM tokens t
    WHERE t.bucket = r.bucket AND t.connection_id = r.connection_id AND t.meter_id = m.id
      AND t.kind = 'credit' AND t.state = 'issued'
      AND (EXISTS (SELECT FROM sales s WHERE s.bucket = t.bucket AND s.id = t.sale_id
          AND (s.state = 'issued' OR (s.state = 'stuck' AND s.stuck_reason = 'notConfirmed')))
        OR EXISTS (SELECT FROM grants g WHERE g.bucket = t.bucket AND g.id = t.grant_id
          AND g.state IN ('issued', 'unconfirmed')))
    ORDER BY t.issued_at DESC, t.id DESC LIMIT 1
  ) newest`,
);

/** Of those that have any, by the connection's id. */
export async function waitingTokens(
  tx: Tx,
  places: readonly ConnectionPlace[],
): Promise<ReadonlyMap<string, WaitingTokens>> {
  if (places.length === 0) return new Map();
  const asked = places.map(({ bucket, connectionId }) => ({ bucket, connection_id: connectionId }));
  const rows = await selectWaiting(tx, asked);
  return new Map(
    rows.map(({ connection_id, issued_at, tokens }) => [
      connection_id,
      { issuedAtMs: Number(issued_at), tokens: tokens.map(inGroups) },
    ]),
  );
}

const inGroups = (digits: string): string => digits.replace(/\d{4}(?=\d)/g, '$& ');
