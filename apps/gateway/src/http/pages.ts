// The pages of a site as HTML, without scripts: a customer's meter by its number, and the
// technician's view of the cabinet.

import { displayOf, type MeterState, promisedLeftMilliWhOf } from '@prewatt/meter';
import { formatKwh } from '@prewatt/quantities';
import type { LampFault, LevelCause } from '@prewatt/street-light';
import type { Channel } from '../channel.ts';
import type { Gateway, Member } from '../gateway.ts';
import type { DayLoss } from '../loss.ts';
import type { SupplyOfHome } from '../shedding.ts';
import { escapeHtml, page, timeText } from './page.ts';
import { stsRows } from './sts-pages.ts';

const e = escapeHtml;

export function homePage({ site, shedder, desk }: Gateway, plant: string, note = ''): string {
  const warned = site.channels.some(({ shedOrder }) => shedder.supplyOf(shedOrder) !== 'on');
  return page(
    site.name,
    `<main><h1>${e(site.name)}</h1>${note === '' ? '' : `<p class="note" role="alert">${e(note)}</p>`}
${plant === '' ? '' : `<p>${e(plant)}</p>`}
${warned ? '<p class="note">The battery is low: some homes are off or will be. Look at your meter.</p>' : ''}
<form method="get" action="/meter"><p><label>Your meter number<br>
<input name="number" inputmode="numeric" autocomplete="off" required pattern="[0-9 ]{11,22}"></label></p>
<p><button>Show my meter</button></p></form>
${desk === null ? '' : '<p><a href="/agent">Agents: sell here</a></p>'}</main>`,
  );
}

export function meterPage(
  { channel }: Member,
  {
    supply,
    nowMs,
    zone,
  }: { readonly supply: SupplyOfHome; readonly nowMs: number; readonly zone: string },
): string {
  const state = channel.state();
  const display = displayOf(state, nowMs);
  const reading = channel.reading();
  const number = channel.meterPan;
  return page(
    'Your meter',
    `<main><h1>Meter ${e(number)}</h1>
${display.token === null ? '' : `<p class="note" role="status">${e(display.token.text)}</p>`}
${sheddingNote(supply, zone)}
<dl><dt>Credit</dt><dd>${e(display.credit)} ${e(display.creditUnit)}</dd>
${promisedLine(state)}<dt>Supply</dt><dd>${e(display.statusText)}</dd>
<dt>Power now</dt><dd>${reading?.quantities.powerW === undefined ? 'not known' : `${reading.quantities.powerW} W`}</dd>
<dt>Meter read</dt><dd>${reading === null ? 'not yet' : e(timeText(reading.atMs, zone))}</dd></dl>
${channel.silentSinceMs() === null ? '' : '<p class="note">The meter does not answer at present. Supply goes on as it is.</p>'}
${contactorNote(channel, zone)}<form method="post" action="/token"><input type="hidden" name="number" value="${e(number)}">
<p><label>Token (20 digits) or short code<br><input name="digits" inputmode="numeric" autocomplete="off" required></label></p>
<p><button>Enter</button></p></form><p><a href="/">Another meter</a></p></main>`,
  );
}

function contactorNote(channel: Channel, zone: string): string {
  const sinceMs = channel.contactorUnknownSinceMs();
  if (sinceMs === null) return '';
  const since = e(timeText(sinceMs, zone));
  return `<p class="note">The switch of this home has not answered since ${since}: the page does not know whether supply is on.</p>\n`;
}

/** Bought at the site, and its token still to come. */
function promisedLine(state: MeterState): string {
  if ((state.promises ?? []).length === 0) return '';
  const left = formatKwh(BigInt(Math.floor(promisedLeftMilliWhOf(state) / 1000)), 2);
  return `<dt>Bought here, token still to come</dt><dd>${left} kWh left of it</dd>\n`;
}

function sheddingNote(supply: SupplyOfHome, zone: string): string {
  if (supply === 'on') return '';
  const text =
    supply === 'cutByBattery'
      ? 'Supply is off because the battery is low. It comes back when the battery is charged.'
      : `The battery is low: supply goes off at ${timeText(supply.cutAtMs, zone)}.`;
  return `<p class="note" role="alert">${e(text)}</p>`;
}

export function technicianPage(
  gateway: Gateway,
  {
    plant,
    losses,
    nowMs,
  }: { readonly plant: string; readonly losses: readonly DayLoss[]; readonly nowMs: number },
): string {
  const { site, members } = gateway;
  const rows = members.map((member) => channelRow(gateway, member, nowMs)).join('\n');
  const buses = gateway
    .counts()
    .map(({ bus, lateMs, counts }) => {
      const { silent, garbled, babbling, closed } = counts.faults;
      return `<tr><td>${e(bus)}</td><td>${counts.answered}</td><td>${silent}</td><td>${garbled}</td>
<td>${babbling}</td><td>${closed}</td><td>${Math.round(lateMs / 1000)} s</td></tr>`;
    })
    .join('\n');
  return page(
    `${site.name}: technician`,
    `<main><h1>${e(site.name)}</h1>${plant === '' ? '' : `<p>${e(plant)}</p>`}
<h2>Meters</h2><div class="wide"><table><thead><tr><th>Name</th><th>Number</th><th>At</th><th>Register</th>
<th>Credit</th><th>Supply</th><th>Read</th><th>Link</th></tr></thead><tbody>${rows}${stsRows(gateway.stsMembers, nowMs)}${mainRow(gateway, nowMs)}</tbody></table></div>
<h2>Buses</h2><div class="wide"><table><thead><tr><th>Bus</th><th>Answered</th><th>Silent</th><th>Garbled</th>
<th>Babbling</th><th>Closed</th><th>Late</th></tr></thead><tbody>${buses}</tbody></table></div>
${lossTable(losses, mainSilence(gateway))}</main>`,
  );
}

function channelRow({ shedder, site }: Gateway, member: Member, nowMs: number): string {
  const { channel, link } = member;
  const { setting } = channel;
  const reading = channel.reading();
  const state = channel.state();
  const display = displayOf(state, nowMs);
  const register = reading?.quantities.importWh;
  const shed = shedder.isCut(setting.shedOrder) ? ', off by battery' : '';
  const read =
    channel.silentSinceMs() !== null
      ? 'silent'
      : reading === null
        ? 'not yet'
        : `${Math.round((nowMs - reading.atMs) / 1000)} s ago`;
  const cells = [
    ...[setting.name, channel.meterPan, `${setting.bus} ${setting.address}`],
    register === undefined ? '' : `${formatKwh(BigInt(register))} kWh`,
    `${display.credit} ${display.creditUnit}`,
    `${supplyWords(channel, site.zone)}${shed}${setting.shared ? ', shared' : ''}${lampWords(member, nowMs)}`,
    ...[read, link.state()],
  ];
  return `<tr>${cells.map((cell) => `<td class="t">${e(cell)}</td>`).join('')}</tr>`;
}

const lampFaultWords: Readonly<Record<LampFault, string>> = {
  dark: 'draw nothing',
  burnsByDay: 'draw power while off',
  overPower: 'draw too much',
  underPower: 'draw too little',
  flickers: 'flicker',
  silent: 'not read',
  leaps: 'not counted',
};

const lampCauseWords: Readonly<Record<LevelCause, string>> = {
  programme: 'the programme',
  override: 'an override of the utility',
  lowCredit: 'little credit',
  noCredit: 'want of credit',
  protected: 'protection of a crossing',
};

function lampWords({ lights, channel }: Member, nowMs: number): string {
  if (lights === null) return '';
  const hasCredit = channel.state().loadSwitch === 'connected';
  const lit = lights.isWanted(hasCredit, nowMs) ? 'lit' : 'dark';
  const by = lights.isByUtility() ? 'the utility’s programme' : 'the site’s own programme';
  const why = { ...lampCauseWords, programme: by }[lights.because(hasCredit, nowMs)];
  const fault = lights.fault();
  return `, lamps ${lit} by ${why}${fault === null ? '' : `: ${lampFaultWords[fault]}`}`;
}

function supplyWords(channel: Channel, zone: string): string {
  const wanted = switchWords[channel.state().loadSwitch];
  const sinceMs = channel.contactorUnknownSinceMs();
  if (sinceMs === null) return wanted;
  return `not known since ${timeText(sinceMs, zone)}, contactor silent (should be ${wanted})`;
}

const switchWords: Readonly<Record<MeterState['loadSwitch'], string>> = {
  connected: 'on',
  disconnected: 'off',
  readyForReconnection: 'off, waits for a hand',
};

/** In the columns of the table: it has no credit, no switch and no link. */
function mainRow({ mainMeter }: Gateway, nowMs: number): string {
  if (mainMeter === null) return '';
  const { bus, address } = mainMeter.setting;
  const reading = mainMeter.reading();
  const register = reading?.quantities.importWh;
  const read =
    mainMeter.silentSinceMs() !== null
      ? 'silent'
      : reading === null
        ? 'not yet'
        : `${Math.round((nowMs - reading.atMs) / 1000)} s ago`;
  const cells = [
    ...['Main meter', '', `${bus} ${address}`],
    register === undefined ? '' : `${formatKwh(BigInt(register))} kWh`,
    ...['', '', read, ''],
  ];
  return `<tr>${cells.map((cell) => `<td class="t">${e(cell)}</td>`).join('')}</tr>`;
}

function mainSilence({ mainMeter, site }: Gateway): string {
  const sinceMs = mainMeter?.silentSinceMs() ?? null;
  if (sinceMs === null) return '';
  const since = e(timeText(sinceMs, site.zone));
  return `<p class="note">The main meter is silent: loss is unknown since ${since}.</p>\n`;
}

function lossTable(losses: readonly DayLoss[], note: string): string {
  if (losses.length === 0) return '';
  const kwh = (wh: number | null): string => (wh === null ? 'not known' : kwhText(wh));
  const firstKnown = losses.findLastIndex(({ inWh, homesWh }) => (inWh ?? homesWh) !== null);
  const rows = losses
    .slice(0, firstKnown + 1)
    .map(
      ({ day, inWh, homesWh, sharedWh, lossWh }) =>
        `<tr><td>${e(day)}</td><td>${kwh(inWh)}</td><td>${kwh(homesWh)}</td><td>${kwh(sharedWh)}</td><td>${kwh(lossWh)}</td></tr>`,
    )
    .join('\n');
  return `<h2>Main meter and homes</h2>${note}<p>Readings up to a minute apart: a few watt-hours a day are no loss.
<a href="/technician/main-meter.csv">Half-hours of the main meter</a>, as a utility imports them.</p>
${rows === '' ? '<p>A day is reckoned when it is over: the first one is not yet.</p>' : lossRows(rows)}`;
}

const lossRows = (rows: string): string =>
  `<div class="wide"><table><thead><tr><th>Day</th><th>In, kWh</th><th>Homes</th><th>Shared</th><th>Loss</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;

const kwhText = (wh: number): string => `${wh < 0 ? '-' : ''}${formatKwh(BigInt(Math.abs(wh)))}`;
