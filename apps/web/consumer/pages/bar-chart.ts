// Bars of energy as an inline drawing: for eyes only, beside a table of the same numbers.

import { type Html, html } from '../html.ts';

export type Bar = {
  /** Under the bar; empty where it would be too much to read. */
  readonly label: string;
  /** Null leaves a gap: nothing is known, which is not nothing used. */
  readonly energyWh: string | null;
  /** It is not over yet. */
  readonly isNow: boolean;
};

// Units of the drawing; it scales with the page. 360 wide fits the smallest phone about one to one.
const box = { width: 336, height: 150, left: 30, top: 8, bottom: 128 } as const;

export function barChart(
  bars: readonly Bar[],
  { name, number }: { readonly name: string; readonly number: (plain: string) => string },
): Html {
  const { width, height, left, top, bottom } = box;
  const most = bars.reduce((max, bar) => Math.max(max, Number(bar.energyWh ?? '0')), 0);
  const ceiling = niceCeiling(most);
  const y = (wh: number) => bottom - ((bottom - top) * wh) / ceiling;
  const step = (width - left) / bars.length;
  const lines = [0, ceiling / 2, ceiling].map(
    (wh) => html`
<path class="grid" d="M${left} ${round(y(wh))}H${width}"/><text class="axis" x="${left - 5}" y="${round(y(wh) + 3.5)}" text-anchor="end">${number(`${wh / 1000}`)}</text>`,
  );
  const drawn = bars.map((bar, index) => {
    const x = left + index * step;
    const label =
      bar.label !== '' &&
      html`<text class="axis" x="${round(x + step / 2)}" y="${bottom + 15}" text-anchor="middle">${bar.label}</text>`;
    if (bar.energyWh === null) return label;
    const tall = Math.max(y(0) - y(Number(bar.energyWh)), 1);
    const kind = bar.isNow ? 'bar now' : 'bar';
    return html`
<rect class="${kind}" x="${round(x + step * 0.14)}" y="${round(bottom - tall)}" width="${round(step * 0.72)}" height="${round(tall)}" rx="2"/>${label}`;
  });
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}">${lines}${drawn}
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
