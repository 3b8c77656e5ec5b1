// What is asked for energy that was not counted, and as a fine for tampering: calculated in the
// open, allowed by a second person, and then debts like any other, which purchases repay.

import type { BillBody, EnergyBillBody } from '@prewatt/api';
import { civilDateOf, err, ok, type Result } from '@prewatt/quantities';
import { backBillOf, fineOf } from '@prewatt/revenue-protection';
import { parseDebtRule } from '@prewatt/tariff';
import { sql } from 'kysely';
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
import type { Utilities } from '../../registry/utilities/index.ts';
import { chargeDebt } from '../corrections/index.ts';
import {
  type AskedEnergy,
  type AskedFine,
  type AskedMoney,
  askedMoneySchema,
  billFacts,
  energyOf,
  recalculated,
} from './asked-money.ts';
import {
  appealDays,
  type CaseDeps,
  type CasePlace,
  type CaseRow,
  lockCase,
  moveCase,
  note,
} from './cases.ts';
import { fineRuleFor } from './fines.ts';
import { addDays } from './span.ts';

export type BillRefusal =
  | 'unknownCase'
  | 'notNow'
  | 'debtRuleFormat'
  | 'noPrice'
  | 'daysUnread'
  | 'dateFormat'
  | 'datesReversed'
  | 'tooManyDays'
  | 'nothingMissing'
  | 'fineNotTheft'
  | 'noFineRule'
  | 'noFine'
  | ApprovalRefusal;

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
  if (!parseDebtRule(asked.rule, 2).ok) return err('debtRuleFormat');
  const { requestId, reason, rule } = asked;
  const base = { requestId, reason, rule, caseId, connectionId: row.connection_id };
  const energy = 'fromDate' in asked ? await energyPart(tx, { row, asked, base }) : ok(null);
  if (!energy.ok) return energy;
  const energyMinor = BigInt(energy.value?.amountMinor ?? 0);
  const fine = asked.fine ? await finePart(tx, { row, energyMinor }) : ok(null);
  if (!fine.ok) return fine;
  const payload = payloadOf(base, energy.value, fine.value);
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
  const details = amountsOf(payload);
  await note(tx, deps, { row, what: 'billAsked', operatorId: by.operatorId, details });
  return request;
}

type Base = Pick<AskedEnergy, 'requestId' | 'reason' | 'rule' | 'caseId' | 'connectionId'>;

function payloadOf(base: Base, energy: AskedEnergy | null, fine: AskedFine | null): AskedMoney {
  if (energy !== null) return fine === null ? energy : { ...energy, fine };
  if (fine === null) throw new Error('a case that asks for nothing');
  return { ...base, fine };
}

async function energyPart(
  tx: Tx,
  o: { readonly row: CaseRow; readonly asked: EnergyBillBody; readonly base: Base },
): Promise<Result<AskedEnergy, BillRefusal>> {
  const { row, base } = o;
  const { fromDate, toDate, expectedDailyWh, basis } = o.asked;
  const pricePerKwhMinor = await priceOf(tx, row.utility_id);
  if (pricePerKwhMinor === null) return err('noPrice');
  const meteredWh = await countedOn(tx, { ...row, fromDate, toDate });
  if (meteredWh === null) return err('daysUnread');
  const input = { fromDate, toDate, basis, expectedDailyWh: BigInt(expectedDailyWh), meteredWh };
  const bill = backBillOf({ ...input, pricePerKwhMinor });
  if (!bill.ok) return bill;
  return ok({
    ...{ ...base, fromDate, toDate, expectedDailyWh, basis },
    amountMinor: bill.value.amountMinor.toString(),
    meteredWh: meteredWh.toString(),
    pricePerKwhMinor: pricePerKwhMinor.toString(),
  });
}

/** Only theft is fined, by the rule of the home's tariff when the case was opened. */
async function finePart(
  tx: Tx,
  { row, energyMinor }: { readonly row: CaseRow; readonly energyMinor: bigint },
): Promise<Result<AskedFine, BillRefusal>> {
  if (row.finding !== 'theft') return err('fineNotTheft');
  const of = { utilityId: row.utility_id, tariffName: row.tariff_name };
  const rule = await fineRuleFor(tx, of);
  if (rule === null) return err('noFineRule');
  const fine = fineOf(rule, energyMinor);
  if (!fine.ok) return fine;
  const { version, tariffName, sharePercent } = rule;
  return ok({
    ...{ version, tariffName, sharePercent },
    fixedMinor: rule.fixedMinor.toString(),
    amountMinor: fine.value.amountMinor.toString(),
  });
}

const amountsOf = (payload: AskedMoney) => ({
  ...('amountMinor' in payload ? { amountMinor: payload.amountMinor } : {}),
  ...(payload.fine === undefined ? {} : { fineMinor: payload.fine.amountMinor }),
});

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

type PerformRefusal = 'notAwaiting' | 'notCharged';

/** What the second person reads; their approval makes the debt. */
export function backBillApproval(
  deps: CaseDeps & { readonly utilities: Utilities },
): ApprovalOperation {
  return defineOperation<AskedMoney, PerformRefusal>({
    payload: askedMoneySchema,
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
        title:
          payload.fine === undefined
            ? 'Ask a home to pay for energy that was not counted'
            : 'Ask a home to pay, with a fine for tampering',
        facts: [{ label: 'Home', value: row?.name ?? 'unknown' }, ...facts],
      };
    },
    perform: async (tx, { utilityId, payload, approvalId, requestedBy, approvedBy }) => {
      const row = await lockCase(tx, { utilityId, caseId: payload.caseId });
      if (row?.state !== 'billing' || row.approval_id !== approvalId) return err('notAwaiting');
      const by = {
        requestedBy: requestedBy.operatorId,
        approvedBy: approvedBy.operatorId,
        approvalId,
      };
      const { energyDebtId, fineDebtId } = await chargeAll(tx, deps, { payload, utilityId, by });
      const energy = energyOf(payload);
      if (energy !== null && energyDebtId === null) return err('notCharged');
      if (payload.fine !== undefined && fineDebtId === null) return err('notCharged');
      const { zone } = await deps.utilities.get(utilityId);
      await moveCase(tx, row, {
        ...{ state: 'billed', debt_id: energyDebtId, fine_debt_id: fineDebtId },
        billed_minor: energy === null ? null : BigInt(energy.amountMinor),
        billed_wh: energy === null ? null : (recalculated(energy)?.missingWh ?? null),
        fine_minor: payload.fine === undefined ? null : BigInt(payload.fine.amountMinor),
        appeal_until: addDays(civilDateOf(deps.nowMs(), zone), appealDays),
      });
      const { operatorId } = approvedBy;
      await note(tx, deps, { row, what: 'billed', operatorId, details: amountsOf(payload) });
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

type ChargeBy = Parameters<typeof chargeDebt>[2]['by'];

/** A debt for the energy and one for the fine; null for what is not asked, or cannot be charged. */
async function chargeAll(
  tx: Tx,
  deps: CaseDeps,
  o: { readonly payload: AskedMoney; readonly utilityId: string; readonly by: ChargeBy },
): Promise<{ readonly energyDebtId: string | null; readonly fineDebtId: string | null }> {
  const { requestId, reason, rule, connectionId, fine } = o.payload;
  const place = placeOfConnection(o.utilityId, connectionId);
  const charge = async (kind: 'charge' | 'fine', label: string, amountMinor: string) => {
    const each = { place, requestId, reason, rule, kind, label, by: o.by };
    const charged = await chargeDebt(tx, deps, { ...each, amountMinor: BigInt(amountMinor) });
    return charged?.ok === true ? charged.value.debtId : null;
  };
  const energy = energyOf(o.payload);
  const label = energy === null ? '' : `Energy not counted, ${energy.fromDate} to ${energy.toDate}`;
  return {
    energyDebtId: energy === null ? null : await charge('charge', label, energy.amountMinor),
    fineDebtId:
      fine === undefined ? null : await charge('fine', 'Fine for tampering', fine.amountMinor),
  };
}
