// Use per day as bars: an inline drawing for eyes, a table of the same numbers for everybody else.

import type { Frame, HomeView } from '@prewatt/api';
import { formatKwh } from '@prewatt/quantities';
import { dateText, kwh, today } from '../formatters.ts';
import { type Html, html } from '../html.ts';

type Day = HomeView['days'][number];

// Units of the drawing; it scales with the page. 360 wide fits the smallest phone about one to one.
const frameOf = { width: 336, height: 150, left: 30, top: 8, bottom: 128 } as const;

/** The last days' use. Days without a reading leave a gap, not a zero. */
export function dailyUse(frame: Frame, days: readonly Day[]): Html | null {
  const known = days.filter((day) => day.energyWh !== null);
  if (known.length === 0) return null;
  return html`<section class="card use">
<h2>Use per day</h2>
<p class="hint">${summary(known)}</p>
${drawing(frame, days)}
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

function drawing(frame: Frame, days: readonly Day[]): Html {
  const { width, height, left, top, bottom } = frameOf;
  const most = days.reduce((max, day) => Math.max(max, Number(day.energyWh ?? '0')), 0);
  const ceiling = niceCeiling(most);
  const y = (wh: number) => bottom - ((bottom - top) * wh) / ceiling;
  const step = (width - left) / days.length;
  const lines = [0, ceiling / 2, ceiling].map(
    (wh) => html`
<path class="grid" d="M${left} ${round(y(wh))}H${width}"/><text class="axis" x="${left - 5}" y="${round(y(wh) + 3.5)}" text-anchor="end">${wh / 1000}</text>`,
  );
  const bars = days.map((day, index) => {
    const x = left + index * step;
    const dayNumber = Number(day.date.slice(8));
    const label = html`<text class="axis" x="${round(x + step / 2)}" y="${bottom + 15}" text-anchor="middle">${dayNumber}</text>`;
    if (day.energyWh === null) return label;
    const tall = Math.max(y(0) - y(Number(day.energyWh)), 1);
    const kind = day.date === today(frame) ? 'bar now' : 'bar';
    return html`
<rect class="${kind}" x="${round(x + step * 0.14)}" y="${round(bottom - tall)}" width="${round(step * 0.72)}" height="${round(tall)}" rx="2"/>${label}`;
  });
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Bars of electricity used per day, in kWh; the numbers follow in the table.">${lines}${bars}
</svg>`;
}

/**
 * The next of 1, 1.5, 2, 3, 4, 5, 6, 8 or 10 times a power of ten, in watt-hours: its half is short
 * to print.
 */
function niceCeiling(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, 100)));
  const factor = [1, 1.5, 2, 3, 4, 5, 6, 8].find((candidate) => candidate * power >= most) ?? 10;
  return factor * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
