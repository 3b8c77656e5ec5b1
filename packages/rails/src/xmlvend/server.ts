// Our side of XMLVend: what a request is answered with, in the order of the checks. The same
// message id again gets the stored answer and never a second token; the same id with other content
// is a fault. Pure: what is known of meters and money is handed in, what is sold is handed back.

import { exponentOf, toMinor } from '../base/amounts.ts';
import { hasCheckDigit } from '../base/meter-text.ts';
import { isSameMessage, type MessageId } from './message.ts';
import { readXmlvendRequest, type XmlvendRequest } from './request.ts';

export type ServerFault =
  | 'XMLVendSchemaEx'
  | 'UseCaseSupportEx'
  | 'ClientIDSSLEx'
  | 'ClientIDAuthorisationEx'
  | 'DuplicateMsgIDEx'
  | 'MSNOCheckDigitEx'
  | 'UnknownMeterEx'
  | 'BlockedMeterEx'
  | 'STSDataEx'
  | 'RequestAuthorisationEx'
  | 'VendorCreditEx'
  | 'LastResponseEx'
  | 'ReversalEx'
  | 'ConfirmationEx'
  | 'ReprintEx'
  | 'ConfirmCustomerEx'
  | 'InsufficientMeterDataEx'
  | 'VerifyTokenEx'
  | 'CancelEx'
  | 'FBEEx'
  | 'DebtEx'
  | 'StartBatchEx'
  | 'EndBatchEx'
  | 'CheckBatchTotalEx'
  | 'ReprintEndBatchEx'
  | 'UpdateMtrKeySameEx'
  | 'LatestKRNEx'
  | 'SGCAuthorisationEx'
  | 'ExpiredMessageEx'
  | 'ServeryBusyEx'
  | 'IndeterminantLastResponseEx'
  | 'SystemEx';

export type ServerMeter = {
  readonly blocked: boolean;
  readonly sgc: string | null;
  readonly krn: string | null;
  readonly ti: string | null;
};

export type ServerContext = {
  /** The EAN in the client's certificate; null when the peer showed none. */
  readonly certificateEan: string | null;
  readonly currency: string;
  readonly minMinor: bigint | null;
  readonly maxMinor: bigint | null;
  /** What the vendor may still sell for; null where whoever sells decides that. */
  readonly creditMinor: bigint | null;
  /** Elements beyond confirmation, sale and advice that this server answers: "reprintReq". */
  readonly offers?: readonly string[];
  readonly meterOf: (msno: string) => ServerMeter | null;
  /** An earlier request under this id, with its answer; null when there was none. */
  readonly earlier: (client: ClientMessage) => EarlierRequest | null;
};

export type ClientMessage = {
  readonly clientId: string;
  readonly terminalId: string;
  readonly msgId: MessageId;
};

export type EarlierRequest = { readonly fingerprint: string; readonly answer: ServerAnswer };

export type ServerAnswer =
  | { readonly kind: 'fault'; readonly faultType: ServerFault; readonly desc: string }
  /** The core sells (or only reckons, for a trial) and its receipt becomes the answer. */
  | {
      readonly kind: 'sell';
      readonly trial: boolean;
      readonly msno: string;
      readonly amountMinor: bigint;
    }
  | { readonly kind: 'confirm'; readonly msno: string | null }
  /** One of the elements that the server offers. */
  | { readonly kind: 'offered'; readonly element: string; readonly msno: string | null }
  /** The stored answer again; inside an adviceResp when it was asked for by advice. */
  | { readonly kind: 'stored'; readonly answer: ServerAnswer; readonly byAdvice: boolean }
  | { readonly kind: 'confirmed' };

export type Decided = { readonly request: XmlvendRequest | null; readonly answer: ServerAnswer };

const refusal = (faultType: ServerFault, desc: string): ServerAnswer => ({
  kind: 'fault',
  faultType,
  desc,
});

export function decideXmlvend(raw: Uint8Array, context: ServerContext): Decided {
  const read = readXmlvendRequest(raw);
  if (!read.ok) return { request: null, answer: refusal(read.error.faultType, read.error.desc) };
  const request = read.value;
  return { request, answer: decideRequest(request, context) };
}

/** The same for a request that was read. */
export function decideRequest(request: XmlvendRequest, context: ServerContext): ServerAnswer {
  if (context.certificateEan !== request.clientId) {
    return refusal('ClientIDSSLEx', 'The certificate does not belong to the clientID.');
  }
  const earlier = context.earlier(request);
  if (earlier !== null) {
    return earlier.fingerprint === request.fingerprint
      ? { kind: 'stored', answer: earlier.answer, byAdvice: false }
      : refusal('DuplicateMsgIDEx', 'This msgID was used for another request.');
  }
  switch (request.operation) {
    case 'advice':
      return advise(request, context);
    case 'confirmCustomer':
    case 'confirmMeter':
      return meterFault(request, context) ?? { kind: 'confirm', msno: request.msno };
    case 'creditVend':
    case 'trialCreditVend':
      return sell(request, context);
    default:
      if (context.offers?.includes(request.element) !== true) {
        return refusal('UseCaseSupportEx', `${request.element} is not supported.`);
      }
      return (
        meterFault(request, context) ?? {
          kind: 'offered',
          element: request.element,
          msno: request.msno,
        }
      );
  }
}

function advise(request: XmlvendRequest, context: ServerContext): ServerAnswer {
  const { advice } = request;
  if (advice === null) return refusal('XMLVendSchemaEx', 'adviceReqMsgID is needed.');
  if (isSameMessage(advice.original, request.msgId)) {
    return refusal('XMLVendSchemaEx', 'An advice has a msgID of its own.');
  }
  const original = context.earlier({ ...request, msgId: advice.original });
  if (advice.type === 'ReversalAdviceReq') {
    // A token may be typed in at any moment: what was issued is not taken back by a message.
    return refusal('ReversalEx', 'An issued token cannot be reversed.');
  }
  const confirms = advice.type === 'ConfirmationAdviceReq';
  // To a client a confirmed transaction is a sale: a refusal is none.
  if (original === null || (confirms && original.answer.kind === 'fault')) {
    const faultType = confirms ? 'ConfirmationEx' : 'LastResponseEx';
    return refusal(faultType, 'No transaction for this msgID.');
  }
  if (confirms) return { kind: 'confirmed' };
  return { kind: 'stored', answer: original.answer, byAdvice: true };
}

function meterFault(
  { msno, meterDetails }: XmlvendRequest,
  context: ServerContext,
): ServerAnswer | null {
  if (msno === null) return null;
  if (!hasCheckDigit(msno)) return refusal('MSNOCheckDigitEx', 'The check digit is wrong.');
  const meter = context.meterOf(msno);
  if (meter === null) return refusal('UnknownMeterEx', 'The meter is not known.');
  if (meter.blocked) return refusal('BlockedMeterEx', 'The meter is blocked.');
  const differs = (['sgc', 'krn', 'ti'] as const).some((name) => {
    const given = meterDetails?.[name] ?? null;
    return given !== null && meter[name] !== null && Number(given) !== Number(meter[name]);
  });
  return differs ? refusal('STSDataEx', 'The meter has other key data.') : null;
}

function sell(request: XmlvendRequest, context: ServerContext): ServerAnswer {
  const fault = meterFault(request, context);
  if (fault !== null) return fault;
  if (!['Electricity', 'CurrencyResource', null].includes(request.resource)) {
    return refusal('UseCaseSupportEx', `${request.resource} is not sold here.`);
  }
  const amountMinor = toMinor(request.amount, exponentOf(context.currency));
  if (amountMinor === null || amountMinor <= 0n) {
    return refusal('XMLVendSchemaEx', 'amt must be an amount in the currency.');
  }
  if (
    request.symbol !== null &&
    /^[A-Z]{3}$/.test(request.symbol) &&
    request.symbol !== context.currency
  ) {
    return refusal('RequestAuthorisationEx', `Sales are in ${context.currency}.`);
  }
  const low = context.minMinor !== null && amountMinor < context.minMinor;
  const high = context.maxMinor !== null && amountMinor > context.maxMinor;
  if (low || high) {
    return refusal(
      'RequestAuthorisationEx',
      `The amount is ${low ? 'below the least' : 'above the most'}.`,
    );
  }
  const { creditMinor } = context;
  if (creditMinor !== null && amountMinor > creditMinor && request.operation === 'creditVend') {
    return refusal('VendorCreditEx', 'The vendor has not enough credit.');
  }
  const msno = request.msno ?? '';
  return { kind: 'sell', trial: request.operation === 'trialCreditVend', msno, amountMinor };
}
