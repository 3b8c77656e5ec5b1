// The rails of an installation, looked at without moving money: each payment provider is asked
// about a payment that there is not, by its own adapter. What it answers shows whether it knows us
// and has our time. Besides: whether providers can reach us.

import { createProviders } from '../../money/payments/index.ts';
import type { Config } from '../config.ts';
import { providersOf } from '../payment-providers.ts';
import { isProviderThere } from '../watch-parts.ts';
import { type Finding, fault, warning, well } from './finding.ts';
import { railAddresses, refusedWordIn, shownAddress } from './rail-addresses.ts';

const docs = 'docs/operating/payment-providers.md';
/** Access tokens and signatures of the rails hold for minutes. */
const furthestMs = 120_000;

/** What was answered over the wire while an adapter asked. */
type Seen = { readonly status: number; readonly isSignIn: boolean; readonly dateMs: number };

function watched(seen: Seen[]): typeof fetch {
  return async (input, init) => {
    const answer = await fetch(input, init);
    const isSignIn = /oauth|token/i.test(new URL(String(input)).pathname);
    const dateMs = Date.parse(answer.headers.get('date') ?? '');
    seen.push({ status: answer.status, isSignIn, dateMs });
    return answer;
  };
}

/** What the answers of a provider say of our credentials and our clock. */
function judged(label: string, seen: readonly Seen[], nowMs: number): readonly Finding[] {
  const refused = seen.find(
    ({ status, isSignIn }) => status === 401 || status === 403 || (isSignIn && status >= 400),
  );
  const advice = `Compare its keys in the secrets file with those of its portal (test keys are not live keys); see ${docs}.`;
  const credentials =
    refused === undefined
      ? well('provider', `${label} takes our credentials`)
      : fault('provider', `${label} refuses our credentials (${refused.status})`, advice);
  const dated = seen.find(({ dateMs }) => !Number.isNaN(dateMs));
  const aheadMs = dated === undefined ? 0 : nowMs - dated.dateMs;
  if (Math.abs(aheadMs) <= furthestMs) return [credentials];
  const minutes = Math.round(Math.abs(aheadMs) / 60_000);
  const text = `this machine’s clock is ${minutes} minutes ${aheadMs > 0 ? 'ahead of' : 'behind'} that of ${label}`;
  return [credentials, fault('clocks', text, 'Let the machine keep its time by NTP.')];
}

/** Each provider of the secrets file; the sandbox where there is none. */
export async function providerFindings(config: Config): Promise<readonly Finding[]> {
  const { nowMs } = config.clocks.real;
  const own = config.secrets.paymentProviders;
  if (own.length === 0) {
    const [sandbox] = providersOf(config);
    if (await isProviderThere(sandbox)) return [well('provider', `${sandbox.label} answers`)];
    const advice = 'Start the sandbox, or name a provider in paymentProviders of the secrets file.';
    return [fault('provider', `${sandbox.label} does not answer`, advice)];
  }
  const findings: Finding[] = [];
  for (const entry of own) {
    const seen: Seen[] = [];
    const [provider] = createProviders([entry], { fetch: watched(seen), nowMs });
    if (provider === undefined) continue;
    await isProviderThere(provider);
    if (seen.length > 0) findings.push(...judged(provider.label, seen, nowMs()));
    else {
      const advice = `Look at the network and at its baseUrl in the secrets file; see ${docs}.`;
      findings.push(fault('provider', `${provider.label} does not answer`, advice));
    }
  }
  return findings;
}

const isPrivate = (host: string): boolean =>
  /^(localhost$|127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|\[)/.test(host) ||
  /\.(local|internal|lan)$/.test(host) ||
  !host.includes('.');

/** Whether what rails have to tell can reach us, by the form of the addresses alone. */
export function notificationFindings(
  config: Pick<Config, 'publicUrl'> & {
    readonly secrets: Pick<Config['secrets'], 'paymentProviders' | 'messageGateways'>;
  },
  showsSecrets = false,
): readonly Finding[] {
  const url = new URL(config.publicUrl);
  const addresses = railAddresses(config);
  if (addresses.length === 0) return [];
  const isReached = url.protocol === 'https:' && !isPrivate(url.hostname);
  const unreached = fault(
    'addresses',
    `no payment provider or message gateway can reach ${url.origin}`,
    'Give PREWATT_PUBLIC_URL an https address of a public name.',
  );
  const each = addresses.map((address): Finding => {
    const text = `${address.rail}: ${shownAddress(address, showsSecrets)}`;
    const word = refusedWordIn(address);
    if (word !== null) {
      const advice = `Safaricom takes no address with "${word}" in it: choose another name, or another callbackSecret.`;
      return fault('addresses', text, advice);
    }
    const port = `Ask ${address.rail} whether it calls other ports than 443.`;
    if (isReached && url.port !== '') return warning('addresses', text, `${address.what}. ${port}`);
    return { ...well('addresses', text), advice: address.what };
  });
  return isReached ? each : [unreached, ...each];
}
