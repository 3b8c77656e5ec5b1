// The tokens of a sale as its receipts show them: the till's, a copy's, and those of shops.

import type { Receipt } from '@prewatt/api';
import type { Tx } from '../../base/database.ts';

/** A sale of money has one credit token, which carries all of it. */
export const receiptTokenOf = (
  token: { readonly digits: string; readonly energyWh: bigint | null },
  creditMinor: bigint | null,
): Receipt['tokens'][number] => ({
  token: token.digits,
  energyWh: (token.energyWh ?? 0n).toString(),
  creditMinor: creditMinor?.toString() ?? null,
});

type ReceiptTokens = Pick<Receipt, 'keyChangeTokens' | 'liftTokens' | 'tokens'>;
export const noReceiptTokens: ReceiptTokens = { keyChangeTokens: [], liftTokens: [], tokens: [] };

/** Those of a sale that rests in its rows, in the order in which they are typed. */
export async function storedReceiptTokens(
  tx: Tx,
  sale: { readonly bucket: number; readonly saleId: string; readonly creditMinor: bigint | null },
): Promise<ReceiptTokens> {
  const rows = await tx
    .selectFrom('tokens')
    .select(['digits', 'energy_wh', 'kind'])
    .where('bucket', '=', sale.bucket)
    .where('sale_id', '=', sale.saleId)
    .orderBy('section')
    .orderBy('tid')
    .execute();
  const of = (kind: (typeof rows)[number]['kind']) => rows.filter((row) => row.kind === kind);
  return {
    keyChangeTokens: of('keyChange').map(({ digits }) => digits),
    liftTokens: of('management').map(({ digits }) => digits),
    tokens: of('credit').map(({ digits, energy_wh: energyWh }) =>
      receiptTokenOf({ digits, energyWh }, sale.creditMinor),
    ),
  };
}
