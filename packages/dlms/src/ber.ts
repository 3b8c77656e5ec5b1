// As much of BER as the association APDUs need: one-byte tags with their contents, and object
// identifiers of the DLMS UA.

import {
  build,
  fail,
  leftOf,
  putBytes,
  putOctets,
  putU8,
  type Reader,
  readerOf,
  takeBytes,
  takeLength,
  takeOctets,
  takeU8,
  type Writer,
} from './bytes.ts';

/** Calls back with each tag and its contents, in order. */
export function eachElement(
  reader: Reader,
  handle: (tag: number, contents: Uint8Array) => void,
): void {
  while (leftOf(reader) > 0 && reader.fault === null) {
    const tag = takeU8(reader);
    const contents = takeOctets(reader);
    if (reader.fault === null) handle(tag, contents);
  }
}

/** Of what is nested: the contents of one element with this tag; null where it is another. */
export function contentsOf(bytes: Uint8Array, tag: number): Uint8Array | null {
  const reader = readerOf(bytes);
  if (takeU8(reader) !== tag) return null;
  const contents = takeOctets(reader);
  return reader.fault === null && leftOf(reader) === 0 ? contents : null;
}

/**
 * The same from a peer that counts wrong: as much as there is, whatever the length says. Some
 * servers write wrong lengths in what they send last, when the association is over.
 */
export function loosely(bytes: Uint8Array, tag: number): Uint8Array | null {
  const reader = readerOf(bytes);
  if (takeU8(reader) !== tag) return null;
  takeLength(reader);
  return reader.fault === null ? takeBytes(reader, leftOf(reader)) : null;
}

export function putElement(writer: Writer, tag: number, contents: Uint8Array): void {
  putU8(writer, tag);
  putOctets(writer, contents);
}

export const element = (tag: number, contents: Uint8Array): Uint8Array =>
  build((writer) => putElement(writer, tag, contents));

export const octetStringTag = 0x04;
export const integerTag = 0x02;
const identifierTag = 0x06;
/** {joint-iso-ccitt(2) country(16) country-name(756) identified-organization(5) DLMS-UA(8)} */
const dlmsUa = Uint8Array.of(0x60, 0x85, 0x74, 0x05, 0x08);

/** 2.16.756.5.8.`arc`.`id`, bare; 1 is application contexts, 2 mechanisms. */
export const dlmsIdentifier = (arc: 1 | 2, id: number): Uint8Array =>
  Uint8Array.of(...dlmsUa, arc, id);

/** The last number of such an identifier; null where it is another's. */
export function idOfDlms(bytes: Uint8Array, arc: 1 | 2): number | null {
  const isOurs = bytes.length === 7 && dlmsUa.every((byte, index) => bytes[index] === byte);
  return isOurs && bytes[5] === arc ? (bytes[6] ?? null) : null;
}

export const wrappedIdentifier = (arc: 1 | 2, id: number): Uint8Array =>
  element(identifierTag, dlmsIdentifier(arc, id));

export const idOfWrapped = (bytes: Uint8Array, arc: 1 | 2): number | null => {
  const contents = contentsOf(bytes, identifierTag);
  return contents === null ? null : idOfDlms(contents, arc);
};

/** A small INTEGER; null where it is none. */
export function integerOf(bytes: Uint8Array): number | null {
  const contents = contentsOf(bytes, integerTag);
  return contents?.length === 1 ? (contents[0] ?? null) : null;
}

export const integerElement = (value: number): Uint8Array => Uint8Array.of(integerTag, 1, value);

export function putRaw(writer: Writer, ...bytes: number[]): void {
  putBytes(writer, Uint8Array.from(bytes));
}

export function failIfNull<T>(reader: Reader, value: T | null, instead: T): T {
  if (value === null) fail(reader, 'value');
  return value ?? instead;
}
