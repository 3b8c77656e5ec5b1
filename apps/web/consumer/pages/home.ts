// Home of a connection: credit left and how long it lasts, supply, use, recent purchases, and the
// button to buy.

import { type ConnectionChoice, type Frame, type HomeView, pageRoutes, pathOf } from '@prewatt/api';
import { voiceData } from '../assets/script.ts';
import { withClock } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { inEnglish, inRow, page } from '../layout.ts';
import { type LiveLabels, liveLabels } from '../live-labels.ts';
import { type Voice, voiceOf } from '../text/voice.ts';
import { givenTokens } from './given-tokens.ts';
import { dailyUse } from './home-chart.ts';
import { chargedLast, supply, tiles, walletCard } from './home-wallet.ts';
import { limitNote } from './power-limit.ts';
import { salesList } from './sales-list.ts';

/** GET /connections/:id */
export function renderHome(frame: Frame, view: HomeView): string {
  const voice = voiceOf(frame);
  const { words, rich } = voice;
  const said = liveLabels(view.live, voice.live);
  const connection = { id: view.connection.connectionId };
  const { name, address, meterPan } = view.connection;
  const isWallet = view.live.wallet !== null;
  const sinceMs = view.live.wallet?.sinceMs ?? null;
  const ofWallet = { frame, connection, voice, sinceMs };
  const body = html`${switcher(view, voice)}
<h1 class="place">${name}</h1>
<p class="hint">${address !== '' && html`<span dir="auto">${address}</span> · `}${rich(words.home.meter, { meter: inRow(meterPan) })}</p>
<div data-live-url="${pathOf(pageRoutes.homeLive, connection)}" data-voice="${voiceData(voice.live)}" data-speed="${frame.clockSpeed}" data-now="${view.live.nowMs}">
<p class="offline" role="status" data-offline hidden></p>
<div class="columns">
<div>
${isWallet ? walletCard(said, ofWallet) : creditCard(said, connection, voice)}
${limitNote(view.powerLimit, connection, voice)}
${givenTokens(frame, view.given)}
${accountNotes(view, voice)}
${whenCreditEnds(frame, view, voice)}
</div>
<div>
${isWallet && chargedLast(frame, view)}
${dailyUse(frame, view.days, connection)}
<section class="card" data-fresh="sales">
<h2>${isWallet ? words.home.paidIn : words.home.purchases}</h2>
${salesList(frame, view.lastSales, { isWallet })}
<p>${view.lastSales.length > 0 && html`<a href="${pathOf(pageRoutes.purchases, connection)}">${isWallet ? words.home.allPayments : words.home.allPurchases}</a> · `}<a href="${pathOf(pageRoutes.statement, connection)}">${words.home.statement}</a> · <a href="${pathOf(pageRoutes.prices, connection)}">${words.home.prices}</a> · <a href="${pathOf(pageRoutes.topUp, connection)}">${words.home.topUp}</a> · <a href="${pathOf(pageRoutes.messages, connection)}">${words.home.messages}</a> · <a href="${pathOf(pageRoutes.report, connection)}">${words.report.link}</a> · <a href="${pathOf(pageRoutes.meter, connection)}">${words.home.yourMeter}</a></p>
</section>
</div>
</div>
</div>`;
  return page(frame, { title: name, body, signedIn: true, isHome: true });
}

function creditCard(words: LiveLabels, connection: { readonly id: string }, voice: Voice): Html {
  return html`<section class="card credit" data-tone="${words.tone}">
<h2>${words.creditTitle}</h2>
${
  words.about === ''
    ? html`<p class="big"><span data-live="available">${words.available}</span> <span class="unit">kWh</span></p>`
    : html`<p class="big sum" data-live="available">${words.available}</p>
<p class="hint" data-live="about">${words.about}</p>`
}
<p class="lasts" data-live="lasts">${words.lasts}</p>
<p><a class="button" href="${pathOf(pageRoutes.buy, connection)}">${voice.words.home.buy}</a></p>
${supply(words)}
<dl class="tiles">
${tiles(words, voice)}
</dl>
<p class="hint" data-live="contact">${words.contact}</p>
</section>`;
}

function whenCreditEnds(frame: Frame, view: HomeView, voice: Voice): Html | null {
  if (view.afterCredit.length === 0) return null;
  const { whenCreditEnds: ofCredit, whenMoneyEnds: ofMoney } = voice.words.home;
  return html`<section class="card"><h2>${view.live.wallet === null ? ofCredit : ofMoney}</h2>
<p>${inEnglish(voice, withClock(view.afterCredit.join(' '), frame))}</p></section>`;
}

function accountNotes(view: HomeView, { money, rich, words }: Voice): Html | null {
  const isWallet = view.live.wallet !== null;
  const prepaid = BigInt(view.prepaidMinor) > 0n && !isWallet;
  const debt = BigInt(view.debtMinor) > 0n;
  if (!prepaid && !debt) return null;
  return html`<section class="card">
<h2>${words.home.moneyWithUs}</h2>
${prepaid && html`<p>${rich(words.home.kept, { amount: money(view.prepaidMinor) })}</p>`}
${debt && html`<p>${rich(isWallet ? words.home.oweFromPayments : words.home.oweFromPurchases, { amount: money(view.debtMinor) })}</p>`}
</section>`;
}

function switcher(view: HomeView, { say, words }: Voice): Html | null {
  if (view.connections.length < 2) return null;
  const links = view.connections.map((choice) => choiceLink(choice, view.connection.connectionId));
  const list = html`<nav class="places" aria-label="${words.frame.yourPlaces}"><ul>${links}</ul></nav>`;
  if (view.connections.length <= 4) return list;
  return html`<details class="places-more"><summary>${say(words.frame.places, { count: view.connections.length })}</summary>${list}</details>`;
}

function choiceLink(choice: ConnectionChoice, presentId: string): Html {
  const present = choice.connectionId === presentId && html` aria-current="page"`;
  return html`<li><a href="${pathOf(pageRoutes.home, { id: choice.connectionId })}"${present}>${choice.name}</a></li>`;
}
