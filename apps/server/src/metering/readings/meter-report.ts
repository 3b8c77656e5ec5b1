// What a meter says of itself beyond the core of its state, kept as it came, and the newest reading
// of each register.

import type { AccountState } from '@prewatt/protocol';
import { type Currency, formatKwh, formatMoney } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { statementOfRows } from '../../base/rows.ts';
import { registerNumbers } from './registers.ts';

type Place = { readonly bucket: number; readonly meterId: string };

/** The document that `meter_states.report` keeps: whole numbers as decimal strings. */
export function reportJson(state: AccountState): string {
  const { exportEnergyWh, creditedIsDerived, account, money, phases, firmware } = state;
  const { switchUnknownSinceMs } = state;
  return JSON.stringify(
    { exportEnergyWh, creditedIsDerived, account, money, phases, firmware, switchUnknownSinceMs },
    (_, value) => (typeof value === 'bigint' ? value.toString() : value),
  );
}

/** Emergency credit that a customer still has to come, as their meter says. */
export type EmergencyLeft = {
  readonly energyWh: bigint;
  /** Millionths of a minor unit, of a meter that counts money. */
  readonly microMinor: bigint | null;
  /** Begins by itself when credit ends; else the customer takes it at the meter. */
  readonly isAutomatic: boolean;
};

/** "0.5 kWh", or money as the meter counts it: "ZAR 3.10". */
export const emergencyLeftText = (left: EmergencyLeft, currency: Currency): string =>
  left.microMinor === null
    ? `${formatKwh(left.energyWh)} kWh`
    : formatMoney(left.microMinor / 1_000_000n, currency);

const placeColumns = { bucket: 'smallint', connection_id: 'uuid' } as const;
const selectEmergency = statementOfRows<
  typeof placeColumns,
  {
    readonly connection_id: string;
    readonly wh: string;
    readonly micro: string | null;
    readonly automatic: boolean;
  }
>(
  placeColumns,
  (recordset) => `SELECT s.connection_id, e.said ->> 'leftEnergyWh' AS wh,
    s.report -> 'money' ->> 'emergencyLeftMicroMinor' AS micro,
    coalesce((e.said ->> 'automatic')::boolean, false) AS automatic
  FROM ${recordset('r')}
  JOIN meters m ON m.bucket = r.bucket AND m.connection_id = r.connection_id
    AND m.retired_at IS NULL
  JOIN meter_states s ON s.bucket = m.bucket AND s.meter_id = m.id
  CROSS JOIN LATERAL (SELECT s.report -> 'account' -> 'emergency' AS said) e
  WHERE e.said ->> 'status' IN ('enabled', 'selectable', 'selected')`,
);

/** Of the connections whose meter offers some that is not in use, by the connection's id. */
export async function emergencyLeft(
  tx: Tx,
  places: readonly { readonly bucket: number; readonly connectionId: string }[],
): Promise<ReadonlyMap<string, EmergencyLeft>> {
  if (places.length === 0) return new Map();
  const asked = places.map(({ bucket, connectionId }) => ({ bucket, connection_id: connectionId }));
  const rows = await selectEmergency(tx, asked);
  return new Map(
    rows.flatMap(({ connection_id, wh, micro, automatic }) =>
      BigInt(wh) <= 0n
        ? []
        : [
            [
              connection_id,
              {
                energyWh: BigInt(wh),
                microMinor: micro === null ? null : BigInt(micro),
                isAutomatic: automatic,
              },
            ] as const,
          ],
    ),
  );
}

/** Registers in the order of their numbers, each with its newest reading. */
export async function newestReadings(
  tx: Tx,
  place: Place,
): Promise<{ readonly register: string; readonly value: bigint; readonly readAtMs: number }[]> {
  const numbers = Object.values(registerNumbers);
  const { rows } = await sql<{ register: number; value: bigint; read_at: number }>`
    SELECT asked.register, newest.value, newest.read_at
    FROM unnest(${sql.val(numbers)}::int2[]) AS asked (register)
    CROSS JOIN LATERAL (SELECT value, read_at FROM readings
      WHERE bucket = ${place.bucket} AND meter_id = ${place.meterId}::uuid
        AND register = asked.register
      ORDER BY read_at DESC LIMIT 1) AS newest
    ORDER BY asked.register`.execute(tx);
  const names = new Map(Object.entries(registerNumbers).map(([name, number]) => [number, name]));
  return rows.map((row) => ({
    register: names.get(row.register) ?? String(row.register),
    value: row.value,
    readAtMs: row.read_at,
  }));
}
