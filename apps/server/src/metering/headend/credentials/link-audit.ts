// The history of a meter's identity (`link_acts`): what happened to it, in order, each request
// once. Sign-in reads it. What a person asked for stands in the audit log as well, which is where
// people look.

import type { AuditAction } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import type { ColumnValue } from '../../../base/column-value.ts';
import type { Tx } from '../../../base/database.ts';
import type { AuditLog } from '../../../registry/audit-log/index.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import type { Asker } from '../commands/send.ts';

export type LinkRequest = {
  readonly place: MeterPlace;
  readonly meterPan: string;
  readonly by: Asker;
  readonly requestId: string;
  readonly reason: string;
  /** The install job of this meter vouches for who asks, who need not be an administrator. */
  readonly atInstall?: boolean;
};

export const meterOf = (tx: Tx, place: MeterPlace) =>
  tx.selectFrom('meters').where('bucket', '=', place.bucket).where('id', '=', place.meterId);

/** Locks it. */
export const lockMeterRow = (tx: Tx, place: MeterPlace) =>
  meterOf(tx, place)
    .select(['next_secret_hash', 'link_revoked_at', 'retired_at'])
    .forUpdate()
    .executeTakeFirstOrThrow();

/** What was done before under this request id. */
export const linkChangeOf = (tx: Tx, place: MeterPlace, requestId: string) =>
  tx
    .selectFrom('link_acts')
    .select(['act', 'secret_hash', 'serial'])
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .where('request_id', '=', requestId)
    .executeTakeFirst();

type LinkAct = ColumnValue<'link_acts', 'act'>;
type LinkChange = {
  readonly at: Date;
  /** Of a pairing: what the secret's hash became. */
  readonly secretHash?: Buffer | null;
  readonly serial?: string | null;
};

/** What a person may ask for, as the audit log names it. */
const auditActionOf = {
  paired: 'meterPaired',
  rotationAsked: 'meterIdentityRotated',
  revoked: 'meterIdentityRevoked',
  certified: 'meterCertified',
  driverLinked: 'meterDriverLinked',
  driverEnded: 'meterDriverEnded',
  driverKeysAsked: 'meterDriverKeysAsked',
} as const satisfies Partial<Record<LinkAct, AuditAction>>;
export type AskedLinkAct = keyof typeof auditActionOf;

/** What a person asked for: a row of the history and an entry of the audit log. Meter is locked. */
export async function recordAskedLinkChange(
  tx: Tx,
  auditLog: Pick<AuditLog, 'recordByName'>,
  o: LinkChange & { readonly act: AskedLinkAct; readonly request: LinkRequest },
): Promise<void> {
  const { act, request } = o;
  const { place, meterPan, by, reason } = request;
  await addToHistory(tx, place, o, { requestId: request.requestId, by: by.name, reason });
  await auditLog.recordByName(tx, {
    utilityId: place.utilityId,
    operatorId: by.operatorId ?? null,
    by: by.name,
    address: by.address,
    act: auditActionOf[act],
    subject: idFromUuid('connection', place.connectionId),
    details: { name: meterPan, reason, ...(o.serial == null ? {} : { serial: o.serial }) },
  });
}

/** What the meter did by itself: a row of the history. The meter is locked. */
export const recordLinkChange = (
  tx: Tx,
  place: MeterPlace,
  change: LinkChange & { readonly act: LinkAct },
): Promise<void> => addToHistory(tx, place, change, null);

async function addToHistory(
  tx: Tx,
  place: MeterPlace,
  o: LinkChange & { readonly act: LinkAct },
  asked: { readonly requestId: string; readonly by: string; readonly reason: string } | null,
): Promise<void> {
  const last = await tx
    .selectFrom('link_acts')
    .select((eb) => eb.fn.max('ordinal').as('ordinal'))
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .executeTakeFirst();
  await tx
    .insertInto('link_acts')
    .values({
      bucket: place.bucket,
      meter_id: place.meterId,
      ordinal: (last?.ordinal ?? 0) + 1,
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      act: o.act,
      request_id: asked?.requestId ?? null,
      done_by: asked?.by ?? null,
      reason: asked?.reason ?? null,
      secret_hash: o.secretHash ?? null,
      serial: o.serial ?? null,
      at: o.at,
    })
    .execute();
}
