// The list of purchases with their state in words; on the home page and on the page of all
// purchases.

import { type Frame, pageRoutes, pathOf, type SaleSummary } from '@prewatt/api';
import { machineTime } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { isIntoBalance, saleLabel } from '../sale-labels.ts';
import { creditText, voiceOf } from '../text/voice.ts';

/** Sales as links; `isAbsolute` prints whole dates instead of "today 12:31". */
export function salesList(
  frame: Frame,
  sales: readonly SaleSummary[],
  o: { readonly isAbsolute?: boolean; readonly isWallet: boolean },
): Html {
  const voice = voiceOf(frame);
  const { fullTime, money, when, words } = voice;
  if (sales.length === 0) {
    return html`<p class="empty">${o.isWallet ? words.home.noPayments : words.home.noPurchases}</p>`;
  }
  return html`<ul class="sales">${sales.map((sale) => {
    const label = saleLabel(sale, words.sale);
    const at = sale.requestedAtMs;
    return html`
<li><a href="${pathOf(pageRoutes.sale, { id: sale.saleId })}">
<span class="row"><b>${money(sale.amountMinor)}</b> <b>${sale.energyWh !== null && !isIntoBalance(sale) && creditText({ ...sale, energyWh: sale.energyWh }, voice)}</b></span>
<span class="row"><time datetime="${machineTime(at)}">${o.isAbsolute === true ? fullTime(at) : when(at, frame.nowMs)}</time> <span class="state ${label.tone}">${label.short}</span></span>
</a></li>`;
  })}
</ul>`;
}
