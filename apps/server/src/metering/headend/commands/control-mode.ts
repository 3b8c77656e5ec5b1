// Which commands the control mode of a meter's switch allows, by the mode that the meter last
// reported. The meter decides; this check refuses early what the meter would refuse.

import { type CommandBody, meterReportSchema } from '@prewatt/api';
import type { Tx } from '../../../base/database.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import type { SendRefusal } from './errors.ts';
import { supplyHoldOf } from './holds.ts';

/** Modes that a command closes at once; they know no arming. */
const closesAtOnce: readonly (number | null)[] = [2, 4];

/** Null: the mode is no obstacle, or is not known. */
export async function modeForbids(
  tx: Tx,
  place: MeterPlace,
  body: CommandBody,
): Promise<SendRefusal | null> {
  if (body.kind === 'setControlMode') {
    return body.controlMode === 0 ? await mustStayOff(tx, place) : null;
  }
  if (body.kind !== 'switchOpen' && body.kind !== 'switchArm') return null;
  const mode = await saidControlMode(tx, place);
  if (mode === 0) return 'neverOpens';
  return body.kind === 'switchArm' && closesAtOnce.includes(mode) ? 'noArming' : null;
}

/** Mode 0 gives supply back and never lets it go again. */
async function mustStayOff(tx: Tx, place: MeterPlace): Promise<SendRefusal | null> {
  if ((await supplyHoldOf(tx, place)) !== null) return 'heldOpen';
  const { credit_mode: mode } = await tx
    .selectFrom('connections')
    .select('credit_mode')
    .where('bucket', '=', place.bucket)
    .where('id', '=', place.connectionId)
    .executeTakeFirstOrThrow();
  return mode === 'wallet' ? 'walletNeedsSwitch' : null;
}

/** Null: the maker's own way, or never said. */
export async function saidControlMode(tx: Tx, place: MeterPlace): Promise<number | null> {
  const row = await tx
    .selectFrom('meter_states')
    .select('report')
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .executeTakeFirst();
  const report = meterReportSchema.safeParse(row?.report ?? {});
  return report.success ? (report.data.account?.controlMode ?? null) : null;
}
