// Use per day as bars: an inline drawing for eyes, a table of the same numbers for everybody else.

import { type Frame, type HomeView, pageRoutes, pathOf } from '@prewatt/api';
import { today } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { type Voice, voiceOf } from '../text/voice.ts';
import { barChart } from './bar-chart.ts';

type Day = HomeView['days'][number];

/** The last days' use. Days without a reading leave a gap, not a zero. */
export function dailyUse(
  frame: Frame,
  days: readonly Day[],
  connection: { readonly id: string },
): Html | null {
  const voice = voiceOf(frame);
  const { date, kwh, number, say, words } = voice;
  const known = days.filter((day) => day.energyWh !== null);
  if (known.length === 0) return null;
  return html`<section class="card use" data-fresh="use">
<h2>${words.home.usePerDay}</h2>
<p class="hint">${summary(known, voice)}</p>
${barChart(
  days.map((day) => ({
    ...{ label: number(`${Number(day.date.slice(8))}`), energyWh: day.energyWh },
    isNow: day.date === today(frame),
  })),
  { name: words.home.barsPerDay, number },
)}
<p><a href="${pathOf(pageRoutes.use, connection)}">${words.home.useAndCost}</a></p>
<details><summary>${words.home.showNumbers}</summary>
<table class="lines"><caption>${words.home.usedEachDay}</caption>
<thead><tr><th scope="col">${words.home.day}</th><th scope="col">${words.home.usedColumn}</th></tr></thead>
<tbody>${days.toReversed().map(
    (day) => html`
<tr><th scope="row">${day.date === today(frame) ? say(words.home.soFar, { day: date(day.date) }) : date(day.date)}</th><td>${day.energyWh === null ? words.home.noReading : kwh(day.energyWh)}</td></tr>`,
  )}
</tbody></table></details>
</section>`;
}

function summary(known: readonly Day[], { kwh, live, say, words }: Voice): string {
  const total = known.reduce((sum, day) => sum + BigInt(day.energyWh ?? '0'), 0n);
  const energy = kwh((total / BigInt(known.length)).toString());
  const days = say(live.words.days, { count: known.length });
  return say(words.home.average, { energy, days });
}
