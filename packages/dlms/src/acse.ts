// The APDUs that open and close an association (ACSE, IEC 62056-5-3, 7.2): AARQ, AARE, RLRQ, RLRE.

import { err, ok, type Result } from '@prewatt/quantities';
import {
  contentsOf,
  dlmsIdentifier,
  eachElement,
  element,
  failIfNull,
  idOfDlms,
  idOfWrapped,
  integerElement,
  integerOf,
  loosely,
  octetStringTag,
  putElement,
  putRaw,
  wrappedIdentifier,
} from './ber.ts';
import {
  build,
  type DecodeFault,
  fail,
  finish,
  noBytes,
  type Reader,
  readerOf,
  takeLength,
  takeU8,
  type Writer,
} from './bytes.ts';

/** Application contexts, 2.16.756.5.8.1.x. */
export const contexts = { ln: 1, sn: 2, lnCiphered: 3, snCiphered: 4 } as const;

/** Authentication mechanisms, 2.16.756.5.8.2.x; `none` is said by saying nothing. */
export const mechanisms = {
  none: 0,
  low: 1,
  high: 2,
  md5: 3,
  sha1: 4,
  gmac: 5,
  sha256: 6,
  ecdsa: 7,
} as const;
export type Mechanism = keyof typeof mechanisms;

export const mechanismOf = (id: number | null): Mechanism | null =>
  (Object.keys(mechanisms) as Mechanism[]).find((name) => mechanisms[name] === (id ?? 0)) ?? null;

export type AssociationRequest = {
  readonly kind: 'associationRequest';
  /** 0 where the context is none of the DLMS UA. */
  readonly contextId: number;
  /** System title of the client. */
  readonly title: Uint8Array | null;
  /** Calling AE qualifier: a certificate. */
  readonly qualifier: Uint8Array | null;
  /** Who of the client's users. */
  readonly userId: number | null;
  readonly mechanismId: number | null;
  /** Password or challenge. */
  readonly authentication: Uint8Array | null;
  readonly userInformation: Uint8Array | null;
};

/** Who says why: `user` is the service user, whose numbers begin with 0 null, 1 no reason given. */
export type Diagnostic = { readonly source: 'user' | 'provider'; readonly value: number };

export const diagnostics = {
  none: 0,
  noReason: 1,
  contextNotSupported: 2,
  callingTitleNotRecognised: 3,
  mechanismNotRecognised: 11,
  mechanismRequired: 12,
  authenticationFailure: 13,
  authenticationRequired: 14,
} as const;

export type AssociationResponse = {
  readonly kind: 'associationResponse';
  readonly contextId: number;
  /** 0 accepted, 1 refused for good, 2 for now. */
  readonly result: number;
  readonly diagnostic: Diagnostic;
  readonly title: Uint8Array | null;
  readonly qualifier: Uint8Array | null;
  readonly mechanismId: number | null;
  readonly authentication: Uint8Array | null;
  readonly userInformation: Uint8Array | null;
};

/** `reason` 0 is normal; null where it is left out. */
export type Release = {
  readonly kind: 'releaseRequest' | 'releaseResponse';
  readonly reason: number | null;
  readonly userInformation: Uint8Array | null;
};

export const acseTags = {
  associationRequest: 0x60,
  associationResponse: 0x61,
  releaseRequest: 0x62,
  releaseResponse: 0x63,
} as const;

export function encodeAssociationRequest(request: AssociationRequest): Uint8Array {
  const body = build((writer) => {
    putElement(writer, 0xa1, wrappedIdentifier(1, request.contextId));
    putWrapped(writer, 0xa6, request.title);
    putWrapped(writer, 0xa7, request.qualifier);
    if (request.userId !== null) putElement(writer, 0xa9, integerElement(request.userId));
    putAuthentication(writer, request, { requirements: 0x8a, mechanism: 0x8b, value: 0xac });
    putWrapped(writer, 0xbe, request.userInformation);
  });
  return element(acseTags.associationRequest, body);
}

export function encodeAssociationResponse(response: AssociationResponse): Uint8Array {
  const { source, value } = response.diagnostic;
  const body = build((writer) => {
    putElement(writer, 0xa1, wrappedIdentifier(1, response.contextId));
    putElement(writer, 0xa2, integerElement(response.result));
    putElement(writer, 0xa3, element(source === 'user' ? 0xa1 : 0xa2, integerElement(value)));
    putWrapped(writer, 0xa4, response.title);
    putWrapped(writer, 0xa5, response.qualifier);
    putAuthentication(writer, response, { requirements: 0x88, mechanism: 0x89, value: 0xaa });
    putWrapped(writer, 0xbe, response.userInformation);
  });
  return element(acseTags.associationResponse, body);
}

export function encodeRelease({ kind, reason, userInformation }: Release): Uint8Array {
  const body = build((writer) => {
    if (reason !== null) putRaw(writer, 0x80, 1, reason);
    putWrapped(writer, 0xbe, userInformation);
  });
  return element(acseTags[kind], body);
}

function putWrapped(writer: Writer, tag: number, octets: Uint8Array | null): void {
  if (octets !== null) putElement(writer, tag, element(octetStringTag, octets));
}

type AuthenticationTags = {
  readonly requirements: number;
  readonly mechanism: number;
  readonly value: number;
};

function putAuthentication(
  writer: Writer,
  said: Pick<AssociationRequest, 'mechanismId' | 'authentication'>,
  tags: AuthenticationTags,
): void {
  if (said.mechanismId !== null) {
    // Requirements: one bit, authentication.
    putRaw(writer, tags.requirements, 2, 0x07, 0x80);
    putElement(writer, tags.mechanism, dlmsIdentifier(2, said.mechanismId));
  }
  if (said.authentication !== null) {
    putElement(writer, tags.value, element(0x80, said.authentication));
  }
}

type Draft<T> = { -readonly [K in keyof T]: T[K] };

export function decodeAssociationRequest(
  bytes: Uint8Array,
): Result<AssociationRequest, DecodeFault> {
  const reader = readerOf(bytes);
  const found: Draft<AssociationRequest> = { kind: 'associationRequest', ...nothing };
  openApdu(reader, acseTags.associationRequest);
  let hasContext = false;
  eachElement(reader, (tag, contents) => {
    switch (tag) {
      case 0xa1:
        hasContext = true;
        found.contextId = idOfWrapped(contents, 1) ?? 0;
        return;
      case 0xa6:
        found.title = octetsOf(reader, contents);
        return;
      case 0xa7:
        found.qualifier = octetsOf(reader, contents);
        return;
      case 0xa9:
        found.userId = failIfNull(reader, integerOf(contents), 0);
        return;
      case 0x8b:
        found.mechanismId = failIfNull(reader, idOfDlms(contents, 2), 0);
        return;
      case 0xac:
        found.authentication = failIfNull(reader, contentsOf(contents, 0x80), noBytes);
        return;
      case 0xbe:
        found.userInformation = octetsOf(reader, contents);
        return;
      default:
      // What is optional and not used here is passed over.
    }
  });
  if (!hasContext) fail(reader, 'value');
  return finish(reader, found);
}

const nothing = {
  contextId: 0,
  title: null,
  qualifier: null,
  userId: null,
  mechanismId: null,
  authentication: null,
  userInformation: null,
};

export function decodeAssociationResponse(
  bytes: Uint8Array,
): Result<AssociationResponse, DecodeFault> {
  const reader = readerOf(bytes);
  const { userId: _, ...base } = nothing;
  const found: Draft<AssociationResponse> = {
    kind: 'associationResponse',
    ...base,
    result: 0,
    diagnostic: { source: 'user', value: 0 },
  };
  openApdu(reader, acseTags.associationResponse);
  const seen = new Set<number>();
  eachElement(reader, (tag, contents) => {
    seen.add(tag);
    readResponseElement(reader, found, { tag, contents });
  });
  if (!seen.has(0xa1) || !seen.has(0xa2)) fail(reader, 'value');
  return finish(reader, found);
}

function readResponseElement(
  reader: Reader,
  found: Draft<AssociationResponse>,
  { tag, contents }: { tag: number; contents: Uint8Array },
): void {
  switch (tag) {
    case 0xa1:
      found.contextId = idOfWrapped(contents, 1) ?? 0;
      return;
    case 0xa2:
      found.result = failIfNull(reader, integerOf(contents), 0);
      return;
    case 0xa3:
      found.diagnostic = diagnosticOf(reader, contents);
      return;
    case 0xa4:
      found.title = octetsOf(reader, contents);
      return;
    case 0xa5:
      found.qualifier = octetsOf(reader, contents);
      return;
    case 0x89:
      found.mechanismId = failIfNull(reader, idOfDlms(contents, 2), 0);
      return;
    case 0xaa:
      found.authentication = failIfNull(reader, contentsOf(contents, 0x80), noBytes);
      return;
    case 0xbe:
      found.userInformation = octetsOf(reader, contents);
      return;
    default:
  }
}

function diagnosticOf(reader: Reader, contents: Uint8Array): Diagnostic {
  const user = contentsOf(contents, 0xa1);
  const inner = user ?? contentsOf(contents, 0xa2);
  const value = inner === null ? null : integerOf(inner);
  return { source: user === null ? 'provider' : 'user', value: failIfNull(reader, value, 0) };
}

const octetsOf = (reader: Reader, contents: Uint8Array): Uint8Array =>
  failIfNull(reader, contentsOf(contents, octetStringTag), noBytes);

function openApdu(reader: Reader, tag: number): void {
  if (takeU8(reader) !== tag) fail(reader, 'tag');
  if (takeLength(reader) !== reader.end - reader.at) fail(reader, 'truncated');
}

/**
 * A release, requested or answered. Lengths are not trusted: servers are known that count them
 * wrong, and at the end of an association nothing hangs on them.
 */
export function decodeRelease(bytes: Uint8Array): Result<Release, DecodeFault> {
  const tag = bytes[0];
  if (tag !== acseTags.releaseRequest && tag !== acseTags.releaseResponse) return err('tag');
  const kind = tag === acseTags.releaseRequest ? 'releaseRequest' : 'releaseResponse';
  let rest = loosely(bytes, tag);
  if (rest === null) return err('truncated');
  let reason: number | null = null;
  if (rest[0] === 0x80) {
    const value = rest[2];
    if (rest[1] !== 1 || value === undefined) return err('value');
    reason = value;
    rest = rest.subarray(3);
  }
  if (rest.length === 0) return ok({ kind, reason, userInformation: null });
  const wrapped = loosely(rest, 0xbe);
  const userInformation = wrapped === null ? null : loosely(wrapped, octetStringTag);
  return userInformation === null ? err('tag') : ok({ kind, reason, userInformation });
}
