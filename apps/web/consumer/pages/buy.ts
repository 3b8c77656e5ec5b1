// Buying, first step: an amount of money, by one touch or typed.

import { type BuyView, type Frame, pageRoutes, pathOf } from '@prewatt/api';
import { formatAmount } from '@prewatt/quantities';
import { currencySign, kwh, money, shortMoney } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { csrfField, page, problemText } from '../layout.ts';

/** GET /connections/:id/buy, and POST of it when the amount was refused. */
export function renderBuy(frame: Frame, view: BuyView): string {
  const connection = { id: view.connection.connectionId };
  const described = view.problem === null ? 'amount-hint' : 'amount-problem amount-hint';
  const isWallet = view.walletMinor !== null;
  const title = isWallet ? 'Pay in' : 'Buy electricity';
  const body = html`<section class="card narrow">
<h1>${title}</h1>
<p>For <b>${view.connection.name}</b>.${standing(frame, view)}</p>
${owedNote(view)}
${suggestions(frame, view, connection)}
<form method="post" action="${pathOf(pageRoutes.makeOffer, connection)}">
${csrfField(frame)}
<label for="amount">Amount of money</label>
<p class="hint" id="amount-hint">From ${shortMoney(view.minimumMinor, frame.currency)} to ${shortMoney(view.maximumMinor, frame.currency)}</p>
${problemText(view.problem, 'amount-problem')}
<div class="money"><span aria-hidden="true">${currencySign(frame.currency)}</span><input id="amount" name="amount" type="text" inputmode="decimal" autocomplete="off" required maxlength="20" value="${view.amount}" aria-describedby="${described}"${view.problem !== null && html` aria-invalid="true"`}></div>
<button class="main">See what I get</button>
</form>
<p class="hint">You see every deduction before you pay.${!isWallet && html` <a href="${pathOf(pageRoutes.price, connection)}">Only try an amount</a>`}</p>
</section>
${bankNote(view)}`;
  return page(frame, {
    title,
    body,
    signedIn: true,
    back: { href: pathOf(pageRoutes.home, connection), label: view.connection.name },
  });
}

function standing(frame: Frame, view: BuyView): Html | null {
  if (view.walletMinor !== null) {
    const owes = view.walletMinor.startsWith('-');
    const amount = money(view.walletMinor.replace('-', ''), frame.currency);
    return html` ${owes ? 'You owe' : 'Your balance'}: <b>${amount}</b>.`;
  }
  if (view.moneyOnMeter !== null) return html` On the meter: <b>${view.moneyOnMeter}</b>.`;
  if (view.availableEnergyWh === null) return null;
  return html` Credit left: <b>${kwh(view.availableEnergyWh)}</b>.`;
}

function bankNote({ bankTransfer: to, walletMinor }: BuyView): Html | null {
  if (to === null) return null;
  return html`<section class="card narrow">
<h2>Or pay by bank transfer</h2>
<p>To <b>${to.holder}</b>, ${to.bank}, account <b>${to.account}</b>.</p>
<p>Write only your meter's number as the text: <b>${to.reference}</b>.</p>
<p class="hint">It counts when the bank has told us of it, often on the next working day.${walletMinor === null && ' Your token comes by text message.'}</p>
</section>`;
}

function owedNote(view: BuyView): Html | null {
  if (view.walletMinor !== null) return null;
  if (view.owedEnergyWh === null || BigInt(view.owedEnergyWh) === 0n) return null;
  return html`<p class="hint">You owe <b>${kwh(view.owedEnergyWh)}</b> from the time supply was kept on without credit. Part of what you buy pays it back, never all of it.</p>`;
}

function suggestions(
  frame: Frame,
  view: BuyView,
  connection: { readonly id: string },
): Html | null {
  if (view.suggestedAmountsMinor.length === 0) return null;
  return html`<form method="post" action="${pathOf(pageRoutes.makeOffer, connection)}" class="suggestions" aria-label="Often chosen amounts">
${csrfField(frame)}
${view.suggestedAmountsMinor.map(
  (amount) =>
    html`<button name="amount" value="${formatAmount(BigInt(amount), frame.currency)}" aria-label="${view.walletMinor === null ? 'Buy for' : 'Pay in'} ${money(amount, frame.currency)}">${shortMoney(amount, frame.currency)}</button>
`,
)}</form>`;
}
