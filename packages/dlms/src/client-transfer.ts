// One request of a client and all that belongs to it: values too long for the meter go in blocks,
// answers come in blocks and are put together, repeats are passed over.

import { err, ok, type Result } from '@prewatt/quantities';
import { putData, takeData } from './a-xdr.ts';
import type { ActionResponse } from './action.ts';
import { encodeApdu, type ServiceRequest, type ServiceResponse } from './apdu.ts';
import { build, concat, finish, leftOf, type Reader, readerOf } from './bytes.ts';
import type { Data } from './data.ts';
import type { GetResponse } from './get.ts';
import {
  type AccessResult,
  accessResultOf,
  type DataBlock,
  type DataResult,
  invokeIdMask,
  least,
  type MethodDescriptor,
  type MethodResponse,
  putList,
  type SelectedAttribute,
  takeDataResult,
  takeList,
  takeMethodResponse,
} from './services.ts';
import type { SetResponse } from './set.ts';

export type ClientRequest =
  | { readonly kind: 'get'; readonly attribute: SelectedAttribute }
  | { readonly kind: 'getList'; readonly attributes: readonly SelectedAttribute[] }
  | { readonly kind: 'set'; readonly attribute: SelectedAttribute; readonly value: Data }
  | {
      readonly kind: 'setList';
      readonly attributes: readonly SelectedAttribute[];
      readonly values: readonly Data[];
    }
  | {
      readonly kind: 'action';
      readonly method: MethodDescriptor;
      readonly parameters: Data | null;
    }
  | {
      readonly kind: 'actionList';
      readonly methods: readonly MethodDescriptor[];
      readonly parameters: readonly Data[];
    };

export type ReadResult = Result<Data, AccessResult>;

export type MethodResult = {
  readonly result: AccessResult;
  /** What the method gave back; null for nothing. */
  readonly returned: ReadResult | null;
};

/** One result for each attribute or method that was asked for, in order. */
export type ClientAnswer =
  | { readonly kind: 'read'; readonly results: readonly ReadResult[] }
  | { readonly kind: 'written'; readonly results: readonly AccessResult[] }
  | { readonly kind: 'done'; readonly results: readonly MethodResult[] };

export type TransferFault = 'malformed' | 'tooLong' | 'blockNumber';

export type TransferStep =
  | { readonly kind: 'send'; readonly apdu: Uint8Array }
  | { readonly kind: 'answer'; readonly answer: ClientAnswer }
  | { readonly kind: 'failed'; readonly fault: TransferFault }
  /** Not the answer to this request: late, doubled, or to nothing. */
  | { readonly kind: 'ignored' };

export type ClientTransfer = {
  readonly first: Uint8Array;
  readonly take: (response: ServiceResponse) => TransferStep;
};

export type TransferLimits = {
  /** The longest plain request that the meter takes. */
  readonly longestRequest: number;
  readonly longestValue: number;
};

type State = {
  readonly request: ClientRequest;
  readonly invoke: number;
  readonly limits: TransferLimits;
  /** The value that goes in blocks, and how far it has gone. */
  outgoing: { readonly raw: Uint8Array; at: number; sent: number } | null;
  parts: Uint8Array[];
  bytes: number;
  received: number;
};

const ignored: TransferStep = { kind: 'ignored' };
const failed = (fault: TransferFault): TransferStep => ({ kind: 'failed', fault });

export function startTransfer(
  request: ClientRequest,
  invoke: number,
  limits: TransferLimits,
): ClientTransfer {
  const state: State = {
    request,
    invoke,
    limits,
    outgoing: null,
    parts: [],
    bytes: 0,
    received: 0,
  };
  return {
    first: firstOf(state),
    take: (response) => {
      if ((response.invoke & invokeIdMask) !== (invoke & invokeIdMask)) return ignored;
      switch (response.kind) {
        case 'getResponse':
        case 'getResponseWithBlock':
        case 'getResponseWithList':
          return request.kind === 'get' || request.kind === 'getList'
            ? takeGet(state, response)
            : ignored;
        case 'setResponse':
        case 'setResponseForBlock':
        case 'setResponseForLastBlock':
        case 'setResponseForLastBlockWithList':
        case 'setResponseWithList':
          return request.kind === 'set' || request.kind === 'setList'
            ? takeSet(state, response)
            : ignored;
        default:
          return request.kind === 'action' || request.kind === 'actionList'
            ? takeAction(state, response)
            : ignored;
      }
    },
  };
}

function firstOf(state: State): Uint8Array {
  const { request, invoke, limits } = state;
  const whole = encodeApdu(plainRequest(request, invoke));
  const isRead = request.kind === 'get' || request.kind === 'getList';
  if (whole.length <= limits.longestRequest || isRead) return whole;
  const raw = blockValueOf(request);
  if (raw === null) return whole;
  state.outgoing = { raw, at: 0, sent: 0 };
  return encodeApdu(withFirstBlock(state, request));
}

function plainRequest(request: ClientRequest, invoke: number): ServiceRequest {
  switch (request.kind) {
    case 'get':
      return { kind: 'getRequest', invoke, attribute: request.attribute };
    case 'getList':
      return { kind: 'getRequestWithList', invoke, attributes: request.attributes };
    case 'set':
      return { ...request, kind: 'setRequest', invoke };
    case 'setList':
      return { ...request, kind: 'setRequestWithList', invoke };
    case 'action':
      return { ...request, kind: 'actionRequest', invoke };
    default:
      return { ...request, kind: 'actionRequestWithList', invoke };
  }
}

/** What goes in blocks; null where there is nothing that could. */
function blockValueOf(request: ClientRequest): Uint8Array | null {
  const one = (data: Data) => build((writer) => putData(writer, data));
  const all = (values: readonly Data[]) => build((writer) => putList(writer, values, putData));
  switch (request.kind) {
    case 'set':
      return one(request.value);
    case 'setList':
      return all(request.values);
    case 'action':
      return request.parameters === null ? null : one(request.parameters);
    case 'actionList':
      return all(request.parameters);
    default:
      return null;
  }
}

/** Kind, invoke id, last block, number, length of up to three bytes. */
const blockHeader = 10;

function nextBlock(state: State, taken: number): DataBlock {
  const outgoing = state.outgoing ?? { raw: new Uint8Array(0), at: 0, sent: 0 };
  const size = Math.max(1, state.limits.longestRequest - taken);
  const raw = outgoing.raw.subarray(outgoing.at, outgoing.at + size);
  outgoing.at += raw.length;
  outgoing.sent += 1;
  const lastBlock = outgoing.at >= outgoing.raw.length;
  return { lastBlock, blockNumber: outgoing.sent, raw };
}

function withFirstBlock(state: State, request: ClientRequest): ServiceRequest {
  const { invoke } = state;
  const frame = (make: (block: DataBlock) => ServiceRequest): ServiceRequest => {
    const empty = make({ lastBlock: false, blockNumber: 1, raw: new Uint8Array(0) });
    return make(nextBlock(state, encodeApdu(empty).length + 2));
  };
  switch (request.kind) {
    case 'set': {
      const { attribute } = request;
      return frame((block) => ({ kind: 'setRequestWithFirstBlock', invoke, attribute, block }));
    }
    case 'setList': {
      const { attributes } = request;
      return frame((block) => ({
        kind: 'setRequestWithListAndFirstBlock',
        invoke,
        attributes,
        block,
      }));
    }
    case 'action': {
      const { method } = request;
      return frame((block) => ({ kind: 'actionRequestWithFirstBlock', invoke, method, block }));
    }
    case 'actionList': {
      const { methods } = request;
      return frame((block) => ({
        kind: 'actionRequestWithListAndFirstBlock',
        invoke,
        methods,
        block,
      }));
    }
    default:
      return plainRequest(request, invoke);
  }
}

/** The next block of a value, once the last one is acknowledged. */
function goOn(
  state: State,
  acknowledged: number,
  kind: 'setRequestWithBlock' | 'actionRequestWithBlock',
): TransferStep {
  const { outgoing, invoke } = state;
  if (outgoing === null || acknowledged !== outgoing.sent) return ignored;
  if (outgoing.at >= outgoing.raw.length) return ignored;
  const apdu = encodeApdu({ kind, invoke, block: nextBlock(state, blockHeader) });
  return { kind: 'send', apdu };
}

/** Keeps a block of an answer: the step to take, or null when all is here. */
function keep(state: State, block: DataBlock, kind: 'getNext' | 'actionNext'): TransferStep | null {
  if (block.blockNumber <= state.received) return ignored;
  if (block.blockNumber !== state.received + 1) return failed('blockNumber');
  state.received = block.blockNumber;
  state.bytes += block.raw.length;
  if (state.bytes > state.limits.longestValue) return failed('tooLong');
  state.parts.push(block.raw);
  if (block.lastBlock) return null;
  const { blockNumber } = block;
  return { kind: 'send', apdu: encodeApdu({ kind, invoke: state.invoke, blockNumber }) };
}

const named = (result: DataResult): ReadResult =>
  result.ok ? result : err(accessResultOf(result.error));

const read = (results: readonly DataResult[]): TransferStep => ({
  kind: 'answer',
  answer: { kind: 'read', results: results.map(named) },
});

function takeGet(state: State, response: GetResponse): TransferStep {
  const isList = state.request.kind === 'getList';
  switch (response.kind) {
    case 'getResponse':
      // To a list it can only say why there is none.
      return isList && response.result.ok ? failed('malformed') : readAll(state, response.result);
    case 'getResponseWithList':
      return isList && response.results.length === wantedOf(state.request)
        ? read(response.results)
        : failed('malformed');
    default: {
      const { result, lastBlock, blockNumber } = response;
      if (!result.ok) return readAll(state, result);
      const step = keep(state, { lastBlock, blockNumber, raw: result.value }, 'getNext');
      return step ?? wholeGet(state, isList);
    }
  }
}

/** One result for all that was asked for. */
const readAll = (state: State, result: DataResult): TransferStep =>
  read(new Array<DataResult>(wantedOf(state.request)).fill(result));

function wholeGet(state: State, isList: boolean): TransferStep {
  const reader = readerOf(concat(...state.parts));
  const results: DataResult[] = isList
    ? takeList(reader, least.result, takeDataResult)
    : [ok(takeData(reader))];
  const whole = finish(reader, results);
  return whole.ok && results.length === wantedOf(state.request)
    ? read(results)
    : failed('malformed');
}

function wantedOf(request: ClientRequest): number {
  if ('attributes' in request) return request.attributes.length;
  return 'methods' in request ? request.methods.length : 1;
}

const written = (results: readonly number[]): TransferStep => ({
  kind: 'answer',
  answer: { kind: 'written', results: results.map(accessResultOf) },
});

function takeSet(state: State, response: SetResponse): TransferStep {
  const wanted = wantedOf(state.request);
  switch (response.kind) {
    case 'setResponseForBlock':
      return goOn(state, response.blockNumber, 'setRequestWithBlock');
    case 'setResponse':
    case 'setResponseForLastBlock':
      return written(new Array<number>(wanted).fill(response.result));
    default:
      return response.results.length === wanted ? written(response.results) : failed('malformed');
  }
}

const done = (responses: readonly MethodResponse[]): TransferStep => ({
  kind: 'answer',
  answer: {
    kind: 'done',
    results: responses.map(({ result, returned }) => ({
      result: accessResultOf(result),
      returned: returned === null ? null : named(returned),
    })),
  },
});

function takeAction(state: State, response: ActionResponse): TransferStep {
  const wanted = wantedOf(state.request);
  switch (response.kind) {
    case 'actionResponseNext':
      return goOn(state, response.blockNumber, 'actionRequestWithBlock');
    case 'actionResponse':
      return done(new Array<MethodResponse>(wanted).fill(response.response));
    case 'actionResponseWithList':
      return response.responses.length === wanted ? done(response.responses) : failed('malformed');
    default: {
      const step = keep(state, response.block, 'actionNext');
      return step ?? wholeAction(state, state.request.kind === 'actionList');
    }
  }
}

function wholeAction(state: State, isList: boolean): TransferStep {
  const raw = concat(...state.parts);
  const reader = readerOf(raw);
  const responses = isList
    ? takeList(reader, least.result, takeMethodResponse)
    : [takeMethodResponse(reader)];
  const whole = finish(reader, responses);
  if (whole.ok && responses.length === wantedOf(state.request)) return done(responses);
  return isList ? failed('malformed') : bareAction(raw);
}

/** Some meters put the returned data alone into the blocks. */
function bareAction(raw: Uint8Array): TransferStep {
  const reader: Reader = readerOf(raw);
  const value = takeData(reader);
  return reader.fault === null && leftOf(reader) === 0
    ? done([{ result: 0, returned: ok(value) }])
    : failed('malformed');
}
