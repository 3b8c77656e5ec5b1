// What the link on a receipt opens: the receipt is the utility's, how far its sale is, and whether
// it stands. For anybody who has the paper or the link, so nothing of the person or the token.

import {
  type Frame,
  pageRoutes,
  pathOf,
  type ReceiptCheckView,
  type SaleState,
} from '@prewatt/api';
import { parseId, uuidOf } from '@prewatt/quantities';
import { logScriptAsset } from '../assets/assets.ts';
import { type Html, html } from '../html.ts';
import { inRow, page } from '../layout.ts';
import { saleLabel } from '../sale-labels.ts';
import { creditText, type Voice, voiceOf } from '../text/voice.ts';
import { issuerLines } from './issuer.ts';
import { stepList } from './steps.ts';

/** GET /receipts/:link */
export function renderReceiptCheck(frame: Frame, view: ReceiptCheckView): string {
  const voice = voiceOf(frame);
  const { fullTime, money, words } = voice;
  const { check, sale } = words;
  const { energyWh, creditMinor } = view;
  const bought = energyWh === null ? null : creditText({ energyWh, creditMinor }, voice);
  const hasCredit = creditMinor !== null || (energyWh !== null && energyWh !== '0');
  const body = html`<section class="card narrow receipt">
${statusOf(view, voice)}
<dl>
<div><dt>${sale.soldBy}</dt><dd>${frame.utilityName}</dd></div>
<div><dt>${check.meter}</dt><dd>${inRow(view.meterEnd)}</dd></div>
<div><dt>${sale.time}</dt><dd>${fullTime(view.soldAtMs)}</dd></div>
<div><dt>${sale.amount}</dt><dd>${money(view.amountMinor)}</dd></div>
${hasCredit && html`<div><dt>${creditMinor === null ? sale.electricity : sale.onTheMeter}</dt><dd>${bought}</dd></div>`}
${view.lines.map(
  ({ label, amountMinor }) => html`<div><dt>${label}</dt><dd>${money(amountMinor)}</dd></div>
`,
)}<div><dt>${check.sale}</dt><dd class="long" dir="ltr">${view.saleId}</dd></div>
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

function statusOf(view: ReceiptCheckView, { fullTime, say, words }: Voice): Html {
  const { check, sale } = words;
  const [tone, title, text] =
    view.undoneAtMs !== null
      ? ['bad', check.undone, say(check.undoneOn, { time: fullTime(view.undoneAtMs) })]
      : isPaid[view.state]
        ? ['good', check.genuine, check.compare]
        : [saleLabel(view, sale).tone, saleLabel(view, sale).title, check.unpaid];
  return html`<div class="status ${tone}">
<h1>${title}</h1>
<p>${text}</p>
</div>`;
}

const isPaid: Readonly<Record<SaleState, boolean>> = {
  awaitingPayment: false,
  paymentRefused: false,
  paymentExpired: false,
  issued: true,
  delivered: true,
  stuck: true,
  reversed: true,
};

/** In the place of a receipt: its link was made by nobody here, or its time is over. */
export function renderNoReceipt(frame: Frame, why: 'unknown' | 'over'): string {
  const { check, wrong } = voiceOf(frame).words;
  const isOver = why === 'over';
  const title = isOver ? check.over : check.unknown;
  const body = html`<section class="card narrow">
<h1>${title}</h1>
<p>${isOver ? check.overNow : check.unknownNow}</p>
<p><a class="button" href="${pathOf(pageRoutes.start)}">${wrong.start}</a></p>
</section>`;
  return page(frame, { title, body, signedIn: false });
}

/** What the server says, and what this browser finds when it checks. */
function logLine(frame: Frame, { saleId, inLog, logPath, undoneAtMs }: ReceiptCheckView) {
  if (inLog === null) return '';
  const { fullTime, say, words } = voiceOf(frame);
  const { check } = words;
  const time = fullTime(inLog.sinceMs);
  const id = parseId('sale', saleId);
  return html`<div class="status ${undoneAtMs === null ? 'good' : 'busy'}"><h2>${check.log}</h2>
<p>${say(check.inLog, { utility: frame.utilityName, time })}</p>
<p class="hint" data-log="${logPath}" data-log-origin="${inLog.origin}" data-log-sale="${id.ok ? uuidOf(id.value) : ''}" data-log-good="${check.logGood}" data-log-bad="${check.logBad}" data-log-unknown="${check.logUnknown}">${check.logUnknown}</p></div>`;
}
