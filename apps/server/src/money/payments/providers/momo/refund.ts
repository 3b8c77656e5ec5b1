// Refunds of MTN MoMo, by its product Disbursements, which has keys of its own. Our reference is
// their key against doubles and the name to ask by.

import { err, ok, type Result } from '@prewatt/quantities';
import { decimalOf, exponentOf, readMomoAnswer } from '@prewatt/rails';
import type { PaymentProvider, ProviderFailure, RefundStatus } from '../../provider.ts';
import type { AccessToken } from '../access-token.ts';
import type { ProviderCall } from '../http.ts';
import { railReference } from '../notice-status.ts';

type Said = ReturnType<typeof readMomoAnswer>;

export function createMomoRefund(o: {
  readonly call: ProviderCall;
  readonly url: (path: string) => string;
  readonly token: AccessToken;
  readonly headersWith: (bearer: string) => Readonly<Record<string, string>>;
  readonly momoId: (reference: string) => string;
}): NonNullable<PaymentProvider['refund']> {
  const { call, url, token, headersWith, momoId } = o;
  return async (asked) => {
    const bearer = await token.get();
    if (bearer === null) return err('unreachable');
    const id = momoId(asked.reference);
    const headers = headersWith(bearer);
    const said = async (given: Parameters<ProviderCall>[0]): Promise<Said> => {
      const answer = await call(given);
      if (answer.httpStatus === 401) token.forget();
      return readMomoAnswer(answer);
    };
    if (asked.mayBeSent) {
      const path = `/disbursement/v1_0/refund/${id}`;
      const known = await said({ call: 'refund-status', method: 'GET', url: url(path), headers });
      // They have never heard of it: sent again under the same name.
      const isUnknown = known.retry === 'same-id' && known.reason === null;
      if (!isUnknown) return statusOf(known, id);
    }
    const sent = await said({
      call: 'refund',
      method: 'POST',
      url: url('/disbursement/v1_0/refund'),
      headers: { ...headers, 'x-reference-id': id },
      body: {
        amount: decimalOf(asked.amountMinor, exponentOf(asked.currencyCode)),
        currency: asked.currencyCode,
        externalId: railReference(asked.paymentReference),
        payerMessage: 'Electricity: money back',
        payeeNote: 'Electricity: money back',
        referenceIdToRefund: momoId(asked.paymentReference),
      },
    });
    return statusOf(sent, id);
  };
}

function statusOf(said: Said, providerRefund: string): Result<RefundStatus, ProviderFailure> {
  if (said.outcome === 'reversed' && said.final) return ok({ status: 'done', providerRefund });
  if (said.outcome === 'failed' && said.final) return ok({ status: 'failed', providerRefund });
  if (said.outcome === 'pending') return ok({ status: 'accepted', providerRefund });
  return err(said.retry === 'config' ? 'refused' : 'unreachable');
}
