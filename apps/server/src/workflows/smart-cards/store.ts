// The rows of cards, of what was loaded onto them, and of reports that came back.

import type { SmartCardMedium, SmartCardState } from '@prewatt/api';
import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import type { ConnectionPlace, MeterPlace } from '../../registry/connections/index.ts';
import type { FoundReport, Seen } from './read-card.ts';

export type CardPlace = ConnectionPlace & { readonly cardNumber: string };

export type CardRow = CardPlace & {
  readonly medium: SmartCardMedium;
  readonly state: SmartCardState;
  /** With this meter; null: with none yet. */
  readonly seenMeterId: string | null;
  readonly seen: Seen;
};

/** Null for a number that no card of this utility has. */
export async function findCard(
  database: Database,
  utilityId: string,
  cardNumber: string,
): Promise<CardPlace | null> {
  const row = await database.directories
    .selectFrom('smart_card_directory')
    .selectAll()
    .where('card_number', '=', cardNumber)
    .executeTakeFirst();
  if (row === undefined || row.utility_id !== utilityId) return null;
  return { utilityId, bucket: row.bucket, connectionId: row.connection_id, cardNumber };
}

/** Locked: one reader at a time has a card. */
export async function loadCard(tx: Tx, place: CardPlace): Promise<CardRow | null> {
  const row = await tx
    .selectFrom('smart_cards')
    .selectAll()
    .where('bucket', '=', place.bucket)
    .where('card_number', '=', place.cardNumber)
    .where('connection_id', '=', place.connectionId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return null;
  const { seen_report: sequence, seen_report_digest: digest, seen_key: key } = row;
  const isReported = sequence !== null && digest !== null && key !== null;
  return {
    ...place,
    medium: row.medium,
    state: row.state,
    seenMeterId: row.seen_meter_id,
    seen: {
      count: Number(row.seen_count),
      report: isReported ? { sequence: Number(sequence), digest, key } : null,
    },
  };
}

const cardAt = (place: CardPlace) =>
  sql`bucket = ${place.bucket}::smallint AND card_number = ${place.cardNumber}`;

export async function setState(
  tx: Tx,
  place: CardPlace,
  o: { readonly state: SmartCardState; readonly nowMs: number },
): Promise<void> {
  await sql`UPDATE smart_cards SET state = ${o.state}, state_at = ${new Date(o.nowMs)}
    WHERE ${cardAt(place)}`.execute(tx);
}

export async function noteRefusal(
  tx: Tx,
  place: CardPlace,
  o: { readonly code: string; readonly nowMs: number },
): Promise<void> {
  await sql`UPDATE smart_cards SET refusal = ${o.code}, refused_at = ${new Date(o.nowMs)}
    WHERE ${cardAt(place)}`.execute(tx);
}

export async function noteSeen(
  tx: Tx,
  place: CardPlace,
  o: {
    readonly meterId: string;
    readonly count: number;
    readonly report: FoundReport | null;
    readonly nowMs: number;
  },
): Promise<void> {
  const { report } = o;
  await sql`UPDATE smart_cards SET seen_count = ${o.count}, seen_meter_id = ${o.meterId}::uuid,
      seen_report = ${report?.report.sequence ?? null}, seen_key = ${report?.key ?? null},
      seen_report_digest = ${report?.digest ?? null}, seen_at = ${new Date(o.nowMs)}
    WHERE ${cardAt(place)}`.execute(tx);
}

export type Load = {
  readonly count: number;
  readonly meterId: string;
  readonly saleId: string;
  readonly tokenIds: readonly string[];
  readonly isAnswered: boolean;
};

/** Newest first. */
export async function loadsOf(tx: Tx, place: CardPlace): Promise<readonly Load[]> {
  const rows = await tx
    .selectFrom('smart_card_loads')
    .select(['count', 'meter_id', 'sale_id', 'token_ids', 'answered_at'])
    .where('bucket', '=', place.bucket)
    .where('card_number', '=', place.cardNumber)
    .orderBy('count', 'desc')
    .limit(100)
    .execute();
  return rows.map((row) => ({
    count: Number(row.count),
    meterId: row.meter_id,
    saleId: row.sale_id,
    tokenIds: row.token_ids,
    isAnswered: row.answered_at !== null,
  }));
}

/** Who asks at a reader: an operator, or a shop's till by the key that it sells under. */
export type VisitBy = { readonly operatorId: string } | { readonly keyId: string };

export async function insertLoad(
  tx: Tx,
  place: CardPlace,
  o: Omit<Load, 'isAnswered'> & { readonly by: VisitBy; readonly nowMs: number },
): Promise<void> {
  const { bucket, utilityId, connectionId, cardNumber } = place;
  const by = 'operatorId' in o.by ? { operator_id: o.by.operatorId } : { key_id: o.by.keyId };
  await tx
    .insertInto('smart_card_loads')
    .values({
      ...{ bucket, card_number: cardNumber, count: BigInt(o.count), utility_id: utilityId },
      ...{ connection_id: connectionId, meter_id: o.meterId, sale_id: o.saleId, ...by },
      ...{ token_ids: [...o.tokenIds], made_at: new Date(o.nowMs) },
    })
    .execute();
}

/** The meter has had this purchase: earlier ones it will refuse. */
export async function answerLoads(
  tx: Tx,
  place: CardPlace,
  o: { readonly count: number; readonly outcomes: readonly string[]; readonly nowMs: number },
): Promise<void> {
  await sql`UPDATE smart_card_loads SET answered_at = ${new Date(o.nowMs)},
      outcomes = CASE WHEN count = ${o.count} THEN ${[...o.outcomes]}::text[] END
    WHERE ${cardAt(place)} AND count <= ${o.count} AND answered_at IS NULL`.execute(tx);
}

export async function insertReport(
  tx: Tx,
  place: MeterPlace & CardPlace,
  o: { readonly id: string; readonly found: FoundReport; readonly nowMs: number },
): Promise<void> {
  const { report } = o.found;
  await tx
    .insertInto('smart_card_reports')
    .values({
      ...{ bucket: place.bucket, id: o.id, utility_id: place.utilityId },
      ...{ connection_id: place.connectionId, card_number: place.cardNumber },
      ...{ meter_id: place.meterId, sequence: BigInt(report.sequence) },
      ...{ count: BigInt(report.count), outcomes: [...report.outcomes] },
      ...{ said_at: new Date(report.atMs), available: report.available },
      ...{ import_energy_wh: report.importEnergyWh, flags: [...report.flags] },
      ...{ event_sequence: BigInt(report.eventSequence), came_at: new Date(o.nowMs) },
    })
    .execute();
}
