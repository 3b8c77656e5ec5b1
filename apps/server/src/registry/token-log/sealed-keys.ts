// The sealed keys of all logs, for whoever seals them under another master key; by the owner.

import type pg from 'pg';
import type { SealedRow } from '../../base/seal.ts';
import { boundToLog } from './key.ts';

export async function sealedLogKeys(client: pg.Client): Promise<SealedRow<'logKey'>[]> {
  const { rows } = await client.query('SELECT utility_id, origin, sealed FROM prewatt_log.keys');
  return rows.map((row) => ({
    kind: 'logKey',
    name: `the key of the token log ${row.origin}`,
    utilityId: row.utility_id,
    bound: boundToLog(row.utility_id),
    sealed: row.sealed,
    save: async (sealed) => {
      await client.query('UPDATE prewatt_log.keys SET sealed = $1 WHERE utility_id = $2', [
        sealed,
        row.utility_id,
      ]);
    },
  }));
}
