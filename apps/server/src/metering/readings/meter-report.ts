// What a meter says of itself beyond the core of its state, kept as it came, and the newest reading
// of each register.

import type { AccountState } from '@prewatt/protocol';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { registerNumbers } from './registers.ts';

type Place = { readonly bucket: number; readonly meterId: string };

/** The document that `meter_states.report` keeps: whole numbers as decimal strings. */
export function reportJson(state: AccountState): string {
  const { exportEnergyWh, account, money, phases, firmware } = state;
  return JSON.stringify({ exportEnergyWh, account, money, phases, firmware }, (_, value) =>
    typeof value === 'bigint' ? value.toString() : value,
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
