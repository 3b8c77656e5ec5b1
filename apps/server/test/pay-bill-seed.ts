// A pay-bill for tests: what Safaricom sends and what it answers when it is asked, by hand.

import {
  createProviders,
  type PaymentProvider,
  type ProviderConfig,
} from '../src/money/payments/index.ts';
import type { Harness } from './harness.ts';
import { secret } from './provider-speaker.ts';

export const payBillConfig: ProviderConfig = {
  kind: 'daraja',
  baseUrl: 'https://daraja.test',
  consumerKey: 'consumer-key',
  consumerSecret: 'consumer-secret',
  shortcode: '600987',
  passkey: 'passkey-of-tests',
  till: null,
  callbackSecret: secret,
  addresses: [],
  initiator: { name: 'prewatt', securityCredential: 'credential-of-tests' },
  pull: true,
};

export type Question = { readonly TransactionID: string; readonly ResultURL: string };
export type PayBill = {
  readonly provider: (clock: { readonly nowMs: () => number }) => PaymentProvider;
  /** Questions about money, in order. */
  readonly questions: Question[];
  /** Pushes to phones, by their names. */
  readonly pushes: { readonly id: string; readonly callback: string; readonly account: string }[];
  /** What its list has, as rows of theirs. */
  listed: object[];
  isDown: boolean;
  /** What it answers about each push. */
  pushCode: string;
};

export function createPayBill(
  config: ProviderConfig = payBillConfig,
  /** Stands between the adapter and the provider. */
  wire: (provider: typeof fetch) => typeof fetch = (provider) => provider,
): PayBill {
  const payBill: PayBill = {
    questions: [],
    pushes: [],
    listed: [],
    isDown: false,
    pushCode: '0',
    provider: ({ nowMs }) => {
      const [provider] = createProviders([config], {
        nowMs,
        timeoutMs: 1_000,
        fetch: wire(answer),
      });
      if (provider === undefined) throw new Error('no provider');
      return provider;
    },
  };
  const said = (body: object) => new Response(JSON.stringify(body));
  const answer: typeof fetch = async (input, init) => {
    const { pathname } = new URL(String(input));
    if (payBill.isDown) throw new TypeError('fetch failed');
    if (pathname.startsWith('/oauth')) return said({ access_token: 't', expires_in: '3599' });
    const sent = JSON.parse(String(init?.body));
    if (pathname.includes('pulltransactions')) {
      // A page of two.
      const at = Number(sent.OffSetValue);
      return said({ ResponseCode: '1000', Response: [payBill.listed.slice(at, at + 2)] });
    }
    if (pathname.includes('stkpushquery')) {
      return said({ ResponseCode: '0', ResultCode: payBill.pushCode, ResultDesc: 'x' });
    }
    if (pathname.includes('transactionstatus')) {
      payBill.questions.push(sent);
      return said({ ResponseCode: '0', OriginatorConversationID: 'o', ConversationID: 'c' });
    }
    const id = `ws_CO_${payBill.pushes.length}`;
    payBill.pushes.push({ id, callback: sent.CallBackURL, account: sent.AccountReference });
    return said({ MerchantRequestID: 'm', CheckoutRequestID: id, ResponseCode: '0' });
  };
  return payBill;
}

export type Paid = {
  readonly id: string;
  readonly account: string;
  readonly amount?: string;
  readonly phone?: string;
};

export const c2bBody = ({ id, account, amount = '150.00', phone = '254712000111' }: Paid) => ({
  TransactionType: 'Pay Bill',
  TransID: id,
  TransTime: '20261124110012',
  TransAmount: amount,
  BusinessShortCode: '600987',
  BillRefNumber: account,
  MSISDN: phone,
  FirstName: 'JANE',
});

/** Says something to the callback address; what was answered, or the refusal. */
export async function tell(h: Pick<Harness, 'services'>, path: readonly string[], body: object) {
  const taken = await h.services.payments.notification(
    'daraja',
    Buffer.from(JSON.stringify(body)),
    () => undefined,
    { path, address: '192.0.2.1' },
  );
  return taken.ok ? taken.value : taken.error;
}

/** A row of their list. */
export const pulledRow = (transactionId: string, billreference: string, more: object = {}) => ({
  ...{ transactionId, billreference, amount: '150.00', msisdn: 254712000111, sender: 'JANE' },
  ...{ trxDate: '2026-11-24 11:00:12', transactiontype: 'c2b-pay-bill-debit', ...more },
});

export const confirm = (h: Pick<Harness, 'services'>, paid: Paid) =>
  tell(h, [secret, 'confirmation'], c2bBody(paid));

/** What it answers to the last question. */
export function answerLast(
  h: Pick<Harness, 'services'>,
  { questions }: PayBill,
  o: { readonly status?: string; readonly amount?: string; readonly id?: string } = {},
) {
  const asked = questions.at(-1);
  if (asked === undefined) throw new Error('nothing was asked');
  const parameters = {
    ReceiptNo: o.id ?? asked.TransactionID,
    Amount: o.amount ?? '150.00',
    TransactionStatus: o.status ?? 'Completed',
    DebitPartyName: '254712000111 - JANE',
  };
  const ResultParameter = Object.entries(parameters).map(([Key, Value]) => ({ Key, Value }));
  return tell(h, new URL(asked.ResultURL).pathname.split('/').slice(5), {
    Result: { ResultType: 0, ResultCode: 0, ResultParameters: { ResultParameter } },
  });
}
