// Selling, trying and confirming: each calls what the JSON till API calls, and writes its answer
// as XMLVend. A terminal that sells without an open shift is given one: few clients send batches.

import { createHash } from 'node:crypto';
import type { Receipt } from '@prewatt/api';
import type { Currency } from '@prewatt/quantities';
import { decimalOf, exponentOf, toMinor } from '@prewatt/rails';
import { confirmationParts, payAccParts, vendParts } from '@prewatt/rails/xmlvend-written';
import { withLimits } from '../../money/vending/index.ts';
import {
  fullNumber,
  type MessageName,
  type MeterAtTill,
  paysDebts,
  type Till,
  takenByMeter,
} from '../../money/vendors/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import {
  type Answer,
  type Call,
  type DoorDeps,
  detailOf,
  headOfAnswer,
  refused,
  standingAt,
} from './call.ts';
import type { Outcome } from './once.ts';
import { type Fault, fault, faultOfRefusal, otherCurrency } from './refusals.ts';
import { writtenPayment, writtenReceipt, writtenTrial } from './written-sale.ts';

export type Purchase = {
  /** As the terminal wrote it. */
  readonly msno: string;
  readonly meterPan: string;
  readonly amountMinor: string;
  readonly tenderMinor: string | null;
  /** It pays what the customer owes, and buys nothing. */
  readonly pays?: 'debts';
};

/** The core's name of a message: the same message is the same sale. */
export function requestIdOf(name: MessageName): string {
  const number = name.uniqueNumber.replace(/^0+(?=\d)/, '');
  const parts = [name.clientId, name.terminalId, name.dateTime, number];
  return `xmlvend:${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 48)}`;
}

export const purchaseOf = (
  { request, utility }: Call,
  o: { readonly msno: string; readonly amountMinor: bigint },
): Purchase => ({
  msno: o.msno,
  meterPan: fullNumber(o.msno),
  amountMinor: o.amountMinor.toString(),
  tenderMinor: toMinor(request.tender, exponentOf(utility.currency.code))?.toString() ?? null,
});

export async function sell(
  deps: DoorDeps,
  o: {
    readonly till: Till;
    readonly utility: Utility;
    readonly name: MessageName;
    readonly purchase: Purchase;
  },
): Promise<Outcome> {
  const { till, purchase } = o;
  const { selling, shifts } = deps.vendors;
  const requestId = requestIdOf(o.name);
  const amountMinor = BigInt(purchase.amountMinor);
  const order = { requestId, meterPan: purchase.meterPan, amountMinor, pays: purchase.pays };
  let sold = await selling.sell(till, order);
  if (!sold.ok && sold.error === 'noOpenShift') {
    await shifts.open(till);
    sold = await selling.sell(till, order);
  }
  const { msno, tenderMinor } = purchase;
  if (sold.ok) return { kind: 'sold', requestId, msno, tenderMinor };
  return { kind: 'refused', fault: saleFault(sold.error, o.utility) };
}

/** Money for what a customer owes, of a payAccReq; or why it is none. */
export function debtPaymentOf(call: Call): Purchase | Fault {
  const { request, utility } = call;
  const { code } = utility.currency;
  const amountMinor = toMinor(request.amount, exponentOf(code));
  if (amountMinor === null || amountMinor === 0n || request.msno === null) {
    return fault('XMLVendSchemaEx', 'reqAmt must be an amount in the currency.');
  }
  const symbol = request.symbol ?? code;
  if (/^[A-Z]{3}$/.test(symbol) && symbol !== code) {
    return fault('RequestAuthorisationEx', `Payments are in ${code}.`, { custMsg: otherCurrency });
  }
  return { ...purchaseOf(call, { msno: request.msno, amountMinor }), pays: 'debts' };
}

type SaleError = Parameters<typeof faultOfRefusal>[0];

function saleFault(error: SaleError, utility: Utility): Fault {
  const isLimit = error === 'amountBelowMinimum' || error === 'amountAboveMaximum';
  return faultOfRefusal(error, isLimit ? withLimits(error, utility) : undefined);
}

/** The answer of a sale, from what rests of it. */
export async function soldAnswer(
  deps: DoorDeps,
  call: Call,
  o: Extract<Outcome, { kind: 'sold' }> & { readonly atMs: number },
): Promise<Answer> {
  const receipt = await deps.vendors.selling.receiptOf(call.till, o.requestId);
  if (!receipt.ok) throw new Error('a sale that was answered is not there');
  const meter = await deps.vendors.selling.meterAt(call.till, receipt.value.meterPan);
  if (meter === null) throw new Error('a sale whose meter is not there');
  const around = {
    receiptNo: receipt.value.saleId,
    meter: detailOf(meter, o.msno),
    currency: call.utility.currency,
    tenderMinor: o.tenderMinor === null ? null : BigInt(o.tenderMinor),
  };
  const custMsg = wordsAbout(receipt.value, call.utility.currency);
  const head = headOfAnswer(deps, call, { atMs: o.atMs, custMsg });
  if (call.request.element === 'payAccReq') {
    const paid = writtenPayment(receipt.value, around);
    const standing = await standingAt(deps, call, meter);
    return { kind: 'parts', element: 'payAccResp', parts: payAccParts(head, standing, paid) };
  }
  const written = writtenReceipt(receipt.value, around);
  return {
    kind: 'parts',
    element: 'creditVendResp',
    parts: vendParts(head, await standingAt(deps, call, meter), written),
  };
}

function wordsAbout(receipt: Receipt, currency: Currency): string | null {
  if (receipt.reversedAt !== null) return 'This purchase was undone; its tokens are void.';
  if (paysDebts(receipt)) return 'Paid what was owed. No electricity was bought.';
  if (receipt.tokens.length === 0) return 'The money is on the account; there is no token to type.';
  const taken = takenByMeter(receipt, currency);
  return taken === null ? null : `The meter takes ${taken} of it for what was used without credit.`;
}

export async function trial(
  deps: DoorDeps,
  call: Call,
  o: { readonly msno: string; readonly amountMinor: bigint; readonly meter: MeterAtTill },
): Promise<Answer> {
  const { amountMinor, meter } = o;
  const purchase = purchaseOf(call, o);
  const quoted = await deps.vendors.selling.quote(call.till, { ...purchase, amountMinor });
  if (!quoted.ok) return refused(saleFault(quoted.error, call.utility));
  if (!(await deps.vendors.selling.covers(call.till, amountMinor))) {
    return refused(faultOfRefusal('floatExceeded'));
  }
  const written = writtenTrial(quoted.value, {
    receiptNo: 'TRIAL',
    meter: detailOf(meter, o.msno),
    currency: call.utility.currency,
    tenderMinor: purchase.tenderMinor === null ? null : BigInt(purchase.tenderMinor),
  });
  const custMsg = 'This is a trial: nothing was sold, and its token is none.';
  const head = headOfAnswer(deps, call, { custMsg });
  return {
    kind: 'parts',
    element: 'trialCreditVendResp',
    parts: vendParts(head, await standingAt(deps, call, meter), written),
  };
}

export async function confirm(
  deps: DoorDeps,
  call: Call,
  o: { readonly msno: string; readonly meter: MeterAtTill },
): Promise<Answer> {
  const { utility, request } = call;
  const confirmed = await deps.vendors.selling.confirmMeter(call.till, o.msno);
  if (!confirmed.ok) return refused(faultOfRefusal(confirmed.error));
  const { code, scale } = utility.currency;
  const { customerName, connectionName, blocked } = confirmed.value;
  return {
    kind: 'parts',
    element: request.element === 'confirmMeterReq' ? 'confirmMeterResp' : 'confirmCustomerResp',
    parts: confirmationParts(headOfAnswer(deps, call), await standingAt(deps, call, o.meter), {
      customer: { name: customerName, address: connectionName },
      canVend: !blocked,
      minVendAmt: decimalOf(utility.minimumPurchaseMinor, scale),
      maxVendAmt: decimalOf(utility.maximumPurchaseMinor, scale),
      symbol: code,
      meter: detailOf(o.meter, o.msno),
    }),
  };
}
