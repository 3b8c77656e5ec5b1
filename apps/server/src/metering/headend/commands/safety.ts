// Cuts for safety, which go past the protection rules: a budget for each operator and hour, a
// second person beyond it, and an end that comes by itself. Who cut whom stands on the attention
// list.

import type { SafetyCut as SafetyCutRow } from '@prewatt/api';
import { dayMs, err, hourMs, idFromUuid, isoOf, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import { type Database, instant, type Tx } from '../../../base/database.ts';
import type { Clocks } from '../../../base/time.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import { limitsNow } from '../../../registry/limits/index.ts';
import type { Utilities, Utility } from '../../../registry/utilities/index.ts';
import type { Commands } from './command-types.ts';
import { modeForbids } from './control-mode.ts';
import { endHold, type SafetyTerms, supplyHoldOf } from './holds.ts';
import { lockMeter } from './superseding.ts';

const endedAtOnce = 200;
const listed = 200;
/** So long a meter may take to hear that the cut has ended. */
const expiresAfterMs = 72 * hourMs;

export type SecondPerson = { readonly approvalId: string; readonly approvedBy: string };

/** The terms of a cut for safety, or why one person may not make it alone. */
export async function safetyTerms(
  tx: Tx,
  deps: { readonly utilities: Utilities; readonly clocks: Clocks },
  o: {
    readonly utilityId: string;
    readonly operatorId: string;
    readonly hours: number | undefined;
    readonly approved: SecondPerson | null;
  },
): Promise<Result<SafetyTerms, 'safetyTooLong' | 'needsSecondPerson'>> {
  const { operatorId, approved } = o;
  const utility = await deps.utilities.get(o.utilityId);
  const limits = await limitsNow(tx, utility);
  const hours = o.hours ?? limits.safetyCutHours;
  if (hours > limits.safetyCutHours) return err('safetyTooLong');
  const realNowMs = deps.clocks.real.nowMs();
  if (approved === null) {
    // Of one operator one after the other: twenty at once would all find the budget free.
    await sql`SELECT pg_advisory_xact_lock(hashtextextended('safety ' || ${operatorId}, 0))`.execute(
      tx,
    );
    const made = await safetyCutsAlone(tx, { utility, operatorId, realNowMs });
    if (made >= limits.safetyCutsPerHour) return err('needsSecondPerson');
  }
  return ok({
    operatorId,
    approved,
    askedRealMs: realNowMs,
    endsAtMs: deps.clocks.business.nowMs() + hours * hourMs,
  });
}

/** How many cuts for safety an operator made without a second person in the last hour. */
export async function safetyCutsAlone(
  tx: Tx,
  o: {
    readonly utility: Utility;
    readonly operatorId: string;
    readonly realNowMs: number;
  },
): Promise<number> {
  const { count } = await tx
    .selectFrom('supply_holds')
    .select((eb) => eb.fn.countAll<bigint>().as('count'))
    .where('utility_id', '=', o.utility.id)
    .where('operator_id', '=', o.operatorId)
    .where('cause', '=', 'safety')
    .where('approval_id', 'is', null)
    .where('asked_at', '>', instant(o.realNowMs - hourMs))
    .executeTakeFirstOrThrow();
  return Number(count);
}

export type SafetyEndDeps = {
  readonly database: Database;
  readonly commands: Pick<Commands, 'enqueue'>;
  readonly clocks: Clocks;
  /** The hold has ended, by this command; the meter is locked. */
  readonly onReleased: (tx: Tx, place: MeterPlace, commandId: string) => Promise<void>;
};

/** Ends what is due: supply is given back to the rules. Harmless at any time, from any process. */
export function createSafetyEnds(o: SafetyEndDeps) {
  const nowMs = () => o.clocks.business.nowMs();
  return {
    sweep: async (utilityId: string): Promise<void> => {
      const due = await o.database.inUtility(utilityId, (tx) =>
        tx
          .selectFrom('supply_holds as h')
          .innerJoin('meters as m', (join) =>
            join
              .onRef('m.bucket', '=', 'h.bucket')
              .onRef('m.connection_id', '=', 'h.connection_id')
              .on('m.retired_at', 'is', null),
          )
          .select(['h.bucket', 'h.connection_id', 'h.command_id', 'm.id as meter_id'])
          .where('h.utility_id', '=', utilityId)
          .where('h.cause', '=', 'safety')
          .where('h.released_at', 'is', null)
          .where('h.ends_at', '<=', instant(nowMs()))
          .orderBy('h.ends_at')
          .limit(endedAtOnce)
          .execute(),
      );
      for (const row of due) {
        const place = {
          ...{ utilityId, bucket: row.bucket },
          ...{ connectionId: row.connection_id, meterId: row.meter_id },
        };
        await o.database.inUtility(utilityId, (tx) => endOne(tx, o, place, row.command_id));
      }
    },
  };
}

async function endOne(tx: Tx, o: SafetyEndDeps, place: MeterPlace, ofCommand: string) {
  await lockMeter(tx, place);
  const atMs = o.clocks.business.nowMs();
  const hold = await supplyHoldOf(tx, place);
  const by = 'Prewatt';
  if (hold === null) {
    // The meter refused to open, or the command was taken back: nothing was ever cut.
    const reason = 'The switch was never opened';
    await endHold(tx, place, { hold: { commandId: ofCommand }, by, reason, atMs });
    return;
  }
  if (hold.commandId !== ofCommand) return;
  const asked = { by, reason: `The cut for safety by ${hold.by} has reached its end` };
  const arm = { kind: 'switchArm', requestId: '--------', reason: asked.reason } as const;
  // Whoever is at home presses the button, where the meter knows that; no hand was asked for else.
  const kind = (await modeForbids(tx, place, arm)) === null ? 'switchArm' : 'switchClose';
  const { commandId } = await o.commands.enqueue(tx, {
    ...{ place, kind, asked, priority: 1, word: 'operator' as const },
    action: { kind },
    requestId: `safety-end ${ofCommand}`,
    expiresAtMs: atMs + expiresAfterMs,
  });
  await o.onReleased(tx, place, commandId);
}

const shownFrom = (nowMs: number) => instant(nowMs - dayMs);

/** Cuts for safety that hold or ended within a day, newest first. */
export async function safetyCutsOf(
  tx: Tx,
  o: { readonly utilityId: string; readonly nowMs: number },
): Promise<SafetyCutRow[]> {
  const rows = await tx
    .selectFrom('supply_holds as h')
    .innerJoin('commands as c', (join) =>
      join.onRef('c.bucket', '=', 'h.bucket').onRef('c.id', '=', 'h.command_id'),
    )
    .innerJoin('connections as n', (join) =>
      join.onRef('n.bucket', '=', 'h.bucket').onRef('n.id', '=', 'h.connection_id'),
    )
    .innerJoin('meters as m', (join) =>
      join.onRef('m.bucket', '=', 'c.bucket').onRef('m.id', '=', 'c.meter_id'),
    )
    .leftJoin('operators as second', 'second.id', 'h.approved_by')
    .select(['h.command_id', 'h.connection_id', 'h.held_by', 'h.reason', 'h.held_at', 'h.ends_at'])
    .select(['h.released_at', 'h.released_by', 'c.stage', 'n.name', 'm.meter_pan'])
    .select('second.name as second_name')
    .where('h.utility_id', '=', o.utilityId)
    .where('h.cause', '=', 'safety')
    .where((eb) =>
      eb.or([eb('h.released_at', 'is', null), eb('h.released_at', '>', shownFrom(o.nowMs))]),
    )
    .orderBy('h.held_at', 'desc')
    .orderBy('h.command_id')
    .limit(listed)
    .execute();
  return rows.map((row) => ({
    commandId: idFromUuid('command', row.command_id),
    connectionId: idFromUuid('connection', row.connection_id),
    connectionName: row.name,
    meterPan: row.meter_pan,
    by: row.held_by,
    approvedBy: row.second_name,
    reason: row.reason,
    since: isoOf(row.held_at),
    until: isoOf(row.ends_at ?? row.held_at),
    endedBy: row.released_by,
    endedAt: row.released_at === null ? null : isoOf(row.released_at),
    stage: row.stage,
  }));
}

/** How many of those there are. */
export async function safetyCutCount(
  tx: Tx,
  o: { readonly utilityId: string; readonly nowMs: number },
): Promise<number> {
  const { count } = await tx
    .selectFrom('supply_holds')
    .select((eb) => eb.fn.countAll<bigint>().as('count'))
    .where('utility_id', '=', o.utilityId)
    .where('cause', '=', 'safety')
    .where((eb) =>
      eb.or([eb('released_at', 'is', null), eb('released_at', '>', shownFrom(o.nowMs))]),
    )
    .executeTakeFirstOrThrow();
  return Number(count);
}
