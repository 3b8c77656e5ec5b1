// A shop pays its float in: which phone is asked for how much, and what became of what was asked.

import {
  type FloatPaymentState,
  type Frame,
  pathOf,
  type TillFloatPaymentView,
  type TillFloatRow,
  type TillFloatView,
  tillPages,
} from '@prewatt/api';
import { currencySign, dayAndTime, fullTime, machineTime, money } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { csrfField, page, problemText } from '../layout.ts';
import { deskLine, paysInText, tillAt, toSell } from './till-frame.ts';

/** GET /till/float, and its POST when nobody was asked. */
export function renderTillFloat(frame: Frame, view: TillFloatView): string {
  const body = html`${deskLine(frame, view.desk)}
<div class="columns">
<section class="card narrow">
<h1>Pay money in</h1>
<p>The phone is asked for the money. When it is paid, the shop can sell for that much more.</p>
${askForm(frame, view)}
</section>
<section class="card narrow">
<h2>Asked for last</h2>
${list(frame, view.last)}
</section>
</div>`;
  return page(frame, { title: 'Pay money in', body, signedIn: true, at: tillAt, back: toSell });
}

function askForm(frame: Frame, view: TillFloatView): Html {
  const bad = view.problem !== null && html` aria-describedby="float-problem"`;
  return html`<form method="post" action="${pathOf(tillPages.payFloat)}" data-once="${pathOf(tillPages.float)}">
${csrfField(frame)}
<input type="hidden" name="requestId" value="${view.requestId}">
${problemText(view.problem, 'float-problem')}
<label for="amount">Amount of money</label>
<div class="money"><span aria-hidden="true">${currencySign(frame.currency)}</span><input id="amount" name="amount" type="text" inputmode="decimal" autocomplete="off" required maxlength="20" value="${view.amount}"${bad}></div>
<label for="phone">Phone that pays</label>
<p class="hint" id="phone-hint">The one with the mobile money</p>
<input id="phone" name="phone" type="tel" autocomplete="tel" required maxlength="30" value="${view.phone}" aria-describedby="phone-hint">
<button class="main">Ask this phone</button>
</form>`;
}

const words: Record<FloatPaymentState, { readonly text: string; readonly tone: string }> = {
  asked: { text: 'The provider does not answer yet', tone: 'busy' },
  waiting: { text: 'Waiting for the phone', tone: 'busy' },
  paid: { text: 'Paid in', tone: 'good' },
  paidLate: { text: 'Paid in, late', tone: 'good' },
  failed: { text: 'Not paid', tone: 'bad' },
  expired: { text: 'Nobody paid', tone: 'bad' },
  otherAmount: { text: 'Another amount came', tone: 'bad' },
};

function list(frame: Frame, rows: readonly TillFloatRow[]): Html {
  if (rows.length === 0) return html`<p class="empty">No phone was asked yet.</p>`;
  return html`<ul class="sales">${rows.map(
    (row) => html`
<li><a href="${pathOf(tillPages.floatPayment, { id: row.paymentId })}">
<span class="row"><b>${money(row.amountMinor, frame.currency)}</b> <span class="state ${words[row.state].tone}">${words[row.state].text}</span></span>
<span class="row"><span>${row.phone}</span> <time datetime="${machineTime(row.askedAtMs)}">${dayAndTime(row.askedAtMs, frame)}</time></span>
</a></li>`,
  )}
</ul>`;
}

/** GET /till/float/:id */
export function renderTillFloatPayment(frame: Frame, view: TillFloatPaymentView): string {
  const { payment } = view;
  const { tone } = words[payment.state];
  const fact = (name: string, value: string) => html`<div><dt>${name}</dt><dd>${value}</dd></div>
`;
  const time = (atMs: number) => fullTime(atMs, frame.zone);
  const isOpen = payment.state === 'asked' || payment.state === 'waiting';
  const body = html`${deskLine(frame, { ...view.desk, paysIn: null })}
<section class="card narrow"${isOpen && html` data-again="5"`}>
<h1>${money(payment.amountMinor, frame.currency)} for the float</h1>
<p class="status ${tone}" role="status">${paysInText(frame, payment)}</p>
<p>${nextStep(frame, payment)}</p>
${payment.payUrl !== null && html`<p><a class="button" href="${payment.payUrl}">Pay on the provider’s page</a></p>`}
<dl class="ask">${fact('Phone', payment.phone)}${fact('Asked by', payment.askedBy)}${fact('Asked', time(payment.askedAtMs))}${payment.decidedAtMs !== null && fact('Answer', time(payment.decidedAtMs))}${payment.providerReference !== null && fact('Reference', payment.providerReference)}</dl>
${isOpen && html`<p><a class="button" href="${pathOf(tillPages.floatPayment, { id: payment.paymentId })}">Look again</a></p>`}
</section>`;
  const back = { href: pathOf(tillPages.float), label: 'Pay money in' };
  const looks = isOpen ? { refreshSeconds: 5 } : {};
  return page(frame, {
    ...{ title: 'Money for the float', body, signedIn: true, at: tillAt, back, ...looks },
  });
}

/** GET /till/float/:id on a phone that is no shop's: who pays comes back to it from a provider. */
export function renderTillPayer(frame: Frame): string {
  const body = html`<section class="card narrow">
<h1>Money for a shop</h1>
<p>Whether it was paid stands on the shop’s own phone, and your provider tells you. You can close this page.</p>
</section>`;
  return page(frame, { title: 'Money for a shop', body, signedIn: false, at: tillAt });
}

function nextStep(frame: Frame, payment: TillFloatRow): string {
  switch (payment.state) {
    case 'asked':
      return 'The phone is asked as soon as the provider answers. Do not ask again: this goes on by itself.';
    case 'waiting':
      return payment.payUrl === null
        ? 'Enter the PIN on the phone. You may go on selling meanwhile; this page is not needed.'
        : 'Pay on the provider’s page. You may go on selling meanwhile; this page is not needed.';
    case 'paid':
    case 'paidLate':
      return 'The shop can sell for it.';
    case 'failed':
    case 'expired':
      return 'The float is as before. If money has left the phone all the same, it still counts once the provider says so; else ask again.';
    case 'otherAmount':
      return `${money(payment.otherAmountMinor ?? '0', frame.currency)} came. It is not in the float: the utility has it on its list and pays it back. Call them.`;
  }
}
