// Where dialogues stand: read together with all else that is known of a phone, and kept together
// with the count of its screens. A phone waits for each round trip, and networks wait for seconds.

import { type Kysely, sql } from 'kysely';
import { type Tx, tenantSetTo } from '../../base/database.ts';
import { prepared } from '../../base/rows.ts';
import type { Tables } from '../../base/tables.ts';
import type { Clocks } from '../../base/time.ts';
import { type ConnectionPlace, placeOf } from '../../registry/connections/index.ts';
import { mostHomes } from './homes.ts';
import { takingScreen } from './limits.ts';
import type { MenuState } from './menu.ts';
import type { ScreenFacts } from './screens.ts';

/** As it is kept. */
export type Dialogue = { readonly menu: MenuState; readonly ordered: ScreenFacts['ordered'] };

/** Whose dialogue: a phone may have one with each code. */
export type DialogueKey = { readonly phone: string; readonly serviceCode: string };

export type Caller = {
  readonly language: string | null;
  readonly before: Dialogue | null;
  /** Of the phone's homes, in the order of the screen. */
  readonly places: readonly ConnectionPlace[];
};

type Found = {
  readonly language: string | null;
  readonly state: Dialogue | null;
  readonly places: readonly Parameters<typeof placeOf>[0][] | null;
};

/**
 * What is known of the phone that dials, in one statement, which makes the transaction one of the
 * utility of its first home (`inUtilityFound`).
 */
export async function lookAtCaller(tx: Tx, { phone, serviceCode }: DialogueKey): Promise<Caller> {
  const tenant = tenantSetTo(sql`SELECT utility_id FROM phone_directory WHERE phone = ${phone}
    ORDER BY connection_id LIMIT 1`);
  const { rows } = await sql<Found>`${prepared} SELECT ${tenant} AS tenant,
      (SELECT language FROM phone_choice_directory WHERE phone = ${phone}) AS language,
      (SELECT state FROM ussd_session_directory
        WHERE phone = ${phone} AND service_code = ${serviceCode}) AS state,
      (SELECT json_agg(d ORDER BY d.connection_id) FROM (
        SELECT utility_id, bucket, connection_id FROM phone_directory WHERE phone = ${phone}
        ORDER BY connection_id LIMIT ${mostHomes}) AS d) AS places`.execute(tx);
  const [found] = rows;
  return {
    language: found?.language ?? null,
    before: found?.state ?? null,
    places: (found?.places ?? []).map(placeOf),
  };
}

type Kept = {
  readonly key: DialogueKey;
  readonly dialogue: Dialogue;
  readonly clocks: Pick<Clocks, 'real'>;
};

/**
 * Keeps where the dialogue stands and counts the screen that shows it; false, with nothing kept,
 * when the phone has had too many.
 */
export async function keepAndCount(on: Kysely<Tables>, o: Kept): Promise<boolean> {
  const { rows } = await sql`${prepared} WITH used AS (${takingScreen(o.key.phone)})
    ${inserting(o)} FROM used ${overwriting} RETURNING true`.execute(on);
  return rows.length === 1;
}

/** The same for a screen that was counted before its act. */
export async function keepCounted(on: Kysely<Tables>, o: Kept): Promise<void> {
  await sql`${prepared} ${inserting(o)} ${overwriting}`.execute(on);
}

const inserting = ({ key, dialogue, clocks }: Kept) =>
  sql`INSERT INTO ussd_session_directory (phone, service_code, state, at)
    SELECT ${key.phone}, ${key.serviceCode}, ${JSON.stringify(dialogue)}::jsonb,
      ${new Date(clocks.real.nowMs())}::timestamptz`;

const overwriting = sql`ON CONFLICT (phone, service_code)
  DO UPDATE SET state = EXCLUDED.state, at = EXCLUDED.at`;
