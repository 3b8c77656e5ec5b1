// Buying, second step: what the money becomes, line by line, before anything is paid.

import {
  type AnHourView,
  type Frame,
  pageRoutes,
  pathOf,
  type QuoteLineJson,
  type QuoteView,
} from '@prewatt/api';
import { offerScriptAsset } from '../assets/assets.ts';
import { machineTime, withSign } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { csrfField, inEnglish, inRow, page, problemText } from '../layout.ts';
import { leftOf, takenOf, type WithTaken } from '../taken.ts';
import { creditText, type Voice, voiceOf } from '../text/voice.ts';

/** GET /quotes/:id, and POST /quotes/:id/pay when paying could not begin. */
export function renderQuote(frame: Frame, view: QuoteView): string {
  const connection = { id: view.connection.connectionId };
  const voice = voiceOf(frame);
  const { rich, say, words } = voice;
  const amount = voice.money(view.amountMinor);
  const body = html`<section class="card narrow">
${view.isWallet ? intoBalance(view, voice) : bought(frame, view, voice)}
<p class="hint">${rich(words.offer.meterNumber, { meter: inRow(view.connection.meterPan) })}</p>
${moneyLines(frame, view)}
${whyText(frame, view.why)}
${problemText(view.problem, 'pay-problem')}
${
  view.canPay &&
  html`<form method="post" action="${pathOf(pageRoutes.pay, { id: view.quoteId })}" data-taken="${words.offer.taken}" data-see="${words.offer.seeTaken}">
${csrfField(frame)}
${view.canKeepCard && html`<label class="box"><input type="checkbox" name="keepCard" value="on"> <span>${words.offer.keepCard} <a href="${pathOf(pageRoutes.topUp, connection)}">${words.offer.aboutTopUps}</a></span></label>`}
<button class="main">${say(words.offer.pay, { amount })}</button>
</form>`
}
${view.problem !== null && html`<p><a class="button second" href="${pathOf(pageRoutes.buy, connection)}">${words.offer.newOffer}</a></p>`}
<p class="hint">${say(words.offer.payWith, { provider: view.providerName })}${goodUntil(frame, view, voice)}</p>
</section>`;
  return page(frame, {
    title: words.offer.title,
    body,
    script: offerScriptAsset.path,
    signedIn: true,
    back: { href: pathOf(pageRoutes.buy, connection), label: words.offer.changeAmount },
  });
}

function bought(frame: Frame, view: QuoteView, voice: Voice): Html {
  const { money, say, words } = voice;
  const { forHome, onMeterOf, whatYouGet } = words.offer;
  const home = view.connection.name;
  return html`<h1>${say(whatYouGet, { amount: money(view.amountMinor) })}</h1>
<p class="get"><b>${creditText(leftOf(view), voice)}</b> <span>${say(view.creditMinor === null ? forHome : onMeterOf, { home })}</span></p>
${takenText(frame, view)}`;
}

/** What the meter takes of a token; null where it is owed nothing. */
export function takenText(frame: Frame, view: WithTaken): Html | null {
  const voice = voiceOf(frame);
  const taken = takenOf(view);
  if (taken === null) return null;
  const values = { all: creditText(view, voice), taken: creditText(taken, voice) };
  return html`<p>${voice.rich(voice.words.offer.meterTakes, values)}</p>`;
}

function intoBalance(view: QuoteView, voice: Voice): Html {
  const { kwh, rich, say, words } = voice;
  const amount = voice.money(view.amountMinor);
  return html`<h1>${say(words.buy.payInSum, { amount })}</h1>
<p class="get"><b>${amount}</b> <span>${say(words.offer.forBalance, { home: view.connection.name })}</span></p>
${
  BigInt(view.energyWh) > 0n &&
  isEnough(view) &&
  html`<p>${rich(words.offer.enoughFor, { energy: kwh(view.energyWh) })}</p>`
}${owingText(view, voice)}`;
}

/** Nothing is bought by what pays back only. */
const isEnough = ({ owing }: QuoteView): boolean =>
  owing === null || BigInt(owing.balanceAfterMinor) > 0n;

/** "An hour at 5.00 kW costs R 9.50." with a space before it; nothing where nobody knows. */
export function hourCosts(anHour: AnHourView | null, { money, power, say, words }: Voice): string {
  if (anHour === null) return '';
  const values = { power: power(anHour.powerW), amount: money(anHour.minor) };
  return ` ${say(words.offer.hourCosts, values)}`;
}

/** A wallet that owes: what is owed after the payment, and what brings supply back. */
function owingText({ owing }: QuoteView, voice: Voice): Html | null {
  if (owing === null) return null;
  const { money, rich, words } = voice;
  const costs = hourCosts(owing.anHour, voice);
  const { comesBack, paysOwed, stillOwe, stillOweOff } = words.offer;
  const after = BigInt(owing.balanceAfterMinor);
  if (after > 0n) return html`<p>${paysOwed}${owing.isOff && ` ${comesBack}`}${costs}</p>`;
  const values = { owed: money((-after).toString()), least: money(owing.leastMinor) };
  return html`<p class="problem" role="alert">${rich(owing.isOff ? stillOweOff : stillOwe, values)}${costs}</p>`;
}

// An open page grows old without knowing it: the server says so again when asked to pay.
function goodUntil(frame: Frame, view: QuoteView, { rich, when, words }: Voice): Html | null {
  const at = view.expiresAtMs;
  if (at <= frame.nowMs) return null;
  const time = html`<time datetime="${machineTime(at)}">${when(at, frame.nowMs)}</time>`;
  return html` ${rich(words.offer.goodUntil, { when: time })}`;
}

/** Why it is more or less than last time: the sentence that opens, the others behind it. */
export function whyText(frame: Frame, why: readonly string[]): Html | null {
  const voice = voiceOf(frame);
  const [first, ...others] = why.map((sentence) => inEnglish(voice, withSign(sentence, frame)));
  if (first === undefined) return null;
  return html`<h2>${voice.words.offer.moreOrLess}</h2>
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

type Row = {
  readonly label: string;
  readonly hint: Html | string;
  readonly value: string;
  readonly kind: string;
};

const rowOf = ({ label, hint, value, kind }: Row): Html => html`
<tr class="${kind}"><th scope="row">${label}${hint !== '' && html`<small>${hint}</small>`}</th><td>${value}</td></tr>`;

/**
 * Where every cent goes, as a table: of a quote and of a receipt. Each line is a part of the sum,
 * so none has a minus: "VAT − R 13.04" reads as tax that is given back.
 */
export function moneyLines(frame: Frame, view: MoneyLines): Html {
  const voice = voiceOf(frame);
  const { money } = voice;
  const words = voice.words.offer;
  // Money that a wallet owes buys nothing.
  const buys = view.isWallet === true && view.lines.some(({ kind }) => kind === 'energy');
  return html`<table class="lines">
<caption>${buys ? words.atTodaysPrice : words.whereMoneyGoes}</caption>
<tbody>${rowOf({ label: words.youPay, hint: '', value: money(view.amountMinor), kind: 'total' })}${
    BigInt(view.broughtForwardMinor) > 0n &&
    rowOf({
      ...{ label: words.keptFromBefore, hint: words.keptFromBeforeWhy, kind: 'fee' },
      value: `+ ${money(view.broughtForwardMinor)}`,
    })
  }${view.lines.map((line) =>
    rowOf({
      label: lineLabel(line, voice),
      hint: explanation(line, frame, voice),
      value: money(line.amountMinor),
      kind: line.kind,
    }),
  )}${
    BigInt(view.remainderMinor) > 0n &&
    view.isWallet !== true &&
    rowOf({
      label: words.keptForNext,
      hint: view.creditMinor == null ? words.keptForNextWhy : words.keptForNextMoney,
      value: money(view.remainderMinor),
      kind: 'kept',
    })
  }
</tbody>
</table>`;
}

/** Of a payment into a wallet: what went to arrears, and the balance before and after it. */
export function moneyIn(frame: Frame, view: MoneyLines): Html {
  const voice = voiceOf(frame);
  const words = voice.words.offer;
  const amount = (minor: string) => voice.money(minor.replace('-', ''));
  const balance = (owed: string, left: string, minor: string) =>
    rowOf({
      label: minor.startsWith('-') ? owed : left,
      ...{ hint: '', value: amount(minor), kind: 'kept' },
    });
  const before = balance(words.owedBefore, words.balanceBefore, view.broughtForwardMinor);
  const after = balance(words.owedAfter, words.balanceAfter, view.remainderMinor);
  return html`<table class="lines">
<caption>${words.whereMoneyGoes}</caption>
<tbody>${rowOf({ label: words.youPay, hint: '', value: amount(view.amountMinor), kind: 'total' })}${view.lines.map(
    (line) =>
      rowOf({
        ...{ label: line.label, hint: explanation(line, frame, voice), kind: line.kind },
        value: `−\u00a0${amount(line.amountMinor)}`,
      }),
  )}${before}${after}
</tbody>
</table>`;
}

const explanation = (line: QuoteLineJson, frame: Frame, voice: Voice): Html | string =>
  line.explanation === '' ? '' : inEnglish(voice, withSign(line.explanation, frame));

function lineLabel(line: QuoteLineJson, { kwh }: Voice): string {
  return line.energyWh === null ? line.label : `${line.label}, ${kwh(line.energyWh)}`;
}
