// The frame around every page of the sandbox, and how it prints money and times.

import { formatMoney } from '@prewatt/quantities';
import { iconAsset, scriptAsset, styleAsset } from './assets.ts';
import { type Html, html, htmlText } from './html.ts';

/** What every page needs to know of the world. */
export type Scene = {
  readonly zone: string;
  /** Business time now, and how fast it runs. */
  readonly nowMs: number;
  readonly speed: number;
};

/** The complete document. */
export function page(title: string, body: Html): string {
  return htmlText(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – Sandbox</title>
<link rel="icon" href="${iconAsset.path}" type="image/svg+xml">
<link rel="stylesheet" href="${styleAsset.path}">
<script src="${scriptAsset.path}" defer></script>
</head>
<body>
<nav class="top" aria-label="Sandbox"><b><a href="/">Sandbox</a></b><a href="/phone">Demo phone</a><a href="/provider">Payments</a></nav>
<main>
${body}
</main>
</body>
</html>
`);
}

export function money(amountMinor: string, currency: { code: string; scale: number }): string {
  return formatMoney(BigInt(amountMinor), currency);
}

/** "12:31", or "Tue 24 Nov 12:31" when the day is another than now's. */
export function timeText(atMs: number, scene: Scene): string {
  const day = dayOf(atMs, scene.zone);
  const clock = clockText(atMs, scene.zone);
  return day === dayOf(scene.nowMs, scene.zone) ? clock : `${day} ${clock}`;
}

export function clockText(atMs: number, zone: string): string {
  const form = { hour: '2-digit', minute: '2-digit', timeZone: zone } as const;
  return new Intl.DateTimeFormat('en-GB', form).format(atMs);
}

function dayOf(atMs: number, zone: string): string {
  const form = { weekday: 'short', day: 'numeric', month: 'short', timeZone: zone } as const;
  return new Intl.DateTimeFormat('en-GB', form).format(atMs);
}

/** A page that only says what is wrong. */
export function errorPage(title: string, detail: string): string {
  return page(title, html`<section class="card"><h1>${title}</h1><p>${detail}</p></section>`);
}

/** GET /: where things are, and the way back to the utility. */
export function startPage(serverUrl: string): string {
  return page(
    'Start',
    html`<h1>The world around the utility</h1>
<ul class="card list">
<li><a href="/phone"><b>Demo phone</b></a><p>Messages that the utility sent, by phone number.</p></li>
<li><a href="/provider"><b>Payments</b></a><p>What was paid, and what the shop was told.</p></li>
<li><a href="/provider/faults"><b>Faults</b></a><p>What goes wrong with the next payment.</p></li>
<li><a href="${serverUrl}"><b>The utility</b></a><p>See your credit and buy electricity.</p></li>
</ul>`,
  );
}
