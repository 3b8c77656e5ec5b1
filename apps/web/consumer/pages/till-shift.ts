// The shift of a shop's phone: what the cash should be, the count, and the report that is printed.

import {
  type Frame,
  pathOf,
  type ShiftJson,
  type TillShiftReportView,
  type TillShiftView,
  tillPages,
} from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { currencySign, fullTime, money } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { csrfField, page, problemText } from '../layout.ts';
import { deskLine, tillAt, toSell } from './till-frame.ts';

/** GET /till/shift, and the POSTs that were refused. */
export function renderTillShift(frame: Frame, view: TillShiftView): string {
  const body = html`${deskLine(frame, view.desk)}
<section class="card narrow">
<h1>Shift and cash</h1>
${view.shift === null ? opening(frame, view) : closing(frame, view, view.shift)}
</section>`;
  return page(frame, { title: 'Shift and cash', body, signedIn: true, at: tillAt, back: toSell });
}

const opening = (
  frame: Frame,
  view: TillShiftView,
): Html => html`<p>No shift is open on this phone.</p>
${problemText(view.problem, 'shift-problem')}
<form method="post" action="${pathOf(tillPages.openShift)}">
${csrfField(frame)}
<button class="main">Open a shift</button>
</form>`;

function closing(frame: Frame, view: TillShiftView, shift: ShiftJson): Html {
  const bad = view.problem !== null && html` aria-invalid="true" aria-describedby="count-problem"`;
  return html`<p>Of <b>${view.ofOther ?? view.desk.clerk}</b>, open since ${fullTime(Date.parse(shift.openedAt), frame.zone)}: ${countText(shift.sales, 'sale')}.</p>
<form method="post" action="${pathOf(tillPages.closeShift)}">
${csrfField(frame)}
<input type="hidden" name="shift" value="${shift.shiftId}">
<label for="counted">Cash that you counted</label>
<p class="hint" id="count-hint">Only the cash of these sales, without the change that you began with. You see what it should be when you have counted.</p>
${problemText(view.problem, 'count-problem')}
<div class="money"><span aria-hidden="true">${currencySign(frame.currency)}</span><input id="counted" name="counted" type="text" inputmode="decimal" autocomplete="off" required maxlength="20" value="${view.counted}"${bad === false && html` aria-describedby="count-hint"`}${bad}></div>
<button class="main">Close the shift</button>
</form>`;
}

/** GET /till/shifts/:id */
export function renderTillShiftReport(frame: Frame, view: TillShiftReportView): string {
  const { shift, desk } = view;
  const time = (at: string) => fullTime(Date.parse(at), frame.zone);
  const sum = (minor: string) => money(minor, frame.currency);
  const row = (name: string, value: string) => html`
<div><dt>${name}</dt><dd>${value}</dd></div>`;
  const body = html`${deskLine(frame, desk)}
<section class="card narrow receipt slip">
<h1>Shift report</h1>
<dl>${row('Shop', `${desk.vendorName}, ${desk.till}`)}${view.clerk !== null && row('Clerk', view.clerk)}${row('Opened', time(shift.openedAt))}${shift.closedAt !== null && row('Closed', time(shift.closedAt))}${row('Sales', String(shift.sales))}${row('Cash that should be there', sum(shift.expectedMinor))}${shift.closedAt !== null && row('Cash counted', shift.countedMinor === null ? 'Not counted' : sum(shift.countedMinor))}${row('Commission', sum(shift.commissionMinor))}
</dl>
${shift.differenceMinor !== null && difference(frame, shift.differenceMinor)}
${saleTable(frame, view)}
<p class="hint long">${shift.shiftId}</p>
</section>
<section class="card narrow acts">
<button class="second" type="button" data-print hidden>Print</button>
<p><a class="button" href="${pathOf(tillPages.start)}">Back to selling</a></p>
</section>`;
  return page(frame, { title: 'Shift report', body, signedIn: true, at: tillAt, back: toSell });
}

function difference(frame: Frame, differenceMinor: string): Html {
  const minor = BigInt(differenceMinor);
  if (minor === 0n) return html`<p class="status good">The cash is right.</p>`;
  const sum = money((minor < 0n ? -minor : minor).toString(), frame.currency);
  return html`<p class="status bad">${sum} ${minor < 0n ? 'is missing' : 'is too much'}. The utility sees this, too.</p>`;
}

function saleTable(frame: Frame, view: TillShiftReportView): Html | null {
  if (view.sales.length === 0) return null;
  return html`<table class="lines">
<caption>Sales of this shift</caption>
<tbody>${view.sales.map(
    (sale) => html`
<tr><th scope="row">${fullTime(sale.soldAtMs, frame.zone)}<small>${sale.meterPan}${sale.isReversed && ', undone'}</small></th><td>${money(sale.amountMinor, frame.currency)}</td></tr>`,
  )}
</tbody>
</table>
${view.leftOut > 0 && html`<p class="hint">And ${countText(view.leftOut, 'sale')} more.</p>`}`;
}
