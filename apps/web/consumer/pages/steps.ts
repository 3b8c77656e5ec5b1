// The steps of a purchase as a list: on its own page, and on the one that a receipt's code opens.

import type { Frame, SaleView } from '@prewatt/api';
import { machineTime } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import type { Voice } from '../text/voice.ts';

export function stepList(
  frame: Frame,
  steps: SaleView['steps'],
  { when, words: { sale } }: Voice,
): Html | null {
  if (steps.length === 0) return null;
  return html`<h2>${sale.steps}</h2>
<ol class="steps">${steps.map(
    (step) => html`
<li class="${step.state}"><span class="label">${step.label}<span class="out">: ${sale[step.state]}</span></span>${
      step.atMs !== null &&
      html` <time datetime="${machineTime(step.atMs)}">${when(step.atMs, frame.nowMs)}</time>`
    }${step.note !== null && html` <span class="note">${step.note}</span>`}</li>`,
  )}
</ol>`;
}
