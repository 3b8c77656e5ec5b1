// The demo phone: a simple inbox. It stands for the customer's own phone, so it shows what the
// utility sent and no more.

import type { Inbox } from '../messages.ts';
import type { Message } from '../state.ts';
import { type Html, html, htmlText } from './html.ts';
import { clockText, page, type Scene, timeText } from './layout.ts';

/** GET /phone */
export function phoneListPage(scene: Scene, inboxes: readonly Inbox[]): string {
  const body = html`<section class="phone">${statusBar(scene)}
<div class="title"><h1>Messages</h1></div>
<div class="inbox" data-live="/phone/live">${inboxList(scene, inboxes)}</div>
</section>`;
  return page('Demo phone', body);
}

export function phoneListFragment(scene: Scene, inboxes: readonly Inbox[]): string {
  return htmlText(inboxList(scene, inboxes));
}

/** GET /phone/:number */
export function phonePage(scene: Scene, inbox: Inbox): string {
  const body = html`<section class="phone">${statusBar(scene)}
<div class="title"><a href="/phone">‹ All phones</a><h1>${inbox.number}</h1></div>
<div class="inbox" role="log" aria-label="Messages" data-live="/phone/${encodeURIComponent(inbox.number)}/live" data-end>${chat(scene, inbox)}</div>
</section>`;
  return page(`Phone ${inbox.number}`, body);
}

export function phoneFragment(scene: Scene, inbox: Inbox): string {
  return htmlText(chat(scene, inbox));
}

function statusBar(scene: Scene): Html {
  return html`<div class="bar"><span>Demo phone</span><span data-now="${scene.nowMs}" data-speed="${scene.speed}" data-zone="${scene.zone}">${clockText(scene.nowMs, scene.zone)}</span></div>`;
}

const emptyWords =
  'No messages yet. Sign-in codes, tokens and low-credit warnings from the utility arrive here.';

function inboxList(scene: Scene, inboxes: readonly Inbox[]): Html {
  if (inboxes.length === 0) return html`<p class="empty">${emptyWords}</p>`;
  return html`<ul class="list">${inboxes.map((inbox) => {
    const last = inbox.messages.at(-1);
    return html`
<li><a href="/phone/${encodeURIComponent(inbox.number)}"><span class="row"><b>${inbox.number}</b> <span class="soft">${last !== undefined && timeText(last.receivedAtMs, scene)}</span></span>
<span class="soft cut">${last?.text ?? null}</span></a></li>`;
  })}
</ul>`;
}

function chat(scene: Scene, inbox: Inbox): Html {
  if (inbox.messages.length === 0) return html`<p class="empty">${emptyWords}</p>`;
  return html`<ol class="chat">${inbox.messages.map((message) => bubble(scene, message))}
</ol>`;
}

// Digits that a person will want elsewhere: a token of 20 in groups, or a code of six; and
// addresses to follow.
const special =
  /(?<!\d)(\d{4}(?:[ -]?\d{4}){4}|\d{6})(?!\d)|(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)])/g;

function bubble(scene: Scene, message: Message): Html {
  const pieces: (Html | string)[] = [];
  const copies: string[] = [];
  let at = 0;
  for (const match of message.text.matchAll(special)) {
    pieces.push(message.text.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[1] === undefined) {
      pieces.push(html`<a href="${match[0]}">${match[0]}</a>`);
    } else {
      pieces.push(html`<span class="digits">${match[1]}</span>`);
      copies.push(match[1].replace(/\D/g, ''));
    }
  }
  pieces.push(message.text.slice(at));
  return html`
<li><p class="bubble">${pieces}</p><time>${timeText(message.receivedAtMs, scene)}</time>${copies.map(copyButton)}</li>`;
}

function copyButton(digits: string): Html {
  const what = digits.length === 20 ? 'token' : 'code';
  return html`<button class="small" type="button" data-copy="${digits}" aria-label="Copy ${what} ${digits}" hidden>Copy ${what}</button>`;
}
