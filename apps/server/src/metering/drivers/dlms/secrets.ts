// Password and keys of a meter that is linked by DLMS: at rest sealed under the master key, bound
// to utility and meter; opened for the time of a session, and shown nowhere.

import type pg from 'pg';
import { z } from 'zod';
import { open, type SealedRow, seal } from '../../../base/seal.ts';

const hexOf = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));
const hex = hexOf(32);
const secretsSchema = z.strictObject({
  password: z.string().max(64).optional(),
  encryptionKey: hex.optional(),
  authenticationKey: hex.optional(),
  /** Others are wrapped under it. */
  keyEncryptionKey: hex.optional(),
  /** ECDSA on P-256: ours, and the meter's public one (both coordinates). */
  signingKey: hexOf(64).optional(),
  meterPublicKey: hexOf(128).optional(),
});
export type DlmsSecrets = z.output<typeof secretsSchema>;

type Of = { readonly utilityId: string; readonly meterId: string };

const boundTo = ({ utilityId, meterId }: Of): string => `dlms link ${utilityId} ${meterId}`;

export const sealSecrets = (masterKey: Buffer, of: Of, secrets: DlmsSecrets): Buffer =>
  seal(masterKey, boundTo(of), Buffer.from(JSON.stringify(secrets)));

/** Throws when they do not open: another master key, or a row of another meter. */
export function openSecrets(masterKey: Buffer, of: Of, sealed: Buffer): DlmsSecrets {
  const plain = open(masterKey, boundTo(of), sealed);
  if (plain === null) throw new Error('the keys of a meter that is linked by DLMS do not open');
  return secretsSchema.parse(JSON.parse(plain.toString('utf8')));
}

const newKeysSchema = z.strictObject({
  ...{ encryptionKey: hex, authenticationKey: hex },
  /** Only where the key by which others are wrapped is changed, too. */
  keyEncryptionKey: hex.optional(),
});

const boundToNext = ({ utilityId, meterId }: Of): string =>
  `dlms link, next keys ${utilityId} ${meterId}`;

/** Keys on their way to a meter. */
export const sealNext = (masterKey: Buffer, of: Of, keys: z.output<typeof newKeysSchema>): Buffer =>
  seal(masterKey, boundToNext(of), Buffer.from(JSON.stringify(keys)));

export function openNext(
  masterKey: Buffer,
  of: Of,
  sealed: Buffer,
): z.output<typeof newKeysSchema> {
  const plain = open(masterKey, boundToNext(of), sealed);
  if (plain === null) throw new Error('the next keys of a meter that is linked do not open');
  return newKeysSchema.parse(JSON.parse(plain.toString('utf8')));
}

/** Of all utilities: the client is the database owner's. */
export async function sealedDlmsKeys(client: pg.Client): Promise<SealedRow<'dlmsKeys'>[]> {
  const { rows } = await client.query(
    'SELECT bucket, meter_id, utility_id, sealed, sealed_next FROM dlms_links ORDER BY bucket, meter_id',
  );
  return rows.flatMap((row) => {
    const of = { utilityId: row.utility_id, meterId: row.meter_id };
    const one = (column: 'sealed' | 'sealed_next', bound: string): SealedRow<'dlmsKeys'> => ({
      kind: 'dlmsKeys',
      name: `keys of the meter ${row.meter_id} of utility ${row.utility_id}`,
      utilityId: row.utility_id,
      bound,
      sealed: row[column],
      save: async (sealed) => {
        const at = [sealed, row.bucket, row.meter_id];
        await client.query(
          `UPDATE dlms_links SET ${column} = $1 WHERE bucket = $2 AND meter_id = $3`,
          at,
        );
      },
    });
    const keys = one('sealed', boundTo(of));
    return row.sealed_next === null ? [keys] : [keys, one('sealed_next', boundToNext(of))];
  });
}
