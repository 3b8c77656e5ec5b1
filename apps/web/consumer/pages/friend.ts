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
import { type Html, html } from '../html.ts';
import { csrfField, inRow, page, problemText } from '../layout.ts';
import { type Voice, voiceOf } from '../text/voice.ts';

const backTo = ({ words }: Voice) => ({
  href: pathOf(pageRoutes.start),
  label: words.friend.first,
});

/** GET /pay, and POST of it when the number was refused. */
export function renderFriend(frame: Frame, view: FriendView): string {
  const voice = voiceOf(frame);
  const { heading, intro } = voice.words.friend;
  const body = html`<section class="card narrow">
<h1>${heading}</h1>
<p>${intro}</p>
${view.mustSignIn ? signInFirst(voice) : meterForm(frame, view, voice)}
</section>`;
  return page(frame, { title: heading, body, signedIn: false, back: backTo(voice) });
}

const signInFirst = ({ words }: Voice): Html => html`<p>${words.friend.signInFirst}</p>
<p><a class="button" href="${pathOf(pageRoutes.signIn)}">${words.signIn.signIn}</a></p>`;

function meterForm(frame: Frame, view: FriendView, { words: { friend } }: Voice): Html {
  const described = view.problem === null ? 'meter-hint' : 'meter-problem meter-hint';
  return html`<form method="post" action="${pathOf(pageRoutes.friendHome)}">
${csrfField(frame)}
<label for="meter">${friend.number}</label>
<p class="hint" id="meter-hint">${friend.numberHint}</p>
${problemText(view.problem, 'meter-problem')}
<input id="meter" name="meter" type="text" inputmode="numeric" autocomplete="off" required maxlength="40" value="${view.meter}" aria-describedby="${described}"${view.problem !== null && html` aria-invalid="true"`}>
<button class="main">${friend.find}</button>
</form>`;
}

const phoneField = (view: FriendHomeView, { words: { friend } }: Voice): Html => html`
<label for="phone">${friend.phone}</label>
<p class="hint" id="phone-hint">${friend.phoneHint}</p>
<input id="phone" name="phone" type="tel" autocomplete="tel" maxlength="40" value="${view.phone}" aria-describedby="phone-hint">`;

/** After POST /pay, and POST /pay/start when the amount was refused. */
export function renderFriendHome(frame: Frame, view: FriendHomeView): string {
  const described = view.problem === null ? 'amount-hint' : 'amount-problem amount-hint';
  const voice = voiceOf(frame);
  const { rich, say, shortMoney, words } = voice;
  const { buy, friend } = words;
  const bounds = { least: shortMoney(view.minimumMinor), most: shortMoney(view.maximumMinor) };
  const body = html`<section class="card narrow">
<h1>${friend.isThis}</h1>
<p class="get"><b>${view.shown}</b> <span>${rich(friend.meter, { meter: inRow(view.meter) })}</span></p>
<p class="hint">${friend.onlyInitials}</p>
<form method="post" action="${pathOf(pageRoutes.friendPay)}">
${csrfField(frame)}
<input type="hidden" name="meter" value="${view.meter}">
<input type="hidden" name="requestId" value="${view.requestId}">
<label for="amount">${buy.amount}</label>
<p class="hint" id="amount-hint">${say(buy.bounds, bounds)}</p>
${problemText(view.problem, 'amount-problem')}
<div class="money"><span aria-hidden="true">${voice.sign}</span><input id="amount" name="amount" type="text" inputmode="decimal" autocomplete="off" required maxlength="20" value="${view.amount}" aria-describedby="${described}"${view.problem !== null && html` aria-invalid="true"`}></div>
${view.asksForPhone && phoneField(view, voice)}
<button class="main">${friend.yes}</button>
</form>
<p class="hint">${say(friend.payWith, { provider: view.providerName })}</p>
</section>`;
  return page(frame, {
    title: friend.isThis,
    body,
    signedIn: false,
    back: { href: pathOf(pageRoutes.friend), label: friend.anotherMeter },
  });
}

const tones: Record<FriendPaidView['state'], string> = {
  ...{ open: 'busy', paid: 'good', late: 'busy', takenBack: 'bad', notPaid: 'bad' },
};

/** GET /pay/:id */
export function renderFriendPaid(frame: Frame, view: FriendPaidView): string {
  const voice = voiceOf(frame);
  const { friend } = voice.words;
  const title = friend[view.state];
  const body = html`<section class="card narrow">
<h1>${title}</h1>
<div class="status ${tones[view.state]}" role="status"><p><b>${view.amount}</b>. ${friend[`${view.state}Now`]}</p></div>
<p><a class="button second" href="${pathOf(pageRoutes.friend)}">${friend.another}</a></p>
</section>`;
  const isOpen = view.state === 'open';
  return page(frame, {
    ...{ title, body, signedIn: false, back: backTo(voice) },
    ...(isOpen ? { refreshSeconds: 5 } : {}),
  });
}
