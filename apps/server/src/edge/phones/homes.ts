// The homes of a phone, and a meter that a friend pays for: what may be said of each.

import type { LiveReading } from '@prewatt/api';
import { type Currency, formatAmount, formatKwh, formatMoney } from '@prewatt/quantities';
import type { Database, Tx } from '../../base/database.ts';
import type { Clocks } from '../../base/time.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import {
  type Connection,
  type ConnectionPlace,
  findConnectionsOfPhone,
  loadConnections,
} from '../../registry/connections/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import { lastingOf } from '../../workflows/supply-forecast/index.ts';
import { type BriefReading, briefReading, creditReading, friendHome } from '../consumer/index.ts';
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
export async function friendOf(o: HomesDeps, typed: string): Promise<Home | null> {
  const home = await friendHome(o, typed);
  return home === null ? null : { ...home, shown: home.shown ?? 'this meter' };
}

/** More are not shown to a phone. */
export const mostHomes = 30;

export async function homesOf(o: HomesDeps, phone: string): Promise<readonly Home[]> {
  const places = await findConnectionsOfPhone(o.database, phone);
  return homesAt(o, places.slice(0, mostHomes));
}

/** In the order of the places, whichever utilities they are of. */
export async function homesAt(
  o: HomesDeps,
  places: readonly ConnectionPlace[],
): Promise<readonly Home[]> {
  const found = new Map<string, Home>();
  for (const [utilityId, own] of Map.groupBy(places, (place) => place.utilityId)) {
    const utility = await o.utilities.get(utilityId);
    const connections = await o.database.inUtility(utilityId, (tx) => loadConnections(tx, own));
    for (const connection of connections.values()) {
      found.set(connection.connectionId, homeOf(connection, utility));
    }
  }
  return places.flatMap(({ connectionId }) => found.get(connectionId) ?? []);
}

/** As it is shown to its own phone. */
export const homeOf = (connection: Connection, utility: Utility): Home => {
  const { utilityId, bucket, connectionId, name: shown } = connection;
  return { place: { utilityId, bucket, connectionId }, connection, utility, shown };
};

export type Balance = {
  /** What is left or owed, or that it is used up; and that supply is off. */
  readonly left: string;
  readonly lasting: string | null;
  /** Tokens that only have to be typed, of a home that has little or nothing left. */
  readonly toType: string | null;
  /** Why supply is off, or what turns it on or keeps it on, where that is not buying. */
  readonly note: string | null;
};

const ends: readonly unknown[] = ['lowCredit', 'outOfCredit'];

export const balanceOf = (o: HomesDeps, home: Home, words: Words): Promise<Balance> =>
  o.database.inUtility(home.place.utilityId, (tx) => balanceIn(tx, o, { home, words }));

/** The same in a transaction of the home's utility. */
export async function balanceIn(
  tx: Tx,
  o: Pick<HomesDeps, 'tariffs' | 'clocks'>,
  { home, words }: { readonly home: Home; readonly words: Words },
): Promise<Balance> {
  const nowMs = o.clocks.business.nowMs();
  const brief = await briefReading(tx, { ...home, nowMs, tariffs: o.tariffs });
  const { waitingTokens } = brief;
  const isOff = brief.loadSwitch !== null && brief.loadSwitch !== 'connected';
  // Nothing lasts at a home whose supply is off.
  const lasting = isOff ? null : lastingOf(brief.forecast, nowMs);
  return {
    left: leftIn(brief, { words, isOff }),
    lasting: lasting === null ? null : words.lasting(lasting, owedText(brief) !== null),
    toType:
      waitingTokens.length === 0 || !ends.includes(brief.creditStatus)
        ? null
        : waitingTokens.join(', '),
    note: noteOf(brief, words),
  };
}

function leftIn(
  brief: BriefReading,
  { words, isOff }: { readonly words: Words; readonly isOff: boolean },
): string {
  const { availableEnergyWh: available, moneyOnMeter, creditStatus, loadSwitch } = brief;
  const owed = owedText(brief);
  const supply = isOff ? words.supplyOff : '';
  // Of a meter that never spoke nobody knows.
  const whenUsedUp = loadSwitch === 'connected' ? words.supplyOn : supply;
  if (owed !== null) return `${words.owed(owed)}${supply}`;
  if (creditStatus === 'outOfCredit') return `${words.usedUp}${whenUsedUp}`;
  if (moneyOnMeter !== null) return `${words.left(moneyOnMeter)}${supply}`;
  if (available === null) return words.unknownLeft;
  return `${words.left(`${formatKwh(BigInt(available))} kWh`)}${supply}`;
}

/** What the home owes, null where it owes nothing. */
export async function owedIn(
  tx: Tx,
  o: Pick<HomesDeps, 'tariffs' | 'clocks'>,
  home: Home,
): Promise<string | null> {
  const nowMs = o.clocks.business.nowMs();
  return owedText(await creditReading(tx, { ...home, nowMs, tariffs: o.tariffs }));
}

function owedText({ owedEnergyWh }: Pick<LiveReading, 'owedEnergyWh'>): string | null {
  const owed = BigInt(owedEnergyWh ?? 0);
  return owed > 0n ? `${formatKwh(owed)} kWh` : null;
}

function noteOf(
  { off, loadSwitch, waitingTokens, emergency }: BriefReading,
  words: Words,
): string | null {
  if (off?.why === 'held') return words.held;
  if (off !== null || loadSwitch === 'readyForReconnection') return words.press;
  // What was bought goes before what is lent; what comes by itself needs no hand.
  if (waitingTokens.length > 0 || emergency === null || emergency.isAutomatic) return null;
  return words.emergency(emergency.left);
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
