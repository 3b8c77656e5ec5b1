// Batches on a shop's phone: a sales batch gathers closed shifts, a bank batch gathers the sales
// batches for one slip at the bank.

import {
  type Frame,
  pathOf,
  type TillBatchesView,
  tillPages,
  type VendorBatch,
} from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { currencySign, fullTime, money } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { csrfField, page, problemText } from '../layout.ts';
import { deskLine, tillAt, toSell } from './till-frame.ts';

type Kind = VendorBatch['kind'];
const names: Record<Kind, string> = { sales: 'Sales batch', bank: 'Bank batch' };
const what: Record<Kind, string> = {
  sales: 'Gathers the shifts that were closed since the last one.',
  bank: 'Gathers the sales batches that were ended, for one slip at the bank.',
};
const parts: Record<Kind, string> = { sales: 'shifts', bank: 'sales batches' };
const kinds: readonly Kind[] = ['sales', 'bank'];

/** GET /till/batches, and the POSTs that were refused. */
export function renderTillBatches(frame: Frame, view: TillBatchesView): string {
  const body = html`${deskLine(frame, view.desk)}
<section class="card narrow">
<h1>Batches</h1>
<p class="hint">For shops that hand in their cash in rounds. Selling goes on without them.</p>
${problemText(view.problem, 'batch-problem')}
</section>
${kinds.map((kind) => section(frame, view, kind))}`;
  return page(frame, { title: 'Batches', body, signedIn: true, at: tillAt, back: toSell });
}

function section(frame: Frame, view: TillBatchesView, kind: Kind): Html {
  const { open, last } = view.batches[kind];
  return html`<section class="card narrow">
<h2>${names[kind]}</h2>
<p>${what[kind]}</p>
${open === null ? startForm(frame, view, kind) : endForm(frame, view, open)}
${last !== null && ended(frame, last)}
</section>
`;
}

const startForm = (frame: Frame, view: TillBatchesView, kind: Kind): Html =>
  html`<form method="post" action="${pathOf(tillPages.startBatch, { kind })}">
${csrfField(frame)}
<input type="hidden" name="requestId" value="${view.requestId}">
<button class="second">Start a ${names[kind].toLowerCase()}</button>
</form>`;

function endForm(frame: Frame, view: TillBatchesView, batch: VendorBatch): Html {
  const id = `counted-${batch.kind}`;
  return html`<dl class="ask">
<div><dt>Number</dt><dd>${String(batch.number)}</dd></div>
<div><dt>Since</dt><dd>${fullTime(Date.parse(batch.startedAt), frame.zone)}</dd></div>
<div><dt>Sales</dt><dd>${String(batch.sales)}</dd></div>
<div><dt>So far</dt><dd>${money(batch.expectedMinor, frame.currency)}</dd></div>
</dl>
<form method="post" action="${pathOf(tillPages.endBatch, { kind: batch.kind })}">
${csrfField(frame)}
<input type="hidden" name="requestId" value="${view.requestId}">
<label for="${id}">Money that you bring</label>
<p class="hint" id="${id}-hint">Leave it empty where it is what was counted in the ${parts[batch.kind]}</p>
<div class="money"><span aria-hidden="true">${currencySign(frame.currency)}</span><input id="${id}" name="counted" type="text" inputmode="decimal" autocomplete="off" maxlength="20" aria-describedby="${id}-hint"></div>
<button class="main">End the ${names[batch.kind].toLowerCase()}</button>
</form>`;
}

function ended(frame: Frame, batch: VendorBatch): Html {
  const sum = (minor: string) => money(minor, frame.currency);
  const brought =
    batch.countedMinor === null
      ? `${sum(batch.expectedMinor)}, not counted`
      : `${sum(batch.countedMinor)} counted, ${sum(batch.expectedMinor)} expected`;
  return html`<p class="hint">Last: number ${String(batch.number)}, ended ${fullTime(Date.parse(batch.endedAt ?? batch.startedAt), frame.zone)}, ${countText(batch.sales, 'sale')}, ${brought}.</p>`;
}
