// The pages on which an agent sells for cash at the site: sign-in, the desk, an offer, a receipt.

import { formatAmount, formatKwh } from '@prewatt/quantities';
import {
  expectedOf,
  openShiftOf,
  type SiteSale,
  type SiteShift,
  salesOf,
  sumOf,
  undone,
  unmadeOf,
} from '../sales/book.ts';
import type { SignedIn } from '../sales/clerks.ts';
import { type Desk, newestSalesOf, type Offer, type SaleRefusal } from '../sales/desk.ts';
import { escapeHtml as e, page, timeText } from './page.ts';

type View = { readonly desk: Desk; readonly siteName: string; readonly zone: string };

const shownSales = 30;
/** Below a fifth of the budget it is time to get a link, or to bring cash in. */
const lowParts = 5n;

export const refusalTexts: Readonly<Record<SaleRefusal, string>> = {
  noBudgetYet: 'The utility has not given this site a budget yet. It comes with the internet.',
  clockWrong:
    'The clock of this cabinet is behind what it knows: nothing is sold until it is right. With the internet it rights itself.',
  budgetTooOld:
    'The budget of this site has ended, or its clock is ahead: it is renewed when there is internet.',
  noOpenShift: 'Open a shift first.',
  unknownMeter: 'There is no meter with this number here.',
  meterNotSold: 'The utility sells nothing for this meter at present.',
  meterBlocked: 'The utility has blocked this home: ask there.',
  meterExchanged: 'This meter was exchanged for another one: sell for its new number.',
  homeInWalletMode:
    'This home pays into an account at the utility: sell when there is internet, at a till.',
  meterCountsMoney:
    'This meter counts its credit by itself: buy by phone or at a shop, and enter the token.',
  amountOutside: 'This amount is below the least or above the most of one sale.',
  budgetUsedUp: 'What is left of the budget does not cover this amount.',
  nothingPromised: 'This amount would buy no energy: take a larger one.',
  beyondPrices:
    'So much was sold for this meter since the internet was last here that its price is not known: take a smaller amount.',
  tooManyPromises:
    'This meter waits for the tokens of too many sales: sell when there is internet.',
  saleReused: 'This form was used for another sale. Begin again.',
  diskFull: 'The disk of this cabinet is full. Nothing was sold.',
};

export const signInTexts: Readonly<Record<Exclude<SignedIn, 'signedIn'>, string>> = {
  choosePin: 'This PIN was given to you. Choose one of your own.',
  pinWrong: 'This is not your PIN.',
  pinLocked: 'Too many wrong PINs. The utility has to give you another one.',
  needsLink: 'The first sign-in here needs the internet. Try again when there is some.',
  pinTooEasy: 'Choose a PIN that others would not try first.',
  pinNotDigits: 'A PIN has 4 to 8 digits.',
  pinNotNew: 'Choose another PIN than the one that you were given.',
};

export const moneyOf = (desk: Desk, amountMinor: bigint): string => {
  const currency = desk.grant()?.budget.utility.currency;
  return currency === undefined
    ? `${amountMinor}`
    : `${currency.code} ${formatAmount(amountMinor, currency)}`;
};
const kwh = (wh: number | string): string => `${formatKwh(BigInt(wh), 1)} kWh`;
const note = (text: string): string =>
  text === '' ? '' : `<p class="note" role="alert">${e(text)}</p>`;

export function signInPage(
  { desk, siteName }: View,
  o: { readonly said?: string; readonly clerkId?: string; readonly choosing?: boolean } = {},
): string {
  const clerks = desk.grant()?.budget.clerks ?? [];
  const options = clerks
    .map(
      ({ clerkId, name, locked }) =>
        `<option value="${e(clerkId)}"${clerkId === o.clerkId ? ' selected' : ''}>${e(name)}${locked ? ' (locked: the utility gives another PIN)' : ''}</option>`,
    )
    .join('');
  const choose = o.choosing
    ? `<p><label>A new PIN of your own (4 to 8 digits)<br><input name="newPin" type="password" inputmode="numeric" autocomplete="new-password" required></label></p>`
    : '';
  const none =
    clerks.length === 0
      ? note('The utility has named no agent for this site yet. Names come with the internet.')
      : '';
  return page(
    `${siteName}: sell`,
    `<main><h1>${e(siteName)}: sell for cash</h1>${note(o.said ?? '')}${none}
<form method="post" action="/agent/sign-in"><p><label>You are<br><select name="clerk" required>${options}</select></label></p>
<p><label>${o.choosing ? 'The PIN that you were given' : 'PIN'}<br><input name="pin" type="password" inputmode="numeric" autocomplete="off" required></label></p>
${choose}<p><button>Sign in</button></p></form><p><a href="/">Back to the site</a></p></main>`,
  );
}

export function deskPage(
  view: View,
  o: {
    readonly clerk: { readonly clerkId: string; readonly name: string };
    readonly said?: string;
  },
): string {
  const { desk, siteName, zone } = view;
  const book = desk.book();
  const shift = openShiftOf(book);
  const trouble = desk.trouble();
  const isOwn = shift?.clerkId === o.clerk.clerkId;
  return page(
    `${siteName}: sell`,
    `<main><h1>Sell for cash</h1><p>${e(o.clerk.name)}</p>${note(o.said ?? '')}
${trouble === null ? '' : note(refusalTexts[trouble])}${budgetPart(view)}
${trouble === null && isOwn ? sellForm(desk) : ''}${shiftPart(view, shift, isOwn)}
${saleTable(view)}<p><a href="/agent/sales.csv">All sales as a file</a></p>
<form method="post" action="/agent/sign-out"><button class="plain">Sign out</button></form>
<p>${e(linkText(desk, zone))}</p></main>`,
  );
}

function budgetPart({ desk, zone }: View): string {
  const grant = desk.grant();
  if (grant === null) return '';
  const left = desk.leftMinor();
  const whole = BigInt(grant.budget.budgetMinor);
  const unmade = unmadeOf(desk.book());
  const low = left * lowParts < whole || whole === 0n;
  const warning = low
    ? note(
        'The budget is low. It is filled again when the internet is back and the float covers it.',
      )
    : '';
  return `${warning}<dl><dt>May still be sold without the internet</dt><dd class="big">${e(moneyOf(desk, left))}</dd>
<dt>Sold here and not yet made by the utility</dt><dd>${unmade.length} (${e(moneyOf(desk, sumOf(unmade)))})</dd>
<dt>Budget holds until</dt><dd>${e(timeText(Date.parse(grant.budget.validUntil), zone))}</dd></dl>`;
}

function sellForm(desk: Desk): string {
  const [least = 0n] = desk.amountsMinor;
  const most = desk.amountsMinor.at(-1) ?? 0n;
  return `<h2>New sale</h2><form method="post" action="/agent/offer">
<p><label>Meter number<br><input name="number" inputmode="numeric" autocomplete="off" required pattern="[0-9 ]{11,22}"></label></p>
<p><label>Amount, ${e(moneyOf(desk, least))} to ${e(moneyOf(desk, most))}<br><input name="amount" inputmode="decimal" autocomplete="off" required></label></p>
<p><button>Next</button></p></form>`;
}

function shiftPart({ desk, zone }: View, shift: SiteShift | null, isOwn: boolean): string {
  if (shift === null) {
    const last = desk.book().shifts.at(-1);
    return `${last === undefined ? '' : shiftReport(desk, last)}<form method="post" action="/agent/shift/open"><p><button>Open a shift</button></p></form>`;
  }
  const whose = isOwn ? 'Your shift' : `The shift of ${shift.clerk}`;
  const count = salesOf(desk.book()).filter((sale) => sale.shift === shift.shift).length;
  const hint = isOwn
    ? ''
    : '<p>Count their cash and close their shift before you open your own.</p>';
  return `<h2>${e(whose)}, open since ${e(timeText(shift.atMs, zone))}</h2><p>${count} ${count === 1 ? 'sale' : 'sales'}</p>${hint}
<form method="post" action="/agent/shift/close"><p><label>Cash that you counted<br><input name="counted" inputmode="decimal" autocomplete="off" required></label></p>
<p><button class="plain">Close the shift</button></p></form>`;
}

function shiftReport(desk: Desk, shift: SiteShift): string {
  if (shift.closed === null) return '';
  const expected = expectedOf(desk.book(), shift.shift);
  const difference = shift.closed.countedMinor - expected;
  const word = difference === 0n ? 'right' : difference < 0n ? 'short' : 'over';
  return `<p class="${difference === 0n ? 'good' : 'note'}" role="status">Last shift, ${e(shift.clerk)}: counted ${e(moneyOf(desk, shift.closed.countedMinor))} of
${e(moneyOf(desk, expected))}, ${word}${difference === 0n ? '' : ` by ${e(moneyOf(desk, difference < 0n ? -difference : difference))}`}.</p>`;
}

const otherKey = 'it has another key';
/** In words for whoever stands before the meter; others are for the utility. */
const tokenRefusals: Readonly<Record<string, string>> = {
  overflow: 'its credit is at the most',
  ...{ crc: otherKey, ddtk: otherKey, keyType: otherKey, keyExpired: 'its key has ended' },
  old: 'the token is too old for it',
};

export function stateText(sale: SiteSale): string {
  if (sale.tokenRefused === undone) return 'undone by the utility';
  if (sale.tokenRefused !== null) {
    const why = tokenRefusals[sale.tokenRefused] ?? sale.tokenRefused;
    return `the meter does not take its token yet: ${why}`;
  }
  if (sale.isEntered) return 'done';
  if (sale.made !== null) return 'token on its way into the meter';
  if (sale.refusal === null) return 'waits for the internet';
  return `not made yet: ${madeRefusals[sale.refusal] ?? `the utility says “${sale.refusal}”`}`;
}

/** Why the utility could not make a sale until now, for the agent who is asked about it. */
const madeRefusals: Readonly<Record<string, string>> = {
  vendorBlocked: 'the utility has blocked this vendor',
  floatExceeded: 'the float of this vendor does not cover it',
  budgetExceeded: 'what this vendor may sell in an hour is used up',
  unknownMeter: 'the utility does not know this meter',
  meterExchanged: 'the meter was exchanged',
  meterBlocked: 'the utility has blocked this home',
  meterCountsMoney: 'the meter counts money now',
  creditModeChanging: 'how this home pays is being changed',
  amountTooSmall: 'the amount buys no energy at the prices of today',
};

function saleTable({ desk, zone }: View): string {
  const sales = newestSalesOf(desk.book(), shownSales);
  if (sales.length === 0) return '';
  const rows = sales
    .map(
      (sale) =>
        `<tr><td><a href="/agent/sales/${e(encodeURIComponent(sale.saleId))}">${sale.number}</a></td><td class="n">${e(moneyOf(desk, BigInt(sale.amountMinor)))}</td>
<td>${e(stateText(sale))}</td><td>${e(sale.meterPan)}</td><td class="t">${e(timeText(sale.atMs, zone))}</td></tr>`,
    )
    .join('\n');
  return `<h2>Last sales</h2><div class="wide"><table><thead><tr><th>No.</th><th class="n">Amount</th><th>State</th><th>Meter</th><th>Sold</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function linkText(desk: Desk, zone: string): string {
  const { answeredAtMs, fault } = desk.merge();
  const when = answeredAtMs === null ? 'not since the start' : timeText(answeredAtMs, zone);
  if (fault === null) return `The utility answered last: ${when}.`;
  const why = linkFaults[fault] ?? `it says "${fault}"`;
  return `The utility answered last: ${when}; now ${why}.`;
}

const linkFaults: Readonly<Record<string, string>> = {
  away: 'there is no internet',
  keyRefused: 'it takes the key of this site no more',
  vendorBlocked: 'the vendor is blocked',
  siteHasNoBudget: 'it has no budget for this site',
  siteOfAnotherTill: 'another gateway has the budget',
  diskFull: 'the disk of this cabinet is full',
};

export function offerPage(
  { desk, siteName }: View,
  o: { readonly offer: Offer; readonly saleId: string },
): string {
  const { meterPan, amountMinor, promisedWh, customerName } = o.offer;
  return page(
    `${siteName}: sell`,
    `<main><h1>Is this right?</h1><dl><dt>Meter</dt><dd class="big">${e(meterPan)}</dd>
${customerName === null ? '' : `<dt>Customer</dt><dd>${e(customerName)}</dd>`}
<dt>Amount</dt><dd class="big">${e(moneyOf(desk, amountMinor))}</dd>
<dt>Energy at once</dt><dd>${e(kwh(promisedWh.toString()))}</dd></dl>
<p>Read meter and customer out, take the cash, then sell.</p>
<form method="post" action="/agent/sell"><input type="hidden" name="sale" value="${e(o.saleId)}">
<input type="hidden" name="number" value="${e(meterPan)}"><input type="hidden" name="minor" value="${amountMinor}">
<p><button>Take ${e(moneyOf(desk, amountMinor))} and sell</button></p></form><p><a href="/agent">Back</a></p></main>`,
  );
}

/** How the sale stands, as the first line of its receipt's page. */
function soldText(sale: SiteSale): string {
  if (sale.tokenRefused !== null) return `Sold, but ${stateText(sale)}.`;
  if (sale.isEntered) return 'Sold. The meter has its energy.';
  if (sale.made !== null) return 'Sold. Its token is on its way into the meter.';
  return sale.refusal === null ? 'Sold. It waits for the internet.' : `Sold, ${stateText(sale)}.`;
}

const sellerText = (vendor: string, site: string): string =>
  vendor === site ? vendor : `${vendor} at ${site}`;

export function receiptPage(
  { desk, siteName, zone }: View,
  o: { readonly sale: SiteSale; readonly copy: number | null },
): string {
  const { sale, copy } = o;
  const budget = desk.grant()?.budget;
  const energy =
    sale.made === null
      ? `<dt>Energy at once</dt><dd>${e(kwh(sale.promisedWh))}</dd>`
      : `<dt>Energy</dt><dd>${e(kwh(sale.made.energyWh))}</dd>${tokenPart(sale, sale.made.tokens)}`;
  const words = adviceOn(desk, sale);
  return page(
    `Receipt ${sale.number}`,
    `<main><p class="screen ${sale.refusal === null && sale.tokenRefused === null ? 'good' : 'note'}" role="status">${e(soldText(sale))}</p>
<div class="slip"><h1>${copy === null ? 'Receipt' : `Copy ${copy} of receipt`} ${sale.number}</h1>
<p>${e(sellerText(budget?.vendorName ?? siteName, siteName))}<br>for ${e(budget?.utility.name ?? '')}</p>
<dl><dt>Sold</dt><dd>${e(timeText(sale.atMs, zone))} by ${e(sale.clerk)}</dd><dt>Meter</dt><dd>${e(sale.meterPan)}</dd>
<dt>Paid</dt><dd class="big">${e(moneyOf(desk, BigInt(sale.amountMinor)))}</dd>${energy}
<dt>Reference</dt><dd><small>${e(sale.saleId)}</small></dd></dl>${words}</div>
<div class="screen"><p>To print the receipt, use Print in the menu of the browser.</p>
<form class="side" method="post" action="/agent/sales/${e(encodeURIComponent(sale.saleId))}/copy"><button class="plain">Make a copy</button></form>
<p><a href="/agent">Next sale</a></p></div></main>`,
  );
}

function adviceOn(desk: Desk, sale: SiteSale): string {
  if (sale.tokenRefused === undone) return '';
  if (!desk.hasEnergy(sale)) {
    return '<p>The meter does not have this energy yet. It comes by itself; keep this receipt.</p>';
  }
  if (sale.tokenRefused !== null) {
    return '<p>The home can use what was promised. The token is tried again each hour: tell the utility.</p>';
  }
  return sale.made === null
    ? '<p>The exact energy is reckoned by the utility when the site has internet; the difference goes to your credit. Keep this receipt.</p>'
    : '';
}

/** Digits are of use while the meter does not have them; after that they are its last four. */
function tokenPart({ isEntered }: SiteSale, tokens: readonly string[]): string {
  const spaced = (token: string): string => e(token.replace(/(\d{4})(?=\d)/g, '$1 '));
  return isEntered
    ? `<dt>Token, entered for you</dt><dd>${tokens.map((token) => `… ${e(token.slice(-4))}`).join('<br>')}</dd>`
    : `<dt>Token, if it does not come by itself</dt><dd>${tokens.map(spaced).join('<br>')}</dd>`;
}

/** Every sale, for whoever keeps the books. */
export function salesCsv({ desk }: Pick<View, 'desk'>): string {
  const lines = salesOf(desk.book()).map((sale) =>
    [
      ...[sale.number, new Date(sale.atMs).toISOString(), sale.shift, csvText(sale.clerk)],
      ...[sale.meterPan, sale.amountMinor, sale.promisedWh, sale.made?.energyWh ?? ''],
      ...[sale.made?.saleId ?? '', csvText(stateText(sale)), sale.saleId],
    ].join(','),
  );
  const header =
    'number,sold_at,shift,clerk,meter,amount_minor,promised_wh,energy_wh,sale,state,reference';
  return `${[header, ...lines].join('\n')}\n`;
}

/** A text that a spreadsheet would run gets an apostrophe in front. */
const csvText = (text: string): string =>
  `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
