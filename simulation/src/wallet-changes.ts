// Changes of credit mode: the office asks for them on the day that a home's plan says, and again
// the next day where the meter had tokens under way or did not answer.

import type { Services } from '@prewatt/server/services';
import { sql } from 'kysely';
import { untilItWorks } from './dying-database.ts';
import { askAndAllow, type TwoPeople } from './two-people.ts';
import type { TownHome } from './utility.ts';

const reason = 'The customer wants it, and the meter has a link';

/** The mode that a home's plan says for a day of the town's life. */
export function modeOn({ traits }: TownHome, day: number): 'token' | 'wallet' {
  const { fromDay = Number.POSITIVE_INFINITY, untilDay = Number.POSITIVE_INFINITY } =
    traits.wallet ?? {};
  return day >= fromDay && day < untilDay ? 'wallet' : 'token';
}

export async function changeModes(
  services: Services,
  o: {
    readonly people: TwoPeople;
    readonly homes: readonly TownHome[];
    readonly touch: (home: TownHome) => void;
    readonly day: number;
    /** Numbers the attempts. */
    readonly attempt: number;
  },
): Promise<void> {
  for (const home of o.homes) {
    if (home.traits.wallet === undefined) continue;
    const toMode = modeOn(home, o.day);
    const isOpen = await untilItWorks(() => mayAsk(services, home, toMode));
    if (!isOpen) continue;
    o.touch(home);
    const requestId = `mode-${home.index}-${o.attempt}`;
    const payload = { requestId, reason, toMode, connectionId: home.connectionId };
    await untilItWorks(() =>
      askAndAllow(services, o.people, { kind: 'creditMode', requestId, reason, payload }),
    );
  }
}

/** It has another mode, and no change waits for its meter. */
function mayAsk(services: Services, home: TownHome, toMode: string): Promise<boolean> {
  return services.database.inUtility(home.utilityId, async (tx) => {
    const { rows } = await sql<{ credit_mode: string; waits: boolean }>`
      SELECT c.credit_mode, EXISTS (SELECT FROM prewatt.mode_changes m
        WHERE m.bucket = c.bucket AND m.connection_id = c.id AND m.state = 'awaitingMeter') AS waits
      FROM prewatt.connections c
      WHERE c.bucket = ${home.bucket} AND c.id = ${home.connectionId}::uuid`.execute(tx);
    const [row] = rows;
    return row !== undefined && row.credit_mode !== toMode && !row.waits;
  });
}
