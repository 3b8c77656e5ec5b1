// What an operation carries, in whatever format: entries to bytes and back.

import { err, ok, type Result } from '@prewatt/quantities';
import { definitionOf } from './objects.ts';
import { isWithin, type Path } from './path.ts';
import { decodeSenmlCbor, decodeSenmlJson, encodeSenmlCbor, encodeSenmlJson } from './senml.ts';
import { decodeTlv, encodeTlv } from './tlv.ts';
import type { ContentFault, Entry, ResourceType, ResourceValue } from './values.ts';

/** Numbers of CoAP's content formats. */
export const contentFormats = {
  text: 0,
  linkFormat: 40,
  opaque: 42,
  senmlJson: 110,
  senmlCbor: 112,
  tlv: 11_542,
} as const;
export type ContentFormat = keyof typeof contentFormats;

export const formatOf = (number: number): ContentFormat | undefined =>
  (Object.keys(contentFormats) as ContentFormat[]).find((name) => contentFormats[name] === number);

/** A fault where a format cannot say it: text and opaque are for one resource. */
export function encodeContent(
  format: ContentFormat,
  base: Path,
  entries: readonly Entry[],
): Result<Uint8Array, ContentFault> {
  switch (format) {
    case 'senmlJson':
      return ok(encodeSenmlJson(entries));
    case 'senmlCbor':
      return ok(encodeSenmlCbor(entries));
    case 'tlv':
      return ok(encodeTlv(base, entries));
    case 'text':
    case 'opaque': {
      const [only, more] = entries;
      if (only === undefined || more !== undefined) return err('unsupported');
      if (format === 'text') return ok(new TextEncoder().encode(textOf(only.value)));
      return only.value.type === 'opaque' ? ok(only.value.value) : err('unsupported');
    }
    case 'linkFormat':
      return err('unsupported');
  }
}

export function decodeContent(
  format: ContentFormat,
  base: Path,
  bytes: Uint8Array,
): Result<readonly Entry[], ContentFault> {
  switch (format) {
    case 'senmlJson':
    case 'senmlCbor': {
      const read = format === 'senmlJson' ? decodeSenmlJson(bytes) : decodeSenmlCbor(bytes);
      if (!read.ok) return read;
      return read.value.every(({ path }) => isWithin(path, base)) ? read : err('value');
    }
    case 'tlv':
      return decodeTlv(base, bytes);
    case 'text':
    case 'opaque':
      return decodeOne(format, base, bytes);
    case 'linkFormat':
      return err('unsupported');
  }
}

function decodeOne(
  format: 'text' | 'opaque',
  base: Path,
  bytes: Uint8Array,
): Result<readonly Entry[], ContentFault> {
  const { object, instance, resource } = base;
  if (instance === undefined || resource === undefined) return err('unsupported');
  const path = { ...base, object, instance, resource };
  if (format === 'opaque') return ok([{ path, value: { type: 'opaque', value: bytes } }]);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const value = valueIn(text, definitionOf(base)?.type ?? 'string');
    return value === null ? err('value') : ok([{ path, value }]);
  } catch {
    return err('value');
  }
}

function textOf({ type, value }: ResourceValue): string {
  switch (type) {
    case 'opaque':
      return value.toBase64();
    case 'boolean':
      return value ? '1' : '0';
    case 'objectLink':
      return `${value.object}:${value.instance}`;
    default:
      return String(value);
  }
}

/** Null: no value of the type. */
function valueIn(text: string, type: ResourceType): ResourceValue | null {
  switch (type) {
    case 'string':
      return { type, value: text };
    case 'boolean':
      return text === '0' || text === '1' ? { type, value: text === '1' } : null;
    case 'opaque':
      try {
        return { type, value: Uint8Array.fromBase64(text) };
      } catch {
        return null;
      }
    case 'objectLink': {
      const [, object, instance] = /^(\d{1,5}):(\d{1,5})$/.exec(text) ?? [];
      if (Number(object) > 0xffff || Number(instance) > 0xffff) return null;
      return object === undefined
        ? null
        : { type, value: { object: Number(object), instance: Number(instance) } };
    }
    case 'float': {
      const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(text);
      const value = Number(text);
      return isNumber && Number.isFinite(value) ? { type, value } : null;
    }
    default: {
      const value = Number(text);
      return /^-?\d{1,16}$/.test(text) && Number.isSafeInteger(value) ? { type, value } : null;
    }
  }
}
