// Refunds of Airtel Money: of the whole payment alone, without a key against doubles, and nobody
// can be asked about one. So it is sent once; after an unclear answer it waits for a person, who
// looks at Airtel's portal.

import { err, ok } from '@prewatt/quantities';
import { readAirtelAnswer } from '@prewatt/rails';
import type { PaymentProvider } from '../../provider.ts';
import type { AccessToken } from '../access-token.ts';
import type { ProviderCall } from '../http.ts';

export function createAirtelRefund(o: {
  readonly call: ProviderCall;
  readonly url: (path: string) => string;
  readonly token: AccessToken;
  readonly headersWith: (bearer: string, currency: string) => Readonly<Record<string, string>>;
}): NonNullable<PaymentProvider['refund']> {
  return async (asked) => {
    const unclear = ok({ status: 'accepted' as const, providerRefund: null });
    if (asked.mayBeSent) return unclear;
    if (asked.amountMinor !== asked.paymentMinor) return err('refused');
    const bearer = await o.token.get();
    // Nothing was sent; and yet it is not known to the next question, which sends nothing.
    if (bearer === null) return err('refused');
    const answer = await o.call({
      call: 'refund',
      method: 'POST',
      url: o.url('/standard/v1/payments/refund'),
      headers: o.headersWith(bearer, asked.currencyCode),
      body: { transaction: { airtel_money_id: asked.providerReference } },
    });
    if (answer.httpStatus === 401) o.token.forget();
    const said = readAirtelAnswer(answer);
    if (said.outcome === 'reversed')
      return ok({ status: 'done', providerRefund: said.providerRef });
    return said.retry === 'config' ? err('refused') : unclear;
  };
}
