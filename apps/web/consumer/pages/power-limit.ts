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
import { dayAndTime, machineTime, power, tokenGroups } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { callLink, page } from '../layout.ts';
import type { Voice } from '../text/voice.ts';

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
  const body = html`<section class="card narrow">
<h1>Power limit</h1>
<p class="hint">${connection.name}</p>
${
  limit === null
    ? html`<p class="empty">No power limit was sent to this meter, or it was lifted by what you bought since.</p>`
    : limit.what === 'limit'
      ? limited(frame, limit, home)
      : lifted(frame, limit)
}
</section>`;
  return page(frame, {
    title: 'Power limit',
    body,
    signedIn: true,
    isEnglish: true,
    back: { href: pathOf(pageRoutes.home, home), label: connection.name },
  });
}

function limited(frame: Frame, limit: LimitShown, home: { readonly id: string }): Html {
  return html`<h2>What it does</h2>
<p>Your meter allows <b>${power(limit.powerW, frame)}</b> at a time once the token is typed. Keep large appliances off: above the limit it switches off. Then switch them off and press the button on the meter.</p>
<h2>Why</h2>
<p>By what you bought, your credit ends about ${about(limit.expectedAtMs, frame)}. With the limit it lasts until about ${about(limit.lastsUntilMs, frame)}.</p>
${saidNote(limit)}
${digits(frame, limit)}
<h2>How the limit ends</h2>
<p>Your next purchase brings one token more, the first to type: it allows ${power(limit.liftPowerW, frame)} again. If you did not type the limit, type it all the same; it does no harm.</p>
<p><a class="button" href="${pathOf(pageRoutes.buy, home)}">Buy electricity</a></p>
${help(frame, 'You cannot live with the limit')}`;
}

function lifted(frame: Frame, limit: LimitShown): Html {
  return html`<p>Your home is not limited any more. If you typed the token with the limit of ${power(limit.powerW, frame)}, type this one: it allows ${power(limit.liftPowerW, frame)} again.</p>
${digits(frame, limit)}
${help(frame, 'Your meter does not take it')}`;
}

const saidNote = (limit: LimitShown): Html | null =>
  limit.said === 'unknown'
    ? null
    : html`<div class="status ${limit.said === 'accepted' ? 'good' : 'busy'}"><p>${limit.said === 'accepted' ? 'Your meter took the token: the limit counts.' : 'Your meter refused the token: no limit counts.'}</p></div>`;

function digits(frame: Frame, limit: LimitShown): Html {
  const name = limit.what === 'limit' ? 'Token with the limit' : 'Token that lifts the limit';
  return html`<div class="tokens">
<h2>${name}</h2>
<p class="hint">Yours to type or not; it works only once. From <time datetime="${machineTime(limit.sentAtMs)}">${dayAndTime(limit.sentAtMs, frame)}</time>.</p>
<div class="token-row"><p class="token" role="group" aria-label="${name}">${tokenGroups(limit.token).map((group) => html`<span>${group}</span> `)}</p>
<button class="second" type="button" data-copy="${limit.token}" hidden>Copy token</button></div>
</div>`;
}

const help = (frame: Frame, when: string): Html | null =>
  frame.helpPhone === null
    ? null
    : html`<p class="hint">${when}? Call ${callLink(frame.helpPhone)}.</p>`;

/** To the hour, since nobody knows it better. */
function about(atMs: number, frame: Frame): string {
  const hourMs = 3_600_000;
  return dayAndTime(Math.round(atMs / hourMs) * hourMs, frame);
}
