// Home of a connection in wallet mode: money is the figure, with what use costs and what was
// charged last. Also what the card of credit shares with it.

import { type ChargedDayView, type Frame, type HomeView, pageRoutes, pathOf } from '@prewatt/api';
import { dateText, kwh, money, today } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import type { LiveLabels } from '../live-labels.ts';

export function walletCard(words: LiveLabels, connection: { readonly id: string }): Html {
  return html`<section class="card credit" data-tone="${words.tone}">
<h2 data-live="creditTitle">${words.creditTitle}</h2>
<p class="big sum" data-live="available">${words.available}</p>
<p class="lasts" data-live="lasts">${words.lasts}</p>
<p><a class="button" href="${pathOf(pageRoutes.buy, connection)}">Pay in</a></p>
${supply(words)}
<dl class="tiles">
${tiles(words)}
<div><dt>Cost today</dt><dd data-live="costToday">${words.costToday}</dd></div>
<div><dt>Cost this month</dt><dd data-live="costThisMonth">${words.costThisMonth}</dd></div>
</dl>
<p class="hint" data-live="contact">${words.contact}</p>
</section>`;
}

export const supply = (words: LiveLabels): Html =>
  html`<div class="supply"><div role="status"><h3 data-live="supplyTitle">${words.supplyTitle}</h3></div><p data-live="supplyAdvice">${words.supplyAdvice}</p></div>`;

export const tiles = (words: LiveLabels): Html =>
  html`<div><dt>Power now</dt><dd data-live="power">${words.power}</dd></div>
<div><dt>Used today</dt><dd data-live="usedToday">${words.usedToday}</dd></div>`;

export function chargedLast(frame: Frame, view: HomeView): Html {
  return html`<section class="card">
<h2>Charged last</h2>
${
  view.charged.length === 0
    ? html`<p class="empty">Nothing yet. What you use comes off your balance as your meter reports.</p>`
    : html`<table class="lines" aria-label="Charged last"><tbody>${view.charged.map((day) => dayRow(frame, day))}
</tbody></table>`
}
</section>`;
}

function dayRow(frame: Frame, day: ChargedDayView): Html {
  const amount = (minor: string) => money(minor, frame.currency);
  const parts = day.parts.map((part) => `${part.label} ${amount(part.amountMinor)}`).join(', ');
  return html`
<tr><th scope="row">${day.date === today(frame) ? 'Today so far' : dateText(day.date)}<small>${usedText(day)}${parts !== '' && html` ${parts}.`}${
    day.explanation !== null && html` Charged again: ${day.explanation}`
  }</small></th><td>${amount(day.amountMinor)}</td></tr>`;
}

function usedText(day: ChargedDayView): string {
  const free = day.freeWh === '0' ? '' : `, ${kwh(day.freeWh)} of it free this month`;
  return `Used ${kwh(day.energyWh)}${free}.`;
}
