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
  /** Makes the first one, for a broker that is set up before the first meter. */
  readonly ensure: (tx: Tx, utilityId: string) => Promise<void>;
  /** One list for each authority, in PEM, behind one another. */
  readonly revocations: (tx: Tx, utilityId: string) => Promise<string>;
};

type Deps = {
  readonly clocks: Clocks;
  readonly masterKey: Buffer;
};

export function createAuthorities(o: Deps): Authorities {
  return {
    signing: async (tx, { utilityId, untilMs }) => {
      let row = await newest(tx, utilityId);
      if (row === undefined || row.not_after < untilMs) {
        await makeAuthority(tx, o, { utilityId, ordinal: (row?.ordinal ?? 0) + 1 });
        row = await newest(tx, utilityId);
      }
      if (row === undefined) throw new Error('an authority that was made is not there');
      return { ordinal: row.ordinal, certificate: row.certificate, key: keyOf(o, row) };
    },
    ensure: async (tx, utilityId) => {
      if ((await newest(tx, utilityId)) !== undefined) return;
      await makeAuthority(tx, o, { utilityId, ordinal: 1 });
    },
    certificates: async (tx, utilityId) => {
      const rows = await oldestFirst(tx, utilityId);
      return rows.map((row) => certificatePem(row.certificate));
    },
    revocations: async (tx, utilityId) => {
      const lists: string[] = [];
      for (const row of await oldestFirst(tx, utilityId)) {
        lists.push(await listOfRevoked(tx, o, { utilityId, row }));
      }
      return lists.join('');
    },
  };
}

type AuthorityRow = Awaited<ReturnType<typeof oldestFirst>>[number];

const oldestFirst = (tx: Tx, utilityId: string) =>
  tx
    .selectFrom('meter_authorities')
    .selectAll()
    .where('utility_id', '=', utilityId)
    .orderBy('ordinal')
    .execute();

const newest = async (tx: Tx, utilityId: string) => (await oldestFirst(tx, utilityId)).at(-1);

function keyOf({ masterKey }: Deps, row: AuthorityRow) {
  const plain = open(masterKey, boundToAuthority(row.utility_id, row.ordinal), row.sealed);
  if (plain === null) throw new Error('the key of the authority of meters does not open');
  const key = createPrivateKey({ key: plain, type: 'pkcs8', format: 'der' });
  plain.fill(0);
  return key;
}

/** Signs and keeps one; two at once: the first one's stands, and the other one reads it. */
async function makeAuthority(
  tx: Tx,
  o: Deps,
  { utilityId, ordinal }: { readonly utilityId: string; readonly ordinal: number },
): Promise<void> {
  const utility = await tx
    .selectFrom('utilities')
    .select('name')
    .where('id', '=', utilityId)
    .executeTakeFirstOrThrow();
  const { publicKey, privateKey } = newKeyPair();
  const nowMs = o.clocks.real.nowMs();
  const notAfterMs = nowMs + authorityYears * yearMs;
  const name = `${utility.name.slice(0, 40)} meters ${utilityId.slice(-8)}/${ordinal}`;
  const certificate = await signCertificate({
    subject: { name },
    spki: spkiOf(publicKey),
    issuer: null,
    signer: privateKey,
    purpose: { kind: 'authority' },
    serial: `40${ordinal.toString(16).padStart(14, '0')}`,
    notBeforeMs: nowMs - hourMs,
    notAfterMs,
  });
  const plain = privateKey.export({ type: 'pkcs8', format: 'der' });
  const sealed = seal(o.masterKey, boundToAuthority(utilityId, ordinal), plain);
  plain.fill(0);
  await tx
    .insertInto('meter_authorities')
    .values({
      utility_id: utilityId,
      ordinal,
      certificate,
      sealed,
      made_at: new Date(nowMs),
      not_after: new Date(notAfterMs),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Certificates of one authority that were ended before they expired, signed by it, in PEM. */
async function listOfRevoked(
  tx: Tx,
  o: Deps,
  { utilityId, row }: { readonly utilityId: string; readonly row: AuthorityRow },
): Promise<string> {
  const nowMs = o.clocks.real.nowMs();
  const ended = await sql<{ serial: string; ended_at: number }>`SELECT serial, ended_at
    FROM meter_certificates WHERE utility_id = ${utilityId}::uuid
      AND authority = ${row.ordinal} AND ended_at IS NOT NULL
      AND not_after > ${new Date(nowMs)}::timestamptz ORDER BY ended_at, serial`.execute(tx);
  const issuer = { certificate: row.certificate, key: keyOf(o, row) };
  return signRevocations(issuer, {
    revoked: ended.rows.map((of) => ({ serial: of.serial, atMs: of.ended_at })),
    // Ever rising: a broker that compares takes the newer one.
    number: Math.floor(nowMs / 1_000),
    nowMs,
    nextMs: nowMs + listGoodForMs,
  });
}
