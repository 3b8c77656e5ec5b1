// The price list of a connection in plain sentences, and the next change that is decided.

import { type Frame, type PricesView, pageRoutes, pathOf } from '@prewatt/api';
import { withSign } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { page } from '../layout.ts';

const charged: Readonly<Record<PricesView['charging'], string | null>> = {
  purchase: null,
  use: 'These prices are taken from your balance as you use electricity, and fixed charges when they fall due.',
  meter:
    'Your meter holds these prices: it charges electricity as you use it, and fixed charges when they fall due.',
};

/** GET /connections/:id/prices */
export function renderPrices(frame: Frame, view: PricesView): string {
  const connection = { id: view.connection.connectionId };
  const body = html`<section class="card narrow">
<h1>Your prices</h1>
${
  view.since === null
    ? html`<p>There is no price list for ${view.connection.name} just now. Please tell us.</p>`
    : html`<p class="hint">${view.connection.name}. Prices since ${dayText(view.since)}.</p>`
}
${charged[view.charging] !== null && html`<p>${charged[view.charging]}</p>`}
${view.coming !== null && coming(frame, view.coming, view.charging === 'meter')}
${view.sections.map(
  (section) => html`<h2>${section.title}</h2>
<ul>${section.sentences.map(
    (sentence) => html`
<li>${withSign(sentence, frame.currency)}</li>`,
  )}
</ul>
`,
)}
<p><a class="button second" href="${pathOf(pageRoutes.price, connection)}">What would I get?</a></p>
</section>`;
  return page(frame, {
    title: 'Your prices',
    body,
    signedIn: true,
    back: { href: pathOf(pageRoutes.home, connection), label: view.connection.name },
  });
}

function coming(frame: Frame, change: NonNullable<PricesView['coming']>, inMeter: boolean): Html {
  const items = [
    ...change.added.map((sentence) => `New: ${sentence}`),
    ...change.gone.map((sentence) => `No longer: ${sentence}`),
  ];
  return html`<div class="status">
<h2>From ${dayText(change.from)}</h2>
<ul>${items.map(
    (item) => html`
<li>${withSign(item, frame.currency)}</li>`,
  )}
</ul>
${inMeter && html`<p>Your meter charges these from that day on, also from the money that is in it by then. You need do nothing.</p>`}
</div>`;
}

/** "1 December 2026" from "2026-12-01". */
function dayText(date: string): string {
  return Temporal.PlainDate.from(date).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
}
