// The attempts of a message in the database: begun before it is handed over, so that a server that
// dies in between leaves a trace, and ended with the answer.

import { sql } from 'kysely';
import { int2Array, uuidArray } from '../../base/binary-arrays.ts';
import type { Tx } from '../../base/database.ts';
import type { Jobs } from '../../base/jobs.ts';
import { insertOfRows, prepared, statementOfRows } from '../../base/rows.ts';
import type { Attempt } from './next-gateway.ts';

export type Queued = {
  readonly bucket: number;
  readonly id: string;
  readonly connection_id: string;
  readonly kind: string;
  readonly phone: string;
  readonly text: string;
  /** The owner of the phone wants no messages that nobody asked for. */
  readonly is_stopped: boolean;
  /** In their order. */
  readonly attempts: readonly Attempt[];
};

/** A message on its way to a gateway. */
export type Handing = { readonly message: Queued; readonly attempt: Attempt };

export type Ended = {
  readonly handing: Handing;
  readonly outcome: 'accepted' | 'refused' | 'later' | 'unknown';
  readonly reason: string | null;
  readonly gatewayIds: readonly string[];
  /** False when its turn did not come: it goes before the others next time. */
  readonly wasHanded: boolean;
  readonly state: 'queued' | 'sent' | 'failed';
  readonly checkMs: number | null;
};

/** Those that were not sent yet, in their order; what has failed before comes last. */
export async function selectQueued(
  tx: Tx,
  messages: Jobs['sendMessages']['messages'],
): Promise<readonly Queued[]> {
  const found = await sql<Omit<Queued, 'attempts'> & { attempts: readonly Attempt[] | null }>`
    ${prepared} SELECT m.bucket, m.id, m.connection_id, m.kind, m.phone, m.text, a.attempts,
      s.stopped_at IS NOT NULL AS is_stopped
    FROM unnest(${int2Array(messages.map(({ bucket }) => bucket))}::int2[],
      ${uuidArray(messages.map(({ id }) => id))}::uuid[])
      WITH ORDINALITY AS wanted (bucket, id, nth)
    JOIN messages m ON m.bucket = wanted.bucket AND m.id = wanted.id
    LEFT JOIN LATERAL (SELECT json_agg(json_build_object('nth', t.nth, 'gateway', t.gateway,
        'outcome', t.outcome, 'tries', t.tries) ORDER BY t.nth) AS attempts
      FROM message_attempts t WHERE t.bucket = m.bucket AND t.message_id = m.id) a ON true
    LEFT JOIN phone_choice_directory s ON s.phone = m.phone AND s.stopped_at IS NOT NULL
    WHERE m.state = 'queued' ORDER BY m.attempts, wanted.nth`.execute(tx);
  return found.rows.map((row) => ({ ...row, attempts: row.attempts ?? [] }));
}

const attemptColumns = {
  bucket: 'smallint',
  message_id: 'uuid',
  nth: 'smallint',
  utility_id: 'uuid',
  gateway: 'text',
  outcome: 'text',
  tries: 'integer',
  at: 'timestamptz',
  outcome_at: 'timestamptz',
} as const;

/** The same gateway again is the same attempt, tried once more. */
const insertHandings = insertOfRows('message_attempts', attemptColumns, {
  same: {},
  tail:
    'ON CONFLICT (bucket, message_id, nth) DO UPDATE SET outcome = EXCLUDED.outcome, ' +
    'reason = NULL, tries = EXCLUDED.tries, outcome_at = EXCLUDED.outcome_at',
});

/** The attempt by this gateway that comes next. */
export function attemptBy(gateway: string, attempts: readonly Attempt[]): Attempt {
  const before = attempts.findLast((each) => each.gateway === gateway);
  if (before !== undefined) return { ...before, outcome: 'handing', tries: before.tries + 1 };
  return { nth: attempts.length + 1, gateway, outcome: 'handing', tries: 1 };
}

export async function beginHandings(
  tx: Tx,
  o: { readonly utilityId: string; readonly at: Date; readonly handings: readonly Handing[] },
): Promise<void> {
  if (o.handings.length === 0) return;
  await insertHandings(
    tx,
    o.handings.map(({ message, attempt }) => ({
      bucket: message.bucket,
      message_id: message.id,
      nth: attempt.nth,
      utility_id: o.utilityId,
      gateway: attempt.gateway,
      outcome: 'handing',
      tries: attempt.tries,
      at: o.at,
      outcome_at: o.at,
    })),
  );
}

/** Messages that are not sent: each gateway has had them, or their phone wants none. */
export async function endMessages(
  tx: Tx,
  messages: readonly Queued[],
  to: { readonly state: 'failed' | 'dropped'; readonly at: Date },
): Promise<void> {
  if (messages.length === 0) return;
  await sql`${prepared} UPDATE messages m SET state = ${to.state}::text,
      state_at = ${to.at}::timestamptz
    FROM unnest(${int2Array(messages.map(({ bucket }) => bucket))}::int2[],
      ${uuidArray(messages.map(({ id }) => id))}::uuid[]) AS r (bucket, id)
    WHERE m.bucket = r.bucket AND m.id = r.id AND m.state = 'queued'`.execute(tx);
}

const endedColumns = {
  bucket: 'smallint',
  id: 'uuid',
  nth: 'smallint',
  outcome: 'text',
  reason: 'text',
  state: 'text',
  check_at: 'timestamptz',
  at: 'timestamptz',
  outcome_at: 'timestamptz',
  handed: 'integer',
} as const;

// A report that was quicker than the answer has said more already.
const endHandings = statementOfRows(
  endedColumns,
  (rows) => `WITH r AS (SELECT * FROM ${rows('r')}),
    attempts AS (UPDATE message_attempts a
      SET outcome = r.outcome, reason = r.reason, outcome_at = r.outcome_at
      FROM r WHERE a.bucket = r.bucket AND a.message_id = r.id AND a.nth = r.nth
        AND a.outcome = 'handing')
    UPDATE messages m SET state = r.state, state_at = r.at, check_at = r.check_at,
      attempts = m.attempts + r.handed
    FROM r WHERE m.bucket = r.bucket AND m.id = r.id AND m.state = 'queued'`,
);

const directoryColumns = {
  gateway: 'text',
  gateway_id: 'text',
  utility_id: 'uuid',
  bucket: 'smallint',
  message_id: 'uuid',
  nth: 'smallint',
  at: 'timestamptz',
} as const;
const insertDirectory = insertOfRows('gateway_message_directory', directoryColumns, {
  same: {},
  tail: 'ON CONFLICT DO NOTHING',
});

/** `at` is the utility's time, `realAt` that of the world. */
export async function keepEnded(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly at: Date;
    readonly realAt: Date;
    readonly ended: readonly Ended[];
  },
): Promise<void> {
  const named = o.ended.flatMap(({ handing, gatewayIds }) =>
    gatewayIds.map((gatewayId) => ({
      gateway: handing.attempt.gateway,
      gateway_id: gatewayId,
      utility_id: o.utilityId,
      bucket: handing.message.bucket,
      message_id: handing.message.id,
      nth: handing.attempt.nth,
      at: o.realAt,
    })),
  );
  if (named.length > 0) await insertDirectory(tx, named);
  await endHandings(
    tx,
    o.ended.map((each) => ({
      bucket: each.handing.message.bucket,
      id: each.handing.message.id,
      nth: each.handing.attempt.nth,
      outcome: each.outcome,
      reason: each.reason?.slice(0, 200) ?? null,
      state: each.state,
      check_at: each.checkMs === null ? null : new Date(each.checkMs),
      at: o.at,
      outcome_at: o.realAt,
      handed: each.wasHanded ? 1 : 0,
    })),
  );
}
