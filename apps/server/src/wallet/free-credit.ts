// Free credit of a home in wallet mode: what so much energy costs at this moment, taxes included,
// is given as money. Its meter holds no credit that a token could add to.

import { accounts, freeCreditPosting } from '@prewatt/ledger';
import { err, ok, type Result } from '@prewatt/quantities';
import { openAccounts, postTransfers } from '../accounting/index.ts';
import type { Connection } from '../connections/index.ts';
import type { Tx } from '../platform/database.ts';
import type { NewUuid } from '../platform/ids.ts';
import type { Tariffs } from '../tariffs/index.ts';
import type { Utilities } from '../utilities/index.ts';
import { costOf } from './cost.ts';
import { markToCheck } from './store.ts';

export type FreeCreditDeps = {
  readonly tariffs: Pick<Tariffs, 'inForce'>;
  readonly utilities: Utilities;
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
};

export type GivenMoney = { readonly amountMinor: bigint; readonly transferId: string };

/** In the caller's transaction, under the meter's lock. */
export async function giveToWallet(
  tx: Tx,
  deps: FreeCreditDeps,
  o: { readonly connection: Connection; readonly energyWh: bigint },
): Promise<Result<GivenMoney, 'noPrice'>> {
  const { connection, energyWh } = o;
  const nowMs = deps.nowMs();
  const utility = await deps.utilities.get(connection.utilityId);
  const cost = await costOf(tx, deps, { utility, connection, energyWh, nowMs });
  if (cost === null || cost.totalMinor <= 0n) return err('noPrice');
  const amountMinor = cost.totalMinor;
  await openAccounts(tx, connection, [accounts.creditNotes(connection)], nowMs);
  const context = { place: connection, saleId: null, paymentId: null, postedAtMs: nowMs };
  const [transferId] = await postTransfers(tx, { ...context, newUuid: deps.newUuid }, [
    freeCreditPosting(connection, amountMinor),
  ]);
  if (transferId === undefined) throw new Error('a posting without its transfer');
  await markToCheck(tx, [connection], nowMs);
  return ok({ amountMinor, transferId });
}
