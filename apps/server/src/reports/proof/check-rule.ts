// Runs rules of the laws over a range of buckets: a single statement, which sees the database at
// one moment.

import { type Kysely, sql } from 'kysely';
import { prepared } from '../../base/rows.ts';
import type { Tables } from '../../base/tables.ts';
import type { Range, Rule } from './rules.ts';

/** A row for which a rule does not hold; identifiers are bare UUIDs. */
export type Finding = {
  readonly id: string | null;
  readonly connectionId: string | null;
  readonly saleId: string | null;
  /** What is wrong with this one, where the rule's words do not say it. */
  readonly detail: string | null;
};

export type Tally = {
  readonly checked: bigint;
  readonly failed: bigint;
  /** The first of what failed, at most `findingsKept`. */
  readonly findings: readonly Finding[];
};

export const findingsKept = 50;

export async function checkRule(db: Kysely<Tables>, rule: Rule, range: Range): Promise<Tally> {
  const [tally] = await checkRules(db, [rule], range);
  if (tally === undefined) throw new Error('a rule gave no row');
  return tally;
}

/** The tallies of several rules, in their order, in one statement. */
export async function checkRules(
  db: Kysely<Tables>,
  rules: readonly Rule[],
  range: Range,
): Promise<Tally[]> {
  const tallies = rules.map(
    (rule, place) => sql`SELECT ${sql.lit(place)} AS place, count(*) AS checked,
      count(*) FILTER (WHERE bad IS NOT false) AS failed,
      (jsonb_agg(jsonb_build_object('id', id, 'connectionId', connection_id, 'saleId', sale_id,
        'detail', NULL) ORDER BY id) FILTER (WHERE bad IS NOT false)) AS findings
    FROM (${rule.subjects(range)}) subject`,
  );
  const { rows } = await sql<{ checked: bigint; failed: bigint; findings: Finding[] | null }>`
    ${range.isAskedOften === true ? prepared : sql``} ${sql.join(tallies, sql` UNION ALL `)} ORDER BY place`.execute(
    db,
  );
  return rows.map((row) => ({
    checked: row.checked,
    failed: row.failed,
    findings: (row.findings ?? []).slice(0, findingsKept),
  }));
}

/** The smallest identifier of an instant: identifiers begin with their milliseconds. */
export function cutAt(epochMs: number): string {
  const hex = Math.max(0, epochMs).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
