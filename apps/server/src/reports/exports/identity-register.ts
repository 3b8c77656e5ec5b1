// The export of how meters prove who they are: no secret, no key, dates and serials alone.

import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import { hasLink, identityTables } from '../../metering/headend/index.ts';
import { type Key, pageRows, type Register } from './register.ts';

type Row = Key & {
  readonly connection_id: string;
  readonly name: string;
  readonly meter_pan: string;
  readonly serial: string | null;
  readonly not_before: number | null;
  readonly not_after: number | null;
  readonly first_used_at: number | null;
  readonly last_act: string | null;
  readonly last_at: number | null;
  readonly revoked_at: number | null;
  readonly waiting_since: number | null;
  readonly asked_at: number | null;
  readonly asked_stage: string | null;
  readonly last_contact_at: number | null;
};

/** Meters in use that have a link. */
export const meterIdentities: Register = {
  table: 'meters',
  is: (uuid) => sql`id = ${uuid}::uuid`,
  prefix: 'meter',
  columns: [
    'meter_id',
    'connection_id',
    'connection_name',
    'meter_number',
    'proves_itself_with',
    'since',
    'serial',
    'valid_from',
    'valid_until',
    'revoked_at',
    'new_one_waits_since',
    'renewal_asked_at',
    'renewal_stage',
    'last_contact_at',
    'time_zone',
  ],
  page: async (tx, from, c) => {
    const after =
      from === null ? sql`true` : sql`(m.bucket, m.id) > (${from.bucket}, ${from.id}::uuid)`;
    const { rows } = await sql<Row>`SELECT m.bucket, m.id, m.connection_id, c.name, m.meter_pan,
        used.serial, used.not_before, used.not_after, used.first_used_at, last.act AS last_act,
        last.at AS last_at, m.link_revoked_at AS revoked_at, waiting.issued_at AS waiting_since,
        asked.at AS asked_at, asking.stage AS asked_stage, st.last_contact_at
      ${identityTables} WHERE ${hasLink} AND ${after}
      ORDER BY m.bucket, m.id LIMIT ${sql.lit(pageRows)}`.execute(tx);
    return rows.map((row) => ({
      key: { bucket: row.bucket, id: row.id },
      cells: [
        idFromUuid('meter', row.id),
        idFromUuid('connection', row.connection_id),
        row.name,
        row.meter_pan,
        kindOf(row),
        c.at(row.first_used_at ?? (row.last_act === 'revoked' ? null : row.last_at)),
        row.serial ?? '',
        c.at(row.not_before),
        c.at(row.not_after),
        c.at(row.revoked_at),
        c.at(row.waiting_since),
        c.at(row.asked_at),
        row.asked_stage ?? '',
        c.at(row.last_contact_at),
        c.zone,
      ],
    }));
  },
};

function kindOf(row: Row): string {
  if (row.serial !== null) return 'certificate';
  if (row.last_act === 'revoked') return 'nothing';
  return (row.last_act ?? 'claimed') === 'claimed' ? 'factory secret' : 'secret';
}
