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
import { currencySign, dayAndTime, machineTime, money, shortMoney } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { csrfField, page, problemText } from '../layout.ts';

/** GET and POST /connections/:id/top-up */
export function renderTopUp(frame: Frame, view: TopUpView): string {
  const connection = { id: view.connection.connectionId };
  const body = html`<section class="card narrow">
<h1>Automatic top-up</h1>
<p class="hint">${view.connection.name}</p>
${view.isSaved && html`<div class="status good" role="status"><p>Your choices are saved.</p></div>`}
${standing(frame, view)}
${view.state !== 'stopped' && view.phone !== null && rule(frame, view)}
</section>
${(view.canKeepCard || view.card !== null) && card(frame, view)}
${requests(frame, view)}`;
  return page(frame, {
    title: 'Automatic top-up',
    body,
    signedIn: true,
    isEnglish: true,
    back: { href: pathOf(pageRoutes.home, connection), label: view.connection.name },
  });
}

const tones: Record<TopUpState, 'good' | 'busy' | 'bad'> = {
  ...({ never: 'busy', on: 'good', off: 'busy', paused: 'busy', stopped: 'bad' } as const),
};

function standing(frame: Frame, view: TopUpView): Html {
  const { state } = view;
  const buttons: Record<TopUpState, readonly [TopUpChange, string][]> = {
    never: [],
    on: [
      ['pause', 'Pause for 7 days'],
      ['off', 'Turn off'],
    ],
    off: [['on', 'Turn on as below']],
    paused: [
      ['goOn', 'Go on now'],
      ['off', 'Turn off'],
    ],
    stopped: [],
  };
  return html`<div class="status ${tones[state]}"><p>${stateText(frame, view)}</p></div>
${buttons[state].map(([change, label]) => turn(frame, view, { change, label }))}`;
}

function stateText(frame: Frame, view: TopUpView): Html {
  switch (view.state) {
    case 'never':
      return html`It is <b>off</b>. Turn it on below, and we ask you for a top-up before your credit ends.`;
    case 'off':
      return html`It is <b>off</b>.`;
    case 'on':
      return html`It is <b>on</b>.`;
    case 'paused':
      return html`It is <b>paused</b> until ${view.pausedUntilMs === null ? '' : time(frame, view.pausedUntilMs)}.`;
    case 'stopped':
      return html`The office has <b>stopped</b> it: ${view.stopReason ?? ''}${frame.helpPhone !== null && html` Call ${frame.helpPhone} to have it back.`}`;
  }
}

const time = (frame: Frame, atMs: number): Html =>
  html`<time datetime="${machineTime(atMs)}">${dayAndTime(atMs, frame)}</time>`;

function turn(
  frame: Frame,
  view: TopUpView,
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

function rule(frame: Frame, view: TopUpView): Html {
  const connection = { id: view.connection.connectionId };
  const sign = currencySign(frame.currency);
  const described = view.problem === null ? 'rule-hint' : 'rule-problem rule-hint';
  return html`<form method="post" action="${pathOf(pageRoutes.changeTopUp, connection)}">
${csrfField(frame)}
<input type="hidden" name="change" value="save">
${problemText(view.problem, 'rule-problem')}
<label for="days">When your credit lasts for fewer days than this</label>
<input id="days" name="days" type="text" inputmode="numeric" autocomplete="off" required maxlength="2" value="${view.daysAhead}" aria-describedby="${described}">
<label for="amount">top up by</label>
<div class="money"><span aria-hidden="true">${sign}</span><input id="amount" name="amount" type="text" inputmode="decimal" autocomplete="off" required maxlength="20" value="${view.amount}" aria-describedby="${described}"></div>
<label for="week">and in seven days by no more than</label>
<div class="money"><span aria-hidden="true">${sign}</span><input id="week" name="week" type="text" inputmode="decimal" autocomplete="off" required maxlength="20" value="${view.mostAWeek}" aria-describedby="${described}"></div>
<fieldset>
<legend>How it is paid</legend>
${way('ask', view, html`Ask me each time: my phone <b class="nowrap">${view.phone ?? ''}</b> asks, or I get a text with the way to pay`)}
${view.card !== null && way('card', view, html`Take it from my card: <b>${view.card}</b>`)}
</fieldset>
<button class="main">${view.state === 'on' || view.state === 'paused' ? 'Save' : 'Turn on'}</button>
<p class="hint" id="rule-hint">One top-up is from ${shortMoney(view.minimumMinor, frame.currency)} to ${shortMoney(view.maximumMinor, frame.currency)}. We ask between 7:00 and 21:00 and not in your quiet hours, never twice at once, and a message tells you each time why.</p>
</form>`;
}

function way(name: 'ask' | 'card', view: TopUpView, label: Html): Html {
  return html`<label class="box"><input type="radio" name="way" value="${name}"${view.way === name && html` checked`}> <span>${label}</span></label>
`;
}

function card(frame: Frame, view: TopUpView): Html {
  return html`<section class="card narrow">
<h2>Your card</h2>
${
  view.card === null
    ? html`<p>No card is kept. Tick “Keep this card” before you pay for your next purchase, and it can pay for top-ups.</p>`
    : html`<p>Kept: <b>${view.card}</b>. Its number is not here: the payment service knows it, and we hold a key that only charges it.</p>
${turn(frame, view, { change: 'forgetCard', label: 'Forget this card' })}`
}
</section>`;
}

const outcomes: Record<TopUpView['requests'][number]['outcome'], string> = {
  open: 'asked, not paid yet',
  paid: 'paid',
  notPaid: 'not paid',
  notPossible: 'could not be asked',
};

function requests(frame: Frame, view: TopUpView): Html | null {
  if (view.requests.length === 0) return null;
  return html`<section class="card narrow">
<h2>What was asked for, and why</h2>
<ul class="plain">${view.requests.map(
    (request) => html`
<li><p><b>${money(request.amountMinor, frame.currency)}</b>, ${outcomes[request.outcome]}<br>
${time(frame, request.atMs)}, ${request.way === 'card' ? 'by card' : 'by asking you'}</p>
<p class="hint">${request.reason}</p></li>`,
  )}
</ul>
</section>`;
}
