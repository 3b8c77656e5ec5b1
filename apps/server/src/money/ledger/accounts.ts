// Accounts of the ledger, opened before something is posted to them.

import type { LedgerAccount } from '@prewatt/ledger';
import type { Tx } from '../../base/database.ts';
import { insertOfRows } from '../../base/rows.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

const accountColumns = {
  bucket: 'smallint',
  utility_id: 'uuid',
  kind: 'text',
  subject_id: 'uuid',
  created_at: 'timestamptz',
} as const;

const insertAccountRows = insertOfRows('ledger_accounts', accountColumns, {
  same: {},
  tail: 'ON CONFLICT DO NOTHING',
});

const keyOf = ({ kind, subjectId }: LedgerAccount): string => `${kind} ${subjectId}`;

/** Opens accounts that do not exist yet. */
export function openAccounts(
  tx: Tx,
  place: Pick<ConnectionPlace, 'utilityId' | 'bucket'>,
  accounts: readonly LedgerAccount[],
  openedAtMs: number,
): Promise<void> {
  return openAccountsOf(
    tx,
    accounts.map((account) => ({ place, account })),
    openedAtMs,
  );
}

/** The same in many places. */
export async function openAccountsOf(
  tx: Tx,
  opened: readonly {
    readonly place: Pick<ConnectionPlace, 'utilityId' | 'bucket'>;
    readonly account: LedgerAccount;
  }[],
  openedAtMs: number,
): Promise<void> {
  if (opened.length === 0) return;
  // In the order of the keys: two that open the same accounts never wait in a circle.
  const sorted = [...opened].sort(
    (a, b) => a.place.bucket - b.place.bucket || (keyOf(a.account) < keyOf(b.account) ? -1 : 1),
  );
  const rows = sorted.map(({ place, account }) => ({
    bucket: place.bucket,
    utility_id: place.utilityId,
    kind: account.kind,
    subject_id: account.subjectId,
    created_at: new Date(openedAtMs),
  }));
  await insertAccountRows(tx, rows);
}
