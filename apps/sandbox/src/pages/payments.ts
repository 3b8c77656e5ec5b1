// The payment provider's pages: deciding a checkout, and the list of what was decided and who was
// told.

import { type Checkout, type NextFault, type Notification, takenMinor } from '../state.ts';
import { nextFaultText } from './faults.ts';
import { type Html, html, htmlText } from './html.ts';
import { money, page, type Scene, timeText } from './layout.ts';

export type CheckoutWithNotifications = {
  readonly checkout: Checkout;
  readonly notifications: readonly Notification[];
};

/**
 * GET /pay/:checkoutId: the question, or once decided, what came of it. `next` is the fault that an
 * approval meets; `realNowMs` dates the notifications.
 */
export function payPage(
  scene: Scene,
  o: {
    readonly shown: CheckoutWithNotifications;
    readonly next: NextFault | null;
    readonly realNowMs: number;
  },
): string {
  const { shown, realNowMs } = o;
  const { checkout } = shown;
  const body = html`<p class="soft">Sandbox payments. No real money moves.</p>
<section class="card">
<h1>${checkout.description}</h1>
<p class="amount">${money(checkout.amountMinor, checkout.currency)}</p>
<dl><div><dt>Paid to</dt><dd>${hostOf(checkout.notifyUrl)}</dd></div>
<div><dt>Reference</dt><dd>${checkout.reference}</dd></div></dl>
${checkout.decision === null && choices(checkout, o.next)}
</section>
${checkout.decision !== null && html`<div data-live="/pay/${checkout.checkoutId}/live">${outcome(scene, shown, realNowMs)}</div>`}
<p class="card"><a href="${checkout.returnUrl}">Back to the shop</a></p>`;
  return page('Payment', body);
}

/** The moving part of a decided checkout's page. */
export function payFragment(
  scene: Scene,
  shown: CheckoutWithNotifications,
  realNowMs: number,
): string {
  return htmlText(outcome(scene, shown, realNowMs));
}

function choices(checkout: Checkout, next: NextFault | null): Html {
  const action = `/pay/${checkout.checkoutId}/decision`;
  return html`${next !== null && html`<p class="warn">Approve meets the chosen fault: ${nextFaultText(next)}. <a href="/provider/faults">Change it</a></p>`}
<form method="post" action="${action}">
<button class="main" name="choice" value="approve">Approve</button>
<button class="refuse" name="choice" value="refuse">Refuse</button>
</form>
<form method="post" action="${action}">
<fieldset><legend>When things go less well</legend>
<label for="delay">The shop hears of it after</label>
<select id="delay" name="delaySeconds"><option value="10">10 seconds</option><option value="30">30 seconds</option><option value="120">2 minutes</option></select>
<button name="choice" value="approveLater">Approve, notify later</button>
<button name="choice" value="approveThrice">Approve, notify three times</button>
<button name="choice" value="approveHalf">Approve, take half the amount</button>
<button name="choice" value="approveLost">Approve, lose the notification</button>
</fieldset>
</form>`;
}

function outcome(scene: Scene, shown: CheckoutWithNotifications, realNowMs: number): Html {
  const { checkout } = shown;
  return html`<section class="card">
<h2>${statusText(checkout)}</h2>
${checkout.decision !== null && html`<p class="soft">${timeText(checkout.decision.decidedAtMs, scene)} · ${checkout.decision.providerReference}</p>`}
<p>${plan(checkout)}</p>
${notificationList(shown.notifications, realNowMs)}
${checkout.decision !== null && again(checkout)}
</section>`;
}

function plan(checkout: Checkout): string {
  switch (checkout.decision?.choice) {
    case undefined:
      return 'Nobody has decided yet.';
    case 'approveLater':
      return 'The money is taken. The shop hears of it later, as you chose; until then it may ask.';
    case 'approveLost':
      return 'The money is taken, and the shop is not told. It must find out by asking.';
    case 'approveHalf': {
      const taken = money(takenMinor(checkout), checkout.currency);
      return `${taken} is taken, which is not what the shop asked for, and the shop is told so.`;
    }
    case 'approveThrice':
      return 'The shop is told three times. It should deliver once.';
    default:
      return 'The shop is told at once.';
  }
}

/** GET /provider */
export function providerPage(
  scene: Scene,
  rows: readonly CheckoutWithNotifications[],
  realNowMs: number,
): string {
  const body = html`<h1>Payments</h1>
<p class="soft">What people decided, and what the shop was told. Newest first. <a href="/provider/faults">Faults for the next payment</a></p>
<div data-live="/provider/live">${providerList(scene, rows, realNowMs)}</div>`;
  return page('Payments', body);
}

/** The moving part of the list. */
export function providerFragment(
  scene: Scene,
  rows: readonly CheckoutWithNotifications[],
  realNowMs: number,
): string {
  return htmlText(providerList(scene, rows, realNowMs));
}

function providerList(
  scene: Scene,
  rows: readonly CheckoutWithNotifications[],
  realNowMs: number,
): Html {
  if (rows.length === 0) {
    return html`<p class="card empty">Nothing yet. A payment appears here when somebody buys electricity.</p>`;
  }
  return html`<ul class="card list">${rows.map(
    ({ checkout, notifications }) => html`
<li><p class="row"><a href="/pay/${checkout.checkoutId}"><b>${money(checkout.amountMinor, checkout.currency)}</b></a> <b class="${tone(checkout)}">${statusText(checkout)}</b></p>
<p class="row"><span>${checkout.description}</span> <span class="soft">${timeText(checkout.openedAtMs, scene)}</span></p>
${checkout.decision !== null && html`<p class="soft">${checkout.decision.providerReference}</p>`}
${notificationList(notifications, realNowMs)}
${checkout.decision !== null && again(checkout)}</li>`,
  )}
</ul>`;
}

function again(checkout: Checkout): Html {
  return html`<form method="post" action="/provider/${checkout.checkoutId}/notify"><button class="small" aria-label="Send the notification of ${checkout.reference} again">Send again</button></form>`;
}

function notificationList(notifications: readonly Notification[], realNowMs: number): Html | false {
  if (notifications.length === 0) return false;
  return html`<ol>${notifications.map(
    (notification, index) => html`
<li class="soft">Notification ${index + 1}: ${notificationText(notification, realNowMs)}</li>`,
  )}
</ol>`;
}

function notificationText(notification: Notification, realNowMs: number): string {
  const answers = notification.attempts.map((attempt) => attempt.answer).join(', ');
  if (notification.state === 'delivered') return `heard (${answers})`;
  if (notification.state === 'givenUp') return `given up (${answers})`;
  if (answers !== '') return `trying again (${answers})`;
  const seconds = Math.ceil((notification.dueAtRealMs - realNowMs) / 1000);
  return seconds > 1 ? `leaves in about ${seconds} seconds` : 'on its way';
}

function statusText(checkout: Checkout): string {
  if (checkout.decision === null) return 'Not decided';
  return checkout.decision.choice === 'refuse' ? 'Refused' : 'Approved';
}

function tone(checkout: Checkout): string {
  if (checkout.decision === null) return 'warn';
  return checkout.decision.choice === 'refuse' ? 'bad' : 'good';
}

function hostOf(url: string): string {
  return new URL(url).host;
}
