// What pages show of cases: the list, one case with its history, and what visits found.

import {
  type CaseFile,
  type CaseRow,
  evidenceSchema,
  type ResultsMonth,
  type RevenueResults,
  type Signature,
  signatureSchema,
} from '@prewatt/api';
import { formatKwh, formatMoney, idFromUuid, isoOf, zonedAt } from '@prewatt/quantities';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { billFacts } from './asked-money.ts';
import { keptPhotosOf } from './case-photos.ts';

type Row = {
  readonly bucket: number;
  readonly id: string;
  readonly connection_id: string;
  readonly name: string;
  readonly address: string;
  readonly meter_pan: string;
  readonly node: string | null;
  readonly state: CaseRow['state'];
  readonly visit_on: string;
  readonly standing: CaseRow['standing'];
  readonly guard_reason: string | null;
  readonly finding: CaseRow['finding'];
  readonly billed_minor: bigint | null;
  readonly fine_minor: bigint | null;
  readonly appeal_until: string | null;
  readonly appeal: unknown;
  readonly opened_by: string;
  readonly opened_at: number;
  readonly reasons: unknown;
  readonly visitors: string[] | null;
  readonly check_in_with: string | null;
  readonly bill: unknown;
  readonly approval_id: string | null;
};

const selectCases = sql`SELECT c.bucket, c.id, c.connection_id, h.name, h.address, m.meter_pan,
    n.code AS node, c.state, c.visit_on::text AS visit_on, c.standing, c.guard_reason, c.finding,
    c.billed_minor, c.fine_minor, c.appeal_until::text AS appeal_until,
    o.name AS opened_by, c.opened_at,
    c.reasons, c.visitors, c.check_in_with, c.bill, c.approval_id, heard.appeal
  FROM revenue_cases c
  LEFT JOIN LATERAL (SELECT e.details || jsonb_build_object('at', e.at) AS appeal
    FROM revenue_case_events e WHERE e.bucket = c.bucket AND e.case_id = c.id
      AND e.what = 'appealDecided' ORDER BY e.ordinal DESC LIMIT 1) heard ON true
  JOIN connections h ON h.bucket = c.bucket AND h.id = c.connection_id
  JOIN meters m ON m.bucket = c.bucket AND m.connection_id = c.connection_id
    AND m.retired_at IS NULL
  JOIN operators o ON o.id = c.opened_by
  LEFT JOIN revenue_lines l ON l.bucket = c.bucket AND l.connection_id = c.connection_id
  LEFT JOIN network_nodes n ON n.id = l.node_id`;

const amount = z.string().nullable().default(null);
const appealSchema = z
  .object({
    ...{ decision: z.enum(['upheld', 'dismissed']), at: z.string() },
    ...{ owedNoMoreMinor: amount, givenBackMinor: amount },
  })
  .transform((heard) => ({ ...heard, at: isoOf(Date.parse(heard.at)) }))
  .nullable();

function shown(row: Row): CaseRow {
  const appeal = appealSchema.parse(row.appeal);
  return {
    caseId: idFromUuid('case', row.id),
    connectionId: idFromUuid('connection', row.connection_id),
    ...{ connectionName: row.name, address: row.address, meterPan: row.meter_pan },
    ...{ node: row.node, state: row.state, visitOn: row.visit_on, standing: row.standing },
    ...{ guardReason: row.guard_reason, finding: row.finding },
    billedMinor: row.billed_minor?.toString() ?? null,
    fineMinor: row.fine_minor?.toString() ?? null,
    // A decided appeal ends the time for one, whatever day that would have been.
    ...{ appealUntil: appeal === null ? row.appeal_until : null, appeal },
    openedBy: row.opened_by,
    openedAt: isoOf(row.opened_at),
  };
}

const pageRows = 100;

/** Planned visits by their day and place, so that a day's are one way; closed ones newest first. */
export async function casesOf(
  tx: Tx,
  o: { readonly utilityId: string; readonly state: 'open' | 'closed'; readonly offset: number },
): Promise<{ rows: CaseRow[]; nextCursor: string | null }> {
  const order =
    o.state === 'open'
      ? sql`c.visit_on, n.code NULLS LAST, h.address, c.id`
      : sql`c.closed_at DESC, c.id`;
  const { rows } = await sql<Row>`${selectCases}
    WHERE c.utility_id = ${o.utilityId}::uuid
      AND (c.state = 'closed') = ${o.state === 'closed'}
    ORDER BY ${order} LIMIT ${pageRows} OFFSET ${o.offset}`.execute(tx);
  const next = rows.length === pageRows ? String(o.offset + pageRows) : null;
  return { rows: rows.map(shown), nextCursor: next };
}

export type PlannedVisit = CaseRow & {
  readonly visitors: string[];
  readonly checkInWith: string | null;
  /** Where the newest visit that said so found the home. */
  readonly position: string | null;
};

/** More than a day has. */
const mostOfDay = 200;

export async function plannedOn(
  tx: Tx,
  o: { readonly utilityId: string; readonly day: string; readonly today: string },
): Promise<{ readonly rows: readonly PlannedVisit[]; readonly missed: number }> {
  const { rows } = await sql<Row & { position: string | null }>`
    SELECT planned.*, (SELECT e.details ->> 'position' FROM revenue_cases p
      JOIN revenue_case_events e ON e.bucket = p.bucket AND e.case_id = p.id AND e.what = 'found'
      WHERE p.bucket = planned.bucket AND p.connection_id = planned.connection_id
        AND e.details ->> 'position' <> '' ORDER BY e.at DESC LIMIT 1) AS position
    FROM (${selectCases} WHERE c.utility_id = ${o.utilityId}::uuid AND c.state = 'planned'
      AND c.visit_on = ${o.day}::date ORDER BY h.address, c.id LIMIT ${mostOfDay}) planned`.execute(
    tx,
  );
  const { rows: missed } = await sql<{ count: number }>`SELECT count(*)::int AS count
    FROM revenue_cases WHERE utility_id = ${o.utilityId}::uuid AND state = 'planned'
      AND visit_on < least(${o.day}::date, ${o.today}::date)`.execute(tx);
  return {
    rows: rows.map((row) => ({
      ...shown(row),
      visitors: row.visitors ?? [],
      ...{ checkInWith: row.check_in_with, position: row.position },
    })),
    missed: missed[0]?.count ?? 0,
  };
}

const reasonsSchema = z.array(z.object({ evidence: z.string(), words: z.string() }));

export async function caseDetail(
  tx: Tx,
  o: { readonly utility: Utility; readonly caseId: string },
): Promise<CaseFile | null> {
  const { utility } = o;
  const { rows } = await sql<Row>`${selectCases}
    WHERE c.utility_id = ${utility.id}::uuid AND c.id = ${o.caseId}::uuid`.execute(tx);
  const [row] = rows;
  if (row === undefined) return null;
  const { rows: events } = await sql<{
    what: string;
    by: string;
    at: number;
    details: Record<string, unknown>;
  }>`SELECT e.what, o.name AS by, e.at, e.details FROM revenue_case_events e
    JOIN operators o ON o.id = e.operator_id
    WHERE e.bucket = ${row.bucket} AND e.case_id = ${row.id}::uuid
    ORDER BY e.ordinal`.execute(tx);
  const kept = await keptPhotosOf(tx, { utilityId: utility.id, caseId: o.caseId });
  return {
    ...shown(row),
    reasons: reasonsSchema.parse(row.reasons),
    visitors: row.visitors ?? [],
    checkInWith: row.check_in_with,
    bill: row.bill === null ? null : billFacts(row.bill, utility),
    approvalId: row.approval_id === null ? null : idFromUuid('approval', row.approval_id),
    photos: photosIn(events.find(({ what }) => what === 'found')?.details ?? {})
      .filter(({ sha256 }) => kept.delete(sha256))
      .map(({ name, sha256 }) => ({ name, sha256 })),
    events: events.map(({ what, by, at, details }) => ({
      ...{ what, by, at: isoOf(at) },
      facts: factsOf(details, utility),
      signatures: signaturesIn(details),
    })),
  };
}

const labels: Readonly<Record<string, string>> = {
  visitOn: 'Visit on',
  why: 'Why, although help comes first',
  visitors: 'Went',
  checkInWith: 'Checks in with',
  finding: 'Found',
  words: 'In words',
  evidence: 'Evidence',
  sealsFound: 'Seals found',
  sealsLeft: 'Seals left',
  registerWh: 'Register',
  position: 'Position',
  notedAt: 'Noted on the device',
  amountMinor: 'Asked for energy',
  fineMinor: 'Fine for tampering',
  owedNoMoreMinor: 'Owed no more',
  givenBackMinor: 'Given back as prepaid money',
  decision: 'Decision',
  how: 'How it ended',
};

const signaturesSchema = z.array(signatureSchema);
const signaturesIn = ({ signatures }: Record<string, unknown>): Signature[] =>
  signaturesSchema.safeParse(signatures).data ?? [];

const evidencesSchema = z.array(evidenceSchema);
/** Photos that a finding lists. */
export const photosIn = ({ evidence }: Record<string, unknown>) =>
  evidencesSchema.safeParse(evidence).data ?? [];

/** Shown another way, or for programs. */
const noFacts = new Set(['requestId', 'signatures']);

function factsOf(details: Record<string, unknown>, utility: Utility) {
  return Object.entries(details).flatMap(([key, value]) => {
    if (noFacts.has(key)) return [];
    const text = factText(key, value, utility);
    return text === '' ? [] : [{ label: labels[key] ?? key, value: text }];
  });
}

/** "2026-11-24 09:12", in the utility's zone. */
const minuteText = (atMs: number, zone: string): string =>
  zonedAt(atMs, zone).toPlainDateTime().toString({ smallestUnit: 'minute' }).replace('T', ' ');

function factText(key: string, value: unknown, utility: Utility): string {
  if (key.endsWith('Minor')) return formatMoney(BigInt(String(value)), utility.currency);
  if (key === 'notedAt') return minuteText(Date.parse(String(value)), utility.zone);
  if (key === 'registerWh') return `${formatKwh(BigInt(String(value)))} kWh`;
  if (!Array.isArray(value)) return String(value);
  return value
    .map((each: unknown) => {
      if (typeof each !== 'object' || each === null) return String(each);
      const { name, sha256 } = each as { name?: unknown; sha256?: unknown };
      return `${String(name)} (SHA-256 ${String(sha256)})`;
    })
    .join(', ');
}

type MonthRow = Omit<
  ResultsMonth,
  'billedMinor' | 'billedWh' | 'finesMinor' | 'repaidMinor' | 'repaidWh'
> & {
  readonly fines_minor: bigint;
  readonly billed_minor: bigint;
  readonly billed_wh: bigint;
  readonly repaid_minor: bigint;
  readonly repaid_wh: bigint;
};

/** What purchases have repaid of a case's bill: neither still owed nor given up. */
const repaidOf = sql`(c.billed_minor - d.outstanding_minor - (SELECT coalesce(sum(w.amount_minor), 0)
  FROM corrections w WHERE w.bucket = c.bucket AND w.connection_id = c.connection_id
    AND w.debt_id = c.debt_id AND w.kind IN ('writeOff', 'upheldDebt', 'upheldPaid')))`;

/** Cases with whether an appeal was upheld: what was found and asked then stands no more. */
const casesHeard = sql`(SELECT k.*, EXISTS (SELECT FROM revenue_case_events e
  WHERE e.bucket = k.bucket AND e.case_id = k.id AND e.what = 'appealDecided'
    AND e.details ->> 'decision' = 'upheld') AS is_upheld FROM revenue_cases k)`;

/** A visit counts in the month in which its finding was noted; what was billed likewise. */
export async function resultsOf(tx: Tx, utility: Utility): Promise<RevenueResults> {
  const { rows: months } = await sql<MonthRow>`
    SELECT to_char(c.found_at AT TIME ZONE ${utility.zone}, 'YYYY-MM') AS month,
      count(*) FILTER (WHERE c.finding NOT IN ('notSafe', 'notVisited'))::int AS visits,
      count(*) FILTER (WHERE c.finding = 'theft' AND NOT c.is_upheld)::int AS thefts,
      count(*) FILTER (WHERE c.finding = 'fault' AND NOT c.is_upheld)::int AS faults,
      count(*) FILTER (WHERE c.is_upheld)::int AS upheld,
      count(*) FILTER (WHERE c.standing = 'visit'
        AND c.finding IN ('theft', 'fault', 'honest'))::int AS listed,
      count(*) FILTER (WHERE c.standing = 'visit'
        AND c.finding IN ('theft', 'fault') AND NOT c.is_upheld)::int AS "listedFound",
      count(*) FILTER (WHERE c.finding = 'honest')::int AS honest,
      count(*) FILTER (WHERE c.finding = 'noAccess')::int AS "noAccess",
      count(*) FILTER (WHERE c.finding = 'notSafe')::int AS "notSafe",
      count(*) FILTER (WHERE c.finding = 'notVisited')::int AS "notVisited",
      coalesce(sum(c.billed_minor) FILTER (WHERE NOT c.is_upheld), 0)::bigint AS billed_minor,
      coalesce(sum(c.billed_wh) FILTER (WHERE NOT c.is_upheld), 0)::bigint AS billed_wh,
      coalesce(sum(c.fine_minor) FILTER (WHERE NOT c.is_upheld), 0)::bigint AS fines_minor,
      coalesce(sum(${repaidOf}) FILTER (WHERE NOT c.is_upheld), 0)::bigint AS repaid_minor,
      coalesce(sum(round(c.billed_wh::numeric * ${repaidOf} / c.billed_minor))
        FILTER (WHERE NOT c.is_upheld), 0)::bigint AS repaid_wh
    FROM ${casesHeard} c
    LEFT JOIN debts d ON d.bucket = c.bucket AND d.id = c.debt_id
    WHERE c.utility_id = ${utility.id}::uuid AND c.found_at IS NOT NULL
    GROUP BY 1 ORDER BY 1 DESC LIMIT 24`.execute(tx);
  const { rows: guarded } = await sql<{
    id: string;
    name: string;
    by: string;
    opened_at: number;
    guard_reason: string;
  }>`SELECT c.id, h.name, o.name AS by, c.opened_at, c.guard_reason FROM revenue_cases c
    JOIN connections h ON h.bucket = c.bucket AND h.id = c.connection_id
    JOIN operators o ON o.id = c.opened_by
    WHERE c.utility_id = ${utility.id}::uuid AND c.guard_reason IS NOT NULL
    ORDER BY c.opened_at DESC, c.id LIMIT 100`.execute(tx);
  return {
    months: months.map(
      ({ billed_minor, billed_wh, fines_minor, repaid_minor, repaid_wh, ...month }) => ({
        ...month,
        finesMinor: fines_minor.toString(),
        billedMinor: billed_minor.toString(),
        billedWh: billed_wh.toString(),
        repaidMinor: repaid_minor.toString(),
        repaidWh: repaid_wh.toString(),
      }),
    ),
    groups: await groupsOf(tx, utility),
    guarded: guarded.map((row) => ({
      caseId: idFromUuid('case', row.id),
      ...{ connectionName: row.name, openedBy: row.by, reason: row.guard_reason },
      openedAt: isoOf(row.opened_at),
    })),
  };
}

/** By tariff, and of homes with a protection flag: visits beside the homes that there are. */
async function groupsOf(tx: Tx, utility: Utility): Promise<RevenueResults['groups']> {
  const { rows: groups } = await sql<{ name: string; homes: number; visits: number }>`
    SELECT t.name, count(DISTINCT h.id)::int AS homes, count(c.id)::int AS visits
    FROM connections h JOIN tariffs t ON t.id = h.tariff_id
    LEFT JOIN revenue_cases c ON c.bucket = h.bucket AND c.connection_id = h.id
      AND c.finding NOT IN ('notSafe', 'notVisited')
    WHERE h.utility_id = ${utility.id}::uuid AND h.closed_at IS NULL
    GROUP BY t.name ORDER BY t.name`.execute(tx);
  const { rows: flagged } = await sql<{ homes: number; visits: number }>`
    SELECT (SELECT count(*) FROM (SELECT DISTINCT ON (connection_id, kind) connection_id, what
        FROM home_flag_events WHERE utility_id = ${utility.id}::uuid
        ORDER BY connection_id, kind, id DESC) f WHERE f.what = 'set')::int AS homes,
      (SELECT count(*) FROM revenue_cases WHERE utility_id = ${utility.id}::uuid AND was_flagged
        AND finding NOT IN ('notSafe', 'notVisited'))::int AS visits`.execute(tx);
  const [ofFlagged] = flagged;
  return [
    ...groups.map((group) => ({ ...group, isTariff: true })),
    {
      ...{ name: 'With a protection flag', isTariff: false },
      ...{ homes: ofFlagged?.homes ?? 0, visits: ofFlagged?.visits ?? 0 },
    },
  ];
}

/**
 * As the `labels.csv` that `prewatt revenue train` reads; what was not seen is left out, and so is
 * what an upheld appeal took back: nobody knows what it was.
 */
export async function findingLines(tx: Tx, utilityId: string): Promise<string[][]> {
  const { rows } = await sql<{
    connection_id: string;
    node: string | null;
    finding: string;
    from_day: string | null;
    billed_wh: bigint | null;
  }>`SELECT DISTINCT ON (c.connection_id) c.connection_id, n.code AS node, c.finding,
      c.bill ->> 'fromDate' AS from_day, c.billed_wh
    FROM ${casesHeard} c
    LEFT JOIN revenue_lines l ON l.bucket = c.bucket AND l.connection_id = c.connection_id
    LEFT JOIN network_nodes n ON n.id = l.node_id
    WHERE c.utility_id = ${utilityId}::uuid AND c.finding IN ('theft', 'fault', 'honest')
      AND NOT c.is_upheld
    ORDER BY c.connection_id, c.found_at DESC`.execute(tx);
  const header = ['scenario', 'feeder', 'home', 'theft', 'kind', 'start_date', 'params'];
  return [
    [...header, 'true_kwh', 'reported_kwh', 'stolen_kwh'],
    ...rows.map((row) => [
      ...['found', row.node ?? '', idFromUuid('connection', row.connection_id)],
      ...[row.finding === 'theft' ? '1' : '0', row.finding, row.from_day ?? '', '', '', ''],
      row.finding === 'theft' ? formatKwh(row.billed_wh ?? 0n, 1) : '0.0',
    ]),
  ];
}
