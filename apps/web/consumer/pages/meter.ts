// What the customer's meter says of itself: its switch, credit in use, emergency credit, what is
// owed, and a power limit. Short, for who stands before it.

import {
  type CreditAmount,
  type Frame,
  type MeterFactsView,
  pageRoutes,
  pathOf,
} from '@prewatt/api';
import { dayAndTime, kwh, machineTime, power } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { page } from '../layout.ts';

type Credit = NonNullable<MeterFactsView['credit']>;
type Emergency = NonNullable<Credit['emergency']>;

const inUse: Record<NonNullable<Credit['inUse']>, string> = {
  token: 'What you bought',
  reserved: 'What you put aside',
  emergency: 'Emergency credit',
};

const reasons: Record<MeterFactsView['openReasons'][number], string> = {
  credit: 'credit is used up',
  remote: 'switched off by us',
  powerLimit: 'too much at a time',
  unbalance: 'too much on one phase',
  tamper: 'it was opened or disturbed',
  hand: 'switched off by hand',
};

const supply: Record<NonNullable<MeterFactsView['loadSwitch']>, string> = {
  connected: 'On',
  disconnected: 'Off',
  readyForReconnection: 'Press the button on your meter',
};

/** GET /connections/:id/meter */
export function renderMeter(frame: Frame, view: MeterFactsView): string {
  const home = { id: view.connection.connectionId };
  const body = html`<section class="card narrow">
<h1>Your meter</h1>
<p class="hint">${view.connection.name} · Meter <span class="nowrap">${view.meterPan}</span></p>
${
  view.saidAtMs === null
    ? html`<p class="empty">Your meter has not reported to us. It shows its state itself.</p>`
    : html`<table class="lines" aria-label="Your meter"><tbody>${facts(frame, view)}
</tbody></table>
<p class="hint">As it said <time datetime="${machineTime(view.saidAtMs)}">${dayAndTime(view.saidAtMs, frame)}</time>.</p>`
}
</section>`;
  return page(frame, {
    title: 'Your meter',
    body,
    signedIn: true,
    isEnglish: true,
    back: { href: pathOf(pageRoutes.home, home), label: view.connection.name },
  });
}

const row = (name: string, value: Html | string, note: Html | string | null = null): Html => html`
<tr><th scope="row">${name}${note !== null && html`<small>${note}</small>`}</th><td>${value}</td></tr>`;

function facts(frame: Frame, view: MeterFactsView): Html[] {
  const { credit, loadSwitch, powerLimitW, protectedUntilMs } = view;
  const why = view.openReasons.map((reason) => reasons[reason]).join(', ');
  const rows = [
    row(
      'Supply',
      loadSwitch === null ? 'not known' : supply[loadSwitch],
      why === '' ? null : `Because ${why}`,
    ),
  ];
  for (const token of view.waitingTokens) {
    rows.push(row('Token to type', token, 'Your meter has not taken it yet'));
  }
  if (protectedUntilMs !== null) {
    rows.push(row('Kept on until', dayAndTime(protectedUntilMs, frame), 'Although credit ended'));
  }
  if (view.reconnection !== null) {
    const how = view.reconnection === 'automatic' ? 'By itself' : 'You press its button';
    rows.push(row('When supply comes back', how));
  }
  rows.push(row('Power limit', powerLimitW === null ? 'None' : power(powerLimitW, frame)));
  return credit === null ? rows : [...rows, ...creditFacts(credit)];
}

function creditFacts(credit: Credit): Html[] {
  const { emergency, owed, chargesDue, warnsBelow, standingPrices } = credit;
  const rows = [row('Credit in use', credit.inUse === null ? 'None' : inUse[credit.inUse])];
  if (emergency !== null) {
    rows.push(row('Emergency credit', amountOf(emergency.left), emergencyNote(emergency)));
  }
  rows.push(row('To be paid back', amountOf(owed), 'A part of what you buy next pays it'));
  if (chargesDue !== null)
    rows.push(row('Charges that wait', chargesDue, 'Taken from what you buy'));
  for (const { label, price } of standingPrices) rows.push(row(label, price, 'Before taxes'));
  if (warnsBelow !== null) rows.push(row('It warns below', amountOf(warnsBelow)));
  return rows;
}

const amountOf = (of: CreditAmount): string => ('amount' in of ? of.amount : kwh(of.energyWh));

function emergencyNote({ status, isAutomatic }: Emergency): string {
  switch (status) {
    case 'enabled':
      return isAutomatic ? 'Begins by itself when credit ends' : 'You take it at your meter';
    case 'selectable':
      return 'You can take it now, at your meter';
    case 'selected':
      return 'Taken; it begins when credit ends';
    case 'inUse':
      return 'In use; it is paid back from what you buy';
    case 'exhausted':
      return 'Used up; it comes back when it is paid';
  }
}
