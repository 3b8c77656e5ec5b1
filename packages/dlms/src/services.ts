// What GET, SET and ACTION have in common: descriptors, selective access, blocks and results (IEC
// 62056-5-3, 7.3). The results' numbers have names here.

import { err, ok, type Result } from '@prewatt/quantities';
import { putData, takeData } from './a-xdr.ts';
import {
  fail,
  putLength,
  putOctets,
  putU8,
  putU16,
  putU32,
  type Reader,
  takeCount,
  takeMany,
  takeOctets,
  takeU8,
  takeU16,
  takeU32,
  type Writer,
} from './bytes.ts';
import type { Data } from './data.ts';
import { takeFlag } from './initiate.ts';
import { type LogicalName, putLogicalName, takeLogicalName } from './logical-name.ts';

export type AttributeDescriptor = {
  readonly classId: number;
  readonly logicalName: LogicalName;
  readonly attribute: number;
};

export type MethodDescriptor = {
  readonly classId: number;
  readonly logicalName: LogicalName;
  readonly method: number;
};

/** Selective access: which part of an attribute. */
export type Selection = { readonly selector: number; readonly parameters: Data };

export type SelectedAttribute = AttributeDescriptor & { readonly selection: Selection | null };

export type DataBlock = {
  readonly lastBlock: boolean;
  readonly blockNumber: number;
  readonly raw: Uint8Array;
};

/** A value or the number of a data access result. */
export type DataResult = Result<Data, number>;

export type MethodResponse = {
  /** 0 is success. */
  readonly result: number;
  readonly returned: DataResult | null;
};

export const accessResults = {
  success: 0,
  hardwareFault: 1,
  temporaryFailure: 2,
  readWriteDenied: 3,
  objectUndefined: 4,
  objectClassInconsistent: 9,
  objectUnavailable: 11,
  typeUnmatched: 12,
  scopeOfAccessViolated: 13,
  dataBlockUnavailable: 14,
  longGetAborted: 15,
  noLongGetInProgress: 16,
  longSetAborted: 17,
  noLongSetInProgress: 18,
  dataBlockNumberInvalid: 19,
  otherReason: 250,
} as const;
export type AccessResult = keyof typeof accessResults;

/** Results of methods; the same up to 14. */
export const longActionAborted = 15;
export const noLongActionInProgress = 16;

/** The name of a result; one that the standard does not have is `otherReason`. */
export const accessResultOf = (value: number): AccessResult =>
  (Object.keys(accessResults) as AccessResult[]).find((name) => accessResults[name] === value) ??
  'otherReason';

/** Bits of the octet that each request carries and its response repeats. */
export const invokeIdMask = 0x0f;
export const confirmedService = 0x40;
export const highPriority = 0x80;

export function putAttribute(writer: Writer, attribute: AttributeDescriptor): void {
  putU16(writer, attribute.classId);
  putLogicalName(writer, attribute.logicalName);
  putU8(writer, attribute.attribute & 0xff);
}

export const takeAttribute = (reader: Reader): AttributeDescriptor => ({
  classId: takeU16(reader),
  logicalName: takeLogicalName(reader),
  attribute: (takeU8(reader) << 24) >> 24,
});

export function putMethod(writer: Writer, method: MethodDescriptor): void {
  putU16(writer, method.classId);
  putLogicalName(writer, method.logicalName);
  putU8(writer, method.method & 0xff);
}

export const takeMethod = (reader: Reader): MethodDescriptor => ({
  classId: takeU16(reader),
  logicalName: takeLogicalName(reader),
  method: (takeU8(reader) << 24) >> 24,
});

export function putSelected(writer: Writer, selected: SelectedAttribute): void {
  putAttribute(writer, selected);
  putU8(writer, selected.selection === null ? 0 : 1);
  if (selected.selection === null) return;
  putU8(writer, selected.selection.selector);
  putData(writer, selected.selection.parameters);
}

export function takeSelected(reader: Reader): SelectedAttribute {
  const attribute = takeAttribute(reader);
  const selection = takeFlag(reader)
    ? { selector: takeU8(reader), parameters: takeData(reader) }
    : null;
  return { ...attribute, selection };
}

export function putList<T>(
  writer: Writer,
  items: readonly T[],
  put: (writer: Writer, item: T) => void,
): void {
  putLength(writer, items.length);
  for (const item of items) put(writer, item);
}

export const takeList = <T>(reader: Reader, least: number, take: (reader: Reader) => T): T[] =>
  takeMany(reader, takeCount(reader, least), take);

/** Bytes that a descriptor, a value and a result take at least: bounds what a count can claim. */
export const least = { attribute: 9, selected: 10, method: 9, data: 1, result: 1 } as const;

export function putBlock(writer: Writer, block: DataBlock): void {
  putU8(writer, block.lastBlock ? 1 : 0);
  putU32(writer, block.blockNumber);
  putOctets(writer, block.raw);
}

export const takeBlock = (reader: Reader): DataBlock => ({
  lastBlock: takeU8(reader) !== 0,
  blockNumber: takeU32(reader),
  raw: takeOctets(reader),
});

export function putDataResult(writer: Writer, result: DataResult): void {
  putU8(writer, result.ok ? 0 : 1);
  if (result.ok) putData(writer, result.value);
  else putU8(writer, result.error);
}

export function takeDataResult(reader: Reader): DataResult {
  const choice = takeU8(reader);
  if (choice === 0) return ok(takeData(reader));
  if (choice !== 1) fail(reader, 'tag');
  return err(takeU8(reader));
}

export function putMethodResponse(writer: Writer, response: MethodResponse): void {
  putU8(writer, response.result);
  putU8(writer, response.returned === null ? 0 : 1);
  if (response.returned !== null) putDataResult(writer, response.returned);
}

export const takeMethodResponse = (reader: Reader): MethodResponse => ({
  result: takeU8(reader),
  returned: takeFlag(reader) ? takeDataResult(reader) : null,
});
