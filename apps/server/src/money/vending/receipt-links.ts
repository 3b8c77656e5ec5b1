// The link on a receipt, which opens its page without sign-in: the sale, and a proof by the master
// key that this server made the link. So nothing is stored, and nobody can guess or make one.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { pageRoutes, pathOf } from '@prewatt/api';

/** How long a link opens the page of its receipt. */
export const receiptLinkDays = 90;

const uuidBytes = 16;
const macBytes = 16;
/** 32 octets in base64url. */
const shape = /^[A-Za-z0-9_-]{43}$/;

export type ReceiptLinks = ReturnType<typeof createReceiptLinks>;

export function createReceiptLinks(o: { readonly masterKey: Buffer; readonly publicUrl: string }) {
  const key = createHmac('sha256', o.masterKey).update('prewatt: links of receipts').digest();
  const macOf = (sale: Buffer) => createHmac('sha256', key).update(sale).digest();

  const nameOf = (saleId: string): string => {
    const sale = Buffer.from(saleId.replaceAll('-', ''), 'hex');
    return Buffer.concat([sale, macOf(sale).subarray(0, macBytes)]).toString('base64url');
  };
  return {
    /** The path of a sale's page, by its UUID. */
    pathOf: (saleId: string): string => pathOf(pageRoutes.receiptCheck, { link: nameOf(saleId) }),

    /** The whole address, as paper and messages have it. */
    urlOf: (saleId: string): string =>
      new URL(pathOf(pageRoutes.receiptCheck, { link: nameOf(saleId) }), o.publicUrl).href,

    /** The UUID of the sale that a link was made for; null for one that was not made here. */
    saleOf: (link: string): string | null => {
      if (!shape.test(link)) return null;
      const given = Buffer.from(link, 'base64url');
      const sale = given.subarray(0, uuidBytes);
      const isOurs = timingSafeEqual(given.subarray(uuidBytes), macOf(sale).subarray(0, macBytes));
      // The last letter has bits to spare: one link has one spelling.
      if (!isOurs || given.toString('base64url') !== link) return null;
      return sale.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    },
  };
}
