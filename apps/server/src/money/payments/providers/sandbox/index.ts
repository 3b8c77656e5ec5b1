// The adapter of the sandbox provider, whose API apps/sandbox documents. Signature: hex HMAC-SHA256
// over "t.body".

import { createHmac, timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from '@prewatt/quantities';
import { z } from 'zod';
import type { Clocks } from '../../../../base/time.ts';
import type { PaymentProvider, ProviderFailure, ProviderStatus } from '../../provider.ts';

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

export function createSandboxProvider(o: SandboxSettings): PaymentProvider {
  const call = async (
    path: string,
    init: { method: string; body?: string },
  ): Promise<Result<{ status: number; body: unknown }, ProviderFailure>> => {
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

    open: async ({ phone: _, ...request }) => {
      const answer = await call('/provider/v1/checkouts', {
        method: 'POST',
        body: JSON.stringify({ ...request, amountMinor: request.amountMinor.toString() }),
      });
      if (!answer.ok) return answer;
      const parsed = checkoutAnswer.safeParse(answer.value.body);
      return parsed.success && answer.value.status < 300 ? ok(parsed.data) : err('refused');
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

    notification: (message) => readNotification(o, message),
  };
}

function readNotification(
  o: Pick<SandboxSettings, 'webhookSecret' | 'clocks'>,
  { rawBody, header }: Parameters<PaymentProvider['notification']>[0],
): ReturnType<PaymentProvider['notification']> {
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header('x-sandbox-signature') ?? '');
  if (match === null) return err('badSignature');
  const [, time = '', given = ''] = match;
  const expected = createHmac('sha256', o.webhookSecret)
    .update(`${time}.`)
    .update(rawBody)
    .digest();
  if (!timingSafeEqual(expected, Buffer.from(given, 'hex'))) return err('badSignature');
  const age = o.clocks.real.nowMs() / 1000 - Number(time);
  if (Math.abs(age) > toleranceSeconds) return err('staleSignature');
  const parsed = notification.safeParse(parseJson(rawBody));
  if (!parsed.success) return err('malformed');
  const { event, reference } = parsed.data;
  const status = statusFrom(event === 'payment.succeeded' ? 'succeeded' : 'failed', parsed.data);
  return status === null ? err('malformed') : ok({ kind: 'word', reference, status });
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
