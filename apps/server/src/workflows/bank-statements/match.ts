// Where the entries of a statement would go, found with a few questions for all of them: to the
// meter or the payment that they name exactly, or to the operators' list.

import type { bankEntryGoesTo } from '@prewatt/api';
import type { Database, Tx } from '../../base/database.ts';
import { meterOfAccount, paymentOfAccount } from '../../money/payments/index.ts';
import { type ConnectionPlace, loadConnections } from '../../registry/connections/index.ts';
import type { Entry } from './file.ts';

export type Placed = Omit<Entry, 'accounts'> & {
  readonly account: string | null;
  readonly goesTo: (typeof bankEntryGoesTo)[number];
  readonly connectionName: string | null;
};

type O = {
  readonly database: Database;
  readonly utilityId: string;
  readonly source: 'bank' | 'daraja';
};

export async function placesOf(
  tx: Tx,
  o: O,
  entries: readonly Entry[],
): Promise<readonly Placed[]> {
  const heard = await heardBefore(tx, o, entries);
  const named = new Map<Entry, Named>();
  for (const entry of entries) {
    if (entry.kind === 'payment') named.set(entry, await nameOf(o, entry.accounts));
  }
  const places = [...named.values()].flatMap(({ meter }) => meter ?? []);
  const connections = await loadConnections(tx, places);
  return entries.map(({ accounts, ...entry }) => {
    const it = named.get(entries[entry.ordinal - 1] as Entry);
    const connection = connections.get(it?.meter?.connectionId ?? '');
    const goesTo =
      entry.kind === 'reversal'
        ? 'reversal'
        : heard.has(entry.reference)
          ? 'before'
          : it?.isPayment === true
            ? 'payment'
            : connection === undefined
              ? 'list'
              : 'meter';
    const account = it?.account ?? accounts[0] ?? null;
    return { ...entry, account, goesTo, connectionName: connection?.name ?? null };
  });
}

type Named = {
  readonly account: string | null;
  readonly meter: ConnectionPlace | null;
  readonly isPayment: boolean;
};

/** The first part of an entry that names a meter or a payment of this utility. */
async function nameOf(o: O, accounts: readonly string[]): Promise<Named> {
  for (const account of accounts) {
    const payment = await paymentOfAccount(o.database, account);
    if (payment?.utilityId === o.utilityId) return { account, meter: null, isPayment: true };
    const meter = await meterOfAccount(o.database, account);
    if (meter?.utilityId === o.utilityId) return { account, meter, isPayment: false };
  }
  return { account: accounts[0] ?? null, meter: null, isPayment: false };
}

async function heardBefore(tx: Tx, o: O, entries: readonly Entry[]): Promise<ReadonlySet<string>> {
  if (entries.length === 0) return new Set();
  const rows = await tx
    .selectFrom('arrivals')
    .select('provider_reference')
    .where('utility_id', '=', o.utilityId)
    .where('provider', '=', o.source)
    .where('provider_reference', 'in', [...new Set(entries.map(({ reference }) => reference))])
    .execute();
  return new Set(rows.map((row) => row.provider_reference));
}
