// Approvals: one operator asks, another one approves, and the operation is carried out in the same
// transaction. What was asked for never changes; each decision is kept with what the person was
// shown.

import type {
  ApprovalCounts,
  ApprovalDescription,
  ApprovalDetail,
  ApprovalKind,
  ApprovalPage,
  ApprovalRow,
  ApprovalState,
} from '@prewatt/api';
import { dayMs, err, idFromUuid, isoOf, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { notifyLive } from '../../base/live.ts';
import type { Clocks } from '../../base/time.ts';
import type { Operator } from '../sign-in/index.ts';
import { insertEmergencyAct, inTurn, mayActAlone, type Told } from './emergencies.ts';
import { type ApprovalRefusal, approvalRefusals } from './errors.ts';
import type {
  ApprovalClosing,
  ApprovalOperation,
  ApprovalOperations,
  OperatorRef,
} from './operations.ts';
import {
  countApprovals,
  insertApproval,
  insertApprovalEvent,
  type StoredApproval,
  selectApproval,
  selectApprovalEvents,
  selectApprovals,
  selectOverdue,
  updateDecision,
} from './store.ts';

/** Real time in which somebody has to decide. */
const validMs = 7 * dayMs;
const failedShownMs = 7 * dayMs;
const pageSize = 100;
/** A home, a meter, an amount: so much of a request stands in the list. */
const factsOfRow = 3;

export type ApprovalRequest = {
  readonly utilityId: string;
  readonly kind: ApprovalKind;
  /** The caller's, once per utility: the same request again gets the first answer. */
  readonly requestId: string;
  /** What is to be done, by its operation's schema; JSON. It never changes again. */
  readonly payload: object;
  /** 10 to 500 characters. */
  readonly reason: string;
  readonly requestedBy: OperatorRef;
};

type Decision = {
  readonly utilityId: string;
  readonly approvalId: string;
  readonly by: Operator;
};

export type Approvals = {
  /** Asks, in the caller's transaction. The caller has checked that the payload makes sense. */
  readonly request: (
    tx: Tx,
    request: ApprovalRequest,
  ) => Promise<Result<{ readonly approvalId: string; readonly isNew: boolean }, 'requestIdReused'>>;
  /** Approves and carries out, both or neither. If refused, the approval is `failed`. */
  readonly approve: (decision: Decision) => Promise<Result<ApprovalDetail, ApprovalRefusal>>;
  /**
   * Whoever asked does it alone, in an emergency, by a rule of the utility. Their password has been
   * asked for again. `tell`: whom a mail goes to.
   */
  readonly actAlone: (
    decision: Decision & { readonly reason: string; readonly tell: readonly Told[] },
  ) => Promise<Result<ApprovalDetail, ApprovalRefusal>>;
  readonly decline: (
    decision: Decision & { readonly reason: string },
  ) => Promise<Result<ApprovalDetail, ApprovalRefusal>>;
  readonly withdraw: (
    decision: Decision & { readonly reason: string },
  ) => Promise<Result<ApprovalDetail, ApprovalRefusal>>;
  readonly list: (
    tx: Tx,
    o: {
      readonly utilityId: string;
      readonly state: ApprovalState | 'all';
      readonly cursor: string | null;
    },
  ) => Promise<ApprovalPage>;
  /** One approval as the operator `by` may see and decide it. */
  readonly detail: (tx: Tx, o: Decision) => Promise<ApprovalDetail | null>;
  readonly counts: (tx: Tx, by: Operator) => Promise<ApprovalCounts>;
  /** Expires what nobody decided in time. */
  readonly sweep: (utilityId: string) => Promise<void>;
};

export type ApprovalDeps = {
  readonly database: Database;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  /** 32 bytes; decisions are sealed under it. */
  readonly masterKey: Buffer;
  readonly operations: ApprovalOperations;
};

export function createApprovals(o: ApprovalDeps): Approvals {
  const ended = createEndings(o);
  const detailOf = createDetail(o);

  /** Both ways to say no. */
  const refuse = (
    how: 'declined' | 'withdrawn',
    decision: Decision & { readonly reason: string },
    check: (row: StoredApproval, by: Operator) => ApprovalRefusal | null,
  ): Promise<Result<ApprovalDetail, ApprovalRefusal>> =>
    o.database.inUtility(decision.utilityId, async (tx) => {
      const { by, reason } = decision;
      const row = await selectApproval(tx, { ...decision, lock: true });
      if (row === null) return err('unknownApproval');
      if (row.state === how && row.decided_by === by.operatorId) {
        return ok(await detailOf(tx, row, by));
      }
      if (row.state !== 'awaiting') return err('alreadyDecided');
      const refusal = check(row, by);
      if (refusal !== null) return err(refusal);
      await ended(tx, row, { state: how, operatorId: by.operatorId, reason });
      return ok(await reread(tx, decision, detailOf));
    });

  return {
    ...createApprovalRequests(o),

    approve: (decision) =>
      o.database.inUtility(decision.utilityId, (tx) =>
        approve(tx, o, { decision, ended, detailOf }),
      ),

    actAlone: (decision) =>
      o.database.inUtility(decision.utilityId, (tx) =>
        actAlone(tx, o, { decision, ended, detailOf }),
      ),

    decline: (decision) => refuse('declined', decision, whyNotDecide),

    withdraw: (decision) =>
      refuse('withdrawn', decision, (row, by) =>
        row.requested_by === by.operatorId ? null : 'notYours',
      ),

    list: lister(o),

    detail: async (tx, decision) => {
      const row = await selectApproval(tx, { ...decision, lock: false });
      return row === null ? null : detailOf(tx, row, decision.by);
    },

    counts: async (tx, by) => {
      const { awaiting, others, failed } = await countApprovals(tx, {
        ...by,
        failedSinceMs: o.clocks.business.nowMs() - failedShownMs,
      });
      return { awaiting, forMe: by.role === 'administrator' ? others : 0, failed };
    },

    sweep: (utilityId) =>
      o.database.inUtility(utilityId, (tx) => expireOverdue(tx, o, { utilityId, ended })),
  };
}

const lister =
  (o: ApprovalDeps): Approvals['list'] =>
  async (tx, query) => {
    const rows = await selectApprovals(tx, {
      ...query,
      before: query.cursor,
      limit: pageSize + 1,
    });
    return {
      rows: await rowsOf(o.operations, tx, rows.slice(0, pageSize)),
      nextCursor: rows.length > pageSize ? (rows[pageSize - 1]?.id ?? null) : null,
    };
  };

async function expireOverdue(
  tx: Tx,
  o: ApprovalDeps,
  { utilityId, ended }: { readonly utilityId: string; readonly ended: Ended },
): Promise<void> {
  const realNowMs = o.clocks.real.nowMs();
  for (const { id } of await selectOverdue(tx, { utilityId, realNowMs })) {
    const row = await selectApproval(tx, { utilityId, approvalId: id, lock: false });
    if (row === null) continue;
    await ended(tx, row, { state: 'expired', operatorId: null, reason: null });
  }
}

/** Asking alone, for features whose own operations `createApprovals` is given. */
export function createApprovalRequests(
  o: Pick<ApprovalDeps, 'clocks' | 'newUuid'>,
): Pick<Approvals, 'request'> {
  return {
    request: async (tx, request) => {
      const at = new Date(o.clocks.business.nowMs());
      const written = await insertApproval(tx, {
        ...request,
        approvalId: o.newUuid(),
        operatorId: request.requestedBy.operatorId,
        at,
        expiresAt: new Date(o.clocks.real.nowMs() + validMs),
      });
      if (!written.ok || !written.value.isNew) return written;
      const { utilityId } = request;
      const { approvalId } = written.value;
      await insertApprovalEvent(tx, {
        utilityId,
        approvalId,
        what: 'requested',
        operatorId: request.requestedBy.operatorId,
        reason: request.reason,
        shown: null,
        at,
      });
      await notifyLive(tx, { kind: 'approval', utilityId, approvalId });
      return written;
    },
  };
}

const askedOf = (row: StoredApproval) => ({
  utilityId: row.utility_id,
  approvalId: row.id,
  requestedAtMs: row.requested_at,
  payload: row.payload,
});

type Ended = ReturnType<typeof createEndings>;
type DetailOf = ReturnType<typeof createDetail>;

async function approve(
  tx: Tx,
  o: ApprovalDeps,
  d: { readonly decision: Decision; readonly ended: Ended; readonly detailOf: DetailOf },
): Promise<Result<ApprovalDetail, ApprovalRefusal>> {
  const { decision, ended, detailOf } = d;
  const { by } = decision;
  const row = await selectApproval(tx, { ...decision, lock: true });
  if (row === null) return err('unknownApproval');
  const isDone = row.state === 'done' || row.state === 'failed';
  if (isDone && row.decided_by === by.operatorId) return ok(await detailOf(tx, row, by));
  if (row.state !== 'awaiting') return err('alreadyDecided');
  if (row.expires_at <= o.clocks.real.nowMs()) {
    await ended(tx, row, { state: 'expired', operatorId: null, reason: null });
    return err('approvalExpired');
  }
  const refusal = await whyNotApprove(tx, o.operations, { row, by });
  if (refusal !== null) return err(refusal);
  await carryOut(tx, o, { row, by, ended });
  return ok(await reread(tx, decision, detailOf));
}

async function actAlone(
  tx: Tx,
  o: ApprovalDeps,
  d: {
    readonly decision: Parameters<Approvals['actAlone']>[0];
    readonly ended: Ended;
    readonly detailOf: DetailOf;
  },
): Promise<Result<ApprovalDetail, ApprovalRefusal>> {
  const { decision, ended, detailOf } = d;
  const { by, reason, tell } = decision;
  const row = await selectApproval(tx, { ...decision, lock: true });
  if (row === null) return err('unknownApproval');
  if (row.requested_by !== by.operatorId) return err('notYoursAlone');
  if (row.emergency_id !== null) return ok(await detailOf(tx, row, by));
  if (row.state !== 'awaiting') return err('alreadyDecided');
  if (row.expires_at <= o.clocks.real.nowMs()) {
    await ended(tx, row, { state: 'expired', operatorId: null, reason: null });
    return err('approvalExpired');
  }
  const wanted = { utilityId: row.utility_id, approvalId: row.id, kind: row.kind, by };
  await inTurn(tx, row.utility_id);
  const rulesVersion = await mayActAlone(tx, wanted);
  if (!rulesVersion.ok) return rulesVersion;
  const participants = await operationOf(o.operations, row.kind).participants(tx, askedOf(row));
  if (participants.includes(by.operatorId)) return err('tookPart');
  const at = new Date(o.clocks.business.nowMs());
  await insertEmergencyAct(tx, { ...wanted, reason, rulesVersion: rulesVersion.value, at, tell });
  await carryOut(tx, o, { row, by, ended, alone: reason });
  return ok(await reread(tx, decision, detailOf));
}

/** Carries out; a refusal is undone to the savepoint and leaves the approval `failed`. */
async function carryOut(
  tx: Tx,
  o: ApprovalDeps,
  d: {
    readonly row: StoredApproval;
    readonly by: Operator;
    readonly ended: Ended;
    /** Why whoever asked does it alone. */
    readonly alone?: string;
  },
): Promise<void> {
  const { row, by } = d;
  const asked = askedOf(row);
  const operation = operationOf(o.operations, row.kind);
  const shown = await operation.describe(tx, asked);
  await sql`SAVEPOINT approved_operation`.execute(tx);
  const done = await operation.perform(tx, {
    ...asked,
    requestedBy: { operatorId: row.requested_by, name: row.requester_name },
    approvedBy: { operatorId: by.operatorId, name: by.name },
  });
  if (!done.ok) await sql`ROLLBACK TO SAVEPOINT approved_operation`.execute(tx);
  await d.ended(tx, row, {
    state: done.ok ? 'done' : 'failed',
    operatorId: by.operatorId,
    reason: d.alone ?? null,
    alone: d.alone !== undefined,
    outcome: done.ok ? done.value : done.error,
    shown,
  });
}

/** Writes how an approval ended: its state, its history, and word to what waited for it. */
function createEndings(o: ApprovalDeps) {
  return async (
    tx: Tx,
    row: StoredApproval,
    end: {
      readonly state: 'done' | ApprovalClosing;
      readonly operatorId: string | null;
      readonly reason: string | null;
      readonly outcome?: object;
      readonly alone?: boolean;
      readonly shown?: object;
    },
  ): Promise<void> => {
    const at = new Date(o.clocks.business.nowMs());
    const place = { utilityId: row.utility_id, approvalId: row.id };
    const { state, operatorId, alone = false } = end;
    const decision = { state, decidedBy: operatorId, outcome: end.outcome ?? null, alone, at };
    await updateDecision(tx, { ...place, ...decision }, o.masterKey);
    await insertApprovalEvent(tx, {
      ...place,
      what: state === 'done' ? (alone ? 'actedAlone' : 'approved') : state,
      operatorId,
      reason: end.reason,
      shown: end.shown ?? null,
      at,
    });
    if (state !== 'done') {
      await operationOf(o.operations, row.kind).closed(tx, { ...askedOf(row), how: state });
    }
    await notifyLive(tx, { kind: 'approval', ...place });
  };
}

function operationOf(operations: ApprovalOperations, kind: ApprovalKind): ApprovalOperation {
  const operation = operations[kind];
  if (operation === undefined) throw new Error(`no operation for approvals of the kind ${kind}`);
  return operation;
}

function whyNotDecide(row: StoredApproval, by: Operator): ApprovalRefusal | null {
  if (by.role !== 'administrator') return 'notAdministrator';
  return row.requested_by === by.operatorId ? 'ownRequest' : null;
}

async function whyNotApprove(
  tx: Tx,
  operations: ApprovalOperations,
  o: { readonly row: StoredApproval; readonly by: Operator },
): Promise<ApprovalRefusal | null> {
  const { row, by } = o;
  const refusal = whyNotDecide(row, by);
  if (refusal !== null) return refusal;
  const participants = await operationOf(operations, row.kind).participants(tx, askedOf(row));
  return participants.includes(by.operatorId) ? 'tookPart' : null;
}

async function reread(tx: Tx, decision: Decision, detailOf: DetailOf): Promise<ApprovalDetail> {
  const row = await selectApproval(tx, { ...decision, lock: false });
  if (row === null) throw new Error('an approval that was just decided is away');
  return detailOf(tx, row, decision.by);
}

/** An identifier tells nobody who reads a list what a request is about. */
const isIdentifier = (text: string): boolean => /^[a-z]+_[0-9a-f-]{36}$/.test(text);

const briefOf = ({ facts }: ApprovalDescription): ApprovalDescription['facts'] =>
  facts.filter(({ value }) => !isIdentifier(value)).slice(0, factsOfRow);

const describe = (operations: ApprovalOperations, tx: Tx, row: StoredApproval) =>
  operationOf(operations, row.kind).describe(tx, askedOf(row));

async function rowsOf(
  operations: ApprovalOperations,
  tx: Tx,
  rows: readonly StoredApproval[],
): Promise<ApprovalRow[]> {
  const shown: ApprovalRow[] = [];
  for (const row of rows) {
    const about = row.state === 'awaiting' ? await describe(operations, tx, row) : null;
    shown.push({ ...rowOf(row), about: about === null ? [] : briefOf(about) });
  }
  return shown;
}

function rowOf(row: StoredApproval): Omit<ApprovalRow, 'about'> {
  return {
    approvalId: idFromUuid('approval', row.id),
    kind: row.kind,
    state: row.state,
    reason: row.reason,
    requestedBy: row.requester_name,
    requestedAt: isoOf(row.requested_at),
    expiresAt: isoOf(row.expires_at),
    decidedBy: row.decider_name,
    decidedAt: row.decided_at === null ? null : isoOf(row.decided_at),
    alone: row.emergency_id !== null,
    failure: row.state === 'failed' ? (row.outcome as ApprovalRow['failure']) : null,
  };
}

const isLetAlone = async (tx: Tx, row: StoredApproval, by: Operator): Promise<boolean> =>
  (
    await mayActAlone(tx, {
      ...{ utilityId: row.utility_id, approvalId: row.id, kind: row.kind, by },
    })
  ).ok;

function createDetail(o: ApprovalDeps) {
  return async (tx: Tx, row: StoredApproval, by: Operator): Promise<ApprovalDetail> => {
    const open = row.state === 'awaiting';
    const whyNot = open ? await whyNotApprove(tx, o.operations, { row, by }) : 'alreadyDecided';
    const events = await selectApprovalEvents(tx, row.id);
    // What was decided stays as it was decided by, whatever has become of it since.
    const shown = events.find((event) => event.shown !== null)?.shown as
      | ApprovalDescription
      | undefined;
    const description = shown ?? (await describe(o.operations, tx, row));
    return {
      ...rowOf(row),
      about: open ? briefOf(description) : [],
      description,
      outcome: row.state === 'done' ? row.outcome : null,
      history: events.map(({ what, name, reason, at }) => ({
        what,
        by: name,
        reason,
        at: isoOf(at),
      })),
      mayApprove: whyNot === null,
      mayWithdraw: open && row.requested_by === by.operatorId,
      mayActAlone: open && row.requested_by === by.operatorId && (await isLetAlone(tx, row, by)),
      whyNot: whyNot === null ? null : approvalRefusals[whyNot][1],
    };
  };
}
