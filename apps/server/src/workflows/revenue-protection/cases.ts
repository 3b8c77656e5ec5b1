// Cases: what may be done when, by whom, and what it leaves behind. Each step is a move of the
// case's life and a row of its history.

import type { CaseState, FindingBody, OpenCase, Visit } from '@prewatt/api';
import { civilDateOf, err, ok, type Result } from '@prewatt/quantities';
import { sql, type Updateable } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Tables } from '../../base/tables.ts';
import { supplyHome } from '../../metering/protection/index.ts';
import { type ConnectionPlace, placeOfConnection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { giveBackCharge } from '../corrections/index.ts';
import { caseLife } from './case-life.ts';
import { addDays } from './span.ts';

export type CaseDeps = { readonly newUuid: NewUuid; readonly nowMs: () => number };
export type CasePlace = { readonly utilityId: string; readonly caseId: string };

/** A customer has so many days to appeal. */
export const appealDays = 30;

export type CaseRefusal =
  | 'unknownConnection'
  | 'unknownCase'
  | 'requestIdReused'
  | 'caseOpen'
  | 'helpFirst'
  | 'notNow'
  | 'visitAlone'
  | 'noVisit'
  | 'appealLate'
  | 'otherPerson'
  | 'appealRuns';

export type CaseRow = Awaited<ReturnType<typeof lockCase>> & object;

/** Locks the case; null when it is not there. */
export async function lockCase(tx: Tx, place: CasePlace) {
  return (await caseAt(tx, place).forUpdate().executeTakeFirst()) ?? null;
}
const caseAt = (tx: Tx, { utilityId, caseId }: CasePlace) =>
  tx
    .selectFrom('revenue_cases')
    .selectAll()
    .select(sql<string | null>`appeal_until::text`.as('appeal_until_day'))
    .where('utility_id', '=', utilityId)
    .where('id', '=', caseId);

type Barred = {
  readonly step: 'appeal' | 'decision' | 'close';
  readonly why: CaseRefusal;
};

/** What the state of the case allows, but not today or not to this person. */
export async function barredSteps(
  tx: Tx,
  deps: Pick<CaseDeps, 'nowMs'>,
  o: CasePlace & By & { readonly utility: Utility },
): Promise<readonly Barred[]> {
  const row = await caseAt(tx, o).executeTakeFirst();
  if (row === undefined) return [];
  const today = civilDateOf(deps.nowMs(), o.utility.zone);
  const bar = (step: Barred['step'], why: CaseRefusal | null): Barred[] =>
    why === null ? [] : [{ step, why }];
  if (row.state === 'appealed') return bar('decision', await decisionBar(tx, row, o.operatorId));
  if (row.state !== 'billed') return [];
  return [...bar('appeal', appealBar(row, today)), ...bar('close', closeBar(row, { ...o, today }))];
}

type Dated = Pick<CaseRow, 'appeal_until_day' | 'found_by' | 'state'>;

const appealBar = (row: Dated, today: string): CaseRefusal | null =>
  row.appeal_until_day !== null && today > row.appeal_until_day ? 'appealLate' : null;

/** Where money was asked, not before the time to appeal is over, and not by who found it. */
function closeBar(row: Dated, o: By & { readonly today: string }): CaseRefusal | null {
  if (row.state !== 'billed') return null;
  if (row.appeal_until_day !== null && o.today <= row.appeal_until_day) return 'appealRuns';
  return row.found_by === o.operatorId ? 'otherPerson' : null;
}

async function decisionBar(tx: Tx, row: CaseRow, operatorId: string): Promise<CaseRefusal | null> {
  const isOfCase = row.found_by === operatorId || (await askedBy(tx, row)) === operatorId;
  return isOfCase ? 'otherPerson' : null;
}

type Line = {
  readonly standing: 'visit' | 'support' | 'held' | 'quiet';
  readonly probability_permille: number;
  readonly reasons: unknown;
};

/**
 * Refused in this order: no such home; a case is open; help or an honest cause comes first and no
 * reason says why not now.
 */
export async function openCase(
  tx: Tx,
  deps: CaseDeps,
  o: {
    readonly utility: Utility;
    readonly place: ConnectionPlace;
    readonly asked: OpenCase;
    readonly operatorId: string;
  },
): Promise<Result<{ readonly caseId: string }, CaseRefusal>> {
  const { place, asked, utility, operatorId } = o;
  const home = await tx
    .selectFrom('connections as c')
    .innerJoin('tariffs as t', 't.id', 'c.tariff_id')
    .select('t.name as tariff')
    .where('c.bucket', '=', place.bucket)
    .where('c.id', '=', place.connectionId)
    .where('c.utility_id', '=', place.utilityId)
    .executeTakeFirst();
  if (home === undefined) return err('unknownConnection');
  const known = await caseOf(tx, place, asked.requestId);
  if (known !== undefined) return ok({ caseId: known.id });
  if ((await openCaseOf(tx, place)) !== undefined) return err('caseOpen');
  const { rows } = await sql<Line>`SELECT standing, probability_permille, reasons
    FROM revenue_lines WHERE bucket = ${place.bucket}
      AND connection_id = ${place.connectionId}::uuid AND standing <> 'quiet'`.execute(tx);
  const [line] = rows;
  const flags = await supplyHome(tx, place, civilDateOf(deps.nowMs(), utility.zone));
  const isFlagged = flags.vulnerable === true || flags.medical === true;
  const standing = isFlagged ? 'support' : line?.standing === 'quiet' ? null : line?.standing;
  const isGuarded = standing === 'support' || standing === 'held';
  if (isGuarded && asked.guardReason === undefined) return err('helpFirst');
  const caseId = deps.newUuid();
  await tx
    .insertInto('revenue_cases')
    .values({
      ...{ bucket: place.bucket, id: caseId, utility_id: place.utilityId },
      ...{ connection_id: place.connectionId, request_id: asked.requestId, state: 'planned' },
      ...{ visit_on: asked.visitOn, standing: standing ?? null, was_flagged: isFlagged },
      probability_permille: line?.probability_permille ?? null,
      reasons: JSON.stringify(line?.reasons ?? []),
      guard_reason: isGuarded ? (asked.guardReason ?? null) : null,
      ...{ tariff_name: home.tariff, opened_by: operatorId, opened_at: new Date(deps.nowMs()) },
    })
    .execute();
  const details = { visitOn: asked.visitOn, ...(isGuarded ? { why: asked.guardReason } : {}) };
  await note(tx, deps, {
    row: { bucket: place.bucket, utility_id: place.utilityId, id: caseId },
    ...{ what: 'opened', operatorId, details },
  });
  return ok({ caseId });
}

const caseOf = (tx: Tx, place: ConnectionPlace, requestId: string) =>
  tx
    .selectFrom('revenue_cases')
    .select('id')
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('request_id', '=', requestId)
    .executeTakeFirst();
const openCaseOf = (tx: Tx, place: ConnectionPlace) =>
  tx
    .selectFrom('revenue_cases')
    .select('id')
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('state', '<>', 'closed')
    .executeTakeFirst();

type CaseKey = { readonly bucket: number; readonly id: string; readonly utility_id: string };
type Note = {
  readonly what:
    | 'opened'
    | 'visit'
    | 'found'
    | 'billAsked'
    | 'billed'
    | 'billRefused'
    | 'appealed'
    | 'appealDecided'
    | 'closed';
  readonly operatorId: string;
  readonly details: object;
};

/** Under the lock of the case, so that numbers follow each other. */
export async function note(
  tx: Tx,
  deps: CaseDeps,
  { row, ...o }: Note & { readonly row: CaseKey },
): Promise<void> {
  await sql`INSERT INTO revenue_case_events (bucket, case_id, ordinal, utility_id, what,
      operator_id, at, details)
    SELECT ${row.bucket}, ${row.id}::uuid, coalesce(max(ordinal), 0) + 1, ${row.utility_id}::uuid,
      ${o.what}, ${o.operatorId}::uuid, ${new Date(deps.nowMs())}::timestamptz,
      ${JSON.stringify(o.details)}::jsonb
    FROM revenue_case_events WHERE bucket = ${row.bucket} AND case_id = ${row.id}::uuid`.execute(
    tx,
  );
}

/** Moves a locked case; what its life does not have is refused. */
export async function moveCase(
  tx: Tx,
  row: CaseKey & { readonly state: string },
  set: Updateable<Tables['revenue_cases']> & { readonly state: CaseState },
): Promise<boolean> {
  if (!caseLife.mayMove(row.state as CaseState, set.state)) return false;
  await updating(tx).set(set).where('bucket', '=', row.bucket).where('id', '=', row.id).execute();
  return true;
}
const updating = (tx: Tx) => tx.updateTable('revenue_cases');

type By = { readonly operatorId: string };

/** Two names, or one and who waits for their word. */
export async function noteVisit(
  tx: Tx,
  deps: CaseDeps,
  o: CasePlace & By & { readonly visit: Visit },
): Promise<Result<void, CaseRefusal>> {
  const row = await lockCase(tx, o);
  if (row === null) return err('unknownCase');
  if (row.state !== 'planned') return err('notNow');
  const visitors = [...new Set(o.visit.visitors)];
  const { checkInWith = null } = o.visit;
  if (visitors.length < 2 && checkInWith === null) return err('visitAlone');
  await updating(tx)
    .set({ visitors, check_in_with: checkInWith })
    .where('bucket', '=', row.bucket)
    .where('id', '=', row.id)
    .execute();
  const details = { visitors, ...(checkInWith === null ? {} : { checkInWith }) };
  await note(tx, deps, { row, what: 'visit', operatorId: o.operatorId, details });
  return ok(undefined);
}

/** Theft and fault go on; all else closes the case, without a word against anybody. */
export async function noteFinding(
  tx: Tx,
  deps: CaseDeps,
  o: CasePlace & By & { readonly found: FindingBody },
): Promise<Result<void, CaseRefusal>> {
  const row = await lockCase(tx, o);
  if (row === null) return err('unknownCase');
  const { finding, visit, ...details } = o.found;
  // A phone without network sends it again until it has heard an answer.
  if (await wasFound(tx, row, details.requestId)) return ok(undefined);
  if (row.state !== 'planned') return err('notNow');
  if (visit !== undefined) {
    const gone = await noteVisit(tx, deps, { ...o, visit });
    if (!gone.ok) return gone;
  }
  const needsVisit = finding !== 'notSafe' && finding !== 'notVisited';
  if (needsVisit && row.visitors === null && visit === undefined) return err('noVisit');
  const at = new Date(deps.nowMs());
  const found = { finding, found_by: o.operatorId, found_at: at };
  const goesOn = finding === 'theft' || finding === 'fault';
  const ended = goesOn ? {} : { closed_by: o.operatorId, closed_at: at };
  await moveCase(tx, row, { state: goesOn ? 'visited' : 'closed', ...found, ...ended });
  const { operatorId } = o;
  await note(tx, deps, { row, what: 'found', operatorId, details: { finding, ...details } });
  return ok(undefined);
}

async function wasFound(tx: Tx, row: CaseKey, requestId: string | undefined): Promise<boolean> {
  if (requestId === undefined) return false;
  const event = await tx
    .selectFrom('revenue_case_events')
    .select('ordinal')
    .where('bucket', '=', row.bucket)
    .where('case_id', '=', row.id)
    .where('what', '=', 'found')
    .where(sql<boolean>`details ->> 'requestId' = ${requestId}`)
    .executeTakeFirst();
  return event !== undefined;
}

export async function noteAppeal(
  tx: Tx,
  deps: CaseDeps,
  o: CasePlace & By & { readonly utility: Utility; readonly words: string },
): Promise<Result<void, CaseRefusal>> {
  const row = await lockCase(tx, o);
  if (row === null) return err('unknownCase');
  const today = civilDateOf(deps.nowMs(), o.utility.zone);
  if (row.state !== 'billed') return err('notNow');
  const bar = appealBar(row, today);
  if (bar !== null) return err(bar);
  await moveCase(tx, row, { state: 'appealed' });
  const { operatorId, words } = o;
  await note(tx, deps, { row, what: 'appealed', operatorId, details: { words } });
  return ok(undefined);
}

/** Upheld closes the case and gives back what it asked for: what is owed, and what was repaid. */
export async function decideAppeal(
  tx: Tx,
  deps: CaseDeps,
  o: CasePlace &
    By & {
      readonly utility: Utility;
      readonly decision: 'upheld' | 'dismissed';
      readonly words: string;
    },
): Promise<Result<void, CaseRefusal>> {
  const row = await lockCase(tx, o);
  if (row === null) return err('unknownCase');
  const { operatorId, decision, words } = o;
  if (row.state !== 'appealed') return err('notNow');
  const bar = await decisionBar(tx, row, operatorId);
  if (bar !== null) return err(bar);
  const at = new Date(deps.nowMs());
  if (decision === 'upheld') {
    await moveCase(tx, row, { state: 'closed', closed_by: operatorId, closed_at: at });
    const givenBack = await giveBack(tx, deps, { row, operatorId, words });
    const details = { decision, words, ...givenBack };
    await note(tx, deps, { row, what: 'appealDecided', operatorId, details });
    return ok(undefined);
  }
  // Its time to appeal is over once it was heard.
  const today = civilDateOf(deps.nowMs(), o.utility.zone);
  await moveCase(tx, row, { state: 'billed', appeal_until: addDays(today, -1) });
  await note(tx, deps, { row, what: 'appealDecided', operatorId, details: { decision, words } });
  return ok(undefined);
}

/** Who asked for the money; null before somebody did. */
async function askedBy(tx: Tx, row: CaseKey): Promise<string | null> {
  const event = await tx
    .selectFrom('revenue_case_events')
    .select('operator_id')
    .where('bucket', '=', row.bucket)
    .where('case_id', '=', row.id)
    .where('what', '=', 'billAsked')
    .orderBy('ordinal', 'desc')
    .limit(1)
    .executeTakeFirst();
  return event?.operator_id ?? null;
}

async function giveBack(
  tx: Tx,
  deps: CaseDeps,
  o: By & { readonly row: CaseRow; readonly words: string },
): Promise<{ readonly owedNoMoreMinor: string; readonly givenBackMinor: string }> {
  const { row } = o;
  const place = placeOfConnection(row.utility_id, row.connection_id);
  const by = { requestedBy: o.operatorId, approvedBy: null, approvalId: null };
  const reason = o.words.slice(0, 500);
  let [owed, paid] = [0n, 0n];
  for (const debtId of [row.debt_id, row.fine_debt_id]) {
    if (debtId === null) continue;
    const requestId = `upheld ${debtId}`;
    const given = await giveBackCharge(tx, deps, { place, debtId, requestId, reason, by });
    owed += given.owedMinor;
    paid += given.paidMinor;
  }
  return { owedNoMoreMinor: owed.toString(), givenBackMinor: paid.toString() };
}

export async function closeCase(
  tx: Tx,
  deps: CaseDeps,
  o: CasePlace & By & { readonly utility: Utility; readonly words: string },
): Promise<Result<void, CaseRefusal>> {
  const row = await lockCase(tx, o);
  if (row === null) return err('unknownCase');
  const { operatorId, words } = o;
  const today = civilDateOf(deps.nowMs(), o.utility.zone);
  if (row.state !== 'visited' && row.state !== 'billed') return err('notNow');
  const bar = closeBar(row, { operatorId, today });
  if (bar !== null) return err(bar);
  await moveCase(tx, row, {
    state: 'closed',
    closed_by: operatorId,
    closed_at: new Date(deps.nowMs()),
  });
  await note(tx, deps, { row, what: 'closed', operatorId, details: { words } });
  return ok(undefined);
}
