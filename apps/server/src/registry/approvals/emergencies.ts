// Break-glass: the rule of a utility, what one person did alone under it, and what another person
// says of it. The database holds each act to the rule in force by itself.

import {
  type EmergenciesAnswer,
  type EmergencyAct,
  type EmergencyKind,
  type EmergencyRules,
  emergencyKindSchema,
  emergencyRulesSchema,
} from '@prewatt/api';
import { err, idFromUuid, isoOf, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { enqueueJob } from '../../base/jobs.ts';
import { notifyLive } from '../../base/live.ts';
import type { Clocks } from '../../base/time.ts';
import type { Operator } from '../sign-in/index.ts';
import type { ApprovalRefusal } from './errors.ts';
import { type ApprovalOperation, defineOperation } from './operations.ts';

export type RulesNow = EmergenciesAnswer['rules'];

export async function emergencyRulesNow(tx: Tx, utilityId: string): Promise<RulesNow> {
  const row = await tx
    .selectFrom('emergency_rules as r')
    .innerJoin('operators as asker', 'asker.id', 'r.requested_by')
    .innerJoin('operators as allower', 'allower.id', 'r.approved_by')
    .selectAll('r')
    .select(['asker.name as asker_name', 'allower.name as allower_name'])
    .where('r.utility_id', '=', utilityId)
    .orderBy('r.version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) {
    const unset = { version: 0, requestedBy: null, approvedBy: null, since: null };
    return { kinds: [], roles: [], perDay: 0, ...unset };
  }
  const { kinds, roles, per_day: perDay } = row;
  return {
    ...emergencyRulesSchema.parse({ kinds, roles, perDay }),
    version: row.version,
    requestedBy: row.asker_name,
    approvedBy: row.allower_name,
    since: isoOf(row.at),
  };
}

/** By the database's own clock, as the trigger counts. */
async function usedToday(tx: Tx, utilityId: string): Promise<number> {
  const { rows } = await sql<{ used: number }>`SELECT count(*)::int AS used
    FROM prewatt.emergency_acts WHERE utility_id = ${utilityId}::uuid
      AND done_at >= date_trunc('day', clock_timestamp(), 'UTC')`.execute(tx);
  return rows[0]?.used ?? 0;
}

export type Wanted = {
  readonly utilityId: string;
  readonly approvalId: string;
  readonly kind: string;
  readonly by: Operator;
};

/** One act after the other, so that they do not share the last place of a day. */
export const inTurn = (tx: Tx, utilityId: string) =>
  sql`SELECT pg_advisory_xact_lock(hashtextextended('emergency ' || ${utilityId}, 0))`.execute(tx);

/** Whether a rule lets them: its version, or why not. */
export async function mayActAlone(tx: Tx, o: Wanted): Promise<Result<number, ApprovalRefusal>> {
  const rules = await emergencyRulesNow(tx, o.utilityId);
  const isNamed =
    (rules.kinds as readonly string[]).includes(o.kind) &&
    (rules.roles as readonly string[]).includes(o.by.role);
  if (!isNamed) return err('notAlone');
  return (await usedToday(tx, o.utilityId)) < rules.perDay
    ? ok(rules.version)
    : err('emergenciesUsed');
}

/** Somebody who is told by mail. */
export type Told = { readonly operatorId: string; readonly address: string };

export async function insertEmergencyAct(
  tx: Tx,
  o: Wanted & {
    readonly reason: string;
    readonly rulesVersion: number;
    readonly at: Date;
    readonly tell: readonly Told[];
  },
): Promise<void> {
  const { utilityId, approvalId } = o;
  await tx
    .insertInto('emergency_acts')
    .values({
      approval_id: approvalId,
      utility_id: utilityId,
      kind: o.kind,
      operator_id: o.by.operatorId,
      reason: o.reason,
      rules_version: o.rulesVersion,
      at: o.at,
    })
    .execute();
  for (const { operatorId, address } of o.tell) {
    await tx
      .insertInto('emergency_notices')
      .values({ approval_id: approvalId, operator_id: operatorId, utility_id: utilityId, address })
      .execute();
    await enqueueJob(tx, 'tellOfEmergency', { utilityId, approvalId, operatorId });
  }
}

type ActRow = {
  readonly approvalId: string;
  readonly kind: string;
  readonly operatorId: string;
  readonly by: string;
  readonly reason: string;
  readonly atMs: number;
  readonly wanted: number;
  readonly taken: number;
  readonly verdict: 'confirmed' | 'disputed' | null;
  readonly reviewer: string | null;
  readonly note: string | null;
  readonly reviewedAtMs: number | null;
};

async function selectActs(tx: Tx, utilityId: string, approvalId: string | null) {
  const { rows } = await sql<ActRow>`SELECT e.approval_id AS "approvalId", e.kind,
      e.operator_id AS "operatorId", o.name AS by, e.reason,
      (extract(epoch FROM e.at) * 1000)::float8 AS "atMs",
      (SELECT count(*)::int FROM prewatt.emergency_notices n
        WHERE n.approval_id = e.approval_id) AS wanted,
      (SELECT count(*)::int FROM prewatt.emergency_notices n
        WHERE n.approval_id = e.approval_id AND n.taken_at IS NOT NULL) AS taken,
      r.verdict, p.name AS reviewer, r.note,
      (extract(epoch FROM r.at) * 1000)::float8 AS "reviewedAtMs"
    FROM prewatt.emergency_acts e JOIN prewatt.operators o ON o.id = e.operator_id
    LEFT JOIN prewatt.emergency_reviews r ON r.approval_id = e.approval_id
    LEFT JOIN prewatt.operators p ON p.id = r.reviewed_by
    WHERE e.utility_id = ${utilityId}::uuid
      AND (${approvalId}::uuid IS NULL OR e.approval_id = ${approvalId}::uuid)
    ORDER BY r.verdict IS NOT NULL, e.done_at DESC LIMIT 100`.execute(tx);
  return rows;
}

const actOf = (row: ActRow, by: Operator): EmergencyAct => ({
  approvalId: idFromUuid('approval', row.approvalId),
  kind: emergencyKindSchema.parse(row.kind),
  by: row.by,
  reason: row.reason,
  at: isoOf(row.atMs),
  mailed: { wanted: row.wanted, taken: row.taken },
  mayReview: row.verdict === null && whyNotReview(row, by) === null,
  review:
    row.verdict === null
      ? null
      : {
          verdict: row.verdict,
          by: row.reviewer ?? '',
          note: row.note ?? '',
          at: isoOf(row.reviewedAtMs ?? 0),
        },
});

const whyNotReview = (row: ActRow, by: Operator): ApprovalRefusal | null => {
  if (by.role !== 'administrator') return 'notAdministrator';
  return row.operatorId === by.operatorId ? 'ownAct' : null;
};

/** How many acts of one person alone nobody has reviewed. */
export async function emergenciesToReview(tx: Tx, utilityId: string): Promise<number> {
  const { rows } = await sql<{ waiting: number }>`SELECT count(*)::int AS waiting
    FROM prewatt.emergency_acts e WHERE e.utility_id = ${utilityId}::uuid AND NOT EXISTS (
      SELECT FROM prewatt.emergency_reviews r WHERE r.approval_id = e.approval_id)`.execute(tx);
  return rows[0]?.waiting ?? 0;
}

export async function emergenciesNow(tx: Tx, by: Operator): Promise<EmergenciesAnswer> {
  const { utilityId } = by;
  return {
    rules: await emergencyRulesNow(tx, utilityId),
    usedToday: await usedToday(tx, utilityId),
    waiting: await emergenciesToReview(tx, utilityId),
    acts: (await selectActs(tx, utilityId, null)).map((row) => actOf(row, by)),
  };
}

/** What another person says of an act, once. The same again by the same person changes nothing. */
export async function reviewEmergency(
  tx: Tx,
  o: {
    readonly approvalId: string;
    readonly by: Operator;
    readonly verdict: 'confirmed' | 'disputed';
    readonly note: string;
    readonly at: Date;
  },
): Promise<Result<EmergencyAct, ApprovalRefusal>> {
  const { approvalId, by, verdict, note } = o;
  const { utilityId } = by;
  const [row] = await selectActs(tx, utilityId, approvalId);
  if (row === undefined) return err('unknownApproval');
  const refusal = whyNotReview(row, by);
  if (refusal !== null) return err(refusal);
  await sql`INSERT INTO prewatt.emergency_reviews
      (approval_id, utility_id, operator_id, reviewed_by, verdict, note, at)
    VALUES (${approvalId}::uuid, ${utilityId}::uuid, ${row.operatorId}::uuid,
      ${by.operatorId}::uuid, ${verdict}, ${note}, ${o.at})
    ON CONFLICT (approval_id) DO NOTHING`.execute(tx);
  const [now] = await selectActs(tx, utilityId, approvalId);
  if (now === undefined) throw new Error('an emergency act that was just read is away');
  const isTheirs = now.reviewer === by.name && now.verdict === verdict && now.note === note;
  if (!isTheirs) return err('actReviewed');
  await notifyLive(tx, { kind: 'approval', utilityId, approvalId });
  return ok(actOf(now, by));
}

const kindWords: Readonly<Record<EmergencyKind, string>> = {
  safetyCut: 'cuts for safety',
  grantTokens: 'free credit and clearing of credit',
  meterExchange: 'exchange of a meter',
  vendorDeposit: 'deposits of vendors',
  vendorTerms: 'float limits and terms of vendors',
};
export const wordsOfKind = (kind: string): string => kindWords[emergencyKindSchema.parse(kind)];

const listOf = (words: readonly string[]): string =>
  words.length === 0 ? 'none' : words.join(', ');
const factsOf = ({ kinds, roles, perDay }: EmergencyRules) => [
  { label: 'What', value: listOf(kinds.map(wordsOfKind)) },
  { label: 'Who', value: listOf(roles.map((role) => `${role}s`)) },
  { label: 'In a day', value: String(perDay) },
];

const sorted = (texts: readonly string[]): string => JSON.stringify([...new Set(texts)].sort());
export const areSameRules = (a: EmergencyRules, b: EmergencyRules): boolean =>
  a.perDay === b.perDay &&
  sorted(a.kinds) === sorted(b.kinds) &&
  sorted(a.roles) === sorted(b.roles);

/** What a second person allows: another rule. It holds at once. */
export function emergencyRulesApproval(o: { readonly clocks: Clocks }): ApprovalOperation {
  return defineOperation({
    payload: emergencyRulesSchema,
    describe: async (tx, { utilityId, payload }) => {
      const now = factsOf(await emergencyRulesNow(tx, utilityId));
      return {
        title: 'What one person may do alone in an emergency',
        facts: factsOf(payload).map(({ label, value }, place) => {
          const held = now[place]?.value ?? value;
          return { label, value: held === value ? value : `${value} instead of ${held}` };
        }),
      };
    },
    perform: async (tx, { utilityId, payload, approvalId, requestedBy, approvedBy }) => {
      await inTurn(tx, utilityId);
      const now = await emergencyRulesNow(tx, utilityId);
      if (areSameRules(now, payload)) return err('rulesUnchanged');
      const version = now.version + 1;
      await tx
        .insertInto('emergency_rules')
        .values({
          utility_id: utilityId,
          version,
          kinds: [...new Set(payload.kinds)],
          roles: [...new Set(payload.roles)],
          per_day: payload.perDay,
          approval_id: approvalId,
          requested_by: requestedBy.operatorId,
          approved_by: approvedBy.operatorId,
          at: new Date(o.clocks.business.nowMs()),
        })
        .execute();
      return ok({ version });
    },
    refusals: { rulesUnchanged: 'This rule holds already.' },
  });
}
