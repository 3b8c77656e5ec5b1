// Use that a wallet had no money for when it ended, or that is known better after its end: owed as
// a debt, which purchases repay within the cap and the floor of the protection rules. Supply is
// never touched by it.

import { useOwedPosting } from '@prewatt/ledger';
import { postTransfers } from '../accounting/index.ts';
import type { ConnectionPlace } from '../connections/index.ts';
import type { Tx } from '../platform/database.ts';
import type { NewUuid } from '../platform/ids.ts';

export type OweDeps = {
  /** A debt with its account and nothing owed on it yet. */
  readonly openDebt: (
    tx: Tx,
    o: { readonly place: ConnectionPlace; readonly label: string; readonly rule: object },
  ) => Promise<string>;
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
};

/** A change to token mode that is made: what is owed for use before it is owed on one debt. */
export type Ending = { readonly id: string; readonly debtId: string | null };

const label = 'Use up to the change to token mode';
/** A quarter of each purchase, within what the protection rules allow. */
const rule = { share: '25' };

/** Owed from now on, on the debt of the change; the meter is locked. */
export async function oweUse(
  tx: Tx,
  deps: OweDeps,
  o: {
    readonly place: ConnectionPlace;
    readonly ending: Ending;
    readonly amountMinor: bigint;
  },
): Promise<void> {
  const { place, ending, amountMinor } = o;
  const debtId = ending.debtId ?? (await debtOf(tx, deps, o));
  const context = { place, saleId: null, paymentId: null, modeChangeId: ending.id };
  await postTransfers(tx, { ...context, postedAtMs: deps.nowMs(), newUuid: deps.newUuid }, [
    useOwedPosting(place, debtId, amountMinor),
  ]);
}

async function debtOf(
  tx: Tx,
  deps: OweDeps,
  o: { readonly place: ConnectionPlace; readonly ending: Ending },
): Promise<string> {
  const { place, ending } = o;
  const debtId = await deps.openDebt(tx, { place, label, rule });
  await tx
    .updateTable('mode_changes')
    .set({ debt_id: debtId })
    .where('bucket', '=', place.bucket)
    .where('id', '=', ending.id)
    .execute();
  return debtId;
}
