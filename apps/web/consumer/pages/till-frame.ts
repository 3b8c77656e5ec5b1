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
      html`<p class="problem low" role="status">${none ? 'The float is used up: pay money in before you sell.' : 'The float will not last for an ordinary day: pay money in soon.'}</p>`
}`;
}

export function tillMenu(): Html {
  return html`<nav class="places" aria-label="Till"><ul>
<li><a href="${pathOf(tillPages.shift)}">Shift and cash</a></li>
<li><a href="${pathOf(tillPages.batches)}">Batches</a></li>
<li><a href="${pathOf(tillPages.sales)}">Last sales</a></li>
<li><a href="${pathOf(tillPages.pin)}">Change PIN</a></li>
</ul></nav>`;
}
