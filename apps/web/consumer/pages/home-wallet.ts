// Home of a connection in wallet mode: money is the figure, with what use costs and what was
// charged last. Also what the card of credit shares with it.

import { type ChargedDayView, type Frame, type HomeView, pageRoutes, pathOf } from '@prewatt/api';
import { today } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { inEnglish } from '../layout.ts';
import type { LiveLabels } from '../live-labels.ts';
import { type Voice, voiceOf } from '../text/voice.ts';

export function walletCard(
  words: LiveLabels,
  o: {
    readonly frame: Frame;
    readonly connection: { readonly id: string };
    readonly voice: Voice;
    /** When the wallet began, where costs count from then only. */
    readonly sinceMs: number | null;
  },
): Html {
  const { connection, frame, sinceMs, voice } = o;
  const { home } = voice.words;
  return html`<section class="card credit" data-tone="${words.tone}">
<h2 data-live="creditTitle">${words.creditTitle}</h2>
<p class="big sum" data-live="available">${words.available}</p>
<p class="lasts" data-live="lasts">${words.lasts}</p>
<p><a class="button" href="${pathOf(pageRoutes.buy, connection)}">${home.payIn}</a></p>
${supply(words)}
<dl class="tiles">
${tiles(words, voice)}
<div><dt>${home.costToday}</dt><dd data-live="costToday">${words.costToday}</dd></div>
<div><dt>${home.costThisMonth}</dt><dd data-live="costThisMonth">${words.costThisMonth}</dd></div>
</dl>
${
  sinceMs !== null &&
  html`<p class="hint">${voice.say(home.costSince, { time: voice.when(sinceMs, frame.nowMs) })}</p>`
}
<p class="hint" data-live="contact">${words.contact}</p>
</section>`;
}

export const supply = (words: LiveLabels): Html =>
  html`<div class="supply"><div role="status"><h3 data-live="supplyTitle">${words.supplyTitle}</h3></div><p data-live="supplyAdvice">${words.supplyAdvice}</p></div>`;

export const tiles = (words: LiveLabels, { words: { home } }: Voice): Html =>
  html`<div><dt>${home.powerNow}</dt><dd data-live="power">${words.power}</dd></div>
<div><dt>${home.usedToday}</dt><dd data-live="usedToday">${words.usedToday}</dd></div>`;

export function chargedLast(frame: Frame, view: HomeView): Html {
  const { home } = voiceOf(frame).words;
  return html`<section class="card">
<h2>${home.chargedLast}</h2>
${
  view.charged.length === 0
    ? html`<p class="empty">${home.notCharged}</p>`
    : html`<table class="lines" aria-label="${home.chargedLast}"><tbody>${view.charged.map((day) => dayRow(frame, day))}
</tbody></table>`
}
</section>`;
}

function dayRow(frame: Frame, day: ChargedDayView): Html {
  const voice = voiceOf(frame);
  const { date, kwh, money, rich, say, words } = voice;
  const energy = { energy: kwh(day.energyWh) };
  const used =
    day.freeWh === '0'
      ? say(words.home.used, energy)
      : say(words.home.usedFree, { ...energy, free: kwh(day.freeWh) });
  const parts = day.parts.map((part) => `${part.label} ${money(part.amountMinor)}`).join(', ');
  const { explanation } = day;
  return html`
<tr><th scope="row">${day.date === today(frame) ? words.home.todaySoFar : date(day.date)}<small>${used}${parts !== '' && html` ${parts}.`}${
    explanation !== null &&
    html` ${rich(words.home.chargedAgain, { why: inEnglish(voice, explanation) })}`
  }</small></th><td>${money(day.amountMinor)}</td></tr>`;
}
