// The utility's authorities for certificates of meters: made when the first certificate is asked
// for, and anew when one would end before what it signs. Keys rest sealed under the master key and
// are opened here for one signature; lists of revoked certificates are signed here, too.

import { createPrivateKey } from 'node:crypto';
import { hourMs } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../../base/database.ts';
import { open, seal } from '../../../base/seal.ts';
import type { Clocks } from '../../../base/time.ts';
import { boundToAuthority } from './sealed-authorities.ts';
import {
  certificatePem,
  type Issuer,
  newKeyPair,
  signCertificate,
  signRevocations,
  spkiOf,
} from './x509.ts';

const yearMs = 365 * 86_400_000;
const authorityYears = 20;
/** A list of revoked certificates is good for so long. */
const listGoodForMs = 7 * 86_400_000;

export type SigningAuthority = Issuer & { readonly ordinal: number };

export type Authorities = {
  /** The one that signs what ends at `untilMs`. */
  readonly signing: (
    tx: Tx,
    o: { readonly utilityId: string; readonly untilMs: number },
  ) => Promise<SigningAuthority>;
  /** Certificates in PEM, the oldest first; empty before the first is needed. */
  readonly certificates: (tx: Tx, utilityId: string) => Promise<readonly string[]>;
  /** One list for each authority, in PEM, behind one another. */
  readonly revocations: (tx: Tx, utilityId: string) => Promise<string>;
};

export function createAuthorities(o: {
  readonly clocks: Clocks;
  readonly masterKey: Buffer;
}): Authorities {
  const nowMs = () => o.clocks.real.nowMs();

  const newest = async (tx: Tx, utilityId: string) =>
    tx
      .selectFrom('meter_authorities')
      .selectAll()
      .where('utility_id', '=', utilityId)
      .orderBy('ordinal', 'desc')
      .limit(1)
      .executeTakeFirst();

  const keyOf = (row: { utility_id: string; ordinal: number; sealed: Buffer }) => {
    const plain = open(o.masterKey, boundToAuthority(row.utility_id, row.ordinal), row.sealed);
    if (plain === null) throw new Error('the key of the authority of meters does not open');
    const key = createPrivateKey({ key: plain, type: 'pkcs8', format: 'der' });
    plain.fill(0);
    return key;
  };

  const make = async (tx: Tx, utilityId: string, ordinal: number): Promise<void> => {
    const utility = await tx
      .selectFrom('utilities')
      .select('name')
      .where('id', '=', utilityId)
      .executeTakeFirstOrThrow();
    const { publicKey, privateKey } = newKeyPair();
    const notAfterMs = nowMs() + authorityYears * yearMs;
    const name = `${utility.name.slice(0, 40)} meters ${utilityId.slice(-8)}/${ordinal}`;
    const certificate = await signCertificate({
      subject: { name },
      spki: spkiOf(publicKey),
      issuer: null,
      signer: privateKey,
      purpose: { kind: 'authority' },
      serial: `40${ordinal.toString(16).padStart(14, '0')}`,
      notBeforeMs: nowMs() - hourMs,
      notAfterMs,
    });
    const plain = privateKey.export({ type: 'pkcs8', format: 'der' });
    const sealed = seal(o.masterKey, boundToAuthority(utilityId, ordinal), plain);
    plain.fill(0);
    // Two at once: the first one's stands, and the other one reads it.
    await tx
      .insertInto('meter_authorities')
      .values({
        utility_id: utilityId,
        ordinal,
        certificate,
        sealed,
        made_at: new Date(nowMs()),
        not_after: new Date(notAfterMs),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  };

  return {
    signing: async (tx, { utilityId, untilMs }) => {
      let row = await newest(tx, utilityId);
      if (row === undefined || row.not_after < untilMs) {
        await make(tx, utilityId, (row?.ordinal ?? 0) + 1);
        row = await newest(tx, utilityId);
      }
      if (row === undefined) throw new Error('an authority that was made is not there');
      return { ordinal: row.ordinal, certificate: row.certificate, key: keyOf(row) };
    },
    certificates: async (tx, utilityId) => {
      const rows = await tx
        .selectFrom('meter_authorities')
        .select('certificate')
        .where('utility_id', '=', utilityId)
        .orderBy('ordinal')
        .execute();
      return rows.map((row) => certificatePem(row.certificate));
    },
    revocations: async (tx, utilityId) => {
      const now = nowMs();
      const rows = await tx
        .selectFrom('meter_authorities')
        .selectAll()
        .where('utility_id', '=', utilityId)
        .orderBy('ordinal')
        .execute();
      const lists: string[] = [];
      for (const row of rows) {
        const ended = await sql<{ serial: string; ended_at: number }>`SELECT serial, ended_at
          FROM meter_certificates WHERE utility_id = ${utilityId}::uuid
            AND authority = ${row.ordinal} AND ended_at IS NOT NULL
            AND not_after > ${new Date(now)}::timestamptz ORDER BY ended_at, serial`.execute(tx);
        const revoked = ended.rows.map((of) => ({ serial: of.serial, atMs: of.ended_at }));
        const issuer = { certificate: row.certificate, key: keyOf(row) };
        // Ever rising: a broker that compares takes the newer one.
        const number = Math.floor(now / 1_000);
        lists.push(
          await signRevocations(issuer, {
            revoked,
            number,
            nowMs: now,
            nextMs: now + listGoodForMs,
          }),
        );
      }
      return lists.join('');
    },
  };
}
