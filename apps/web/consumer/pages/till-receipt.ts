// A sale of a shop's phone: its tokens as large as a screen allows, and the receipt.

import { type Frame, pathOf, type Receipt, type TillSaleView, tillPages } from '@prewatt/api';
import { credit, fullTime, money, tokenGroups } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { csrfField, page } from '../layout.ts';
import { leftOf } from '../taken.ts';
import { voiceOf } from '../text/voice.ts';
import { footLines, issuerLines } from './issuer.ts';
import { moneyIn, moneyLines, takenText } from './quote.ts';
import { cardReader, deskLine, tillAt, toSell } from './till-frame.ts';

/** GET /till/sales/:id */
export function renderTillSale(frame: Frame, view: TillSaleView): string {
  const { receipt, copy } = view;
  const isVoid = receipt.reversedAt !== null;
  const body = html`${deskLine(frame, view.desk)}
<div class="columns">
<section class="card narrow slip">
<h1>${isVoid ? 'This sale was undone' : titleOf(frame, receipt)}</h1>
${copy !== null && html`<p class="copy"><b>Copy ${copy}</b> of the same sale. A token works once, whichever receipt it is typed from.</p>`}
${isVoid ? html`<p>Its token is void: nobody should type it.</p>` : given(frame, receipt)}
${acts(frame, view)}
</section>
<section class="card narrow receipt slip">
<h2>Receipt</h2>
${issuerLines(frame.documents, voiceOf(frame))}
${facts(frame, view)}
${isIntoWallet(receipt) ? moneyIn(frame, receipt) : moneyLines(frame, receipt)}
${footLines(frame.documents)}
${qrCode(view.code)}
</section>
</div>`;
  return page(frame, { title: 'Receipt', body, signedIn: true, at: tillAt, back: toSell });
}

/** Dark on light in both themes: readers of codes want it so. */
function qrCode({ size, path }: TillSaleView['code']): Html {
  return html`<figure class="code"><figcaption>Is this receipt genuine?</figcaption>
<svg viewBox="0 0 ${size} ${size}" role="img" aria-label="Code that opens the page of this receipt" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path fill="#000" d="${path}"/></svg></figure>`;
}

function acts(frame: Frame, { receipt, copy, isFresh }: TillSaleView): Html {
  const id = receipt.saleId;
  const query = copy === null ? {} : { copy: String(copy) };
  const printout = (paper: '58' | '80') =>
    html`<a href="${pathOf(tillPages.printout, { id, query: { ...query, paper } })}" data-paper="${paper}">${paper} mm, as a file</a>`;
  return html`<div class="acts">
<p><a class="button" href="${pathOf(tillPages.start)}">Next customer</a></p>
${
  (copy !== null || isFresh) &&
  html`<button class="second" type="button" data-print hidden>Print</button>
<details class="printers" data-printers><summary>Receipt printer</summary> <p>${printout('58')}</p> <p>${printout('80')}</p> <span role="status"></span></details>`
}
${isForCard(receipt) && cardReader({ act: 'Write it on the customer’s card', saleId: id })}
<form method="post" action="${pathOf(tillPages.reprint, { id })}">
${csrfField(frame)}
<button class="second">${copy === null ? 'Make a copy' : 'Make another copy'}</button>
</form>
</div>`;
}

/** It has a token that may still be wanted. */
const isForCard = ({ tokens, reversedAt, moved }: Receipt): boolean =>
  tokens.length > 0 && reversedAt === null && moved === null;

/** All of it went to what was owed, and no token is to come. */
const paysDebts = ({ lines, remainderMinor, broughtForwardMinor, energyWh }: Receipt): boolean =>
  lines.length > 0 &&
  lines.every(({ kind }) => kind === 'debt') &&
  [remainderMinor, broughtForwardMinor, energyWh].every((each) => each === '0');

function titleOf(frame: Frame, receipt: Receipt): string {
  const sum = money(receipt.amountMinor, frame.currency);
  return paysDebts(receipt) ? `${sum} paid of what is owed` : `Sold for ${sum}`;
}

const given = (frame: Frame, receipt: Receipt): Html =>
  paysDebts(receipt)
    ? html`<p>Paid what was owed. No electricity was bought, and there is no token.</p>`
    : isIntoWallet(receipt)
      ? intoWallet(frame, receipt)
      : tokens(frame, receipt);

/** Money for a home whose money the ledger holds: no token comes of it. */
const isIntoWallet = (receipt: Receipt): boolean =>
  receipt.energyWh === '0' && receipt.creditMinor === null && !paysDebts(receipt);

function intoWallet(frame: Frame, { remainderMinor }: Receipt): Html {
  const after = BigInt(remainderMinor);
  const owed = money((-after).toString(), frame.currency);
  return html`<p>Paid into the balance; there is no token to type.</p>
${
  after <= 0n &&
  html`<p class="problem">This was too little. Supply stays off, or goes off soon, until the customer pays more than <b>${owed}</b> and what they have used since the last reading.</p>`
}`;
}

function tokens(frame: Frame, receipt: Receipt): Html {
  const before = [
    ...receipt.keyChangeTokens.map((token) => ({ token, name: 'New key of the meter' })),
    ...receipt.liftTokens.map((token) => ({ token, name: 'Ends the power limit' })),
  ];
  const all = [
    ...before,
    ...receipt.tokens.map(({ token, ...given }) => ({
      token,
      name: credit(given, frame.currency),
    })),
  ];
  const many = all.length > 1;
  return html`${many && html`<p>Type all ${all.length}, in this order.</p>`}
${all.map(
  ({ token, name }, nth) => html`<h2>${many && `${nth + 1}. `}${name}</h2>
<p class="token" role="group" aria-label="Token${many && ` ${nth + 1}`}">${tokenGroups(token).map((group) => html`<span>${group}</span> `)}</p>
`,
)}`;
}

function facts(frame: Frame, { desk, receipt, copy, clerk }: TillSaleView): Html {
  const fact = (name: string, value: string) => html`<div><dt>${name}</dt><dd>${value}</dd></div>
`;
  return html`<dl>
${copy !== null && fact('Copy', String(copy))}${fact('Sold by', `${desk.vendorName}, for ${frame.utilityName}`)}${clerk !== null && fact('Clerk', clerk)}${fact('Time', fullTime(Date.parse(receipt.soldAt), frame.zone))}${fact('Place', receipt.connectionName)}${fact('Meter', receipt.meterPan)}${!paysDebts(receipt) && !isIntoWallet(receipt) && fact('Electricity', credit(leftOf(receipt), frame.currency))}${
  receipt.moved !== null &&
  fact(receipt.moved.direction === 'to' ? 'Moved to meter' : 'From meter', receipt.moved.meterPan)
}<div><dt>Sale</dt><dd class="long">${receipt.saleId}</dd></div>
</dl>
${takenText(frame, receipt)}`;
}
