// Tokens that the utility gives and that the meter has not taken yet, with their digits: who has no
// link has to type them.

import type { Frame, GivenTokens } from '@prewatt/api';
import { machineTime, tokenGroups } from '../formatters.ts';
import { type Html, html } from '../html.ts';
import { type Voice, voiceOf } from '../text/voice.ts';

/** Null when there is nothing to type. */
export function givenTokens(frame: Frame, given: readonly GivenTokens[]): Html | null {
  if (given.length === 0) return null;
  const voice = voiceOf(frame);
  const words = voice.words.given;
  return html`<section class="card tokens">
<h2>${words.heading}</h2>
<p>${words.intro}</p>
${given.map((each) => one(frame, each, voice))}
</section>`;
}

/** Money on the meter, with the energy that it was given for. */
function amountOf(
  { energyWh, creditMinor }: GivenTokens,
  { kwh, money, say, words }: Voice,
): string | null {
  if (creditMinor === null) return energyWh === null ? null : kwh(energyWh);
  const amount = money(creditMinor);
  return energyWh === null ? amount : say(words.given.sumFor, { amount, energy: kwh(energyWh) });
}

function one(frame: Frame, given: GivenTokens, voice: Voice): Html {
  const { rich, say, when } = voice;
  const words = voice.words.given;
  const name = words[given.kind];
  const many = given.tokens.length > 1;
  const amount = amountOf(given, voice);
  const time = html`<time datetime="${machineTime(given.issuedAtMs)}">${when(given.issuedAtMs, frame.nowMs)}</time>`;
  return html`<h3>${name}${amount !== null && `: ${amount}`}</h3>
<p class="hint">${words[`${given.kind}Why`]} ${many && `${words.inThisOrder} `}${rich(words.from, { when: time })}</p>
${given.tokens.map((token, index) => {
  const label = many
    ? say(words.nthToken, { name, number: index + 1 })
    : say(words.token, { name });
  return html`<div class="token-row"><p class="token" role="group" aria-label="${label}">${tokenGroups(token).map((group) => html`<span>${group}</span> `)}</p></div>
`;
})}`;
}
