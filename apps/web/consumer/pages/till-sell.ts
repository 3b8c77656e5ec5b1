// Selling on a shop's phone: meter and amount, the offer, and the list of what was sold.

import {
  type Frame,
  pathOf,
  type TillOfferView,
  type TillSaleRow,
  type TillSalesView,
  type TillSellView,
  tillPages,
} from '@prewatt/api';
import { credit, currencySign, dayAndTime, kwh, machineTime, money } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { csrfField, page, problemText } from '../layout.ts';
import { leftOf } from '../taken.ts';
import { moneyLines, takenText } from './quote.ts';
import { cardReader, deskLine, offerAt, tillAt, tillMenu, toSell } from './till-frame.ts';

/** GET /till, and POST /till/offers when the meter or the amount was refused. */
export function renderTillSell(frame: Frame, view: TillSellView): string {
  const body = html`${deskLine(frame, view.desk)}
<div class="columns">
<section class="card narrow">
<h1>Sell electricity</h1>
${atCounter(frame, view)}
</section>
<section class="card narrow">
<h2>Sold last</h2>
${saleList(frame, view.last)}
</section>
</div>
${tillMenu()}`;
  return page(frame, { title: 'Sell electricity', body, signedIn: true, at: tillAt });
}

function atCounter(frame: Frame, view: TillSellView): Html {
  if (view.shift === null) return noShift(frame);
  return view.shift.ofOther === null ? sellForm(frame, view) : ofOther(view.shift.ofOther);
}

const noShift = (
  frame: Frame,
): Html => html`<p>Open a shift first. Every sale of it is yours, and you count the cash at its end.</p>
<form method="post" action="${pathOf(tillPages.openShift)}">
${csrfField(frame)}
<button class="main">Open a shift</button>
</form>`;

const ofOther = (
  name: string,
): Html => html`<p>The shift of <b>${name}</b> is still open on this phone. Count the cash together and close it; then you open your own.</p>
<p><a class="button" href="${pathOf(tillPages.shift)}">Shift and cash</a></p>`;

function sellForm(frame: Frame, view: TillSellView): Html {
  const bad = view.problem !== null;
  return html`<form method="post" action="${pathOf(tillPages.makeOffer)}">
${csrfField(frame)}
${problemText(view.problem, 'sell-problem')}
<label for="meter">Meter number</label>
<p class="hint" id="meter-hint">As it stands on the meter or the card: 11, 13 or 18 digits</p>
<input id="meter" name="meter" type="text" inputmode="numeric" autocomplete="off" required maxlength="30" value="${view.meter}" aria-describedby="meter-hint${bad && ' sell-problem'}">
<label for="amount">Amount of money</label>
<div class="money"><span aria-hidden="true">${currencySign(frame.currency)}</span><input id="amount" name="amount" type="text" inputmode="decimal" autocomplete="off" required maxlength="20" value="${view.amount}"${bad && html` aria-describedby="sell-problem"`}></div>
<button class="main">See the offer</button>
<button class="quiet" name="pays" value="debts">Take it for what is owed</button>
</form>
${cardReader({ act: 'Read the customer’s card', saleId: null })}`;
}

/** GET /till/offers/:requestId, and its POST when nothing was sold. */
export function renderTillOffer(frame: Frame, view: TillOfferView): string {
  const pay = money(view.amountMinor, frame.currency);
  const body = html`${deskLine(frame, view.desk)}
<section class="card narrow">
<h1>Ask the customer</h1>
<dl class="ask">
<div><dt>Customer</dt><dd>${view.customerName ?? 'no name is known'}</dd></div>
<div><dt>Place</dt><dd>${view.connectionName}</dd></div>
<div><dt>Meter</dt><dd class="nowrap">${view.meterPan}</dd></div>
</dl>
<p class="get"><b>${credit(leftOf(view), frame.currency)}</b> <span>for ${pay}</span></p>
${takenText(frame, view)}
${problemText(view.problem, 'sell-problem')}
<form method="post" action="${pathOf(tillPages.sell, { requestId: view.requestId })}" data-once="${offerAt(view)}">
${csrfField(frame)}
<input type="hidden" name="meter" value="${view.meterPan}">
<input type="hidden" name="amount" value="${view.amountMinor}">
<button class="main">Take ${pay} and sell</button>
</form>
<p class="hint">It is sold once, however often you press or load this page again.</p>
${moneyLines(frame, view)}
</section>`;
  const back = { href: pathOf(tillPages.start), label: 'Another meter or amount' };
  return page(frame, { title: 'Offer', body, signedIn: true, at: tillAt, back });
}

/** GET /till/sales */
export function renderTillSales(frame: Frame, view: TillSalesView): string {
  const body = html`${deskLine(frame, view.desk)}
<section class="card narrow">
<h1>Last sales</h1>
${saleList(frame, view.sales)}
</section>`;
  return page(frame, { title: 'Last sales', body, signedIn: true, at: tillAt, back: toSell });
}

function saleList(frame: Frame, sales: readonly TillSaleRow[]): Html {
  if (sales.length === 0) return html`<p class="empty">Nothing is sold on this phone yet.</p>`;
  return html`<ul class="sales">${sales.map(
    (sale) => html`
<li><a href="${pathOf(tillPages.sale, { id: sale.saleId })}">
<span class="row"><b>${money(sale.amountMinor, frame.currency)}</b> <b>${sale.energyWh !== null && boughtText(sale.energyWh)}</b></span>
<span class="row"><span>${sale.connectionName}, <span class="nowrap">${sale.meterPan}</span></span> <time datetime="${machineTime(sale.soldAtMs)}">${dayAndTime(sale.soldAtMs, frame)}</time></span>${
      sale.isReversed &&
      html`
<span class="state bad">Undone: its token is void</span>`
    }
</a></li>`,
  )}
</ul>`;
}

/** A payment of what is owed buys nothing. */
const boughtText = (energyWh: string): string =>
  energyWh === '0' ? 'no electricity' : kwh(energyWh);
