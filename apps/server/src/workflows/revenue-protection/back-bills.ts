// What is asked for energy that was not counted: calculated in the open, allowed by a second
// person, and then a debt like any other, which purchases repay.

import { type BillBody, backBillBases } from '@prewatt/api';
import { civilDateOf, err, formatKwh, formatMoney, ok, type Result } from '@prewatt/quantities';
import { type BackBill, backBillBasisText, backBillOf } from '@prewatt/revenue-protection';
import { parseDebtRule } from '@prewatt/tariff';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import { paidMinorOf } from '../../money/vending/index.ts';
import {
  type ApprovalOperation,
  type ApprovalRefusal,
  type Approvals,
  defineOperation,
  type OperatorRef,
} from '../../registry/approvals/index.ts';
import { placeOfConnection } from '../../registry/connections/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import { chargeDebt } from '../corrections/index.ts';
import { appealDays, type CaseDeps, type CasePlace, lockCase, moveCase, note } from './cases.ts';
import { addDays } from './span.ts';

export type BillRefusal =
  | 'unknownCase'
  | 'notNow'
  | 'noPrice'
  | 'daysUnread'
  | 'debtRuleFormat'
  | 'dateFormat'
  | 'datesReversed'
  | 'tooManyDays'
  | 'nothingMissing'
  | ApprovalRefusal;

const digits = z.string().regex(/^\d{1,18}$/);
const payloadSchema = z.strictObject({
  requestId: z.string(),
  reason: z.string(),
  caseId: z.uuid(),
  connectionId: z.uuid(),
  amountMinor: digits,
  fromDate: z.string(),
  toDate: z.string(),
  expectedDailyWh: digits,
  basis: z.enum(backBillBases),
  meteredWh: digits,
  pricePerKwhMinor: digits,
  rule: z.record(z.string(), z.unknown()),
});
type Payload = z.output<typeof payloadSchema>;

/** Refused in the order of the union. What the meter counted is read from the sums by day. */
export async function askForBill(
  tx: Tx,
  deps: CaseDeps & { readonly approvals: Pick<Approvals, 'request'> },
  o: CasePlace & {
    readonly asked: BillBody;
    readonly by: OperatorRef;
  },
): Promise<Result<{ readonly approvalId: string }, BillRefusal>> {
  const { asked, by, utilityId, caseId } = o;
  const row = await lockCase(tx, o);
  if (row === null) return err('unknownCase');
  if (row.state !== 'visited' && row.state !== 'billing') return err('notNow');
  const pricePerKwhMinor = await priceOf(tx, utilityId);
  if (pricePerKwhMinor === null) return err('noPrice');
  if (!parseDebtRule(asked.rule, 2).ok) return err('debtRuleFormat');
  const meteredWh = await countedOn(tx, { ...row, ...asked });
  if (meteredWh === null) return err('daysUnread');
  const input = { ...asked, expectedDailyWh: BigInt(asked.expectedDailyWh), meteredWh };
  const bill = backBillOf({ ...input, pricePerKwhMinor });
  if (!bill.ok) return bill;
  const { requestId, reason, ...body } = asked;
  const payload: Payload = {
    ...{ ...body, requestId, reason, caseId, connectionId: row.connection_id },
    amountMinor: bill.value.amountMinor.toString(),
    meteredWh: meteredWh.toString(),
    pricePerKwhMinor: pricePerKwhMinor.toString(),
  };
  const request = await deps.approvals.request(tx, {
    ...{ utilityId, requestId, reason, requestedBy: by, kind: 'backBill', payload },
  });
  if (!request.ok) return request;
  const { approvalId } = request.value;
  if (row.state === 'billing') return row.approval_id === approvalId ? request : err('notNow');
  await moveCase(tx, row, {
    state: 'billing',
    approval_id: approvalId,
    bill: JSON.stringify(payload),
  });
  const details = { amountMinor: payload.amountMinor };
  await note(tx, deps, { row, what: 'billAsked', operatorId: by.operatorId, details });
  return request;
}

/** What a kWh was sold for on average, by the newest round; else of all sales. */
async function priceOf(tx: Tx, utilityId: string): Promise<bigint | null> {
  const { rows } = await sql<{ price: bigint | null }>`SELECT coalesce(
      (SELECT price_per_kwh_minor FROM revenue_rounds WHERE utility_id = ${utilityId}::uuid
        AND price_per_kwh_minor IS NOT NULL ORDER BY day DESC LIMIT 1),
      (SELECT (sum(${paidMinorOf('sales')}) * 1000 / nullif(sum(energy_wh), 0))::bigint FROM sales
        WHERE utility_id = ${utilityId}::uuid AND state IN ('issued', 'delivered'))) AS price`.execute(
    tx,
  );
  return rows[0]?.price ?? null;
}

/** Null where less than nine tenths of the days are known: nobody is billed for a silent meter. */
async function countedOn(
  tx: Tx,
  o: {
    readonly bucket: number;
    readonly connection_id: string;
    readonly fromDate: string;
    readonly toDate: string;
  },
): Promise<bigint | null> {
  const { rows } = await sql<{ wh: bigint; is_read: boolean }>`
    SELECT coalesce(sum(measured_wh + estimated_wh), 0)::bigint AS wh,
      count(*) * 10 >= (${o.toDate}::date - ${o.fromDate}::date + 1) * 9 AS is_read
    FROM usage_days
    WHERE bucket = ${o.bucket} AND connection_id = ${o.connection_id}::uuid
      AND day BETWEEN ${o.fromDate}::date AND ${o.toDate}::date`.execute(tx);
  return rows[0]?.is_read === true ? rows[0].wh : null;
}

type Fact = { readonly label: string; readonly value: string };

/** Each step of the calculation, as the customer and the second person read it. */
export function billFacts(payload: unknown, utility: Utility): Fact[] | null {
  const read = payloadSchema.safeParse(payload);
  if (!read.success) return null;
  const p = read.data;
  const bill = recalculated(p);
  if (bill === null) return null;
  const kwh = (wh: bigint): string => `${formatKwh(wh)} kWh`;
  const price = formatMoney(BigInt(p.pricePerKwhMinor), utility.currency);
  return [
    { label: 'Days', value: `${p.fromDate} to ${p.toDate}, ${bill.days}` },
    {
      label: 'Expected use',
      value: `${kwh(BigInt(p.expectedDailyWh))} a day: ${backBillBasisText[p.basis]}`,
    },
    { label: 'Expected in all', value: kwh(bill.expectedWh) },
    { label: 'Counted by the meter', value: kwh(BigInt(p.meteredWh)) },
    { label: 'Not counted', value: kwh(bill.missingWh) },
    { label: 'Average price of a kWh', value: price },
    { label: 'Asked', value: formatMoney(bill.amountMinor, utility.currency) },
  ];
}

function recalculated(p: Payload): BackBill | null {
  const bill = backBillOf({
    ...p,
    expectedDailyWh: BigInt(p.expectedDailyWh),
    meteredWh: BigInt(p.meteredWh),
    pricePerKwhMinor: BigInt(p.pricePerKwhMinor),
  });
  return bill.ok ? bill.value : null;
}

type PerformRefusal = 'notAwaiting' | 'notCharged';

/** What the second person reads; their approval makes the debt. */
export function backBillApproval(
  deps: CaseDeps & { readonly utilities: Utilities },
): ApprovalOperation {
  return defineOperation<Payload, PerformRefusal>({
    payload: payloadSchema,
    describe: async (tx, { utilityId, payload }) => {
      const utility = await deps.utilities.get(utilityId);
      const place = placeOfConnection(utilityId, payload.connectionId);
      const row = await tx
        .selectFrom('connections')
        .select('name')
        .where('bucket', '=', place.bucket)
        .where('id', '=', place.connectionId)
        .executeTakeFirst();
      const facts = billFacts(payload, utility) ?? [];
      return {
        title: 'Ask a home to pay for energy that was not counted',
        facts: [{ label: 'Home', value: row?.name ?? 'unknown' }, ...facts],
      };
    },
    perform: async (tx, { utilityId, payload, approvalId, requestedBy, approvedBy }) => {
      const row = await lockCase(tx, { utilityId, caseId: payload.caseId });
      if (row?.state !== 'billing' || row.approval_id !== approvalId) return err('notAwaiting');
      const bill = recalculated(payload);
      const place = placeOfConnection(utilityId, payload.connectionId);
      const charged = await chargeDebt(tx, deps, {
        ...{ place, requestId: payload.requestId, reason: payload.reason, rule: payload.rule },
        label: `Energy not counted, ${payload.fromDate} to ${payload.toDate}`,
        amountMinor: BigInt(payload.amountMinor),
        by: {
          requestedBy: requestedBy.operatorId,
          approvedBy: approvedBy.operatorId,
          approvalId,
        },
      });
      if (charged === null || !charged.ok) return err('notCharged');
      const { zone } = await deps.utilities.get(utilityId);
      await moveCase(tx, row, {
        state: 'billed',
        debt_id: charged.value.debtId,
        billed_minor: BigInt(payload.amountMinor),
        billed_wh: bill?.missingWh ?? null,
        appeal_until: addDays(civilDateOf(deps.nowMs(), zone), appealDays),
      });
      const details = { amountMinor: payload.amountMinor };
      const { operatorId } = approvedBy;
      await note(tx, deps, { row, what: 'billed', operatorId, details });
      return ok({ caseId: payload.caseId });
    },
    refusals: {
      notAwaiting: 'The case does not wait for this any more; reload to see how it stands.',
      notCharged: 'The debt cannot be made: look at the connection and ask again.',
    },
    participants: async (tx, { utilityId, payload }) => {
      const row = await lockCase(tx, { utilityId, caseId: payload.caseId });
      return row?.found_by == null ? [] : [row.found_by];
    },
    closed: async (tx, { utilityId, payload, how }) => {
      const row = await lockCase(tx, { utilityId, caseId: payload.caseId });
      if (row?.state !== 'billing') return;
      await moveCase(tx, row, { state: 'visited', approval_id: null, bill: null });
      const operatorId = row.found_by ?? row.opened_by;
      await note(tx, deps, { row, what: 'billRefused', operatorId, details: { how } });
    },
  });
}
