// What an insider does besides changing a row of the record: a vending key used outside of the
// server, entries of the log altered or taken away, yesterday's copy put back.

import type { Report } from '@prewatt/verifier';
import { sql } from 'kysely';
import type { Tx } from '../../src/base/database.ts';
import type { Choose } from './alter.ts';
import type { AskVerifier, Changed } from './ask-verifier.ts';

/** Which row the verifier has to name. */
export type OtherAct = {
  readonly kind: string;
  readonly table: string;
  /** Null for what concerns no row. */
  readonly names: string | null;
  readonly isDone: (tx: Tx, choose: Choose) => Promise<boolean>;
  readonly ask: (tx: Tx, ask: AskVerifier) => Promise<Report>;
};

const after =
  (what: Changed) =>
  (tx: Tx, ask: AskVerifier): Promise<Report> =>
    ask.ask(tx, [what]);
const changes =
  (statement: string) =>
  async (tx: Tx, choose: Choose): Promise<boolean> => {
    const chosen = statement.replace('CHOICE', String(choose(1_000_000)));
    return (await sql.raw(chosen).execute(tx)).numAffectedRows === 1n;
  };
const anyLeaf = `(SELECT id FROM prewatt_log.leaves WHERE table_name IS NOT NULL
  ORDER BY md5(id || 'CHOICE') LIMIT 1)`;
const anyTaken = `(SELECT ctid FROM prewatt.meter_events WHERE code = 'token'
  AND detail -> 'outcome' ->> 'result' = 'accepted' ORDER BY md5(sequence || 'CHOICE') LIMIT 1)`;

/** A payment is taken out unseen, then put in again under the server's role, in the log as well. */
async function putInAgain(tx: Tx, choose: Choose): Promise<boolean> {
  const { rows } = await sql<{ row: string }>`DELETE FROM prewatt.payments WHERE ctid =
    (SELECT ctid FROM prewatt.payments WHERE provider_reference IS NOT NULL
      ORDER BY md5(id || ${String(choose(1_000_000))}) LIMIT 1)
    RETURNING to_jsonb(payments) || '{"provider_reference": "another"}' AS row`.execute(tx);
  const [payment] = rows;
  if (payment === undefined) return false;
  // Of all triggers the log's alone.
  await sql`ALTER TABLE prewatt.payments ENABLE ALWAYS TRIGGER log_insert`.execute(tx);
  await sql`SET LOCAL ROLE prewatt_app`.execute(tx);
  const columns = await sql<{
    names: string;
  }>`SELECT string_agg(quote_ident(attname), ', ') AS names
    FROM pg_attribute WHERE attrelid = 'prewatt.payments'::regclass AND attnum > 0
      AND NOT attisdropped AND attgenerated = '' AND attidentity <> 'a'`.execute(tx);
  const names = sql.raw(columns.rows[0]?.names ?? '');
  await sql`INSERT INTO prewatt.payments (${names}) SELECT ${names}
    FROM jsonb_populate_record(NULL::prewatt.payments, ${JSON.stringify(payment.row)}::jsonb)`.execute(
    tx,
  );
  await sql`RESET ROLE`.execute(tx);
  return true;
}

export const otherActs: readonly OtherAct[] = [
  {
    kind: 'putInAgain',
    table: 'payments',
    names: 'payments',
    isDone: putInAgain,
    ask: (tx, ask) => ask.ask(tx, ['payments', 'log']),
  },
  {
    kind: 'tokenByKey',
    table: 'meter_events',
    names: 'meters said',
    // The meter took a token that the server never made.
    isDone: changes(`UPDATE prewatt.meter_events SET detail = jsonb_set(detail, '{outcome,tid}',
      to_jsonb((detail -> 'outcome' ->> 'tid')::int + 7)) WHERE ctid = ${anyTaken}`),
    ask: after('said'),
  },
  {
    kind: 'creditByKey',
    table: 'meter_states',
    names: 'meters said',
    isDone:
      changes(`UPDATE prewatt.meter_states SET credited_energy_wh = credited_energy_wh + 900000
      WHERE ctid = (SELECT ctid FROM prewatt.meter_states
        ORDER BY md5(meter_id || 'CHOICE') LIMIT 1)`),
    ask: after('said'),
  },
  {
    kind: 'entryAltered',
    table: 'leaves',
    names: null,
    isDone: changes(`UPDATE prewatt_log.leaves SET leaf = set_byte(leaf, octet_length(leaf) - 9,
      get_byte(leaf, octet_length(leaf) - 9) # 1) WHERE id = ${anyLeaf}`),
    ask: after('log'),
  },
  {
    kind: 'entryTaken',
    table: 'leaves',
    names: null,
    isDone: changes(`DELETE FROM prewatt_log.leaves WHERE id = ${anyLeaf}`),
    ask: after('log'),
  },
  {
    kind: 'rolledBack',
    table: 'all',
    names: null,
    isDone: async () => true,
    ask: (_, ask) => ask.askOld('itsLog'),
  },
  {
    kind: 'rowsRolledBack',
    table: 'all',
    names: 'approvals',
    isDone: async () => true,
    ask: (_, ask) => ask.askOld('logOfToday'),
  },
];
