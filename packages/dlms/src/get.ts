// GET: request and response, normal, by block and with a list (IEC 62056-5-3, 9.3.6).

import { err, ok, type Result } from '@prewatt/quantities';
import {
  fail,
  putOctets,
  putU8,
  putU32,
  type Reader,
  takeOctets,
  takeU8,
  takeU32,
  type Writer,
} from './bytes.ts';
import {
  type DataResult,
  least,
  putDataResult,
  putList,
  putSelected,
  type SelectedAttribute,
  takeDataResult,
  takeList,
  takeSelected,
} from './services.ts';

export type GetRequest =
  | { readonly kind: 'getRequest'; readonly invoke: number; readonly attribute: SelectedAttribute }
  | { readonly kind: 'getNext'; readonly invoke: number; readonly blockNumber: number }
  | {
      readonly kind: 'getRequestWithList';
      readonly invoke: number;
      readonly attributes: readonly SelectedAttribute[];
    };

export type GetResponse =
  | { readonly kind: 'getResponse'; readonly invoke: number; readonly result: DataResult }
  | {
      readonly kind: 'getResponseWithBlock';
      readonly invoke: number;
      readonly lastBlock: boolean;
      readonly blockNumber: number;
      /** Bytes of the value, or the number of a data access result. */
      readonly result: Result<Uint8Array, number>;
    }
  | {
      readonly kind: 'getResponseWithList';
      readonly invoke: number;
      readonly results: readonly DataResult[];
    };

export const getTags = { request: 0xc0, response: 0xc4 } as const;

export function putGetRequest(writer: Writer, request: GetRequest): void {
  putU8(writer, getTags.request);
  putU8(writer, { getRequest: 1, getNext: 2, getRequestWithList: 3 }[request.kind]);
  putU8(writer, request.invoke);
  if (request.kind === 'getRequest') putSelected(writer, request.attribute);
  else if (request.kind === 'getNext') putU32(writer, request.blockNumber);
  else putList(writer, request.attributes, putSelected);
}

export function takeGetRequest(reader: Reader): GetRequest {
  const choice = takeU8(reader);
  const invoke = takeU8(reader);
  switch (choice) {
    case 1:
      return { kind: 'getRequest', invoke, attribute: takeSelected(reader) };
    case 3: {
      const attributes = takeList(reader, least.selected, takeSelected);
      return { kind: 'getRequestWithList', invoke, attributes };
    }
    default:
      if (choice !== 2) fail(reader, 'tag');
      return { kind: 'getNext', invoke, blockNumber: takeU32(reader) };
  }
}

export function putGetResponse(writer: Writer, response: GetResponse): void {
  putU8(writer, getTags.response);
  putU8(writer, { getResponse: 1, getResponseWithBlock: 2, getResponseWithList: 3 }[response.kind]);
  putU8(writer, response.invoke);
  switch (response.kind) {
    case 'getResponse':
      putDataResult(writer, response.result);
      return;
    case 'getResponseWithBlock':
      putU8(writer, response.lastBlock ? 1 : 0);
      putU32(writer, response.blockNumber);
      putU8(writer, response.result.ok ? 0 : 1);
      if (response.result.ok) putOctets(writer, response.result.value);
      else putU8(writer, response.result.error);
      return;
    default:
      putList(writer, response.results, putDataResult);
  }
}

export function takeGetResponse(reader: Reader): GetResponse {
  const choice = takeU8(reader);
  const invoke = takeU8(reader);
  switch (choice) {
    case 1:
      return { kind: 'getResponse', invoke, result: takeDataResult(reader) };
    case 2: {
      const lastBlock = takeU8(reader) !== 0;
      const blockNumber = takeU32(reader);
      const part = takeU8(reader);
      if (part > 1) fail(reader, 'tag');
      const result = part === 0 ? ok(takeOctets(reader)) : err(takeU8(reader));
      return { kind: 'getResponseWithBlock', invoke, lastBlock, blockNumber, result };
    }
    default:
      if (choice !== 3) fail(reader, 'tag');
      return {
        kind: 'getResponseWithList',
        invoke,
        results: takeList(reader, least.result, takeDataResult),
      };
  }
}
