// Opening balances give customers money: a file of them is worked off within what its sender may do
// alone, and else waits for a second person.

import { formatMoney, idFromUuid, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { enqueueJob } from '../../base/jobs.ts';
import type { Clocks } from '../../base/time.ts';
import {
  type ApprovalOperation,
  type Approvals,
  defineOperation,
} from '../../registry/approvals/index.ts';
import { takeAlone } from '../../registry/limits/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import { type FileRow, readRows, type SpooledFile } from './csv-file.ts';
import { readRow } from './rows.ts';
import { lockImport, setState } from './store.ts';

/** Far longer than a chunk takes. A job of a process that was killed stays locked for hours. */
export const jobLostAfterMs = 30_000;

const rowsAtOnce = 1_000;

export type AllowingDeps = {
  readonly approvals: Pick<Approvals, 'request'>;
  readonly utilities: Utilities;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
};
export type Sender = { readonly operatorId: string; readonly name: string };

/** Queues an import, or has it wait for a second person. */
export async function beginWork(
  tx: Tx,
  deps: AllowingDeps,
  o: {
    readonly utility: Utility;
    readonly importId: string;
    readonly nextChunk: number;
    readonly by: Sender;
  },
): Promise<void> {
  const { utility, importId, nextChunk } = o;
  const to = { nextChunk, now: new Date(deps.clocks.business.nowMs()) };
  if (!(await mayWorkOff(tx, deps, o))) {
    await setState(tx, importId, { ...to, state: 'awaiting', due: null });
    return;
  }
  const due = new Date(deps.clocks.real.nowMs() + jobLostAfterMs);
  await setState(tx, importId, { ...to, state: 'queued', due });
  await enqueueJob(tx, 'importChunk', { utilityId: utility.id, importId, chunk: nextChunk });
}

/** What a file of opening balances gives in all; a row that cannot be read gives nothing. */
export async function givenBy(
  file: SpooledFile,
  o: { readonly utility: Utility; readonly columns: readonly string[] },
): Promise<bigint> {
  let sumMinor = 0n;
  const summed = await readRows(file, {
    kind: 'openingBalances',
    groupSize: rowsAtOnce,
    onGroup: async (rows: readonly FileRow[]) => {
      for (const [, cells] of rows) {
        const row = readRow('openingBalances', { columns: o.columns, cells }, o.utility);
        if (row.ok && row.value.kind === 'openingBalances') sumMinor += row.value.amountMinor;
      }
    },
  });
  if (!summed.ok) throw new Error('a file that was read is not read again');
  return sumMinor;
}

/** Whether an import may be worked off now; else it waits from here on. */
async function mayWorkOff(
  tx: Tx,
  deps: AllowingDeps,
  o: { readonly utility: Utility; readonly importId: string; readonly by: Sender },
): Promise<boolean> {
  const { utility, importId, by } = o;
  const row = await tx
    .selectFrom('imports')
    .leftJoin('approvals', 'approvals.id', 'imports.approval_id')
    .select(['imports.value_minor', 'imports.file_name', 'imports.rows_total', 'approvals.state'])
    .where('imports.id', '=', importId)
    .executeTakeFirstOrThrow();
  // Nothing is given, or a file of before there were limits.
  if (row.value_minor === null || row.value_minor === 0n || row.state === 'done') return true;
  const alone = await takeAlone(
    tx,
    { newUuid: deps.newUuid, realNowMs: deps.clocks.real.nowMs() },
    {
      ...{ utility, operatorId: by.operatorId, kind: 'openingBalances', subject: importId },
      amountMinor: row.value_minor,
    },
  );
  if (alone.ok) return true;
  if (row.state === 'awaiting') return false;
  const asked = await deps.approvals.request(tx, {
    utilityId: utility.id,
    kind: 'openingBalances',
    requestId: `opening:${importId}:${await timesAsked(tx, utility.id, importId)}`,
    payload: { importId },
    reason: `Opening balances of the file ${row.file_name}`,
    requestedBy: by,
  });
  if (!asked.ok) throw new Error('an approval under a name that was never given');
  await tx
    .updateTable('imports')
    .set({ approval_id: asked.value.approvalId })
    .where('id', '=', importId)
    .execute();
  return false;
}

async function timesAsked(tx: Tx, utilityId: string, importId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM prewatt.approvals
    WHERE utility_id = ${utilityId}::uuid AND kind = 'openingBalances'
      AND payload ->> 'importId' = ${importId}`.execute(tx);
  return rows[0]?.n ?? 0;
}

const payloadSchema = z.strictObject({ importId: z.uuid() });

/** What the second person reads; approval starts the file. */
export function openingBalancesApproval(o: {
  readonly utilities: Utilities;
  readonly clocks: Clocks;
}): ApprovalOperation {
  const at = () => new Date(o.clocks.business.nowMs());
  return defineOperation<z.output<typeof payloadSchema>, 'notAwaiting'>({
    payload: payloadSchema,
    describe: async (tx, { utilityId, payload }) => {
      const { currency } = await o.utilities.get(utilityId);
      const row = await tx
        .selectFrom('imports')
        .select(['value_minor', 'file_name', 'rows_total', 'sha256', 'requested_by'])
        .where('id', '=', payload.importId)
        .executeTakeFirstOrThrow();
      return {
        title: 'Bring in opening balances from a file',
        facts: [
          { label: 'Given in all', value: formatMoney(row.value_minor ?? 0n, currency) },
          { label: 'Rows', value: String(row.rows_total) },
          { label: 'File', value: row.file_name },
          { label: 'Its SHA-256', value: row.sha256 },
        ],
      };
    },
    perform: async (tx, { utilityId, payload }): Promise<Result<object, 'notAwaiting'>> => {
      const { importId } = payload;
      const job = await lockImport(tx, importId);
      if (job?.state !== 'awaiting') return { ok: false, error: 'notAwaiting' };
      const { nextChunk } = job;
      const due = new Date(o.clocks.real.nowMs() + jobLostAfterMs);
      await setState(tx, importId, { state: 'queued', nextChunk, now: at(), due });
      await enqueueJob(tx, 'importChunk', { utilityId, importId, chunk: nextChunk });
      return ok({ importId: idFromUuid('import', importId) });
    },
    refusals: { notAwaiting: 'The import does not wait any more; reload to see how it stands.' },
    closed: async (tx, { payload }) => {
      const job = await lockImport(tx, payload.importId);
      if (job?.state !== 'awaiting') return;
      const { nextChunk } = job;
      await setState(tx, payload.importId, { state: 'cancelled', nextChunk, now: at(), due: null });
    },
  });
}
