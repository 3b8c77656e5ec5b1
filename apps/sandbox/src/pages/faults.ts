// The page of faults: a developer says what goes wrong with the next payment that is approved.

import { type Fault, faults, type NextFault } from '../state.ts';
import { type Html, html } from './html.ts';
import { page } from './layout.ts';

/** What a developer chooses, and what it tries. */
const faultTexts: Readonly<Record<Fault, readonly [name: string, detail: string]>> = {
  approveLater: ['Late', 'The money is taken, and the shop hears of it later.'],
  approveThrice: ['Repeated', 'The shop hears of the payment three times, all at once.'],
  approveHalf: [
    'Wrong amount',
    'Half the amount is taken, and the shop is told of that half, also when it asks.',
  ],
  approveLost: [
    'Silent',
    'The money is taken, and the shop is never told. It must find out by asking.',
  ],
  refuse: ['Refused', 'The money is not taken, as with an account that is empty.'],
};

/** "Late, after 30 seconds" */
export function nextFaultText({ fault, delaySeconds }: NextFault): string {
  const [name] = faultTexts[fault];
  return fault === 'approveLater' ? `${name}, after ${delaySeconds} seconds` : name;
}

/** GET /provider/faults */
export function faultsPage(next: NextFault | null): string {
  return page(
    'Faults',
    html`<h1>Faults of the provider</h1>
<p class="soft">Choose what goes wrong with the next payment that somebody approves. The payment after it goes well again.</p>
<section class="card">
<h2>Next payment: ${next === null ? 'goes well' : nextFaultText(next)}</h2>
${next !== null && html`<form method="post" action="/provider/faults"><button name="fault" value="none">Let it go well</button></form>`}
</section>
${faults.map((fault) => faultForm(fault))}`,
  );
}

function faultForm(fault: Fault): Html {
  const [name, detail] = faultTexts[fault];
  return html`<form class="card" method="post" action="/provider/faults">
<h2>${name}</h2>
<p>${detail}</p>
${
  fault === 'approveLater' &&
  html`<label for="delay">The shop hears of it after</label>
<select id="delay" name="delaySeconds"><option value="10">10 seconds</option><option value="30">30 seconds</option><option value="120">2 minutes</option></select>`
}
<button name="fault" value="${fault}" aria-label="Choose: ${name}">Choose</button>
</form>`;
}
