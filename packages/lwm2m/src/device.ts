// A device's side: what it has, read, written, executed and observed by a server, with the codes of
// the standard. Its values, and what a write does, are handed in.

import { type CoapResponse, coapCodes, type IncomingRequest } from '@prewatt/coap';
import {
  type ContentFormat,
  contentFormats,
  decodeContent,
  encodeContent,
  formatOf,
} from './content.ts';
import { encodeLinks, type Link } from './link-format.ts';
import { definitionOf } from './objects.ts';
import { isWithin, type Path, pathOf, pathText } from './path.ts';
import type { Entry } from './values.ts';

export type DeviceAnswer = 'done' | 'notAllowed' | 'badValue' | 'notFound';

export type DeviceModel = {
  /** All values, as they are now, in the order of their paths. */
  readonly values: () => readonly Entry[];
  readonly write: (entries: readonly Entry[]) => DeviceAnswer;
  readonly execute: (path: Path, argument: string) => DeviceAnswer;
};

/** Under which token a server observes a path, and in which format. */
export type DeviceObservation = {
  readonly token: Uint8Array;
  readonly path: Path;
  readonly format: ContentFormat;
};

export type Lwm2mDevice = {
  readonly answer: (request: IncomingRequest) => CoapResponse;
  readonly observations: () => readonly DeviceObservation[];
  /** The values as they are now, for a notification. */
  readonly notice: (observation: DeviceObservation) => CoapResponse;
  readonly endObservations: () => void;
  /** What it has, for its registration. */
  readonly links: () => string;
};

const mostObservations = 16;
const codeOf: Readonly<Record<DeviceAnswer, number>> = {
  done: coapCodes.changed,
  notAllowed: coapCodes.methodNotAllowed,
  badValue: coapCodes.badRequest,
  notFound: coapCodes.notFound,
};

export function createLwm2mDevice(model: DeviceModel): Lwm2mDevice {
  const observed = new Map<string, DeviceObservation>();
  let observe = 1;
  const within = (path: Path): readonly Entry[] =>
    model.values().filter((entry) => isWithin(entry.path, path));
  const content = (path: Path, format: ContentFormat): CoapResponse => {
    const of = within(path).filter(({ path: each }) => isReadable(each));
    if (of.length === 0) {
      return { code: within(path).length > 0 ? coapCodes.methodNotAllowed : coapCodes.notFound };
    }
    const payload = encodeContent(format, path, of);
    if (!payload.ok) return { code: coapCodes.notAcceptable };
    return {
      code: coapCodes.content,
      contentFormat: contentFormats[format],
      payload: payload.value,
    };
  };
  const read = (request: IncomingRequest, path: Path): CoapResponse => {
    if (request.accept === contentFormats.linkFormat) return discover(within(path), path);
    const format =
      request.accept === null ? usualFormat(within(path), path) : formatOf(request.accept);
    if (format === undefined) return { code: coapCodes.notAcceptable };
    const answer = content(path, format);
    if (request.observe === 1) observed.delete(request.token.toHex());
    if (request.observe !== 0 || answer.code !== coapCodes.content) return answer;
    const [oldest] = observed.keys();
    if (observed.size >= mostObservations && oldest !== undefined) observed.delete(oldest);
    observed.set(request.token.toHex(), { token: request.token, path, format });
    observe += 1;
    return { ...answer, observe };
  };
  return {
    answer: (request) => {
      const path = pathOf(request.path);
      if (path === null) return { code: coapCodes.notFound };
      if (request.method === 'get') return read(request, path);
      if (request.method === 'put') return written(model, request, path);
      if (request.method === 'post') {
        return path.resource === undefined
          ? written(model, request, path)
          : { code: codeOf[execute(model, request, path)] };
      }
      return { code: coapCodes.methodNotAllowed };
    },
    observations: () => [...observed.values()],
    notice: ({ path, format }) => {
      observe += 1;
      return { ...content(path, format), observe };
    },
    endObservations: () => observed.clear(),
    links: () => encodeLinks(linksOf(model.values())),
  };
}

/** The security object is never read by a server. */
const isReadable = (path: Path): boolean =>
  path.object !== 0 && (definitionOf(path)?.may.includes('R') ?? true);

const usualFormat = (of: readonly Entry[], path: Path): ContentFormat => {
  if (path.resource === undefined || of.length !== 1) return 'tlv';
  return of[0]?.value.type === 'opaque' ? 'opaque' : 'text';
};

function discover(of: readonly Entry[], path: Path): CoapResponse {
  if (of.length === 0) return { code: coapCodes.notFound };
  const paths = new Map<string, Link>();
  for (const { path: each } of of) {
    const { object, instance, resource } = each;
    const upTo = path.resource === undefined ? { object, instance, resource } : each;
    paths.set(pathText(upTo), { path: upTo, attributes: {} });
  }
  const payload = new TextEncoder().encode(encodeLinks([...paths.values()]));
  return { code: coapCodes.content, contentFormat: contentFormats.linkFormat, payload };
}

function written(model: DeviceModel, request: IncomingRequest, path: Path): CoapResponse {
  if (path.instance === undefined) return { code: coapCodes.methodNotAllowed };
  const format = formatOf(request.contentFormat ?? contentFormats.text);
  if (format === undefined) return { code: coapCodes.unsupportedFormat };
  const read = decodeContent(format, path, request.payload);
  if (!read.ok) {
    return {
      code: read.error === 'unsupported' ? coapCodes.unsupportedFormat : coapCodes.badRequest,
    };
  }
  const mayWrite = read.value.every(({ path: each }) => {
    const definition = definitionOf(each);
    return each.object !== 0 && (definition === undefined || definition.may.includes('W'));
  });
  if (!mayWrite) return { code: coapCodes.methodNotAllowed };
  return { code: codeOf[model.write(read.value)] };
}

function execute(model: DeviceModel, request: IncomingRequest, path: Path): DeviceAnswer {
  if (definitionOf(path)?.may !== 'E') return 'notAllowed';
  return model.execute(path, new TextDecoder().decode(request.payload));
}

/** Each instance once; the security object stays unsaid (LwM2M 1.1 core, 6.2.1). */
function linksOf(values: readonly Entry[]): readonly Link[] {
  const instances = new Map<string, Link>();
  for (const { path } of values) {
    const { object, instance } = path;
    if (object === 0) continue;
    instances.set(`${object}/${instance}`, { path: { object, instance }, attributes: {} });
  }
  return [
    { path: null, attributes: { rt: 'oma.lwm2m', ct: String(contentFormats.senmlCbor) } },
    ...instances.values(),
  ];
}
