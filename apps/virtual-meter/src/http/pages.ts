// The two pages as HTML, complete before any script runs; the scripts only keep them moving.

import { cableText, linkText, type MeterView, type RowView, switchText } from './view.ts';

/** Text made safe for HTML content and attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const e = escapeHtml;

function page(title: string, script: string | null, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${e(title)}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/meter.css">
${script === null ? '' : `<script src="/assets/${script}" defer></script>`}
</head>
<body>
${body}
</body>
</html>
`;
}

export function listPage(rows: readonly RowView[]): string {
  return page(
    'Meters',
    'list.js',
    `<main class="list">
<h1>Meters</h1>
<p class="hint">Virtual meters of this demo. Open one to use its keypad.</p>
<label class="search">Search by name or number
<input type="search" id="search" autocomplete="off"></label>
<div class="table-wrap"><table aria-label="Meters">
<thead><tr><th scope="col">Meter</th><th scope="col">Credit, supply and link</th></tr></thead>
<tbody id="meters">
${rows.map(row).join('\n')}
</tbody>
</table></div>
<p id="none" hidden>No meter has that name or number.</p>
</main>`,
  );
}

function row(meter: RowView): string {
  const find = `${meter.name} ${meter.meterPan}`.toLowerCase();
  return `<tr data-pan="${e(meter.meterPan)}" data-find="${e(find)}">
<th scope="row"><a href="/meters/${e(meter.meterPan)}">${e(meter.name)}</a>
<span class="number">${e(groups(meter.meterPan))}</span></th>
<td><span data-field="credit">${e(meter.credit)}</span>
<span class="number"><span data-field="loadSwitch">${e(meter.loadSwitch)}</span>,
<span data-field="link">${e(meter.link)}</span></span></td></tr>`;
}

const groups = (digits: string): string => digits.replace(/(\d{6})(?=\d)/g, '$1 ');

export function meterPage(view: MeterView, codes: readonly ShortCode[]): string {
  return page(
    `${view.name}: meter`,
    'meter.js',
    `<main class="meter-page" id="meter" data-pan="${e(view.meterPan)}">
<nav><a href="/">All meters</a></nav>
<h1>${e(view.name)} <span class="number">${e(groups(view.meterPan))}</span></h1>
<noscript><p class="notice">The keypad and the switches of this page need scripts, and scripts are
off: the page shows the meter as it was when it was opened.</p></noscript>
<div class="columns">
${face(view)}
<div class="side">
${surroundings(view)}
${shortCodeList(codes)}
</div>
</div>
</main>`,
  );
}

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
const digitKey = (digit: string): string =>
  `<button type="button" data-key="${digit}">${digit}</button>`;

/** What a browser shows of a refusal: the words and the way back. */
export function problemPage(title: string, detail: string): string {
  return page(
    title,
    null,
    `<main class="list">
<h1>${e(title)}</h1>
<p>${e(detail)}</p>
<p><a href="/">All meters</a></p>
</main>`,
  );
}

/** The payment meter itself: display, lamps, switch and keypad. */
function face({ display, clock, resultText, asked }: MeterView): string {
  const isReady = display.loadSwitch === 'readyForReconnection';
  return `<section class="case" aria-label="Payment meter">
<div class="case-top"><span class="brand">Prewatt</span>
<span class="plate">230 V 60 A<br>1000 imp/kWh</span></div>
<div class="lcd" data-status="${e(display.status)}">
<div class="lcd-row"><span id="clock">${e(clock)}</span>
<span id="power">${display.powerW} W</span></div>
<div class="lcd-credit"><output id="credit">${e(display.credit)}</output>
<span class="unit" id="unit">${e(display.creditUnit)}</span></div>
<div class="lcd-entry" id="entry" aria-live="off"></div>
<div class="lcd-status" id="status" role="status">${e(display.statusText)}</div>
<div class="lcd-result" id="result" role="status">${e(resultText)}</div>
<div class="lcd-page" id="asked" role="status">${e(asked)}</div>
</div>
<div class="lamps">
<span class="lamp-label"><span class="lamp" id="pulse"></span> Pulse</span>
<span class="lamp-label">${switchDrawing(display.loadSwitch === 'connected')}
<span>Supply <strong id="switch">${e(switchText[display.loadSwitch])}</strong></span></span>
</div>
<div class="keypad" role="group" aria-label="Keypad">
${digits.map(digitKey).join('\n')}
<button type="button" data-key="clear" aria-label="Delete last digit">&#9003;</button>
${digitKey('0')}
<button type="button" data-key="enter" aria-label="Enter token" class="enter">&#9166;</button>
</div>
<p class="keypad-help">Type the 20 digits of a token, or a short code, then &#9166;.</p>
<button type="button" id="emergency" class="reconnect" data-code="890"${
    display.emergencyOffered ? '' : ' hidden'
  }>Take emergency credit</button>
<button type="button" id="reconnect" class="reconnect"${isReady ? '' : ' hidden'}>
Switch supply on</button>
</section>`;
}

/** What is around the meter: things to plug in, the network cable, totals and the event log. */
function surroundings(view: MeterView): string {
  const plugs = view.appliances.map(
    ({ id, label, on }) =>
      `<button type="button" data-appliance="${e(id)}" aria-pressed="${on}">${e(label)}</button>`,
  );
  const conditions = view.conditions.map(
    ({ id, label, on }) =>
      `<button type="button" data-condition="${e(id)}" aria-pressed="${on}">${e(label)}</button>`,
  );
  const events = view.events.map(
    ({ at, text }) => `<li><time>${e(at)}</time> <span>${e(text)}</span></li>`,
  );
  return `<section><h2>Plug in</h2>
<div class="toggles">
${plugs.join('\n')}
</div></section>
<section><h2>Tamper with it</h2>
<div class="toggles">
${conditions.join('\n')}
</div>
<p class="note">Kept until a token clears it:
<strong id="tamper">${e(view.tamper)}</strong></p></section>
<section><h2>Smart card</h2>
<p><label for="card">Put in a card, as <code>prewatt card</code> makes them:</label>
<input type="file" id="card" accept=".hex,text/plain"></p>
<p class="note" id="card-text" role="status"></p>
<p><a id="card-back" download="card.hex" hidden>Take the card back</a></p></section>
<section><h2>Network</h2>
<p>Link: <strong id="link">${e(linkText[view.link])}</strong></p>
<div class="toggles">
<button type="button" id="cable" data-plugged="${view.link !== 'unplugged'}">
${cableText(view.link)}</button></div>
</section>
<section><h2>Counted</h2>
<p>Used <strong id="import">${e(view.importKwh)}</strong> kWh,
credited <strong id="credited">${e(view.credited)}</strong></p></section>
<section><h2>Events</h2><ol id="events" class="events">
${events.join('\n')}
</ol></section>`;
}

type ShortCode = { readonly code: string; readonly label: string };

function shortCodeList(codes: readonly ShortCode[]): string {
  const rows = codes.map(
    ({ code, label }) => `<li><button type="button" data-code="${e(code)}">
<b>${e(code)}</b> ${e(label)}</button></li>`,
  );
  return `<section><details><summary>Short codes of the keypad</summary>
<ul class="codes">
${rows.join('\n')}
</ul></details></section>`;
}

const switchDrawing = (closed: boolean): string =>
  `<svg class="switch${closed ? '' : ' open'}" viewBox="0 0 48 24" aria-hidden="true">
<path d="M2 18h12M34 18h12"/><circle cx="14" cy="18" r="2.5"/><circle cx="34" cy="18" r="2.5"/>
<path class="blade" d="M14 18h20"/></svg>`;
