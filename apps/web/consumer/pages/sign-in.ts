// Signing in: a phone number, then the code that the utility sent to it.

import { type CodeView, type Frame, pageRoutes, pathOf, type SignInView } from '@prewatt/api';
import { html } from '../html.ts';
import { csrfField, page, problemText } from '../layout.ts';

/** GET /sign-in, and POST /sign-in when the number was refused. */
export function renderSignIn(frame: Frame, view: SignInView): string {
  const bad = view.problem !== null && html` aria-invalid="true" aria-describedby="phone-problem"`;
  const body = html`<section class="card narrow">
<h1>Your electricity</h1>
<p>See your credit and buy electricity. Sign in with the phone number that ${frame.utilityName} knows.</p>
<form method="post" action="${pathOf(pageRoutes.sendCode)}">
${csrfField(frame)}
<label for="phone">Phone number</label>
<p class="hint" id="phone-hint">As you dial it at home, or with the country code, like +27 82 555 0101</p>
${problemText(view.problem, 'phone-problem')}
<input id="phone" name="phone" type="tel" inputmode="tel" autocomplete="tel" required maxlength="32" value="${view.phone}"${bad === false && html` aria-describedby="phone-hint"`}${bad}>
<button class="main">Send me a code</button>
</form>
<p><a href="${pathOf(pageRoutes.friend)}">Pay for somebody else’s meter</a></p>
</section>`;
  return page(frame, { title: 'Sign in', body, signedIn: false });
}

/** After POST /sign-in, and POST /sign-in/code when the code was refused. */
export function renderCode(frame: Frame, view: CodeView): string {
  const bad = view.problem !== null && html` aria-invalid="true" aria-describedby="code-problem"`;
  const body = html`<section class="card narrow">
<h1>Type your code</h1>
<p>We sent a message with a code to <b class="nowrap">${view.phone}</b>.</p>
<form method="post" action="${pathOf(pageRoutes.confirmCode)}">
${csrfField(frame)}
<input type="hidden" name="phone" value="${view.phone}">
<label for="code">Code from the message</label>
${problemText(view.problem, 'code-problem')}
<input id="code" name="code" class="code" type="text" inputmode="numeric" autocomplete="one-time-code" required maxlength="12"${bad}>
<button class="main">Sign in</button>
</form>
<form method="post" action="${pathOf(pageRoutes.sendCode)}">
${csrfField(frame)}
<input type="hidden" name="phone" value="${view.phone}">
<p>No message after a minute? <button class="link">Send a new code</button></p>
</form>
</section>`;
  return page(frame, {
    title: 'Type your code',
    body,
    signedIn: false,
    back: { href: pathOf(pageRoutes.signIn), label: 'Another number' },
  });
}
