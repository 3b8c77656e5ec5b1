// Install jobs as people see them: rows of a list, and one job with its steps and its history.
// Nothing of money is here, since technicians read it.

import type {
  InstallDetail,
  InstallPage,
  InstallRow,
  InstallStep,
  InstallStepView,
  installFilters,
} from '@prewatt/api';
import { dayMs, idFromUuid, isoOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { certificatePem } from '../../metering/headend/index.ts';
import type { Staff } from '../../registry/sign-in/index.ts';
import { certificateOf, serialInUse } from './link.ts';
import { meterHasSecret, meterState, tokensOfGrant } from './meter-facts.ts';
import { isDone, openSteps, type StepEvent, type StepNow, stepsBefore, stepsNow } from './steps.ts';
import { eventsOf, type Job, loadJob } from './store.ts';

const pageSize = 100;
/** A job that is open for longer stands on the attention list. */
export const oldAfterMs = 7 * dayMs;

type Stored = {
  readonly id: string;
  readonly kind: InstallRow['kind'];
  readonly state: InstallRow['state'];
  readonly name: string;
  readonly address: string;
  readonly connection_id: string;
  readonly meter_pan: string | null;
  readonly assigned_to: string | null;
  readonly assigned_name: string | null;
  readonly opened_name: string;
  readonly opened_at: number;
  readonly state_at: number;
  readonly is_there: boolean;
  readonly steps: number;
  readonly passed: number;
  readonly failed: InstallStep[];
};

/** How the steps of the job `j` stand, as columns of a lateral join named `s`. */
const standing = sql`LEFT JOIN LATERAL (
  SELECT count(*) FILTER (WHERE what IN ('passed', 'skipped'))::int AS passed,
    coalesce(array_agg(step ORDER BY step) FILTER (WHERE what = 'failed'), '{}') AS failed
  FROM (
    SELECT DISTINCT ON (step) step, what FROM prewatt.install_events e
    WHERE e.bucket = j.bucket AND e.job_id = j.id AND e.step IS NOT NULL
    ORDER BY step, ordinal DESC
  ) latest
) s ON true`;

const columns = sql`j.id, j.kind, j.state, j.name, j.address, j.connection_id, j.assigned_to,
  coalesce(m.meter_pan, j.expected_meter_pan) AS meter_pan, a.name AS assigned_name,
  o.name AS opened_name, j.opened_at, j.state_at,
  (j.old_meter_id IS NOT NULL OR j.meter_id IS NOT NULL) AS is_there,
  cardinality(j.steps) AS steps, s.passed, s.failed`;
const joins = sql`JOIN prewatt.operators o ON o.id = j.opened_by
  LEFT JOIN prewatt.operators a ON a.id = j.assigned_to
  LEFT JOIN prewatt.meters m ON m.bucket = j.bucket AND m.id = j.meter_id
  ${standing}`;

/** A technician sees their own jobs and those that are open and nobody's. */
const seenBy = (by: Staff) =>
  by.role === 'technician'
    ? sql`(j.assigned_to = ${by.operatorId}::uuid OR (j.assigned_to IS NULL AND j.state = 'open'))`
    : sql`true`;

const needsSomebody = (nowMs: number) =>
  sql`(j.state = 'open' AND (j.opened_at < ${new Date(nowMs - oldAfterMs)}
    OR cardinality(s.failed) > 0))`;

export type ListQuery = {
  readonly utilityId: string;
  readonly by: Staff;
  readonly state: (typeof installFilters)[number];
  readonly connectionId: string | null;
  readonly cursor: string | null;
  readonly nowMs: number;
};

export async function installPage(tx: Tx, q: ListQuery): Promise<InstallPage> {
  const isQueue = q.state === 'open' || q.state === 'attention';
  const only =
    q.state === 'all'
      ? sql`true`
      : q.state === 'attention'
        ? needsSomebody(q.nowMs)
        : sql`j.state = ${q.state}`;
  const order = isQueue ? sql`ASC` : sql`DESC`;
  const after = isQueue ? sql`j.id > ${q.cursor}::uuid` : sql`j.id < ${q.cursor}::uuid`;
  const { rows } = await sql<Stored>`SELECT ${columns} FROM prewatt.install_jobs j ${joins}
    WHERE j.utility_id = ${q.utilityId}::uuid AND ${only} AND ${seenBy(q.by)}
      AND ${q.cursor === null ? sql`true` : after}
      AND ${q.connectionId === null ? sql`true` : sql`j.connection_id = ${q.connectionId}::uuid`}
    ORDER BY j.id ${order} LIMIT ${pageSize + 1}`.execute(tx);
  return {
    rows: rows.slice(0, pageSize).map((row) => rowOf(row, q.nowMs)),
    nextCursor: rows.length > pageSize ? (rows[pageSize - 1]?.id ?? null) : null,
  };
}

/** How many jobs stand on the attention list. */
export async function installsForAttention(
  tx: Tx,
  o: { readonly utilityId: string; readonly nowMs: number },
): Promise<number> {
  const { rows } = await sql<{ total: number }>`SELECT count(*)::int AS total
    FROM prewatt.install_jobs j ${standing}
    WHERE j.utility_id = ${o.utilityId}::uuid AND ${needsSomebody(o.nowMs)}`.execute(tx);
  return rows[0]?.total ?? 0;
}

function rowOf(row: Stored, nowMs: number): InstallRow {
  return {
    installId: idFromUuid('install', row.id),
    kind: row.kind,
    state: row.state,
    name: row.name,
    address: row.address,
    connectionId: row.is_there ? idFromUuid('connection', row.connection_id) : null,
    meterPan: row.meter_pan,
    assignedTo:
      row.assigned_to === null
        ? null
        : {
            operatorId: idFromUuid('operator', row.assigned_to),
            name: row.assigned_name ?? '',
          },
    openedBy: row.opened_name,
    openedAt: isoOf(row.opened_at),
    stateAt: isoOf(row.state_at),
    steps: row.steps,
    passed: row.passed,
    failed: row.failed,
    isOld: row.state === 'open' && row.opened_at < nowMs - oldAfterMs,
  };
}

/** Null: there is none, or a technician may not see it. */
export async function installDetail(
  tx: Tx,
  o: {
    readonly jobId: string;
    readonly by: Staff;
    readonly nowMs: number;
    readonly linkAccepts: InstallDetail['linkAccepts'];
  },
): Promise<InstallDetail | null> {
  const { rows } = await sql<Stored>`SELECT ${columns} FROM prewatt.install_jobs j ${joins}
    WHERE j.id = ${o.jobId}::uuid AND ${seenBy(o.by)}`.execute(tx);
  const [row] = rows;
  const job = row === undefined ? null : await loadJob(tx, o.jobId);
  if (row === undefined || job === null) return null;
  const events = await eventsOf(tx, { bucket: job.bucket, jobId: job.id });
  const steps = stepsNow(job.steps, events);
  const isOpen = job.state === 'open';
  const isMine = job.assigned_to === o.by.operatorId;
  const isOffice = o.by.role === 'operator' || o.by.role === 'administrator';
  const mayWork = isOpen && (isOffice || (o.by.role === 'technician' && isMine));
  const place = { bucket: job.bucket, meterId: job.meter_id };
  const ended = events.find((event) => event.what === 'closed' || event.what === 'cancelled');
  return {
    ...rowOf(row, o.nowMs),
    note: job.note,
    wasPostpaid: job.was_postpaid,
    customerName: await customerOf(tx, job),
    hasLink: job.has_link,
    needsPairing: await needsPairing(tx, job, o.linkAccepts),
    linkAccepts: o.linkAccepts,
    expectedMeterPan: job.expected_meter_pan,
    oldMeterPan: job.kind === 'exchange' ? await panOf(tx, job) : null,
    meterState: place.meterId === null ? null : await stateOf(tx, job.bucket, place.meterId),
    stepViews: await Promise.all(
      steps.map((now) => stepView(tx, { job, now, steps, showsDigits: mayWork })),
    ),
    openSteps: openSteps(steps),
    endedBy: ended?.byName ?? null,
    endReason: job.end_reason,
    mayWork,
    mayTake: isOpen && job.assigned_to === null && o.by.role === 'technician',
    history: events.map(historyOf),
  };
}

const historyOf = (event: StepEvent): InstallDetail['history'][number] => ({
  at: isoOf(event.at),
  what: event.what,
  step: event.step,
  by: event.byName,
  words: event.words,
});

async function stepView(
  tx: Tx,
  o: {
    readonly job: Job;
    readonly now: StepNow;
    readonly steps: readonly StepNow[];
    readonly showsDigits: boolean;
  },
): Promise<InstallStepView> {
  const { job, now, steps } = o;
  const runs = now.state === 'running';
  const grantId = now.evidence['grantId'];
  const isTyped = now.step === 'testToken' || now.step === 'carryOver';
  const shows = o.showsDigits && runs && isTyped && typeof grantId === 'string';
  const tokens = shows ? await tokensOfGrant(tx, { bucket: job.bucket, grantId }) : [];
  return {
    step: now.step,
    state: now.state,
    waitsFor: runs ? whomFor(now) : null,
    tries: now.tries,
    by: now.last?.byName ?? null,
    at: now.last === null ? null : isoOf(now.last.at),
    words: now.last?.words ?? null,
    after: isDone(now) ? [] : stepsBefore(steps, now.step),
    tokens: tokens.filter(({ state }) => state !== 'accepted').map(({ digits }) => digits),
    certificatePem: runs ? await certificateIn(tx, job, now) : null,
  };
}

/** What the technician has to put into the meter; it is no secret. */
async function certificateIn(tx: Tx, job: Job, now: StepNow): Promise<string | null> {
  const { serial } = now.evidence;
  if (now.step !== 'link' || typeof serial !== 'string' || job.meter_id === null) return null;
  const place = { bucket: job.bucket, meterId: job.meter_id };
  const certificate = await certificateOf(tx, place, serial);
  return certificate === null ? null : certificatePem(certificate.der);
}

function whomFor(now: StepNow): InstallStepView['waitsFor'] {
  if (now.step === 'exchange') return 'office';
  if (now.step === 'testToken' || now.step === 'carryOver') return 'technician';
  return now.evidence['registerWh'] === undefined ? 'meter' : 'technician';
}

async function customerOf(tx: Tx, job: Job): Promise<string | null> {
  if (job.plan.connection !== null) return job.plan.connection.customer?.name ?? null;
  const row = await tx
    .selectFrom('connections')
    .select('customer_name')
    .where('bucket', '=', job.bucket)
    .where('id', '=', job.connection_id)
    .executeTakeFirst();
  return row?.customer_name ?? null;
}

async function needsPairing(
  tx: Tx,
  job: Job,
  accepts: InstallDetail['linkAccepts'],
): Promise<boolean> {
  if (!job.has_link) return false;
  if (accepts === 'certificate') {
    const place = { bucket: job.bucket, meterId: job.meter_id ?? '' };
    return job.meter_id === null || (await serialInUse(tx, place)) === null;
  }
  if (job.meter_id === null) return job.plan.meter?.secretSha256 === null;
  return !(await meterHasSecret(tx, { bucket: job.bucket, meterId: job.meter_id }));
}

async function panOf(tx: Tx, job: Job): Promise<string | null> {
  if (job.old_meter_id === null) return null;
  const row = await tx
    .selectFrom('meters')
    .select('meter_pan')
    .where('bucket', '=', job.bucket)
    .where('id', '=', job.old_meter_id)
    .executeTakeFirst();
  return row?.meter_pan ?? null;
}

async function stateOf(
  tx: Tx,
  bucket: number,
  meterId: string,
): Promise<InstallDetail['meterState']> {
  const state = await meterState(tx, { bucket, meterId });
  if (state === null) return null;
  return {
    lastContactAt: isoOf(state.last_contact_at),
    linkUp: state.link_up,
    loadSwitch: state.load_switch,
    powerW: state.power_w.toString(),
    isOutOfCredit: state.credit_status === 'outOfCredit',
  };
}

/** Who may be sent, technicians first. */
export async function technicians(tx: Tx) {
  const rows = await tx
    .selectFrom('operators')
    .select(['id', 'name', 'role'])
    .where('role', 'not in', ['viewer', 'auditor'])
    .orderBy(sql`role <> 'technician'`)
    .orderBy('name')
    .execute();
  return {
    rows: rows.map(({ id, name, role }) => ({
      operatorId: idFromUuid('operator', id),
      name,
      role,
    })),
  };
}
