// How the state of each part is learnt: from the calls that are made anyway, and where nobody
// calls, from a question once a minute that changes nothing.

import type { Database } from '../base/database.ts';
import type { Hardware } from '../base/hardware/index.ts';
import type { Parts, ProviderPart } from '../base/parts.ts';
import type { Sweep } from '../base/sweeps.ts';
import type { MessageGateway } from '../messaging/gateways/index.ts';
import { countSealed, type KeyCount } from '../money/keys/index.ts';
import type { PaymentProvider } from '../money/payments/index.ts';
import type { Utilities, Utility } from '../registry/utilities/index.ts';

/** One failed call may be one bad payment. */
const failuresUntilDown = 3;

export type WatchedProvider = PaymentProvider & {
  /** When a call of it was last answered, by the clock that was handed in. */
  readonly lastAnsweredAtMs: () => number;
  readonly part: ProviderPart;
};

/** Whoever asks for new money is "provider"; the others have their names behind it. */
const partOf = ({ name }: PaymentProvider, index: number): ProviderPart =>
  index === 0 ? 'provider' : `provider-${name}`;

/** The parts of providers, each with what is missing while it is down. */
export function partsOfProviders(
  providers: readonly PaymentProvider[],
): Readonly<Partial<Record<ProviderPart, string>>> {
  return Object.fromEntries(
    providers.map((provider, index) => [
      partOf(provider, index),
      index === 0
        ? `the payment provider ${provider.label}: customers cannot pay by it`
        : `${provider.label}, an earlier payment provider: what was begun with it waits`,
    ]),
  );
}

/** The same providers, and what their calls say of each. */
export const watchProviders = (
  providers: readonly PaymentProvider[],
  o: { readonly parts: Parts; readonly nowMs: () => number },
): WatchedProvider[] =>
  providers.map((provider, index) =>
    watchProvider(provider, { ...o, part: partOf(provider, index) }),
  );

export function watchProvider(
  provider: PaymentProvider,
  o: { readonly parts: Parts; readonly nowMs: () => number; readonly part: ProviderPart },
): WatchedProvider {
  let failures = 0;
  let lastAnsweredAtMs = Number.NEGATIVE_INFINITY;
  const watched =
    <I extends unknown[], A extends { ok: boolean; error?: unknown }>(
      call: (...input: I) => Promise<A>,
    ) =>
    async (...input: I): Promise<A> => {
      const answer = await call(...input);
      const isAway = !answer.ok && (answer.error === 'unreachable' || answer.error === 'notAsked');
      if (!isAway) lastAnsweredAtMs = o.nowMs();
      failures = answer.ok ? 0 : failures + 1;
      if (answer.ok) o.parts.up(o.part);
      else if (failures >= failuresUntilDown) {
        const why = isAway ? 'does not answer' : 'refuses what it is asked';
        o.parts.down(o.part, `${provider.label} ${why}`);
      }
      return answer;
    };
  return {
    ...provider,
    open: watched(provider.open),
    askAgain: watched(provider.askAgain),
    lastAnsweredAtMs: () => lastAnsweredAtMs,
    part: o.part,
  };
}

/**
 * Asks about a payment that nobody made. A refusal is an answer: some providers call an unknown
 * payment an error.
 */
export async function isProviderThere(provider: PaymentProvider): Promise<boolean> {
  const asked = await provider.askAgain({
    reference: 'payment_01890000000070008000000000000000',
    amountMinor: 1n,
    currencyCode: 'XXX',
    providerRequest: 'prewatt-check',
    hintedReference: null,
    askedForMs: 3_600_000,
  });
  return asked.ok || asked.error !== 'unreachable';
}

/**
 * A provider that has answered nobody for so long is asked, a look later at the most: with the time
 * that a call may take, an outage is told within a minute.
 */
const silentMs = 30_000;
const lookEveryMs = 10_000;

const eachMinute = { of: 'process', everyMs: 60_000, timeoutMs: 120_000 } as const;

export function sweepsOfParts(o: {
  readonly parts: Parts;
  readonly providers: readonly WatchedProvider[];
  readonly gateways: readonly MessageGateway[];
  readonly database: Database;
  readonly utilities: Pick<Utilities, 'list'>;
  readonly masterKey: Buffer;
  readonly hardware?: Hardware | undefined;
  readonly nowMs: () => number;
}): readonly Sweep<Utility>[] {
  const { parts } = o;
  return [
    {
      ...{ ...eachMinute, name: 'providerState', label: 'asking whether payment providers answer' },
      everyMs: lookEveryMs,
      run: async () => {
        // Side by side: one that hangs holds up the word about no other.
        await Promise.all(o.providers.map((provider) => look(provider, o)));
      },
    },
    {
      ...{ ...eachMinute, name: 'gatewayState', label: 'asking whether message gateways answer' },
      run: async () => {
        const faults: string[] = [];
        for (const { name, check } of o.gateways) {
          const checked = await check();
          if (!checked.ok) faults.push(`${name}: ${checked.error}`);
        }
        if (faults.length === 0) parts.up('gateway');
        else parts.down('gateway', faults.join('; '));
      },
    },
    {
      ...{ ...eachMinute, name: 'keyState', label: 'asking whether the vending keys open' },
      everyMs: lookEveryMs,
      run: async () => {
        const fault = await faultOfKeys(o);
        if (fault === null) parts.up('keys');
        else parts.down('keys', fault);
      },
    },
  ];
}

async function look(
  provider: WatchedProvider,
  { parts, nowMs }: { readonly parts: Parts; readonly nowMs: () => number },
): Promise<void> {
  if (nowMs() - provider.lastAnsweredAtMs() < silentMs) return;
  if (await isProviderThere(provider)) parts.up(provider.part);
  else parts.down(provider.part, `${provider.label} does not answer`);
}

type KeyPlaces = {
  readonly database: Database;
  readonly utilities: Pick<Utilities, 'list'>;
  readonly masterKey: Buffer;
  readonly hardware?: Hardware | undefined;
};

/** Of all utilities: how many vending keys there are, and how many the master key does not open. */
export async function closedKeys(o: Omit<KeyPlaces, 'hardware'>): Promise<KeyCount> {
  const counts: KeyCount[] = [];
  for (const { id } of await o.utilities.list()) {
    counts.push(await o.database.inUtility(id, (tx) => countSealed(tx, o.masterKey)));
  }
  return {
    all: counts.reduce((sum, { all }) => sum + all, 0),
    closed: counts.reduce((sum, { closed }) => sum + closed, 0),
    tokenKeyIds: counts.flatMap(({ tokenKeyIds }) => tokenKeyIds),
  };
}

/** Why tokens cannot be made for some meters; null when for all. */
async function faultOfKeys(o: KeyPlaces): Promise<string | null> {
  const { closed, tokenKeyIds } = await closedKeys(o);
  if (closed > 0) return `${closed} vending keys do not open with this master key`;
  return tokenKeyIds.length === 0 ? null : faultOfToken(o.hardware, tokenKeyIds);
}

/** Why the keys that should be in the hardware token are of no use; null when they are. */
export async function faultOfToken(
  hardware: Hardware | undefined,
  keyIds: readonly string[],
): Promise<string | null> {
  if (hardware === undefined) {
    const where = 'are in a hardware token, and PREWATT_HARDWARE_FILE is not set';
    return `${keyIds.length} vending keys ${where}`;
  }
  const state = await hardware.state();
  if (!state.ok) return `the hardware token does not answer: ${state.error.detail}`;
  const missing = keyIds.filter((id) => !state.value.keyIds.includes(id)).length;
  if (missing === 0) return null;
  return `${missing} vending keys are not in the hardware token ${state.value.label}`;
}
