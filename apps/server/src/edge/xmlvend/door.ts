// One message of a shop, answered: who sends it, whether it was here before, what the standard says
// of it, and then the core. Nothing is decided here about money, tokens or meters.

import {
  type ClientMessage,
  decideRequest,
  type EarlierRequest,
  readXmlvendRequest,
  type ServerAnswer,
  type ServerContext,
  type XmlvendRequest,
} from '@prewatt/rails';
import {
  type AnswerHead,
  element,
  envelopeOf,
  faultOf,
  headOf,
  type SoapVersion,
} from '@prewatt/rails/xmlvend-written';
import type { MeterAtTill, TillMessage } from '../../money/vendors/index.ts';
import { type BatchAsked, batchAnswer, endBatch, startBatch } from './batches.ts';
import {
  type Answer,
  type Call,
  type DoorDeps,
  headOfAnswer,
  instantText,
  nameOf,
  refused,
} from './call.ts';
import { offers } from './offers.ts';
import { createOnce, isFault, type Once, type Outcome, type Stored, storedIn } from './once.ts';
import { type Fault, fault, otherCurrency } from './refusals.ts';
import { isTold, type ToldAsked, tell, toldAnswer } from './told.ts';
import {
  confirm,
  debtPaymentOf,
  type Purchase,
  purchaseOf,
  sell,
  soldAnswer,
  trial,
} from './vend.ts';

export type DoorMessage = {
  readonly raw: Uint8Array;
  /** SHA-256 of the certificate that the client proved to hold; null for none. */
  readonly certificate: Buffer | null;
  readonly version: SoapVersion;
};

export type DoorReply = { readonly status: 200 | 500; readonly text: string };

export type Door = (message: DoorMessage) => Promise<DoorReply>;

export function createDoor(deps: DoorDeps): Door {
  const once = createOnce(deps.vendors);
  return async ({ raw, certificate, version }) => {
    const read = readXmlvendRequest(raw);
    if (!read.ok) {
      const { faultType, desc, msgId } = read.error;
      return faultReply(version, await strangersHead(deps, { msgId }), fault(faultType, desc));
    }
    const request = read.value;
    const admitted = await admit(deps, request, certificate);
    if (!('till' in admitted)) {
      return faultReply(version, await strangersHead(deps, request), admitted);
    }
    const call = { ...admitted, request };
    const answer = await answerTo(deps, once, call);
    if (answer.kind === 'fault') {
      return faultReply(version, headOfAnswer(deps, call), answer.fault);
    }
    const body = element(`${prefixOf(answer.element)}:${answer.element}`, {}, ...answer.parts);
    return { status: 200, text: envelopeOf(version, body) };
  };
}

/** What went wrong in us, to whoever asked: unknown, so that they ask for the last response. */
export const brokenReply = async (deps: DoorDeps, version: SoapVersion): Promise<DoorReply> =>
  faultReply(
    version,
    await strangersHead(deps, { msgId: null }),
    fault('SystemEx', 'The request could not be finished; ask for its last response.'),
  );

const prefixOf = (name: string): 'b' | 'm' | 'r' => {
  if (name.startsWith('advice')) return 'b';
  return /^(confirmMeter|meterSpecific|nonMeter|updateMeter|custReport)/.test(name) ? 'm' : 'r';
};

const faultReply = (version: SoapVersion, head: AnswerHead, said: Fault): DoorReply => ({
  status: 500,
  text: envelopeOf(version, faultOf(version, { ...head, custMsg: said.custMsg }, said)),
});

/** For whom there is no utility to go by: the zone of all of them, where they share one. */
const strangersHead = async (
  deps: DoorDeps,
  of: Partial<Pick<XmlvendRequest, 'clientId' | 'terminalId'>> & {
    readonly msgId: XmlvendRequest['msgId'] | null;
  },
): Promise<AnswerHead> => ({
  clientId: of.clientId ?? '',
  terminalId: of.terminalId ?? '',
  serverId: deps.serverId,
  msgId: of.msgId,
  at: instantText(deps.clocks.real.nowMs(), await sharedZone(deps)),
});

async function sharedZone({ utilities }: DoorDeps): Promise<string> {
  const [first, ...others] = (await utilities.list().catch(() => [])).map(({ zone }) => zone);
  return first !== undefined && others.every((zone) => zone === first) ? first : 'UTC';
}

async function admit(
  deps: DoorDeps,
  request: XmlvendRequest,
  certificate: Buffer | null,
): Promise<Omit<Call, 'request'> | Fault> {
  if (certificate === null) {
    return fault('ClientIDSSLEx', 'Show the client certificate that the utility registered.');
  }
  const { clientId, terminalId } = request;
  const found = await deps.vendors.terminals({ certificate, clientId, terminalId });
  switch (found.kind) {
    case 'foreignCertificate':
      return fault('ClientIDSSLEx', 'The certificate does not belong to the clientID.');
    case 'unknownTerminal':
      return fault('ClientIDAuthorisationEx', 'The utility has not registered this terminalID.');
    case 'till': {
      const utility = await deps.utilities.get(found.till.utilityId);
      return { till: found.till, utility };
    }
  }
}

async function answerTo(deps: DoorDeps, once: Once, call: Call): Promise<Answer> {
  const { request, till } = call;
  const { messages, selling } = deps.vendors;
  const own = await messages.find(till, nameOf(request, request.msgId));
  const original =
    request.advice === null
      ? null
      : await messages.find(till, nameOf(request, request.advice.original));
  const meter = request.msno === null ? null : await selling.meterAt(till, request.msno);
  const known = { own, original, meter };
  const decided = decideRequest(request, contextOf(call, known));
  return carryOut(deps, once, call, { decided, ...known });
}

const doneOnce = ['payAccReq', 'startBatchReq', 'endBatchReq', 'depositReq', 'custReportFaultReq'];
const offered = [...offers.keys(), ...doneOnce];

type Known = {
  readonly own: TillMessage | null;
  readonly original: TillMessage | null;
  readonly meter: MeterAtTill | null;
};

function contextOf(call: Call, { own, original, meter }: Known): ServerContext {
  const { request, utility } = call;
  const isOwn = (message: ClientMessage) => message.msgId === request.msgId;
  const asEarlier = (message: TillMessage | null): EarlierRequest | null => {
    if (message === null || message.fingerprint === null) return null;
    return { fingerprint: message.fingerprint, answer: { kind: 'confirmed' } };
  };
  return {
    certificateEan: request.clientId,
    currency: utility.currency.code,
    // The core knows the limits and the float, and refuses by itself.
    ...{ minMinor: null, maxMinor: null, creditMinor: null },
    offers: offered,
    meterOf: () =>
      meter === null
        ? null
        : {
            // A confirmation tells that nothing can be sold, a fault is heard of any meter, and
            // what is owed may be why one is blocked.
            blocked: meter.blocked && !/^(confirm|custReportFault|payAcc)/.test(request.element),
            // The number of an exchanged meter leads to another one's key data.
            sgc: meter.exchanged ? null : meter.supplyGroupCode,
            krn: meter.exchanged ? null : String(meter.keyRevision),
            ti: meter.exchanged ? null : meter.tariffIndex,
          },
    earlier: (message) => asEarlier(isOwn(message) ? own : original),
  };
}

async function carryOut(
  deps: DoorDeps,
  once: Once,
  call: Call,
  o: Known & { readonly decided: ServerAnswer },
): Promise<Answer> {
  const { decided, meter } = o;
  const { request, till } = call;
  const name = nameOf(request, request.msgId);
  switch (decided.kind) {
    case 'fault':
      if (decided.faultType === 'LastResponseEx' && request.advice !== null) {
        return neverProcessed(deps, once, call);
      }
      return refused(
        fault(decided.faultType, decided.desc, {
          // Limits are the core's: what is refused so before it is the currency of a sale.
          custMsg: decided.faultType === 'RequestAuthorisationEx' ? otherCurrency : undefined,
        }),
      );
    case 'confirm':
      if (meter === null || request.msno === null) return needsMeter;
      return confirm(deps, call, { msno: request.msno, meter });
    case 'sell': {
      const { msno, amountMinor } = decided;
      if (meter === null) return needsMeter;
      if (decided.trial) return trial(deps, call, { msno, amountMinor, meter });
      const purchase = purchaseOf(call, { msno, amountMinor });
      const stored = await once.run(till, name, {
        ...{ element: request.element, fingerprint: request.fingerprint, request: purchase },
        work: () => sell(deps, { ...call, name, purchase }),
      });
      return isFault(stored) ? refused(stored) : shown(deps, call, stored);
    }
    case 'stored':
      return decided.byAdvice
        ? lastResponse(deps, once, call, o.original)
        : again(deps, once, call, o.own);
    case 'confirmed':
      return confirmed(deps, call);
    case 'offered': {
      const offer = offers.get(decided.element);
      if (offer !== undefined) return offer(deps, call, meter);
      const deed = doing(deps, call);
      if ('type' in deed) return refused(deed);
      const stored = await once.run(till, name, {
        ...{ element: request.element, fingerprint: request.fingerprint },
        ...deed,
      });
      return isFault(stored) ? refused(stored) : shown(deps, call, stored);
    }
  }
}

/** What an element that is done once does, and what has to be known to go on with it. */
function doing(
  deps: DoorDeps,
  call: Call,
): { readonly request: object; readonly work: () => Promise<Outcome> } | Fault {
  const { type, batchTotal, vendorDeposit, words, msno, msgId } = call.request;
  if (call.request.element === 'payAccReq') {
    const purchase = debtPaymentOf(call);
    if ('type' in purchase) return purchase;
    const name = nameOf(call.request, msgId);
    return { request: purchase, work: () => sell(deps, { ...call, name, purchase }) };
  }
  if (isTold(call.request.element)) {
    const asked: ToldAsked = { vendorDeposit, words, msno };
    return { request: asked, work: () => tell(deps, call) };
  }
  const work = call.request.element === 'startBatchReq' ? startBatch : endBatch;
  const asked: BatchAsked = { type, batchTotal };
  return { request: asked, work: () => work(deps, call) };
}

const needsMeter = refused(
  fault('ConfirmCustomerEx', 'Customers are found by the number of their meter alone.'),
);

async function shown(deps: DoorDeps, call: Call, { outcome, atMs }: Stored): Promise<Answer> {
  switch (outcome.kind) {
    case 'sold':
      return soldAnswer(deps, call, { ...outcome, atMs });
    case 'batches':
      return batchAnswer(deps, call, { ...outcome, atMs });
    case 'shift': {
      const names = [{ kind: 'shift' as const, number: outcome.shiftId }];
      return batchAnswer(deps, call, { names, atMs });
    }
    case 'told':
      return toldAnswer(deps, call, { ...outcome, atMs });
    case 'refused':
      return refused(outcome.fault);
  }
}

/** How to go on with a message that somebody left unfinished. */
const goOn = (
  deps: DoorDeps,
  call: Call,
  id: XmlvendRequest['msgId'],
  known: TillMessage,
): (() => Promise<Outcome>) | null => {
  const { request } = call;
  // What it asked was written when it was claimed.
  switch (known.element) {
    case 'payAccReq':
    case 'creditVendReq': {
      const purchase = known.request as Purchase;
      return () => sell(deps, { ...call, name: nameOf(request, id), purchase });
    }
    case 'startBatchReq':
    case 'endBatchReq': {
      const asked = { ...request, ...(known.request as BatchAsked), msgId: id };
      const goOnWith = known.element === 'startBatchReq' ? startBatch : endBatch;
      return () => goOnWith(deps, { ...call, request: asked });
    }
    case 'depositReq':
    case 'custReportFaultReq': {
      const asked = { ...(known.request as ToldAsked), element: known.element, msgId: id };
      return () => tell(deps, { ...call, request: { ...request, ...asked } });
    }
    default:
      return null;
  }
};

/** A repeat of a message that is known. */
async function again(
  deps: DoorDeps,
  once: Once,
  call: Call,
  own: TillMessage | null,
): Promise<Answer> {
  if (own === null) throw new Error('a stored answer without its message');
  const { till, request } = call;
  const work = goOn(deps, call, request.msgId, own);
  const stored = await once.resolve(till, nameOf(request, request.msgId), { known: own, work });
  return isFault(stored) ? refused(stored) : shown(deps, call, stored);
}

/** Advice about a message that never came: it is given up, should it come after all. */
async function neverProcessed(deps: DoorDeps, once: Once, call: Call): Promise<Answer> {
  const { request, till } = call;
  if (request.advice === null) throw new Error('an advice without its message');
  const { original } = request.advice;
  const left = await deps.vendors.messages.giveUp(till, nameOf(request, original));
  if (left.state !== 'givenUp') return lastResponse(deps, once, call, left);
  return refused(fault('LastResponseEx', 'This msgID was not processed; send a new request.'));
}

async function lastResponse(
  deps: DoorDeps,
  once: Once,
  call: Call,
  original: TillMessage | null,
): Promise<Answer> {
  const { request, till } = call;
  if (request.advice === null || original === null) throw new Error('an advice of nothing');
  const id = request.advice.original;
  const stored = await once.resolve(till, nameOf(request, id), {
    known: original,
    work: goOn(deps, call, id, original),
  });
  if (isFault(stored)) {
    const desc = 'It is not yet known what came of this msgID; ask again.';
    return refused(fault('IndeterminantLastResponseEx', desc));
  }
  const of = { ...request, msgId: id, element: original.element };
  const last = await shown(deps, { ...call, request: of }, stored);
  if (last.kind === 'fault') {
    // Final, and nothing came of it: what a client may take for "never processed".
    const { type, desc, code, custMsg } = last.fault;
    return refused({ ...fault('LastResponseEx', `Refused by ${type}: ${desc}`), code, custMsg });
  }
  const name = last.element.replace(/^./, (letter) => letter.toUpperCase());
  const type = `${prefixOf(last.element)}:${name}`;
  return {
    kind: 'parts',
    element: 'adviceResp',
    parts: [
      ...headOf(headOfAnswer(deps, call)),
      element('b:lastResponse', { 'xsi:type': type }, ...last.parts),
    ],
  };
}

async function confirmed(deps: DoorDeps, call: Call): Promise<Answer> {
  const { request, till } = call;
  const { messages } = deps.vendors;
  const name = nameOf(request, request.advice?.original ?? request.msgId);
  const known = await messages.find(till, name);
  // To a client a confirmed transaction is a sale: a refusal is none.
  const isRefused = known !== null && storedIn(known)?.outcome.kind === 'refused';
  if (isRefused || !(await messages.confirm(till, name))) {
    return refused(fault('ConfirmationEx', 'There is no answer to this msgID to confirm.'));
  }
  return {
    kind: 'parts',
    element: 'adviceResp',
    parts: [...headOf(headOfAnswer(deps, call)), element('b:txConfirmed', {}, 'true')],
  };
}
