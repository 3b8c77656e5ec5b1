// Who a receipt is from by the law, as lines below or above it on a page.

import type { DocumentTexts } from '@prewatt/api';
import { type Html, html } from '../html.ts';
import type { Voice } from '../text/voice.ts';

/** Legal name, address and tax number; nothing where the utility has written none. */
export function issuerLines(
  { legalName, address, taxNumber }: DocumentTexts,
  { say, words }: Voice,
): Html | false {
  const lines = [
    ...split(legalName),
    ...split(address),
    ...(taxNumber === null ? [] : [say(words.sale.taxNumber, { number: taxNumber })]),
  ];
  return lines.length > 0 && html`<p class="hint">${between(lines)}</p>`;
}

/** The utility's own words at the foot. */
export function footLines({ receiptFooter }: DocumentTexts): Html | false {
  const lines = split(receiptFooter);
  return lines.length > 0 && html`<p>${between(lines)}</p>`;
}

const split = (text: string | null): string[] =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const between = (lines: readonly string[]): readonly Html[] =>
  lines.map((line, nth) => (nth === 0 ? html`${line}` : html`<br>${line}`));
