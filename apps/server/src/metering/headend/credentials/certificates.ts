// Certificates of meters on record: issued, used for the first time, ended. One may wait for its
// first use and one may be in use; what was there before works until the new one was seen, unless
// it was revoked.

import { createHash, randomBytes } from 'node:crypto';
import { dayMs, hourMs } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { ColumnValue } from '../../../base/column-value.ts';
import type { Tx } from '../../../base/database.ts';
import type { Clocks } from '../../../base/time.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import type { Authorities } from './authorities.ts';
import { certificatePem, signCertificate } from './x509.ts';

/** Certificates that a meter may ask for by itself within a day. */
const renewalsADay = 5;

export type IssuedCertificate = {
  readonly serial: string;
  readonly certificatePem: string;
  readonly authorityPem: string;
};

export type CertificateBook = {
  /**
   * For a key (SPKI); a fresh one of the same key is given again. The meter is locked. Null: it
   * has asked by itself too often within a day.
   */
  readonly issue: (
    tx: Tx,
    o: {
      readonly place: MeterPlace;
      readonly meterPan: string;
      readonly spki: Buffer;
      readonly origin: ColumnValue<'meter_certificates', 'origin'>;
    },
  ) => Promise<(IssuedCertificate & { readonly isNew: boolean }) | null>;
  /** One that was issued, by its serial; undefined for another key. */
  readonly again: (
    tx: Tx,
    o: { readonly place: MeterPlace; readonly serial: string; readonly spki: Buffer },
  ) => Promise<IssuedCertificate | undefined>;
  /** Ends all of the meter that have not ended. */
  readonly endAll: (
    tx: Tx,
    place: { readonly bucket: number; readonly meterId: string },
    why: 'replaced' | 'revoked',
  ) => Promise<void>;
  /** Whether the meter proves itself with one. */
  readonly isInUse: (tx: Tx, place: MeterPlace) => Promise<boolean>;
  /** At its first use it ends all others, at a later one nothing; null: it has ended. */
  readonly used: (
    tx: Tx,
    place: MeterPlace,
    by: { readonly fingerprint: Buffer } | { readonly serial: string },
  ) => Promise<{ readonly serial: string; readonly isFirst: boolean } | null>;
};

const hashOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
/** 62 random bits; the first byte keeps it positive and of one length. */
const newSerial = (): string => {
  const bytes = randomBytes(8);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
};

type BookDeps = {
  readonly authorities: Authorities;
  readonly clocks: Clocks;
  /** How long one is good for. */
  readonly validDays: number;
};

export function createCertificateBook(o: BookDeps): CertificateBook {
  const now = () => new Date(o.clocks.real.nowMs());

  const answer = async (
    tx: Tx,
    row: { utility_id: string; authority: number; serial: string; certificate: Buffer },
  ): Promise<IssuedCertificate> => {
    const pems = await o.authorities.certificates(tx, row.utility_id);
    return {
      serial: row.serial,
      certificatePem: certificatePem(row.certificate),
      authorityPem: pems[row.authority - 1] ?? '',
    };
  };

  return {
    issue: async (tx, given) => {
      const { place, spki } = given;
      const half = new Date(now().getTime() + (o.validDays * dayMs) / 2);
      const fresh = await openOf(tx, place)
        .where('public_key_hash', '=', hashOf(spki))
        .where(sql<boolean>`not_after > ${half}::timestamptz`)
        .orderBy('issued_at', 'desc')
        .executeTakeFirst();
      if (fresh !== undefined) return { ...(await answer(tx, fresh)), isNew: false };
      if (given.origin === 'renewal' && (await askedTooOften(tx, place, now()))) return null;
      // What a meter asks for by itself ends nothing that somebody else has brought it.
      const waiting = given.origin === 'renewal' ? 'renewals' : 'all';
      await endCertificates(tx, place, { why: 'replaced', at: now(), waiting });
      return { ...(await answer(tx, await signFor(tx, o, given))), isNew: true };
    },
    again: async (tx, { place, serial, spki }) => {
      const row = await certificatesOf(tx, place).where('serial', '=', serial).executeTakeFirst();
      return row?.public_key_hash.equals(hashOf(spki)) === true ? answer(tx, row) : undefined;
    },
    endAll: (tx, place, why) => endCertificates(tx, place, { why, at: now() }),
    isInUse: async (tx, place) => {
      const row = await openOf(tx, place).where('first_used_at', 'is not', null).executeTakeFirst();
      return row !== undefined;
    },
    used: (tx, place, by) => useCertificate(tx, { place, by, at: now() }),
  };
}

/** Signs a certificate for the meter's key and keeps it. */
async function signFor(
  tx: Tx,
  o: BookDeps,
  { place, meterPan, spki, origin }: Parameters<CertificateBook['issue']>[1],
) {
  const nowMs = o.clocks.real.nowMs();
  const notAfterMs = nowMs + o.validDays * dayMs;
  const { utilityId } = place;
  const authority = await o.authorities.signing(tx, { utilityId, untilMs: notAfterMs });
  const serial = newSerial();
  const certificate = await signCertificate({
    subject: { name: meterPan },
    spki,
    issuer: authority,
    signer: authority.key,
    purpose: { kind: 'meter' },
    serial,
    notBeforeMs: nowMs - hourMs,
    notAfterMs,
  });
  const row = {
    bucket: place.bucket,
    meter_id: place.meterId,
    serial,
    utility_id: utilityId,
    connection_id: place.connectionId,
    authority: authority.ordinal,
    fingerprint: hashOf(certificate),
    public_key_hash: hashOf(spki),
    certificate,
    origin,
    not_before: new Date(nowMs - hourMs),
    not_after: new Date(notAfterMs),
    issued_at: new Date(nowMs),
  };
  await tx.insertInto('meter_certificates').values(row).execute();
  return row;
}

type UsedBy = Parameters<CertificateBook['used']>[2];

async function useCertificate(
  tx: Tx,
  { place, by, at }: { readonly place: MeterPlace; readonly by: UsedBy; readonly at: Date },
): ReturnType<CertificateBook['used']> {
  const open = openOf(tx, place);
  const row = await ('serial' in by
    ? open.where('serial', '=', by.serial)
    : open.where('fingerprint', '=', by.fingerprint)
  ).executeTakeFirst();
  if (row === undefined) return null;
  const { serial } = row;
  if (row.first_used_at !== null) return { serial, isFirst: false };
  await endCertificates(tx, place, { why: 'replaced', at, but: serial });
  await tx
    .updateTable('meter_certificates')
    .set({ first_used_at: at })
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .where('serial', '=', serial)
    .execute();
  return { serial, isFirst: true };
}

async function askedTooOften(tx: Tx, place: MeterPlace, now: Date): Promise<boolean> {
  const { rows } = await sql<{ times: number }>`SELECT count(*)::int AS times
    FROM meter_certificates WHERE bucket = ${place.bucket} AND meter_id = ${place.meterId}::uuid
      AND origin = 'renewal'
      AND issued_at > ${new Date(now.getTime() - dayMs)}::timestamptz`.execute(tx);
  return (rows[0]?.times ?? 0) >= renewalsADay;
}

type Of = { readonly bucket: number; readonly meterId: string };

const certificatesOf = (tx: Tx, place: Of) =>
  tx
    .selectFrom('meter_certificates')
    .selectAll()
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId);

const openOf = (tx: Tx, place: Of) => certificatesOf(tx, place).where('ended_at', 'is', null);

/** Ends certificates of a meter that have not ended: all, or `waiting` for their first use. */
export async function endCertificates(
  tx: Tx,
  place: Of,
  o: {
    readonly why: 'replaced' | 'revoked';
    readonly at: Date;
    readonly waiting?: 'all' | 'renewals';
    readonly but?: string;
  },
): Promise<void> {
  await tx
    .updateTable('meter_certificates')
    .set({ ended_at: o.at, end_reason: o.why })
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .where('ended_at', 'is', null)
    .where('serial', '<>', o.but ?? '')
    .$if(o.waiting !== undefined, (query) => query.where('first_used_at', 'is', null))
    .$if(o.waiting === 'renewals', (query) => query.where('origin', '=', 'renewal'))
    .execute();
}
