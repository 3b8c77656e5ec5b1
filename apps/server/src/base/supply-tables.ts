// The tables of supply that an operator holds open. A part of tables.ts.

import type { Instant, NullableInstant, NullableText } from './columns.ts';

export type HoldCause = 'operator' | 'maintenance' | 'safety';

export type SupplyTables = {
  supply_holds: {
    bucket: number;
    command_id: string;
    utility_id: string;
    connection_id: string;
    cause: HoldCause;
    of_job: boolean;
    held_by: string;
    reason: string;
    held_at: Instant;
    released_at: NullableInstant;
    released_by: NullableText;
    release_reason: NullableText;
    release_command_id: NullableText;
  };
};
