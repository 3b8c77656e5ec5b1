// A trial: what an amount would buy today, with each deduction. Nothing is kept and nothing is
// owed; an address that can be reloaded.

import { type Frame, pageRoutes, pathOf, type TrialView } from '@prewatt/api';
import { credit, currencySign, money, shortMoney } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { page, problemText } from '../layout.ts';
import { moneyLines } from './quote.ts';

/** GET /connections/:id/price?amount= */
export function renderTrial(frame: Frame, view: TrialView): string {
  const connection = { id: view.connection.connectionId };
  const described = view.problem === null ? 'amount-hint' : 'amount-problem amount-hint';
  const body = html`<section class="card narrow">
<h1>What would I get?</h1>
<p>For <b>${view.connection.name}</b>. This only shows; it buys nothing.</p>
<form method="get" action="${pathOf(pageRoutes.price, connection)}">
<label for="amount">Amount of money</label>
<p class="hint" id="amount-hint">From ${shortMoney(view.minimumMinor, frame.currency)} to ${shortMoney(view.maximumMinor, frame.currency)}</p>
${problemText(view.problem, 'amount-problem')}
<div class="money"><span aria-hidden="true">${currencySign(frame.currency)}</span><input id="amount" name="amount" type="text" inputmode="decimal" autocomplete="off" required maxlength="20" value="${view.amount}" aria-describedby="${described}"${view.problem !== null && html` aria-invalid="true"`}></div>
<button class="main">Show me</button>
</form>
${answer(frame, view)}
<p><a class="button second" href="${pathOf(pageRoutes.buy, connection)}">Buy electricity</a></p>
</section>`;
  return page(frame, {
    title: 'What would I get?',
    body,
    signedIn: true,
    back: { href: pathOf(pageRoutes.home, connection), label: view.connection.name },
  });
}

function answer(frame: Frame, { quote }: TrialView): Html | null {
  if (quote === null) return null;
  return html`<p class="get"><b>${credit(quote, frame.currency)}</b> <span>${quote.creditMinor !== null && 'on the meter '}for ${money(quote.amountMinor, frame.currency)}</span></p>
${moneyLines(frame, quote)}
<p class="hint">As prices and your account stand now.</p>`;
}
