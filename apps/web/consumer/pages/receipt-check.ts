// What the code on a receipt opens: the receipt is the utility's, and stands or was undone. For
// anybody who holds the paper, so nothing of the home or the token.

import { type Frame, pageRoutes, pathOf, type ReceiptCheckView } from '@prewatt/api';
import { parseId, uuidOf } from '@prewatt/quantities';
import { logScriptAsset } from '../assets/assets.ts';
import { html } from '../html.ts';
import { page } from '../layout.ts';
import { creditText, voiceOf } from '../text/voice.ts';
import { issuerLines } from './issuer.ts';
import { stepList } from './steps.ts';

/** GET /receipts/:id */
export function renderReceiptCheck(frame: Frame, view: ReceiptCheckView): string {
  const voice = voiceOf(frame);
  const { fullTime, money, say, words } = voice;
  const { check, sale } = words;
  const undone = view.undoneAtMs !== null;
  const { energyWh, creditMinor } = view;
  const bought = energyWh === null ? null : creditText({ energyWh, creditMinor }, voice);
  const hasCredit = creditMinor !== null || (energyWh !== null && energyWh !== '0');
  const body = html`<section class="card narrow receipt">
<div class="status ${undone ? 'bad' : 'good'}">
<h1>${undone ? check.undone : check.genuine}</h1>
<p>${undone ? say(check.undoneOn, { time: fullTime(view.undoneAtMs ?? 0) }) : check.compare}</p>
</div>
<dl>
<div><dt>${sale.soldBy}</dt><dd>${frame.utilityName}</dd></div>
<div><dt>${sale.time}</dt><dd>${fullTime(view.soldAtMs)}</dd></div>
<div><dt>${sale.amount}</dt><dd>${money(view.amountMinor)}</dd></div>
${hasCredit && html`<div><dt>${creditMinor === null ? sale.electricity : sale.onTheMeter}</dt><dd>${bought}</dd></div>`}
<div><dt>${check.sale}</dt><dd class="long" dir="ltr">${view.saleId}</dd></div>
</dl>
${stepList(frame, view.steps, voice)}
${logLine(frame, view)}
${issuerLines(frame.documents, voice)}
<p class="hint">${check.privacy}</p>
<p><a class="button second" href="${pathOf(pageRoutes.sale, { id: view.saleId })}">${check.seeAll}</a></p>
</section>`;
  const isInLog = view.inLog !== null;
  return page(frame, {
    ...{ title: sale.receipt, body, signedIn: false },
    ...(isInLog ? { script: logScriptAsset.path } : {}),
  });
}

/** What the server says, and what this browser finds when it checks. */
function logLine(frame: Frame, { saleId, inLog, undoneAtMs }: ReceiptCheckView) {
  if (inLog === null) return '';
  const { fullTime, say, words } = voiceOf(frame);
  const { check } = words;
  const time = fullTime(inLog.sinceMs);
  const id = parseId('sale', saleId);
  return html`<div class="status ${undoneAtMs === null ? 'good' : 'busy'}"><h2>${check.log}</h2>
<p>${say(check.inLog, { utility: frame.utilityName, time })}</p>
<p class="hint" data-log="${pathOf(pageRoutes.receiptLog, { id: saleId })}" data-log-origin="${inLog.origin}" data-log-sale="${id.ok ? uuidOf(id.value) : ''}" data-log-good="${check.logGood}" data-log-bad="${check.logBad}" data-log-unknown="${check.logUnknown}">${check.logUnknown}</p></div>`;
}
