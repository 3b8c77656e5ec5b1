// All purchases of a connection, newest first, a page at a time.

import { type Frame, type PurchasesView, pageRoutes, pathOf } from '@prewatt/api';
import { html } from '../html.ts';
import { page } from '../layout.ts';
import { voiceOf } from '../text/voice.ts';
import { salesList } from './sales-list.ts';

/** GET /connections/:id/purchases?cursor= */
export function renderPurchases(frame: Frame, view: PurchasesView): string {
  const connection = { id: view.connection.connectionId };
  const more = view.nextCursor;
  const { isWallet } = view;
  const { home } = voiceOf(frame).words;
  const title = isWallet ? home.allPayments : home.allPurchases;
  const body = html`<section class="card narrow">
<h1>${title}</h1>
<p class="hint">${view.connection.name}</p>
${salesList(frame, view.sales, { isAbsolute: true, isWallet })}
${
  more !== null &&
  html`<p><a class="button second" rel="next" href="${pathOf(pageRoutes.purchases, { ...connection, query: { cursor: more } })}">${isWallet ? home.olderPayments : home.olderPurchases}</a></p>`
}
</section>`;
  return page(frame, {
    title,
    body,
    signedIn: true,
    back: { href: pathOf(pageRoutes.home, connection), label: view.connection.name },
  });
}
