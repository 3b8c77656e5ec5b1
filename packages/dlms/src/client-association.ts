// The client's side of one association, above the framing: AARQ, the proof that high level security
// asks for, requests one after the other, release; in clear or ciphered.

import { type AssociationResponse, contexts, mechanisms, type Release } from './acse.ts';
import { type Apdu, decodeApdu, encodeApdu, type PlainApdu, type ServiceResponse } from './apdu.ts';
import { noBytes, sameBytes } from './bytes.ts';
import { type CipheredApdu, decodeCiphered } from './ciphered.ts';
import { type ClientRequest, type ClientTransfer, startTransfer } from './client-transfer.ts';
import type { AssociationOptions, ClientEvent, ExceptionWhy, RefusalWhy } from './client-types.ts';
import { ownConformance } from './conformance.ts';
import { octetString } from './data.ts';
import { type HlsInput, hlsAnswer, isHighMechanism, isHlsAnswer } from './hls.ts';
import {
  decodeInitiateResponse,
  decodeServiceError,
  encodeInitiateRequest,
  type InitiateResponse,
} from './initiate.ts';
import { currentAssociation } from './logical-device.ts';
import { serviceErrors } from './notification.ts';
import {
  type CipherManner,
  type DedicatedKey,
  newDedicatedKey,
  type OpenFault,
} from './security-context.ts';

export type AssociationStep = {
  readonly events: readonly ClientEvent[];
  readonly apdu: Uint8Array | null;
};

export type ClientAssociation = {
  readonly open: () => Uint8Array | null;
  /** `id` comes back with the answer. One at a time. */
  readonly request: (id: number, request: ClientRequest) => AssociationStep;
  readonly release: () => Uint8Array | null;
  /** `isUnasked`: by a way that answers nothing, where only notifications come. */
  readonly take: (apdu: Uint8Array, isUnasked?: boolean) => AssociationStep;
  /** The answer will not come any more. */
  readonly fail: (why: 'timeout' | 'linkLost') => AssociationStep;
  readonly isIdle: () => boolean;
};

type State = {
  readonly options: AssociationOptions;
  phase: 'closed' | 'opening' | 'proving' | 'open' | 'releasing';
  ownChallenge: Uint8Array;
  serverChallenge: Uint8Array;
  serverTitle: Uint8Array | null;
  dedicated: DedicatedKey | null;
  limits: { longestRequest: number; longestValue: number };
  opened: InitiateResponse | null;
  invoke: number;
  pending: { readonly id: number; readonly transfer: ClientTransfer } | null;
};

/** Confirmed, and of high priority, as every peer sends it. */
const invokeBits = 0xc0;
const cipherOverhead = 30;

const step = (...events: ClientEvent[]): AssociationStep => ({ events, apdu: null });

export function createClientAssociation(options: AssociationOptions): ClientAssociation {
  const state: State = {
    options,
    phase: 'closed',
    ownChallenge: noBytes,
    serverChallenge: noBytes,
    serverTitle: null,
    dedicated: null,
    limits: { longestRequest: 0, longestValue: options.longestValue ?? 0x10_0000 },
    opened: null,
    invoke: 0,
    pending: null,
  };
  return {
    open: () => openRequest(state),
    request: (id, request) => {
      if (state.phase !== 'open' || state.pending !== null) {
        throw new Error(`no request while ${state.phase}`);
      }
      state.invoke = (state.invoke + 1) & 0x0f;
      const transfer = startTransfer(request, invokeBits | state.invoke, state.limits);
      state.pending = { id, transfer };
      return sendService(state, transfer.first);
    },
    release: () => {
      state.phase = 'releasing';
      state.pending = null;
      return releaseRequest(state);
    },
    take: (bytes, isUnasked = false) => take(state, bytes, isUnasked),
    fail: (kind) => {
      const { pending, phase } = state;
      state.phase = 'closed';
      state.pending = null;
      if (pending !== null) return step({ kind: 'failed', id: pending.id, why: { kind } });
      return phase === 'releasing' ? step({ kind: 'released' }) : step();
    },
    isIdle: () => state.phase === 'open' && state.pending === null,
  };
}

/**
 * The manner of what is sent. A dedicated key is not used before the association stands: meters
 * that take one by the initiate open the proof by the global key alone.
 */
function mannerOf(state: State, isInitiate: boolean): CipherManner | null {
  const { security } = state.options;
  if (security === null || security.protection === 'none') return null;
  const { context, protection, general } = security;
  const isEarly = isInitiate || state.phase === 'proving';
  const key = !isEarly && state.dedicated !== null ? 'dedicated' : 'global';
  return { form: { key, general: general && !isInitiate }, protection, suite: context.suite };
}

/** In the manner of the association; null when the counters are used up. */
function closed(state: State, plain: Uint8Array, isInitiate = false): Uint8Array | null {
  const manner = mannerOf(state, isInitiate);
  const { security } = state.options;
  if (manner === null || security === null) return plain;
  const { dedicated } = state;
  return security.context.close({ ...manner, plain, dedicated });
}

function openRequest(state: State): Uint8Array | null {
  const { authentication, security, random, conformance, maxPduSize } = state.options;
  const { mechanism } = authentication;
  const isHigh = isHighMechanism(mechanism);
  state.phase = 'opening';
  state.pending = null;
  state.serverTitle = null;
  state.ownChallenge = isHigh ? random(mechanism === 'ecdsa' ? 32 : 16) : noBytes;
  const isCiphered = security !== null && security.protection !== 'none';
  state.dedicated = isCiphered && security.dedicated ? newDedicatedKey(random(16)) : null;
  const initiate = encodeInitiateRequest({
    dedicatedKey: state.dedicated?.key ?? null,
    responseAllowed: true,
    qualityOfService: null,
    dlmsVersion: 6,
    conformance: conformance ?? ownConformance,
    maxPduSize: maxPduSize ?? 0xffff,
  });
  const userInformation = closed(state, initiate, true);
  if (userInformation === null) return null;
  const password = mechanism === 'low' ? (authentication.secret ?? noBytes) : null;
  return encodeApdu({
    kind: 'associationRequest',
    contextId: isCiphered ? contexts.lnCiphered : contexts.ln,
    title: security?.context.title ?? null,
    qualifier: null,
    userId: null,
    mechanismId: mechanism === 'none' ? null : mechanisms[mechanism],
    authentication: isHigh ? state.ownChallenge : password,
    userInformation,
  });
}

/**
 * In a ciphered context the release carries a ciphered initiate, so that nobody else can send it.
 */
function releaseRequest(state: State): Uint8Array | null {
  const { conformance, maxPduSize } = state.options;
  let userInformation: Uint8Array | null = null;
  if (mannerOf(state, true) !== null) {
    const initiate = encodeInitiateRequest({
      dedicatedKey: null,
      responseAllowed: true,
      qualityOfService: null,
      dlmsVersion: 6,
      conformance: conformance ?? ownConformance,
      maxPduSize: maxPduSize ?? 0xffff,
    });
    userInformation = closed(state, initiate, true);
    if (userInformation === null) return null;
  }
  return encodeApdu({ kind: 'releaseRequest', reason: 0, userInformation });
}

function sendService(state: State, plain: Uint8Array): AssociationStep {
  const apdu = closed(state, plain);
  if (apdu !== null) return { events: [], apdu };
  const id = state.pending?.id ?? 0;
  state.pending = null;
  return step({ kind: 'failed', id, why: { kind: 'countersUsedUp' } });
}

function take(state: State, bytes: Uint8Array, isUnasked: boolean): AssociationStep {
  const apdu = decodeApdu(bytes);
  if (!apdu.ok) return step({ kind: 'ignored', why: 'malformed' });
  if (apdu.value.kind === 'ciphered') return takeCiphered(state, apdu.value, isUnasked);
  return isUnasked && !isNotification(apdu.value)
    ? unexpected
    : takePlain(state, apdu.value, false);
}

const isNotification = ({ kind }: Plain): boolean =>
  kind === 'dataNotification' || kind === 'eventNotification';

function takeCiphered(state: State, apdu: CipheredApdu, isUnasked: boolean): AssociationStep {
  const opened = openCiphered(state, apdu);
  if (typeof opened === 'string') return step({ kind: 'ignored', why: opened });
  const inner = decodeApdu(opened);
  if (!inner.ok || inner.value.kind === 'ciphered') {
    return step({ kind: 'ignored', why: 'malformed' });
  }
  return isUnasked && !isNotification(inner.value)
    ? unexpected
    : takePlain(state, inner.value, true);
}

function openCiphered(state: State, apdu: CipheredApdu): Uint8Array | OpenFault {
  const { security } = state.options;
  if (security === null) return 'noKey';
  const { serverTitle: otherTitle, dedicated } = state;
  const least = security.protection === 'none' ? 'authenticated' : security.protection;
  // Only the meter's own title: what says another is another's.
  const isOther =
    apdu.title !== null &&
    apdu.title.length > 0 &&
    otherTitle !== null &&
    !sameBytes(apdu.title, otherTitle);
  if (isOther) return 'noTitle';
  const opened = security.context.open({ apdu, otherTitle, dedicated, least });
  return opened.ok ? opened.value : opened.error;
}

type Plain = Exclude<Apdu, CipheredApdu>;

function takePlain(state: State, apdu: Plain, isProtected: boolean): AssociationStep {
  switch (apdu.kind) {
    case 'associationResponse':
      return state.phase === 'opening' ? takeResponse(state, apdu) : unexpected;
    case 'releaseResponse':
      return takeRelease(state, apdu);
    case 'dataNotification':
    case 'eventNotification':
      return step({ kind: 'notification', notification: apdu, isProtected });
    case 'exceptionResponse': {
      const { stateError, serviceError, invocationCounter } = apdu;
      return fail(state, { kind: 'exception', stateError, serviceError, invocationCounter });
    }
    case 'getResponse':
    case 'getResponseWithBlock':
    case 'getResponseWithList':
    case 'setResponse':
    case 'setResponseForBlock':
    case 'setResponseForLastBlock':
    case 'setResponseForLastBlockWithList':
    case 'setResponseWithList':
    case 'actionResponse':
    case 'actionResponseWithBlock':
    case 'actionResponseWithList':
    case 'actionResponseNext':
      return takeService(state, apdu, isProtected);
    default:
      return unexpected;
  }
}

const unexpected: AssociationStep = step({ kind: 'ignored', why: 'unexpected' });

function fail(state: State, why: ExceptionWhy): AssociationStep {
  const { pending } = state;
  if (state.phase === 'opening' || state.phase === 'proving') {
    state.phase = 'closed';
    return step({ kind: 'refused', why });
  }
  if (state.phase === 'releasing') {
    state.phase = 'closed';
    return step({ kind: 'released' });
  }
  if (pending === null) return unexpected;
  // In clear: of a counter that was seen already it may be about a doubled request.
  if (why.serviceError === serviceErrors.invocationCounterError && isAbout(state, why)) {
    return unexpected;
  }
  state.pending = null;
  return step({ kind: 'failed', id: pending.id, why });
}

/** The meter expects what comes after all that we have sent: it has taken everything. */
function isAbout(state: State, { invocationCounter }: ExceptionWhy): boolean {
  const { security } = state.options;
  const next = security?.context.counters.peek() ?? null;
  return invocationCounter !== null && next !== null && invocationCounter === next;
}

function takeRelease(state: State, _: Release): AssociationStep {
  if (state.phase !== 'releasing') return unexpected;
  state.phase = 'closed';
  return step({ kind: 'released' });
}

function takeService(
  state: State,
  response: ServiceResponse,
  isProtected: boolean,
): AssociationStep {
  const isCiphered = mannerOf(state, false) !== null;
  if (isCiphered && !isProtected) return step({ kind: 'ignored', why: 'policy' });
  if (state.phase === 'proving') return takeProof(state, response);
  const { pending } = state;
  if (pending === null) return unexpected;
  const taken = pending.transfer.take(response);
  switch (taken.kind) {
    case 'send':
      return sendService(state, taken.apdu);
    case 'ignored':
      return unexpected;
    case 'answer':
      state.pending = null;
      return step({ kind: 'answer', id: pending.id, answer: taken.answer });
    default:
      state.pending = null;
      return step({ kind: 'failed', id: pending.id, why: { kind: taken.fault } });
  }
}

function refused(state: State, why: RefusalWhy): AssociationStep {
  state.phase = 'closed';
  return step({ kind: 'refused', why });
}

function takeResponse(state: State, response: AssociationResponse): AssociationStep {
  const { authentication, security } = state.options;
  state.serverTitle = response.title;
  const information = response.userInformation ?? noBytes;
  const ciphered = decodeCiphered(information);
  const opened = ciphered === null ? information : openCiphered(state, ciphered);
  if (response.result !== 0) return refused(state, whyTurnedAway(response, opened));
  const isCiphered = security !== null && security.protection !== 'none';
  if (typeof opened === 'string' || (isCiphered && ciphered === null)) {
    return refused(state, { kind: 'malformed' });
  }
  const initiate = decodeInitiateResponse(opened);
  if (!initiate.ok) return refused(state, { kind: 'malformed' });
  state.opened = initiate.value;
  const { maxPduSize } = initiate.value;
  const longest = maxPduSize === 0 ? 0xffff : maxPduSize;
  state.limits.longestRequest = longest - (isCiphered ? cipherOverhead : 0);
  if (!isHighMechanism(authentication.mechanism)) return open(state);
  state.serverChallenge = response.authentication ?? noBytes;
  // Our own challenge sent back would have us answer it for somebody else.
  const isReflected = sameBytes(state.serverChallenge, state.ownChallenge);
  if (state.serverChallenge.length < 8 || isReflected) return refused(state, { kind: 'malformed' });
  return sendProof(state);
}

function whyTurnedAway(
  response: AssociationResponse,
  information: Uint8Array | OpenFault,
): RefusalWhy {
  const error = typeof information === 'string' ? null : decodeServiceError(information);
  if (error?.ok === true) return { kind: 'initiate', ...error.value };
  return { kind: 'turnedAway', result: response.result, diagnostic: response.diagnostic.value };
}

function open(state: State): AssociationStep {
  state.phase = 'open';
  const { opened, serverTitle } = state;
  return step({
    kind: 'opened',
    conformance: opened?.conformance ?? 0,
    maxPduSize: opened?.maxPduSize ?? 0,
    serverTitle,
  });
}

function secretsOf(state: State): HlsInput['secrets'] {
  const { authentication, security } = state.options;
  const keys = security?.context.keys();
  return {
    suite: security?.context.suite ?? 0,
    secret: authentication.secret ?? noBytes,
    key: keys?.encryptionKey ?? noBytes,
    authenticationKey: keys?.authenticationKey ?? noBytes,
    privateKey: authentication.privateKey ?? noBytes,
    publicKey: authentication.publicKey ?? noBytes,
  };
}

function sendProof(state: State): AssociationStep {
  const { authentication, security, crypto } = state.options;
  const { mechanism } = authentication;
  if (!isHighMechanism(mechanism)) return open(state);
  const answer = hlsAnswer(crypto, mechanism, {
    secrets: secretsOf(state),
    nextCounter: () => security?.context.counters.next() ?? null,
    ownTitle: security?.context.title ?? noBytes,
    otherTitle: state.serverTitle ?? noBytes,
    ownChallenge: state.ownChallenge,
    otherChallenge: state.serverChallenge,
  });
  if (answer === null) return refused(state, { kind: 'proofRefused' });
  state.phase = 'proving';
  state.invoke = (state.invoke + 1) & 0x0f;
  const said: PlainApdu = {
    kind: 'actionRequest',
    invoke: invokeBits | state.invoke,
    method: { classId: 15, logicalName: currentAssociation, method: 1 },
    parameters: octetString(answer),
  };
  const apdu = closed(state, encodeApdu(said));
  return apdu === null ? refused(state, { kind: 'proofRefused' }) : { events: [], apdu };
}

function takeProof(state: State, response: ServiceResponse): AssociationStep {
  const { authentication, security, crypto } = state.options;
  const { mechanism } = authentication;
  const isOurs = response.kind === 'actionResponse' && (response.invoke & 0x0f) === state.invoke;
  if (!isOurs || !isHighMechanism(mechanism)) return unexpected;
  const { result, returned } = response.response;
  if (result !== 0) return refused(state, { kind: 'proofRefused' });
  const value = returned?.ok === true ? returned.value : null;
  const answer = value?.type === 'octetString' ? value.value : noBytes;
  const isRight = isHlsAnswer(crypto, mechanism, {
    secrets: secretsOf(state),
    answer,
    ownTitle: state.serverTitle ?? noBytes,
    otherTitle: security?.context.title ?? noBytes,
    ownChallenge: state.serverChallenge,
    otherChallenge: state.ownChallenge,
  });
  return isRight ? open(state) : refused(state, { kind: 'notProved' });
}
