// The secret of a meter that is linked by LwM2M: at rest sealed under the master key, bound to
// utility and meter; opened for a proof, and shown nowhere.

import type pg from 'pg';
import { open, type SealedRow, seal } from '../../../base/seal.ts';

type Of = { readonly utilityId: string; readonly meterId: string };

const boundTo = ({ utilityId, meterId }: Of): string => `lwm2m link ${utilityId} ${meterId}`;

export const sealSecret = (masterKey: Buffer, of: Of, secretHex: string): Buffer =>
  seal(masterKey, boundTo(of), Buffer.from(secretHex, 'hex'));

/** Throws when it does not open: another master key, or a row of another meter. */
export function openSecret(masterKey: Buffer, of: Of, sealed: Buffer): Uint8Array {
  const plain = open(masterKey, boundTo(of), sealed);
  if (plain === null) throw new Error('the secret of a meter linked by LwM2M does not open');
  return plain;
}

/** Of all utilities: the client is the database owner's. */
export async function sealedLwm2mSecrets(client: pg.Client): Promise<SealedRow<'lwm2mSecrets'>[]> {
  const { rows } = await client.query(
    `SELECT bucket, meter_id, utility_id, sealed FROM lwm2m_links WHERE sealed IS NOT NULL
     ORDER BY bucket, meter_id`,
  );
  return rows.map((row) => ({
    kind: 'lwm2mSecrets',
    name: `secret of the meter ${row.meter_id} of utility ${row.utility_id}`,
    utilityId: row.utility_id,
    bound: boundTo({ utilityId: row.utility_id, meterId: row.meter_id }),
    sealed: row.sealed,
    save: async (sealed) => {
      await client.query('UPDATE lwm2m_links SET sealed = $1 WHERE bucket = $2 AND meter_id = $3', [
        sealed,
        row.bucket,
        row.meter_id,
      ]);
    },
  }));
}
