// A limit token of the soft landing, for the customer who is to type it: what it does, why, its
// digits, and how the limit goes again. Home says in one sentence that there is one.

import {
  type Frame,
  type HomeView,
  type LimitShown,
  type PowerLimitView,
  pageRoutes,
  pathOf,
} from '@prewatt/api';
import { machineTime, tokenGroups } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { callLink, page } from '../layout.ts';
import type { Message } from '../text/message.ts';
import { type Voice, voiceOf } from '../text/voice.ts';

/** Null when no limit token was sent that still counts. */
export function limitNote(
  limit: HomeView['powerLimit'],
  connection: { readonly id: string },
  { power: written, rich, words: { home } }: Voice,
): Html | null {
  if (limit === null) return null;
  return html`<section class="card">
<h2>${home.limited}</h2>
<p>${
    limit.what === 'limit'
      ? rich(home.limitedTo, { power: written(limit.powerW) })
      : home.notLimited
  } <a href="${pathOf(pageRoutes.powerLimit, connection)}">${limit.what === 'limit' ? home.whyLimited : home.liftingToken}</a></p>
</section>`;
}

/** GET /connections/:id/power-limit */
export function renderPowerLimit(frame: Frame, view: PowerLimitView): string {
  const { connection, limit } = view;
  const home = { id: connection.connectionId };
  const voice = voiceOf(frame);
  const title = voice.words.home.limited;
  const body = html`<section class="card narrow">
<h1>${title}</h1>
<p class="hint">${connection.name}</p>
${
  limit === null
    ? html`<p class="empty">${voice.words.limit.none}</p>`
    : limit.what === 'limit'
      ? limited(limit, { frame, home, voice })
      : lifted(limit, { frame, voice })
}
</section>`;
  return page(frame, {
    title,
    body,
    signedIn: true,
    back: { href: pathOf(pageRoutes.home, home), label: connection.name },
  });
}

type On = { readonly frame: Frame; readonly voice: Voice };

function limited(limit: LimitShown, o: On & { readonly home: { readonly id: string } }): Html {
  const { power, rich, say, words } = o.voice;
  const { limit: said } = words;
  const ends = about(limit.expectedAtMs, o);
  const lasts = about(limit.lastsUntilMs, o);
  return html`<h2>${said.does}</h2>
<p>${rich(said.doesText, { power: power(limit.powerW) })}</p>
<h2>${said.why}</h2>
<p>${say(said.whyText, { ends, lasts })}</p>
${saidNote(limit, o.voice)}
${digits(limit, o)}
<h2>${said.ends}</h2>
<p>${say(said.endsText, { power: power(limit.liftPowerW) })}</p>
<p><a class="button" href="${pathOf(pageRoutes.buy, o.home)}">${words.home.buy}</a></p>
${help(said.cannotLive, o)}`;
}

function lifted(limit: LimitShown, o: On): Html {
  const { power, say, words } = o.voice;
  const values = { power: power(limit.powerW), lift: power(limit.liftPowerW) };
  return html`<p>${say(words.limit.lifted, values)}</p>
${digits(limit, o)}
${help(words.limit.notTaken, o)}`;
}

const saidNote = ({ said }: LimitShown, { words: { limit } }: Voice): Html | null =>
  said === 'unknown'
    ? null
    : html`<div class="status ${said === 'accepted' ? 'good' : 'busy'}"><p>${said === 'accepted' ? limit.took : limit.refused}</p></div>`;

function digits(limit: LimitShown, { frame, voice }: On): Html {
  const { rich, words } = voice;
  const name = limit.what === 'limit' ? words.limit.tokenLimit : words.limit.tokenLift;
  const when = html`<time datetime="${machineTime(limit.sentAtMs)}">${voice.when(limit.sentAtMs, frame.nowMs)}</time>`;
  return html`<div class="tokens">
<h2>${name}</h2>
<p class="hint">${rich(words.limit.yours, { when })}</p>
<div class="token-row"><p class="token" role="group" aria-label="${name}">${tokenGroups(limit.token).map((group) => html`<span>${group}</span> `)}</p>
<button class="second" type="button" data-copy="${limit.token}" hidden>${words.sale.copyToken}</button></div>
</div>`;
}

const help = (sentence: Message<'phone'>, { frame, voice }: On): Html | null =>
  frame.helpPhone === null
    ? null
    : html`<p class="hint">${voice.rich(sentence, { phone: callLink(frame.helpPhone) })}</p>`;

/** To the hour, since nobody knows it better. */
function about(atMs: number, { frame, voice }: On): string {
  const hourMs = 3_600_000;
  return voice.when(Math.round(atMs / hourMs) * hourMs, frame.nowMs);
}
