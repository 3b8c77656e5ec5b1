// The list of purchases with their state in words; on the home page and on the page of all
// purchases.

import { type Frame, pageRoutes, pathOf, type SaleSummary } from '@prewatt/api';
import { credit, dayAndTime, fullTime, machineTime, money } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { isIntoBalance, wordsOf } from '../sale-labels.ts';

/** Sales as links; `isAbsolute` prints whole dates instead of "today 12:31". */
export function salesList(
  frame: Frame,
  sales: readonly SaleSummary[],
  o: { readonly isAbsolute?: boolean; readonly isWallet: boolean },
): Html {
  if (sales.length === 0) {
    return html`<p class="empty">${o.isWallet ? 'Nothing is paid in yet.' : 'No purchases yet.'}</p>`;
  }
  return html`<ul class="sales">${sales.map((sale) => {
    const words = wordsOf(sale);
    const at = sale.requestedAtMs;
    return html`
<li><a href="${pathOf(pageRoutes.sale, { id: sale.saleId })}">
<span class="row"><b>${money(sale.amountMinor, frame.currency)}</b> <b>${sale.energyWh !== null && !isIntoBalance(sale) && credit({ ...sale, energyWh: sale.energyWh }, frame.currency)}</b></span>
<span class="row"><time datetime="${machineTime(at)}">${o.isAbsolute === true ? fullTime(at, frame.zone) : dayAndTime(at, frame)}</time> <span class="state ${words.tone}">${words.short}</span></span>
</a></li>`;
  })}
</ul>`;
}
