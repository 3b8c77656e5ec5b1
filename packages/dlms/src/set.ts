// SET: request and response, normal, by block, with a list and both (IEC 62056-5-3, 9.3.7).

import { putData, takeData } from './a-xdr.ts';
import { fail, putU8, putU32, type Reader, takeU8, takeU32, type Writer } from './bytes.ts';
import type { Data } from './data.ts';
import {
  type DataBlock,
  least,
  putBlock,
  putList,
  putSelected,
  type SelectedAttribute,
  takeBlock,
  takeList,
  takeSelected,
} from './services.ts';

export type SetRequest =
  | {
      readonly kind: 'setRequest';
      readonly invoke: number;
      readonly attribute: SelectedAttribute;
      readonly value: Data;
    }
  | {
      readonly kind: 'setRequestWithFirstBlock';
      readonly invoke: number;
      readonly attribute: SelectedAttribute;
      readonly block: DataBlock;
    }
  | { readonly kind: 'setRequestWithBlock'; readonly invoke: number; readonly block: DataBlock }
  | {
      readonly kind: 'setRequestWithList';
      readonly invoke: number;
      readonly attributes: readonly SelectedAttribute[];
      readonly values: readonly Data[];
    }
  | {
      readonly kind: 'setRequestWithListAndFirstBlock';
      readonly invoke: number;
      readonly attributes: readonly SelectedAttribute[];
      readonly block: DataBlock;
    };

/** Results are the numbers of data access results. */
export type SetResponse =
  | { readonly kind: 'setResponse'; readonly invoke: number; readonly result: number }
  | { readonly kind: 'setResponseForBlock'; readonly invoke: number; readonly blockNumber: number }
  | {
      readonly kind: 'setResponseForLastBlock';
      readonly invoke: number;
      readonly result: number;
      readonly blockNumber: number;
    }
  | {
      readonly kind: 'setResponseForLastBlockWithList';
      readonly invoke: number;
      readonly results: readonly number[];
      readonly blockNumber: number;
    }
  | {
      readonly kind: 'setResponseWithList';
      readonly invoke: number;
      readonly results: readonly number[];
    };

export const setTags = { request: 0xc1, response: 0xc5 } as const;

const requestChoices = {
  setRequest: 1,
  setRequestWithFirstBlock: 2,
  setRequestWithBlock: 3,
  setRequestWithList: 4,
  setRequestWithListAndFirstBlock: 5,
} as const;

const responseChoices = {
  setResponse: 1,
  setResponseForBlock: 2,
  setResponseForLastBlock: 3,
  setResponseForLastBlockWithList: 4,
  setResponseWithList: 5,
} as const;

export function putSetRequest(writer: Writer, request: SetRequest): void {
  putU8(writer, setTags.request);
  putU8(writer, requestChoices[request.kind]);
  putU8(writer, request.invoke);
  switch (request.kind) {
    case 'setRequest':
      putSelected(writer, request.attribute);
      putData(writer, request.value);
      return;
    case 'setRequestWithFirstBlock':
      putSelected(writer, request.attribute);
      putBlock(writer, request.block);
      return;
    case 'setRequestWithBlock':
      putBlock(writer, request.block);
      return;
    case 'setRequestWithList':
      putList(writer, request.attributes, putSelected);
      putList(writer, request.values, putData);
      return;
    default:
      putList(writer, request.attributes, putSelected);
      putBlock(writer, request.block);
  }
}

export function takeSetRequest(reader: Reader): SetRequest {
  const choice = takeU8(reader);
  const invoke = takeU8(reader);
  switch (choice) {
    case 1: {
      const attribute = takeSelected(reader);
      return { kind: 'setRequest', invoke, attribute, value: takeData(reader) };
    }
    case 2: {
      const attribute = takeSelected(reader);
      return { kind: 'setRequestWithFirstBlock', invoke, attribute, block: takeBlock(reader) };
    }
    case 4: {
      const attributes = takeList(reader, least.selected, takeSelected);
      const values = takeList(reader, least.data, takeData);
      return { kind: 'setRequestWithList', invoke, attributes, values };
    }
    case 5: {
      const attributes = takeList(reader, least.selected, takeSelected);
      const block = takeBlock(reader);
      return { kind: 'setRequestWithListAndFirstBlock', invoke, attributes, block };
    }
    default:
      if (choice !== 3) fail(reader, 'tag');
      return { kind: 'setRequestWithBlock', invoke, block: takeBlock(reader) };
  }
}

export function putSetResponse(writer: Writer, response: SetResponse): void {
  putU8(writer, setTags.response);
  putU8(writer, responseChoices[response.kind]);
  putU8(writer, response.invoke);
  switch (response.kind) {
    case 'setResponse':
      putU8(writer, response.result);
      return;
    case 'setResponseForBlock':
      putU32(writer, response.blockNumber);
      return;
    case 'setResponseForLastBlock':
      putU8(writer, response.result);
      putU32(writer, response.blockNumber);
      return;
    case 'setResponseForLastBlockWithList':
      putList(writer, response.results, putU8);
      putU32(writer, response.blockNumber);
      return;
    default:
      putList(writer, response.results, putU8);
  }
}

export function takeSetResponse(reader: Reader): SetResponse {
  const choice = takeU8(reader);
  const invoke = takeU8(reader);
  switch (choice) {
    case 1:
      return { kind: 'setResponse', invoke, result: takeU8(reader) };
    case 3: {
      const result = takeU8(reader);
      return { kind: 'setResponseForLastBlock', invoke, result, blockNumber: takeU32(reader) };
    }
    case 4: {
      const results = takeList(reader, least.result, takeU8);
      const blockNumber = takeU32(reader);
      return { kind: 'setResponseForLastBlockWithList', invoke, results, blockNumber };
    }
    case 5: {
      const results = takeList(reader, least.result, takeU8);
      return { kind: 'setResponseWithList', invoke, results };
    }
    default:
      if (choice !== 2) fail(reader, 'tag');
      return { kind: 'setResponseForBlock', invoke, blockNumber: takeU32(reader) };
  }
}
