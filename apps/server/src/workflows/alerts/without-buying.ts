// What a home whose credit is low or used up can do without a purchase: type a token that it has
// bought already, or take emergency credit. Whoever says "buy" asks here first.

import type { Tx } from '../../base/database.ts';
import { emergencyLeft, emergencyLeftText } from '../../metering/readings/index.ts';
import { waitingTokens } from '../../money/tokens/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';

export type WithoutBuying = {
  /** "1234 5678 9012 3456 7890", to be typed in this order; none where none waits. */
  readonly tokens: readonly string[];
  /** "0.5 kWh", to be taken at the meter; null where there is none. */
  readonly emergency: string | null;
};
export const nothingWithoutBuying: WithoutBuying = { tokens: [], emergency: null };

/** By the connection's id; a wallet's money is in no token, and its emergency credit is used. */
export async function withoutBuying(
  tx: Tx,
  homes: readonly { readonly connection: Connection; readonly utility: Utility }[],
): Promise<ReadonlyMap<string, WithoutBuying>> {
  const own = homes.filter(({ connection }) => connection.creditMode === 'token');
  const places = [...new Map(own.map((each) => [each.connection.connectionId, each])).values()].map(
    ({ connection }) => connection,
  );
  const waiting = await waitingTokens(tx, places);
  const offered = await emergencyLeft(tx, places);
  return new Map(
    own.map(({ connection: { connectionId }, utility }) => {
      const tokens = waiting.get(connectionId)?.tokens ?? [];
      const left = offered.get(connectionId);
      return [
        connectionId,
        {
          tokens,
          emergency:
            left === undefined || left.isAutomatic
              ? null
              : emergencyLeftText(left, utility.currency),
        },
      ];
    }),
  );
}
