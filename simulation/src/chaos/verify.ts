// What must hold after a round of chaos: every answer that somebody got stands, each payment has
// one outcome, nothing was sold that nobody asked for, and the rules of the proof hold.

import { setTimeout as pause } from 'node:timers/promises';
import { bucketCount } from '@prewatt/quantities';
import { checkRule, rules } from '@prewatt/server/proof';
import { createDatabase } from '@prewatt/server/services';
import { sql } from 'kysely';
import type { LoadPlan, LoadRecord } from './plan.ts';

const mostTries = 5;

export type Counts = {
  readonly sold: number;
  readonly refused: number;
  readonly paid: number;
  readonly checks: number;
};

/** Gives what was wrong, one sentence each; none when all is well. */
export async function verifyRound(o: {
  readonly ownerUrl: string;
  readonly plan: LoadPlan;
  readonly record: LoadRecord;
}): Promise<{ readonly faults: readonly string[]; readonly counts: Counts }> {
  const owner = createDatabase({ url: o.ownerUrl, maximumConnections: 2 });
  try {
    const answers = await checkAnswers(o);
    const faults = [...answers.faults, ...checkNotifications(o.record)];
    const db = owner.directories;
    const one = async (what: string, query: ReturnType<typeof sql<{ bad: bigint }>>) => {
      const { rows } = await query.execute(db);
      if (rows[0]?.bad !== 0n) faults.push(`${rows[0]?.bad} ${what}`);
    };
    const sold = o.record.sales.filter(({ answers: [first] }) => first?.status === 200);
    await one(
      'request ids of this round whose sale is not there, or is there though it was refused',
      sql`SELECT (SELECT count(*) FROM prewatt.vendor_sales q JOIN prewatt.sales s
          ON s.bucket = q.bucket AND s.id = q.sale_id AND s.issued_at IS NOT NULL
        WHERE q.request_id = ANY(${o.plan.requests.map((each) => each.requestId)}::text[]))
        - ${sold.length}::bigint AS bad`,
    );
    const paymentIds = o.plan.notifications.map((each) => each.paymentId);
    await one(
      'payments of this round without exactly one posting and one outcome',
      sql`SELECT count(*) AS bad FROM prewatt.payments p JOIN prewatt.sales s
          ON s.bucket = p.bucket AND s.id = p.sale_id
        WHERE p.id = ANY(${paymentIds}::uuid[]) AND (p.state <> 'succeeded'
          OR (SELECT count(*) FROM prewatt.transfers t WHERE t.bucket = p.bucket
            AND t.payment_id = p.id) <> 1
          OR s.state NOT IN ('issued', 'delivered', 'stuck')
          OR (s.state IN ('issued', 'delivered')) <> (s.issued_at IS NOT NULL)
          OR (s.issued_at IS NOT NULL) <> EXISTS (SELECT FROM prewatt.tokens t
            WHERE t.bucket = s.bucket AND t.sale_id = s.id))`,
    );
    await one(
      'vendors whose float is below its limit',
      sql`SELECT count(*) AS bad FROM prewatt.vendors WHERE float_minor < -float_limit_minor`,
    );
    await one(
      'meters whose last TID is not that of their last token',
      sql`SELECT count(*) AS bad FROM prewatt.meters m WHERE m.last_tid <> (SELECT max(t.tid)
        FROM prewatt.tokens t WHERE t.bucket = m.bucket AND t.meter_id = m.id)`,
    );
    const range = { fromBucket: 0, toBucket: bucketCount - 1, nowMs: Date.now() };
    for (const rule of rules) {
      const { failed } = await checkRule(db, rule, range);
      if (failed > 0n) faults.push(`proof, law ${rule.law}: ${failed} ${rule.broken}`);
    }
    const counts = {
      sold: sold.length,
      refused: o.record.sales.length - sold.length,
      paid: paymentIds.length,
      checks: answers.checks + paymentIds.length + rules.length + 4,
    };
    return { faults, counts };
  } finally {
    await owner.close();
  }
}

/** The same request id got the same answer each time, and gets it still. */
async function checkAnswers(o: {
  readonly plan: LoadPlan;
  readonly record: LoadRecord;
}): Promise<{ readonly faults: string[]; readonly checks: number }> {
  const faults: string[] = [];
  const keys = new Map(o.plan.requests.map((each) => [each.requestId, each.key]));
  for (const { requestId, answers } of o.record.sales) {
    const [first] = answers;
    const all = new Set(answers.map(({ status, body }) => `${status} ${canonical(body)}`));
    if (first === undefined || all.size !== 1) {
      faults.push(`request ${requestId} got ${all.size} different answers`);
      continue;
    }
    if (first.status !== 200 && codeOf(first.body) !== 'floatExceeded') {
      faults.push(`request ${requestId} was refused with ${first.status} ${first.body}`);
    }
    const now = await askedFor(new URL(`/api/vendor/v1/sales/${requestId}`, o.plan.origin), {
      authorization: `Bearer ${keys.get(requestId)}`,
    });
    const { body } = now;
    const stands =
      first.status === 200
        ? now.status === 200 && canonical(body) === canonical(first.body)
        : now.status === 404;
    if (!stands) {
      faults.push(`request ${requestId} got ${first.status} and is now ${now.status} ${body}`);
    }
  }
  return { faults, checks: o.record.sales.length };
}

const checkNotifications = (record: LoadRecord): string[] =>
  record.notifications.flatMap(({ paymentId, answers }) =>
    answers
      .filter(({ status }) => status !== 200)
      .map(({ status, body }) => `payment ${paymentId} was answered ${status} ${body}`),
  );

const codeOf = (body: string): unknown => (JSON.parse(body) as { code?: unknown }).code;

/** The same object whatever the order in which its members were written. */
function canonical(body: string): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, each]) => [name, sorted(each)]),
    );
  };
  return JSON.stringify(sorted(JSON.parse(body)));
}

/** A balancer closes connections that lie idle, also while a question is on its way. */
async function askedFor(url: URL, headers: Readonly<Record<string, string>>) {
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = await fetch(url, { headers });
      return { status: answer.status, body: await answer.text() };
    } catch (error) {
      if (tries === mostTries) throw error;
      await pause(200 * tries);
    }
  }
}
