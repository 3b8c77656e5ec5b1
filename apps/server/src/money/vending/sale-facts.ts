// What programs of others are told of sales: money that is in, tokens that are made, tokens that a
// meter has taken. Without names, phones or the digits of tokens.

import { idFromUuid } from '@prewatt/quantities';
import type { WebhookFact } from '../../messaging/webhooks/index.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import type { IssuedSale } from './sale.ts';

const idsOf = (place: ConnectionPlace, saleId: string) => ({
  connectionId: idFromUuid('connection', place.connectionId),
  saleId: idFromUuid('sale', saleId),
});

/** Cash is paid as its tokens are made; what a provider brought was told when it came. */
export const issuedFacts = (o: {
  readonly utility: Utility;
  readonly sales: readonly IssuedSale[];
  readonly nowMs: number;
}): readonly WebhookFact[] =>
  o.sales.flatMap((sale) => {
    const { connection, saleId, amountMinor: paidMinor, purchase } = sale;
    const paid = { saleId, place: connection, paidMinor };
    const issued: WebhookFact = {
      type: 'token.issued',
      factKey: `sale:${saleId}`,
      atMs: o.nowMs,
      data: {
        ...idsOf(connection, saleId),
        meterPan: connection.meter.meterPan,
        energyWh: purchase.quote.energyWh.toString(),
        creditMinor: purchase.creditMinor?.toString() ?? null,
        tokens: sale.tokens.length,
      },
    };
    return [
      ...(sale.origin === 'cash' ? [paidFact(o, paid)] : []),
      ...(sale.tokens.length === 0 ? [] : [issued]),
    ];
  });

export const paidFact = (
  o: { readonly utility: Utility; readonly nowMs: number },
  paid: {
    readonly place: ConnectionPlace;
    readonly saleId: string;
    readonly paidMinor: bigint;
  },
): WebhookFact => ({
  type: 'sale.paid',
  factKey: `sale:${paid.saleId}`,
  atMs: o.nowMs,
  data: {
    ...idsOf(paid.place, paid.saleId),
    amountMinor: paid.paidMinor.toString(),
    currency: o.utility.currency.code,
  },
});

export const acceptedFact = (
  place: ConnectionPlace,
  saleId: string,
  atMs: number,
): WebhookFact => ({
  type: 'token.accepted',
  factKey: `sale:${saleId}`,
  atMs,
  data: idsOf(place, saleId),
});
