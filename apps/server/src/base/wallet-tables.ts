// The tables of wallet mode; part of `Tables`.

import type { Generated } from 'kysely';
import type { Instant, Json, NullableBigint, NullableInstant, NullableText } from './columns.ts';

type OfConnection = { bucket: number; utility_id: string; connection_id: string };

/** Quotes and sales of money credit, for meters with the tariff inside; null for energy. */
export type MoneyCredit = { credit_minor: NullableBigint };
/** What a currency token carries, in 10^-5 of the currency's base unit. */
export type MoneyToken = { amount_e5: NullableBigint };

export type WalletSupply = 'on' | 'emergency' | 'protected' | 'off';

export type WalletTables = {
  wallets: OfConnection & {
    meter_id: string;
    since_at: NullableInstant;
    rated_until: Instant;
    stale_from: NullableInstant;
    until_at: NullableInstant;
    next_meter_id: NullableText;
    problem: NullableText;
    supply: WalletSupply;
    supply_at: Instant;
    promised_until: NullableInstant;
    supply_ordinal: Generated<number>;
    command_id: NullableText;
    check_at: NullableInstant;
    is_low: Generated<boolean>;
    low_ordinal: Generated<number>;
  };
  wallet_periods: OfConnection & {
    meter_id: string;
    since_at: Instant;
    until_at: Instant;
    rated_until: Instant;
    stale_from: NullableInstant;
    problem: NullableText;
  };
  ratings: OfConnection & {
    id: string;
    meter_id: string;
    starts_at: Instant;
    ends_at: Instant;
    ordinal: number;
    energy_wh: bigint;
    charged_minor: bigint;
    lines: Json;
    tariff_version_id: string;
    position_before: Json;
    position_after: Json;
    replaces_id: NullableText;
    explanation: NullableText;
    rated_at: Instant;
  };
  late_tokens: OfConnection & {
    meter_id: string;
    sequence: bigint;
    energy_wh: bigint;
    at: Instant;
    state: 'waiting' | 'carried' | 'kept';
    mode_change_id: NullableText;
    amount_minor: NullableBigint;
    state_at: Instant;
  };
  mode_changes: OfConnection & {
    id: string;
    meter_id: string;
    request_id: string;
    to_mode: 'token' | 'wallet';
    state: 'awaitingMeter' | 'done' | 'failed';
    reason: string;
    requested_by: string;
    approved_by: string;
    approval_id: string;
    command_id: NullableText;
    site_read_at: NullableInstant;
    site_import_wh: NullableBigint;
    debt_id: NullableText;
    energy_wh: NullableBigint;
    amount_minor: NullableBigint;
    sale_id: NullableText;
    problem: NullableText;
    at: Instant;
    state_at: Instant;
  };
};
