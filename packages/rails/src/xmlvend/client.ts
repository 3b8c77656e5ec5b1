// An answer of an XMLVend server to a request of ours: what happened, which tokens there are, and
// what must be done when it is not clear. Only LastResponseEx makes a second sale safe.

import { exponentOf, toMinor } from '../base/amounts.ts';
import { textOfBytes } from '../base/bytes.ts';
import { plainMeter } from '../base/meter-text.ts';
import { childOf, childrenOf, type XmlNode, xmlAttribute, xmlText } from '../base/xml.ts';
import type { VendAction, VendFlag, VendOutcome, VendReason } from '../vending-json/answer.ts';
import { readFault, reasonOf } from './faults.ts';
import { isSameMessage, type MessageId, messageIdOf, readEnvelope, typeOf } from './message.ts';
import { readReceipt, type VendReceipt } from './receipt.ts';

/** What we sent; an advice names the request that it asks about. */
export type SentRequest = {
  readonly operation: string;
  readonly msgID: MessageId;
  readonly msno: string | null;
  /** Decimal, of a purchase. */
  readonly amount: string | null;
  readonly currency: string | null;
  readonly original: SentRequest | null;
};

export type XmlVend = {
  readonly outcome: VendOutcome;
  readonly action: VendAction | null;
  readonly final: boolean;
  readonly reason: VendReason | null;
  readonly flags: readonly VendFlag[];
  readonly alarm: boolean;
  readonly faultType: string | null;
  readonly faultCode: string | null;
  readonly desc: string | null;
  readonly receipt: VendReceipt | null;
  readonly currency: string | null;
  readonly customer: Customer | null;
  readonly operatorMsg: string | null;
  readonly custMsg: string | null;
  /** Of confirmCustomer: what may be sold. */
  readonly confirmed: readonly Confirmed[];
};

export type Customer = {
  readonly name: string | null;
  readonly address: string | null;
  readonly account: string | null;
};
export type Confirmed = Customer & {
  readonly canVend: boolean;
  readonly minVendAmt: string | null;
  readonly maxVendAmt: string | null;
  readonly msno: string | null;
};

const blank: XmlVend = {
  outcome: 'unknown',
  action: null,
  final: false,
  reason: null,
  flags: [],
  alarm: false,
  faultType: null,
  faultCode: null,
  desc: null,
  receipt: null,
  currency: null,
  customer: null,
  operatorMsg: null,
  custMsg: null,
  confirmed: [],
};

const askAdvice: XmlVend = { ...blank, action: 'advice' };

/** `raw` null: no answer came in time. */
export function readXmlvendAnswer(
  sent: SentRequest,
  answer: { readonly httpStatus: number | null; readonly raw: Uint8Array | null },
): XmlVend {
  if (answer.httpStatus === null || answer.raw === null) return askAdvice;
  const envelope = readEnvelope(textOfBytes(answer.raw));
  if (!envelope.ok) return askAdvice;
  if (envelope.value.kind === 'fault') return ofFault(sent, envelope.value.fault);
  const { body } = envelope.value;
  const echoed = messageIdOf(childOf(body, 'reqMsgID'));
  if (!isSameMessage(echoed, sent.msgID)) {
    return { ...askAdvice, flags: ['msgid-mismatch', 'needs-operator'] };
  }
  if (body.name === 'adviceResp') return ofAdvice(sent, body);
  return ofAnswer(sent, body);
}

const isAdvice = (operation: string): boolean => operation.startsWith('advice');

function ofFault(sent: SentRequest, node: XmlNode): XmlVend {
  const fault = readFault(node);
  const { faultType, faultCode, desc, operatorMsg, custMsg } = fault;
  const said = { ...blank, faultType, faultCode, desc, operatorMsg, custMsg };
  if (fault.reqMsgId !== null && !isSameMessage(fault.reqMsgId, sent.msgID)) {
    return { ...said, action: 'advice', flags: ['msgid-mismatch', 'needs-operator'] };
  }
  if (isAdvice(sent.operation)) {
    if (faultType === 'LastResponseEx') {
      return { ...said, outcome: 'not-processed', action: 'new-vend-new-msgid', final: true };
    }
    // ReversalEx, ConfirmationEx and the rest: the sale is as unclear as before.
    return { ...said, action: 'advice' };
  }
  const reason = reasonOf(fault);
  if (reason === 'unknown') return { ...said, action: 'advice' };
  const alarm = ['configuration', 'vendor-credit', 'client-blocked'].includes(reason);
  return { ...said, outcome: 'refused', reason, final: true, alarm };
}

function ofAdvice(sent: SentRequest, body: XmlNode): XmlVend {
  const last = childOf(body, 'lastResponse');
  if (last !== undefined) {
    if (sent.original === null) return askAdvice;
    const echoed = messageIdOf(childOf(last, 'reqMsgID'));
    if (echoed !== null && !isSameMessage(echoed, sent.original.msgID)) {
      return { ...askAdvice, flags: ['msgid-mismatch', 'needs-operator'] };
    }
    return ofAnswer(sent.original, last);
  }
  const is = (name: string) =>
    ['true', '1'].includes(xmlAttribute(body, name) ?? xmlText(body, name) ?? '');
  if (is('txReversed')) return { ...blank, outcome: 'reversed', final: true };
  if (is('txConfirmed')) return { ...blank, outcome: 'vended', final: true };
  return askAdvice;
}

function ofAnswer(sent: SentRequest, body: XmlNode): XmlVend {
  const type = (typeOf(body) ?? body.name).replace(/^./, (first) => first.toLowerCase());
  const said = {
    ...blank,
    final: true,
    customer: customerOf(childOf(body, 'custVendDetail')),
    ...messages(body),
  };
  if (/^confirm(Customer|Meter)Resp$/.test(type)) {
    const confirmed = childrenOf(body, 'confirmCustResult').map(confirmedOf);
    return { ...said, outcome: 'trial-ok', confirmed };
  }
  const currency = sent.currency ?? 'ZAR';
  const receipt = readReceipt(body, currency);
  const named =
    receipt.symbol !== null && /^[A-Z]{3}$/.test(receipt.symbol) ? receipt.symbol : null;
  const whole = { ...said, receipt, currency: named ?? sent.currency };
  if (/trial/i.test(type) || sent.operation.startsWith('trial')) {
    // A trial's token is no token, and is never shown.
    const bare = { ...receipt, tokens: [], freeTokens: [], keyChange: [] };
    return { ...whole, receipt: bare, outcome: 'trial-ok' };
  }
  const issued = [...receipt.tokens, ...receipt.freeTokens, ...receipt.keyChange].length;
  const money = receipt.charges.some((charge) => charge.type === 'account');
  if (receipt.badToken || receipt.placeholder || (issued === 0 && !money && expectsToken(type))) {
    return { ...askAdvice, flags: ['bad-token'], ...messages(body), customer: said.customer };
  }
  const wanted = sent.msno === null ? null : plainMeter(sent.msno);
  if (wanted !== null && receipt.meters.some((msno) => plainMeter(msno) !== wanted)) {
    return { ...askAdvice, flags: ['meter-mismatch', 'needs-operator'] };
  }
  return { ...whole, outcome: 'vended', ...mismatches(sent, receipt, named) };
}

const expectsToken = (type: string): boolean =>
  !/payAcc|statement|batch|reprint|slip|deposit|custReportFault/i.test(type);

function mismatches(sent: SentRequest, receipt: VendReceipt, named: string | null) {
  const asked = toMinor(sent.amount, exponentOf(sent.currency ?? ''));
  const other = asked !== null && receipt.paidMinor !== null && asked !== receipt.paidMinor;
  const flags: VendFlag[] = [];
  if (named !== null && sent.currency !== null && named !== sent.currency)
    flags.push('currency-mismatch');
  if (other || !receipt.balanced) flags.push('amount-mismatch');
  if (flags.length > 0) flags.push('needs-operator');
  return { flags };
}

const messages = (body: XmlNode) => ({
  operatorMsg: xmlText(body, 'operatorMsg'),
  custMsg: xmlText(body, 'custMsg'),
});

function customerOf(node: XmlNode | undefined): Customer | null {
  const name = xmlAttribute(node, 'name');
  if (node === undefined || name === null) return null;
  return { name, address: xmlAttribute(node, 'address'), account: xmlAttribute(node, 'accNo') };
}

function confirmedOf(result: XmlNode): Confirmed {
  const detail = childOf(result, 'custVendDetail');
  const config = childOf(result, 'custVendConfig');
  const amount = (name: string) =>
    xmlAttribute(childOf(config, name), 'value') ?? xmlText(config, name);
  return {
    name: xmlAttribute(detail, 'name'),
    address: xmlAttribute(detail, 'address'),
    account: xmlAttribute(detail, 'accNo'),
    canVend: ['true', '1'].includes(
      xmlText(config, 'canVend') ?? xmlAttribute(config, 'canVend') ?? '',
    ),
    minVendAmt: amount('minVendAmt'),
    maxVendAmt: amount('maxVendAmt'),
    msno: xmlAttribute(childOf(result, 'meterDetail'), 'msno'),
  };
}
