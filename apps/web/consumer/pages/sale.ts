// One purchase: its steps, its token, what to do now, and the receipt. The part that moves is a
// fragment of its own, which the server sends again on each change; without scripts the whole page
// asks again.

import { type Frame, pageRoutes, pathOf, type SaleState, type SaleView } from '@prewatt/api';
import { credit, dayAndTime, fullTime, machineTime, money, tokenGroups } from '../formatters.ts';
import { type Html, html, htmlText, safeHref } from '../html.ts';
import { callLink, page } from '../layout.ts';
import { isIntoBalance, wordsOf } from '../sale-labels.ts';
import { leftOf, takenOf } from '../taken.ts';
import { footLines, issuerLines } from './issuer.ts';
import { moneyIn, moneyLines, takenText, whyText } from './quote.ts';

// States in which only somebody elsewhere can make a change: asking often would cost data for
// nothing.
const slow: ReadonlySet<SaleState> = new Set(['stuck', 'paymentExpired']);

/** GET /sales/:id */
export function renderSale(frame: Frame, view: SaleView): string {
  const connection = { id: view.connection.connectionId };
  const sale = { id: view.saleId };
  const { final } = wordsOf(view);
  const body = html`<div class="columns" data-sale-url="${pathOf(pageRoutes.saleLive, sale)}"${final && html` data-final`}>
${fragment(frame, view)}
</div>
<p class="out" role="status" data-said></p>
<p class="offline" role="status" data-offline hidden></p>`;
  return page(frame, {
    title: 'Your purchase',
    body,
    signedIn: true,
    back: { href: pathOf(pageRoutes.home, connection), label: view.connection.name },
    ...(final ? {} : { refreshSeconds: slow.has(view.state) ? 30 : 5 }),
  });
}

/**
 * All that moves of a sale (steps, tokens, receipt): `html` of the `sale` event of GET
 * /sales/:id/live.
 */
export function renderSaleFragment(frame: Frame, view: SaleView): string {
  return htmlText(fragment(frame, view));
}

function fragment(frame: Frame, view: SaleView): Html {
  const words = wordsOf(view);
  return html`<section class="card"${words.final && html` data-final`}>
<div class="status ${words.tone}">
<h1>${words.title}</h1>
<p>${whatNow(frame, view)}</p>
${view.reversedAtMs !== null && html`<p>Undone on ${fullTime(view.reversedAtMs, frame.zone)}.</p>`}
${movedNote(view)}
${view.problem !== null && html`<p>${view.problem}</p>`}
${otherAmount(frame, view)}
</div>
${action(view)}
${tokens(view)}
${steps(frame, view)}
</section>
${receipt(frame, view)}`;
}

/** The one sentence that says what the customer should do, and whether anything at all. */
function whatNow(frame: Frame, view: SaleView): Html | string {
  const bought = boughtText(frame, view);
  switch (view.state) {
    case 'awaitingPayment':
      return 'Have you paid? Then wait: this page moves on when the payment service tells us. If not, go on to payment.';
    case 'paymentRefused':
      return 'No electricity was bought. You can try again.';
    case 'paymentExpired':
      return 'If you did pay, it still counts and will appear here. If not, buy again.';
    case 'issued':
      return view.meterHasLink
        ? 'It goes to your meter by itself. You can also type it in; it counts only once.'
        : 'Type the 20 digits below into your meter.';
    case 'delivered':
      if (view.paidDebts === true) return 'No electricity was bought with it.';
      if (isIntoBalance(view)) {
        return 'You do not need to do anything. What you use comes off it.';
      }
      return bought === null
        ? 'You do not need to do anything.'
        : html`Your meter took ${bought}${takenNote(frame, view)}. You do not need to do anything.`;
    case 'stuck':
      return stuckAdvice(frame, view);
    case 'reversed':
      return `${isIntoBalance(view) ? '' : 'Its token is void: do not type it. '}Your statement says where the money went.`;
  }
}

/** Money that came with another amount than the customer was asked for. */
function otherAmount(frame: Frame, view: SaleView): Html | null {
  if (view.askedMinor === undefined) return null;
  const came = money(view.amountMinor, frame.currency);
  const asked = money(view.askedMinor, frame.currency);
  return html`<p>${came} came, ${asked} was asked for.</p>`;
}

function movedNote(view: SaleView): Html | null {
  if (view.moved === null) return null;
  const meter = html`<span class="nowrap">${view.moved.meterPan}</span>`;
  return view.moved.direction === 'to'
    ? html`<p>Moved to meter ${meter}: its token is for that one.</p>`
    : html`<p>Moved here from meter ${meter}.</p>`;
}

function stuckAdvice(frame: Frame, view: SaleView): Html {
  const call = frame.helpPhone === null ? 'tell us' : html`call ${callLink(frame.helpPhone)}`;
  return view.tokens.length > 0
    ? html`Your money is safe and we are working on it. You can try typing the token into your meter. If you are without electricity, ${call}.`
    : html`Your money is safe, we know of it and are working on it. You do not need to pay again. If you are without electricity, ${call}.`;
}

function action(view: SaleView): Html | null {
  const connection = { id: view.connection.connectionId };
  if (view.state === 'awaitingPayment' && view.checkoutUrl !== null) {
    return html`<p><a class="button" href="${safeHref(view.checkoutUrl)}">Go on to payment</a></p>`;
  }
  if (view.state === 'paymentRefused' || view.state === 'paymentExpired') {
    return html`<p><a class="button" href="${pathOf(pageRoutes.buy, connection)}">Try again</a></p>`;
  }
  return null;
}

function tokens(view: SaleView): Html | null {
  if (view.tokens.length === 0) return null;
  const many = view.tokens.length > 1;
  return html`<div class="tokens">
<h2>${many ? 'Your tokens' : 'Your token'}</h2>
${many && html`<p>Type them in this order.</p>`}
${view.tokens.map((token, index) => {
  const name = many ? `Token ${index + 1}` : 'Token';
  return html`<div class="token-row"><p class="token" role="group" aria-label="${name}">${tokenGroups(token).map((group) => html`<span>${group}</span> `)}</p>
<button class="second" type="button" data-copy="${token}" hidden>Copy ${name.toLowerCase()}</button></div>
`;
})}
${
  view.state !== 'delivered' &&
  html`<details${!view.meterHasLink && html` open`}><summary>How to type it in</summary>
<ol class="how"><li>Go to your meter or its keypad.</li><li>Type all 20 digits. You need no spaces.</li><li>Press the enter key (↵ or #).</li><li>The meter says if it took the token. The same token works only once.</li></ol></details>`
}
</div>`;
}

const stepLabels = {
  done: 'done',
  doing: 'happening now',
  waiting: 'not yet',
  failed: 'did not work',
} as const;

function steps(frame: Frame, view: SaleView): Html | null {
  if (view.steps.length === 0) return null;
  return html`<h2>Steps</h2>
<ol class="steps">${view.steps.map(
    (step) => html`
<li class="${step.state}"><span class="label">${step.label}<span class="out">: ${stepLabels[step.state]}</span></span>${
      step.atMs !== null &&
      html` <time datetime="${machineTime(step.atMs)}">${dayAndTime(step.atMs, frame)}</time>`
    }${step.note !== null && html` <span class="note">${step.note}</span>`}</li>`,
  )}
</ol>`;
}

/** Null where nothing is bought yet, or money is paid into a balance. */
function boughtText(frame: Frame, view: SaleView): string | null {
  const { energyWh, creditMinor } = view;
  if (energyWh === null || isIntoBalance(view)) return null;
  return credit({ energyWh, creditMinor }, frame.currency);
}

const withEnergy = (view: SaleView) => ({ ...view, energyWh: view.energyWh ?? '0' });

/** What of a token goes to use without credit. */
function takenNote(frame: Frame, view: SaleView): string {
  const taken = takenOf(withEnergy(view));
  if (taken === null) return '';
  return `, and ${credit(taken, frame.currency)} of it for what was used without credit`;
}

/** Paid, and not undone. */
export const hasReceipt = (view: SaleView): boolean =>
  view.tokens.length > 0 || view.state === 'delivered';

function moneyOf(frame: Frame, view: SaleView): Html | false {
  if (isIntoBalance(view) && view.paidDebts !== true) return moneyIn(frame, view);
  return view.lines.length > 0 && moneyLines(frame, view);
}

function receipt(frame: Frame, view: SaleView): Html {
  const isBought = boughtText(frame, view) !== null;
  const taken = isBought && takenText(frame, withEnergy(view));
  const onMeter = view.creditMinor !== null || (isBought && taken !== null);
  const paid = hasReceipt(view);
  return html`<section class="card receipt">
<h2>${paid ? 'Receipt' : view.askedMinor === undefined ? 'What you asked for' : 'What you paid'}</h2>
${issuerLines(frame.documents)}
<dl>
<div><dt>Sold by</dt><dd>${frame.utilityName}</dd></div>
<div><dt>For</dt><dd>${view.connection.name}</dd></div>
<div><dt>Meter number</dt><dd>${view.connection.meterPan}</dd></div>
<div><dt>Time</dt><dd>${fullTime(view.requestedAtMs, frame.zone)}</dd></div>
<div><dt>Amount</dt><dd>${money(view.amountMinor, frame.currency)}</dd></div>
${
  isBought &&
  html`<div><dt>${onMeter ? 'On the meter' : 'Electricity'}</dt><dd>${credit(leftOf(withEnergy(view)), frame.currency)}</dd></div>
`
}${
  view.providerReference !== null &&
  html`<div><dt>Payment number</dt><dd>${view.providerReference}</dd></div>
`
}<div><dt>Purchase number</dt><dd class="long">${view.saleId}</dd></div>
</dl>
${taken}
${moneyOf(frame, view)}
${whyText(frame, view.why)}
${paid && footLines(frame.documents)}
${
  paid &&
  html`<p><a class="button second" href="${pathOf(pageRoutes.saleReceipt, { id: view.saleId })}">Receipt as PDF</a></p>
<button class="second" type="button" data-print hidden>Print or save</button>`
}
</section>`;
}
