// ACTION: request and response, normal, by block, with a list and both (IEC 62056-5-3, 9.3.8).

import { putData, takeData } from './a-xdr.ts';
import { fail, putU8, putU32, type Reader, takeU8, takeU32, type Writer } from './bytes.ts';
import type { Data } from './data.ts';
import { takeFlag } from './initiate.ts';
import {
  type DataBlock,
  least,
  type MethodDescriptor,
  type MethodResponse,
  putBlock,
  putList,
  putMethod,
  putMethodResponse,
  takeBlock,
  takeList,
  takeMethod,
  takeMethodResponse,
} from './services.ts';

export type ActionRequest =
  | {
      readonly kind: 'actionRequest';
      readonly invoke: number;
      readonly method: MethodDescriptor;
      readonly parameters: Data | null;
    }
  | { readonly kind: 'actionNext'; readonly invoke: number; readonly blockNumber: number }
  | {
      readonly kind: 'actionRequestWithList';
      readonly invoke: number;
      readonly methods: readonly MethodDescriptor[];
      readonly parameters: readonly Data[];
    }
  | {
      readonly kind: 'actionRequestWithFirstBlock';
      readonly invoke: number;
      readonly method: MethodDescriptor;
      readonly block: DataBlock;
    }
  | {
      readonly kind: 'actionRequestWithListAndFirstBlock';
      readonly invoke: number;
      readonly methods: readonly MethodDescriptor[];
      readonly block: DataBlock;
    }
  | { readonly kind: 'actionRequestWithBlock'; readonly invoke: number; readonly block: DataBlock };

export type ActionResponse =
  | {
      readonly kind: 'actionResponse';
      readonly invoke: number;
      readonly response: MethodResponse;
    }
  | { readonly kind: 'actionResponseWithBlock'; readonly invoke: number; readonly block: DataBlock }
  | {
      readonly kind: 'actionResponseWithList';
      readonly invoke: number;
      readonly responses: readonly MethodResponse[];
    }
  | { readonly kind: 'actionResponseNext'; readonly invoke: number; readonly blockNumber: number };

export const actionTags = { request: 0xc3, response: 0xc7 } as const;

const requestChoices = {
  actionRequest: 1,
  actionNext: 2,
  actionRequestWithList: 3,
  actionRequestWithFirstBlock: 4,
  actionRequestWithListAndFirstBlock: 5,
  actionRequestWithBlock: 6,
} as const;

const responseChoices = {
  actionResponse: 1,
  actionResponseWithBlock: 2,
  actionResponseWithList: 3,
  actionResponseNext: 4,
} as const;

export function putActionRequest(writer: Writer, request: ActionRequest): void {
  putU8(writer, actionTags.request);
  putU8(writer, requestChoices[request.kind]);
  putU8(writer, request.invoke);
  switch (request.kind) {
    case 'actionRequest':
      putMethod(writer, request.method);
      putU8(writer, request.parameters === null ? 0 : 1);
      if (request.parameters !== null) putData(writer, request.parameters);
      return;
    case 'actionNext':
      putU32(writer, request.blockNumber);
      return;
    case 'actionRequestWithList':
      putList(writer, request.methods, putMethod);
      putList(writer, request.parameters, putData);
      return;
    case 'actionRequestWithFirstBlock':
      putMethod(writer, request.method);
      putBlock(writer, request.block);
      return;
    case 'actionRequestWithListAndFirstBlock':
      putList(writer, request.methods, putMethod);
      putBlock(writer, request.block);
      return;
    default:
      putBlock(writer, request.block);
  }
}

export function takeActionRequest(reader: Reader): ActionRequest {
  const choice = takeU8(reader);
  const invoke = takeU8(reader);
  switch (choice) {
    case 1: {
      const method = takeMethod(reader);
      const parameters = takeFlag(reader) ? takeData(reader) : null;
      return { kind: 'actionRequest', invoke, method, parameters };
    }
    case 2:
      return { kind: 'actionNext', invoke, blockNumber: takeU32(reader) };
    case 3: {
      const methods = takeList(reader, least.method, takeMethod);
      const parameters = takeList(reader, least.data, takeData);
      return { kind: 'actionRequestWithList', invoke, methods, parameters };
    }
    case 4: {
      const method = takeMethod(reader);
      return { kind: 'actionRequestWithFirstBlock', invoke, method, block: takeBlock(reader) };
    }
    case 5: {
      const methods = takeList(reader, least.method, takeMethod);
      const block = takeBlock(reader);
      return { kind: 'actionRequestWithListAndFirstBlock', invoke, methods, block };
    }
    default:
      if (choice !== 6) fail(reader, 'tag');
      return { kind: 'actionRequestWithBlock', invoke, block: takeBlock(reader) };
  }
}

export function putActionResponse(writer: Writer, response: ActionResponse): void {
  putU8(writer, actionTags.response);
  putU8(writer, responseChoices[response.kind]);
  putU8(writer, response.invoke);
  switch (response.kind) {
    case 'actionResponse':
      putMethodResponse(writer, response.response);
      return;
    case 'actionResponseWithBlock':
      putBlock(writer, response.block);
      return;
    case 'actionResponseWithList':
      putList(writer, response.responses, putMethodResponse);
      return;
    default:
      putU32(writer, response.blockNumber);
  }
}

export function takeActionResponse(reader: Reader): ActionResponse {
  const choice = takeU8(reader);
  const invoke = takeU8(reader);
  switch (choice) {
    case 1:
      return { kind: 'actionResponse', invoke, response: takeMethodResponse(reader) };
    case 2:
      return { kind: 'actionResponseWithBlock', invoke, block: takeBlock(reader) };
    case 3: {
      const responses = takeList(reader, least.result, takeMethodResponse);
      return { kind: 'actionResponseWithList', invoke, responses };
    }
    default:
      if (choice !== 4) fail(reader, 'tag');
      return { kind: 'actionResponseNext', invoke, blockNumber: takeU32(reader) };
  }
}
