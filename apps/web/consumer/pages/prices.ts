// The price list of a connection in plain sentences, and the next change that is decided.

import { type Frame, type PricesView, pageRoutes, pathOf } from '@prewatt/api';
import { withClock, withSign } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { inEnglish, page } from '../layout.ts';
import { type Voice, voiceOf } from '../text/voice.ts';

/** GET /connections/:id/prices */
export function renderPrices(frame: Frame, view: PricesView): string {
  const connection = { id: view.connection.connectionId };
  const voice = voiceOf(frame);
  const { say, words } = voice;
  const { ofMeter, ofUse } = words.prices;
  const charged = { purchase: null, use: ofUse, meter: ofMeter }[view.charging];
  const home = view.connection.name;
  const body = html`<section class="card narrow">
<h1>${words.home.prices}</h1>
${
  view.since === null
    ? html`<p>${say(words.prices.none, { home })}</p>`
    : html`<p class="hint">${say(words.prices.since, { home, date: dayText(view.since, voice) })}</p>`
}
${charged !== null && html`<p>${charged}</p>`}
${voice.language !== 'en' && html`<p class="hint">${words.prices.inEnglish}</p>`}
${view.coming !== null && coming(view.coming, { frame, voice, inMeter: view.charging === 'meter' })}
${view.sections.map(
  (section) => html`<h2>${inEnglish(voice, section.title)}</h2>
<ul>${section.sentences.map(
    (sentence) => html`
<li>${inEnglish(voice, withClock(withSign(sentence, frame), frame))}</li>`,
  )}
</ul>
`,
)}
<p><a class="button second" href="${pathOf(pageRoutes.price, connection)}">${words.buy.trial}</a></p>
</section>`;
  return page(frame, {
    title: words.home.prices,
    body,
    signedIn: true,
    back: { href: pathOf(pageRoutes.home, connection), label: view.connection.name },
  });
}

function coming(
  change: NonNullable<PricesView['coming']>,
  o: { readonly frame: Frame; readonly voice: Voice; readonly inMeter: boolean },
): Html {
  const { frame, voice } = o;
  const { from, isGone, isNew, meterCharges } = voice.words.prices;
  const item = (what: string, sentence: string) => html`
<li>${what} ${inEnglish(voice, withClock(withSign(sentence, frame), frame))}</li>`;
  const items = [
    ...change.added.map((sentence) => item(isNew, sentence)),
    ...change.gone.map((sentence) => item(isGone, sentence)),
  ];
  return html`<div class="status">
<h2>${voice.say(from, { date: dayText(change.from, voice) })}</h2>
<ul>${items}
</ul>
${o.inMeter && html`<p>${meterCharges}</p>`}
</div>`;
}

/** "1 December 2026" from "2026-12-01". */
const dayText = (date: string, { dateAs }: Voice): string =>
  dateAs(date, { day: 'numeric', month: 'long', year: 'numeric' });
