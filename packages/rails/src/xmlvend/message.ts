// XMLVend 2.1 messages as plain data: the SOAP envelope off, names without prefixes, types by their
// local name. Numbers stay text: leading zeros of meters and supply groups are digits.

import {
  childOf,
  parseXml,
  type XmlFault,
  type XmlNode,
  xmlAttribute,
  xmlText,
} from '../base/xml.ts';

export type MessageId = { readonly dateTime: string; readonly uniqueNumber: string };

export type Envelope =
  | { readonly kind: 'message'; readonly body: XmlNode }
  | { readonly kind: 'fault'; readonly fault: XmlNode };

export type EnvelopeFault = XmlFault | 'not-soap' | 'empty-body';

/** The one element inside the SOAP body (1.1 or 1.2), or its fault. */
export function readEnvelope(
  text: string,
):
  | { readonly ok: true; readonly value: Envelope }
  | { readonly ok: false; readonly error: EnvelopeFault } {
  const xml = parseXml(text);
  if (!xml.ok) return xml;
  if (xml.value.name !== 'Envelope') return { ok: false, error: 'not-soap' };
  const body = childOf(xml.value, 'Body');
  if (body === undefined) return { ok: false, error: 'not-soap' };
  const fault = childOf(body, 'Fault');
  if (fault !== undefined) return { ok: true, value: { kind: 'fault', fault } };
  const [first] = body.children;
  if (first === undefined) return { ok: false, error: 'empty-body' };
  return { ok: true, value: { kind: 'message', body: first } };
}

/** xsi:type without its prefix; peers send both. */
export function typeOf(node: XmlNode | undefined): string | null {
  const type = xmlAttribute(node, 'type');
  return type === null ? null : type.slice(type.lastIndexOf(':') + 1);
}

export function messageIdOf(node: XmlNode | undefined): MessageId | null {
  const dateTime = xmlAttribute(node, 'dateTime');
  const uniqueNumber = xmlAttribute(node, 'uniqueNumber');
  return dateTime === null || uniqueNumber === null ? null : { dateTime, uniqueNumber };
}

export const isSameMessage = (a: MessageId | null, b: MessageId | null): boolean =>
  a !== null &&
  b !== null &&
  a.dateTime === b.dateTime &&
  sameNumber(a.uniqueNumber, b.uniqueNumber);

// "004003" and "4003" are one number.
const sameNumber = (a: string, b: string): boolean =>
  a === b || a.replace(/^0+(?=\d)/, '') === b.replace(/^0+(?=\d)/, '');

/** A device's own number: an EAN or any other id. */
export const deviceOf = (node: XmlNode | undefined): string | null =>
  xmlAttribute(node, 'ean') ?? xmlAttribute(node, 'id') ?? xmlText(node);
