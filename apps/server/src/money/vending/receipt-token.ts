// A token as receipts show it.

import type { Receipt } from '@prewatt/api';

/** A sale of money has one credit token, which carries all of it. */
export const receiptTokenOf = (
  token: { readonly digits: string; readonly energyWh: bigint | null },
  creditMinor: bigint | null,
): Receipt['tokens'][number] => ({
  token: token.digits,
  energyWh: (token.energyWh ?? 0n).toString(),
  creditMinor: creditMinor?.toString() ?? null,
});
