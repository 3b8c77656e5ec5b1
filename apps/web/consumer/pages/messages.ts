// Which messages a customer gets, and when: plain boxes and two times of day. And the button that
// ends all sign-ins, since this is the page of what a customer sets.

import {
  type AlertKind,
  type AlertSettingsView,
  alertKinds,
  type Frame,
  pageRoutes,
  pathOf,
} from '@prewatt/api';
import { pushScriptAsset } from '../assets/assets.ts';
import { workerPath } from '../assets/worker.ts';
import { type Html, html } from '../html.ts';
import { csrfField, inRow, page, problemText } from '../layout.ts';
import { type Voice, voiceOf } from '../text/voice.ts';
import { mailSection } from './mail.ts';

/** GET and POST /connections/:id/messages */
export function renderMessages(frame: Frame, view: AlertSettingsView): string {
  const connection = { id: view.connection.connectionId };
  const voice = voiceOf(frame);
  const words = voice.words.messages;
  const body = html`<section class="card narrow">
<h1>${voice.words.home.messages}</h1>
<p class="hint">${view.connection.name}</p>
${view.isSaved && html`<div class="status good" role="status"><p>${words.saved}</p></div>`}
<p>${sentTo(view.phone, voice)}</p>
<form method="post" action="${pathOf(pageRoutes.saveMessages, connection)}">
${csrfField(frame)}
<fieldset>
<legend>${words.tellMeWhen}</legend>
${alertKinds.map((kind) => box(kind, view, voice))}
<label class="box"><input type="checkbox" name="digest" value="on"${view.digest && html` checked`}> <span>${words.digest}</span></label>
</fieldset>
<p class="hint">${words.always}</p>
<fieldset aria-describedby="${view.problem === null ? 'quiet-hint' : 'quiet-problem quiet-hint'}">
<legend>${words.quietHours}</legend>
<p class="hint" id="quiet-hint">${words.quietHint}</p>
${problemText(view.problem, 'quiet-problem')}
<div class="times">
${time('quietFrom', words.from, view)}
${time('quietTo', words.to, view)}
</div>
</fieldset>
<button class="main">${words.save}</button>
</form>
</section>
${view.pushKey !== null && notifications(frame, view.pushKey, connection)}
${view.mail !== null && mailSection(frame, view.mail, connection)}
<section class="card narrow">
<h2>${words.signIns}</h2>
<p>${words.lostPhone}</p>
<form method="post" action="${pathOf(pageRoutes.signOutEverywhere)}">
${csrfField(frame)}
<button class="quiet">${words.everywhere}</button>
</form>
</section>`;
  return page(frame, {
    title: voice.words.home.messages,
    body,
    signedIn: true,
    ...(view.pushKey === null ? {} : { script: pushScriptAsset.path }),
    back: { href: pathOf(pageRoutes.home, connection), label: view.connection.name },
  });
}

/** Its buttons come to light where the browser can do it. */
function notifications(frame: Frame, key: string, connection: { readonly id: string }): Html {
  const words = voiceOf(frame).words.messages;
  return html`<section class="card narrow">
<h2>${words.inBrowser}</h2>
<p>${words.inBrowserText}</p>
<form method="post" action="${pathOf(pageRoutes.changePush, connection)}" data-push="${key}" data-push-worker="${workerPath}" data-on="${words.areOn}" data-off="${words.areOff}" data-turn-off="${words.turnOff}" data-refused="${words.notAllowed}">
${csrfField(frame)}
<input type="hidden" name="endpoint" value="">
<input type="hidden" name="p256dh" value="">
<input type="hidden" name="auth" value="">
<input type="hidden" name="change" value="on">
<p class="hint" role="status" data-push-state>${words.cannot}</p>
<button class="quiet" type="button" hidden>${words.turnOn}</button>
</form>
</section>`;
}

function sentTo(phone: string | null, { rich, words: { messages } }: Voice): Html {
  if (phone === null) return html`${messages.noPhone}`;
  return rich(messages.sentTo, { phone: html`<b>${inRow(phone)}</b>` });
}

function box(kind: AlertKind, view: AlertSettingsView, { words: { messages } }: Voice): Html {
  const ofMoney = { low: messages.lowMoney, veryLow: messages.veryLowMoney };
  const words = view.isWallet ? { ...messages, ...ofMoney } : messages;
  return html`<label class="box"><input type="checkbox" name="${kind}" value="on"${view.wanted[kind] && html` checked`}> <span>${words[kind]}</span></label>
`;
}

function time(name: 'quietFrom' | 'quietTo', label: string, view: AlertSettingsView): Html {
  const invalid = view.problem !== null && html` aria-invalid="true"`;
  return html`<label for="${name}">${label} <input id="${name}" name="${name}" type="time" value="${view[name]}"${invalid}></label>`;
}
