// A meter's services with their blocks: answers too long for the client go out in blocks, values
// too long for one request come in blocks. One transfer at a time; a repeated block gets its answer
// again.

import { err, ok } from '@prewatt/quantities';
import { encodeData, takeData } from './a-xdr.ts';
import type { ActionRequest } from './action.ts';
import { encodeApdu, type ServiceRequest } from './apdu.ts';
import { build, concat, finish, type Reader, readerOf } from './bytes.ts';
import { conforms } from './conformance.ts';
import type { Data } from './data.ts';
import { type GetRequest, getTags } from './get.ts';
import { type Incoming, newIncoming, takeBlockInto } from './incoming-blocks.ts';
import type { View } from './logical-device.ts';
import { getAttribute, runMethod, setAttribute } from './service-server.ts';
import {
  accessResults,
  type DataBlock,
  least,
  longActionAborted,
  type MethodDescriptor,
  type MethodResponse,
  noLongActionInProgress,
  putDataResult,
  putList,
  putMethodResponse,
  type SelectedAttribute,
  takeList,
} from './services.ts';
import type { SetRequest } from './set.ts';

export type TransferServer = {
  /** The answer to a request, as bytes. */
  readonly answer: (request: ServiceRequest) => Uint8Array;
};

export type TransferOptions = {
  readonly view: View;
  readonly conformance: number;
  /** The longest plain answer that the client takes. */
  readonly longestAnswer: number;
  /** The longest value that comes in blocks. */
  readonly longestValue: number;
};

/** A long answer on its way out; `sent` is the number of the block that went last. */
type Outgoing = {
  readonly of: 'get' | 'action';
  readonly invoke: number;
  readonly raw: Uint8Array;
  at: number;
  sent: number;
  last: Uint8Array;
};

type SetTarget = { readonly attributes: readonly SelectedAttribute[]; readonly isList: boolean };
type ActionTarget = { readonly methods: readonly MethodDescriptor[]; readonly isList: boolean };

type State = {
  outgoing: Outgoing | null;
  setting: Incoming<SetTarget> | null;
  acting: Incoming<ActionTarget> | null;
};
type Context = TransferOptions & { readonly state: State };

/** Kind, invoke id, last block, number, choice, length of up to three bytes. */
const blockHeader = 12;

export function createTransferServer(options: TransferOptions): TransferServer {
  const state: State = { outgoing: null, setting: null, acting: null };
  const context = { ...options, state };
  return {
    answer: (request) => {
      // Anything but its next step ends what was going on.
      if (request.kind !== 'getNext' && request.kind !== 'actionNext') state.outgoing = null;
      if (request.kind !== 'setRequestWithBlock') state.setting = null;
      if (request.kind !== 'actionRequestWithBlock') state.acting = null;
      switch (request.kind) {
        case 'getRequest':
        case 'getRequestWithList':
        case 'getNext':
          return answerGet(context, request);
        case 'setRequest':
        case 'setRequestWithList':
        case 'setRequestWithFirstBlock':
        case 'setRequestWithListAndFirstBlock':
        case 'setRequestWithBlock':
          return answerSet(context, request);
        default:
          return answerAction(context, request);
      }
    },
  };
}

function answerGet(context: Context, request: GetRequest): Uint8Array {
  const { view, state, longestAnswer } = context;
  const { invoke } = request;
  switch (request.kind) {
    case 'getRequest': {
      const result = getAttribute(view, request.attribute);
      if (!result.ok) return encodeApdu({ kind: 'getResponse', invoke, result });
      const raw = encodeData(result.value);
      const header = Uint8Array.of(getTags.response, 1, invoke, 0);
      return header.length + raw.length <= longestAnswer
        ? concat(header, raw)
        : startBlocks(context, { of: 'get', invoke, raw });
    }
    case 'getRequestWithList': {
      const results = request.attributes.map((each) => getAttribute(view, each));
      const raw = build((writer) => putList(writer, results, putDataResult));
      const header = Uint8Array.of(getTags.response, 3, invoke);
      return header.length + raw.length <= longestAnswer
        ? concat(header, raw)
        : startBlocks(context, { of: 'get', invoke, raw });
    }
    default:
      return nextBlock(state, { of: 'get', ...request }, longestAnswer);
  }
}

function startBlocks(
  context: Context,
  { of, invoke, raw }: Pick<Outgoing, 'of' | 'invoke' | 'raw'>,
): Uint8Array {
  const bit = of === 'get' ? 'blockTransferGet' : 'blockTransferAction';
  if (!conforms(context.conformance, bit)) {
    const result = accessResults.dataBlockUnavailable;
    return of === 'get'
      ? encodeApdu({ kind: 'getResponse', invoke, result: err(result) })
      : encodeApdu({ kind: 'actionResponse', invoke, response: { result, returned: null } });
  }
  const outgoing = { of, invoke, raw, at: 0, sent: 0, last: raw };
  context.state.outgoing = outgoing;
  return sendBlock(outgoing, context.longestAnswer);
}

function sendBlock(outgoing: Outgoing, longestAnswer: number): Uint8Array {
  const { of, invoke } = outgoing;
  const size = Math.max(1, longestAnswer - blockHeader);
  const raw = outgoing.raw.subarray(outgoing.at, outgoing.at + size);
  outgoing.at += raw.length;
  outgoing.sent += 1;
  const lastBlock = outgoing.at >= outgoing.raw.length;
  const blockNumber = outgoing.sent;
  outgoing.last = encodeApdu(
    of === 'get'
      ? { kind: 'getResponseWithBlock', invoke, lastBlock, blockNumber, result: ok(raw) }
      : { kind: 'actionResponseWithBlock', invoke, block: { lastBlock, blockNumber, raw } },
  );
  return outgoing.last;
}

function nextBlock(
  state: State,
  asked: { readonly of: 'get' | 'action'; readonly invoke: number; readonly blockNumber: number },
  longestAnswer: number,
): Uint8Array {
  const { outgoing } = state;
  const isOurs = outgoing !== null && outgoing.of === asked.of;
  if (isOurs && asked.blockNumber === outgoing.sent - 1) return outgoing.last;
  const isNext = isOurs && asked.blockNumber === outgoing.sent;
  if (isNext && outgoing.at < outgoing.raw.length) return sendBlock(outgoing, longestAnswer);
  state.outgoing = null;
  const { invoke, blockNumber } = asked;
  if (asked.of === 'action') {
    const result = isOurs ? longActionAborted : noLongActionInProgress;
    return encodeApdu({ kind: 'actionResponse', invoke, response: { result, returned: null } });
  }
  const result = err(
    isOurs ? accessResults.dataBlockNumberInvalid : accessResults.noLongGetInProgress,
  );
  return encodeApdu({ kind: 'getResponseWithBlock', invoke, lastBlock: true, blockNumber, result });
}

function answerSet(context: Context, request: SetRequest): Uint8Array {
  const { view, state } = context;
  const { invoke } = request;
  switch (request.kind) {
    case 'setRequest': {
      const result = setAttribute(view, request.attribute, request.value);
      return encodeApdu({ kind: 'setResponse', invoke, result });
    }
    case 'setRequestWithList': {
      const results = setAll(view, request.attributes, request.values);
      return encodeApdu({ kind: 'setResponseWithList', invoke, results });
    }
    case 'setRequestWithFirstBlock':
      state.setting = newIncoming({ attributes: [request.attribute], isList: false });
      return takeSetBlock(context, request);
    case 'setRequestWithListAndFirstBlock':
      state.setting = newIncoming({ attributes: request.attributes, isList: true });
      return takeSetBlock(context, request);
    default:
      return takeSetBlock(context, request);
  }
}

type WithBlock = { readonly invoke: number; readonly block: DataBlock };

function takeSetBlock({ view, state, longestValue }: Context, o: WithBlock): Uint8Array {
  const { invoke, block } = o;
  const { blockNumber } = block;
  const { setting } = state;
  const aborted = (result: number) =>
    encodeApdu({ kind: 'setResponseForLastBlock', invoke, result, blockNumber });
  if (setting === null) return aborted(accessResults.noLongSetInProgress);
  switch (takeBlockInto(setting, block, longestValue)) {
    case 'repeat':
      return setting.lastAnswer;
    case 'more':
      setting.lastAnswer = encodeApdu({ kind: 'setResponseForBlock', invoke, blockNumber });
      return setting.lastAnswer;
    case 'outOfOrder':
      state.setting = null;
      return aborted(accessResults.dataBlockNumberInvalid);
    case 'tooLong':
      state.setting = null;
      return aborted(accessResults.longSetAborted);
    default: {
      const { attributes, isList } = setting.target;
      const values = wholeValues(setting, isList);
      const results =
        values === null
          ? attributes.map(() => accessResults.typeUnmatched)
          : setAll(view, attributes, values);
      setting.lastAnswer = isList
        ? encodeApdu({ kind: 'setResponseForLastBlockWithList', invoke, results, blockNumber })
        : aborted(results[0] ?? accessResults.otherReason);
      return setting.lastAnswer;
    }
  }
}

/** The values that the blocks make together; null where they are none. */
function wholeValues<T>(incoming: Incoming<T>, isList: boolean): readonly Data[] | null {
  const reader = readerOf(concat(...incoming.parts));
  incoming.parts = [];
  const takeOne = (each: Reader) => takeData(each);
  const values = isList ? takeList(reader, least.data, takeOne) : [takeOne(reader)];
  const whole = finish(reader, values);
  return whole.ok ? whole.value : null;
}

/** Where a value is missing, it is of no type. */
const setAll = (
  view: View,
  attributes: readonly SelectedAttribute[],
  values: readonly Data[],
): number[] =>
  attributes.map((attribute, index) => {
    const value = values[index];
    return value === undefined ? accessResults.typeUnmatched : setAttribute(view, attribute, value);
  });

function answerAction(context: Context, request: ActionRequest): Uint8Array {
  const { view, state, longestAnswer } = context;
  const { invoke } = request;
  switch (request.kind) {
    case 'actionRequest': {
      const response = runMethod(view, request.method, request.parameters);
      return answerMethods(context, { invoke, responses: [response], isList: false });
    }
    case 'actionRequestWithList': {
      const responses = runAll(view, request.methods, request.parameters);
      return answerMethods(context, { invoke, responses, isList: true });
    }
    case 'actionNext':
      return nextBlock(state, { of: 'action', ...request }, longestAnswer);
    case 'actionRequestWithFirstBlock':
      state.acting = newIncoming({ methods: [request.method], isList: false });
      return takeActionBlock(context, request);
    case 'actionRequestWithListAndFirstBlock':
      state.acting = newIncoming({ methods: request.methods, isList: true });
      return takeActionBlock(context, request);
    default:
      return takeActionBlock(context, request);
  }
}

function takeActionBlock(context: Context, { invoke, block }: WithBlock): Uint8Array {
  const { view, state, longestValue } = context;
  const { acting } = state;
  const { blockNumber } = block;
  const failed = (result: number) =>
    encodeApdu({ kind: 'actionResponse', invoke, response: { result, returned: null } });
  if (acting === null) return failed(noLongActionInProgress);
  switch (takeBlockInto(acting, block, longestValue)) {
    case 'repeat':
      return acting.lastAnswer;
    case 'more':
      acting.lastAnswer = encodeApdu({ kind: 'actionResponseNext', invoke, blockNumber });
      return acting.lastAnswer;
    case 'outOfOrder':
    case 'tooLong':
      state.acting = null;
      return failed(longActionAborted);
    default: {
      const { methods, isList } = acting.target;
      const parameters = wholeValues(acting, isList);
      const responses =
        parameters === null
          ? methods.map(() => ({ result: accessResults.typeUnmatched, returned: null }))
          : runAll(view, methods, parameters);
      acting.lastAnswer = answerMethods(context, { invoke, responses, isList });
      return acting.lastAnswer;
    }
  }
}

const runAll = (
  view: View,
  methods: readonly MethodDescriptor[],
  parameters: readonly Data[],
): MethodResponse[] =>
  methods.map((method, index) => runMethod(view, method, parameters[index] ?? null));

function answerMethods(
  context: Context,
  o: {
    readonly invoke: number;
    readonly responses: readonly MethodResponse[];
    readonly isList: boolean;
  },
): Uint8Array {
  const { invoke, responses, isList } = o;
  const [first = { result: accessResults.otherReason, returned: null }] = responses;
  const whole = encodeApdu(
    isList
      ? { kind: 'actionResponseWithList', invoke, responses }
      : { kind: 'actionResponse', invoke, response: first },
  );
  if (whole.length <= context.longestAnswer) return whole;
  const raw = build((writer) =>
    isList ? putList(writer, responses, putMethodResponse) : putMethodResponse(writer, first),
  );
  return startBlocks(context, { of: 'action', invoke, raw });
}
