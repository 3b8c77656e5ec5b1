// What an install job asks the rest of the database about its meter: the link, the last state, a
// command's answer, a grant's tokens.

import type { CommandStage } from '@prewatt/api';
import type { Tx } from '../../base/database.ts';

type OfMeter = { readonly bucket: number; readonly meterId: string };

/** A meter without a link, and one whose secret is not known yet, have a hash of zeros. */
export async function meterHasSecret(tx: Tx, place: OfMeter): Promise<boolean> {
  const row = await tx
    .selectFrom('meters')
    .select('secret_hash')
    .where('bucket', '=', place.bucket)
    .where('id', '=', place.meterId)
    .executeTakeFirstOrThrow();
  return row.secret_hash.some((byte) => byte !== 0);
}

export async function meterState(tx: Tx, place: OfMeter) {
  const row = await tx
    .selectFrom('meter_states')
    .select(['captured_at', 'last_contact_at', 'link_up', 'link_at'])
    .select(['load_switch', 'power_w', 'credit_status'])
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .executeTakeFirst();
  return row ?? null;
}

export async function isLinkRevoked(tx: Tx, place: OfMeter): Promise<boolean> {
  const row = await tx
    .selectFrom('meters')
    .select('link_revoked_at')
    .where('bucket', '=', place.bucket)
    .where('id', '=', place.meterId)
    .executeTakeFirstOrThrow();
  return row.link_revoked_at !== null;
}

export type CommandNow = {
  readonly stage: CommandStage;
  readonly result: {
    readonly kind: string;
    readonly loadSwitch?: string;
    readonly reason?: string;
  };
};

export async function commandNow(
  tx: Tx,
  o: { readonly bucket: number; readonly commandId: string },
): Promise<CommandNow> {
  const row = await tx
    .selectFrom('commands')
    .select(['stage', 'result'])
    .where('bucket', '=', o.bucket)
    .where('id', '=', o.commandId)
    .executeTakeFirstOrThrow();
  return { stage: row.stage, result: (row.result ?? { kind: '' }) as CommandNow['result'] };
}

export function tokensOfGrant(tx: Tx, o: { readonly bucket: number; readonly grantId: string }) {
  return tx
    .selectFrom('tokens')
    .select(['id', 'kind', 'tid', 'digits', 'state', 'refusal', 'origin'])
    .where('bucket', '=', o.bucket)
    .where('grant_id', '=', o.grantId)
    .orderBy('section')
    .orderBy('tid')
    .execute();
}

/** Deliveries of a token that are still under way. */
export async function deliveriesOf(
  tx: Tx,
  o: { readonly bucket: number; readonly tokenId: string },
): Promise<string[]> {
  const rows = await tx
    .selectFrom('commands')
    .select('id')
    .where('bucket', '=', o.bucket)
    .where('token_ref', '=', o.tokenId)
    .where('due_at', 'is not', null)
    .execute();
  return rows.map((row) => row.id);
}

/** How an approval stands, with the words of a failure. */
export async function approvalNow(tx: Tx, approvalId: string) {
  return tx
    .selectFrom('approvals')
    .select(['state', 'outcome'])
    .where('id', '=', approvalId)
    .executeTakeFirstOrThrow();
}
