// What one person may do alone: the limits that hold, what an operator has used of them, and the
// approval by which two people change them.

import { type ControlLimits, controlLimitsSchema, proposeLimitsBodySchema } from '@prewatt/api';
import { type Currency, dayMs, err, formatMoney, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import { type ApprovalOperation, defineOperation } from '../approvals/index.ts';
import type { Utilities, Utility } from '../utilities/index.ts';

/** Where a utility has set nothing: in purchases of the largest kind that it sells. */
const defaults = {
  safetyCutsPerHour: 5,
  safetyCutHours: 4,
  alonePurchases: 5n,
  dailyPurchases: 10n,
};

export type LimitsNow = ControlLimits & {
  /** 0 while the defaults hold. */
  readonly version: number;
  readonly requestedBy: string | null;
  readonly approvedBy: string | null;
  readonly sinceMs: number | null;
};

export async function limitsNow(tx: Tx, utility: Utility): Promise<LimitsNow> {
  const row = await tx
    .selectFrom('control_limits as l')
    .innerJoin('operators as asker', 'asker.id', 'l.requested_by')
    .innerJoin('operators as allower', 'allower.id', 'l.approved_by')
    .selectAll('l')
    .select(['asker.name as asker_name', 'allower.name as allower_name'])
    .where('l.utility_id', '=', utility.id)
    .orderBy('l.version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) {
    const largest = utility.maximumPurchaseMinor;
    return {
      safetyCutsPerHour: defaults.safetyCutsPerHour,
      safetyCutHours: defaults.safetyCutHours,
      aloneMinor: (largest * defaults.alonePurchases).toString(),
      dailyMinor: (largest * defaults.dailyPurchases).toString(),
      ...{ version: 0, requestedBy: null, approvedBy: null, sinceMs: null },
    };
  }
  return {
    safetyCutsPerHour: row.safety_cuts_per_hour,
    safetyCutHours: row.safety_cut_hours,
    aloneMinor: row.alone_minor.toString(),
    dailyMinor: row.daily_minor.toString(),
    version: row.version,
    requestedBy: row.asker_name,
    approvedBy: row.allower_name,
    sinceMs: row.at,
  };
}

export type AloneKind = 'vendorDeposit' | 'openingBalances' | 'refundPayment';

export type AloneAction = {
  readonly utility: Utility;
  readonly operatorId: string;
  readonly kind: AloneKind;
  /** What it is done to: one action, however often it is asked for. */
  readonly subject: string;
  readonly amountMinor: bigint;
};

/**
 * Takes an action from what its operator may do alone. `needsSecondPerson` where the action by
 * itself, or all of 24 hours with it, is beyond the limits; then nothing is taken.
 */
export async function takeAlone(
  tx: Tx,
  deps: { readonly newUuid: NewUuid; readonly realNowMs: number },
  action: AloneAction,
): Promise<Result<void, 'needsSecondPerson'>> {
  const { utility, operatorId, amountMinor } = action;
  // Of one operator one after the other: two at once would both find the budget free.
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('alone ' || ${operatorId}, 0))`.execute(
    tx,
  );
  const known = await tx
    .selectFrom('alone_acts')
    .select('id')
    .where('utility_id', '=', utility.id)
    .where('kind', '=', action.kind)
    .where('subject', '=', action.subject)
    .executeTakeFirst();
  if (known !== undefined) return ok(undefined);
  const limits = await limitsNow(tx, utility);
  const spent = await spentAlone(tx, { ...action, realNowMs: deps.realNowMs });
  const isWithin =
    amountMinor <= BigInt(limits.aloneMinor) && spent + amountMinor <= BigInt(limits.dailyMinor);
  if (!isWithin) return err('needsSecondPerson');
  await tx
    .insertInto('alone_acts')
    .values({
      id: deps.newUuid(),
      utility_id: utility.id,
      operator_id: operatorId,
      kind: action.kind,
      subject: action.subject,
      amount_minor: amountMinor,
      at: new Date(deps.realNowMs),
    })
    .execute();
  return ok(undefined);
}

/** What an operator did alone in the last 24 hours, in minor units. */
export async function spentAlone(
  tx: Tx,
  o: {
    readonly utility: Utility;
    readonly operatorId: string;
    readonly realNowMs: number;
  },
): Promise<bigint> {
  const { rows } = await sql<{
    spent: bigint;
  }>`SELECT coalesce(sum(amount_minor), 0)::bigint AS spent
    FROM prewatt.alone_acts WHERE utility_id = ${o.utility.id}::uuid
      AND operator_id = ${o.operatorId}::uuid
      AND at > ${new Date(o.realNowMs - dayMs)}`.execute(tx);
  return rows[0]?.spent ?? 0n;
}

const payloadSchema = proposeLimitsBodySchema;

/** What a second person allows: other limits. They hold at once. */
export function controlLimitsApproval(o: {
  readonly utilities: Utilities;
  readonly clocks: Clocks;
}): ApprovalOperation {
  return defineOperation({
    payload: payloadSchema,
    describe: async (tx, { utilityId, payload }) => {
      const utility = await o.utilities.get(utilityId);
      const now = wordsOf(await limitsNow(tx, utility), utility.currency);
      const then = wordsOf(payload.limits, utility.currency);
      return {
        title: 'Other limits of what one person may do alone',
        facts: then.map(({ label, value }, place) => ({
          label,
          value: now[place]?.value === value ? value : `${value} (now ${now[place]?.value})`,
        })),
      };
    },
    perform: async (tx, { utilityId, payload, approvalId, requestedBy, approvedBy }) => {
      await sql`SELECT pg_advisory_xact_lock(hashtextextended('limits ' || ${utilityId}, 0))`.execute(
        tx,
      );
      const before = await limitsNow(tx, await o.utilities.get(utilityId));
      if (isSame(before, payload.limits)) return err('limitsUnchanged');
      const { limits } = payload;
      const version = before.version + 1;
      await tx
        .insertInto('control_limits')
        .values({
          utility_id: utilityId,
          version,
          safety_cuts_per_hour: limits.safetyCutsPerHour,
          safety_cut_hours: limits.safetyCutHours,
          alone_minor: BigInt(limits.aloneMinor),
          daily_minor: BigInt(limits.dailyMinor),
          approval_id: approvalId,
          requested_by: requestedBy.operatorId,
          approved_by: approvedBy.operatorId,
          at: new Date(o.clocks.business.nowMs()),
        })
        .execute();
      return ok({ version });
    },
    refusals: { limitsUnchanged: 'These limits hold already.' },
  });
}

export const isSame = (a: ControlLimits, b: ControlLimits): boolean =>
  a.safetyCutsPerHour === b.safetyCutsPerHour &&
  a.safetyCutHours === b.safetyCutHours &&
  BigInt(a.aloneMinor) === BigInt(b.aloneMinor) &&
  BigInt(a.dailyMinor) === BigInt(b.dailyMinor);

const wordsOf = (limits: ControlLimits, currency: Currency) => {
  const { safetyCutsPerHour, safetyCutHours, aloneMinor, dailyMinor } = controlLimitsSchema.parse(
    limitsOnly(limits),
  );
  const money = (minor: string) => formatMoney(BigInt(minor), currency);
  return [
    { label: 'Cuts for safety of one operator in an hour', value: String(safetyCutsPerHour) },
    { label: 'The most hours of such a cut', value: String(safetyCutHours) },
    { label: 'The most that one action brings', value: money(aloneMinor) },
    { label: 'The same of one operator in 24 hours', value: money(dailyMinor) },
  ];
};

export const limitsOnly = (limits: ControlLimits): ControlLimits => ({
  safetyCutsPerHour: limits.safetyCutsPerHour,
  safetyCutHours: limits.safetyCutHours,
  aloneMinor: limits.aloneMinor,
  dailyMinor: limits.dailyMinor,
});
