// What a meter holds of the rules and of its home's marks, as far as it has confirmed: nobody is
// promised what their meter has not heard.

import { checkProtectionRules, type ProtectionRules } from '@prewatt/protection';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import { prepared, recordset } from '../../base/rows.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import { digestOfRules, meterDocument } from './documents.ts';
import { flagsOn, type SupplyHome } from './homes.ts';
import { lastWord } from './meters.ts';

/**
 * `newest`: what holds, or nobody has told this meter anything yet. `nothing`: it was told and has
 * confirmed none of it. Otherwise what it confirmed last.
 */
export type Heard =
  | 'newest'
  | 'nothing'
  | { readonly rules: ProtectionRules; readonly home: Omit<SupplyHome, 'owedMilliWh'> };

const askedColumns = { bucket: 'smallint', meter_id: 'uuid' } as const;

const confirmed = z.object({
  rulesJson: z.string(),
  vulnerable: z.boolean().nullish(),
  medical: z.boolean().nullish(),
  convertedAtMs: z.coerce.number().nullish(),
});

type Row = {
  readonly meter_id: string;
  readonly is_newest: boolean;
  readonly action: unknown;
};

/** By the meter's id; of meters in use. */
export async function heardByMeters(
  tx: Tx,
  places: readonly Pick<MeterPlace, 'bucket' | 'meterId'>[],
  o: { readonly rules: ProtectionRules; readonly date: string },
): Promise<ReadonlyMap<string, Heard>> {
  if (places.length === 0) return new Map();
  const asked = places.map(({ bucket, meterId: meter_id }) => ({ ...{ bucket, meter_id } }));
  const digest = digestOfRules(meterDocument(o.rules));
  const { rows } = await sql<Row>`${prepared}
    SELECT m.id AS meter_id, is_newest, last.action
    FROM ${recordset('r', askedColumns, asked)}
    JOIN meters m ON m.bucket = r.bucket AND m.id = r.meter_id
    JOIN connections c ON c.bucket = m.bucket AND c.id = m.connection_id
    ${lastWord}
    ${flagsOn(o.date)}
    CROSS JOIN LATERAL (SELECT p.generation IS NULL OR (p.rules_digest = ${digest}
      AND (p.vulnerable, p.medical, p.converted_at)
        IS NOT DISTINCT FROM (flags.vulnerable, flags.medical, c.converted_at)
      AND coalesce(k.stage = 'done', false)) AS is_newest) AS word
    LEFT JOIN LATERAL (SELECT d.action FROM commands d
      WHERE NOT is_newest AND d.bucket = m.bucket AND d.connection_id = c.id
        AND d.meter_id = m.id AND d.kind = 'setProtection' AND d.stage = 'done'
      ORDER BY d.stage_at DESC LIMIT 1) AS last ON true`.execute(tx);
  return new Map(
    rows.map((row) => [row.meter_id, row.is_newest ? 'newest' : confirmedIn(row.action)]),
  );
}

function confirmedIn(action: unknown): Heard {
  const read = confirmed.safeParse(action);
  if (!read.success) return 'nothing';
  const { rulesJson, vulnerable, medical, convertedAtMs } = read.data;
  const rules = checkProtectionRules(JSON.parse(rulesJson));
  if (!rules.ok) return 'nothing';
  return {
    rules: rules.value,
    home: {
      vulnerable: vulnerable ?? null,
      medical: medical ?? null,
      convertedAtMs: convertedAtMs ?? null,
    },
  };
}
