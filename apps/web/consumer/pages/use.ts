// A home's use by hour, day, week, month and year with what it cost: bars for eyes, a table for
// everybody, and what can be done about it.

import {
  type Frame,
  pageRoutes,
  pathOf,
  type UsePart,
  type UseSpanName,
  type UseView,
  useSpans,
} from '@prewatt/api';
import { today } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { page } from '../layout.ts';
import { clockText } from '../live-labels.ts';
import { shownParts } from '../shown-parts.ts';
import { type Voice, voiceOf } from '../text/voice.ts';
import { barChart } from './bar-chart.ts';

/** GET /connections/:id/use?by=&at= */
export function renderUse(frame: Frame, view: UseView): string {
  const { connection } = view;
  const id = { id: connection.connectionId };
  const to = (by: UseSpanName, at?: string): string =>
    pathOf(pageRoutes.use, { ...id, query: { by, ...(at !== undefined && { at }) } });
  const at = view.from <= today(frame) && today(frame) <= view.to ? undefined : view.from;
  const voice = voiceOf(frame);
  const words = voice.words.use;
  const body = html`<section class="card narrow use">
<h1>${words.title}</h1>
<nav class="places" aria-label="${words.length}"><ul>${useSpans.map(
    (by) =>
      html`<li><a href="${to(by, at)}"${by === view.by && html` aria-current="page"`}>${words[by]}</a></li>`,
  )}</ul></nav>
<h2>${spanText(view, voice)}</h2>
${view.parts.some(({ energyWh }) => energyWh !== null) ? use(frame, view, voice) : html`<p class="empty">${words.noReadings}</p>`}
<nav aria-label="${words.beforeAndAfter}"><p>${
    view.previous !== null &&
    html`<a rel="prev" href="${to(view.by, view.previous)}">${words[`${view.by}Before`]}</a>`
  }${view.next !== null && html` · <a rel="next" href="${to(view.by, view.next)}">${words[`${view.by}After`]}</a>`}</p></nav>
</section>
${willItLast(view, voice)}
${advice(view, voice)}`;
  return page(frame, {
    title: words.title,
    body,
    signedIn: true,
    back: { href: pathOf(pageRoutes.home, id), label: connection.name },
  });
}

const barsOf = {
  day: 'barsHours',
  week: 'barsDays',
  month: 'barsDays',
  year: 'barsMonths',
} as const;
const headOf = { day: 'hour', week: 'day', month: 'day', year: 'month' } as const;

function use(frame: Frame, view: UseView, voice: Voice): Html {
  const { kwh, money, number, words } = voice;
  const cost = view.costMinor === null ? '' : `, ${money(view.costMinor)}`;
  const isOver = view.to < today(frame);
  const shown = shownParts(
    view.parts.map(({ energyWh }) => (energyWh === null ? null : BigInt(energyWh))),
  );
  const hasCost = view.parts.some(({ costMinor }) => costMinor !== null);
  return html`<p class="lasts"><b>${kwh(view.energyWh)}${cost}</b>${!isOver && ` ${words.use.soFar}`}</p>
${comparison(view, voice)}
${barChart(
  view.parts.map((part, index) => ({
    ...{ label: barLabel(view.by, part.key, { index, voice }), energyWh: part.energyWh },
    isNow: isNow(frame, part.key),
  })),
  { name: words.use[barsOf[view.by]], number },
)}
<details><summary>${words.home.showNumbers}</summary>
<table class="lines"><caption>${words.use.usedTable}</caption>
<thead><tr><th scope="col">${words.use[headOf[view.by]]}</th><th scope="col">${words.home.usedColumn}</th><th scope="col">${words.use.cost}</th></tr></thead>
<tbody>${view.parts
    .map((part, at) => ({ ...part, energyWh: shown[at]?.toString() ?? null }))
    .filter(({ key }) => key <= nowText(frame).slice(0, key.length))
    .map((part) => row(frame, view.by, { part, voice }))}
</tbody></table></details>
<p class="hint">${hasCost ? words.use.costsAre : words.use.costsUnknown} <a href="${pathOf(pageRoutes.prices, { id: view.connection.connectionId })}">${words.home.prices}</a></p>`;
}

function row(
  frame: Frame,
  by: UseSpanName,
  { part, voice }: { readonly part: UsePart; readonly voice: Voice },
): Html {
  const { kwh, money, say, words } = voice;
  const used = part.energyWh === null ? '–' : kwh(part.energyWh);
  const cost = part.costMinor === null ? '–' : money(part.costMinor);
  const day = partText(by, part.key, voice);
  return html`
<tr><th scope="row">${isNow(frame, part.key) ? say(words.home.soFar, { day }) : day}</th><td>${used}</td><td>${cost}</td></tr>`;
}

const spanKey = { day: 'Day', week: 'Week', month: 'Month', year: 'Year' } as const;

/** "2% more than the week before": of the parts that both know, so that like meets like. */
function comparison(
  { before: other, by }: UseView,
  { kwh, percent, say, words }: Voice,
): Html | null {
  if (other === null) return null;
  const [own, then] = [BigInt(other.sameWh), BigInt(other.energyWh)];
  if (then === 0n) return null;
  const difference = own > then ? own - then : then - own;
  const share = Number((difference * 1000n) / then) / 10;
  if (share < 1) return html`<p>${words.use[`same${spanKey[by]}`]}</p>`;
  const sentence = words.use[`${own > then ? 'more' : 'less'}${spanKey[by]}`];
  const values = { energy: kwh(difference.toString()), percent: percent(Math.round(share)) };
  return html`<p>${say(sentence, values)}</p>`;
}

function willItLast(view: UseView, voice: Voice): Html | null {
  const { lasting, by } = view;
  if (lasting === null) return null;
  const words = voice.words.use;
  const id = { id: view.connection.connectionId };
  return html`<section class="card narrow" id="lasting">
<h2>${words.willItLast}</h2>
<form method="get" action="${pathOf(pageRoutes.use, id)}#lasting">
<input type="hidden" name="by" value="${by}">
<label for="until">${words.untilMorning}</label>
<input id="until" name="until" type="date" required min="${lasting.until}" value="${lasting.until}">
<button class="main second">${words.showMe}</button>
</form>
${lasting.days !== null && lastingText({ ...lasting, days: lasting.days }, voice)}
</section>`;
}

function lastingText(
  o: NonNullable<UseView['lasting']> & { readonly days: number },
  { kwh, live, rich, say, words }: Voice,
): Html {
  const [left, average, days] = [BigInt(o.leftWh), BigInt(o.averageWh), BigInt(o.days)];
  const short = average * days - left;
  const values = {
    days: o.days === 1 ? words.use.oneDay : say(live.words.days, { count: o.days }),
    ...{ left: kwh(o.leftWh), perDay: kwh((left / days).toString()), average: kwh(o.averageWh) },
  };
  return html`<p>${rich(words.use.thatIs, values)}</p>
<p>${
    short > 0n ? rich(words.use.moreNeeded, { energy: kwh(short.toString()) }) : words.use.itLasts
  }</p>`;
}

function advice({ baseLoad, saving }: UseView, voice: Voice): Html | null {
  if (baseLoad === null && saving === null) return null;
  const { kwh, number, rich, words } = voice;
  return html`<section class="card narrow">
<h2>${words.use.difference}</h2>
${baseLoad !== null && html`<p>${baseLoadText(baseLoad, voice)}</p>`}
${
  saving !== null &&
  html`<p>${rich(words.use.saving, {
    ...{ days: number(`${saving.days}`), daysWithLess: number(`${saving.daysWithLess}`) },
    energy: kwh('1000', 0),
  })}</p>`
}
</section>`;
}

function baseLoadText(
  { powerW, monthWh, monthMinor, kwhMinor }: NonNullable<UseView['baseLoad']>,
  { kwh, money, number, rich, words }: Voice,
): Html {
  const values = { power: `${number(`${powerW}`)}\u00a0W`, energy: kwh(monthWh, 0) };
  if (monthMinor === null || kwhMinor === null) return rich(words.use.baseLoad, values);
  return rich(words.use.baseLoadCost, {
    ...values,
    ...{ amount: money(monthMinor), price: money(kwhMinor) },
  });
}

/** "2026-11-24T12:31:00", of which a part's key is the beginning while it lasts. */
const nowText = (frame: Frame): string =>
  Temporal.Instant.fromEpochMilliseconds(frame.nowMs)
    .toZonedDateTimeISO(frame.zone)
    .toPlainDateTime()
    .toString();

const isNow = (frame: Frame, key: string): boolean => nowText(frame).startsWith(key);

/** Few enough to be read on the smallest phone. */
function barLabel(
  by: UseSpanName,
  key: string,
  { index, voice }: { readonly index: number; readonly voice: Voice },
): string {
  const { dateAs, number } = voice;
  if (by === 'day') return index % 3 === 0 ? number(`${Number(key.slice(11))}`) : '';
  if (by === 'year') return number(`${Number(key.slice(5))}`);
  if (by === 'week') return dateAs(key, { weekday: 'short' });
  return index % 3 === 0 ? number(`${Number(key.slice(8))}`) : '';
}

function partText(by: UseSpanName, key: string, { date, dateAs, live }: Voice): string {
  if (by === 'day') {
    return clockText(Date.parse(`${key.slice(0, 13)}:00Z`), { ...live, zone: 'UTC' });
  }
  return by === 'year' ? dateAs(`${key}-01`, { month: 'long' }) : date(key);
}

function spanText({ by, from, to }: UseView, { date, dateAs, say, words }: Voice): string {
  if (by === 'month') return dateAs(from, { month: 'long', year: 'numeric' });
  if (by === 'year') return dateAs(from, { year: 'numeric' });
  if (by === 'week') return say(words.use.span, { from: date(from), to: date(to) });
  return dateAs(from, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
}
