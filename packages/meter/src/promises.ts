// Promised credit: energy that a cash sale at a site without a link has promised, and whose token
// is still to come. It may be used meanwhile, so that the home has supply; what is used of it is
// owed until the token is in. Only tokens credit a meter.

import { availableMilliWhOf, capReserve, lowerOwed, moneyOf } from './account.ts';
import type { PromisedSale } from './promised-sale.ts';
import type { Draft, MeterState } from './state.ts';

export type PromiseInput =
  | { readonly kind: 'promise'; readonly saleId: string; readonly energyWh: number }
  /** Its tokens are in, or the sale was given up. */
  | { readonly kind: 'settle'; readonly saleId: string };

const mostPromises = 500;
const mostPromisedWh = 10_000_000;

/** `never`: it counts money, and prices what it lets flow. `full`: not until some are settled. */
export type MayPromise = 'yes' | 'never' | 'full';

export function mayPromise(state: MeterState | Draft): MayPromise {
  if (moneyOf(state) !== null || state.settings.paymentMode !== 'prepayment') return 'never';
  return (state.promises ?? []).length < mostPromises ? 'yes' : 'full';
}

/** Takes or settles a promise; the same again changes nothing. False when it was refused. */
export function takePromise(draft: Draft, input: PromiseInput): boolean {
  const promises = draft.promises ?? [];
  const known = promises.find(({ saleId }) => saleId === input.saleId);
  if (input.kind === 'settle') {
    if (known !== undefined) settle(draft, known);
    return true;
  }
  if (known !== undefined) return true;
  if (mayPromise(draft) !== 'yes') return false;
  if (!Number.isSafeInteger(input.energyWh)) return false;
  if (input.energyWh <= 0 || input.energyWh > mostPromisedWh) return false;
  const promise = { saleId: input.saleId, milliWh: input.energyWh * 1000 };
  draft.promises = [...promises, promise];
  return true;
}

/** The token of this sale pays back what was used on its promise, as far as it can. */
function settle(draft: Draft, sale: PromisedSale): void {
  const left = (draft.promises ?? []).filter(({ saleId }) => saleId !== sale.saleId);
  const used = draft.promisedUsedMilliWh ?? 0;
  draft.promises = left;
  const promised = left.reduce((sum, { milliWh }) => sum + milliWh, 0);
  // What later sales promised and do not cover is of this one.
  const paidBack = Math.min(used, sale.milliWh, Math.max(0, availableMilliWhOf(draft)));
  draft.promisedUsedMilliWh = Math.min(used - paidBack, promised);
  lowerOwed(draft, paidBack);
  draft.paidBack += paidBack;
  // The token put a share aside that the home had used already.
  capReserve(draft);
}
