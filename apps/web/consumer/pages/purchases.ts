// All purchases of a connection, newest first, a page at a time.

import type { Frame, PurchasesView } from '@prewatt/api';
import { html } from '../html.ts';
import { page } from '../layout.ts';
import { salesList } from './sales-list.ts';

/** GET /connections/:id/purchases?cursor= */
export function renderPurchases(frame: Frame, view: PurchasesView): string {
  const connection = `/connections/${encodeURIComponent(view.connection.connectionId)}`;
  const more = view.nextCursor;
  const { isWallet } = view;
  const title = isWallet ? 'All payments' : 'All purchases';
  const body = html`<section class="card narrow">
<h1>${title}</h1>
<p class="hint">${view.connection.name}</p>
${salesList(frame, view.sales, { isAbsolute: true, isWallet })}
${
  more !== null &&
  html`<p><a class="button second" rel="next" href="${connection}/purchases?cursor=${encodeURIComponent(more)}">${isWallet ? 'Older payments' : 'Older purchases'}</a></p>`
}
</section>`;
  return page(frame, {
    title,
    body,
    signedIn: true,
    back: { href: connection, label: view.connection.name },
  });
}
