// Buying, second step: what the money becomes, line by line, before anything is paid.

import { type Frame, pageRoutes, pathOf, type QuoteLineJson, type QuoteView } from '@prewatt/api';
import { credit, dayAndTime, kwh, machineTime, money, withSign } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { csrfField, page, problemText } from '../layout.ts';
import { leftOf, takenOf, type WithTaken } from '../taken.ts';

/** GET /quotes/:id, and POST /quotes/:id/pay when paying could not begin. */
export function renderQuote(frame: Frame, view: QuoteView): string {
  const connection = { id: view.connection.connectionId };
  const pay = money(view.amountMinor, frame.currency);
  const body = html`<section class="card narrow">
${view.isWallet ? intoBalance(frame, view, pay) : bought(frame, view, pay)}
<p class="hint">Meter number <span class="nowrap">${view.connection.meterPan}</span></p>
${moneyLines(frame, view)}
${whyText(frame, view.why)}
${problemText(view.problem, 'pay-problem')}
${
  view.canPay &&
  html`<form method="post" action="${pathOf(pageRoutes.pay, { id: view.quoteId })}">
${csrfField(frame)}
${view.canKeepCard && html`<label class="box"><input type="checkbox" name="keepCard" value="on"> <span>Keep this card for <a href="${pathOf(pageRoutes.topUp, connection)}">automatic top-ups</a></span></label>`}
<button class="main">Pay ${pay}</button>
</form>`
}
${view.problem !== null && html`<p><a class="button second" href="${pathOf(pageRoutes.buy, connection)}">Ask for a new offer</a></p>`}
<p class="hint">You pay with ${view.providerName}.${goodUntil(frame, view)}</p>
</section>`;
  return page(frame, {
    title: 'Your offer',
    body,
    signedIn: true,
    back: { href: pathOf(pageRoutes.buy, connection), label: 'Change the amount' },
  });
}

const bought = (
  frame: Frame,
  view: QuoteView,
  pay: string,
): Html => html`<h1>What you get for ${pay}</h1>
<p class="get"><b>${credit(leftOf(view), frame.currency)}</b> <span>${onMeter(view)} ${view.connection.name}</span></p>
${takenText(frame, view)}`;

/** What the meter takes of a token; null where it is owed nothing. */
export function takenText(frame: Frame, view: WithTaken): Html | null {
  const taken = takenOf(view);
  if (taken === null) return null;
  return html`<p>The token has ${credit(view, frame.currency)}; the meter takes <b>${credit(taken, frame.currency)}</b> of it for what was used while supply was kept on without credit.</p>`;
}

const onMeter = ({ creditMinor }: Pick<QuoteView, 'creditMinor'>): string =>
  creditMinor === null ? 'for' : 'on the meter of';

const intoBalance = (
  frame: Frame,
  view: QuoteView,
  pay: string,
): Html => html`<h1>Pay in ${pay}</h1>
<p class="get"><b>${pay}</b> <span>for the balance of ${view.connection.name}</span></p>
${
  BigInt(view.energyWh) > 0n &&
  html`<p>It is enough for about <b>${kwh(view.energyWh)}</b>, and is charged as you use it.</p>`
}${owingText(frame, view)}`;

/** A wallet that owes: what is owed after the payment, and what brings supply back. */
function owingText(frame: Frame, { owing }: QuoteView): Html | null {
  if (owing === null) return null;
  const after = BigInt(owing.balanceAfterMinor);
  const least = money(owing.leastMinor, frame.currency);
  if (after > 0n) {
    return html`<p>It pays what you owe first.${owing.isOff && ' Supply comes back on with it.'}</p>`;
  }
  const owed = money((-after).toString(), frame.currency);
  const then = owing.isOff ? 'Supply stays off then.' : 'Supply may go off then.';
  const toBe = owing.isOff ? 'to have it on again' : 'to keep it on';
  return html`<p class="problem" role="alert">You will still owe <b>${owed}</b>. ${then} Pay at least <b>${least}</b> ${toBe}.</p>`;
}

// An open page grows old without knowing it: the server says so again when asked to pay.
function goodUntil(frame: Frame, view: QuoteView): Html | null {
  const at = view.expiresAtMs;
  if (at <= frame.nowMs) return null;
  return html` This offer is good until <time datetime="${machineTime(at)}">${dayAndTime(at, frame)}</time>.`;
}

/** Why it is more or less than last time: the sentence that opens, the others behind it. */
export function whyText(frame: Frame, why: readonly string[]): Html | null {
  const [first, ...others] = why.map((sentence) => withSign(sentence, frame.currency));
  if (first === undefined) return null;
  return html`<h2>More or less than last time?</h2>
<p>${first}</p>${others.map(
    (sentence) => html`
<p>${sentence}</p>`,
  )}`;
}

export type MoneyLines = {
  /** It goes into a balance and would buy this. */
  readonly isWallet?: boolean;
  /** Money on the meter; null or absent: energy. */
  readonly creditMinor?: string | null;
  readonly amountMinor: string;
  readonly lines: readonly QuoteLineJson[];
  readonly remainderMinor: string;
  readonly broughtForwardMinor: string;
};

/** Where every cent goes, as a table: of a quote and of a receipt. */
export function moneyLines(frame: Frame, view: MoneyLines): Html {
  const amount = (minor: string) => money(minor, frame.currency);
  const row = (label: HtmlCell, value: string, kind: string) =>
    html`
<tr class="${kind}"><th scope="row">${label}</th><td>${value}</td></tr>`;
  const withHint = (label: string, hint: string) =>
    html`${label}${hint !== '' && html`<small>${hint}</small>`}`;
  return html`<table class="lines">
<caption>${view.isWallet === true ? 'What it buys at today’s price' : 'Where your money goes'}</caption>
<tbody>${row('You pay', amount(view.amountMinor), 'total')}${
    BigInt(view.broughtForwardMinor) > 0n &&
    row(
      withHint('Kept from before', 'Money left over from earlier purchases, used now.'),
      `+ ${amount(view.broughtForwardMinor)}`,
      'fee',
    )
  }${view.lines.map((line) =>
    row(
      withHint(lineLabel(line), withSign(line.explanation, frame.currency)),
      line.kind === 'energy' ? amount(line.amountMinor) : `− ${amount(line.amountMinor)}`,
      line.kind,
    ),
  )}${
    BigInt(view.remainderMinor) > 0n &&
    view.isWallet !== true &&
    row(
      withHint(
        'Kept for next time',
        view.creditMinor == null
          ? 'Too little for one more step of electricity. You do not lose it.'
          : 'Too little for one more step of a token. You do not lose it.',
      ),
      `− ${amount(view.remainderMinor)}`,
      'kept',
    )
  }
</tbody>
</table>`;
}

/** Of a payment into a wallet: what went to arrears, and the balance before and after it. */
export function moneyIn(frame: Frame, view: MoneyLines): Html {
  const amount = (minor: string) => money(minor.replace('-', ''), frame.currency);
  const balance = (label: string, minor: string) =>
    html`
<tr class="kept"><th scope="row">${minor.startsWith('-') ? `Owed ${label}` : `Balance ${label}`}</th><td>${amount(minor)}</td></tr>`;
  return html`<table class="lines">
<caption>Where your money goes</caption>
<tbody>
<tr class="total"><th scope="row">You pay</th><td>${amount(view.amountMinor)}</td></tr>${view.lines.map(
    (line) => html`
<tr class="${line.kind}"><th scope="row">${line.label}<small>${withSign(line.explanation, frame.currency)}</small></th><td>− ${amount(line.amountMinor)}</td></tr>`,
  )}${balance('before', view.broughtForwardMinor)}${balance('after', view.remainderMinor)}
</tbody>
</table>`;
}

type HtmlCell = Html | string;

function lineLabel(line: QuoteLineJson): string {
  return line.energyWh === null ? line.label : `${line.label}, ${kwh(line.energyWh)}`;
}
