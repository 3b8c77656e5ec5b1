// The adapter of the sandbox provider, whose API apps/sandbox documents. Signature: hex HMAC-SHA256
// over "t.body".

import { createHmac, timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from '@prewatt/quantities';
import { z } from 'zod';
import type { Clocks } from '../../../../base/time.ts';
import type {
  CardKeeping,
  PaymentProvider,
  PaymentRequest,
  ProviderFailure,
  ProviderStatus,
} from '../../provider.ts';

/** How old a signature may be, and how far in the future: replays beyond it are refused. */
const toleranceSeconds = 300;
const timeoutMs = 5_000;

const amount = z.string().regex(/^\d{1,16}$/);
const currency = z.object({ code: z.string(), scale: z.number() });
const checkoutAnswer = z
  .object({ checkoutUrl: z.url() })
  .transform((read) => ({ ...read, providerRequest: null }));
const statusAnswer = z.object({
  status: z.enum(['pending', 'succeeded', 'failed']),
  providerReference: z.string().nullable(),
  amountMinor: amount,
  currency,
});
const cardAnswer = z.object({
  card: z.object({ token: z.string(), label: z.string() }).nullable(),
});
const notification = z.object({
  event: z.enum(['payment.succeeded', 'payment.failed']),
  reference: z.string().min(1).max(100),
  providerReference: z.string().min(1).max(100).nullable(),
  amountMinor: amount,
  currency,
});

type SandboxSettings = {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly webhookSecret: string;
  readonly clocks: Clocks;
};

type SandboxCall = (
  path: string,
  init: { readonly method: string; readonly body?: string },
) => Promise<Result<{ readonly status: number; readonly body: unknown }, ProviderFailure>>;

const bodyOf = ({ reference, amountMinor, currency, ...request }: PaymentRequest) => ({
  ...{ reference, amountMinor: amountMinor.toString(), currency },
  description: request.description,
  ...{ notifyUrl: request.notifyUrl, returnUrl: request.returnUrl },
});

/** By the sandbox's own tokens: it takes at once what a kept card pays. */
const createSandboxCards = (call: SandboxCall): CardKeeping => ({
  tokenOf: async ({ reference }) => {
    const answer = await call(
      `/provider/v1/checkouts/by-reference/${encodeURIComponent(reference)}`,
      { method: 'GET' },
    );
    if (!answer.ok) return answer;
    const parsed = cardAnswer.safeParse(answer.value.body);
    return parsed.success ? ok(parsed.data.card) : err('refused');
  },
  charge: async (request, token) => {
    const answer = await call('/provider/v1/charges', {
      method: 'POST',
      body: JSON.stringify({ ...bodyOf(request), card: token }),
    });
    if (!answer.ok) return answer;
    if (answer.value.status >= 300) return err('refused');
    return ok({ providerRequest: null, status: { status: 'pending' } });
  },
});

export function createSandboxProvider(o: SandboxSettings): PaymentProvider {
  const call: SandboxCall = async (path, init) => {
    try {
      const answer = await fetch(new URL(path, o.baseUrl), {
        ...init,
        headers: { authorization: `Bearer ${o.apiKey}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (answer.status >= 500) return err('unreachable');
      return ok({ status: answer.status, body: await answer.json() });
    } catch {
      return err('unreachable');
    }
  };

  return {
    name: 'sandbox',
    label: 'Sandbox Pay',

    open: async (request) => {
      const askedPhone = request.asksPhone ? request.phone : null;
      const body = { ...bodyOf(request), keepsCard: request.keepsCard, askedPhone };
      const answer = await call('/provider/v1/checkouts', {
        method: 'POST',
        body: JSON.stringify(body),
      });
      if (!answer.ok) return err(askedPhone === null ? 'notAsked' : answer.error);
      const parsed = checkoutAnswer.safeParse(answer.value.body);
      if (!parsed.success || answer.value.status >= 300) return err('refused');
      // The phone asks: our page is where the customer waits.
      return ok(
        askedPhone === null ? parsed.data : { ...parsed.data, checkoutUrl: request.returnUrl },
      );
    },

    askAgain: async ({ reference }) => {
      const answer = await call(
        `/provider/v1/checkouts/by-reference/${encodeURIComponent(reference)}`,
        { method: 'GET' },
      );
      if (!answer.ok) return answer;
      if (answer.value.status === 404) return ok(null);
      const parsed = statusAnswer.safeParse(answer.value.body);
      if (!parsed.success || answer.value.status !== 200) return err('refused');
      const status = statusFrom(parsed.data.status, parsed.data);
      return status === null ? err('refused') : ok(status);
    },

    cards: createSandboxCards(call),

    notification: (message) => readNotification(o, message),
  };
}

function readNotification(
  o: Pick<SandboxSettings, 'webhookSecret' | 'clocks'>,
  { rawBody, header, heardAtMs }: Parameters<PaymentProvider['notification']>[0],
): ReturnType<PaymentProvider['notification']> {
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header('x-sandbox-signature') ?? '');
  if (match === null) return err('badSignature');
  const [, time = '', given = ''] = match;
  const expected = createHmac('sha256', o.webhookSecret)
    .update(`${time}.`)
    .update(rawBody)
    .digest();
  if (!timingSafeEqual(expected, Buffer.from(given, 'hex'))) return err('badSignature');
  const age = (heardAtMs ?? o.clocks.real.nowMs()) / 1000 - Number(time);
  if (Math.abs(age) > toleranceSeconds) return err('staleSignature');
  const parsed = notification.safeParse(parseJson(rawBody));
  if (!parsed.success) return err('malformed');
  const { event, reference } = parsed.data;
  const status = statusFrom(event === 'payment.succeeded' ? 'succeeded' : 'failed', parsed.data);
  if (status === null) return err('malformed');
  const { amountMinor, currency, providerReference } = parsed.data;
  const told = {
    ...{ amountMinor: BigInt(amountMinor), currencyCode: currency.code },
    ...{ providerReference, phoneEnd: null },
  };
  return ok({ kind: 'word', reference, status, told });
}

function statusFrom(
  status: ProviderStatus['status'],
  o: {
    readonly providerReference: string | null;
    readonly amountMinor: string;
    readonly currency: { readonly code: string; readonly scale: number };
  },
): ProviderStatus | null {
  if (status !== 'succeeded') return { status };
  if (o.providerReference === null || BigInt(o.amountMinor) === 0n) return null;
  return {
    status,
    providerReference: o.providerReference,
    receivedMinor: BigInt(o.amountMinor),
    currencyCode: o.currency.code,
    currencyScale: o.currency.scale,
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}
