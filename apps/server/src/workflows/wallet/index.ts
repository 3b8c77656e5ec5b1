// Wallet mode: the ledger holds the money, use is rated as readings come, supply follows by command
// within the protection rules.

import type { Result } from '@prewatt/quantities';
import type { Database, Tx } from '../../base/database.ts';
import type { SaidEvent } from '../../metering/headend/index.ts';
import type { ConnectionPlace, MeterPlace } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { openChanges, salesHeld } from './changes.ts';
import { type FinishDeps, finishChange } from './finish-change.ts';
import { carryLateToken, lateTokensWaiting, noticeLateTokens } from './late-tokens.ts';
import { ratePeriod } from './late-use.ts';
import { type MayChange, mayChangeMode, type Wish } from './modes.ts';
import { stalePeriods } from './periods.ts';
import { type RatingDeps, rateWallet } from './rating.ts';
import type { SiteRefusal } from './site-reading.ts';
import { staleWallets, walletsToCheck } from './store.ts';
import { reviewSupply, type SupplyDeps, type SupplyReview, supplyReleased } from './supply.ts';
import { withdrawChange } from './withdraw.ts';

export { type ChargedDay, type Charges, chargesOf } from './charges.ts';
export { type DueAtChange, dueAtChange, supplyOfBalance } from './due-at-change.ts';
export { modeRefusals, problemOfMode } from './errors.ts';
export { type FreeCreditDeps, giveToWallet } from './free-credit.ts';
export {
  type AnHour,
  anHourOf,
  leastPayment,
  type OwingAfter,
  owingAfter,
  paymentsToBeOn,
  shortAfter,
} from './least-payment.ts';
export { creditModeApproval, type ModeDeps, type ModeNews } from './modes.ts';
export { type MoneyLeft, moneyLeftOf } from './money-left.ts';
export { notCharged } from './not-charged.ts';
export { walletPast, walletTimes } from './past.ts';
export {
  balanceOf,
  goOnWithMeter,
  loadWallet,
  markStale,
  markToCheck,
  type Wallet as WalletRow,
  walletsWithoutCredit,
} from './store.ts';
export { emergencyMinor, type SupplyReview } from './supply.ts';
export { pricedEnergyText, unitPriceText } from './unit-price.ts';

/** Wallets of one sweep; the rest waits for the next one. */
const sweepLimit = 200;

export type Wallets = {
  /** Whether a change of credit mode could be made now. Writes nothing. */
  readonly mayChangeMode: (
    tx: Tx,
    o: Wish & { readonly place: ConnectionPlace; readonly utility: Utility },
  ) => Promise<Result<MayChange, SiteRefusal>>;
  /** Takes the change back that waits for its meter. */
  readonly withdrawChange: (
    tx: Tx,
    o: Parameters<typeof withdrawChange>[2],
  ) => ReturnType<typeof withdrawChange>;
  /** Meters' events: credit that one took though the ledger holds the credit. */
  readonly meterEvents: (tx: Tx, said: readonly SaidEvent[]) => Promise<void>;
  /** Supply that was held open is let go by a command; the meter is locked. */
  readonly released: (tx: Tx, place: MeterPlace, commandId: string) => Promise<void>;
  /**
   * Carries out changes of mode that meters have answered, makes money of tokens that came after
   * them, rates what has changed, and looks at supply. Safe from many processes.
   */
  readonly sweep: (utilityId: string) => Promise<void>;
};

export type WalletDeps = RatingDeps &
  SupplyDeps &
  FinishDeps & {
    readonly database: Database;
    /** Tells the customer, in the transaction of the review. */
    readonly onReview: (tx: Tx, review: SupplyReview) => Promise<void>;
  };

export function createWallets(o: WalletDeps): Wallets {
  const each = async <Ref>(
    utilityId: string,
    find: (tx: Tx) => Promise<readonly Ref[]>,
    work: (tx: Tx, ref: Ref) => Promise<unknown>,
  ): Promise<void> => {
    const refs = await o.database.inUtility(utilityId, find);
    for (const ref of refs) await o.database.inUtility(utilityId, (tx) => work(tx, ref));
  };

  return {
    mayChangeMode: (tx, { utility, ...wish }) =>
      mayChangeMode(tx, o, { ...wish, zone: utility.zone, nowMs: o.nowMs() }),
    withdrawChange: (tx, asked) => withdrawChange(tx, o, asked),
    meterEvents: (tx, said) => noticeLateTokens(tx, said, o.nowMs()),
    released: (tx, place, commandId) => supplyReleased(tx, o, { place, commandId }),
    sweep: async (utilityId) => {
      const utility = await o.utilities.get(utilityId);
      const changes = await o.database.inUtility(utilityId, (tx) => openChanges(tx, utilityId));
      for (const change of changes) {
        await o.database.inUtility(utilityId, (tx) => finishChange(tx, o, { utility, change }));
      }
      const late = await o.database.inUtility(utilityId, (tx) => lateTokensWaiting(tx, utilityId));
      for (const token of late) {
        await o.database.inUtility(utilityId, (tx) => carryLateToken(tx, o, { utility, token }));
      }
      await each(
        utilityId,
        (tx) => staleWallets(tx, { utilityId, limit: sweepLimit }),
        (tx, ref) => rateWallet(tx, o, { utility, ref }),
      );
      await each(
        utilityId,
        (tx) => stalePeriods(tx, { utilityId, limit: sweepLimit }),
        (tx, ref) => ratePeriod(tx, o, { utility, ref }),
      );
      const held = await o.database.inUtility(utilityId, (tx) =>
        salesHeld(tx, utilityId, o.nowMs()),
      );
      for (const { place, saleId } of held) await o.vending.retry(place, saleId);
      await each(
        utilityId,
        (tx) => walletsToCheck(tx, { utilityId, nowMs: o.nowMs(), limit: sweepLimit }),
        async (tx, ref) => {
          const review = await reviewSupply(tx, o, { utility, ref });
          if (review !== null) await o.onReview(tx, review);
        },
      );
    },
  };
}
