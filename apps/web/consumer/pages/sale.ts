// One purchase: its steps, its token, what to do now, and the receipt. The part that moves is a
// fragment of its own, which the server sends again on each change; without scripts the whole page
// asks again.

import { type Frame, pageRoutes, pathOf, type SaleState, type SaleView } from '@prewatt/api';
import { tokenGroups } from '../formatters.ts';
import { type Html, html, htmlText, safeHref } from '../html.ts';
import { callLink, inEnglish, inRow, page } from '../layout.ts';
import { isIntoBalance, saleLabel } from '../sale-labels.ts';
import { leftOf, takenOf } from '../taken.ts';
import { printedLanguage } from '../text/languages.ts';
import { creditText, type Voice, voiceOf } from '../text/voice.ts';
import { footLines, issuerLines } from './issuer.ts';
import { hourCosts, moneyIn, moneyLines, takenText, whyText } from './quote.ts';
import { stepList } from './steps.ts';

// States in which only somebody elsewhere can make a change: asking often would cost data for
// nothing.
const slow: ReadonlySet<SaleState> = new Set(['stuck', 'paymentExpired']);

/** GET /sales/:id */
export function renderSale(frame: Frame, view: SaleView): string {
  const connection = { id: view.connection.connectionId };
  const sale = { id: view.saleId };
  const { words } = voiceOf(frame);
  const { final } = saleLabel(view, words.sale);
  const body = html`<div class="columns" data-sale-url="${pathOf(pageRoutes.saleLive, sale)}"${final && html` data-final`}>
${fragment(frame, view)}
</div>
<p class="out" role="status" data-said></p>
<p class="offline" role="status" data-offline hidden></p>`;
  return page(frame, {
    title: words.sale.title,
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
  const voice = voiceOf(frame);
  const { say, words } = voice;
  const label = saleLabel(view, words.sale);
  const { reversedAtMs: undoneMs } = view;
  return html`<section class="card"${label.final && html` data-final`}>
<div class="status ${label.tone}">
<h1>${label.title}</h1>
<p>${whatNow(frame, view, voice)}</p>
${undoneMs !== null && html`<p>${say(words.sale.undoneOn, { time: voice.fullTime(undoneMs) })}</p>`}
${movedNote(view, voice)}
${view.problem !== null && html`<p>${inEnglish(voice, view.problem)}</p>`}
${otherAmount(view, voice)}
</div>
${action(view, voice)}
${tokens(view, voice)}
${stepList(frame, view.steps, voice)}
</section>
${receipt(frame, view, voice)}`;
}

/** The one sentence that says what the customer should do, and whether anything at all. */
function whatNow(frame: Frame, view: SaleView, voice: Voice): Html | string {
  const { sale } = voice.words;
  switch (view.state) {
    case 'awaitingPayment':
      return sale.awaitingPaymentNow;
    case 'paymentRefused':
      return sale.paymentRefusedNow;
    case 'paymentExpired':
      return sale.paymentExpiredNow;
    case 'issued':
      return view.meterHasLink ? sale.issuedNow : sale.typeBelow;
    case 'delivered':
      if (view.paidDebts === true) return sale.nothingBought;
      if (isIntoBalance(view)) return owingText(view, voice) ?? sale.comesOff;
      return tookText(view, voice);
    case 'stuck':
      return stuckAdvice(frame, view, voice);
    case 'reversed':
      return `${isIntoBalance(view) ? '' : `${sale.isVoid} `}${sale.statementSays}`;
  }
}

/** A wallet that owes still: what that means for supply. */
function owingText({ owing }: SaleView, voice: Voice): Html | null {
  if (owing === null) return null;
  const { money, rich, words } = voice;
  const { mayGoOff, owesStill, staysOff } = words.sale;
  const owed = rich(owesStill, { owed: money(owing.owedMinor) });
  if (owing.leastMinor === null) return owed;
  const supply = rich(owing.isOff ? staysOff : mayGoOff, { least: money(owing.leastMinor) });
  return html`${owed} ${supply}${hourCosts(owing.anHour, voice)}`;
}

/** What the meter took, and what of it went to use without credit. */
function tookText(view: SaleView, voice: Voice): string {
  const { say, words } = voice;
  const amount = boughtText(view, voice);
  if (amount === null) return words.sale.nothingToDo;
  const taken = takenOf(withEnergy(view));
  if (taken === null) return say(words.sale.took, { amount });
  return say(words.sale.tookPart, { amount, taken: creditText(taken, voice) });
}

/** Money that came with another amount than the customer was asked for. */
function otherAmount(view: SaleView, { money, say, words }: Voice): Html | null {
  if (view.askedMinor === undefined) return null;
  const sums = { came: money(view.amountMinor), asked: money(view.askedMinor) };
  return html`<p>${say(words.sale.otherAmount, sums)}</p>`;
}

function movedNote(view: SaleView, { rich, words }: Voice): Html | null {
  if (view.moved === null) return null;
  const meter = inRow(view.moved.meterPan);
  const { movedFrom, movedTo } = words.sale;
  return html`<p>${rich(view.moved.direction === 'to' ? movedTo : movedFrom, { meter })}</p>`;
}

function stuckAdvice(frame: Frame, view: SaleView, { rich, words: { sale } }: Voice): Html {
  const { helpPhone } = frame;
  const call =
    helpPhone === null ? sale.withoutTell : rich(sale.withoutCall, { phone: callLink(helpPhone) });
  return html`${view.tokens.length > 0 ? sale.stuckToken : sale.stuckNoToken} ${call}`;
}

function action(view: SaleView, { words: { sale } }: Voice): Html | null {
  const connection = { id: view.connection.connectionId };
  if (view.state === 'awaitingPayment' && view.checkoutUrl !== null) {
    return html`<p><a class="button" href="${safeHref(view.checkoutUrl)}">${sale.goOnToPayment}</a></p>`;
  }
  if (view.state === 'paymentRefused' || view.state === 'paymentExpired') {
    return html`<p><a class="button" href="${pathOf(pageRoutes.buy, connection)}">${sale.tryAgain}</a></p>`;
  }
  return null;
}

function tokens(view: SaleView, { say, words: { given, sale } }: Voice): Html | null {
  if (view.tokens.length === 0) return null;
  const many = view.tokens.length > 1;
  return html`<div class="tokens">
<h2>${many ? sale.yourTokens : sale.yourToken}</h2>
${many && html`<p>${given.inThisOrder}</p>`}
${view.tokens.map((token, index) => {
  const number = { number: index + 1 };
  const name = many ? say(sale.nthToken, number) : sale.token;
  return html`<div class="token-row"><p class="token" role="group" aria-label="${name}">${tokenGroups(token).map((group) => html`<span>${group}</span> `)}</p>
<button class="second" type="button" data-copy="${token}" hidden>${many ? say(sale.copyNthToken, number) : sale.copyToken}</button></div>
`;
})}
${
  view.state !== 'delivered' &&
  html`<details${!view.meterHasLink && html` open`}><summary>${sale.howToType}</summary>
<ol class="how"><li>${sale.howGo}</li><li>${sale.howDigits}</li><li>${sale.howEnter}</li><li>${sale.howSays}</li></ol></details>`
}
</div>`;
}

/** Null where nothing is bought yet, or money is paid into a balance. */
function boughtText(view: SaleView, voice: Voice): string | null {
  const { energyWh, creditMinor } = view;
  if (energyWh === null || isIntoBalance(view)) return null;
  return creditText({ energyWh, creditMinor }, voice);
}

const withEnergy = (view: SaleView) => ({ ...view, energyWh: view.energyWh ?? '0' });

/** Paid, and not undone. */
export const hasReceipt = (view: SaleView): boolean =>
  view.tokens.length > 0 || view.state === 'delivered';

function moneyOf(frame: Frame, view: SaleView): Html | false {
  if (isIntoBalance(view) && view.paidDebts !== true) return moneyIn(frame, view);
  return view.lines.length > 0 && moneyLines(frame, view);
}

function receipt(frame: Frame, view: SaleView, voice: Voice): Html {
  const { sale } = voice.words;
  const isBought = boughtText(view, voice) !== null;
  const taken = isBought && takenText(frame, withEnergy(view));
  const onMeter = view.creditMinor !== null || (isBought && taken !== null);
  const paid = hasReceipt(view);
  const unpaid = view.askedMinor === undefined ? sale.whatYouAsked : sale.whatYouPaid;
  const fact = (name: string, value: Html | string) => html`
<div><dt>${name}</dt><dd>${value}</dd></div>`;
  const facts = [
    fact(sale.soldBy, frame.utilityName),
    fact(sale.for, view.connection.name),
    fact(sale.meterNumber, inRow(view.connection.meterPan)),
    fact(sale.time, voice.fullTime(view.requestedAtMs)),
    fact(sale.amount, voice.money(view.amountMinor)),
  ];
  return html`<section class="card receipt">
<h2>${paid ? sale.receipt : unpaid}</h2>
${issuerLines(frame.documents, voice)}
<dl>${facts}${
    isBought &&
    fact(onMeter ? sale.onTheMeter : sale.electricity, creditText(leftOf(withEnergy(view)), voice))
  }${view.providerReference !== null && fact(sale.paymentNumber, view.providerReference)}
<div><dt>${sale.purchaseNumber}</dt><dd class="long" dir="ltr">${view.saleId}</dd></div>
</dl>
${taken}
${moneyOf(frame, view)}
${whyText(frame, view.why)}
${paid && footLines(frame.documents)}
${
  paid &&
  html`<p><a class="button second" href="${pathOf(pageRoutes.saleReceipt, { id: view.saleId })}">${sale.asPdf}</a>${printedLanguage(voice.language) !== voice.language && html` <small>${sale.pdfInEnglish}</small>`}</p>
<button class="second" type="button" data-print hidden>${sale.print}</button>`
}
<p><a href="${view.receiptPath}">${sale.showOthers}</a></p>
</section>`;
}
