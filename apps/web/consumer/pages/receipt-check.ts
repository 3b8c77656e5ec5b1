// What the code on a receipt opens: the receipt is the utility's, and stands or was undone. For
// anybody who holds the paper, so nothing of the home or the token.

import { type Frame, pageRoutes, pathOf, type ReceiptCheckView } from '@prewatt/api';
import { credit, fullTime, money } from '../formatters.ts';
import { html } from '../html.ts';
import { page } from '../layout.ts';
import { issuerLines } from './issuer.ts';

/** GET /receipts/:id */
export function renderReceiptCheck(frame: Frame, view: ReceiptCheckView): string {
  const undone = view.undoneAtMs !== null;
  const { energyWh, creditMinor } = view;
  const bought = energyWh === null ? null : credit({ energyWh, creditMinor }, frame.currency);
  const hasCredit = creditMinor !== null || (energyWh !== null && energyWh !== '0');
  const body = html`<section class="card narrow receipt">
<div class="status ${undone ? 'bad' : 'good'}">
<h1>${undone ? 'This sale was undone' : 'This receipt is genuine'}</h1>
<p>${
    undone
      ? html`Undone on ${fullTime(view.undoneAtMs ?? 0, frame.zone)}. Its token is void: do not type it.`
      : html`Compare these with the paper. If something differs, do not trust the paper.`
  }</p>
</div>
<dl>
<div><dt>Sold by</dt><dd>${frame.utilityName}</dd></div>
<div><dt>Time</dt><dd>${fullTime(view.soldAtMs, frame.zone)}</dd></div>
<div><dt>Amount</dt><dd>${money(view.amountMinor, frame.currency)}</dd></div>
${hasCredit && html`<div><dt>${creditMinor === null ? 'Electricity' : 'On the meter'}</dt><dd>${bought}</dd></div>`}
<div><dt>Sale</dt><dd class="long">${view.saleId}</dd></div>
</dl>
${issuerLines(frame.documents)}
<p class="hint">For your privacy the token, the meter and the name are not shown here. The token is on the paper, in the message to your phone, and after you sign in.</p>
<p><a class="button second" href="${pathOf(pageRoutes.sale, { id: view.saleId })}">Sign in and see it all</a></p>
</section>`;
  return page(frame, { title: 'Receipt', body, signedIn: false });
}
