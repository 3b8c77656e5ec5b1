// The secret of a meter or a lamp that is linked by LwM2M: at rest sealed under the master key,
// bound to utility and meter; opened for a proof, and shown nowhere.

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

/** Of meters and lamps of all utilities: the client is the database owner's. */
export async function sealedLwm2mSecrets(client: pg.Client): Promise<SealedRow<'lwm2mSecrets'>[]> {
  const meters = await client.query<SecretRow>(
    `SELECT bucket, meter_id AS id, utility_id, sealed FROM lwm2m_links WHERE sealed IS NOT NULL
     ORDER BY bucket, meter_id`,
  );
  const lamps = await client.query<SecretRow>(
    `SELECT bucket, lamp_id AS id, utility_id, sealed FROM lamp_links WHERE sealed IS NOT NULL
     ORDER BY bucket, lamp_id`,
  );
  return [
    ...meters.rows.map((row) =>
      sealedRow(row, 'meter', async (sealed) => {
        await client.query(
          'UPDATE lwm2m_links SET sealed = $1 WHERE bucket = $2 AND meter_id = $3',
          [sealed, row.bucket, row.id],
        );
      }),
    ),
    ...lamps.rows.map((row) =>
      sealedRow(row, 'lamp', async (sealed) => {
        await client.query('UPDATE lamp_links SET sealed = $1 WHERE bucket = $2 AND lamp_id = $3', [
          sealed,
          row.bucket,
          row.id,
        ]);
      }),
    ),
  ];
}

type SecretRow = {
  readonly bucket: number;
  readonly id: string;
  readonly utility_id: string;
  readonly sealed: Buffer;
};

const sealedRow = (
  row: SecretRow,
  what: 'meter' | 'lamp',
  save: (sealed: Buffer) => Promise<void>,
): SealedRow<'lwm2mSecrets'> => ({
  kind: 'lwm2mSecrets',
  name: `secret of the ${what} ${row.id} of utility ${row.utility_id}`,
  utilityId: row.utility_id,
  bound: boundTo({ utilityId: row.utility_id, meterId: row.id }),
  ...{ sealed: row.sealed, save },
});
