// The TLV format of LwM2M (1.1 core, 7.4.3): types, lengths and values, nested as the objects are.
// Bytes alone: what they mean comes from the definition of the resource.

import { err, ok, type Result } from '@prewatt/quantities';
import { definitionOf } from './objects.ts';
import { isWithin, type Path } from './path.ts';
import {
  type ContentFault,
  type Entry,
  mostEntries,
  type ResourceType,
  type ResourceValue,
} from './values.ts';

const kinds = ['objectInstance', 'resourceInstance', 'multipleResource', 'resource'] as const;
type Kind = (typeof kinds)[number];

type Tlv = { readonly kind: Kind; readonly id: number; readonly value: Uint8Array };

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

function writeTlv({ kind, id, value }: Tlv): Uint8Array {
  const { length } = value;
  const lengthBytes = length < 8 ? 0 : length < 0x100 ? 1 : length < 0x1_0000 ? 2 : 3;
  const head =
    (kinds.indexOf(kind) << 6) |
    (id > 0xff ? 0x20 : 0) |
    (lengthBytes << 3) |
    (lengthBytes === 0 ? length : 0);
  const idBytes = id > 0xff ? [id >> 8, id & 0xff] : [id];
  const ofLength = [length >> 16, (length >> 8) & 0xff, length & 0xff].slice(3 - lengthBytes);
  return Uint8Array.of(head, ...idBytes, ...ofLength, ...value);
}

function readTlvs(bytes: Uint8Array): Result<readonly Tlv[], ContentFault> {
  const tlvs: Tlv[] = [];
  let at = 0;
  while (at < bytes.length) {
    const head = bytes[at] ?? 0;
    const idBytes = (head & 0x20) === 0 ? 1 : 2;
    const lengthBytes = (head >> 3) & 3;
    const ofValue = at + 1 + idBytes + lengthBytes;
    if (ofValue > bytes.length) return err('truncated');
    const id = numberAt(bytes, at + 1, idBytes);
    const length = lengthBytes === 0 ? head & 7 : numberAt(bytes, at + 1 + idBytes, lengthBytes);
    if (ofValue + length > bytes.length) return err('truncated');
    if (id === 0xffff) return err('value');
    if (tlvs.length === mostEntries) return err('size');
    tlvs.push({
      kind: kinds[head >> 6] ?? 'resource',
      id,
      value: bytes.slice(ofValue, ofValue + length),
    });
    at = ofValue + length;
  }
  return ok(tlvs);
}

const numberAt = (bytes: Uint8Array, at: number, count: number): number => {
  let value = 0;
  for (let index = at; index < at + count; index += 1) value = value * 256 + (bytes[index] ?? 0);
  return value;
};

/** Of one object; entries of an instance or of a resource together. */
export function encodeTlv(base: Path, entries: readonly Entry[]): Uint8Array {
  const instances = Map.groupBy(entries, ({ path }) => path.instance);
  const parts = [...instances].map(([id, of]) => {
    const value = resourcesOf(of, base);
    return base.instance === undefined ? writeTlv({ kind: 'objectInstance', id, value }) : value;
  });
  return concat(parts);
}

function resourcesOf(entries: readonly Entry[], base: Path): Uint8Array {
  const resources = Map.groupBy(entries, ({ path }) => path.resource);
  return concat(
    [...resources].map(([id, of]) => {
      const [first] = of;
      if (first === undefined) return new Uint8Array(0);
      const instances = of.map(({ path, value }) => ({
        id: path.resourceInstance,
        value: bytesOf(value),
      }));
      if (first.path.resourceInstance === undefined) {
        return writeTlv({ kind: 'resource', id, value: bytesOf(first.value) });
      }
      const inside = concat(
        instances.map((each) =>
          writeTlv({ kind: 'resourceInstance', id: each.id ?? 0, value: each.value }),
        ),
      );
      return base.resourceInstance === undefined
        ? writeTlv({ kind: 'multipleResource', id, value: inside })
        : inside;
    }),
  );
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** `base`: the path that was read or written; it says what stands at the top of the bytes. */
export function decodeTlv(base: Path, bytes: Uint8Array): Result<readonly Entry[], ContentFault> {
  const { object } = base;
  const top = readTlvs(bytes);
  if (!top.ok) return top;
  const entries: Entry[] = [];
  for (const tlv of top.value) {
    const isInstance = tlv.kind === 'objectInstance';
    const inside = isInstance ? readTlvs(tlv.value) : ok([tlv]);
    if (!inside.ok) return inside;
    const instance = isInstance ? tlv.id : (base.instance ?? 0);
    for (const resource of inside.value) {
      const fault = addResource(entries, { object, instance, base, tlv: resource });
      if (fault !== null) return err(fault);
    }
  }
  return entries.every(({ path }) => isWithin(path, base)) ? ok(entries) : err('value');
}

type Adding = {
  readonly object: number;
  readonly instance: number;
  readonly base: Path;
  readonly tlv: Tlv;
};

function addResource(
  entries: Entry[],
  { object, instance, base, tlv }: Adding,
): ContentFault | null {
  const add = (path: Entry['path'], value: Uint8Array): ContentFault | null => {
    if (entries.length === mostEntries) return 'size';
    const read = readValue(value, definitionOf(path)?.type ?? 'opaque');
    if (!read.ok) return read.error;
    entries.push({ path, value: read.value });
    return null;
  };
  if (tlv.kind === 'resource') return add({ object, instance, resource: tlv.id }, tlv.value);
  if (tlv.kind === 'objectInstance') return 'format';
  const isBare = tlv.kind === 'resourceInstance';
  if (isBare && base.resource === undefined) return 'format';
  const resource = isBare ? (base.resource ?? 0) : tlv.id;
  const inside = isBare ? ok([tlv]) : readTlvs(tlv.value);
  if (!inside.ok) return inside.error;
  for (const each of inside.value) {
    if (each.kind !== 'resourceInstance') return 'format';
    const fault = add({ object, instance, resource, resourceInstance: each.id }, each.value);
    if (fault !== null) return fault;
  }
  return null;
}

const widths = [1, 2, 4, 8] as const;

/** The shortest whole number in two's complement. */
function wholeBytes(value: number): Uint8Array {
  const big = BigInt(value);
  const width = widths.find((each) => BigInt.asIntN(each * 8, big) === big) ?? 8;
  const view = new DataView(new ArrayBuffer(8));
  view.setBigInt64(0, big);
  return new Uint8Array(view.buffer).slice(8 - width);
}

export function bytesOf({ type, value }: ResourceValue): Uint8Array {
  switch (type) {
    case 'string':
      return encoder.encode(value);
    case 'opaque':
      return value;
    case 'boolean':
      return Uint8Array.of(value ? 1 : 0);
    case 'integer':
    case 'time':
      return wholeBytes(value);
    case 'float': {
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, value);
      return new Uint8Array(view.buffer);
    }
    case 'objectLink': {
      const { object, instance } = value;
      return Uint8Array.of(object >> 8, object & 0xff, instance >> 8, instance & 0xff);
    }
  }
}

export function readValue(
  bytes: Uint8Array,
  type: ResourceType,
): Result<ResourceValue, ContentFault> {
  const { length } = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  switch (type) {
    case 'opaque':
      return ok({ type, value: bytes });
    case 'string':
      try {
        return ok({ type, value: decoder.decode(bytes) });
      } catch {
        // Meters send numbers where the registry has text (the voltage of 10243): as it came.
        return ok({ type: 'opaque', value: bytes });
      }
    case 'boolean':
      return length === 1 && (bytes[0] ?? 2) < 2
        ? ok({ type, value: bytes[0] === 1 })
        : err('value');
    case 'integer':
    case 'time': {
      if (!widths.some((width) => width === length)) return err('value');
      const big = BigInt.asIntN(length * 8, BigInt(`0x${bytes.toHex()}`));
      const value = Number(big);
      return Number.isSafeInteger(value) ? ok({ type, value }) : err('value');
    }
    case 'float': {
      if (length !== 4 && length !== 8) return err('value');
      const value = length === 4 ? view.getFloat32(0) : view.getFloat64(0);
      return Number.isFinite(value) ? ok({ type, value }) : err('value');
    }
    case 'objectLink':
      return length === 4
        ? ok({ type, value: { object: view.getUint16(0), instance: view.getUint16(2) } })
        : err('value');
  }
}
