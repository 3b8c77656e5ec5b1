// Tokens that the utility gives and that the meter has not taken yet, with their digits: who has no
// link has to type them.

import type { Frame, GivenTokens } from '@prewatt/api';
import { dayAndTime, kwh, machineTime, money, tokenGroups } from '../formatters.ts';
import { type Html, html } from '../html.ts';

const words: Readonly<Record<GivenTokens['kind'], string>> = {
  freeUnits: 'Free units of the month',
  freeCredit: 'Free credit',
  replacement: 'Carried over from your old meter',
  keyChange: 'New key for your meter',
};

const why: Readonly<Record<GivenTokens['kind'], string>> = {
  freeUnits: 'You pay nothing for them.',
  freeCredit: 'You pay nothing for it.',
  replacement: 'It was left in the meter that was taken away.',
  keyChange: 'Your credit stays. Type any token that you bought before first.',
};

/** Null when there is nothing to type. */
export function givenTokens(frame: Frame, given: readonly GivenTokens[]): Html | null {
  if (given.length === 0) return null;
  return html`<section class="card tokens">
<h2>Tokens for your meter</h2>
<p>We send these to your meter. If they do not arrive, type them; each works only once.</p>
${given.map((each) => one(frame, each))}
</section>`;
}

/** Money on the meter, with the energy that it was given for. */
function amountOf(frame: Frame, { energyWh, creditMinor }: GivenTokens): Html | null {
  if (creditMinor === null) return energyWh === null ? null : html`: ${kwh(energyWh)}`;
  const sum = html`: ${money(creditMinor, frame.currency)}`;
  return energyWh === null ? sum : html`${sum} for ${kwh(energyWh)}`;
}

function one(frame: Frame, given: GivenTokens): Html {
  const name = words[given.kind];
  const many = given.tokens.length > 1;
  return html`<h3>${name}${amountOf(frame, given)}</h3>
<p class="hint">${why[given.kind]} ${many && 'Type them in this order. '}From <time datetime="${machineTime(given.issuedAtMs)}">${dayAndTime(given.issuedAtMs, frame)}</time>.</p>
${given.tokens.map((token, index) => {
  const label = many ? `${name}, token ${index + 1}` : `${name}, token`;
  return html`<div class="token-row"><p class="token" role="group" aria-label="${label}">${tokenGroups(token).map((group) => html`<span>${group}</span> `)}</p></div>
`;
})}`;
}
