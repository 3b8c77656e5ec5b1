// The frame around every page: head, header, demonstration notice, main, footer.

import { type Frame, pageRoutes, pathOf } from '@prewatt/api';
import { iconAsset, scriptAsset, styleAsset } from './assets/assets.ts';
import { dateText, today } from './formatters.ts';
import { type Html, html, htmlText } from './html.ts';
import { clockText } from './live-labels.ts';

export type Page = {
  readonly title: string;
  readonly body: Html;
  /** Draws the sign-out button. */
  readonly signedIn: boolean;
  /** Where "back" leads, drawn in the header. */
  readonly back?: { readonly href: string; readonly label: string };
  /** Seconds after which a browser without scripts asks again. */
  readonly refreshSeconds?: number;
  /** Where the name above and "Sign out" lead, and a style of its own: a customer's unless told. */
  readonly at?: Place;
  /** Of this page alone. */
  readonly script?: string;
};

export type Place = {
  readonly start: string;
  readonly signOut: string;
  readonly style?: string;
  readonly script?: string;
};

const customers: Place = { start: pathOf(pageRoutes.start), signOut: pathOf(pageRoutes.signOut) };

/** The complete document. */
export function page(frame: Frame, content: Page): string {
  const { at = customers } = content;
  return htmlText(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${content.title} – ${frame.utilityName}</title>
<link rel="icon" href="${iconAsset.path}" type="image/svg+xml">
<link rel="stylesheet" href="${styleAsset.path}">
<script src="${scriptAsset.path}" defer></script>
${
  at.style !== undefined &&
  html`<link rel="stylesheet" href="${at.style}">
`
}${
  at.script !== undefined &&
  html`<script src="${at.script}" defer></script>
`
}${
  content.script !== undefined &&
  html`<script src="${content.script}" defer></script>
`
}${refresh(content.refreshSeconds)}</head>
<body>
<a class="skip" href="#main">Skip to the page</a>
<header class="top">
<div class="wide">
<a class="brand" href="${at.start}">${frame.utilityName}</a>
${content.signedIn && signOut(frame, at.signOut)}
</div>
</header>
${demonstration(frame)}
<main id="main" class="wide">
${content.back !== undefined && html`<p class="back"><a href="${content.back.href}"><span aria-hidden="true">‹ </span>${content.back.label}</a></p>`}
${content.body}
</main>
<footer class="wide foot">
${frame.helpPhone !== null && html`<p>Need help? Call ${callLink(frame.helpPhone)}.</p>`}
<p>Times are local to ${frame.utilityName}.</p>
</footer>
</body>
</html>
`);
}

/** The hidden field of every form. */
export function csrfField(frame: Frame): Html {
  return html`<input type="hidden" name="csrf" value="${frame.csrf}">`;
}

/** A message that something typed must be mended; linked to its field by `id`. */
export function problemText(problem: string | null, id: string): Html | null {
  return problem === null ? null : html`<p class="problem" id="${id}" role="alert">${problem}</p>`;
}

/** A telephone number that a phone can dial. */
export function callLink(phone: string): Html {
  return html`<a href="tel:${phone.replace(/[^\d+]/g, '')}">${phone}</a>`;
}

function signOut(frame: Frame, to: string): Html {
  return html`<form method="post" action="${to}">${csrfField(frame)}<button class="quiet">Sign out</button></form>`;
}

function refresh(seconds: number | undefined): Html | null {
  if (seconds === undefined) return null;
  return html`<noscript><meta http-equiv="refresh" content="${seconds}"></noscript>
`;
}

function demonstration(frame: Frame): Html | null {
  if (frame.clockSpeed <= 1) return null;
  return html`<p class="demo"><span class="wide"><b>Demonstration.</b> No real money. Time runs ${frame.clockSpeed} times as fast: it is now ${dateText(today(frame))}, ${clockText(frame.nowMs, frame.zone)}.</span></p>`;
}
