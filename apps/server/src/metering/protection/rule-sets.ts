// Rule sets in time and declared days. What is in force is one document on the utility: the live
// rule set with the declared days, written in the transaction that changes either.

import type { ProtectionRulesAnswer, RulesReading, WeatherDaysAnswer } from '@prewatt/api';
import {
  checkProtectionRules,
  describeRules,
  type ProtectionRules,
  type WeatherKind,
  withVendingOutages,
  withWeatherDays,
} from '@prewatt/protection';
import { err, expectOk, idFromUuid, ok, type Result, zonedAt } from '@prewatt/quantities';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { answerAgain } from '../../base/request-ids.ts';
import type { Clocks } from '../../base/time.ts';
import { type ApprovalOperation, defineOperation } from '../../registry/approvals/index.ts';
import {
  setProtectionRules,
  type Utilities,
  type Utility,
} from '../../registry/utilities/index.ts';
import { changesOf } from './changes.ts';
import { longestDocument, meterDocument } from './documents.ts';
import type { ProtectionRefusal } from './errors.ts';
import { currentOutages } from './outages.ts';
import { trialFacts } from './trial-facts.ts';

const payload = z.object({ document: z.unknown() });
type Refusal = 'rulesFaulty' | 'rulesTooLong';

/** What approval does: the document is in force as the next version. */
export function createRulesApproval(o: {
  readonly clocks: Clocks;
  readonly utilities: Utilities;
}): ApprovalOperation {
  return defineOperation<z.output<typeof payload>, Refusal>({
    payload,
    describe: async (tx, { payload: { document } }) => {
      const proposed = checkProtectionRules(document);
      const title = 'Other protection rules';
      if (!proposed.ok)
        return { title, facts: [{ label: 'Document', value: 'not good any more' }] };
      const changes = changesOf(await liveRules(tx), proposed.value);
      return { title, facts: [...changes, ...(await trialFacts(tx, proposed.value))] };
    },
    perform: async (tx, { utilityId, approvalId, requestedBy, approvedBy, payload: p }) => {
      const rules = checkProtectionRules(p.document);
      if (!rules.ok) return err('rulesFaulty');
      await lockRules(tx, utilityId);
      const version = (await latestVersion(tx, utilityId)) + 1;
      await tx
        .insertInto('protection_rule_sets')
        .values({
          utility_id: utilityId,
          version,
          document: JSON.stringify(rules.value),
          approval_id: approvalId,
          requested_by: requestedBy.operatorId,
          approved_by: approvedBy.operatorId,
          live_at: new Date(o.clocks.business.nowMs()),
        })
        .execute();
      const { zone } = await o.utilities.get(utilityId);
      const fromDate = yesterday(o.clocks, zone);
      const nowMs = o.clocks.business.nowMs();
      const done = await putInForce(tx, { utilityId, rules: rules.value, fromDate, nowMs });
      return done ? ok({ version }) : err('rulesTooLong');
    },
    refusals: {
      rulesFaulty: 'The rule document is not good any more; propose it anew.',
      rulesTooLong:
        'With the declared days the rules are too long for a meter; propose fewer days.',
    },
  });
}

/** Rule sets and declared days follow one another: two changes at once would lose one. */
async function lockRules(tx: Tx, utilityId: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtext('prewatt.protection'), hashtext(${utilityId}))`.execute(
    tx,
  );
}

/** The version that is live; 0 while the first document holds. */
export async function latestVersion(tx: Tx, utilityId: string): Promise<number> {
  const row = await tx
    .selectFrom('protection_rule_sets')
    .select((e) => e.fn.max('version').as('version'))
    .where('utility_id', '=', utilityId)
    .executeTakeFirst();
  return row?.version ?? 0;
}

/** What holds now, as the database has it: a process may know an older one for a second. */
export async function liveRules(tx: Tx): Promise<ProtectionRules> {
  const row = await tx
    .selectFrom('utilities')
    .select('protection_rules')
    .where('id', '=', sql<string>`prewatt.current_utility()`)
    .executeTakeFirstOrThrow();
  return expectOk(checkProtectionRules(row.protection_rules), 'protection rules');
}

const yesterday = (clocks: Clocks, zone: string): string =>
  todayIn(clocks, zone).subtract({ days: 1 }).toString();

export const todayIn = (clocks: Clocks, zone: string): Temporal.PlainDate =>
  zonedAt(clocks.business.nowMs(), zone).toPlainDate();

/** False, and nothing done, when a meter could not take so long a document. */
async function putInForce(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly rules: ProtectionRules;
    readonly fromDate: string;
    readonly nowMs: number;
  },
): Promise<boolean> {
  const declared = await declaredDays(tx, o.utilityId, o.fromDate);
  // The document knows no notes.
  const days = declared.map(({ date, kind }) => ({ date, kind }));
  const outages = await currentOutages(tx, o.utilityId, o.nowMs);
  const inForce = withVendingOutages(withWeatherDays(o.rules, days), outages);
  if (meterDocument(inForce).length > longestDocument) return false;
  await setProtectionRules(tx, JSON.stringify(inForce));
  return true;
}

const wordsOf = (rules: ProtectionRules): ProtectionRulesAnswer['words'] =>
  describeRules(rules).map(({ title, sentences }) => ({ title, sentences: [...sentences] }));

type DeclaredDay = WeatherDaysAnswer['rows'][number];

/** Days whose last word is "declared", from the date on. */
export async function declaredDays(
  tx: Tx,
  utilityId: string,
  fromDate: string,
): Promise<DeclaredDay[]> {
  const { rows } = await sql<{
    date: string;
    kind: WeatherKind;
    what: string;
    note: string;
    name: string;
    at: number;
  }>`
    SELECT DISTINCT ON (e.date, e.kind) e.date::text AS date, e.kind, e.what, e.note, o.name, e.at
    FROM weather_day_events e JOIN operators o ON o.id = e.operator_id
    WHERE e.utility_id = ${utilityId} AND e.date >= ${fromDate}::date
    ORDER BY e.date, e.kind, e.id DESC`.execute(tx);
  return rows
    .filter((row) => row.what === 'declared')
    .map(({ date, kind, note, name, at }) => ({
      date,
      kind,
      note,
      declaredBy: name,
      declaredAt: new Date(at).toISOString(),
    }));
}

/** The live rule set without declared days: what is merged anew at each change. */
async function baseRules(tx: Tx, utilityId: string): Promise<ProtectionRules> {
  const row = await tx
    .selectFrom('protection_rule_sets')
    .select('document')
    .where('utility_id', '=', utilityId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row !== undefined) return expectOk(checkProtectionRules(row.document), 'rule set');
  // The first document came with the utility. Days that were declared since are in it, too.
  const live = await liveRules(tx);
  const declared = await sql<{ key: string }>`
    SELECT DISTINCT date::text || kind AS key FROM weather_day_events
    WHERE utility_id = ${utilityId}`.execute(tx);
  const ours = new Set(declared.rows.map((each) => each.key));
  const days = live.weather.days.filter((day) => !ours.has(`${day.date}${day.kind}`));
  const { vendingOutages: _, ...rules } = live;
  return { ...rules, weather: { ...live.weather, days } };
}

type WeatherDaysRequest = {
  readonly requestId: string;
  readonly what: 'declared' | 'withdrawn';
  readonly kind: WeatherKind;
  readonly dates: readonly string[];
  readonly note: string;
  readonly operatorId: string;
};

type RuleSetDeps = { readonly clocks: Clocks; readonly newUuid: NewUuid };

/** Declares or withdraws days; the same request again changes nothing. */
async function changeWeatherDays(
  tx: Tx,
  o: RuleSetDeps,
  { utility, day }: { readonly utility: Utility; readonly day: WeatherDaysRequest },
): Promise<Result<void, ProtectionRefusal>> {
  await lockRules(tx, utility.id);
  const { requestId, what, kind, note } = day;
  const earlier = await tx
    .selectFrom('weather_day_events')
    .select(['kind', 'what', 'note', sql<string>`date::text`.as('date')])
    .where('utility_id', '=', utility.id)
    .where('request_id', '=', requestId)
    .execute();
  const dates = [...new Set(day.dates)].sort();
  if (earlier.length > 0) {
    const asked = dates.map((date) => ({ date, kind, note, what }));
    const before = earlier.map(({ date, kind, note, what }) => ({ date, kind, note, what }));
    before.sort((a, b) => (a.date < b.date ? -1 : 1));
    return answerAgain(before, asked, undefined);
  }
  const today = todayIn(o.clocks, utility.zone).toString();
  if (dates.some((date) => date < today)) return err('dayPast');
  const base = await baseRules(tx, utility.id);
  const at = new Date(o.clocks.business.nowMs());
  await tx
    .insertInto('weather_day_events')
    .values(
      dates.map((date) => ({
        id: o.newUuid(),
        utility_id: utility.id,
        request_id: requestId,
        ...{ date, kind, what, note, at },
        operator_id: day.operatorId,
      })),
    )
    .execute();
  const fromDate = yesterday(o.clocks, utility.zone);
  const inForce = { utilityId: utility.id, rules: base, fromDate, nowMs: at.getTime() };
  return (await putInForce(tx, inForce)) ? ok(undefined) : err('rulesTooLong');
}

export function createRuleSets(o: RuleSetDeps) {
  return {
    overview: async (tx: Tx, utilityId: string): Promise<ProtectionRulesAnswer> => {
      const rows = await tx
        .selectFrom('protection_rule_sets as s')
        .innerJoin('operators as asked', 'asked.id', 's.requested_by')
        .innerJoin('operators as allowed', 'allowed.id', 's.approved_by')
        .select(['s.version', 's.document', 's.approval_id', 's.live_at'])
        .select(['asked.name as requested_by', 'allowed.name as approved_by'])
        .where('s.utility_id', '=', utilityId)
        .orderBy('s.version', 'desc')
        .execute();
      const live = await liveRules(tx);
      return {
        document: live,
        base: await baseRules(tx, utilityId),
        words: wordsOf(live),
        versions: rows.map((row) => ({
          version: row.version,
          document: row.document,
          approvalId: idFromUuid('approval', row.approval_id),
          requestedBy: row.requested_by,
          approvedBy: row.approved_by,
          liveAt: new Date(row.live_at).toISOString(),
        })),
      };
    },
    baseRules,
    /** The live rule set anew, with days and outages of now; false: too long for a meter. */
    refresh: async (tx: Tx, utility: Utility): Promise<boolean> => {
      await lockRules(tx, utility.id);
      const fromDate = yesterday(o.clocks, utility.zone);
      const rules = await baseRules(tx, utility.id);
      const nowMs = o.clocks.business.nowMs();
      return putInForce(tx, { utilityId: utility.id, rules, fromDate, nowMs });
    },
    /** What a document says, beside what holds now without the declared days. */
    reading: async (tx: Tx, utilityId: string, rules: ProtectionRules): Promise<RulesReading> => ({
      words: wordsOf(rules),
      changes: changesOf(await baseRules(tx, utilityId), rules),
    }),
    weatherDays: (tx: Tx, utility: Utility, day: WeatherDaysRequest) =>
      changeWeatherDays(tx, o, { utility, day }),
    declared: (tx: Tx, utility: Utility) =>
      declaredDays(tx, utility.id, yesterday(o.clocks, utility.zone)),
  };
}
export type RuleSets = ReturnType<typeof createRuleSets>;
