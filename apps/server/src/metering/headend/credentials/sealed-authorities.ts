// The sealed keys of meters' authorities: what they are bound to, and all of them for a new master
// key.

import type pg from 'pg';
import type { SealedRow } from '../../../base/seal.ts';

export const boundToAuthority = (utilityId: string, ordinal: number): string =>
  `meter authority ${utilityId} ${ordinal}`;

/** Of all utilities: the client is the database owner's. */
export async function sealedAuthorities(client: pg.Client): Promise<SealedRow<'authority'>[]> {
  const { rows } = await client.query(
    `SELECT utility_id, ordinal, sealed FROM meter_authorities ORDER BY utility_id, ordinal`,
  );
  return rows.map((row) => ({
    kind: 'authority',
    name: `authority of meters ${row.ordinal} of utility ${row.utility_id}`,
    utilityId: row.utility_id,
    bound: boundToAuthority(row.utility_id, row.ordinal),
    sealed: row.sealed,
    save: async (sealed) => {
      await client.query(
        'UPDATE meter_authorities SET sealed = $1 WHERE utility_id = $2 AND ordinal = $3',
        [sealed, row.utility_id, row.ordinal],
      );
    },
  }));
}
