// Which meters a payer may have meant who wrote a number that is no meter's: those one or two slips
// away, and those of the homes that have the payer's phone. For people to choose from; nothing is
// ever sold to one of them by itself.

import type { MoneyCandidate } from '@prewatt/api';
import { editDistance, likelyMeters, nearMeters } from '@prewatt/rails';
import type { Database, Tx } from '../../base/database.ts';
import { meterPanOfAccount } from '../../money/payments/index.ts';
import {
  type ConnectionPlace,
  findConnectionsOfPhone,
  findMeters,
  loadConnections,
} from '../../registry/connections/index.ts';

const mostShown = 10;
const farthest = 9;

export async function candidatesOf(
  tx: Tx,
  deps: { readonly database: Database },
  o: { readonly utilityId: string; readonly account: string | null; readonly phone: string | null },
): Promise<readonly MoneyCandidate[]> {
  const near = new Map<string, number>();
  for (const typed of likelyMeters(o.account ?? '')) {
    for (const number of [typed, ...nearMeters(typed)]) {
      const pan = meterPanOfAccount(number);
      if (pan === null) continue;
      near.set(pan, Math.min(near.get(pan) ?? farthest, editDistance(typed, number)));
    }
  }
  const meters = await findMeters(deps.database, [...near.keys()]);
  const ofPhone = o.phone === null ? [] : await findConnectionsOfPhone(deps.database, o.phone);
  const isOurs = (place: ConnectionPlace) => place.utilityId === o.utilityId;
  const places = [...meters.values(), ...ofPhone].filter(isOurs);
  const connections = await loadConnections(tx, places);
  return [...connections.values()]
    .map(({ name, customerName, connectionId, meter }) => ({
      meterPan: meter.meterPan,
      connectionName: name,
      customerName,
      slips: near.get(meter.meterPan) ?? null,
      samePhone: ofPhone.some((place) => place.connectionId === connectionId),
    }))
    .sort(
      (a, b) =>
        Number(b.samePhone && b.slips !== null) - Number(a.samePhone && a.slips !== null) ||
        (a.slips ?? farthest) - (b.slips ?? farthest) ||
        a.meterPan.localeCompare(b.meterPan),
    )
    .slice(0, mostShown);
}
