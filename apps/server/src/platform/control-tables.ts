// The tables of what operators control together: approvals, grants, keys and key changes. A part of
// tables.ts.

import type { ApprovalKind, ApprovalState } from '@prewatt/api';
import type { ColumnType } from 'kysely';
import type { Instant, Json, NullableInstant, NullableJson, NullableText } from './columns.ts';

type NullableUuid = ColumnType<string | null, string | null | undefined, string | null>;

export type ControlTables = {
  approvals: {
    id: string;
    utility_id: string;
    kind: ApprovalKind;
    request_id: string;
    payload: Json;
    reason: string;
    requested_by: string;
    requested_at: Instant;
    expires_at: Instant;
    state: ApprovalState;
    decided_by: NullableUuid;
    decided_at: NullableInstant;
    outcome: NullableJson;
  };
  approval_events: {
    approval_id: string;
    ordinal: number;
    utility_id: string;
    what: 'requested' | 'approved' | 'declined' | 'withdrawn' | 'expired' | 'failed';
    operator_id: NullableUuid;
    reason: NullableText;
    shown: NullableJson;
    at: Instant;
  };
};
