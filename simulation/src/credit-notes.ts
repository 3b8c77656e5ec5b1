// Credit notes of the office: about the last sale of a home, half of what was paid for it, now and
// then; and once more than was paid, which must be refused.

import type { Services } from '@prewatt/server/services';
import { sql } from 'kysely';
import { untilItWorks } from './dying-database.ts';
import { addMoney, type Observed } from './observed.ts';
import { askAndAllow, type TwoPeople } from './two-people.ts';
import type { TownHome } from './utility.ts';

const reason = 'The office has agreed on it with the customer';

type LastSale = { readonly id: string; readonly amount_minor: bigint };

/** About the last sale of each home that the office gives money back. */
export async function giveCreditNotes(
  services: Services,
  o: {
    readonly people: TwoPeople;
    readonly homes: readonly TownHome[];
    readonly observed: Observed;
    readonly touch: (home: TownHome) => void;
    /** Numbers the round: the same request again is the same note. */
    readonly round: number;
  },
): Promise<void> {
  for (const home of o.homes) {
    if (home.traits.getsCreditNotes !== true) continue;
    const sale = await untilItWorks(() => lastSaleOf(services, home));
    if (sale === null) continue;
    o.touch(home);
    for (const [nth, amountMinor] of [sale.amount_minor / 2n, sale.amount_minor].entries()) {
      const requestId = `credit-note-${home.index}-${o.round}-${nth}`;
      const payload = {
        ...{ requestId, reason, saleId: sale.id },
        amountMinor: amountMinor.toString(),
      };
      const asked = { kind: 'creditNote', requestId, reason, payload } as const;
      const state = await untilItWorks(() => askAndAllow(services, o.people, asked));
      if (state === 'done') addMoney(o.observed, home, { notesMinor: amountMinor });
      // A second round may find the same sale, about which no more can be given.
      if (nth === 0 && state !== 'done' && o.round === 1) throw new Error(`no note: ${state}`);
      if (nth === 1) o.observed.notesBeyondPaid += state === 'done' ? 1 : 0;
    }
  }
}

/** Sales are numbered in the order in which they were made. */
function lastSaleOf(services: Services, home: TownHome): Promise<LastSale | null> {
  return services.database.inUtility(home.utilityId, async (tx) => {
    const { rows } = await sql<LastSale>`SELECT id, amount_minor FROM prewatt.sales
      WHERE bucket = ${home.bucket} AND connection_id = ${home.connectionId}::uuid
        AND state IN ('issued', 'delivered') ORDER BY id DESC LIMIT 1`.execute(tx);
    return rows[0] ?? null;
  });
}
