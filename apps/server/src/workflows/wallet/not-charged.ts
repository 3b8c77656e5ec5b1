// What a home has used since its use was charged last, and uses until a later moment: by the
// register that the meter has said since, and after that by its power. Texts, sums to pay and the
// forecast count it, since it is charged as soon as the next readings are.

import { hourMs, minuteMs } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { newestReading } from '../../metering/readings/index.ts';
import type { Connection } from '../../registry/connections/index.ts';

/** What a meter says of its power is believed for so long. */
export const powerForMs = 60 * minuteMs;

type Asked = {
  readonly connection: Connection;
  readonly nowMs: number;
  /** Up to where use is charged; null of a meter that counts its own credit, as it has said it. */
  readonly chargedUntilMs: number | null;
};

export type NotCharged = {
  /** By now. */
  readonly usedWh: bigint;
  /** As the meter said it last; nothing while supply is off. */
  readonly powerW: bigint;
  /** The meter has said it within the hour. */
  readonly isPresent: boolean;
  /** How long the meter has said nothing. */
  readonly silentMs: number;
};

/** Null where the meter, or its first reading, has not been heard. */
export async function notCharged(tx: Tx, o: Asked): Promise<NotCharged | null> {
  const { bucket, meter } = o.connection;
  const place = { bucket, meterId: meter.meterId };
  const state = await tx
    .selectFrom('meter_states')
    .select(['import_energy_wh', 'captured_at', 'power_w'])
    .select(sql<boolean>`load_switch = 'connected'`.as('is_on'))
    .where('bucket', '=', bucket)
    .where('meter_id', '=', meter.meterId)
    .executeTakeFirst();
  if (state === undefined) return null;
  const said = { valueWh: state.import_energy_wh, readAtMs: state.captured_at };
  const register = o.chargedUntilMs === null ? said : await newestReading(tx, place);
  if (register === null) return null;
  // Readings wait to be checked before they are charged: the last one may be ahead of the charge.
  const charged =
    o.chargedUntilMs === null || register.readAtMs <= o.chargedUntilMs
      ? register
      : ((await newestReading(tx, { ...place, untilMs: o.chargedUntilMs })) ?? register);
  const last = said.readAtMs > register.readAtMs ? said : register;
  const silentMs = Math.max(0, o.nowMs - last.readAtMs);
  const byRegister = last.valueWh > charged.valueWh ? last.valueWh - charged.valueWh : 0n;
  const powerW = state.is_on ? BigInt(state.power_w) : 0n;
  const usedWh = byRegister + energyAt(powerW, Math.min(silentMs, powerForMs));
  const isPresent = o.nowMs - state.captured_at <= powerForMs;
  return { usedWh, powerW, isPresent, silentMs };
}

export const energyAt = (powerW: bigint, lastedMs: number): bigint =>
  (powerW * BigInt(Math.round(lastedMs))) / BigInt(hourMs);
