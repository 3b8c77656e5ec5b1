// Use per day as bars: an inline drawing for eyes, a table of the same numbers for everybody else.

import { type Frame, type HomeView, pageRoutes, pathOf } from '@prewatt/api';
import { formatKwh } from '@prewatt/quantities';
import { dateText, kwh, today } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { barChart } from './bar-chart.ts';

type Day = HomeView['days'][number];

/** The last days' use. Days without a reading leave a gap, not a zero. */
export function dailyUse(
  frame: Frame,
  days: readonly Day[],
  connection: { readonly id: string },
): Html | null {
  const known = days.filter((day) => day.energyWh !== null);
  if (known.length === 0) return null;
  return html`<section class="card use">
<h2>Use per day</h2>
<p class="hint">${summary(known)}</p>
${barChart(
  days.map(({ date, energyWh }) => ({
    ...{ label: `${Number(date.slice(8))}`, energyWh },
    isNow: date === today(frame),
  })),
  'Bars of electricity used per day, in kWh; the numbers follow in the table.',
)}
<p><a href="${pathOf(pageRoutes.use, connection)}">Hours, months and cost</a></p>
<details><summary>Show the numbers</summary>
<table class="lines"><caption>Electricity used each day</caption>
<thead><tr><th scope="col">Day</th><th scope="col">Used</th></tr></thead>
<tbody>${days.toReversed().map(
    (day) => html`
<tr><th scope="row">${dateText(day.date)}${day.date === today(frame) && ' (so far)'}</th><td>${day.energyWh === null ? 'no reading' : kwh(day.energyWh)}</td></tr>`,
  )}
</tbody></table></details>
</section>`;
}

function summary(known: readonly Day[]): string {
  const total = known.reduce((sum, day) => sum + BigInt(day.energyWh ?? '0'), 0n);
  const average = formatKwh(total / BigInt(known.length));
  return `About ${average} kWh a day, over ${known.length} ${known.length === 1 ? 'day' : 'days'}.`;
}
