// One association at a meter: opened by AARQ (with a challenge where the mechanism asks for one),
// then services in clear or ciphered, each within the rights of its profile, until it is released.

import {
  type AssociationRequest,
  contexts,
  diagnostics,
  mechanisms,
  type Release,
} from './acse.ts';
import type { ActionRequest } from './action.ts';
import { type Apdu, decodeApdu, encodeApdu, type PlainApdu, type ServiceRequest } from './apdu.ts';
import {
  checkDevice,
  checkRequest,
  needsTitles,
  type Refusal,
  type RefusedWhy,
} from './association-checks.ts';
import { noBytes, sameBytes } from './bytes.ts';
import type { Protection } from './cipher.ts';
import { type CipheredApdu, decodeCiphered } from './ciphered.ts';
import { ownConformance } from './conformance.ts';
import type { DlmsCrypto, RandomBytes } from './crypto.ts';
import { octetString } from './data.ts';
import { counterOfGmac, type HlsInput, hlsAnswer, isHighMechanism, isHlsAnswer } from './hls.ts';
import {
  decodeInitiateRequest,
  encodeInitiateResponse,
  encodeServiceError,
  type InitiateRequest,
} from './initiate.ts';
import {
  type AssociationFacts,
  type AssociationProfile,
  currentAssociation,
  type LogicalDevice,
  type View,
  viewOf,
} from './logical-device.ts';
import {
  type DataNotificationConfirm,
  type ExceptionResponse,
  serviceErrors,
  stateErrors,
} from './notification.ts';
import {
  type CipherManner,
  type DedicatedKey,
  mannerOf,
  newDedicatedKey,
} from './security-context.ts';
import { accessResults, confirmedService, type MethodResponse } from './services.ts';
import { createTransferServer, type TransferServer } from './transfer-server.ts';

export type AssociationEvent =
  | { readonly kind: 'associated' | 'released'; readonly association: string }
  | { readonly kind: 'pushConfirmed'; readonly longInvoke: number }
  /** Why an association or an APDU was not taken: for the meter's log. */
  | { readonly kind: 'refused'; readonly association: string; readonly why: RefusedWhy };

export type AssociationServer = {
  readonly handle: (apdu: Uint8Array) => Handled;
  /** The link below is gone. */
  readonly drop: () => readonly AssociationEvent[];
};

export type Handled = {
  /** Null where nothing is to be answered. */
  readonly reply: Uint8Array | null;
  readonly events: readonly AssociationEvent[];
};

export type AssociationServerOptions = {
  readonly device: LogicalDevice;
  readonly clientSap: number;
  readonly crypto: DlmsCrypto;
  readonly random: RandomBytes;
  /** The longest value that a SET or ACTION may bring in blocks. */
  readonly longestValue?: number;
};

type Session = {
  readonly profile: AssociationProfile;
  readonly contextId: number;
  readonly clientTitle: Uint8Array | null;
  readonly dedicated: DedicatedKey | null;
  /** Challenges of both sides, while the client has not proved itself. */
  pending: { readonly ownChallenge: Uint8Array; readonly clientChallenge: Uint8Array } | null;
  readonly transfers: TransferServer;
};

type Draft = {
  readonly options: AssociationServerOptions;
  session: Session | null;
  events: AssociationEvent[];
  /** What the last ciphered request was answered with: a repeat gets the same bytes again. */
  last: { readonly request: Uint8Array; readonly reply: Uint8Array | null } | null;
};

const challengeBytes = 16;
const longChallengeBytes = 32;

export function createAssociationServer(options: AssociationServerOptions): AssociationServer {
  checkDevice(options.device);
  const draft: Draft = { options, session: null, events: [], last: null };
  const taking = (run: () => Uint8Array | null): Handled => {
    draft.events = [];
    const reply = run();
    return { reply, events: draft.events };
  };
  return {
    handle: (apdu) => taking(() => handle(draft, apdu)),
    drop: () => taking(() => end(draft)).events,
  };
}

function end(draft: Draft): null {
  if (draft.session !== null) {
    draft.events.push({ kind: 'released', association: draft.session.profile.name });
    draft.options.device.security?.takeStaged();
  }
  draft.session = null;
  draft.last = null;
  return null;
}

function handle(draft: Draft, bytes: Uint8Array): Uint8Array | null {
  const apdu = decodeApdu(bytes);
  if (!apdu.ok) {
    refuse(draft, 'malformed');
    const isUnknown = apdu.error === 'tag';
    return exception(
      isUnknown ? stateErrors.serviceUnknown : stateErrors.serviceNotAllowed,
      isUnknown ? serviceErrors.serviceNotSupported : serviceErrors.otherReason,
    );
  }
  switch (apdu.value.kind) {
    case 'associationRequest':
      end(draft);
      return open(draft, apdu.value);
    case 'releaseRequest':
      return release(draft, apdu.value);
    case 'ciphered':
      return handleCiphered(draft, apdu.value, bytes);
    case 'dataNotificationConfirm':
      return confirmPush(draft, apdu.value);
    default:
      return handlePlain(draft, apdu.value);
  }
}

function refuse(draft: Draft, why: RefusedWhy): void {
  const association = draft.session?.profile.name ?? `client ${draft.options.clientSap}`;
  draft.events.push({ kind: 'refused', association, why });
}

const exception = (
  stateError: number,
  serviceError: number,
  invocationCounter: number | null = null,
): Uint8Array => {
  const said: ExceptionResponse = {
    kind: 'exceptionResponse',
    stateError,
    serviceError,
    invocationCounter,
  };
  return encodeApdu(said);
};

function handlePlain(draft: Draft, apdu: Exclude<Apdu, CipheredApdu>): Uint8Array | null {
  const { session } = draft;
  if (session === null || session.profile.protection !== 'none') {
    refuse(draft, session === null ? 'notAssociated' : 'policy');
    return exception(stateErrors.serviceNotAllowed, serviceErrors.operationNotPossible);
  }
  return serve(draft, session, apdu);
}

function handleCiphered(draft: Draft, apdu: CipheredApdu, bytes: Uint8Array): Uint8Array | null {
  const { session, last } = draft;
  const { security } = draft.options.device;
  if (session === null || security === null) {
    refuse(draft, 'notAssociated');
    return exception(stateErrors.serviceNotAllowed, serviceErrors.operationNotPossible);
  }
  // Sent again, or doubled on the way: nothing is done twice, and nothing new is said.
  if (last !== null && sameBytes(last.request, bytes)) return last.reply;
  const { clientTitle: otherTitle, dedicated } = session;
  const least = leastOf(session.profile.protection);
  const plain = security.open({ apdu, otherTitle, dedicated, least });
  if (!plain.ok) {
    refuse(draft, plain.error);
    return plain.error === 'replay'
      ? exception(
          stateErrors.serviceNotAllowed,
          serviceErrors.invocationCounterError,
          expectedOf(session, security.counters.received(), apdu),
        )
      : exception(stateErrors.serviceNotAllowed, serviceErrors.decipheringError);
  }
  const inner = decodeApdu(plain.value);
  const isService = inner.ok && inner.value.kind !== 'ciphered';
  const answer = isService
    ? serve(draft, session, inner.value as Exclude<Apdu, CipheredApdu>)
    : exception(stateErrors.serviceUnknown, serviceErrors.serviceNotSupported);
  const reply = answer === null ? null : closed(draft, answer, mannerOf(apdu));
  draft.last = { request: bytes.slice(), reply };
  return reply;
}

/** The counter that is expected next, under the key that the request came under. */
const expectedOf = ({ dedicated }: Session, received: number, apdu: CipheredApdu): number =>
  1 + (mannerOf(apdu).form.key === 'dedicated' ? (dedicated?.received ?? -1) : received);

/** In clear is not a protection: what is ciphered at all must have at least a tag. */
const leastOf = (asked: Protection): Protection => (asked === 'none' ? 'authenticated' : asked);

/** In the manner of the request. An exception stays in clear: it says nothing of the meter. */
function closed(draft: Draft, plain: Uint8Array, manner: CipherManner): Uint8Array {
  const { security } = draft.options.device;
  if (plain[0] === 0xd8 || security === null) return plain;
  const dedicated = draft.session?.dedicated ?? null;
  return (
    security.close({ ...manner, plain, dedicated }) ??
    exception(stateErrors.serviceNotAllowed, serviceErrors.otherReason)
  );
}

function serve(
  draft: Draft,
  session: Session,
  apdu: Exclude<Apdu, CipheredApdu>,
): Uint8Array | null {
  switch (apdu.kind) {
    case 'getRequest':
    case 'getNext':
    case 'getRequestWithList':
      return session.pending === null ? session.transfers.answer(apdu) : notYet(draft);
    case 'setRequest':
    case 'setRequestWithList':
    case 'setRequestWithFirstBlock':
    case 'setRequestWithBlock':
    case 'setRequestWithListAndFirstBlock':
    case 'actionRequestWithList':
    case 'actionRequestWithFirstBlock':
    case 'actionRequestWithListAndFirstBlock':
    case 'actionRequestWithBlock':
    case 'actionNext':
      return session.pending === null ? confirmed(session, apdu) : notYet(draft);
    case 'actionRequest': {
      if (session.pending !== null) return prove(draft, session, apdu);
      return confirmed(session, apdu);
    }
    case 'dataNotificationConfirm':
      return confirmPush(draft, apdu);
    default:
      return exception(stateErrors.serviceUnknown, serviceErrors.serviceNotSupported);
  }
}

/** The acknowledgement of what was pushed. It belongs to no association. */
function confirmPush(draft: Draft, { longInvoke }: DataNotificationConfirm): null {
  draft.events.push({ kind: 'pushConfirmed', longInvoke });
  return null;
}

/** Of an unconfirmed service nothing is said back. */
function confirmed(session: Session, request: ServiceRequest): Uint8Array | null {
  const answer = session.transfers.answer(request);
  return (request.invoke & confirmedService) === 0 ? null : answer;
}

function notYet(draft: Draft): Uint8Array {
  refuse(draft, 'notAssociated');
  return exception(stateErrors.serviceNotAllowed, serviceErrors.operationNotPossible);
}

function release(draft: Draft, request: Release): Uint8Array {
  const { security } = draft.options.device;
  const ciphered =
    request.userInformation === null ? null : decodeCiphered(request.userInformation);
  let userInformation: Uint8Array | null = null;
  const { session } = draft;
  if (ciphered !== null && session !== null && security !== null) {
    const { clientTitle: otherTitle, dedicated } = session;
    const least = leastOf(session.profile.protection);
    const opened = security.open({ apdu: ciphered, otherTitle, dedicated, least });
    if (!opened.ok) {
      refuse(draft, opened.error);
      return exception(stateErrors.serviceNotAllowed, serviceErrors.decipheringError);
    }
    userInformation = closed(draft, initiateResponseOf(draft.options.device), mannerOf(ciphered));
  }
  end(draft);
  return encodeApdu({ kind: 'releaseResponse', reason: 0, userInformation });
}

const initiateResponseOf = (device: LogicalDevice, conformance = ownConformance): Uint8Array =>
  encodeInitiateResponse({
    qualityOfService: null,
    dlmsVersion: 6,
    conformance,
    maxPduSize: device.maxPduSize,
    vaaName: 7,
  });

function open(draft: Draft, request: AssociationRequest): Uint8Array {
  const { device, clientSap } = draft.options;
  const profile = device.associations.find((each) => each.clientSap === clientSap);
  if (profile === undefined) {
    return turnedAway(draft, request, {
      why: 'unknownClient',
      diagnostic: diagnostics.noReason,
    });
  }
  const refusal = checkRequest(device, profile, request);
  if (refusal !== null) return turnedAway(draft, request, refusal);
  const initiate = openInitiate(draft, profile, request);
  if ('why' in initiate) return turnedAway(draft, request, initiate);
  return accept(draft, { profile, request, ...initiate });
}

function turnedAway(draft: Draft, request: AssociationRequest, refusal: Refusal): Uint8Array {
  refuse(draft, refusal.why);
  return encodeApdu({
    kind: 'associationResponse',
    contextId: request.contextId === 0 ? contexts.ln : request.contextId,
    result: 1,
    diagnostic: { source: 'user', value: refusal.diagnostic },
    title: null,
    qualifier: null,
    mechanismId: null,
    authentication: null,
    userInformation: refusal.userInformation ?? null,
  });
}

type Opened = { readonly initiate: InitiateRequest; readonly manner: CipherManner | null };

/** The xDLMS initiate, in clear or ciphered. */
function openInitiate(
  draft: Draft,
  profile: AssociationProfile,
  request: AssociationRequest,
): Opened | Refusal {
  const failed = (error: number, why: RefusedWhy = 'initiate'): Refusal => ({
    why,
    diagnostic: diagnostics.noReason,
    userInformation: encodeServiceError({ service: 1, errorClass: 6, error }),
  });
  const { security } = draft.options.device;
  const information = request.userInformation ?? noBytes;
  const ciphered = decodeCiphered(information);
  let plain = information;
  if (ciphered !== null) {
    if (security === null || request.contextId !== contexts.lnCiphered) return failed(0);
    const least = leastOf(profile.protection);
    const { title: otherTitle } = request;
    const opened = security.open({ apdu: ciphered, otherTitle, dedicated: null, least });
    if (!opened.ok) return failed(0, opened.error);
    plain = opened.value;
  } else if (profile.protection !== 'none') {
    return failed(0, 'policy');
  }
  const initiate = decodeInitiateRequest(plain);
  if (!initiate.ok) return failed(0, 'malformed');
  const { dlmsVersion, conformance, maxPduSize } = initiate.value;
  if (dlmsVersion !== 6) return failed(1);
  if ((conformance & ownConformance) === 0) return failed(2);
  if (maxPduSize !== 0 && maxPduSize < 12) return failed(3);
  return { initiate: initiate.value, manner: ciphered === null ? null : mannerOf(ciphered) };
}

/** Tag, length, control, counter and tag of a ciphered APDU, with a title in a general one. */
const cipherOverhead = 1 + 3 + 1 + 4 + 12 + 9;

function accept(
  draft: Draft,
  o: Opened & { readonly profile: AssociationProfile; readonly request: AssociationRequest },
): Uint8Array {
  const { device, random, longestValue = 0x1_0000 } = draft.options;
  const { profile, request, initiate, manner } = o;
  const conformance = initiate.conformance & ownConformance;
  const maxSendPduSize = initiate.maxPduSize === 0 ? 0xffff : initiate.maxPduSize;
  const isCiphered = request.contextId === contexts.lnCiphered;
  const longestAnswer = maxSendPduSize - (isCiphered ? cipherOverhead : 0);
  const facts: AssociationFacts = { conformance, maxSendPduSize, contextId: request.contextId };
  const view: View = viewOf(device, profile, () => facts);
  const isHigh = isHighMechanism(profile.mechanism);
  const ownChallenge = random(profile.mechanism === 'ecdsa' ? longChallengeBytes : challengeBytes);
  draft.session = {
    profile,
    contextId: request.contextId,
    clientTitle: request.title,
    dedicated: initiate.dedicatedKey === null ? null : newDedicatedKey(initiate.dedicatedKey),
    pending: isHigh ? { ownChallenge, clientChallenge: request.authentication ?? noBytes } : null,
    transfers: createTransferServer({ view, conformance, longestAnswer, longestValue }),
  };
  if (!isHigh) draft.events.push({ kind: 'associated', association: profile.name });
  const plain = initiateResponseOf(device, conformance);
  const saysTitle = isCiphered || needsTitles(profile.mechanism);
  const { none, authenticationRequired } = diagnostics;
  return encodeApdu({
    kind: 'associationResponse',
    contextId: request.contextId,
    result: 0,
    diagnostic: { source: 'user', value: isHigh ? authenticationRequired : none },
    title: saysTitle ? (device.security?.title ?? null) : null,
    qualifier: null,
    mechanismId: isHigh ? mechanisms[profile.mechanism] : null,
    authentication: isHigh ? ownChallenge : null,
    userInformation: manner === null ? plain : closed(draft, plain, manner),
  });
}

/** Pass 3 and 4: the client's answer to our challenge, and ours to the client's. */
function prove(draft: Draft, session: Session, request: ActionRequest): Uint8Array | null {
  if (request.kind !== 'actionRequest' || session.pending === null) return notYet(draft);
  const { classId, logicalName, method } = request.method;
  if (classId !== 15 || logicalName !== currentAssociation || method !== 1) return notYet(draft);
  const { invoke, parameters } = request;
  const answer = parameters?.type === 'octetString' ? parameters.value : noBytes;
  const returned = answerToProof(draft, session, answer);
  if (returned === null) {
    refuse(draft, 'authentication');
    draft.session = null;
    const response: MethodResponse = { result: accessResults.otherReason, returned: null };
    return encodeApdu({ kind: 'actionResponse', invoke, response });
  }
  session.pending = null;
  draft.events.push({ kind: 'associated', association: session.profile.name });
  const response: MethodResponse = {
    result: accessResults.success,
    returned: { ok: true, value: octetString(returned) },
  };
  const said: PlainApdu = { kind: 'actionResponse', invoke, response };
  return encodeApdu(said);
}

function answerToProof(draft: Draft, session: Session, answer: Uint8Array): Uint8Array | null {
  const { crypto, device } = draft.options;
  const { profile, pending } = session;
  const { security } = device;
  const { mechanism } = profile;
  if (pending === null || !isHighMechanism(mechanism)) return null;
  const keys = security?.keys();
  const secrets: HlsInput['secrets'] = {
    suite: security?.suite ?? 0,
    secret: profile.secret,
    key: keys?.encryptionKey ?? noBytes,
    authenticationKey: keys?.authenticationKey ?? noBytes,
    privateKey: profile.privateKey ?? noBytes,
    publicKey: profile.publicKey ?? noBytes,
  };
  const client = session.clientTitle ?? noBytes;
  const own = security?.title ?? noBytes;
  const isRight = isHlsAnswer(crypto, mechanism, {
    secrets,
    answer,
    ownTitle: client,
    otherTitle: own,
    ownChallenge: pending.clientChallenge,
    otherChallenge: pending.ownChallenge,
  });
  if (!isRight) return null;
  if (mechanism === 'gmac') security?.counters.accept(counterOfGmac(answer));
  return hlsAnswer(crypto, mechanism, {
    secrets,
    nextCounter: () => security?.counters.next() ?? null,
    ownTitle: own,
    otherTitle: client,
    ownChallenge: pending.ownChallenge,
    otherChallenge: pending.clientChallenge,
  });
}
