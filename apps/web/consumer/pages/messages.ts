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
import { type Html, html } from '../html.ts';
import { csrfField, page, problemText } from '../layout.ts';
import { mailSection } from './mail.ts';

const labels: Record<AlertKind, string> = {
  low: 'Credit ends in about two days',
  veryLow: 'Credit ends in about half a day, or within two hours at present use',
  restored: 'Supply is on again',
};

/** GET and POST /connections/:id/messages */
export function renderMessages(frame: Frame, view: AlertSettingsView): string {
  const connection = { id: view.connection.connectionId };
  const body = html`<section class="card narrow">
<h1>Messages</h1>
<p class="hint">${view.connection.name}</p>
${view.isSaved && html`<div class="status good" role="status"><p>Your choices are saved.</p></div>`}
<p>${sentTo(view.phone)}</p>
<form method="post" action="${pathOf(pageRoutes.saveMessages, connection)}">
${csrfField(frame)}
<fieldset>
<legend>Tell me when</legend>
${alertKinds.map((kind) => box(kind, view.wanted[kind]))}
<label class="box"><input type="checkbox" name="digest" value="on"${view.digest && html` checked`}> <span>None of these: one message a week, on Monday</span></label>
</fieldset>
<p class="hint">When supply goes off or is kept on, we always tell you, at any hour.</p>
<fieldset aria-describedby="${view.problem === null ? 'quiet-hint' : 'quiet-problem quiet-hint'}">
<legend>Quiet hours</legend>
<p class="hint" id="quiet-hint">The messages above come before they begin, or wait until they end. Leave both empty for none.</p>
${problemText(view.problem, 'quiet-problem')}
<div class="times">
${time('quietFrom', 'From', view)}
${time('quietTo', 'To', view)}
</div>
</fieldset>
<button class="main">Save these choices</button>
</form>
</section>
${view.pushKey !== null && notifications(frame, view.pushKey, connection)}
${view.mail !== null && mailSection(frame, view.mail, connection)}
<section class="card narrow">
<h2>Sign-ins</h2>
<p>A lost phone, or one that was not yours? This ends your sign-in on all of them, here too.</p>
<form method="post" action="${pathOf(pageRoutes.signOutEverywhere)}">
${csrfField(frame)}
<button class="quiet">Sign out everywhere</button>
</form>
</section>`;
  return page(frame, {
    title: 'Messages',
    body,
    signedIn: true,
    ...(view.pushKey === null ? {} : { script: pushScriptAsset.path }),
    back: { href: pathOf(pageRoutes.home, connection), label: view.connection.name },
  });
}

/** Its buttons come to light where the browser can do it. */
function notifications(frame: Frame, key: string, connection: { readonly id: string }): Html {
  return html`<section class="card narrow">
<h2>Notifications in this browser</h2>
<p>A sentence beside each text message, such as “Your token is here”. Never the token itself: anybody can read a locked screen.</p>
<form method="post" action="${pathOf(pageRoutes.changePush, connection)}" data-push="${key}" data-push-worker="${pathOf(pageRoutes.pushWorker)}">
${csrfField(frame)}
<input type="hidden" name="endpoint" value="">
<input type="hidden" name="p256dh" value="">
<input type="hidden" name="auth" value="">
<input type="hidden" name="change" value="on">
<p class="hint" role="status" data-push-state>This browser cannot be notified.</p>
<button class="quiet" type="button" hidden>Turn on</button>
</form>
</section>`;
}

function sentTo(phone: string | null): Html {
  if (phone === null) return html`We have no phone number for this place, so no messages are sent.`;
  return html`Sent as SMS to <b class="nowrap">${phone}</b>.`;
}

function box(kind: AlertKind, wanted: boolean): Html {
  return html`<label class="box"><input type="checkbox" name="${kind}" value="on"${wanted && html` checked`}> <span>${labels[kind]}</span></label>
`;
}

function time(name: 'quietFrom' | 'quietTo', label: string, view: AlertSettingsView): Html {
  const invalid = view.problem !== null && html` aria-invalid="true"`;
  return html`<label for="${name}">${label} <input id="${name}" name="${name}" type="time" value="${view[name]}"${invalid}></label>`;
}
