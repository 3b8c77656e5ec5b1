// The table of soft landing by token; part of `Tables`.

import type { Instant, NullableText } from './columns.ts';

export type LandingTables = {
  landing_tokens: {
    bucket: number;
    id: string;
    utility_id: string;
    connection_id: string;
    meter_id: string;
    grant_id: string;
    rules_version: number;
    spell_sale_id: string;
    step: number;
    power_w: bigint;
    lift_power_w: bigint;
    expected_at: Instant;
    lasts_until: Instant;
    sent_at: Instant;
    state: 'sent' | 'replaced' | 'lifted';
    state_at: Instant;
    lift_sale_id: NullableText;
    lift_grant_id: NullableText;
  };
};
