// Signing in: a phone number, then the code that the utility sent to it.

import { type CodeView, type Frame, pageRoutes, pathOf, type SignInView } from '@prewatt/api';
import { html } from '../html.ts';
import { csrfField, inRow, page, problemText } from '../layout.ts';
import { voiceOf } from '../text/voice.ts';

const example = '+27 82 555 0101';

/** GET /sign-in, and POST /sign-in when the number was refused. */
export function renderSignIn(frame: Frame, view: SignInView): string {
  const { rich, words } = voiceOf(frame);
  const bad = view.problem !== null && html` aria-invalid="true" aria-describedby="phone-problem"`;
  const body = html`<section class="card narrow">
<h1>${words.signIn.heading}</h1>
${view.hasEnded === true && html`<p class="problem" role="alert">${words.signIn.ended}</p>`}
<p>${rich(words.signIn.intro, { utility: frame.utilityName })}</p>
<form method="post" action="${pathOf(pageRoutes.sendCode)}">
${csrfField(frame)}
<label for="phone">${words.signIn.phone}</label>
<p class="hint" id="phone-hint">${rich(words.signIn.phoneHint, { example: inRow(example) })}</p>
${problemText(view.problem, 'phone-problem')}
<input id="phone" name="phone" type="tel" inputmode="tel" autocomplete="tel" required maxlength="32" value="${view.phone}"${bad === false && html` aria-describedby="phone-hint"`}${bad}>
<button class="main">${words.signIn.sendCode}</button>
</form>
<p><a href="${pathOf(pageRoutes.friend)}">${words.signIn.friend}</a></p>
</section>`;
  return page(frame, { title: words.signIn.signIn, body, signedIn: false });
}

/** After POST /sign-in, and POST /sign-in/code when the code was refused. */
export function renderCode(frame: Frame, view: CodeView): string {
  const { rich, words } = voiceOf(frame);
  const bad = view.problem !== null && html` aria-invalid="true" aria-describedby="code-problem"`;
  const body = html`<section class="card narrow">
<h1>${words.signIn.typeCode}</h1>
<p>${rich(words.signIn.sent, { phone: html`<b>${inRow(view.phone)}</b>` })}</p>
<form method="post" action="${pathOf(pageRoutes.confirmCode)}">
${csrfField(frame)}
<input type="hidden" name="phone" value="${view.phone}">
<label for="code">${words.signIn.code}</label>
${problemText(view.problem, 'code-problem')}
<input id="code" name="code" class="code" type="text" inputmode="numeric" autocomplete="one-time-code" required maxlength="12"${bad}>
<button class="main">${words.signIn.signIn}</button>
</form>
<form method="post" action="${pathOf(pageRoutes.sendCode)}">
${csrfField(frame)}
<input type="hidden" name="phone" value="${view.phone}">
<p>${words.signIn.noMessage} <button class="link">${words.signIn.newCode}</button></p>
</form>
</section>`;
  return page(frame, {
    title: words.signIn.typeCode,
    body,
    signedIn: false,
    back: { href: pathOf(pageRoutes.signIn), label: words.signIn.anotherNumber },
  });
}
