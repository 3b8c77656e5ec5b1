// Debts: what a customer owes beside sales. Each has an account of its own, and a row that caches
// what is left of it.

import { accounts } from '@prewatt/ledger';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import { openAccounts } from './accounts.ts';

/** A debt with its account and nothing owed on it yet; its id. The rule was checked. */
export async function openDebt(
  tx: Tx,
  deps: { readonly newUuid: NewUuid; readonly nowMs: () => number },
  o: { readonly place: ConnectionPlace; readonly label: string; readonly rule: object },
): Promise<string> {
  const { place } = o;
  const id = deps.newUuid();
  await openAccounts(tx, place, [accounts.customerDebt(id)], deps.nowMs());
  await tx
    .insertInto('debts')
    .values({
      bucket: place.bucket,
      id,
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      label: o.label,
      rule: JSON.stringify(o.rule),
      created_at: new Date(deps.nowMs()),
    })
    .execute();
  return id;
}
