// What a server asks of a device, as requests of CoAP, and what the device's answer says; and the
// Send of a device (LwM2M 1.1 transport, 6.4).

import { type CoapRequest, type CoapResponse, coapCodes, codeText, isSuccess } from '@prewatt/coap';
import { err, ok, type Result } from '@prewatt/quantities';
import {
  type ContentFormat,
  contentFormats,
  decodeContent,
  encodeContent,
  formatOf,
} from './content.ts';
import { decodeLinks, type Link } from './link-format.ts';
import { type Path, segmentsOf } from './path.ts';
import { decodeSenmlCbor, decodeSenmlJson } from './senml.ts';
import type { ContentFault, Entry } from './values.ts';

/** Where a device sends values unasked, and where it registers. */
export const sendPath = ['dp'];
export const registerPath = ['rd'];

export const readRequest = (path: Path, format: ContentFormat): CoapRequest => ({
  method: 'get',
  path: segmentsOf(path),
  accept: contentFormats[format],
});

export const observeRequest = (path: Path, format: ContentFormat): CoapRequest => ({
  ...readRequest(path, format),
  observe: 0,
});

export const discoverRequest = (path: Path): CoapRequest => ({
  method: 'get',
  path: segmentsOf(path),
  accept: contentFormats.linkFormat,
});

/** Throws when the format cannot say the entries: a bug of the caller. */
export function writeRequest(
  path: Path,
  entries: readonly Entry[],
  format: ContentFormat,
): CoapRequest {
  const payload = encodeContent(format, path, entries);
  if (!payload.ok) throw new RangeError(`${format} cannot say what is to be written`);
  return {
    method: 'put',
    path: segmentsOf(path),
    contentFormat: contentFormats[format],
    payload: payload.value,
  };
}

export const executeRequest = (path: Path, argument = ''): CoapRequest => ({
  method: 'post',
  path: segmentsOf(path),
  ...(argument === ''
    ? {}
    : { payload: new TextEncoder().encode(argument), contentFormat: contentFormats.text }),
});

/** Of the device, to its server. */
export function sendRequest(entries: readonly Entry[]): CoapRequest {
  const payload = encodeContent('senmlCbor', { object: 0 }, entries);
  return {
    method: 'post',
    path: sendPath,
    contentFormat: contentFormats.senmlCbor,
    ...(payload.ok ? { payload: payload.value } : {}),
  };
}

/** What a device may say instead of an answer. */
export type DeviceRefusal =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'content'; readonly fault: ContentFault };

export function entriesIn(
  response: CoapResponse,
  path: Path,
): Result<readonly Entry[], DeviceRefusal> {
  if (response.code !== coapCodes.content) return refused(response);
  const format = formatOf(response.contentFormat ?? contentFormats.text);
  const payload = response.payload ?? new Uint8Array(0);
  const read =
    format === undefined ? err('unsupported' as const) : decodeContent(format, path, payload);
  return read.ok ? read : err({ kind: 'content', fault: read.error });
}

export function linksIn(response: CoapResponse): Result<readonly Link[], DeviceRefusal> {
  if (response.code !== coapCodes.content) return refused(response);
  const links = decodeLinks(new TextDecoder().decode(response.payload ?? new Uint8Array(0)));
  return links.ok ? links : err({ kind: 'content', fault: 'format' });
}

export const doneIn = (response: CoapResponse): Result<void, DeviceRefusal> =>
  isSuccess(response.code) ? ok(undefined) : refused(response);

const refused = ({ code }: CoapResponse): Result<never, DeviceRefusal> =>
  err({ kind: 'code', code: codeText(code) });

/** What a device sent unasked, in a format that has paths. */
export function sentEntries(
  contentFormat: number | null,
  payload: Uint8Array,
): Result<readonly Entry[], ContentFault> {
  const format = formatOf(contentFormat ?? -1);
  if (format !== 'senmlCbor' && format !== 'senmlJson') return err('unsupported');
  return format === 'senmlCbor' ? decodeSenmlCbor(payload) : decodeSenmlJson(payload);
}
