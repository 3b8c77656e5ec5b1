// What a customer pays at a shop for what is owed, apart from a purchase: asked about, then taken.

import { type Frame, pathOf, type TillDebtView, tillPages } from '@prewatt/api';
import { money } from '../formatters.ts';
import { html } from '../html.ts';
import { csrfField, page, problemText } from '../layout.ts';
import { deskLine, offerAt, tillAt } from './till-frame.ts';

/** GET /till/offers/:requestId?pays=debts, and its POST when nothing was taken. */
export function renderTillDebt(frame: Frame, view: TillDebtView): string {
  const pay = money(view.amountMinor, frame.currency);
  const body = html`${deskLine(frame, view.desk)}
<section class="card narrow">
<h1>Ask the customer</h1>
<dl class="ask">
<div><dt>Customer</dt><dd>${view.customerName ?? 'no name is known'}</dd></div>
<div><dt>Place</dt><dd>${view.connectionName}</dd></div>
<div><dt>Meter</dt><dd class="nowrap">${view.meterPan}</dd></div>
<div><dt>Owed in all</dt><dd class="nowrap">${money(view.owedMinor, frame.currency)}</dd></div>
</dl>
<p class="get"><b>${pay}</b> <span>for what is owed there</span></p>
<p>All of it pays what is owed, the oldest first. No electricity is bought, and there is no token.</p>
${problemText(view.problem, 'sell-problem')}
<form method="post" action="${pathOf(tillPages.sell, { requestId: view.requestId })}" data-once="${offerAt({ ...view, pays: 'debts' })}">
${csrfField(frame)}
<input type="hidden" name="meter" value="${view.meterPan}">
<input type="hidden" name="amount" value="${view.amountMinor}">
<input type="hidden" name="pays" value="debts">
<button class="main">Take ${pay} for what is owed</button>
</form>
<p class="hint">It is taken once, however often you press or load this page again.</p>
</section>`;
  const back = { href: pathOf(tillPages.start), label: 'Another meter or amount' };
  return page(frame, { title: 'What is owed', body, signedIn: true, at: tillAt, back });
}
