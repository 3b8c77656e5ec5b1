// Home of a connection: credit left and how long it lasts, supply, use, recent purchases, and the
// button to buy.

import { type ConnectionChoice, type Frame, type HomeView, pageRoutes, pathOf } from '@prewatt/api';
import { money } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { page } from '../layout.ts';
import { type LiveLabels, liveLabels } from '../live-labels.ts';
import { givenTokens } from './given-tokens.ts';
import { dailyUse } from './home-chart.ts';
import { chargedLast, supply, tiles, walletCard } from './home-wallet.ts';
import { limitNote } from './power-limit.ts';
import { salesList } from './sales-list.ts';

/** GET /connections/:id */
export function renderHome(frame: Frame, view: HomeView): string {
  const words = liveLabels(view.live, frame.zone);
  const connection = { id: view.connection.connectionId };
  const { name, address, meterPan } = view.connection;
  const isWallet = view.live.wallet !== null;
  const body = html`${switcher(view)}
<h1 class="place">${name}</h1>
<p class="hint">${address !== '' && html`${address} · `}Meter <span class="nowrap">${meterPan}</span></p>
<div data-live-url="${pathOf(pageRoutes.homeLive, connection)}" data-zone="${frame.zone}" data-speed="${frame.clockSpeed}" data-now="${view.live.nowMs}">
<p class="offline" role="status" data-offline hidden></p>
<div class="columns">
<div>
${isWallet ? walletCard(words, connection) : creditCard(words, connection)}
${limitNote(view.powerLimit, connection)}
${givenTokens(frame, view.given)}
${accountNotes(frame, view)}
${whenCreditEnds(view)}
</div>
<div>
${isWallet && chargedLast(frame, view)}
${dailyUse(frame, view.days, connection)}
<section class="card">
<h2>${isWallet ? 'Paid in' : 'Recent purchases'}</h2>
${salesList(frame, view.lastSales, { isWallet })}
<p>${view.lastSales.length > 0 && html`<a href="${pathOf(pageRoutes.purchases, connection)}">${isWallet ? 'All payments' : 'All purchases'}</a> · `}<a href="${pathOf(pageRoutes.statement, connection)}">Statement</a> · <a href="${pathOf(pageRoutes.prices, connection)}">Your prices</a> · <a href="${pathOf(pageRoutes.topUp, connection)}">Automatic top-up</a> · <a href="${pathOf(pageRoutes.messages, connection)}">Messages</a> · <a href="${pathOf(pageRoutes.meter, connection)}">Your meter</a></p>
</section>
</div>
</div>
</div>`;
  return page(frame, { title: name, body, signedIn: true });
}

function creditCard(words: LiveLabels, connection: { readonly id: string }): Html {
  return html`<section class="card credit" data-tone="${words.tone}">
<h2>${words.creditTitle}</h2>
${
  words.about === ''
    ? html`<p class="big"><span data-live="available">${words.available}</span> <span class="unit">kWh</span></p>`
    : html`<p class="big sum" data-live="available">${words.available}</p>
<p class="hint" data-live="about">${words.about}</p>`
}
<p class="lasts" data-live="lasts">${words.lasts}</p>
<p><a class="button" href="${pathOf(pageRoutes.buy, connection)}">Buy electricity</a></p>
${supply(words)}
<dl class="tiles">
${tiles(words)}
</dl>
<p class="hint" data-live="contact">${words.contact}</p>
</section>`;
}

function whenCreditEnds(view: HomeView): Html | null {
  if (view.afterCredit.length === 0) return null;
  const name = view.live.wallet === null ? 'credit' : 'money';
  return html`<section class="card"><h2>When your ${name} ends</h2>
<p>${view.afterCredit.join(' ')}</p></section>`;
}

function accountNotes(frame: Frame, view: HomeView): Html | null {
  const isWallet = view.live.wallet !== null;
  const prepaid = BigInt(view.prepaidMinor) > 0n && !isWallet;
  const debt = BigInt(view.debtMinor) > 0n;
  if (!prepaid && !debt) return null;
  return html`<section class="card">
<h2>Your money with us</h2>
${prepaid && html`<p><b>${money(view.prepaidMinor, frame.currency)}</b> is kept for your next purchase.</p>`}
${debt && html`<p>You owe <b>${money(view.debtMinor, frame.currency)}</b>${isWallet && ' from before'}. A part of it comes off each ${isWallet ? 'payment' : 'purchase'}; you see how much before you pay.</p>`}
</section>`;
}

function switcher(view: HomeView): Html | null {
  if (view.connections.length < 2) return null;
  const links = view.connections.map((choice) => choiceLink(choice, view.connection.connectionId));
  const list = html`<nav class="places" aria-label="Your places"><ul>${links}</ul></nav>`;
  if (view.connections.length <= 4) return list;
  return html`<details class="places-more"><summary>Your ${view.connections.length} places</summary>${list}</details>`;
}

function choiceLink(choice: ConnectionChoice, presentId: string): Html {
  const present = choice.connectionId === presentId && html` aria-current="page"`;
  return html`<li><a href="${pathOf(pageRoutes.home, { id: choice.connectionId })}"${present}>${choice.name}</a></li>`;
}
