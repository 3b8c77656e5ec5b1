// A home's cards as operators see them.

import type { SmartCardJson, SmartCardReportJson } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import { wordsOfVisit } from './errors.ts';

type Row = {
  readonly card_number: string;
  readonly medium: SmartCardJson['medium'];
  readonly state: SmartCardJson['state'];
  readonly state_at: number;
  readonly issued_at: number;
  readonly replaces: string | null;
  readonly seen_at: number | null;
  readonly refusal: string | null;
  readonly refused_at: number | null;
  readonly count: bigint | null;
  readonly sale_id: string;
  readonly tokens: number;
  readonly made_at: number;
  readonly answered_at: number | null;
  readonly load_outcomes: string[] | null;
  readonly sequence: bigint | null;
  readonly answers: bigint;
  readonly outcomes: string[];
  readonly said_at: number;
  readonly came_at: number;
  readonly available: bigint;
  readonly import_energy_wh: bigint;
  readonly flags: string[];
};

/** Cards in use first, then the newest. `cardNumber`: that one alone. */
export async function cardsOf(
  tx: Tx,
  place: ConnectionPlace & { readonly cardNumber?: string },
): Promise<readonly SmartCardJson[]> {
  const { rows } = await sql<Row>`SELECT c.card_number, c.medium, c.state, c.state_at, c.issued_at,
      c.replaces, c.seen_at, c.refusal, c.refused_at,
      l.count, l.sale_id, cardinality(l.token_ids) AS tokens, l.made_at, l.answered_at,
      l.outcomes AS load_outcomes,
      r.sequence, r.count AS answers, r.outcomes, r.said_at, r.came_at, r.available,
      r.import_energy_wh, r.flags
    FROM smart_cards c
    LEFT JOIN LATERAL (SELECT * FROM smart_card_loads l WHERE l.bucket = c.bucket
      AND l.card_number = c.card_number ORDER BY l.count DESC LIMIT 1) l ON true
    LEFT JOIN LATERAL (SELECT * FROM smart_card_reports r WHERE r.bucket = c.bucket
      AND r.card_number = c.card_number ORDER BY r.id DESC LIMIT 1) r ON true
    WHERE c.bucket = ${place.bucket}::smallint AND c.connection_id = ${place.connectionId}::uuid
      AND (${place.cardNumber ?? null}::text IS NULL OR c.card_number = ${place.cardNumber ?? null})
    ORDER BY c.state <> 'issued', c.issued_at DESC, c.card_number LIMIT 50`.execute(tx);
  return rows.map(cardJson);
}

const at = (ms: number): string => new Date(ms).toISOString();
const atOrNull = (ms: number | null): string | null => (ms === null ? null : at(ms));

const cardJson = (row: Row): SmartCardJson => ({
  cardNumber: row.card_number,
  medium: row.medium,
  state: row.state,
  stateAt: at(row.state_at),
  issuedAt: at(row.issued_at),
  replaces: row.replaces,
  load:
    row.count === null
      ? null
      : {
          count: Number(row.count),
          saleId: idFromUuid('sale', row.sale_id),
          tokens: row.tokens,
          madeAt: at(row.made_at),
          answeredAt: atOrNull(row.answered_at),
          outcomes: row.load_outcomes,
        },
  report: row.sequence === null ? null : reportJson(row, Number(row.sequence)),
  seenAt: atOrNull(row.seen_at),
  refusal:
    row.refusal === null || row.refused_at === null
      ? null
      : { code: row.refusal, text: wordsOfVisit(row.refusal), at: at(row.refused_at) },
});

function reportJson(row: Row, sequence: number): SmartCardReportJson {
  const isMoney = row.flags.includes('moneyCredit');
  const available = row.available.toString();
  return {
    sequence,
    count: Number(row.answers),
    outcomes: row.outcomes,
    saidAt: at(row.said_at),
    cameAt: at(row.came_at),
    availableEnergyWh: isMoney ? null : available,
    availableMinor: isMoney ? available : null,
    importEnergyWh: row.import_energy_wh.toString(),
    flags: row.flags.filter((flag) => flag !== 'moneyCredit'),
  };
}
