// Tables of how meters prove who they are, as Kysely sees them. A part of reading-tables.ts.

import type { ColumnType, Generated } from 'kysely';
import type { Instant, NullableInstant, NullableText } from './columns.ts';

type OfMeter = {
  bucket: number;
  meter_id: string;
  utility_id: string;
  connection_id: string;
};

export const linkActs = [
  'claimed',
  'paired',
  'rotationAsked',
  'rotated',
  'revoked',
  'certified',
  'renewed',
] as const;
export type LinkAct = (typeof linkActs)[number];
export type CertificateOrigin = 'request' | 'made' | 'renewal';
export type LinkRefusal =
  | 'wrongSecret'
  | 'linkRevoked'
  | 'certificateNeeded'
  | 'certificateForeign'
  | 'certificateRevoked'
  | 'certificateReplaced'
  | 'certificateExpired'
  | 'certificateNotYetValid'
  | 'meterRetired';

export type LinkTables = {
  link_acts: OfMeter & {
    ordinal: number;
    act: LinkAct;
    request_id: NullableText;
    done_by: NullableText;
    reason: NullableText;
    /** Of a pairing: the hash that the secret's became. */
    secret_hash: ColumnType<Buffer | null, Buffer | null | undefined, never>;
    /** Of a certificate. */
    serial: NullableText;
    at: Instant;
  };
  meter_authorities: {
    utility_id: string;
    ordinal: number;
    certificate: Buffer;
    sealed: Buffer;
    made_at: Instant;
    not_after: Instant;
  };
  meter_certificates: OfMeter & {
    serial: string;
    authority: number;
    fingerprint: Buffer;
    public_key_hash: Buffer;
    certificate: Buffer;
    origin: CertificateOrigin;
    not_before: Instant;
    not_after: Instant;
    issued_at: Instant;
    first_used_at: NullableInstant;
    ended_at: NullableInstant;
    end_reason: ColumnType<'replaced' | 'revoked' | null, undefined, 'replaced' | 'revoked' | null>;
  };
  link_refusals: OfMeter & {
    reason: LinkRefusal;
    times: Generated<bigint>;
    serial: NullableText;
    first_at: Instant;
    last_at: Instant;
  };
};
