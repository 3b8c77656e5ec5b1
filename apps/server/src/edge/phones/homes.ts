// The homes of a phone, and a meter that a friend pays for: what may be said of each.

import type { LiveReading } from '@prewatt/api';
import { type Currency, formatAmount, formatKwh, formatMoney } from '@prewatt/quantities';
import type { Database } from '../../base/database.ts';
import type { Clocks } from '../../base/time.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import {
  type Connection,
  type ConnectionPlace,
  findConnectionsOfPhone,
  loadConnection,
} from '../../registry/connections/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import { lastingText } from '../../workflows/supply-forecast/index.ts';
import { friendHome, liveReading } from '../consumer/index.ts';
import type { Words } from './words.ts';

export type HomesDeps = {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly tariffs: Pick<Tariffs, 'inForce'>;
  readonly clocks: Clocks;
};

export type Home = {
  readonly place: ConnectionPlace;
  readonly connection: Connection;
  readonly utility: Utility;
  /** As it may be shown to who asks. */
  readonly shown: string;
};

/** The home of a meter number that a stranger typed: "A. C., Test Street". */
export const friendOf = (o: HomesDeps, typed: string): Promise<Home | null> => friendHome(o, typed);

/** More are not shown to a phone. */
const mostHomes = 30;

export async function homesOf(o: HomesDeps, phone: string): Promise<readonly Home[]> {
  const places = await findConnectionsOfPhone(o.database, phone);
  const homes: Home[] = [];
  for (const place of places.slice(0, mostHomes)) {
    const home = await homeAt(o, place, ({ name }) => name);
    if (home !== null) homes.push(home);
  }
  return homes;
}

async function homeAt(
  o: HomesDeps,
  place: ConnectionPlace,
  shownAs: (connection: Connection) => string,
): Promise<Home | null> {
  const utility = await o.utilities.get(place.utilityId);
  const connection = await o.database.inUtility(place.utilityId, (tx) => loadConnection(tx, place));
  return connection === null ? null : { place, connection, utility, shown: shownAs(connection) };
}

export type Balance = {
  readonly left: string;
  readonly owed: string | null;
  readonly lasting: string | null;
  /** Tokens that only have to be typed, of a home that has little or nothing left. */
  readonly toType: string | null;
  /** Why supply is off, or what turns it on, where that is not buying. */
  readonly note: string | null;
};

const ends: readonly unknown[] = ['lowCredit', 'outOfCredit'];

export async function balanceOf(o: HomesDeps, home: Home, words: Words): Promise<Balance> {
  const { connection, utility } = home;
  const nowMs = o.clocks.business.nowMs();
  const live = await o.database.inUtility(home.place.utilityId, (tx) =>
    liveReading(tx, { connection, utility, nowMs, tariffs: o.tariffs }),
  );
  const { availableEnergyWh: available, owedEnergyWh, moneyOnMeter, forecast } = live;
  const owed = BigInt(owedEnergyWh ?? 0);
  const energy =
    available === null ? words.unknownLeft : words.left(`${formatKwh(BigInt(available))} kWh`);
  return {
    left: moneyOnMeter === null ? energy : words.left(moneyOnMeter),
    owed: owed > 0n ? `${formatKwh(owed)} kWh` : null,
    lasting: lastingText(forecast, nowMs),
    toType:
      live.waitingTokens.length === 0 || !ends.includes(live.creditStatus)
        ? null
        : live.waitingTokens.join(', '),
    note: noteOf(live, words),
  };
}

function noteOf({ off, loadSwitch }: LiveReading, words: Words): string | null {
  if (off?.why === 'held') return words.held;
  return off !== null || loadSwitch === 'readyForReconnection' ? words.press : null;
}

/** "KES 50.00" */
export const moneyOf = (amountMinor: bigint, { currency }: Utility): string =>
  formatMoney(amountMinor, currency);

/** What can be bought at once, without the currency: "10" to "70,000". */
export const boundsOf = (utility: Utility): { readonly least: string; readonly most: string } => ({
  least: whole(utility.minimumPurchaseMinor, utility.currency),
  most: whole(utility.maximumPurchaseMinor, utility.currency),
});

const whole = (amountMinor: bigint, currency: Currency): string =>
  formatAmount(amountMinor, currency).replace(/\.0+$/, '');
