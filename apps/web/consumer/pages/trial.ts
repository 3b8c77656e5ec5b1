// A trial: what an amount would buy today, with each deduction. Nothing is kept and nothing is
// owed; an address that can be reloaded.

import { type Frame, pageRoutes, pathOf, type TrialView } from '@prewatt/api';
import { type Html, html } from '../html.ts';
import { page, problemText } from '../layout.ts';
import { creditText, voiceOf } from '../text/voice.ts';
import { moneyLines } from './quote.ts';

/** GET /connections/:id/price?amount= */
export function renderTrial(frame: Frame, view: TrialView): string {
  const connection = { id: view.connection.connectionId };
  const { rich, say, shortMoney, sign, words } = voiceOf(frame);
  const [least, most] = [shortMoney(view.minimumMinor), shortMoney(view.maximumMinor)];
  const described = view.problem === null ? 'amount-hint' : 'amount-problem amount-hint';
  const body = html`<section class="card narrow">
<h1>${words.buy.trial}</h1>
<p>${rich(words.buy.for, { home: view.connection.name })} ${words.buy.trialShows}</p>
<form method="get" action="${pathOf(pageRoutes.price, connection)}">
<label for="amount">${words.buy.amount}</label>
<p class="hint" id="amount-hint">${say(words.buy.bounds, { least, most })}</p>
${problemText(view.problem, 'amount-problem')}
<div class="money"><span aria-hidden="true">${sign}</span><input id="amount" name="amount" type="text" inputmode="decimal" autocomplete="off" required maxlength="20" value="${view.amount}" aria-describedby="${described}"${view.problem !== null && html` aria-invalid="true"`}></div>
<button class="main">${words.buy.showMe}</button>
</form>
${answer(frame, view)}
<p><a class="button second" href="${pathOf(pageRoutes.buy, connection)}">${words.home.buy}</a></p>
</section>`;
  return page(frame, {
    title: words.buy.trial,
    body,
    signedIn: true,
    back: { href: pathOf(pageRoutes.home, connection), label: view.connection.name },
  });
}

function answer(frame: Frame, { quote }: TrialView): Html | null {
  if (quote === null) return null;
  const voice = voiceOf(frame);
  const { money, say, words } = voice;
  const forSum = quote.creditMinor === null ? words.buy.forSum : words.buy.onMeterFor;
  return html`<p class="get"><b>${creditText(quote, voice)}</b> <span>${say(forSum, { amount: money(quote.amountMinor) })}</span></p>
${moneyLines(frame, quote)}
<p class="hint">${words.buy.asNow}</p>`;
}
