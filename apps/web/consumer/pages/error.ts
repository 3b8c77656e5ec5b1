// What a person sees when a page cannot be shown: what happened, what to do, a way back.

import type { ErrorView, Frame } from '@prewatt/api';
import { html, safeHref } from '../html.ts';
import { page } from '../layout.ts';

/**
 * Any page that could not be made. The status is for the machine; people get the title and what to
 * do.
 */
export function renderError(frame: Frame, view: ErrorView): string {
  const back = view.back ?? { href: '/', label: 'Go to the first page' };
  const body = html`<section class="card narrow">
<h1>${view.title}</h1>
<p>${view.detail}</p>
<p><a class="button" href="${safeHref(back.href)}">${back.label}</a></p>
</section>`;
  return page(frame, { title: view.title, body, signedIn: false, isEnglish: true });
}
