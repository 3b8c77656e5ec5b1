// A batch of sales at tills, decided one after the other by what is known. Pure: the same facts
// give the same outcomes, so that a batch is decided before the vendors' locks are taken and again
// when these show something else.

import { err, ok, type Result } from '@prewatt/quantities';
import type { DebtRefusal, SaleOrder, SaleRefusal } from '@prewatt/vending-rules';
import type { IssuedSale, SaleState } from '../vending/index.ts';
import type { TillRefusal } from './errors.ts';
import { chargeVendor, type VendorState } from './float.ts';
import type { Till } from './keys.ts';

export type SaleRequest = {
  readonly requestId: string;
  readonly meterPan: string;
  readonly amountMinor: bigint;
  /** It pays what the customer owes, and buys nothing. */
  readonly pays?: 'debts' | undefined;
};

export type TillOrder = { readonly till: Till; readonly request: SaleRequest };

/** A request id that has its sale already. */
export type KnownRequest = SaleRequest & {
  readonly vendorId: string;
  readonly bucket: number;
  readonly saleId: string;
};

export type TillState = {
  readonly isRevoked: boolean;
  /** The shift that is open at this till. */
  readonly shiftId: string | null;
};

/** What tills and vendors are like: read before the vendors' locks, and again under them. */
export type VendorStates = {
  readonly tills: ReadonlyMap<string, TillState>;
  readonly vendors: ReadonlyMap<string, VendorState>;
};
export type VendorFacts = VendorStates & {
  readonly known: ReadonlyMap<string, KnownRequest>;
};

export type Sold = {
  readonly kind: 'sold';
  readonly order: TillOrder;
  readonly sale: IssuedSale;
  readonly shiftId: string;
  readonly commissionMinor: bigint;
};

export type Outcome =
  | Sold
  /** Sold before this batch. */
  | { readonly kind: 'known'; readonly request: KnownRequest }
  /** The same request came earlier in this batch. */
  | { readonly kind: 'same'; readonly as: Sold }
  | { readonly kind: 'refused'; readonly error: TillRefusal };

export type Decided = {
  readonly outcomes: readonly Outcome[];
  /** Vendors as they are after the batch. */
  readonly vendors: ReadonlyMap<string, VendorState>;
};

export const requestKey = (vendorId: string, requestId: string): string =>
  `${vendorId} ${requestId}`;

const isSame = (a: SaleRequest, b: SaleRequest): boolean =>
  a.amountMinor === b.amountMinor && a.meterPan === b.meterPan && a.pays === b.pays;

const refused = (error: TillRefusal): Outcome => ({ kind: 'refused', error });

export function decideTills(o: {
  readonly utilityId: string;
  readonly orders: readonly TillOrder[];
  /** To which connection of the utility a meter number leads. */
  readonly connectionOf: ReadonlyMap<string, string>;
  /** By connection. */
  readonly states: ReadonlyMap<string, SaleState>;
  readonly facts: VendorFacts;
  readonly budgetHour: bigint;
  readonly decide: (
    state: SaleState,
    order: SaleOrder & { readonly origin: 'cash'; readonly pays: 'debts' | undefined },
  ) => Result<{ readonly sale: IssuedSale; readonly after: SaleState }, SaleRefusal | DebtRefusal>;
  readonly newSaleId: () => string;
}): Decided {
  const states = new Map(o.states);
  const vendors = new Map(o.facts.vendors);
  const sold = new Map<string, Sold>();

  const decideOne = ({ till, request }: TillOrder): Outcome => {
    const admitted = admit(o.facts, vendors, till);
    // Whose key was taken back is told nothing, not even what it did before.
    if (!admitted.ok && admitted.error === 'keyRefused') return refused('keyRefused');
    const key = requestKey(till.vendorId, request.requestId);
    const known = o.facts.known.get(key);
    const earlier = sold.get(key);
    // What a sale of before was for stands in its lines.
    const first = known === undefined ? earlier?.order.request : { ...known, pays: request.pays };
    if (first !== undefined && !isSame(first, request)) return refused('requestIdReused');
    if (known !== undefined) return { kind: 'known', request: known };
    if (earlier !== undefined) return { kind: 'same', as: earlier };
    if (!admitted.ok) return refused(admitted.error);
    const state = states.get(o.connectionOf.get(request.meterPan) ?? '');
    if (state === undefined) return refused('unknownMeter');
    // A meter that was exchanged still leads to its connection, whose meter is another one now.
    if (state.connection.meter.meterPan !== request.meterPan) return refused('meterExchanged');
    const { amountMinor } = request;
    const { pays } = request;
    const made = o.decide(state, { saleId: o.newSaleId(), amountMinor, origin: 'cash', pays });
    if (!made.ok) {
      return refused(made.error === 'unknownConnection' ? 'unknownMeter' : made.error);
    }
    const { sale, after } = made.value;
    const charged = chargeVendor(admitted.value.vendor, chargeOf(till, sale, o.budgetHour));
    if (!charged.ok) return refused(charged.error);
    states.set(after.connection.connectionId, after);
    vendors.set(till.vendorId, charged.value.after);
    const { commissionMinor } = charged.value;
    const { shiftId } = admitted.value;
    const outcome: Sold = {
      kind: 'sold',
      order: { till, request },
      sale,
      shiftId,
      commissionMinor,
    };
    sold.set(key, outcome);
    return outcome;
  };

  return { outcomes: o.orders.map(decideOne), vendors };
}

const chargeOf = ({ keyId }: Till, sale: IssuedSale, budgetHour: bigint) => ({
  keyId,
  amountMinor: sale.amountMinor,
  tokenCount: sale.tokens.length,
  energyWh: sale.budgetWh,
  budgetHour,
});

function admit(
  facts: VendorStates,
  vendors: ReadonlyMap<string, VendorState>,
  till: Till,
): Result<
  { readonly vendor: VendorState; readonly shiftId: string },
  'keyRefused' | 'vendorBlocked' | 'noOpenShift'
> {
  const state = facts.tills.get(till.keyId);
  if (state === undefined || state.isRevoked) return err('keyRefused');
  const vendor = vendors.get(till.vendorId);
  if (vendor === undefined || vendor.isBlocked) return err('vendorBlocked');
  if (state.shiftId === null) return err('noOpenShift');
  return ok({ vendor, shiftId: state.shiftId });
}

/**
 * Whether vendors and tills under the locks lead to the same sales, whose request ids are claimed:
 * then the vendors as they are after them, else null and the batch has to be decided again.
 */
export function confirm(decided: Decided, facts: VendorStates, budgetHour: bigint): Decided | null {
  const vendors = new Map(facts.vendors);
  for (const outcome of decided.outcomes) {
    if (outcome.kind !== 'sold') continue;
    const { till } = outcome.order;
    const admitted = admit(facts, vendors, till);
    if (!admitted.ok || admitted.value.shiftId !== outcome.shiftId) return null;
    const charged = chargeVendor(admitted.value.vendor, chargeOf(till, outcome.sale, budgetHour));
    if (!charged.ok || charged.value.commissionMinor !== outcome.commissionMinor) return null;
    vendors.set(till.vendorId, charged.value.after);
  }
  return { outcomes: decided.outcomes, vendors };
}
