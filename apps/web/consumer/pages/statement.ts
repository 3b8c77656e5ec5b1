// A month's statement: the money kept for the customer and what is owed, entry by entry, with the
// balances at both ends.

import {
  type Frame,
  pageRoutes,
  pathOf,
  type StatementEntry,
  type StatementView,
} from '@prewatt/api';
import { fullTime, machineTime, money } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { page } from '../layout.ts';

/** GET /connections/:id/statement?month=&cursor= */
export function renderStatement(frame: Frame, view: StatementView): string {
  const { statement } = view;
  const connection = { id: view.connection.connectionId };
  const at = (month: string, cursor?: string): string =>
    pathOf(pageRoutes.statement, { ...connection, query: { month, cursor } });
  const more = statement.nextCursor;
  const body = html`<section class="card narrow">
<h1>Statement</h1>
<p class="hint">${view.connection.name}, ${monthText(view.month)}</p>
${balances('Before', [statement.openingPrepaidMinor, statement.openingOwedMinor], frame)}
${entries(frame, statement.rows)}
${more === null && balances('After', [statement.closingPrepaidMinor, statement.closingOwedMinor], frame)}
${more !== null && html`<p><a class="button second" rel="next" href="${at(view.month, more)}">More of this month</a></p>`}
<nav aria-label="Months"><p><a rel="prev" href="${at(view.previousMonth)}">${monthText(view.previousMonth)}</a>${
    view.nextMonth !== null &&
    html` · <a href="${at(view.nextMonth)}">${monthText(view.nextMonth)}</a>`
  }</p></nav>
</section>`;
  return page(frame, {
    title: 'Statement',
    body,
    signedIn: true,
    back: { href: pathOf(pageRoutes.home, connection), label: view.connection.name },
  });
}

/** Money below zero is that of a wallet: owed for what was used. */
function balances(label: string, [kept, owed]: readonly [string, string], frame: Frame): Html {
  const amount = (minor: string) => money(minor.replace('-', ''), frame.currency);
  const first = kept.startsWith('-') ? 'owed for what you used' : 'kept for you';
  return html`<p><b>${label}:</b> ${amount(kept)} ${first}${owed !== '0' && html`, ${amount(owed)} owed`}.</p>`;
}

function entries(frame: Frame, rows: readonly StatementEntry[]): Html {
  if (rows.length === 0) return html`<p class="empty">Nothing happened in this time.</p>`;
  return html`<table class="lines">
<caption>What happened</caption>
<tbody>${rows.map((row) => {
    const atMs = Date.parse(row.at);
    return html`
<tr><th scope="row"><time datetime="${machineTime(atMs)}">${fullTime(atMs, frame.zone)}</time><small>${row.text}${
      row.parts.length > 0 &&
      html` ${row.parts.map((part) => `${part.label} ${money(part.amountMinor, frame.currency)}`).join(', ')}.`
    }</small></th><td>${signed(frame, row.prepaidChangeMinor)}${
      row.owedChangeMinor !== '0' && html`<small>owed ${signed(frame, row.owedChangeMinor)}</small>`
    }</td></tr>`;
  })}
</tbody>
</table>`;
}

function signed(frame: Frame, minor: string): string {
  const value = BigInt(minor);
  if (value === 0n) return money('0', frame.currency);
  const size = money((value < 0n ? -value : value).toString(), frame.currency);
  return `${value < 0n ? '−' : '+'} ${size}`;
}

/** "November 2026" from "2026-11". */
function monthText(month: string): string {
  return Temporal.PlainDate.from(`${month}-01`).toLocaleString('en-GB', {
    month: 'long',
    year: 'numeric',
  });
}
