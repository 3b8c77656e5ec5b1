// The frame around every page: head, header, demonstration notice, main, footer.

import { type Frame, pageRoutes, pathOf } from '@prewatt/api';
import { appScriptOf, iconAsset, scriptAssetOf, styleAsset } from './assets/assets.ts';
import { today } from './formatters.ts';
import { type Html, html, htmlText } from './html.ts';
import { languageCodes, languages } from './text/languages.ts';
import { type Voice, voiceOf } from './text/voice.ts';

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
  /** Its numbers move by themselves. */
  readonly isHome?: boolean;
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
  const voice = voiceOf(frame);
  const { words, rich } = voice;
  return htmlText(html`<!doctype html>
<html lang="${voice.language}" dir="${voice.dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${content.title} – ${frame.utilityName}</title>
<link rel="icon" href="${iconAsset.path}" type="image/svg+xml">
<link rel="stylesheet" href="${styleAsset.path}">
<script src="${scriptAssetOf(voice.language, content.isHome === true ? 'home' : 'others').path}" data-app="${appScriptOf(voice.language).path}" defer></script>
${
  content.signedIn &&
  at === customers &&
  html`<link rel="manifest" href="${pathOf(pageRoutes.manifest)}">
`
}${
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
<a class="skip" href="#main">${words.frame.skip}</a>
<header class="top">
<div class="wide">
<a class="brand" href="${at.start}">${frame.utilityName}</a>
${content.signedIn && signOut(frame, { to: at.signOut, label: words.frame.signOut })}
</div>
</header>
${demonstration(frame, voice)}
<main id="main" class="wide">
${content.back !== undefined && html`<p class="back"><a href="${content.back.href}"><span aria-hidden="true">‹ </span>${content.back.label}</a></p>`}
${content.body}
</main>
<footer class="wide foot">
${frame.helpPhone !== null && html`<p>${rich(words.frame.help, { phone: callLink(frame.helpPhone) })}</p>`}
<p>${rich(words.frame.zone, { utility: frame.utilityName })}</p>
${frame.here !== null && languageSwitch(frame, voice, frame.here)}
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
  return html`<a href="tel:${phone.replace(/[^\d+]/g, '')}" class="nowrap" dir="ltr">${phone}</a>`;
}

function signOut(frame: Frame, o: { readonly to: string; readonly label: string }): Html {
  return html`<form method="post" action="${o.to}">${csrfField(frame)}<button class="quiet">${o.label}</button></form>`;
}

/** A button for each language, in its own words; they work without scripts. */
function languageSwitch(frame: Frame, { language, words }: Voice, here: string): Html {
  return html`<details class="languages"><summary>${words.frame.language}: ${languages[language].name}</summary>
<form method="post" action="${pathOf(pageRoutes.language)}">${csrfField(frame)}<input type="hidden" name="here" value="${here}">
${languageCodes.map(
  (code) =>
    html`<button class="link" name="language" value="${code}" lang="${code}" dir="${languages[code].dir}"${code === language && html` aria-current="true"`}>${languages[code].name}</button>
`,
)}</form></details>`;
}

function refresh(seconds: number | undefined): Html | null {
  if (seconds === undefined) return null;
  return html`<noscript><meta http-equiv="refresh" content="${seconds}"></noscript>
`;
}

function demonstration(frame: Frame, { clock, date, rich, words }: Voice): Html | null {
  if (frame.clockSpeed <= 1) return null;
  const values = {
    ...{
      speed: frame.clockSpeed,
      date: date(today(frame)),
      time: html`<span data-clock>${clock(frame.nowMs)}</span>`,
    },
  };
  return html`<aside class="demo" data-fresh="demo"><p class="wide">${rich(words.frame.demo, values)}</p></aside>`;
}

/** A sentence that there is in English only, marked for whoever reads it aloud. */
export const inEnglish = ({ language }: Voice, text: Html | string): Html =>
  language === 'en' ? html`${text}` : html`<span lang="en" dir="ltr">${text}</span>`;

/** Digits that are typed or read in one row, whichever way the page is written. */
export const inRow = (digits: string): Html =>
  html`<span class="nowrap" dir="ltr">${digits}</span>`;
