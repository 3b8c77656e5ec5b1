// XMLVend 2.1 answers as XML, and requests of our own check client: a tree of elements with
// prefixes, written out. Pure. Amounts and units come as decimal text; every text is escaped here.

import { escapeXml } from '../base/xml.ts';
import type { MessageId } from './message.ts';

export type XmlOut = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | null>>;
  readonly children: readonly (XmlOut | string)[];
};

export const soapNamespaces = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
} as const;
export type SoapVersion = keyof typeof soapNamespaces;

const standard = 'http://www.nrs.eskom.co.za/xmlvend';
const namespaces = {
  'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
  'xmlns:b': `${standard}/base/2.1/schema`,
  'xmlns:r': `${standard}/revenue/2.1/schema`,
  'xmlns:m': `${standard}/meter/2.1/schema`,
} as const;

type Child = XmlOut | string | null;

/** Null attributes and children are left out. */
export const element = (
  name: string,
  attributes: XmlOut['attributes'] = {},
  ...children: readonly Child[]
): XmlOut => ({ name, attributes, children: children.filter((child) => child !== null) });

export function xmlOf(node: XmlOut): string {
  const attributes = Object.entries(node.attributes)
    .flatMap(([name, value]) => (value === null ? [] : [` ${name}="${escapeXml(clean(value))}"`]))
    .join('');
  if (node.children.length === 0) return `<${node.name}${attributes}/>`;
  const inner = node.children
    .map((child) => (typeof child === 'string' ? escapeXml(clean(child)) : xmlOf(child)))
    .join('');
  return `<${node.name}${attributes}>${inner}</${node.name}>`;
}

/** Characters that XML 1.0 has no way to write. */
const clean = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '');

/** The whole message around its one element. */
export function envelopeOf(version: SoapVersion, body: XmlOut): string {
  const attributes = { 'xmlns:e': soapNamespaces[version], ...namespaces };
  const envelope = element('e:Envelope', attributes, element('e:Body', {}, body));
  return `<?xml version="1.0" encoding="UTF-8"?>${xmlOf(envelope)}`;
}

/** 13 digits are an EAN; anything else is a device's own name. */
export const device = (name: string, id: string): XmlOut =>
  /^\d{13}$/.test(id)
    ? element(name, { 'xsi:type': 'b:EANDeviceID', ean: id })
    : element(name, { 'xsi:type': 'b:GenericDeviceID', id });

export const money = (name: string, value: string, symbol: string): XmlOut =>
  element(name, { value, symbol });

export const words = (name: string, text: string | null | undefined): XmlOut | null =>
  text === null || text === undefined || text === '' ? null : element(name, {}, text);

export type AnswerHead = {
  readonly clientId: string;
  readonly terminalId: string;
  readonly serverId: string;
  /** Of the request; null when it could not be read. */
  readonly msgId: MessageId | null;
  /** ISO 8601 with an offset. */
  readonly at: string;
  readonly operatorMsg?: string | null;
  readonly custMsg?: string | null;
};

/** What begins every answer. */
export const headOf = (head: AnswerHead): readonly XmlOut[] =>
  [
    head.clientId === '' ? null : device('b:clientID', head.clientId),
    device('b:serverID', head.serverId),
    head.terminalId === '' ? null : device('b:terminalID', head.terminalId),
    head.msgId === null ? null : element('b:reqMsgID', { ...head.msgId }),
    element('b:respDateTime', {}, head.at),
    words('b:operatorMsg', head.operatorMsg),
    words('b:custMsg', head.custMsg),
  ].filter((each) => each !== null);

export type WrittenFault = {
  readonly type: string;
  /** For the operator. */
  readonly desc: string;
  readonly code: string | null;
};

/** The body of an answer with HTTP status 500. */
export function faultOf(version: SoapVersion, head: AnswerHead, fault: WrittenFault): XmlOut {
  const inner = element(
    'b:fault',
    { 'xsi:type': `b:${fault.type}` },
    element('b:desc', {}, fault.desc),
    words('b:faultCode', fault.code),
  );
  const detail = element('b:xmlvendFaultResp', {}, ...headOf(head), inner);
  const side = isClientsFault(fault.type);
  if (version === '1.2') {
    return element(
      'e:Fault',
      {},
      element('e:Code', {}, element('e:Value', {}, side ? 'e:Sender' : 'e:Receiver')),
      element('e:Reason', {}, element('e:Text', { 'xml:lang': 'en' }, fault.desc)),
      element('e:Detail', {}, detail),
    );
  }
  return element(
    'e:Fault',
    {},
    element('faultcode', {}, side ? 'e:Client' : 'e:Server'),
    element('faultstring', { 'xml:lang': 'en' }, fault.desc),
    element('detail', {}, detail),
  );
}

const isClientsFault = (type: string): boolean =>
  !['SystemEx', 'ServeryBusyEx', 'IndeterminantLastResponseEx'].includes(type);
