// What stands above each page of a shop's phone: whose desk it is, and what may still be sold for.

import { type Frame, pathOf, type TillDesk, tillPages } from '@prewatt/api';
import { tillScriptAsset, tillStyleAsset } from '../assets/assets.ts';
import { money } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import type { Place } from '../layout.ts';

/** Where the name above and "Sign out" lead. */
export const tillAt: Place = {
  start: pathOf(tillPages.start),
  signOut: pathOf(tillPages.signOut),
  style: tillStyleAsset.path,
  script: tillScriptAsset.path,
};

export const toSell = { href: pathOf(tillPages.start), label: 'Sell' };

/** The shop, its clerk and its float; what keeps it from selling, in words. */
export function deskLine(frame: Frame, desk: TillDesk): Html {
  const { availableMinor } = desk;
  const none = BigInt(availableMinor) <= 0n;
  return html`<p class="desk"><span>${desk.vendorName}, ${desk.till}: <b>${desk.clerk}</b></span> <span>For sale: <b class="nowrap">${money(availableMinor, frame.currency)}</b></span></p>
${
  desk.blocked
    ? html`<p class="problem" role="status">This shop may not sell at present. Ask the utility.</p>`
    : desk.low &&
      html`<p class="problem low" role="status">${none ? 'The float is used up:' : 'The float will not last for an ordinary day:'} <a href="${pathOf(tillPages.float)}">pay money in</a> ${none ? 'before you sell.' : 'soon.'}</p>`
}${desk.paysIn !== null && paysInLine(frame, desk.paysIn)}`;
}

const paysInLine = (frame: Frame, paid: NonNullable<TillDesk['paysIn']>): Html =>
  html`
<p class="hint" role="status"><a href="${pathOf(tillPages.floatPayment, { id: paid.paymentId })}">${paysInText(frame, paid)}</a></p>`;

/** How money for the float stands, in one sentence. */
export function paysInText(
  frame: Frame,
  { amountMinor, otherAmountMinor, state }: Omit<NonNullable<TillDesk['paysIn']>, 'paymentId'>,
): string {
  const sum = money(amountMinor, frame.currency);
  switch (state) {
    case 'asked':
      return `The provider does not answer yet: ${sum} for the float waits.`;
    case 'waiting':
      return `Waiting for the phone that is asked for ${sum}.`;
    case 'paid':
      return `${sum} is paid into the float.`;
    case 'paidLate':
      return `${sum} is paid into the float, later than usual.`;
    case 'failed':
      return `${sum} was not paid into the float.`;
    case 'expired':
      return `Nobody paid ${sum} into the float.`;
    case 'otherAmount':
      return `Another amount came: ${money(otherAmountMinor ?? '0', frame.currency)}, not ${sum}.`;
  }
}

/** The address of an offer: from it whoever lost the answer comes to the sale, if there is one. */
export const offerAt = (o: {
  readonly requestId: string;
  readonly meterPan: string;
  readonly amountMinor: string;
  readonly pays?: 'debts';
}): string =>
  pathOf(tillPages.offer, {
    requestId: o.requestId,
    query: { meter: o.meterPan, amount: o.amountMinor, ...(o.pays ? { pays: o.pays } : {}) },
  });

/** What the script makes of the customer's card on the reader; hidden where no bridge answers. */
export function cardReader(o: { readonly act: string; readonly saleId: string | null }): Html {
  return html`<div data-card data-visit="${pathOf(tillPages.cardVisit)}" data-session="${pathOf(tillPages.cardSession)}"${o.saleId !== null && html` data-sale="${o.saleId}"`} hidden>
<button class="second" type="button">${o.act}</button>
<p class="hint">Put the customer’s card on the reader first, and leave it there.</p>
<p role="status"></p>
</div>`;
}

export function tillMenu(): Html {
  return html`<nav class="places" aria-label="Till"><ul>
<li><a href="${pathOf(tillPages.shift)}">Shift and cash</a></li>
<li><a href="${pathOf(tillPages.float)}">Pay money in</a></li>
<li><a href="${pathOf(tillPages.batches)}">Batches</a></li>
<li><a href="${pathOf(tillPages.sales)}">Last sales</a></li>
<li><a href="${pathOf(tillPages.pin)}">Change PIN</a></li>
</ul></nav>`;
}
