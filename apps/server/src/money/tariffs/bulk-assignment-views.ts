// Assignments to many connections as operators and approvers see them.

import type { ApprovalDescription, AssignmentJson } from '@prewatt/api';
import { type Currency, civilDateOf, countText, idFromUuid, ok } from '@prewatt/quantities';
import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import { type ApprovalOperation, defineOperation } from '../../registry/approvals/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import { countFlaggedPayMore } from './back-test-store.ts';
import { type BulkAssignments, whyNotRequest } from './bulk-assignment.ts';
import {
  countOutcomes,
  type StoredBatch,
  selectBatch,
  selectBefore,
  selectNewestBatches,
  selectRefused,
} from './bulk-assignment-store.ts';
import { factsOfBackTest } from './change-approval.ts';
import { refusalText } from './errors.ts';
import { approvalOf } from './views.ts';

const refusedShown = 100;
const newestShown = 50;

export async function assignmentOf(
  tx: Tx,
  o: { readonly utility: Utility; readonly today: string },
  batchId: string,
): Promise<AssignmentJson | null> {
  const batch = await selectBatch(tx, { batchId, lock: false });
  return batch === null ? null : jsonOf(tx, o, batch);
}

export async function newestAssignments(
  tx: Tx,
  o: { readonly utility: Utility; readonly today: string },
): Promise<{ readonly rows: AssignmentJson[] }> {
  const rows: AssignmentJson[] = [];
  for (const batch of await selectNewestBatches(tx, o.utility.id, newestShown)) {
    rows.push(await jsonOf(tx, o, batch));
  }
  return { rows };
}

async function jsonOf(
  tx: Tx,
  o: { readonly utility: Utility; readonly today: string },
  batch: StoredBatch,
): Promise<AssignmentJson> {
  const { zone } = o.utility;
  const { assigned, refused } = await countOutcomes(tx, batch.id);
  const whyNot = await whyNotRequest(tx, batch, o.today);
  const refusedRows = await selectRefused(tx, batch.id, refusedShown);
  return {
    assignmentId: idFromUuid('assignment', batch.id),
    tariffName: batch.tariffName,
    undoOf: batch.undoOf === null ? null : idFromUuid('assignment', batch.undoOf),
    from: batch.from,
    reason: batch.reason,
    requestedBy: batch.requesterName,
    requestedAt: new Date(batch.createdAtMs).toISOString(),
    state: batch.state,
    chosen: batch.chosen.how,
    rows: {
      total: batch.rowsTotal,
      done: batch.rowsDone,
      assigned,
      refused,
      alreadyThere: batch.chosen.alreadyThere,
      replacesComing: batch.chosen.replacesComing,
    },
    before: [...(await selectBefore(tx, batch.id))],
    months: batch.months,
    fromDate: civilDateOf(batch.fromAtMs, zone),
    toDate: civilDateOf(batch.toAtMs, zone),
    summary: batch.summary,
    approval: await approvalOf(tx, batch.approvalId),
    refused: refusedRows.map((row) => ({
      ...row,
      connectionId: idFromUuid('connection', row.connectionId),
    })),
    whyNotRequest: whyNot === null ? null : refusalText(whyNot),
    mayUndo: batch.state === 'done' && assigned > 0,
  };
}

const payload = z.strictObject({ batchId: z.uuid() });

/** `many` comes when it is there: approvals are made before what asks for them. */
export function tariffAssignmentApproval(o: {
  readonly utilities: Utilities;
  readonly nowMs: () => number;
  readonly many: Pick<BulkAssignments, 'begin' | 'backToReady'>;
}): ApprovalOperation {
  return defineOperation({
    payload,
    describe: async (tx, asked) => {
      const utility = await o.utilities.get(asked.utilityId);
      const today = civilDateOf(o.nowMs(), utility.zone);
      const { batchId } = asked.payload;
      const assignment = await assignmentOf(tx, { utility, today }, batchId);
      if (assignment === null) throw new Error('an approval of an assignment that is away');
      const flagged = await countFlaggedPayMore(tx, { assignmentId: batchId }, today);
      return descriptionOf(assignment, { flagged, currency: utility.currency });
    },
    perform: async (tx, asked) => {
      const begun = await o.many.begin(tx, { ...asked, ...asked.payload });
      if (!begun.ok) return begun;
      const assignmentId = idFromUuid('assignment', begun.value.id);
      return ok({ assignmentId, from: begun.value.from });
    },
    refusals: {
      notReady: 'The assignment does not wait for this approval any more.',
      dateInPast: 'Its first day is over; make it again with a later day.',
    },
    // Whoever asks for it may be another one than who wrote the list.
    participants: async (tx, asked) => {
      const batch = await selectBatch(tx, { batchId: asked.payload.batchId, lock: false });
      return batch === null ? [] : [batch.requestedBy];
    },
    closed: (tx, asked) => o.many.backToReady(tx, asked.payload.batchId),
  });
}

const connectionsOf = (count: number): string => countText(count, 'connection');

function descriptionOf(
  of: AssignmentJson,
  o: { readonly flagged: number; readonly currency: Currency },
): ApprovalDescription {
  const { total, refused, alreadyThere, replacesComing } = of.rows;
  const what = of.tariffName === null ? 'Their former tariff back' : `Tariff ${of.tariffName}`;
  const facts = [
    { label: 'First day', value: of.from },
    { label: 'Chosen', value: of.chosen },
    {
      label: 'Their tariff otherwise',
      value: of.before.map((row) => `${row.tariffName}: ${row.connections}`).join('; '),
    },
  ];
  if (alreadyThere > 0) {
    facts.push({ label: 'Left out', value: `${connectionsOf(alreadyThere)} with it already` });
  }
  if (refused > 0) {
    const first = of.refused[0]?.detail ?? '';
    facts.push({ label: 'Cannot be assigned', value: `${connectionsOf(refused)}: ${first}` });
  }
  if (replacesComing > 0) {
    const value = `another tariff was to come later at ${connectionsOf(replacesComing)}`;
    facts.push({ label: 'Takes the place of', value });
  }
  if (of.summary !== null) {
    const period = `${of.fromDate} to ${of.toDate}`;
    facts.push(
      ...factsOfBackTest(of.summary, o.currency).map((fact) => ({
        ...fact,
        label: `${fact.label}, purchases of ${period}`,
      })),
    );
  }
  if (o.flagged > 0) {
    const homes = countText(o.flagged, 'home');
    const value = `${homes} with a medical or vulnerable flag`;
    facts.push({ label: 'Among those who pay more', value });
  }
  return { title: `${what} for ${connectionsOf(total - refused)}`, facts };
}
