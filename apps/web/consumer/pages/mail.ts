// E-mail beside text messages, on the page of messages: the address, its code, and what goes there.

import { type Frame, type MailView, pageRoutes, pathOf } from '@prewatt/api';
import { type Html, html } from '../html.ts';
import { csrfField, problemText } from '../layout.ts';

type Connection = { readonly id: string };
type Choice = NonNullable<MailView['choice']>;

export function mailSection(frame: Frame, view: MailView, connection: Connection): Html {
  const { choice, problem } = view;
  return html`<section class="card narrow" id="mail">
<h2>E-mail</h2>
<p>Beside the SMS, never in its place. Receipts come with a PDF.</p>
${problemText(problem, 'mail-problem')}
${choice !== null && standing(choice)}
${choice?.awaitsCode === true && codeForm(frame, choice, connection)}
${choice?.isProved === true && wantsForm(frame, choice, connection)}
${addressForm(frame, choice, { connection, problem })}
</section>`;
}

function standing({ address, isProved, isRefused, wanted, awaitsCode }: Choice): Html {
  if (isRefused) {
    return html`<p class="problem">The mail server says that there is no <b class="long">${address}</b>. Nothing is sent there. Give the address again.</p>`;
  }
  if (isProved) {
    return html`<p>Sent to <b class="long">${address}</b>.</p>
${wanted !== null && html`<p>${awaitsCode ? 'A code was sent to' : 'The code is over for'} <b class="long">${wanted}</b>. Mail goes to the address above until you type ${awaitsCode ? 'it here' : 'a new one'}.</p>`}`;
  }
  return awaitsCode
    ? html`<p>A code was sent to <b class="long">${address}</b>. Nothing else is sent there before you type it here.</p>`
    : html`<p>The code for <b class="long">${address}</b> is over. Give the address again.</p>`;
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
    html`<label for="mail-code">Code from the mail</label>
<input id="mail-code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" required maxlength="10">
<button class="main">Use this address</button>`,
  );

function wantsForm(frame: Frame, { wants }: Choice, connection: Connection): Html {
  const box = (name: keyof Choice['wants'], label: string) =>
    html`<label class="box"><input type="checkbox" name="${name}" value="on"${wants[name] && html` checked`}> <span>${label}</span></label>
`;
  return html`${formOf(
    frame,
    connection,
    'wants',
    html`<fieldset>
<legend>By mail, too</legend>
${box('receipts', 'Tokens and receipts')}${box('warnings', 'Warnings about supply and credit')}${box('others', 'Everything else')}
</fieldset>
<button class="main">Save what comes by mail</button>`,
  )}
${formOf(frame, connection, 'remove', html`<button class="quiet">Take this address away</button>`)}`;
}

function addressForm(
  frame: Frame,
  choice: Choice | null,
  o: { readonly connection: Connection; readonly problem: string | null },
): Html {
  const label = choice === null ? 'Your e-mail address' : 'Another address';
  return formOf(
    frame,
    o.connection,
    'address',
    html`<label for="mail-address">${label}</label>
<input id="mail-address" name="address" type="email" autocomplete="email" required maxlength="254"${o.problem !== null && html` aria-describedby="mail-problem"`}>
<button class="${choice === null ? 'main' : 'second'}">Send me a code</button>`,
  );
}
