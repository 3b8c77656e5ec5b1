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
import { dateText, kwh, money, today } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { page } from '../layout.ts';
import { barChart } from './bar-chart.ts';

const names: Readonly<Record<UseSpanName, string>> = {
  day: 'Day',
  week: 'Week',
  month: 'Month',
  year: 'Year',
};

/** GET /connections/:id/use?by=&at= */
export function renderUse(frame: Frame, view: UseView): string {
  const { connection } = view;
  const id = { id: connection.connectionId };
  const to = (by: UseSpanName, at?: string): string =>
    pathOf(pageRoutes.use, { ...id, query: { by, ...(at !== undefined && { at }) } });
  const at = view.from <= today(frame) && today(frame) <= view.to ? undefined : view.from;
  const body = html`<section class="card narrow use">
<h1>Your use</h1>
<nav class="places" aria-label="Length of time"><ul>${useSpans.map(
    (by) =>
      html`<li><a href="${to(by, at)}"${by === view.by && html` aria-current="page"`}>${names[by]}</a></li>`,
  )}</ul></nav>
<h2>${spanText(view)}</h2>
${view.parts.some(({ energyWh }) => energyWh !== null) ? use(frame, view) : html`<p class="empty">No readings of this time.</p>`}
<nav aria-label="Before and after"><p>${
    view.previous !== null &&
    html`<a rel="prev" href="${to(view.by, view.previous)}">${before[view.by]}</a>`
  }${view.next !== null && html` · <a rel="next" href="${to(view.by, view.next)}">${after[view.by]}</a>`}</p></nav>
</section>
${willItLast(view)}
${advice(frame, view)}`;
  return page(frame, {
    title: 'Your use',
    body,
    signedIn: true,
    back: { href: pathOf(pageRoutes.home, id), label: connection.name },
  });
}

const before: Readonly<Record<UseSpanName, string>> = {
  day: 'The day before',
  week: 'The week before',
  month: 'The month before',
  year: 'The year before',
};
const after: Readonly<Record<UseSpanName, string>> = {
  day: 'The day after',
  week: 'The week after',
  month: 'The month after',
  year: 'The year after',
};

function use(frame: Frame, view: UseView): Html {
  const cost = view.costMinor === null ? '' : `, ${money(view.costMinor, frame.currency)}`;
  const isOver = view.to < today(frame);
  return html`<p class="lasts"><b>${kwh(view.energyWh)}${cost}</b>${!isOver && ' so far'}</p>
${comparison(view)}
${barChart(
  view.parts.map((part, index) => ({
    ...{ label: barLabel(view.by, part.key, index), energyWh: part.energyWh },
    isNow: isNow(frame, part.key),
  })),
  `Bars of electricity used per ${unitOf[view.by]}, in kWh; the numbers follow in the table.`,
)}
<details><summary>Show the numbers</summary>
<table class="lines"><caption>Electricity used</caption>
<thead><tr><th scope="col">${headOf[view.by]}</th><th scope="col">Used</th><th scope="col">Cost</th></tr></thead>
<tbody>${view.parts
    .filter(({ key }) => key <= nowText(frame).slice(0, key.length))
    .map((part) => row(frame, view.by, part))}
</tbody></table></details>
<p class="hint">${
    view.parts.some(({ costMinor }) => costMinor !== null)
      ? 'Costs are by your prices of that time, taxes included, without fixed charges.'
      : 'What this cost is not known here: your price changes within the day, or no price was known.'
  } <a href="${pathOf(pageRoutes.prices, { id: view.connection.connectionId })}">Your prices</a></p>`;
}

const unitOf: Readonly<Record<UseSpanName, string>> = {
  day: 'hour',
  week: 'day',
  month: 'day',
  year: 'month',
};
const headOf: Readonly<Record<UseSpanName, string>> = {
  day: 'Hour',
  week: 'Day',
  month: 'Day',
  year: 'Month',
};

function row(frame: Frame, by: UseSpanName, part: UsePart): Html {
  const used = part.energyWh === null ? '–' : kwh(part.energyWh);
  const cost = part.costMinor === null ? '–' : money(part.costMinor, frame.currency);
  return html`
<tr><th scope="row">${partText(by, part.key)}${isNow(frame, part.key) && ' (so far)'}</th><td>${used}</td><td>${cost}</td></tr>`;
}

/** "2 % more than the week before": of the parts that both know, so that like meets like. */
function comparison({ before: other, by }: UseView): Html | null {
  if (other === null) return null;
  const [own, then] = [BigInt(other.sameWh), BigInt(other.energyWh)];
  if (then === 0n) return null;
  const difference = own > then ? own - then : then - own;
  const percent = Number((difference * 1000n) / then) / 10;
  const word = own > then ? 'more' : 'less';
  const like = `in the same time of the ${by} before`;
  if (percent < 1) return html`<p>About as much as ${like}.</p>`;
  return html`<p>${kwh(difference.toString())} ${word} than ${like} (${Math.round(percent)}\u00a0%).</p>`;
}

function willItLast(view: UseView): Html | null {
  const { lasting, by } = view;
  if (lasting === null) return null;
  const id = { id: view.connection.connectionId };
  return html`<section class="card narrow" id="lasting">
<h2>Will it last?</h2>
<form method="get" action="${pathOf(pageRoutes.use, id)}#lasting">
<input type="hidden" name="by" value="${by}">
<label for="until">Until the morning of</label>
<input id="until" name="until" type="date" required min="${lasting.until}" value="${lasting.until}">
<button class="main second">Show me</button>
</form>
${lasting.days !== null && lastingText({ ...lasting, days: lasting.days })}
</section>`;
}

function lastingText(o: NonNullable<UseView['lasting']> & { readonly days: number }): Html {
  const [left, average, days] = [BigInt(o.leftWh), BigInt(o.averageWh), BigInt(o.days)];
  const perDay = left / days;
  const short = average * days - left;
  const span = o.days === 1 ? 'That is one day' : `That is ${o.days} days`;
  return html`<p>${span}: the ${kwh(o.leftWh)} on your meter are <b>${kwh(perDay.toString())} a day</b>. You use about ${kwh(o.averageWh)} a day.</p>
<p>${
    short > 0n
      ? html`At that, about <b>${kwh(short.toString())}</b> more are needed.`
      : 'At that, it lasts.'
  }</p>`;
}

function advice(frame: Frame, { baseLoad, saving }: UseView): Html | null {
  if (baseLoad === null && saving === null) return null;
  return html`<section class="card narrow">
<h2>What makes a difference</h2>
${
  baseLoad !== null &&
  html`<p>Your home hardly ever uses less than <b>${baseLoad.powerW}\u00a0W</b>: fridges, chargers and whatever is always on. In a month that is ${kwh(baseLoad.monthWh, 0)}${
    baseLoad.monthMinor !== null && html` or ${money(baseLoad.monthMinor, frame.currency)}`
  }.</p>`
}
${
  saving !== null &&
  html`<p>What is on your meter lasts about ${saving.days} days at your average of two weeks. With ${kwh('1000', 0)} less a day it lasts <b>${saving.daysWithLess} days</b>.</p>`
}
</section>`;
}

/** "2026-11-24T12:31:00", of which a part's key is the beginning while it lasts. */
const nowText = (frame: Frame): string =>
  Temporal.Instant.fromEpochMilliseconds(frame.nowMs)
    .toZonedDateTimeISO(frame.zone)
    .toPlainDateTime()
    .toString();

const isNow = (frame: Frame, key: string): boolean => nowText(frame).startsWith(key);

const monthForm = { month: 'short' } as const;

/** Few enough to be read on the smallest phone. */
function barLabel(by: UseSpanName, key: string, index: number): string {
  if (by === 'day') return index % 3 === 0 ? `${Number(key.slice(11))}` : '';
  if (by === 'year') return partDate(`${key}-01`, monthForm).slice(0, 3);
  if (by === 'week') return partDate(key, { weekday: 'short' });
  return index % 3 === 0 ? `${Number(key.slice(8))}` : '';
}

function partText(by: UseSpanName, key: string): string {
  if (by === 'day') return `${key.slice(11)}:00`;
  if (by === 'year') return partDate(`${key}-01`, { month: 'long' });
  return dateText(key);
}

function spanText({ by, from, to }: UseView): string {
  if (by === 'month') return partDate(from, { month: 'long', year: 'numeric' });
  if (by === 'year') return from.slice(0, 4);
  if (by === 'week') return `${dateText(from)} to ${dateText(to)}`;
  return partDate(from, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
}

const partDate = (date: string, form: Intl.DateTimeFormatOptions): string =>
  Temporal.PlainDate.from(date).toLocaleString('en-GB', form);
