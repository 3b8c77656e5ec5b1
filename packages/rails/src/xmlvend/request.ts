// A client's request, read and checked on our server's side: who asks, under which message id, for
// which meter and how much. What is missing or malformed is a schema fault, before anything else.

import { hexOf, textOfBytes, utf8Bytes } from '../base/bytes.ts';
import { plainMeter } from '../base/meter-text.ts';
import { sha256 } from '../base/signatures.ts';
import { childOf, descendants, type XmlNode, xmlAttribute, xmlText } from '../base/xml.ts';
import { deviceOf, type MessageId, messageIdOf, readEnvelope, typeOf } from './message.ts';

export type XmlvendOperation =
  | 'confirmCustomer'
  | 'confirmMeter'
  | 'creditVend'
  | 'trialCreditVend'
  | 'advice'
  | 'other';

export type XmlvendRequest = {
  readonly operation: XmlvendOperation;
  /** The element, "creditVendReq". */
  readonly element: string;
  readonly clientId: string;
  readonly terminalId: string;
  readonly msgId: MessageId;
  readonly operator: string | null;
  readonly password: string | null;
  readonly msno: string | null;
  /** Card data or meter details stand for a number. */
  readonly meterDetails: {
    readonly sgc: string | null;
    readonly krn: string | null;
    readonly ti: string | null;
  } | null;
  readonly custId: { readonly kind: string; readonly value: string } | null;
  readonly amount: string | null;
  readonly symbol: string | null;
  readonly units: string | null;
  readonly resource: string | null;
  readonly payType: string | null;
  /** What the customer handed over, where the request says so. */
  readonly tender: string | null;
  /** Names of what is asked for beside a meter: a receipt, a token, a count of cash. */
  readonly receiptNo: string | null;
  readonly token: string | null;
  /** xsi:type of the request itself: which batch, which engineering token. */
  readonly type: string | null;
  readonly batchTotal: string | null;
  /** The name of a batch, as the answer that opened or ended it gave it. */
  readonly batchNo: string | null;
  /** Of a deposit; null for every other request. */
  readonly vendorDeposit: WrittenDeposit | null;
  /** A fault report's words. */
  readonly words: string | null;
  readonly advice: { readonly type: string; readonly original: MessageId } | null;
  /** What a repeat must have in common with the first: all but the message id. */
  readonly fingerprint: string;
};

export type WrittenDeposit = {
  /** Decimal; null where the request has none. */
  readonly amount: string | null;
  readonly symbol: string | null;
  /** By which the bank knows it, at most 60 characters; null where the shop gives none. */
  readonly bankingRefNo: string | null;
};

export type RequestFault = {
  readonly faultType: 'XMLVendSchemaEx' | 'UseCaseSupportEx';
  readonly desc: string;
  readonly msgId: MessageId | null;
};

type Read =
  | { readonly ok: true; readonly value: XmlvendRequest }
  | { readonly ok: false; readonly error: RequestFault };

const operations: Readonly<Record<string, XmlvendOperation>> = {
  confirmCustomerReq: 'confirmCustomer',
  confirmMeterReq: 'confirmMeter',
  creditVendReq: 'creditVend',
  trialCreditVendReq: 'trialCreditVend',
  adviceReq: 'advice',
};
const known = [
  ...['loginReq', 'fbeReq', 'freeIssueReq', 'payAccReq', 'cancelVendReq', 'meterCreditTransferReq'],
  ...[
    'verifyReq',
    'reprintReq',
    'vendorStatementReq',
    'depositReq',
    'reprintDepReq',
    'startBatchReq',
  ],
  ...['endBatchReq', 'totalBatchReq', 'reprintEndBatchReq', 'meterSpecificEngReq'],
  ...['nonMeterSpecificEngReq', 'updateMeterKeyReq', 'custReportFaultReq'],
];

export function readXmlvendRequest(raw: Uint8Array): Read {
  const schema = (desc: string, msgId: MessageId | null = null): Read => ({
    ok: false,
    error: { faultType: 'XMLVendSchemaEx', desc, msgId },
  });
  const envelope = readEnvelope(textOfBytes(raw));
  if (!envelope.ok) return schema(`The message cannot be read: ${envelope.error}.`);
  if (envelope.value.kind === 'fault') return schema('A request is no fault.');
  const { body } = envelope.value;
  const operation = Object.hasOwn(operations, body.name) ? operations[body.name] : undefined;
  if (operation === undefined && !known.includes(body.name)) {
    const desc = `${body.name.slice(0, 60)} is not supported.`;
    return {
      ok: false,
      error: { faultType: 'UseCaseSupportEx', desc, msgId: messageIdOf(childOf(body, 'msgID')) },
    };
  }
  const msgId = messageIdOf(childOf(body, 'msgID'));
  const clientId = deviceOf(childOf(body, 'clientID'));
  const terminalId = deviceOf(childOf(body, 'terminalID'));
  if (msgId === null) return schema('msgID needs dateTime and uniqueNumber.');
  if (!/^\d{1,18}$/.test(msgId.uniqueNumber) || /^0+$/.test(msgId.uniqueNumber)) {
    return schema('uniqueNumber must be a positive integer.', msgId);
  }
  // A name, not a time: 14 digits, 17 with milliseconds, and whatever else clients write.
  if (!/^[\d:.,TZ+ /-]{8,40}$/.test(msgId.dateTime) || !/\d{4}/.test(msgId.dateTime))
    return schema('dateTime is the time of the request, in 14 or 17 digits.', msgId);
  if (clientId === null || terminalId === null)
    return schema('clientID and terminalID are needed.', msgId);
  const request: XmlvendRequest = {
    operation: operation ?? 'other',
    element: body.name,
    clientId,
    terminalId,
    msgId,
    operator: xmlText(body, 'authCred', 'opName'),
    password: xmlText(body, 'authCred', 'password'),
    ...subjectOf(body),
    ...purchaseOf(body),
    ...namedIn(body),
    vendorDeposit: vendorDepositOf(body),
    advice: adviceOf(body),
    fingerprint: fingerprintOf(body),
  };
  const fault = faultOf(request);
  return fault === null ? { ok: true, value: request } : schema(fault, msgId);
}

function subjectOf(
  body: XmlNode,
): Pick<XmlvendRequest, 'msno' | 'meterDetails' | 'custId' | 'resource'> {
  const method = childOf(body, 'idMethod');
  const account = childOf(body, 'payAccount');
  const meter = childOf(method, 'meterIdentifier') ?? descendants(account, 'meterIdentifier')[0];
  const customer = childOf(method, 'custIdentifier');
  const msno = xmlAttribute(meter, 'msno') ?? accountMeter(account);
  const detailed = typeOf(meter) === 'MeterDetail';
  const value = ['accNo', 'idNo', 'name', 'address', 'custName', 'custAddress']
    .map((name) => xmlAttribute(customer, name) ?? xmlText(customer, name))
    .find((each) => each !== null);
  return {
    msno: msno === null ? null : plainMeter(msno),
    meterDetails: detailed
      ? {
          sgc: xmlAttribute(meter, 'sgc'),
          krn: xmlAttribute(meter, 'krn'),
          ti: xmlAttribute(meter, 'ti'),
        }
      : null,
    custId:
      customer === undefined || value === undefined || value === null
        ? null
        : { kind: typeOf(customer) ?? 'unknown', value },
    resource: typeOf(childOf(body, 'resource')),
  };
}

/** Of a payment for an account: the meter's number stands as such, or as the account's. */
const accountMeter = (account: XmlNode | undefined): string | null =>
  ['msno', 'accNo']
    .map((name) => (account === undefined ? null : attributeIn(account, name)))
    .find(isThere) ?? xmlText(account, 'accNo');

function purchaseOf(
  body: XmlNode,
): Pick<XmlvendRequest, 'amount' | 'symbol' | 'units' | 'payType' | 'tender'> {
  const value = childOf(body, 'purchaseValue');
  // Of a payment for an account beside it or in it, by either name.
  const paid = ['reqAmt', 'amt'].flatMap((name) => descendants(childOf(body, 'payAccount'), name));
  const amount = childOf(value, 'amt') ?? childOf(body, 'reqAmt') ?? paid[0];
  return {
    amount: xmlAttribute(amount, 'value'),
    symbol: xmlAttribute(amount, 'symbol'),
    units: xmlAttribute(childOf(value, 'units'), 'value'),
    payType: typeOf(childOf(body, 'payType')),
    tender: xmlAttribute(childOf(childOf(body, 'payType'), 'tenderAmt'), 'value'),
  };
}

/** By local name wherever it stands: peers put these into different places. */
function namedIn(
  body: XmlNode,
): Pick<XmlvendRequest, 'receiptNo' | 'token' | 'type' | 'batchTotal' | 'batchNo' | 'words'> {
  const first = (...names: string[]): XmlNode | undefined =>
    names.flatMap((name) => descendants(body, name))[0];
  const words = ['faultDesc', 'desc', 'description', 'fault', 'comment']
    .map((name) => xmlText(childOf(body, name)))
    .find((each) => each !== null);
  return {
    receiptNo: attributeIn(body, 'receiptNo') ?? xmlText(first('receiptNo')),
    token: xmlText(first('stsCipher')),
    type: typeOf(body),
    batchTotal: xmlAttribute(first('batchTot', 'operatorTotal', 'total'), 'value'),
    batchNo: attributeIn(body, 'seqNo') ?? xmlText(first('seqNo')),
    words: words ?? null,
  };
}

const isThere = (text: string | null): text is string => text !== null;

/** Of whichever element has it first. */
const attributeIn = (body: XmlNode, name: string): string | null =>
  [body, ...allBelow(body)].map((node) => xmlAttribute(node, name)).find(isThere) ?? null;

const slipNames = ['bankingRefNo', 'depSlipNo', 'slipNo', 'refNo'];

function vendorDepositOf(body: XmlNode): WrittenDeposit | null {
  if (body.name !== 'depositReq') return null;
  const amt = ['amt', 'depositAmt'].flatMap((name) => descendants(body, name))[0];
  const named = slipNames
    .map((name) => attributeIn(body, name) ?? xmlText(descendants(body, name)[0]))
    .find(isThere);
  return {
    amount: xmlAttribute(amt, 'value'),
    symbol: xmlAttribute(amt, 'symbol'),
    bankingRefNo: named?.slice(0, 60) ?? null,
  };
}

function adviceOf(body: XmlNode): XmlvendRequest['advice'] {
  const original = messageIdOf(childOf(body, 'adviceReqMsgID'));
  return original === null ? null : { type: typeOf(body) ?? 'LastRespAdviceReq', original };
}

const isAmount = (text: string): boolean => /^\d{1,12}(\.\d{1,5})?$/.test(text);

function faultOf(request: XmlvendRequest): string | null {
  if (request.operation === 'advice') {
    return request.advice === null ? 'adviceReqMsgID is needed.' : null;
  }
  if (request.element === 'payAccReq') {
    if (request.msno === null) return 'payAccount must name a meter.';
    return request.amount === null || !isAmount(request.amount)
      ? 'reqAmt must be a decimal amount.'
      : null;
  }
  const sells = request.operation === 'creditVend' || request.operation === 'trialCreditVend';
  if (!sells) return null;
  if (request.msno === null) return 'idMethod must name a meter.';
  if (request.amount === null && request.units === null) return 'purchaseValue is needed.';
  if (request.amount !== null && !isAmount(request.amount)) {
    return 'amt must be a decimal amount.';
  }
  return null;
}

/** A digest of what is asked, so that a repeat under one id can be told from another request. */
function fingerprintOf(body: XmlNode): string {
  const parts: string[] = [body.name];
  const skipped = ['msgID', 'authCred'];
  for (const child of body.children) {
    if (skipped.includes(child.name)) continue;
    for (const node of [child, ...allBelow(child)]) {
      parts.push(node.name, node.text.trim());
      for (const name of Object.keys(node.attributes).sort()) {
        if (name === 'xmlns') continue;
        const value = (node.attributes[name] ?? '').replace(/^\w+:/, '');
        parts.push(name, name === 'value' ? sameNumber(value) : value);
      }
    }
  }
  return hexOf(sha256(utf8Bytes(parts.join('\u0000'))));
}

/** "115", "115.0" and "0115.00" are one amount, however a client writes it the second time. */
function sameNumber(text: string): string {
  const [, whole, part = ''] = /^0*(\d{1,15})(?:\.(\d{0,9}))?$/.exec(text.trim()) ?? [];
  return whole === undefined ? text : `${whole}.${part.replace(/0+$/, '').padEnd(2, '0')}`;
}

const allBelow = (node: XmlNode): XmlNode[] =>
  node.children.flatMap((each) => [each, ...allBelow(each)]);
