// Homes in wallet mode, as their customers see them at each tick. What is seen is kept for the
// laws.

import type { Services } from '@prewatt/server/services';
import { sql } from 'kysely';
import { untilItWorks } from './dying-database.ts';
import type { Observed } from './observed.ts';
import type { TownHome } from './utility.ts';
import { lookAgain, type WalletLook } from './wallet-seen.ts';

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
    const { settings, loadSwitch } = home.meter;
    const look = {
      ...{ atMs: o.nowMs, balanceMinor: row.balance, supply: row.supply },
      isConnected: settings.paymentMode === 'credit' ? loadSwitch === 'connected' : null,
    };
    if (row.supply === 'off' && before?.supply !== 'off') o.observed.walletsOff += 1;
    wallets.set(home, lookAgain(before, look, home.isVulnerable));
  }
}
