// The receipt of a purchase as a file: for whoever asks on the page, and for the mail that tells of
// it.

import type { SaleView } from '@prewatt/api';
import { hasReceipt } from '@prewatt/web/consumer';
import type { Database } from '../../base/database.ts';
import { receiptPdf } from '../../base/receipt-pdf.ts';
import type { Clocks } from '../../base/time.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import { loadConnection } from '../../registry/connections/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import { receiptLink } from './receipt-check.ts';
import { saleReceipt } from './sale-receipt.ts';
import { saleView } from './views.ts';

export type ReceiptFile = { readonly fileName: string; readonly bytes: Uint8Array };

/** Of a sale that has a receipt. */
export async function receiptFileOf(
  view: SaleView,
  utility: Utility,
  publicUrl: string,
): Promise<ReceiptFile> {
  const { saleId, requestedAtMs: atMs } = view;
  const content = saleReceipt(view, utility, receiptLink(publicUrl, saleId));
  const facts = { title: `Receipt ${saleId}`, author: utility.name, atMs };
  const fileName = `receipt-${saleId.slice(-12)}.pdf`;
  return { fileName, bytes: await receiptPdf(content, facts) };
}

/** By the sale's id; null where it has no receipt. */
export const createReceiptFile =
  (o: {
    readonly database: Database;
    readonly utilities: Utilities;
    readonly tariffs: Tariffs;
    readonly clocks: Clocks;
    readonly publicUrl: string;
  }) =>
  async (sale: {
    readonly utilityId: string;
    readonly bucket: number;
    readonly connectionId: string;
    readonly saleId: string;
  }): Promise<ReceiptFile | null> => {
    const utility = await o.utilities.get(sale.utilityId);
    const view = await o.database.inUtility(sale.utilityId, async (tx) => {
      const connection = await loadConnection(tx, sale);
      if (connection === null) return null;
      const nowMs = o.clocks.business.nowMs();
      const { saleId } = sale;
      return saleView(tx, { utility, connection, nowMs, tariffs: o.tariffs, saleId });
    });
    if (view === null || !hasReceipt(view)) return null;
    return receiptFileOf(view, utility, o.publicUrl);
  };
