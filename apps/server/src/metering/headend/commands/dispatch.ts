// Commands on their way out, many at a time: one transaction takes those that are due, then they go
// to the broker, and a second transaction keeps what became of them. A process that dies in between
// leaves them due again a minute later.

import { type CommandKind, encodeDown } from '@prewatt/protocol';
import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import { int2Array, uuidArray } from '../../../base/binary-arrays.ts';
import { isLostConnection, type Tx } from '../../../base/database.ts';
import { type LiveNotice, notifyLiveMany } from '../../../base/live.ts';
import { prepared } from '../../../base/rows.ts';
import { actionOf } from './actions.ts';
import type { CommandDeps } from './command-types.ts';
import { moveManyCommands, type Stage, sentWaitMs, waitMs } from './stages.ts';

/** What is to be sent; what is less urgent waits until all that is more urgent has gone. */
export type DueCommand = {
  readonly bucket: number;
  readonly id: string;
  readonly priority: number;
};

type Row = {
  readonly bucket: number;
  readonly id: string;
  readonly connection_id: string;
  readonly meter_id: string;
  readonly meter_pan: string;
  readonly kind: CommandKind;
  readonly token_ref: string | null;
  readonly action: object | null;
  readonly digits: string | null;
  /** Null also while nobody is told of traces. */
  readonly sale_id: string | null;
  readonly stage: Stage;
  readonly attempts: number;
  readonly priority: number;
  readonly due_at: number | null;
  readonly expires_at: number;
  readonly issued_at: number | null;
};
type ToSend = {
  readonly row: Row;
  readonly attempts: number;
  readonly isCancel: boolean;
  readonly payload: Uint8Array;
};
type Sent = { readonly command: ToSend; readonly isThere: boolean };
type Claimed = { readonly toSend: readonly ToSend[]; readonly errors: readonly unknown[] };

/** Sends what is due of these; what somebody else is at is left to them. */
export async function dispatchCommands(
  o: CommandDeps,
  utilityId: string,
  due: readonly DueCommand[],
): Promise<void> {
  if (due.length === 0) return;
  const { toSend, errors } = await claimOrSplit(o, utilityId, due);
  const sent: Sent[] = [];
  const groups = Map.groupBy(toSend, ({ row }) => row.priority);
  for (const [, group] of [...groups].sort(([a], [b]) => a - b)) {
    sent.push(...(await sendAll(o, group)));
  }
  // A cancel that is lost goes again when it is due.
  const commands = sent.filter(({ command }) => !command.isCancel);
  if (commands.length > 0) {
    await o.database.inUtility(utilityId, (tx) => keepSent(o, tx, { utilityId, sent: commands }));
  }
  if (errors.length > 0) throw errors[0];
}

/** One that cannot be claimed does not hold up the others. */
async function claimOrSplit(
  o: CommandDeps,
  utilityId: string,
  due: readonly DueCommand[],
): Promise<Claimed> {
  try {
    const claimed = o.database.inUtility(utilityId, (tx) => claim(o, tx, { utilityId, due }));
    return { toSend: await claimed, errors: [] };
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    if (isLostConnection(code, message)) throw error;
    if (due.length === 1) return { toSend: [], errors: [error] };
    const middle = due.length >> 1;
    const first = await claimOrSplit(o, utilityId, due.slice(0, middle));
    const second = await claimOrSplit(o, utilityId, due.slice(middle));
    return {
      toSend: [...first.toSend, ...second.toSend],
      errors: [...first.errors, ...second.errors],
    };
  }
}

/** Locks and moves what is due; answers with what is to be sent, in the order of `due`. */
async function claim(
  o: CommandDeps,
  tx: Tx,
  { utilityId, due }: { readonly utilityId: string; readonly due: readonly DueCommand[] },
): Promise<readonly ToSend[]> {
  const nowMs = o.clocks.business.nowMs();
  const rows = (await lockAll(tx, o, due)).filter(
    ({ due_at }) => due_at !== null && due_at <= nowMs,
  );
  const expired = rows.filter(({ expires_at }) => expires_at <= nowMs);
  const toSend = rows
    .filter(({ expires_at }) => expires_at > nowMs)
    .map((row) => ({
      row,
      attempts: row.attempts + 1,
      isCancel: row.stage === 'cancelling',
      payload: payloadOf(o, row),
    }));
  await moveManyCommands(tx, { utilityId, atMs: nowMs }, [
    ...expired.map((row) => ({ ...row, stages: ['expired'] as const, dueAtMs: null })),
    ...toSend.map(({ row, attempts, isCancel }) => ({
      ...row,
      attempts,
      stages: isCancel ? (['cancelling'] as const) : stagesToSent(row.stage),
      dueAtMs: nowMs + (isCancel ? waitMs(attempts) : sentWaitMs),
    })),
  ]);
  await notifyLiveMany(tx, noticesOf(utilityId, rows));
  for (const row of expired) {
    if (row.token_ref === null) continue;
    const { bucket, connection_id: connectionId, meter_id: meterId } = row;
    const place = { utilityId, bucket, connectionId, meterId };
    await o.onTokenUnconfirmed(tx, place, row.token_ref);
  }
  return toSend;
}

const stagesToSent = (stage: Stage): readonly Stage[] =>
  stage === 'queued' || stage === 'retry' ? ['sent'] : ['retry', 'sent'];

/** The rows of commands that nobody else has locked, in the order of `wanted`. */
async function lockAll(
  tx: Tx,
  o: Pick<CommandDeps, 'digitsOfToken' | 'saleOfToken' | 'tracing'>,
  wanted: readonly { readonly bucket: number; readonly id: string }[],
): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`${prepared} SELECT c.bucket, c.id, c.connection_id, c.meter_id,
      m.meter_pan, c.kind, c.token_ref, c.action, ${o.digitsOfToken} AS digits,
      ${o.tracing.isOn ? o.saleOfToken : sql`NULL::uuid`} AS sale_id, c.stage,
      c.attempts, c.priority, c.due_at, c.expires_at, c.issued_at
    FROM unnest(${int2Array(wanted.map(({ bucket }) => bucket))}::int2[],
      ${uuidArray(wanted.map(({ id }) => id))}::uuid[])
      WITH ORDINALITY AS wanted (bucket, id, nth)
    JOIN commands c ON c.bucket = wanted.bucket AND c.id = wanted.id
    JOIN meters m ON m.bucket = c.bucket AND m.id = c.meter_id
    ORDER BY wanted.nth FOR UPDATE OF c SKIP LOCKED`.execute(tx);
  return rows;
}

const noticesOf = (utilityId: string, rows: readonly Row[]): LiveNotice[] =>
  [...new Set(rows.map((row) => row.connection_id))].map((connectionId) => ({
    kind: 'connection',
    utilityId,
    connectionId,
  }));

/** Some at once; whether the broker has each. */
async function sendAll(o: CommandDeps, commands: readonly ToSend[]): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  let next = 0;
  const turn = async (): Promise<void> => {
    for (let at = next++; at < commands.length; at = next++) {
      const command = commands[at] as ToSend;
      const { meter_pan: meterPan } = command.row;
      const startMs = o.tracing.nowMs();
      const isThere = await o.transport.send(meterPan, command.payload, lastingOf(o, command)).then(
        () => true,
        () => false,
      );
      sent.push({ command, isThere });
      tellTrace(o, command, { startMs, isThere });
    }
  };
  await Promise.all(Array.from({ length: o.parallel }, turn));
  return sent;
}

function tellTrace(
  { tracing }: CommandDeps,
  { row, attempts }: ToSend,
  o: { readonly startMs: number; readonly isThere: boolean },
): void {
  if (row.sale_id === null) return;
  tracing.tell({
    ...{ saleId: row.sale_id, name: 'broker', startMs: o.startMs, endMs: tracing.nowMs() },
    attributes: { 'prewatt.attempt': attempts },
    failed: o.isThere ? undefined : 'the broker did not take it',
  });
}

/** A broker that keeps a command for a meter keeps it no longer than it is good; a cancel stays. */
function lastingOf(o: CommandDeps, { row, isCancel }: ToSend): { readonly goodForS?: number } {
  if (isCancel) return {};
  const leftMs = (row.expires_at - o.clocks.business.nowMs()) / o.clocks.speed;
  return { goodForS: Math.max(1, Math.min(Math.ceil(leftMs / 1_000), 0xffff_ffff)) };
}

function payloadOf(o: CommandDeps, row: Row): Uint8Array {
  const commandId = idFromUuid('command', row.id);
  if (row.stage === 'cancelling') return encodeDown({ kind: 'cancel', commandId });
  return encodeDown({
    kind: 'command',
    commandId,
    expiresAtMs: row.expires_at,
    ...(row.issued_at === null ? {} : { issuedAtMs: row.issued_at }),
    action: actionOf(row, {
      nowMs: o.clocks.business.nowMs(),
      linkSecret: (generation) => o.linkSecret({ meterId: row.meter_id, generation }),
    }),
  });
}

/** What the broker has awaits its answer, unless the answer was faster. */
async function keepSent(
  o: CommandDeps,
  tx: Tx,
  { utilityId, sent }: { readonly utilityId: string; readonly sent: readonly Sent[] },
): Promise<void> {
  const atMs = o.clocks.business.nowMs();
  const of = new Map(sent.map((each) => [each.command.row.id, each]));
  const rows = (
    await lockAll(
      tx,
      o,
      sent.map(({ command }) => command.row),
    )
  ).filter(
    ({ id, stage, attempts }) => stage === 'sent' && attempts === of.get(id)?.command.attempts,
  );
  await moveManyCommands(
    tx,
    { utilityId, atMs },
    rows.map((row) => ({
      ...row,
      // Away: it goes again when the meter is back, or at the latest when it is due.
      stages: [of.get(row.id)?.isThere === true ? 'awaitingResult' : 'retry'],
      // When it expires it is said at once, not when it would have gone again.
      dueAtMs: Math.min(atMs + waitMs(row.attempts), Math.max(atMs, row.expires_at)),
    })),
  );
  await notifyLiveMany(tx, noticesOf(utilityId, rows));
}
