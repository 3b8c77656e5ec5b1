// Tables of readings, as Kysely sees them (the rest and the rules: tables.ts).

import type { Generated } from 'kysely';
import type { Instant } from './columns.ts';

export type ReadingTables = {
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
};
