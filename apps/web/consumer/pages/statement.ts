// A month's statement: the money kept for the customer and what is owed, entry by entry, with the
// balances at both ends.

import {
  type Frame,
  pageRoutes,
  pathOf,
  type StatementEntry,
  type StatementView,
} from '@prewatt/api';
import { machineTime } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { inEnglish, page } from '../layout.ts';
import { type Voice, voiceOf } from '../text/voice.ts';

/** GET /connections/:id/statement?month=&cursor= */
export function renderStatement(frame: Frame, view: StatementView): string {
  const { statement } = view;
  const connection = { id: view.connection.connectionId };
  const at = (month: string, cursor?: string): string =>
    pathOf(pageRoutes.statement, { ...connection, query: { month, cursor } });
  const more = statement.nextCursor;
  const voice = voiceOf(frame);
  const { words } = voice;
  const { openingOwedMinor: owedBefore, closingOwedMinor: owedAfter } = statement;
  const body = html`<section class="card narrow">
<h1>${words.home.statement}</h1>
<p class="hint">${view.connection.name}, ${monthText(view.month, voice)}</p>
${balances('before', [statement.openingPrepaidMinor, owedBefore], voice)}
${entries(statement.rows, voice)}
${more === null && balances('after', [statement.closingPrepaidMinor, owedAfter], voice)}
${more !== null && html`<p><a class="button second" rel="next" href="${at(view.month, more)}">${words.statement.more}</a></p>`}
<nav aria-label="${words.statement.months}"><p>${
    view.previousMonth !== null &&
    html`<a rel="prev" href="${at(view.previousMonth)}">${monthText(view.previousMonth, voice)}</a>`
  }${view.previousMonth !== null && view.nextMonth !== null && ' · '}${
    view.nextMonth !== null &&
    html`<a href="${at(view.nextMonth)}">${monthText(view.nextMonth, voice)}</a>`
  }</p></nav>
</section>`;
  return page(frame, {
    title: words.home.statement,
    body,
    signedIn: true,
    back: { href: pathOf(pageRoutes.home, connection), label: view.connection.name },
  });
}

/** Money below zero is that of a wallet: owed for what was used. */
function balances(
  at: 'before' | 'after',
  [kept, owed]: readonly [string, string],
  { money, rich, words }: Voice,
): Html {
  const amount = money(kept.replace('-', ''));
  const sentence = kept.startsWith('-') ? (`${at}Used` as const) : at;
  if (owed === '0') return html`<p>${rich(words.statement[sentence], { amount })}</p>`;
  return html`<p>${rich(words.statement[`${sentence}Owing`], { amount, owed: money(owed) })}</p>`;
}

function entries(rows: readonly StatementEntry[], voice: Voice): Html {
  const { fullTime, money, rich, words } = voice;
  if (rows.length === 0) return html`<p class="empty">${words.statement.nothing}</p>`;
  return html`<table class="lines">
<caption>${words.statement.happened}</caption>
<tbody>${rows.map((row) => {
    const atMs = Date.parse(row.at);
    const parts = row.parts.map((part) => `${part.label} ${money(part.amountMinor)}`).join(', ');
    return html`
<tr><th scope="row"><time datetime="${machineTime(atMs)}">${fullTime(atMs)}</time><small>${inEnglish(voice, row.text)}${
      parts !== '' && html` ${parts}.`
    }</small></th><td>${signed(voice, row.prepaidChangeMinor)}${
      row.owedChangeMinor !== '0' &&
      html`<small>${rich(words.statement.owed, { amount: signed(voice, row.owedChangeMinor) })}</small>`
    }</td></tr>`;
  })}
</tbody>
</table>`;
}

function signed({ money }: Voice, minor: string): string {
  const value = BigInt(minor);
  if (value === 0n) return money('0');
  return `${value < 0n ? '−' : '+'} ${money((value < 0n ? -value : value).toString())}`;
}

/** "November 2026" from "2026-11". */
const monthText = (month: string, { dateAs }: Voice): string =>
  dateAs(`${month}-01`, { month: 'long', year: 'numeric' });
