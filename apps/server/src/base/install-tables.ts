// The tables of install jobs; part of `Tables`.

import type { InstallKind, InstallState, InstallStep } from '@prewatt/api';
import type { Generated } from 'kysely';
import type { Instant, Json, NullableText } from './columns.ts';

type OfConnection = { bucket: number; utility_id: string; connection_id: string };

export type InstallEventKind =
  | 'opened'
  | 'assigned'
  | 'taken'
  | 'running'
  | 'passed'
  | 'failed'
  | 'skipped'
  | 'closed'
  | 'cancelled';

export type InstallTables = {
  install_jobs: OfConnection & {
    id: string;
    request_id: string;
    request_digest: string;
    kind: InstallKind;
    name: string;
    address: string;
    note: string;
    was_postpaid: boolean;
    plan: Json;
    expected_meter_pan: NullableText;
    has_link: boolean;
    steps: InstallStep[];
    old_meter_id: NullableText;
    meter_id: NullableText;
    opened_by: string;
    opened_at: Instant;
    assigned_to: NullableText;
    state: Generated<InstallState>;
    state_at: Instant;
    ended_by: NullableText;
    end_reason: NullableText;
    is_watched: Generated<boolean>;
  };
  install_events: {
    bucket: number;
    job_id: string;
    ordinal: number;
    utility_id: string;
    what: InstallEventKind;
    step: NullableText;
    evidence: Json;
    words: NullableText;
    operator_id: NullableText;
    request_id: NullableText;
    request_digest: NullableText;
    at: Instant;
  };
};
