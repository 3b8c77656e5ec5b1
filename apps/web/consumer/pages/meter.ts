// What the customer's meter says of itself: its switch, credit in use, emergency credit, what is
// owed, and a power limit. Short, for who stands before it.

import {
  type CreditAmount,
  type Frame,
  type MeterFactsView,
  pageRoutes,
  pathOf,
} from '@prewatt/api';
import { machineTime } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { inRow, page } from '../layout.ts';
import { type Voice, voiceOf } from '../text/voice.ts';

type Credit = NonNullable<MeterFactsView['credit']>;
type Emergency = NonNullable<Credit['emergency']>;

/** GET /connections/:id/meter */
export function renderMeter(frame: Frame, view: MeterFactsView): string {
  const home = { id: view.connection.connectionId };
  const voice = voiceOf(frame);
  const { rich, words } = voice;
  const title = words.home.yourMeter;
  const body = html`<section class="card narrow">
<h1>${title}</h1>
<p class="hint">${view.connection.name} · ${rich(words.home.meter, { meter: inRow(view.meterPan) })}</p>
${
  view.saidAtMs === null
    ? html`<p class="empty">${words.meter.unheard}</p>`
    : html`<table class="lines facts" aria-label="${title}"><tbody>${facts(frame, view, voice)}
</tbody></table>
<p class="hint">${rich(words.meter.reported, { when: time(frame, view.saidAtMs, voice) })}</p>`
}
</section>`;
  return page(frame, {
    title,
    body,
    signedIn: true,
    back: { href: pathOf(pageRoutes.home, home), label: view.connection.name },
  });
}

const time = (frame: Frame, atMs: number, { when }: Voice): Html =>
  html`<time datetime="${machineTime(atMs)}">${when(atMs, frame.nowMs)}</time>`;

const row = (name: string, value: Html | string, note: Html | string | null = null): Html => html`
<tr><th scope="row">${name}${note !== null && html`<small>${note}</small>`}</th><td>${value}</td></tr>`;

function facts(frame: Frame, view: MeterFactsView, voice: Voice): Html[] {
  const { credit, loadSwitch, powerLimitW, protectedUntilMs, switchUnknownSinceMs } = view;
  const { power, say, when } = voice;
  const { live, meter } = voice.words;
  const supply = {
    connected: meter.on,
    disconnected: meter.off,
    readyForReconnection: meter.press,
  };
  const reasons = view.openReasons.map((reason) => meter[reason]).join(', ');
  const since = switchUnknownSinceMs;
  const unknown =
    since === null ? null : say(meter.unknownSince, { when: when(since, frame.nowMs) });
  const rows = [
    row(
      meter.supply,
      unknown ?? (loadSwitch === null ? live.notKnown : supply[loadSwitch]),
      reasons === '' || unknown !== null ? null : say(meter.because, { reasons }),
    ),
  ];
  for (const token of view.waitingTokens) {
    rows.push(row(meter.tokenToType, inRow(token), meter.notTaken));
  }
  if (protectedUntilMs !== null) {
    rows.push(row(meter.keptOn, when(protectedUntilMs, frame.nowMs), meter.althoughEnded));
  }
  if (view.reconnection !== null) {
    const how = view.reconnection === 'automatic' ? meter.byItself : meter.byButton;
    rows.push(row(meter.comesBack, how));
  }
  const limit = powerLimitW === null ? meter.none : power(powerLimitW);
  rows.push(row(voice.words.home.limited, limit));
  return credit === null ? rows : [...rows, ...creditFacts(credit, voice)];
}

function creditFacts(credit: Credit, voice: Voice): Html[] {
  const { meter } = voice.words;
  const { emergency, owed, chargesDue, warnsBelow, standingPrices } = credit;
  const amountOf = (of: CreditAmount): string =>
    'amount' in of ? of.amount : voice.kwh(of.energyWh);
  const inUse = { token: meter.bought, reserved: meter.reserved, emergency: meter.emergency };
  const rows = [row(meter.inUse, credit.inUse === null ? meter.none : inUse[credit.inUse])];
  if (emergency !== null) {
    rows.push(row(meter.emergency, amountOf(emergency.left), emergencyNote(emergency, voice)));
  }
  rows.push(row(meter.paidBack, amountOf(owed), meter.paidBackHow));
  if (chargesDue !== null) rows.push(row(meter.chargesWait, chargesDue, meter.chargesFrom));
  for (const { label, price } of standingPrices) rows.push(row(label, price, meter.beforeTaxes));
  if (warnsBelow !== null) rows.push(row(meter.warnsBelow, amountOf(warnsBelow)));
  return rows;
}

function emergencyNote({ status, isAutomatic }: Emergency, { words: { meter } }: Voice): string {
  switch (status) {
    case 'enabled':
      return isAutomatic ? meter.beginsItself : meter.youTakeIt;
    case 'selectable':
      return meter.takeNow;
    case 'selected':
      return meter.taken;
    case 'inUse':
      return meter.isInUse;
    case 'exhausted':
      return meter.exhausted;
  }
}
