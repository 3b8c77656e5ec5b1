// The xDLMS part of opening an association: InitiateRequest, InitiateResponse and the error that
// stands in their place (IEC 62056-5-3, 7.3).

import type { Result } from '@prewatt/quantities';
import {
  build,
  type DecodeFault,
  fail,
  finish,
  putOctets,
  putU8,
  putU16,
  type Reader,
  readerOf,
  takeLength,
  takeOctets,
  takeU8,
  takeU16,
  type Writer,
} from './bytes.ts';

export type InitiateRequest = {
  readonly dedicatedKey: Uint8Array | null;
  readonly responseAllowed: boolean;
  readonly qualityOfService: number | null;
  readonly dlmsVersion: number;
  readonly conformance: number;
  /** The longest APDU that the client takes; 0 is without a limit. */
  readonly maxPduSize: number;
};

export type InitiateResponse = {
  readonly qualityOfService: number | null;
  readonly dlmsVersion: number;
  readonly conformance: number;
  readonly maxPduSize: number;
  /** 0x0007 with logical names. */
  readonly vaaName: number;
};

/** Of a service that could not be done, with the numbers of the standard. */
export type ConfirmedServiceError = {
  /** 1 initiate, 5 read, 6 write. */
  readonly service: number;
  /** The choice of ServiceError: 6 is initiate. */
  readonly errorClass: number;
  readonly error: number;
};

export const initiateTags = { request: 0x01, response: 0x08, error: 0x0e } as const;

export function encodeInitiateRequest(request: InitiateRequest): Uint8Array {
  return build((writer) => {
    putU8(writer, initiateTags.request);
    if (request.dedicatedKey === null) {
      putU8(writer, 0);
    } else {
      putU8(writer, 1);
      putOctets(writer, request.dedicatedKey);
    }
    // True is the default and is left out.
    putU8(writer, request.responseAllowed ? 0 : 1);
    if (!request.responseAllowed) putU8(writer, 0);
    putQuality(writer, request.qualityOfService);
    putU8(writer, request.dlmsVersion);
    putConformance(writer, request.conformance);
    putU16(writer, request.maxPduSize);
  });
}

export function decodeInitiateRequest(bytes: Uint8Array): Result<InitiateRequest, DecodeFault> {
  const reader = readerOf(bytes);
  if (takeU8(reader) !== initiateTags.request) fail(reader, 'tag');
  const dedicatedKey = takeFlag(reader) ? takeOctets(reader) : null;
  const responseAllowed = takeFlag(reader) ? takeU8(reader) !== 0 : true;
  return finish(reader, {
    dedicatedKey,
    responseAllowed,
    qualityOfService: takeQuality(reader),
    dlmsVersion: takeU8(reader),
    conformance: takeConformance(reader),
    maxPduSize: takeU16(reader),
  });
}

export function encodeInitiateResponse(response: InitiateResponse): Uint8Array {
  return build((writer) => {
    putU8(writer, initiateTags.response);
    putQuality(writer, response.qualityOfService);
    putU8(writer, response.dlmsVersion);
    putConformance(writer, response.conformance);
    putU16(writer, response.maxPduSize);
    putU16(writer, response.vaaName);
  });
}

export function decodeInitiateResponse(bytes: Uint8Array): Result<InitiateResponse, DecodeFault> {
  const reader = readerOf(bytes);
  if (takeU8(reader) !== initiateTags.response) fail(reader, 'tag');
  return finish(reader, {
    qualityOfService: takeQuality(reader),
    dlmsVersion: takeU8(reader),
    conformance: takeConformance(reader),
    maxPduSize: takeU16(reader),
    vaaName: takeU16(reader),
  });
}

export const encodeServiceError = (error: ConfirmedServiceError): Uint8Array =>
  Uint8Array.of(initiateTags.error, error.service, error.errorClass, error.error);

export function decodeServiceError(bytes: Uint8Array): Result<ConfirmedServiceError, DecodeFault> {
  const reader = readerOf(bytes);
  if (takeU8(reader) !== initiateTags.error) fail(reader, 'tag');
  return finish(reader, takeServiceError(reader));
}

export const takeServiceError = (reader: Reader): ConfirmedServiceError => ({
  service: takeU8(reader),
  errorClass: takeU8(reader),
  error: takeU8(reader),
});

export function takeFlag(reader: Reader): boolean {
  const flag = takeU8(reader);
  if (flag > 1 && flag !== 0xff) fail(reader, 'value');
  return flag !== 0;
}

const takeQuality = (reader: Reader): number | null =>
  takeFlag(reader) ? (takeU8(reader) << 24) >> 24 : null;

function putQuality(writer: Writer, quality: number | null): void {
  putU8(writer, quality === null ? 0 : 1);
  if (quality !== null) putU8(writer, quality);
}

// [APPLICATION 31] IMPLICIT BIT STRING, in BER within A-XDR: 5F 1F, 4 bytes, no unused bits.
function putConformance(writer: Writer, block: number): void {
  putU16(writer, 0x5f1f);
  putU8(writer, 4);
  putU8(writer, 0);
  putU8(writer, block >>> 16);
  putU16(writer, block & 0xffff);
}

function takeConformance(reader: Reader): number {
  if (takeU8(reader) !== 0x5f) fail(reader, 'tag');
  // Some stacks write the tag in one byte.
  const second = takeU8(reader);
  const length = second === 0x1f ? takeLength(reader) : second;
  const unused = takeU8(reader);
  if (length !== 4 || unused !== 0) fail(reader, 'value');
  return (takeU8(reader) << 16) | takeU16(reader);
}
