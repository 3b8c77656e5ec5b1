// The call list: homes without credit that somebody calls, and what came of it.

import type { SupplyCallsAnswer } from '@prewatt/api';
import { err, idFromUuid, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { answerAgain } from '../../base/request-ids.ts';
import type { ProtectionRefusal } from './errors.ts';

const rowsPerPage = 200;

/** The list; why a home is called shows only to those who may see flags. */
export async function listCalls(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly state: 'open' | 'resolved';
    readonly showsWhy: boolean;
  },
): Promise<SupplyCallsAnswer> {
  const rows = await tx
    .selectFrom('supply_calls as s')
    .innerJoin('connections as c', (join) =>
      join.onRef('c.bucket', '=', 's.bucket').onRef('c.id', '=', 's.connection_id'),
    )
    .select(['s.bucket', 's.id', 's.connection_id', 's.because', 's.out_since', 's.state'])
    .select(['s.opened_at', 's.state_at', 'c.name', 'c.customer_phone'])
    .where('s.utility_id', '=', o.utilityId)
    .where('s.state', 'in', o.state === 'open' ? ['new', 'called'] : ['resolved'])
    .orderBy(o.state === 'open' ? 's.opened_at' : 's.state_at', o.state === 'open' ? 'asc' : 'desc')
    .limit(rowsPerPage)
    .execute();
  const notes = await notesOf(tx, rows);
  const { open } = await tx
    .selectFrom('supply_calls')
    .select((e) => e.fn.countAll<bigint>().as('open'))
    .where('utility_id', '=', o.utilityId)
    .where('state', '<>', 'resolved')
    .executeTakeFirstOrThrow();
  return {
    open: Number(open),
    rows: rows.map((row) => ({
      callId: row.id,
      connectionId: idFromUuid('connection', row.connection_id),
      name: row.name,
      phone: row.customer_phone,
      because: o.showsWhy ? row.because : 'hidden',
      outSince: new Date(row.out_since).toISOString(),
      state: row.state,
      openedAt: new Date(row.opened_at).toISOString(),
      stateAt: new Date(row.state_at).toISOString(),
      notes: o.showsWhy ? (notes.get(row.id) ?? []) : [],
    })),
  };
}

type Notes = SupplyCallsAnswer['rows'][number]['notes'];

async function notesOf(
  tx: Tx,
  calls: readonly { readonly bucket: number; readonly id: string }[],
): Promise<Map<string, Notes>> {
  const notes = new Map<string, Notes>();
  if (calls.length === 0) return notes;
  const rows = await tx
    .selectFrom('supply_call_events as e')
    .leftJoin('operators as o', 'o.id', 'e.operator_id')
    .select(['e.call_id', 'e.what', 'e.note', 'e.at', 'o.name'])
    .where('e.bucket', 'in', [...new Set(calls.map((call) => call.bucket))])
    .where(
      'e.call_id',
      'in',
      calls.map((call) => call.id),
    )
    .orderBy('e.id')
    .execute();
  for (const { call_id, what, note, at, name } of rows) {
    const ofCall = notes.get(call_id) ?? [];
    ofCall.push({ what, note, by: name, at: new Date(at).toISOString() });
    notes.set(call_id, ofCall);
  }
  return notes;
}

/** Notes a call that was made, or settles it. A resolved call takes no more notes. */
export async function noteCall(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly bucket: number;
    readonly connectionId: string;
    readonly callId: string;
    readonly eventId: string;
    readonly requestId: string;
    readonly what: 'called' | 'resolved';
    readonly note: string;
    readonly operatorId: string;
    readonly atMs: number;
  },
): Promise<Result<void, ProtectionRefusal>> {
  const call = await tx
    .selectFrom('supply_calls')
    .select('state')
    .where('bucket', '=', o.bucket)
    .where('id', '=', o.callId)
    .where('connection_id', '=', o.connectionId)
    .forUpdate()
    .executeTakeFirst();
  if (call === undefined) return err('unknownCall');
  const first = await tx
    .selectFrom('supply_call_events')
    .select(['what', 'note', 'operator_id'])
    .where('bucket', '=', o.bucket)
    .where('call_id', '=', o.callId)
    .where('request_id', '=', o.requestId)
    .executeTakeFirst();
  if (first !== undefined) {
    const before = [first.what, first.note, first.operator_id];
    return answerAgain(before, [o.what, o.note, o.operatorId], undefined);
  }
  if (call.state === 'resolved') return err('callResolved');
  await tx
    .insertInto('supply_call_events')
    .values({
      bucket: o.bucket,
      id: o.eventId,
      utility_id: o.utilityId,
      call_id: o.callId,
      request_id: o.requestId,
      what: o.what,
      note: o.note,
      operator_id: o.operatorId,
      at: new Date(o.atMs),
    })
    .execute();
  await tx
    .updateTable('supply_calls')
    .set({ state: o.what, state_at: new Date(o.atMs) })
    .where('bucket', '=', o.bucket)
    .where('id', '=', o.callId)
    .execute();
  return ok(undefined);
}
