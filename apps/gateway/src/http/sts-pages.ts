// The page of a home whose meter takes tokens itself: what it said last, and a token for it.

import type { TokenOutcome } from '@prewatt/protocol';
import { formatKwh } from '@prewatt/quantities';
import type { StsMember } from '../start-sts-meter.ts';
import { escapeHtml as e, page, timeText } from './page.ts';

const kwh = (wh: number): string => `${formatKwh(BigInt(wh), 2)} kWh`;

/** Null: the meter did not answer. */
export function saidOfToken(outcome: TokenOutcome | null): string {
  if (outcome === null) return 'The meter does not answer. Enter the token again in a minute.';
  if (outcome.result === 'accepted') {
    return `Accepted: ${kwh(Number(outcome.creditedEnergyWh))} more.`;
  }
  return outcome.refusal === 'used'
    ? 'This token was used before.'
    : 'The meter refuses this token. Compare the digits and the number of the meter.';
}

export function stsMeterPage({ meter }: StsMember, zone: string, said = ''): string {
  const totals = meter.totals();
  const number = meter.meterPan;
  const facts =
    totals === null
      ? '<dt>Meter read</dt><dd>not yet</dd>'
      : `<dt>Credit</dt><dd class="big">${e(kwh(totals.balanceWh))}</dd><dt>Used in all</dt><dd>${e(kwh(totals.totalWh))}</dd>
<dt>Meter read</dt><dd>${e(timeText(totals.atMs, zone))}</dd>`;
  return page(
    'Your meter',
    `<main><h1>Meter ${e(number)}</h1>
${said === '' ? '' : `<p class="note" role="status">${e(said)}</p>`}
<dl>${facts}</dl>
${meter.isSilent() ? '<p class="note">The meter does not answer at present. Supply goes on as it is.</p>' : ''}
<form method="post" action="/token"><input type="hidden" name="number" value="${e(number)}">
<p><label>Token (20 digits)<br><input name="digits" inputmode="numeric" autocomplete="off" required></label></p>
<p><button>Enter</button></p></form>
<p>This meter decides by itself when supply ends: its own keypad and display say more.</p>
<p><a href="/">Another meter</a></p></main>`,
  );
}

/** Rows of the technician's table, in its columns. */
export function stsRows(members: readonly StsMember[], nowMs: number): string {
  return members
    .map(({ meter, link }) => {
      const totals = meter.totals();
      const { name, bus, address } = meter.setting;
      const read =
        totals === null ? 'not yet' : `${Math.round((nowMs - totals.atMs) / 1000)} s ago`;
      const cells = [
        ...[name, meter.meterPan, `${bus} ${address}`],
        ...(totals === null ? ['', ''] : [kwh(totals.totalWh), kwh(totals.balanceWh)]),
        ...['by the meter', meter.isSilent() ? 'silent' : read, link.state()],
      ];
      return `<tr>${cells.map((cell) => `<td>${e(cell)}</td>`).join('')}</tr>`;
    })
    .join('\n');
}
