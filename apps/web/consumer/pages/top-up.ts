// Automatic top-ups of a home: how it stands, the rule as a form, the kept card, and each request
// with its reason.

import {
  type Frame,
  pageRoutes,
  pathOf,
  type TopUpChange,
  type TopUpState,
  type TopUpView,
} from '@prewatt/api';
import { machineTime } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { callLink, csrfField, inRow, page, problemText } from '../layout.ts';
import { type Voice, voiceOf } from '../text/voice.ts';

type On = { readonly frame: Frame; readonly view: TopUpView; readonly voice: Voice };

/** GET and POST /connections/:id/top-up */
export function renderTopUp(frame: Frame, view: TopUpView): string {
  const connection = { id: view.connection.connectionId };
  const voice = voiceOf(frame);
  const o = { frame, view, voice };
  const title = voice.words.home.topUp;
  const body = html`<section class="card narrow">
<h1>${title}</h1>
<p class="hint">${view.connection.name}</p>
${view.isSaved && html`<div class="status good" role="status"><p>${voice.words.messages.saved}</p></div>`}
${standing(o)}
${view.state !== 'stopped' && view.phone !== null && rule(o, view.phone)}
</section>
${(view.canKeepCard || view.card !== null) && card(o)}
${requests(o)}`;
  return page(frame, {
    title,
    body,
    signedIn: true,
    back: { href: pathOf(pageRoutes.home, connection), label: view.connection.name },
  });
}

const tones: Record<TopUpState, 'good' | 'busy' | 'bad'> = {
  ...({ never: 'busy', on: 'good', off: 'busy', paused: 'busy', stopped: 'bad' } as const),
};

function standing(o: On): Html {
  const { topUp } = o.voice.words;
  const { state } = o.view;
  const off = ['off', topUp.turnOff] as const;
  const buttons: Record<TopUpState, readonly (readonly [TopUpChange, string])[]> = {
    never: [],
    on: [['pause', topUp.pause], off],
    off: [['on', topUp.turnOnBelow]],
    paused: [['goOn', topUp.goOn], off],
    stopped: [],
  };
  return html`<div class="status ${tones[state]}"><p>${stateText(o)}</p></div>
${buttons[state].map(([change, label]) => turn(o, { change, label }))}`;
}

function stateText({ frame, view, voice }: On): Html {
  const { rich, words } = voice;
  const { topUp } = words;
  switch (view.state) {
    case 'never':
      return rich(topUp.never, {});
    case 'off':
      return rich(topUp.isOff, {});
    case 'on':
      return rich(topUp.isOn, {});
    case 'paused': {
      const until = view.pausedUntilMs;
      return rich(topUp.paused, { time: until === null ? '' : time(frame, until, voice) });
    }
    case 'stopped': {
      const { helpPhone } = frame;
      const back =
        helpPhone !== null && html` ${rich(topUp.callBack, { phone: callLink(helpPhone) })}`;
      return html`${rich(topUp.stopped, { reason: view.stopReason ?? '' })}${back}`;
    }
  }
}

const time = (frame: Frame, atMs: number, { when }: Voice): Html =>
  html`<time datetime="${machineTime(atMs)}">${when(atMs, frame.nowMs)}</time>`;

function turn(
  { frame, view }: On,
  { change, label }: { readonly change: TopUpChange; readonly label: string },
): Html {
  const connection = { id: view.connection.connectionId };
  return html`<form method="post" action="${pathOf(pageRoutes.changeTopUp, connection)}">
${csrfField(frame)}
<input type="hidden" name="change" value="${change}">
<button class="quiet">${label}</button>
</form>
`;
}

/** Nobody is asked before seven in the morning or after nine in the evening: see the README. */
const asks = { from: 7, to: 21 };

function rule({ frame, view, voice }: On, phone: string): Html {
  const connection = { id: view.connection.connectionId };
  const { rich, say, shortMoney, sign, words } = voice;
  const { topUp } = words;
  const described = view.problem === null ? 'rule-hint' : 'rule-problem rule-hint';
  const sum = (name: 'amount' | 'week', value: string): Html =>
    html`<div class="money"><span aria-hidden="true">${sign}</span><input id="${name}" name="${name}" type="text" inputmode="decimal" autocomplete="off" required maxlength="20" value="${value}" aria-describedby="${described}"></div>`;
  const bounds = {
    ...{ least: shortMoney(view.minimumMinor), most: shortMoney(view.maximumMinor) },
    ...{ from: voice.hour(asks.from), to: voice.hour(asks.to) },
  };
  return html`<form method="post" action="${pathOf(pageRoutes.changeTopUp, connection)}">
${csrfField(frame)}
<input type="hidden" name="change" value="save">
${problemText(view.problem, 'rule-problem')}
<label for="days">${topUp.days}</label>
<input id="days" name="days" type="text" inputmode="numeric" autocomplete="off" required maxlength="2" value="${view.daysAhead}" aria-describedby="${described}">
<label for="amount">${topUp.by}</label>
${sum('amount', view.amount)}
<label for="week">${topUp.week}</label>
${sum('week', view.mostAWeek)}
<fieldset>
<legend>${topUp.howPaid}</legend>
${way('ask', view, rich(topUp.ask, { phone: inRow(phone) }))}
${view.card !== null && way('card', view, rich(topUp.fromCard, { card: view.card }))}
</fieldset>
<button class="main">${view.state === 'on' || view.state === 'paused' ? topUp.save : topUp.turnOn}</button>
<p class="hint" id="rule-hint">${say(topUp.hint, bounds)}</p>
</form>`;
}

function way(name: 'ask' | 'card', view: TopUpView, label: Html): Html {
  return html`<label class="box"><input type="radio" name="way" value="${name}"${view.way === name && html` checked`}> <span>${label}</span></label>
`;
}

function card(o: On): Html {
  const { rich, words } = o.voice;
  const { topUp } = words;
  return html`<section class="card narrow">
<h2>${topUp.yourCard}</h2>
${
  o.view.card === null
    ? html`<p>${topUp.noCard}</p>`
    : html`<p>${rich(topUp.keptCard, { card: o.view.card })}</p>
${turn(o, { change: 'forgetCard', label: topUp.forget })}`
}
</section>`;
}

function requests({ frame, view, voice }: On): Html | null {
  if (view.requests.length === 0) return null;
  const { topUp } = voice.words;
  return html`<section class="card narrow">
<h2>${topUp.asked}</h2>
<ul class="plain">${view.requests.map(
    (request) => html`
<li><p><b>${voice.money(request.amountMinor)}</b>, ${topUp[request.outcome]}<br>
${time(frame, request.atMs, voice)}, ${request.way === 'card' ? topUp.byCard : topUp.byAsking}</p>
<p class="hint">${request.reason}</p></li>`,
  )}
</ul>
</section>`;
}
