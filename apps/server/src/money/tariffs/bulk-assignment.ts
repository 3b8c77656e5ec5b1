// Another tariff for many connections: the list is written, tried on past purchases, approved by a
// second person, and assigned page by page. A job that was killed goes on after the last page that
// it finished.

import type { NewAssignment } from '@prewatt/api';
import { civilDateOf, err, ok, type Result } from '@prewatt/quantities';
import { inUtilityOrNothing, type Tx } from '../../base/database.ts';
import { digestOf } from '../../base/fingerprint.ts';
import { enqueueJob } from '../../base/jobs.ts';
import { holdRequestId } from '../../base/request-ids.ts';
import type { Approvals } from '../../registry/approvals/index.ts';
import type { Operator } from '../../registry/sign-in/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { alreadyDecided, isRequestOf } from './asked.ts';
import { monthsAgoMs } from './back-test.ts';
import {
  placesOfList,
  type Target,
  wantedBack,
  wantedByFilter,
  wantedByList,
  writeBatch,
} from './bulk-assignment-choose.ts';
import { createRun, type RunDeps } from './bulk-assignment-run.ts';
import {
  changeBatch,
  countOutcomes,
  type StoredBatch,
  selectBatch,
  selectBatchOfRequest,
} from './bulk-assignment-store.ts';
import { checkParameters } from './checks.ts';
import { type Refused, repeated } from './errors.ts';
import { selectVersions } from './store.ts';

export type ManyDeps = RunDeps & { readonly approvals: Pick<Approvals, 'request'> };

export type BulkAssignments = ReturnType<typeof createBulkAssignments>;

type Made = Promise<Result<{ readonly batchId: string; readonly isNew: boolean }, Refused>>;

export function createBulkAssignments(o: ManyDeps) {
  return {
    make: (by: Operator, a: NewAssignment) => make(o, by, a),
    undo: (by: Operator, u: Undo) => undo(o, by, u),
    requestApproval: (by: Operator, r: ApprovalOf) => requestApproval(o, by, r),
    withdraw: (by: Operator, batchId: string) => withdraw(o, by, batchId),
    run: createRun(o),

    /** What approval does, in the transaction of the approval. */
    begin: async (
      tx: Tx,
      p: { readonly utilityId: string; readonly batchId: string; readonly approvalId: string },
    ): Promise<Result<StoredBatch, 'notReady' | 'dateInPast'>> => {
      const { utilityId, batchId, approvalId } = p;
      const utility = await o.utilities.get(utilityId);
      const batch = await selectBatch(tx, { batchId, lock: true });
      const isAsked = batch?.state === 'awaitingApproval' && batch.approvalId === approvalId;
      if (batch === null || !isAsked) return err('notReady');
      if (batch.from < todayOf(o, utility)) return err('dateInPast');
      await changeBatch(tx, batchId, { state: 'assigning', done: 0, after: null, at: nowOf(o) });
      await enqueueJob(tx, 'assignTariffs', { utilityId, batchId });
      return ok(batch);
    },

    /** It was not approved: it may be asked for again, or withdrawn. */
    backToReady: async (tx: Tx, batchId: string): Promise<void> => {
      const batch = await selectBatch(tx, { batchId, lock: true });
      if (batch?.state !== 'awaitingApproval') return;
      await changeBatch(tx, batchId, { state: 'ready', at: nowOf(o) });
    },
  };
}

const nowOf = (o: ManyDeps) => new Date(o.clocks.business.nowMs());
const todayOf = (o: ManyDeps, utility: Utility) =>
  civilDateOf(o.clocks.business.nowMs(), utility.zone);

async function firstAnswer(
  tx: Tx,
  o: { readonly by: Operator; readonly requestId: string; readonly digest: string },
): Promise<Result<{ readonly batchId: string; readonly isNew: boolean }, Refused> | null> {
  // Two at once with one request id: the second waits, and finds the first.
  const { utilityId, operatorId } = o.by;
  await holdRequestId(tx, { feature: 'assignments', utilityId, requestId: o.requestId });
  const first = await selectBatchOfRequest(tx, utilityId, o.requestId);
  if (first === null) return null;
  const before = [first.digest, first.requestedBy];
  return repeated(before, [o.digest, operatorId], { batchId: first.id, isNew: false });
}

export async function whyNotRequest(
  tx: Tx,
  batch: StoredBatch,
  today: string,
): Promise<Refused | null> {
  if (batch.state !== 'ready') return { code: 'notReady' };
  if (batch.from < today) return { code: 'dateInPast' };
  const { refused } = await countOutcomes(tx, batch.id);
  return refused < batch.rowsTotal ? null : { code: 'nothingToAssign' };
}

/** How connections were chosen, in words. */
function howOf(choose: NewAssignment['choose']): string {
  if ('list' in choose) return `a list of ${choose.list.length}`;
  const { tariffName, place, creditMode, facts } = choose.filter;
  const words = [
    ...(tariffName === undefined ? [] : [`tariff ${tariffName}`]),
    ...(place === undefined ? [] : [`“${place}” in the name or address`]),
    ...(creditMode === undefined ? [] : [`${creditMode} mode`]),
    ...Object.entries(facts ?? {}).map(([name, value]) => `${name} is ${value}`),
  ];
  return words.length === 0 ? 'all connections' : words.join(', ');
}

/** Writes the list and has it tried. Nothing is assigned by it. */
const make = (o: ManyDeps, by: Operator, a: NewAssignment): Made =>
  inUtilityOrNothing(o.database, by.utilityId, async (tx) => {
    const { requestId, from, months, reason, choose } = a;
    const digest = digestOf({ ...a, requestId: undefined });
    const first = await firstAnswer(tx, { by, requestId, digest });
    if (first !== null) return first;
    const utility = await o.utilities.get(by.utilityId);
    if (from < todayOf(o, utility)) return err({ code: 'dateInPast' });
    const target = await targetOf(tx, o, a);
    if (!target.ok) return target;
    const listed = 'list' in choose ? await placesOfList(tx, utility.id, choose.list) : ok([]);
    if (!listed.ok) return listed;
    const wanted =
      'filter' in choose
        ? wantedByFilter(choose.filter, target.value)
        : wantedByList(listed.value, target.value);
    return write(tx, o, {
      utility,
      ...{ by, requestId, digest, from, months, reason, wanted },
      tariffId: target.value.tariffId,
      undoOf: null,
      how: howOf(choose),
    });
  });

type Undo = {
  readonly batchId: string;
  readonly requestId: string;
  readonly from: string;
  readonly reason: string;
};

/** A new batch in which each connection gets back what it had. */
const undo = (o: ManyDeps, by: Operator, u: Undo): Made =>
  inUtilityOrNothing(o.database, by.utilityId, async (tx) => {
    const { batchId, requestId, from, reason } = u;
    const digest = digestOf({ undo: batchId, from, reason });
    const first = await firstAnswer(tx, { by, requestId, digest });
    if (first !== null) return first;
    const batch = await selectBatch(tx, { batchId, lock: false });
    if (batch === null) return err({ code: 'unknownAssignment' });
    if (batch.state !== 'done') return err({ code: 'nothingToUndo' });
    const utility = await o.utilities.get(by.utilityId);
    if (from < todayOf(o, utility)) return err({ code: 'dateInPast' });
    const made = await write(tx, o, {
      utility,
      ...{ by, requestId, digest, from, reason, months: batch.months },
      wanted: wantedBack(batchId),
      tariffId: null,
      undoOf: batchId,
      how: `what they had before: ${batch.chosen.how}`,
    });
    if (!made.ok && made.error.code === 'nothingChosen') return err({ code: 'nothingToUndo' });
    return made;
  });

async function targetOf(tx: Tx, o: ManyDeps, a: NewAssignment): Promise<Result<Target, Refused>> {
  const { tariffName, from, parameters: given } = a;
  const [version] = (await selectVersions(tx, tariffName))
    .filter((each) => each.state === 'approved')
    .slice(-1);
  if (version === undefined) return err({ code: 'unknownTariff' });
  const assigned = { tariffId: version.id, tariffParameters: given, nextTariff: null };
  const then = (await o.tariffs.inForce(tx, [assigned]))(assigned, from);
  if (then === null) return err({ code: 'noVersionThen' });
  const wrong = checkParameters(then.tariff, given);
  if (wrong !== null && wrong.code !== 'parameterMissing') return err(wrong);
  const known = Object.entries(then.tariff.parameters)
    .filter(([, parameter]) => parameter.of === 'connection')
    .map(([name]) => name);
  return ok({ tariffId: version.id, from, known, given });
}

async function write(
  tx: Tx,
  o: ManyDeps,
  w: {
    readonly utility: Utility;
    readonly by: Operator;
    readonly requestId: string;
    readonly digest: string;
    readonly from: string;
    readonly months: number;
    readonly reason: string;
    readonly wanted: Parameters<typeof writeBatch>[2];
    readonly tariffId: string | null;
    readonly undoOf: string | null;
    readonly how: string;
  },
): Made {
  const { utility, by, wanted, how, ...rest } = w;
  const id = o.newUuid();
  const at = nowOf(o);
  const fromAt = new Date(monthsAgoMs(at.getTime(), { months: w.months, zone: utility.zone }));
  const batch = { ...rest, id, utilityId: utility.id, requestedBy: by.operatorId };
  const written = await writeBatch(tx, { ...batch, chosen: { how }, fromAt, at }, wanted);
  if (!written.ok) return written;
  await enqueueJob(tx, 'assignTariffs', { utilityId: utility.id, batchId: id });
  return ok({ batchId: id, isNew: true });
}

type ApprovalOf = { readonly batchId: string; readonly requestId: string };

const requestApproval = (
  o: ManyDeps,
  by: Operator,
  r: ApprovalOf,
): Promise<Result<void, Refused>> =>
  inUtilityOrNothing(o.database, by.utilityId, async (tx) => {
    const { batchId, requestId } = r;
    const utility = await o.utilities.get(by.utilityId);
    const batch = await selectBatch(tx, { batchId, lock: true });
    if (batch === null) return err<Refused>({ code: 'unknownAssignment' });
    const waiting = batch.state === 'awaitingApproval';
    const isFresh = batch.state === 'previewing' || batch.state === 'ready';
    if (!isFresh && (await isRequestOf(tx, batch.approvalId, requestId))) return ok(undefined);
    if (!waiting) {
      const refusal = await whyNotRequest(tx, batch, todayOf(o, utility));
      if (refusal !== null) return err(refusal);
    }
    const asked = await o.approvals.request(tx, {
      utilityId: utility.id,
      kind: 'tariffAssignment',
      requestId,
      payload: { batchId },
      reason: batch.reason,
      requestedBy: { operatorId: by.operatorId, name: by.name },
    });
    if (!asked.ok) return err<Refused>({ code: 'requestIdReused' });
    const { approvalId, isNew } = asked.value;
    if (!isNew) return err<Refused>({ code: 'requestIdReused', about: alreadyDecided });
    if (waiting) return err<Refused>({ code: 'notReady' });
    await changeBatch(tx, batchId, { state: 'awaitingApproval', approvalId, at: nowOf(o) });
    return ok(undefined);
  });

const withdraw = (o: ManyDeps, by: Operator, batchId: string): Promise<Result<void, Refused>> =>
  o.database.inUtility(by.utilityId, async (tx) => {
    const batch = await selectBatch(tx, { batchId, lock: true });
    if (batch === null) return err({ code: 'unknownAssignment' });
    if (batch.state === 'closed') return ok(undefined);
    if (batch.state !== 'previewing' && batch.state !== 'ready') return err({ code: 'notReady' });
    await changeBatch(tx, batchId, { state: 'closed', at: nowOf(o) });
    return ok(undefined);
  });
