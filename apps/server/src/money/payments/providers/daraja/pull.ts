// Daraja's list of payments to the pay-bill (Pull Transactions): Safaricom sends each confirmation
// once, so what was lost is found here. The list goes back two days and comes in pages.

import { err, ok } from '@prewatt/quantities';
import { pullBody, readPullAnswer } from '@prewatt/rails';
import type { Arrived, PaymentProvider } from '../../provider.ts';
import type { AccessToken } from '../access-token.ts';
import type { ProviderCall } from '../http.ts';
import type { DarajaConfig } from './config.ts';

const mostPages = 50;

export function createPull(o: {
  readonly config: DarajaConfig;
  readonly call: ProviderCall;
  readonly url: (path: string) => string;
  readonly token: AccessToken;
}): NonNullable<PaymentProvider['listArrivals']> {
  return async ({ fromMs, toMs }) => {
    const found = new Map<string, Arrived>();
    for (let page = 0; page < mostPages; page += 1) {
      const bearer = await o.token.get();
      if (bearer === null) return err('unreachable');
      const answer = await o.call({
        ...{ call: 'pull-query', method: 'POST', url: o.url('/pulltransactions/v1/query') },
        headers: { authorization: `Bearer ${bearer}` },
        body: pullBody({ shortcode: o.config.shortcode, fromMs, toMs, offset: found.size }),
      });
      if (answer.httpStatus === 401) o.token.forget();
      const read = readPullAnswer(answer.raw);
      if (answer.httpStatus !== 200 || !read.ok) return err('unreachable');
      const before = found.size;
      for (const { providerRef, amountMinor, meterText, payer, payerName, paidAt } of read.value) {
        if (providerRef === null || amountMinor === null || amountMinor <= 0n) continue;
        found.set(providerRef, {
          ...{ providerReference: providerRef, amountMinor, currencyCode: 'KES', payerName },
          ...{ account: meterText, payerPhone: payer },
          paidAtMs: paidAt === null ? null : Date.parse(paidAt),
        });
      }
      // The last page, or the same one again.
      if (found.size === before) break;
    }
    return ok([...found.values()]);
  };
}
