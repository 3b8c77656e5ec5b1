// Free credit of a home in wallet mode: what so much energy costs at this moment, taxes included,
// is given as money. Its meter holds no credit that a token could add to.

import { accounts, freeCreditPosting } from '@prewatt/ledger';
import { err, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { GivenMoney } from '../../money/grants/index.ts';
import { openAccounts, postTransfers } from '../../money/ledger/index.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import { costOf } from './cost.ts';
import { markToCheck } from './store.ts';

export type FreeCreditDeps = {
  readonly tariffs: Pick<Tariffs, 'inForce'>;
  readonly utilities: Utilities;
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
};

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
