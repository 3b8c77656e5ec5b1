// Homes in wallet mode, as their customers see them at each tick: how much money is left, whether
// it is low, and whether supply should be off by now. What is seen is kept for the laws.

import { mayDisconnect } from '@prewatt/protection';
import type { Services } from '@prewatt/server/services';
import { sql } from 'kysely';
import { untilItWorks } from './dying-database.ts';
import type { Observed } from './observed.ts';
import { dearestMinorPerKwh, protectionRules, type TownHome } from './utility.ts';
import { zone } from './zone.ts';

export type WalletLook = {
  readonly atMs: number;
  readonly balanceMinor: bigint;
  readonly supply: 'on' | 'emergency' | 'protected' | 'off';
};

/** What the town knows of a wallet by its looks so far. */
export type WalletSeen = WalletLook & {
  /** When its money last grew. */
  readonly grewAtMs: number;
  /** Since when it is low and not used up; null while it is not. */
  readonly lowSinceMs: number | null;
  /** Since when it is used up beyond emergency credit and no rule keeps supply on. */
  readonly overdueSinceMs: number | null;
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
  return {
    ...look,
    grewAtMs: hasGrown ? atMs : before.grewAtMs,
    lowSinceMs: isLow ? (before?.lowSinceMs ?? atMs) : null,
    overdueSinceMs: isOverdue ? (before?.overdueSinceMs ?? atMs) : null,
  };
}

type WalletRow = {
  readonly id: string;
  readonly balance: bigint;
  readonly supply: WalletLook['supply'];
};

/** Looks at all wallets of the town. */
export async function lookAtWallets(
  services: Services,
  o: {
    readonly utilityId: string;
    readonly homes: readonly TownHome[];
    readonly observed: Observed;
    readonly nowMs: number;
  },
): Promise<void> {
  const homes = o.homes.filter(({ traits }) => traits.wallet !== undefined);
  if (homes.length === 0) return;
  const rows = await untilItWorks(() =>
    services.database.inUtility(o.utilityId, async (tx) => {
      const found = await sql<WalletRow>`
        SELECT c.id, c.prepaid_minor AS balance, w.supply FROM prewatt.connections c
        JOIN prewatt.wallets w ON w.bucket = c.bucket AND w.connection_id = c.id
        WHERE c.credit_mode = 'wallet' AND w.since_at IS NOT NULL`.execute(tx);
      return found.rows;
    }),
  );
  const { wallets, lowSpells } = o.observed;
  for (const home of homes) {
    const row = rows.find(({ id }) => id === home.connectionId);
    const before = wallets.get(home);
    if (before !== undefined && before.lowSinceMs !== null) {
      const isOver = row === undefined || row.balance <= 0n || row.balance > before.balanceMinor;
      if (isOver) {
        const { grewAtMs, lowSinceMs } = before;
        lowSpells.push({ home, grewAtMs, fromMs: lowSinceMs, untilMs: o.nowMs });
      }
    }
    if (row === undefined) {
      wallets.delete(home);
      continue;
    }
    const look = { atMs: o.nowMs, balanceMinor: row.balance, supply: row.supply };
    wallets.set(home, lookAgain(before, look, home.isVulnerable));
  }
}
