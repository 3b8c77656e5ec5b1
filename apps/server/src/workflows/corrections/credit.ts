// A sale moved to the right connection, and credit notes. A move undoes the sale where it was made
// and sells with the same money where it was meant; without proof that its tokens are void the
// utility pays for it with a credit note, and the first sale stands.

import { creditNotePosting, movePostings } from '@prewatt/ledger';
import { err, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { answerAgain } from '../../base/request-ids.ts';
import type { Vending } from '../../money/vending/index.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import type { TargetRefusal } from './errors.ts';
import { type ReversalDeps, type ReversalRefusal, reverseSale } from './reversal.ts';
import {
  type By,
  correctionOfRequest,
  creditNotesAbout,
  insertCorrection,
  lockSale,
  type PaidSaleRow,
  postFor,
  readSale,
} from './store.ts';
import type { StatedRegister } from './void-proof.ts';

export type CreditDeps = ReversalDeps & {
  readonly vending: Pick<Vending, 'lockForSales' | 'decide' | 'record'>;
};

export type MoveBy = 'reversal' | 'creditNote';

export type MoveOrder = {
  readonly from: ConnectionPlace;
  readonly saleId: string;
  readonly to: ConnectionPlace;
  readonly by: MoveBy;
  /** As for a reversal. */
  readonly stated: StatedRegister | null;
  readonly requestId: string;
  readonly reason: string;
  readonly who: By;
};

export type MoveRefusal = ReversalRefusal | CreditNoteRefusal | TargetRefusal | 'sameConnection';

export type Moved = { readonly newSaleId: string };

export async function moveSale(
  tx: Tx,
  deps: CreditDeps,
  o: MoveOrder,
): Promise<Result<Moved, MoveRefusal>> {
  const { from, to, saleId } = o;
  if (from.connectionId === to.connectionId) return err('sameConnection');
  if ((await lockSale(tx, from, saleId)) === null) return err('unknownSale');
  await lockBoth(tx, [from, to]);
  return o.by === 'reversal' ? moveByReversal(tx, deps, o) : moveByCreditNote(tx, deps, o, saleId);
}

/** Meters in the order of their keys, so that two moves never wait for each other in a circle. */
async function lockBoth(tx: Tx, places: readonly ConnectionPlace[]): Promise<void> {
  const ordered = [...places].sort(
    (a, b) => a.bucket - b.bucket || (a.connectionId < b.connectionId ? -1 : 1),
  );
  for (const place of ordered) {
    await tx
      .selectFrom('meters')
      .select('id')
      .where('bucket', '=', place.bucket)
      .where('connection_id', '=', place.connectionId)
      .where('retired_at', 'is', null)
      .forUpdate()
      .execute();
  }
}

async function moveByReversal(
  tx: Tx,
  deps: CreditDeps,
  o: MoveOrder,
): Promise<Result<Moved, MoveRefusal>> {
  const { from, to, saleId, requestId, reason } = o;
  const reversed = await reverseSale(tx, deps, {
    place: from,
    saleId,
    requestId,
    moneyGoes: 'connection',
    stated: o.stated,
    reason,
    by: o.who,
  });
  if (!reversed.ok) return reversed;
  const { amountMinor } = reversed.value.sale;
  const newSaleId = deps.newUuid();
  const sides = movePostings({ from, to, amountMinor });
  const common = { requestId, amountMinor, reason, by: o.who };
  const outId = await insertCorrection(tx, deps, {
    ...common,
    place: from,
    kind: 'moveOut',
    saleId,
    other: { place: to, saleId: newSaleId },
  });
  await postFor(tx, deps, {
    place: from,
    correctionId: outId,
    saleId,
    transfers: [sides.out],
  });
  const sold = await sellOn(tx, deps, {
    to,
    saleId: newSaleId,
    amountMinor,
    pay: async (atOnce) => {
      const inId = await insertCorrection(tx, atOnce, {
        ...common,
        place: to,
        kind: 'moveIn',
        saleId: newSaleId,
        other: { place: from, saleId },
      });
      const transfers = [sides.in];
      await postFor(tx, atOnce, { place: to, correctionId: inId, saleId: newSaleId, transfers });
    },
  });
  return sold.ok ? ok({ newSaleId }) : sold;
}

async function moveByCreditNote(
  tx: Tx,
  deps: CreditDeps,
  o: MoveOrder,
  saleId: string,
): Promise<Result<Moved, MoveRefusal>> {
  const { from, to, requestId, reason } = o;
  const sale = await lockSale(tx, from, saleId);
  if (sale === null) return err('unknownSale');
  if (sale.state === 'reversed') return err('alreadyReversed');
  if (sale.payer === null) return err('notPaid');
  if (!(await fits(tx, { about: { place: from, saleId }, addMinor: sale.amountMinor, sale }))) {
    return err('creditNoteTooHigh');
  }
  const { amountMinor } = sale;
  const newSaleId = deps.newUuid();
  const sold = await sellOn(tx, deps, {
    to,
    saleId: newSaleId,
    amountMinor,
    pay: async (atOnce) => {
      const correctionId = await insertCorrection(tx, atOnce, {
        place: to,
        kind: 'creditNote',
        requestId,
        saleId: newSaleId,
        amountMinor,
        reason,
        other: { place: from, saleId },
        by: o.who,
      });
      const transfers = [creditNotePosting(to, amountMinor)];
      await postFor(tx, atOnce, { place: to, correctionId, saleId: newSaleId, transfers });
    },
  });
  return sold.ok ? ok({ newSaleId }) : sold;
}

/** Sells with money that `pay` brings to the connection, once the sale is there. */
export async function sellOn(
  tx: Tx,
  deps: CreditDeps,
  o: {
    readonly to: ConnectionPlace;
    readonly saleId: string;
    readonly amountMinor: bigint;
    readonly pay: (atOnce: CreditDeps) => Promise<void>;
  },
): Promise<Result<void, TargetRefusal>> {
  const { to, saleId, amountMinor } = o;
  const utility = await deps.utilities.get(to.utilityId);
  const states = await deps.vending.lockForSales(tx, to.utilityId, [to]);
  const state = states.get(to.connectionId);
  if (state === undefined) return err('unknownConnection');
  const decided = deps.vending.decide(state, { saleId, amountMinor, origin: 'cash' });
  if (!decided.ok) return decided;
  const sales = [decided.value.sale];
  await deps.vending.record(tx, { utility, sales, payments: [], nowMs: state.nowMs });
  // At the sale's own instant: on a statement the money comes before what it bought.
  await o.pay({ ...deps, nowMs: () => state.nowMs });
  return ok(undefined);
}

export type CreditNoteRefusal =
  | 'requestIdReused'
  | 'unknownSale'
  | 'alreadyReversed'
  | 'notPaid'
  | 'amountNotPositive'
  | 'creditNoteTooHigh';

export type CreditNoteOrder = {
  readonly place: ConnectionPlace;
  readonly saleId: string;
  readonly amountMinor: bigint;
  readonly requestId: string;
  readonly reason: string;
  readonly by: By;
};

/** Whether it could be given now; null is all that was paid. Writes and locks nothing. */
export async function mayGiveCreditNote(
  tx: Tx,
  o: Pick<CreditNoteOrder, 'place' | 'saleId'> & { readonly amountMinor: bigint | null },
): Promise<Result<PaidSaleRow, CreditNoteRefusal>> {
  const { place, saleId } = o;
  const sale = await readSale(tx, place, saleId);
  if (sale === null) return err('unknownSale');
  if (sale.state === 'reversed') return err('alreadyReversed');
  if (sale.payer === null) return err('notPaid');
  const addMinor = o.amountMinor ?? sale.amountMinor;
  if (addMinor <= 0n) return err('amountNotPositive');
  const isWithin = await fits(tx, { about: { place, saleId }, addMinor, sale });
  return isWithin ? ok(sale) : err('creditNoteTooHigh');
}

/** Gives the customer prepaid money about a sale that stands: it may have been delivered. */
export async function giveCreditNote(
  tx: Tx,
  deps: ReversalDeps,
  o: CreditNoteOrder,
): Promise<Result<{ readonly correctionId: string }, CreditNoteRefusal>> {
  const { place, saleId, amountMinor } = o;
  const sale = await lockSale(tx, place, saleId);
  if (sale === null) return err('unknownSale');
  const known = await correctionOfRequest(tx, { ...o, kind: 'creditNote' });
  if (known !== undefined) {
    const before = [known.other_sale_id, known.amount_minor];
    return answerAgain(before, [saleId, amountMinor], { correctionId: known.id });
  }
  if (sale.state === 'reversed') return err('alreadyReversed');
  if (sale.payer === null) return err('notPaid');
  if (amountMinor <= 0n) return err('amountNotPositive');
  if (!(await fits(tx, { about: { place, saleId }, addMinor: amountMinor, sale }))) {
    return err('creditNoteTooHigh');
  }
  const { saleId: _, ...rest } = o;
  const correctionId = await insertCorrection(tx, deps, {
    ...rest,
    kind: 'creditNote',
    other: { place, saleId },
  });
  const transfers = [creditNotePosting(place, amountMinor)];
  await postFor(tx, deps, { place, correctionId, saleId: null, transfers });
  return ok({ correctionId });
}

/** Credit notes about one sale may not add up to more than was paid; its row lock holds that. */
async function fits(
  tx: Tx,
  o: {
    readonly about: { readonly place: ConnectionPlace; readonly saleId: string };
    readonly addMinor: bigint;
    readonly sale: { readonly amountMinor: bigint };
  },
): Promise<boolean> {
  const { place, saleId } = o.about;
  const given = await creditNotesAbout(tx, { ...place, saleId });
  return given + o.addMinor <= o.sale.amountMinor;
}
