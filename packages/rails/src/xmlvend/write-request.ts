// Requests as a client writes them: for a check of any server, and for tests of ours.

import type { MessageId } from './message.ts';
import {
  device,
  element,
  envelopeOf,
  money,
  type SoapVersion,
  words,
  type XmlOut,
} from './write.ts';

export type NewRequest = {
  /** "creditVendReq". */
  readonly element: string;
  readonly clientId: string;
  readonly terminalId: string;
  readonly msgId: MessageId;
  readonly operator: string;
  readonly password: string;
  readonly msno: string | null;
  /** Decimal. */
  readonly amount: string | null;
  readonly symbol: string;
  /** Of an advice: what it is and about which message. */
  readonly advice: { readonly type: string; readonly original: MessageId } | null;
};

export const requestText = (version: SoapVersion, request: NewRequest): string =>
  envelopeOf(version, requestOf(request));

export function requestOf(request: NewRequest): XmlOut {
  const { advice, msno, amount, symbol } = request;
  const [prefix, type] =
    advice === null
      ? [request.element.startsWith('confirmMeter') ? 'm' : 'r', null]
      : ['b', `b:${advice.type}`];
  return element(
    `${prefix}:${request.element}`,
    { 'xsi:type': type },
    device('b:clientID', request.clientId),
    device('b:terminalID', request.terminalId),
    element('b:msgID', { ...request.msgId }),
    element(
      'b:authCred',
      {},
      words('b:opName', request.operator),
      words('b:password', request.password),
    ),
    advice === null ? null : element('b:adviceReqMsgID', { ...advice.original }),
    ...(msno === null ? [] : meterParts(msno)),
    amount === null
      ? null
      : element(
          'r:purchaseValue',
          { 'xsi:type': 'r:PurchaseValueCurrency' },
          money('r:amt', amount, symbol),
        ),
    amount === null || request.element !== 'creditVendReq'
      ? null
      : element('r:payType', { 'xsi:type': 'b:Cash' }, money('b:tenderAmt', amount, symbol)),
  );
}

const meterParts = (msno: string): readonly XmlOut[] => [
  element('b:resource', { 'xsi:type': 'b:Electricity' }),
  element(
    'b:idMethod',
    { 'xsi:type': 'b:VendIDMethod' },
    element('b:meterIdentifier', { 'xsi:type': 'b:MeterNumber', msno }),
  ),
];
