// The tables of messages and alerts; part of `Tables`.

import type { Generated } from 'kysely';
import type { Instant, NullableInstant, NullableNumber, NullableText } from './columns.ts';

export const walletAlertKinds = [
  'walletChange',
  'walletSupply',
  'walletReadings',
  'walletRating',
  'walletJump',
  'walletBalance',
] as const;
export type WalletAlertKind = (typeof walletAlertKinds)[number];
export const identityAlertKinds = ['certificateEnds', 'certificateEnded', 'renewalFailed'] as const;
export type IdentityAlertKind = (typeof identityAlertKinds)[number];
export type MeterAlertKind = 'silent' | 'tamper' | WalletAlertKind | IdentityAlertKind;

type OfConnection = { bucket: number; utility_id: string; connection_id: string };

export type AlertTables = {
  messages: OfConnection & {
    id: string;
    kind: string;
    fact_key: string;
    phone: string;
    text: string;
    state: 'waiting' | 'queued' | 'sent' | 'failed' | 'dropped';
    attempts: Generated<number>;
    created_at: Instant;
    state_at: Instant;
    due_at: NullableInstant;
    about_at: NullableInstant;
  };
  alert_choices: OfConnection & {
    low: boolean;
    very_low: boolean;
    restored: boolean;
    quiet_from_minute: NullableNumber;
    quiet_to_minute: NullableNumber;
    changed_at: Instant;
  };
  meter_alerts: OfConnection & {
    id: string;
    meter_id: string;
    kind: MeterAlertKind;
    code: string;
    fact: bigint;
    since_at: Instant;
    noticed_at: Instant;
    ended_at: NullableInstant;
    seen_at: NullableInstant;
    seen_by: NullableText;
    seen_reason: NullableText;
  };
  utility_setting_events: {
    utility_id: string;
    ordinal: number;
    request_id: string;
    setting: 'silentAfterHours' | 'identityWarnDays';
    value_before: string;
    value_after: string;
    changed_by: string;
    reason: string;
    at: Instant;
  };
};
