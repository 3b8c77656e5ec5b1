// The receipt of a purchase as a file: for whoever asks on the page, and for the mail that tells of
// it.

import type { SaleView } from '@prewatt/api';
import { hasReceipt, type Speech } from '@prewatt/web/consumer';
import type { Database } from '../../base/database.ts';
import { receiptPdf } from '../../base/receipt-pdf.ts';
import type { Clocks } from '../../base/time.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import type { ReceiptLinks } from '../../money/vending/index.ts';
import { loadConnection } from '../../registry/connections/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import { speechOf } from './frame.ts';
import { receiptVoice, saleReceipt } from './sale-receipt.ts';
import { saleView } from './views.ts';

export type ReceiptFile = { readonly fileName: string; readonly bytes: Uint8Array };

/** Of a sale that has a receipt. */
export async function receiptFileOf(
  view: SaleView,
  from: { readonly utility: Utility; readonly speech: Speech; readonly publicUrl: string },
): Promise<ReceiptFile> {
  const { saleId, requestedAtMs: atMs } = view;
  const { utility, speech } = from;
  const link = new URL(view.receiptPath, from.publicUrl).href;
  const content = saleReceipt(view, { issuer: utility, speech, link });
  const { language, words } = receiptVoice(speech);
  const title = `${words.sale.receipt} ${saleId}`;
  const facts = { title, author: utility.name, atMs, language };
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
    readonly receiptLinks: ReceiptLinks;
  }) =>
  async (sale: {
    readonly utilityId: string;
    readonly bucket: number;
    readonly connectionId: string;
    readonly saleId: string;
    /** Of who gets it; null: the utility's own. */
    readonly language: string | null;
  }): Promise<(ReceiptFile & { readonly link: string }) | null> => {
    const utility = await o.utilities.get(sale.utilityId);
    const view = await o.database.inUtility(sale.utilityId, async (tx) => {
      const connection = await loadConnection(tx, sale);
      if (connection === null) return null;
      const nowMs = o.clocks.business.nowMs();
      const { saleId } = sale;
      const { receiptLinks, tariffs } = o;
      return saleView(tx, { utility, connection, nowMs, tariffs, receiptLinks, saleId });
    });
    if (view === null || !hasReceipt(view)) return null;
    const speech = speechOf(utility, sale.language);
    const file = await receiptFileOf(view, { utility, speech, publicUrl: o.publicUrl });
    return { ...file, link: o.receiptLinks.urlOf(sale.saleId) };
  };
