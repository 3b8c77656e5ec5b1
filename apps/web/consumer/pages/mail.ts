// E-mail beside text messages, on the page of messages: the address, its code, and what goes there.

import { type Frame, type MailView, pageRoutes, pathOf } from '@prewatt/api';
import { type Html, html } from '../html.ts';
import { csrfField, problemText } from '../layout.ts';
import { type Voice, voiceOf } from '../text/voice.ts';

type Connection = { readonly id: string };
type Choice = NonNullable<MailView['choice']>;

export function mailSection(frame: Frame, view: MailView, connection: Connection): Html {
  const { choice, problem } = view;
  const voice = voiceOf(frame);
  const words = voice.words.mail;
  return html`<section class="card narrow" id="mail">
<h2>${words.heading}</h2>
<p>${words.intro}</p>
${problemText(problem, 'mail-problem')}
${choice !== null && standing(choice, voice)}
${choice?.awaitsCode === true && codeForm(frame, choice, connection)}
${choice?.isProved === true && wantsForm(frame, choice, connection)}
${addressForm(frame, choice, { connection, problem })}
</section>`;
}

function standing(choice: Choice, { rich, words: { mail } }: Voice): Html {
  const { isProved, isRefused, wanted, awaitsCode } = choice;
  const address = html`<b class="long" dir="ltr">${choice.address}</b>`;
  if (isRefused) return html`<p class="problem">${rich(mail.refused, { address })}</p>`;
  if (isProved) {
    const other = html`<b class="long" dir="ltr">${wanted ?? ''}</b>`;
    const stands = awaitsCode ? mail.codeSentTo : mail.codeOverFor;
    return html`<p>${rich(mail.sentTo, { address })}</p>
${wanted !== null && html`<p>${rich(stands, { address: other })}</p>`}`;
  }
  return html`<p>${rich(awaitsCode ? mail.codeFirst : mail.codeOver, { address })}</p>`;
}

const formOf = (frame: Frame, connection: Connection, change: string, inside: Html): Html =>
  html`<form method="post" action="${pathOf(pageRoutes.changeMail, connection)}">
${csrfField(frame)}
<input type="hidden" name="change" value="${change}">
${inside}
</form>`;

const codeForm = (frame: Frame, _: Choice, connection: Connection): Html =>
  formOf(
    frame,
    connection,
    'code',
    html`<label for="mail-code">${voiceOf(frame).words.mail.code}</label>
<input id="mail-code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" required maxlength="10">
<button class="main">${voiceOf(frame).words.mail.useAddress}</button>`,
  );

function wantsForm(frame: Frame, { wants }: Choice, connection: Connection): Html {
  const words = voiceOf(frame).words.mail;
  const box = (name: keyof Choice['wants'], label: string) =>
    html`<label class="box"><input type="checkbox" name="${name}" value="on"${wants[name] && html` checked`}> <span>${label}</span></label>
`;
  return html`${formOf(
    frame,
    connection,
    'wants',
    html`<fieldset>
<legend>${words.byMail}</legend>
${box('receipts', words.receipts)}${box('warnings', words.warnings)}${box('others', words.others)}
</fieldset>
<button class="main">${words.save}</button>`,
  )}
${formOf(frame, connection, 'remove', html`<button class="quiet">${words.takeAway}</button>`)}`;
}

function addressForm(
  frame: Frame,
  choice: Choice | null,
  o: { readonly connection: Connection; readonly problem: string | null },
): Html {
  const { words } = voiceOf(frame);
  const label = choice === null ? words.mail.yours : words.mail.another;
  return formOf(
    frame,
    o.connection,
    'address',
    html`<label for="mail-address">${label}</label>
<input id="mail-address" name="address" type="email" autocomplete="email" required maxlength="254"${o.problem !== null && html` aria-describedby="mail-problem"`}>
<button class="${choice === null ? 'main' : 'second'}">${words.signIn.sendCode}</button>`,
  );
}
