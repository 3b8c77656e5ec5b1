// What a person sees when a page cannot be shown: what happened, what to do, a way back.

import type { ErrorView, Frame } from '@prewatt/api';
import { type Html, html, safeHref } from '../html.ts';
import { inEnglish, page } from '../layout.ts';
import { type Voice, voiceOf } from '../text/voice.ts';

/**
 * Any page that could not be made. The status is for the machine; people get the title and what to
 * do. What English says of a rare fault more exactly stands in the others in English.
 */
export function renderError(frame: Frame, view: ErrorView): string {
  const voice = voiceOf(frame);
  const back = view.back ?? { href: '/', label: voice.words.wrong.first };
  const { title, detail } = said(view, voice);
  const body = html`<section class="card narrow">
<h1>${title}</h1>
<p>${detail}</p>
<p><a class="button" href="${safeHref(back.href)}">${back.label}</a></p>
</section>`;
  return page(frame, { title, body, signedIn: false });
}

type Said = { readonly title: string; readonly detail: Html | string };

function said({ status, title, detail }: ErrorView, voice: Voice): Said {
  const { wrong } = voice.words;
  if (voice.language === 'en') return { title, detail };
  switch (status) {
    // Of a form whose time is over.
    case 403:
      return { title: wrong.tryAgain, detail: wrong.tooOld };
    case 404:
      return { title: wrong.notFound, detail: wrong.notFoundNow };
    case 429:
      return { title: wrong.tooMany, detail: wrong.tooManyNow };
    case 503:
      return { title: wrong.away, detail: wrong.awayNow };
    case 500:
      return { title: wrong.broken, detail: wrong.brokenNow };
    default:
      return { title: wrong.refused, detail: inEnglish(voice, detail) };
  }
}
