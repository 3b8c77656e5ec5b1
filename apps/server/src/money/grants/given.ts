// Tokens that a customer may have to type: what was given to their meter and that it has not taken
// yet. Engineering tokens are the utility's own business, and are not among them.

import type { GivenTokens } from '@prewatt/api';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { Connection } from '../../registry/connections/index.ts';

const mostShown = 12;

/** Of the connection's present meter, oldest first: under an old key they come before the set. */
export async function givenTokens(tx: Tx, connection: Connection): Promise<GivenTokens[]> {
  const { rows } = await sql<{
    kind: GivenTokens['kind'];
    energy_wh: bigint | null;
    amount_minor: bigint | null;
    issued_at: number;
    tokens: string[];
  }>`SELECT g.kind, g.energy_wh, g.amount_minor, g.issued_at,
      (SELECT array_agg(t.digits ORDER BY t.section, t.tid) FROM prewatt.tokens t
        WHERE t.bucket = g.bucket AND t.grant_id = g.id AND t.state = 'issued') AS tokens
    FROM prewatt.grants g
    WHERE g.bucket = ${connection.bucket} AND g.connection_id = ${connection.connectionId}::uuid
      AND g.meter_id = ${connection.meter.meterId}::uuid AND g.state IN ('issued', 'unconfirmed')
      AND g.kind IN ('freeUnits', 'freeCredit', 'replacement', 'keyChange')
      AND EXISTS (SELECT FROM prewatt.tokens t WHERE t.bucket = g.bucket AND t.grant_id = g.id
        AND t.state = 'issued')
    ORDER BY g.issued_at, g.id LIMIT ${mostShown}`.execute(tx);
  return rows.map((row) => ({
    kind: row.kind,
    energyWh: row.energy_wh?.toString() ?? null,
    creditMinor: row.amount_minor?.toString() ?? null,
    issuedAtMs: row.issued_at,
    tokens: row.tokens,
  }));
}
