// Payment providers as the outside sees them, driven by hand: each answers its own API in its own
// form, sends its own notifications, and can be slow, down, busy or talking HTML. Fakes of the
// outside; the adapters under test are real.

import {
  createProviders,
  type PaymentProvider,
  type ProviderConfig,
} from '../src/money/payments/index.ts';
import type { RawNotification } from '../src/money/payments/provider.ts';
import type { Held, Money, Speaker, Spoken } from './provider-speaker.ts';
import { flutterwave, paystack, razorpay, stripe } from './provider-speakers-page.ts';
import { airtel, daraja, momo } from './provider-speakers-phone.ts';

/** `nameless`: their name is not found, so that nothing leaves. */
export type Fault = 'down' | 'slow' | 'busy' | 'html' | 'error' | 'nameless';
export const faults: readonly Fault[] = ['down', 'slow', 'busy', 'html', 'error', 'nameless'];

export type World = {
  readonly kind: ProviderConfig['kind'];
  readonly currency: { readonly code: string; readonly scale: number };
  readonly phone: string;
  /** Whether what came is named by the provider, so that it can differ from what was asked for. */
  readonly namesAmount: boolean;
  readonly namesCurrency: boolean;
  /** Again for each process that starts: what it kept in mind is gone. */
  readonly provider: (clock: { readonly nowMs: () => number }) => PaymentProvider;
  readonly money: Map<string, Money>;
  fault: Fault | null;
  calls: number;
  /** How often money was asked for in this way, by what it was asked for. */
  readonly prompts: Map<string, number>;
  /** Decides the payment that was asked for last. */
  readonly decide: (state: Money['state'], more?: Partial<Money>) => void;
  /** What it sends about that payment, as it stands. */
  readonly notification: () => RawNotification;
  /** The same, by somebody else. */
  readonly forged: () => RawNotification;
};

/** No two payments of a provider have the same name, whatever worlds there are. */
let references = 0;

export function createWorld(
  kind: ProviderConfig['kind'],
  /** Stands between the adapter and the provider. */
  wire: (provider: typeof fetch) => typeof fetch = (provider) => provider,
): World {
  const { config, spoken, currency, phone, namesAmount, namesCurrency } = speakers[kind];
  const money = new Map<string, Money>();
  let last: Money | null = null;
  let nowMs = (): number => 0;
  const prompts = new Map<string, number>();
  const add: Held['add'] = (asked, id, amount, code) => {
    prompts.set(asked, (prompts.get(asked) ?? 0) + 1);
    const known = money.get(asked);
    if (known !== undefined) return known;
    references += 1;
    const ref = `${kind.toUpperCase()}-${references}`;
    last = { id, asked, amount, currency: code, state: 'pending', providerRef: ref };
    money.set(asked, last);
    return last;
  };
  const theOne = (): Money => last ?? fail('no payment was asked for');
  const world: World = {
    ...{ kind, currency, phone, namesAmount, namesCurrency, money, prompts, fault: null, calls: 0 },
    provider: (clock) => {
      nowMs = clock.nowMs;
      const [provider] = createProviders([config], {
        fetch: wire(fetchOf(world, spoken, { money, add })),
        nowMs,
        timeoutMs: 40,
      });
      return provider ?? fail('no provider');
    },
    decide: (state, more) => {
      Object.assign(theOne(), { state, ...more });
    },
    notification: () => spoken.tell(theOne(), { forged: false, nowMs: nowMs() }),
    forged: () => spoken.tell(theOne(), { forged: true, nowMs: nowMs() }),
  };
  return world;
}

const fail = (why: string): never => {
  throw new Error(why);
};

function fetchOf(world: World, spoken: Spoken, held: Held): typeof fetch {
  return async (input, init) => {
    world.calls += 1;
    const url = new URL(String(input));
    const said = (status: number, text: string) => new Response(text, { status });
    switch (world.fault) {
      case 'down':
        throw new TypeError('fetch failed');
      case 'nameless': {
        const cause = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
        throw new TypeError('fetch failed', { cause });
      }
      case 'slow':
        return new Promise((_, reject) => {
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
        });
      case 'busy':
        return said(429, '{"message":"too many requests"}');
      case 'html':
        return said(200, '<html><body>Maintenance</body></html>');
      case 'error':
        return said(503, '{"message":"out of service"}');
      default: {
        const asked = {
          method: init?.method ?? 'GET',
          url,
          headers: new Headers(init?.headers),
          body: String(init?.body ?? ''),
        };
        const { status, body } = spoken.api(asked, held);
        return said(status, body === '' ? '' : JSON.stringify(body));
      }
    }
  };
}

export const speakers: Readonly<Record<ProviderConfig['kind'], Speaker>> = {
  ...{ daraja, momo, airtel, paystack, stripe, flutterwave, razorpay },
};

export const worldKinds = Object.keys(speakers) as readonly ProviderConfig['kind'][];
