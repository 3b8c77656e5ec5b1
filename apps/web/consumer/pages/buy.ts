// Buying, first step: an amount of money, by one touch or typed.

import { type BuyView, type Frame, pageRoutes, pathOf } from '@prewatt/api';
import { formatAmount } from '@prewatt/quantities';
import { type Html, html } from '../html.ts';
import { csrfField, inRow, page, problemText } from '../layout.ts';
import { type Voice, voiceOf } from '../text/voice.ts';

/** GET /connections/:id/buy, and POST of it when the amount was refused. */
export function renderBuy(frame: Frame, view: BuyView): string {
  const connection = { id: view.connection.connectionId };
  const described = view.problem === null ? 'amount-hint' : 'amount-problem amount-hint';
  const isWallet = view.walletMinor !== null;
  const voice = voiceOf(frame);
  const { rich, say, shortMoney, words } = voice;
  const title = isWallet ? words.home.payIn : words.home.buy;
  const [least, most] = [shortMoney(view.minimumMinor), shortMoney(view.maximumMinor)];
  const body = html`<section class="card narrow">
<h1>${title}</h1>
<p>${rich(words.buy.for, { home: view.connection.name })}${standing(view, voice)}</p>
${owedNote(view, voice)}
${suggestions(frame, view, connection)}
<form method="post" action="${pathOf(pageRoutes.makeOffer, connection)}">
${csrfField(frame)}
<label for="amount">${words.buy.amount}</label>
<p class="hint" id="amount-hint">${say(words.buy.bounds, { least, most })}</p>
${problemText(view.problem, 'amount-problem')}
<div class="money"><span aria-hidden="true">${voice.sign}</span><input id="amount" name="amount" type="text" inputmode="decimal" autocomplete="off" required maxlength="20" value="${view.amount}" aria-describedby="${described}"${view.problem !== null && html` aria-invalid="true"`}></div>
<button class="main">${words.buy.seeWhat}</button>
</form>
<p class="hint">${words.buy.deductions}${!isWallet && html` <a href="${pathOf(pageRoutes.price, connection)}">${words.buy.onlyTry}</a>`}</p>
</section>
${bankNote(view, voice)}`;
  return page(frame, {
    title,
    body,
    signedIn: true,
    back: { href: pathOf(pageRoutes.home, connection), label: view.connection.name },
  });
}

function standing(view: BuyView, { kwh, money, rich, words: { buy } }: Voice): Html | null {
  if (view.walletMinor !== null) {
    const owes = view.walletMinor.startsWith('-');
    const amount = money(view.walletMinor.replace('-', ''));
    return html` ${rich(owes ? buy.owe : buy.balance, { amount })}`;
  }
  if (view.moneyOnMeter !== null) {
    return html` ${rich(buy.onMeter, { amount: view.moneyOnMeter })}`;
  }
  if (view.availableEnergyWh === null) return null;
  return html` ${rich(buy.creditLeft, { amount: kwh(view.availableEnergyWh) })}`;
}

function bankNote(
  { bankTransfer: to, walletMinor }: BuyView,
  { rich, words: { buy } }: Voice,
): Html | null {
  if (to === null) return null;
  const { holder, bank, account } = to;
  return html`<section class="card narrow">
<h2>${buy.byBank}</h2>
<p>${rich(buy.bankTo, { holder, bank, account: inRow(account) })}</p>
<p>${rich(buy.bankText, { reference: inRow(to.reference) })}</p>
<p class="hint">${buy.bankCounts}${walletMinor === null && ` ${buy.bankToken}`}</p>
</section>`;
}

function owedNote(view: BuyView, { kwh, rich, words }: Voice): Html | null {
  if (view.walletMinor !== null) return null;
  if (view.owedEnergyWh === null || BigInt(view.owedEnergyWh) === 0n) return null;
  return html`<p class="hint">${rich(words.buy.owed, { energy: kwh(view.owedEnergyWh) })}</p>`;
}

function suggestions(
  frame: Frame,
  view: BuyView,
  connection: { readonly id: string },
): Html | null {
  if (view.suggestedAmountsMinor.length === 0) return null;
  const { money, say, shortMoney, words } = voiceOf(frame);
  const buys = view.walletMinor === null ? words.buy.buyFor : words.buy.payInSum;
  return html`<form method="post" action="${pathOf(pageRoutes.makeOffer, connection)}" class="suggestions" aria-label="${words.buy.oftenChosen}">
${csrfField(frame)}
${view.suggestedAmountsMinor.map(
  (amount) =>
    html`<button name="amount" value="${formatAmount(BigInt(amount), frame.currency)}" aria-label="${say(buys, { amount: money(amount) })}">${shortMoney(amount)}</button>
`,
)}</form>`;
}
