// What is looked at before an association is opened: whether a profile can be opened at all, and
// whether a request fits it: context, mechanism, password or challenge.

import {
  type AssociationRequest,
  contexts,
  diagnostics,
  type Mechanism,
  mechanismOf,
} from './acse.ts';
import { noBytes, sameBytes } from './bytes.ts';
import type { AssociationProfile, LogicalDevice } from './logical-device.ts';
import type { OpenFault } from './security-context.ts';

export type RefusedWhy =
  | 'unknownClient'
  | 'context'
  | 'mechanism'
  | 'authentication'
  | 'initiate'
  | 'notAssociated'
  | 'malformed'
  | OpenFault;

export type Refusal = {
  readonly why: RefusedWhy;
  readonly diagnostic: number;
  readonly userInformation?: Uint8Array;
};

/** A profile that could never be opened is a bug of whoever made the device. */
export function checkDevice({ associations, security }: LogicalDevice): void {
  for (const { name, mechanism, protection, privateKey, publicKey } of associations) {
    const lacks =
      ((mechanism === 'gmac' || protection !== 'none') && security === null) ||
      (mechanism === 'ecdsa' && (privateKey?.length !== 32 || publicKey?.length !== 64)) ||
      (needsTitles(mechanism) && security === null) ||
      mechanism === 'high';
    if (lacks) throw new RangeError(`association ${name} lacks what its mechanism needs`);
  }
}

export function checkRequest(
  device: LogicalDevice,
  profile: AssociationProfile,
  request: AssociationRequest,
): Refusal | null {
  const isCiphered = request.contextId === contexts.lnCiphered;
  const isKnown = isCiphered ? device.security !== null : request.contextId === contexts.ln;
  if (!isKnown || (!isCiphered && profile.protection !== 'none')) {
    return { why: 'context', diagnostic: diagnostics.contextNotSupported };
  }
  const mechanism = mechanismOf(request.mechanismId);
  if (mechanism !== profile.mechanism) {
    const isNone = mechanism === 'none';
    const { mechanismRequired, mechanismNotRecognised } = diagnostics;
    return { why: 'mechanism', diagnostic: isNone ? mechanismRequired : mechanismNotRecognised };
  }
  return isAuthentic(profile, request)
    ? null
    : { why: 'authentication', diagnostic: diagnostics.authenticationFailure };
}

/** The password, or a challenge of a right length and a title where the answer is made with it. */
function isAuthentic(profile: AssociationProfile, request: AssociationRequest): boolean {
  const { mechanism } = profile;
  const given = request.authentication ?? noBytes;
  if (mechanism === 'none') return true;
  if (mechanism === 'low') return sameBytes(given, profile.secret);
  if (given.length < 8 || given.length > 64) return false;
  return !needsTitles(mechanism) || request.title?.length === 8;
}

export const needsTitles = (mechanism: Mechanism): boolean =>
  mechanism === 'gmac' || mechanism === 'sha256' || mechanism === 'ecdsa';
