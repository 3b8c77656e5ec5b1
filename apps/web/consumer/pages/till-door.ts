// A shop's phone before anybody sells on it: the code that brings it in, who signs in, and a PIN of
// their own.

import {
  type Frame,
  pathOf,
  type TillEnrolView,
  type TillPinView,
  type TillSignInView,
  tillPages,
} from '@prewatt/api';
import { html } from '../html.ts';
import { csrfField, page, problemText } from '../layout.ts';
import { tillAt } from './till-frame.ts';

/** GET /till on a phone that nobody knows, GET /till/phone, and POST of it when refused. */
export function renderTillEnrol(frame: Frame, view: TillEnrolView): string {
  const bad = view.problem !== null && html` aria-invalid="true" aria-describedby="code-problem"`;
  const body = html`<section class="card narrow">
<h1>Set up this phone</h1>
<p>For shops that sell electricity. The utility gives you a code for this phone; it works once.</p>
<form method="post" action="${pathOf(tillPages.takeCode)}">
${csrfField(frame)}
<label for="code">Code of this phone</label>
<p class="hint" id="code-hint">Three groups of four, like 7K3M-92QD-XW0F</p>
${problemText(view.problem, 'code-problem')}
<input id="code" name="code" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" required maxlength="40" value="${view.code}"${bad === false && html` aria-describedby="code-hint"`}${bad}>
<button class="main">Set up</button>
</form>
<p class="hint">Is it about your own home? <a href="/">Your electricity</a></p>
</section>`;
  return page(frame, { title: 'Set up this phone', body, signedIn: false, at: tillAt });
}

/** GET /till while nobody is signed in, and POST /till/sign-in when refused. */
export function renderTillSignIn(frame: Frame, view: TillSignInView): string {
  const bad = view.problem !== null && html` aria-invalid="true" aria-describedby="pin-problem"`;
  const form = html`<form method="post" action="${pathOf(tillPages.signIn)}">
${csrfField(frame)}
<fieldset>
<legend>Who are you?</legend>${view.clerks.map(({ clerkId, name }) => {
    const checked = view.chosen === clerkId || view.clerks.length === 1;
    return html`
<label class="box" for="clerk-${clerkId}"><input id="clerk-${clerkId}" name="clerk" type="radio" value="${clerkId}" required${checked && html` checked`}>${name}</label>`;
  })}
</fieldset>
<label for="pin">PIN</label>
${problemText(view.problem, 'pin-problem')}
<input id="pin" name="pin" class="code" type="password" inputmode="numeric" autocomplete="off" required maxlength="8"${bad}>
<button class="main">Sign in</button>
</form>`;
  const body = html`<section class="card narrow">
<h1>${view.vendorName}</h1>
<p class="hint">${view.till}</p>
${view.clerks.length === 0 ? html`<p>No clerk may sign in yet. The utility adds them.</p>` : form}
</section>`;
  return page(frame, { title: 'Sign in', body, signedIn: false, at: tillAt });
}

/** GET /till/pin, and POST of it when refused. */
export function renderTillPin(frame: Frame, view: TillPinView): string {
  const bad = view.problem !== null && html` aria-invalid="true" aria-describedby="pin-problem"`;
  const body = html`<section class="card narrow">
<h1>${view.first ? 'Choose your own PIN' : 'Change your PIN'}</h1>
<p>${view.first ? html`Welcome, <b>${view.clerk}</b>. The PIN that you were given has been seen by another person. Choose one that only you know.` : html`Of <b>${view.clerk}</b>.`}</p>
<form method="post" action="${pathOf(tillPages.choosePin)}">
${csrfField(frame)}
<label for="pin">New PIN</label>
<p class="hint" id="pin-hint">4 to 8 digits</p>
${problemText(view.problem, 'pin-problem')}
<input id="pin" name="pin" class="code" type="password" inputmode="numeric" autocomplete="off" required maxlength="8"${bad === false && html` aria-describedby="pin-hint"`}${bad}>
<label for="again">The same again</label>
<input id="again" name="again" class="code" type="password" inputmode="numeric" autocomplete="off" required maxlength="8">
<button class="main">Keep this PIN</button>
</form>
</section>`;
  const back = { href: pathOf(tillPages.start), label: 'Sell' };
  const title = 'Your PIN';
  return page(frame, {
    ...{ title, body, signedIn: true, at: tillAt },
    ...(view.first ? {} : { back }),
  });
}
