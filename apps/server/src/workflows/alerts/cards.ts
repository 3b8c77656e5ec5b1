// What smart cards bring to the attention list: conditions that stood when a meter wrote its
// report, and cards that were copied, or that turn up although they should not be used.

import type { TamperKind } from '@prewatt/protocol';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';

export type CardSaid = {
  readonly cardNumber: string;
  /** By the meter's clock. */
  readonly atMs: number;
  readonly flags: readonly string[];
};

const conditions: Readonly<Record<TamperKind | 'phaseLost', string>> = {
  cover: 'Its cover was open',
  terminalCover: 'The cover of its terminals was open',
  magnet: 'A strong magnet was at it',
  reverseEnergy: 'Energy flowed backwards through it',
  neutral: 'Its neutral was disturbed',
  bypass: 'Energy seemed to go past it',
  phaseLost: 'A phase was lost',
};

const misuses: Readonly<Record<string, string>> = {
  copied: 'A copy of its smart card, or one that was put back, was at a reader',
  unknownContent: 'Its smart card holds a purchase that was not sold here',
  lost: 'Its smart card, reported lost, was at a reader',
  blocked: 'Its smart card, which is blocked, was at a reader',
};

/** In words; an unknown code as it stands. */
export const cardText = (code: string): string =>
  misuses[code] ?? `${conditions[code as TamperKind] ?? code}, its smart card says`;

type Noticing = { readonly newUuid: NewUuid; readonly nowMs: number; readonly place: MeterPlace };

export async function noticeCardSaid(
  tx: Tx,
  o: Noticing & { readonly said: CardSaid },
): Promise<void> {
  const { place, said } = o;
  const codes = Object.keys(conditions);
  const standing = said.flags.filter((flag) => codes.includes(flag));
  const over = codes.filter((code) => !standing.includes(code));
  const at = new Date(said.atMs);
  await sql`UPDATE meter_alerts SET ended_at = ${at} WHERE bucket = ${place.bucket}::smallint
    AND meter_id = ${place.meterId}::uuid AND kind = 'card' AND ended_at IS NULL
    AND code = ANY(${over}::text[]) AND since_at < ${at}`.execute(tx);
  for (const code of standing) {
    await notice(tx, o, { code, atMs: said.atMs, nth: 1 + codes.indexOf(code) });
  }
}

export const noticeMisuse = (
  tx: Tx,
  o: Noticing & { readonly code: string; readonly atMs: number },
): Promise<void> => notice(tx, o, { code: o.code, atMs: o.atMs, nth: 0 });

/** Facts of one meter differ by the instant and by what it is about. */
const factsOfInstant = 16;

async function notice(
  tx: Tx,
  { newUuid, nowMs, place }: Noticing,
  o: { readonly code: string; readonly atMs: number; readonly nth: number },
): Promise<void> {
  const { bucket, utilityId, connectionId, meterId } = place;
  await tx
    .insertInto('meter_alerts')
    .values({
      ...{ bucket, id: newUuid(), utility_id: utilityId, connection_id: connectionId },
      ...{ meter_id: meterId, kind: 'card', code: o.code },
      fact: BigInt(o.atMs) * BigInt(factsOfInstant) + BigInt(o.nth),
      ...{ since_at: new Date(o.atMs), noticed_at: new Date(nowMs) },
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
