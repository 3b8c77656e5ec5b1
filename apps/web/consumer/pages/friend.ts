// Paying for somebody else's meter: its number, the home as a stranger may know it with the amount,
// and how the payment stands. No price and no debt of the home: those are its customer's.

import {
  type Frame,
  type FriendHomeView,
  type FriendPaidView,
  type FriendView,
  pageRoutes,
  pathOf,
} from '@prewatt/api';
import { currencySign, shortMoney } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { csrfField, page, problemText } from '../layout.ts';

const back = { href: pathOf(pageRoutes.start), label: 'First page' };

/** GET /pay, and POST of it when the number was refused. */
export function renderFriend(frame: Frame, view: FriendView): string {
  const body = html`<section class="card narrow">
<h1>Pay for somebody else</h1>
<p>The token goes to the phone of that home, never to you.</p>
${view.mustSignIn ? signInFirst : meterForm(frame, view)}
</section>`;
  return page(frame, {
    title: 'Pay for somebody else',
    body,
    signedIn: false,
    isEnglish: true,
    back,
  });
}

const signInFirst: Html = html`<p>You approve this payment on your phone. Sign in with that phone first, then open this page again.</p>
<p><a class="button" href="${pathOf(pageRoutes.signIn)}">Sign in</a></p>`;

function meterForm(frame: Frame, view: FriendView): Html {
  const described = view.problem === null ? 'meter-hint' : 'meter-problem meter-hint';
  return html`<form method="post" action="${pathOf(pageRoutes.friendHome)}">
${csrfField(frame)}
<label for="meter">Number of the meter</label>
<p class="hint" id="meter-hint">11 or 18 digits, as they stand on the meter or on a receipt</p>
${problemText(view.problem, 'meter-problem')}
<input id="meter" name="meter" type="text" inputmode="numeric" autocomplete="off" required maxlength="40" value="${view.meter}" aria-describedby="${described}"${view.problem !== null && html` aria-invalid="true"`}>
<button class="main">Find the home</button>
</form>`;
}

const phoneField = (view: FriendHomeView): Html => html`
<label for="phone">Your own phone, for a receipt by text</label>
<p class="hint" id="phone-hint">You may leave it empty. It is used for this one text.</p>
<input id="phone" name="phone" type="tel" autocomplete="tel" maxlength="40" value="${view.phone}" aria-describedby="phone-hint">`;

/** After POST /pay, and POST /pay/start when the amount was refused. */
export function renderFriendHome(frame: Frame, view: FriendHomeView): string {
  const described = view.problem === null ? 'amount-hint' : 'amount-problem amount-hint';
  const body = html`<section class="card narrow">
<h1>Is this the home?</h1>
<p class="get"><b>${view.shown}</b> <span>meter ${view.meter}</span></p>
<p class="hint">Only the initials and the street are shown. If you are not sure, ask before you pay: the token works in this meter alone.</p>
<form method="post" action="${pathOf(pageRoutes.friendPay)}">
${csrfField(frame)}
<input type="hidden" name="meter" value="${view.meter}">
<input type="hidden" name="requestId" value="${view.requestId}">
<label for="amount">Amount of money</label>
<p class="hint" id="amount-hint">From ${shortMoney(view.minimumMinor, frame.currency)} to ${shortMoney(view.maximumMinor, frame.currency)}</p>
${problemText(view.problem, 'amount-problem')}
<div class="money"><span aria-hidden="true">${currencySign(frame.currency)}</span><input id="amount" name="amount" type="text" inputmode="decimal" autocomplete="off" required maxlength="20" value="${view.amount}" aria-describedby="${described}"${view.problem !== null && html` aria-invalid="true"`}></div>
${view.asksForPhone && phoneField(view)}
<button class="main">Yes, pay for this home</button>
</form>
<p class="hint">You pay with ${view.providerName}. Taxes, fees and what the home owes come off as they do for the home itself.</p>
</section>`;
  return page(frame, {
    title: 'Is this the home?',
    body,
    signedIn: false,
    isEnglish: true,
    back: { href: pathOf(pageRoutes.friend), label: 'Another meter' },
  });
}

const states: Record<FriendPaidView['state'], { readonly title: string; readonly text: string }> = {
  open: {
    title: 'Waiting for the payment',
    text: 'This page looks again every five seconds.',
  },
  paid: {
    title: 'Paid',
    text: 'A message went to the phone of that home, with the token if its meter needs one. Tell them to look.',
  },
  late: {
    title: 'Paid, but the token is late',
    text: 'The money has arrived. The utility sees that the token is missing and puts it right.',
  },
  takenBack: {
    title: 'Taken back',
    text: 'The utility has reversed this purchase. Call it about the money.',
  },
  notPaid: { title: 'Not paid', text: 'Nothing was taken. You can start again.' },
};

/** GET /pay/:id */
const tones: Record<FriendPaidView['state'], string> = {
  ...{ open: 'busy', paid: 'good', late: 'busy', takenBack: 'bad', notPaid: 'bad' },
};

export function renderFriendPaid(frame: Frame, view: FriendPaidView): string {
  const { title, text } = states[view.state];
  const tone = tones[view.state];
  const body = html`<section class="card narrow">
<h1>${title}</h1>
<div class="status ${tone}" role="status"><p><b>${view.amount}</b>. ${text}</p></div>
<p><a class="button second" href="${pathOf(pageRoutes.friend)}">Pay for another home</a></p>
</section>`;
  const isOpen = view.state === 'open';
  return page(frame, {
    ...{ title, body, signedIn: false, isEnglish: true, back },
    ...(isOpen ? { refreshSeconds: 5 } : {}),
  });
}
