// What is known of a wallet by looking at it again and again: how much money is left, whether it is
// low, and whether supply should be off by now.

import { mayDisconnect } from '@prewatt/protection';
import { dearestMinorPerKwh, protectionRules } from './utility.ts';
import { zone } from './zone.ts';

export type WalletLook = {
  readonly atMs: number;
  readonly balanceMinor: bigint;
  readonly supply: 'on' | 'emergency' | 'protected' | 'off';
  /** The meter's switch; null while the meter counts credit of its own. */
  readonly isConnected: boolean | null;
};

/** What the town knows of a wallet by its looks so far. */
export type WalletSeen = WalletLook & {
  /** When its money last grew. */
  readonly grewAtMs: number;
  /** Since when it is low and not used up; null while it is not. */
  readonly lowSinceMs: number | null;
  /** Since when it is used up beyond emergency credit and no rule keeps supply on. */
  readonly overdueSinceMs: number | null;
  /** Since when supply is off though there is money, or the switch is open though supply is on. */
  readonly darkSinceMs: number | null;
  /** Since when it says that supply is off. */
  readonly offSinceMs: number | null;
  /** The switch was closed since the last look. */
  readonly hasClosed: boolean;
};

/** Money for less than two kilowatt-hours or so is low by anybody's measure. */
const surelyLowMinor = 400n;
/** Money for more than emergency credit, whatever the block that it is priced by. */
const surelyLentMinor =
  -(BigInt(protectionRules.emergencyCreditWh) * BigInt(dearestMinorPerKwh)) / 1_000n;

/** Pure: what is known after one more look. */
export function lookAgain(
  before: WalletSeen | undefined,
  look: WalletLook,
  isVulnerable: boolean,
): WalletSeen {
  const { atMs, balanceMinor } = look;
  const hasGrown = before === undefined || balanceMinor > before.balanceMinor;
  const isLow = balanceMinor > 0n && balanceMinor < surelyLowMinor;
  const moment = { atMs, zone, vulnerable: isVulnerable };
  const mayBeCut = mayDisconnect(protectionRules, moment).allowed;
  const isOverdue = balanceMinor < surelyLentMinor && mayBeCut && look.supply !== 'off';
  const { supply, isConnected } = look;
  const isDark =
    isConnected !== null &&
    ((balanceMinor > 0n && supply !== 'on') || (supply !== 'off' && !isConnected));
  return {
    ...look,
    darkSinceMs: isDark ? (before?.darkSinceMs ?? atMs) : null,
    offSinceMs: supply === 'off' ? (before?.offSinceMs ?? atMs) : null,
    hasClosed: before?.isConnected === false && isConnected === true,
    grewAtMs: hasGrown ? atMs : before.grewAtMs,
    lowSinceMs: isLow ? (before?.lowSinceMs ?? atMs) : null,
    overdueSinceMs: isOverdue ? (before?.overdueSinceMs ?? atMs) : null,
  };
}
