// Tables of readings, as Kysely sees them (the rest and the rules: tables.ts).

import type { Generated } from 'kysely';
import type { CivilDate, Instant, Json, NullableInstant, NullableText } from './columns.ts';
import type { LinkTables } from './link-tables.ts';

type OfMeter = {
  bucket: number;
  meter_id: string;
  utility_id: string;
  connection_id: string;
};

export type ReadingTables = LinkTables & {
  readings: {
    bucket: number;
    meter_id: string;
    /** readings/registers.ts names them. */
    register: number;
    read_at: Instant;
    utility_id: string;
    value: bigint;
    received_at: Instant;
    meter_flags: Generated<number>;
  };
  usage_days: OfMeter & {
    day: CivilDate;
    stale_at: NullableInstant;
    measured_wh: Generated<bigint>;
    estimated_wh: Generated<bigint>;
    quality: Generated<'measured' | 'estimated' | 'incomplete'>;
    findings: Generated<number>;
    rolled_at: NullableInstant;
  };
  usage_months: OfMeter & {
    month: CivilDate;
    measured_wh: bigint;
    estimated_wh: bigint;
    whole_days: number;
  };
  reading_findings: OfMeter & {
    register: number;
    read_at: Instant;
    finding: 'gap' | 'spike' | 'negative' | 'reset' | 'unit' | 'clockDrift' | 'differs';
    ordinal: number;
    state: 'found' | 'gone' | 'accepted' | 'rejected';
    detail: Json;
    decided_by: NullableText;
    reason: NullableText;
    at: Instant;
  };
  reading_estimates: OfMeter & {
    starts_at: Instant;
    ends_at: Instant;
    ordinal: number;
    energy_wh: bigint;
    method: 'interpolated' | 'average' | 'edited';
    made_by: NullableText;
    reason: NullableText;
    made_at: Instant;
  };
};
