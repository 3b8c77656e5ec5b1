// SenML (RFC 8428) as LwM2M 1.1 uses it: records of a path and a value, with a time where there is
// one, in JSON and in CBOR.

import { err, ok, type Result } from '@prewatt/quantities';
import { type Cbor, decodeCbor, encodeCbor, isMap } from './cbor.ts';
import { definitionOf } from './objects.ts';
import { parsePath, pathText } from './path.ts';
import {
  type ContentFault,
  type Entry,
  mostEntries,
  type ResourceType,
  type ResourceValue,
} from './values.ts';

/** Labels of RFC 8428, table 4; `vlo` is text in CBOR too (LwM2M 1.1 core, 7.4.6). */
const labels = {
  bn: -2,
  bt: -3,
  bv: -5,
  n: 0,
  v: 2,
  vs: 3,
  vb: 4,
  t: 6,
  vd: 8,
  vlo: 'vlo',
} as const;
type Label = keyof typeof labels;
/** Names of other fields that a record may have: units and the like, not used here. */
const passedOver: ReadonlySet<number | string> = new Set([1, 5, 7, -1, -4, -6]);
const nameOf = new Map<number | string, Label>(
  (Object.keys(labels) as Label[]).map((name) => [labels[name], name]),
);

/** Below it a time is counted from now (RFC 8428, 4.5.3); nothing here is. */
const absoluteFromS = 2 ** 28;

type Field = string | number | boolean | Uint8Array;
type SenmlRecord = Partial<Record<Label, Field>>;

const recordOf = ({ path, value, atS }: Entry): SenmlRecord => ({
  n: pathText(path),
  ...(atS === undefined ? {} : { t: atS }),
  ...fieldsOf(value),
});

function fieldsOf({ type, value }: ResourceValue): SenmlRecord {
  switch (type) {
    case 'string':
      return { vs: value };
    case 'boolean':
      return { vb: value };
    case 'opaque':
      return { vd: value };
    case 'objectLink':
      return { vlo: `${value.object}:${value.instance}` };
    default:
      return { v: value };
  }
}

export function encodeSenmlJson(entries: readonly Entry[]): Uint8Array {
  const records = entries.map((entry) => {
    const { vd, ...record } = recordOf(entry);
    return vd instanceof Uint8Array ? { ...record, vd: base64url(vd) } : record;
  });
  return new TextEncoder().encode(JSON.stringify(records));
}

const base64url = (bytes: Uint8Array): string =>
  bytes.toBase64({ alphabet: 'base64url', omitPadding: true });

export function encodeSenmlCbor(entries: readonly Entry[]): Uint8Array {
  return encodeCbor(
    entries.map((entry) => ({
      pairs: Object.entries(recordOf(entry)).map(
        ([name, field]) => [labels[name as Label], field as Cbor] as const,
      ),
    })),
  );
}

export function decodeSenmlCbor(bytes: Uint8Array): Result<readonly Entry[], ContentFault> {
  const read = decodeCbor(bytes);
  if (!read.ok) return read;
  if (!Array.isArray(read.value)) return err('format');
  const records: SenmlRecord[] = [];
  for (const each of read.value as readonly Cbor[]) {
    if (!isMap(each)) return err('format');
    const record: SenmlRecord = {};
    for (const [key, value] of each.pairs) {
      const name = nameOf.get(key);
      if (name === undefined) {
        if (passedOver.has(key)) continue;
        return err('format');
      }
      if (value === null || Array.isArray(value) || isMap(value)) return err('format');
      record[name] = value as Field;
    }
    records.push(record);
  }
  return entriesOf(records);
}

const passedOverInJson = new Set(['u', 's', 'bu', 'bs', 'bver', 'ut']);

export function decodeSenmlJson(bytes: Uint8Array): Result<readonly Entry[], ContentFault> {
  const read = parseJson(bytes);
  if (!Array.isArray(read)) return err('format');
  const records: SenmlRecord[] = [];
  for (const each of read) {
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return err('format');
    const record: SenmlRecord = {};
    for (const [name, value] of Object.entries(each as Record<string, unknown>)) {
      if (passedOverInJson.has(name)) continue;
      if (!Object.hasOwn(labels, name)) return err('format');
      if (!['string', 'number', 'boolean'].includes(typeof value)) return err('format');
      const isData = name === 'vd' && typeof value === 'string';
      const field = isData ? bytesIn(value) : (value as Field);
      if (field === null) return err('value');
      record[name as Label] = field;
    }
    records.push(record);
  }
  return entriesOf(records);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function bytesIn(text: string): Uint8Array | null {
  try {
    return Uint8Array.fromBase64(text, { alphabet: 'base64url' });
  } catch {
    return null;
  }
}

function entriesOf(records: readonly SenmlRecord[]): Result<readonly Entry[], ContentFault> {
  if (records.length > mostEntries) return err('size');
  const entries: Entry[] = [];
  let base = '';
  let baseTimeS = 0;
  let baseValue: number | undefined;
  for (const record of records) {
    const { bn = base, bt = baseTimeS, bv = baseValue, n = '', t = 0, ...own } = record;
    if (bv !== undefined && typeof bv !== 'number') return err('format');
    if (typeof bn !== 'string' || typeof n !== 'string') return err('format');
    if (typeof bt !== 'number' || typeof t !== 'number') return err('format');
    [base, baseTimeS, baseValue] = [bn, bt, bv];
    const fields = withBase(own, bv);
    const path = parsePath(base + n);
    const { object, instance, resource } = path ?? {};
    if (object === undefined || instance === undefined || resource === undefined) {
      return err('value');
    }
    const value = valueIn(fields, definitionOf({ object, resource })?.type);
    if (!value.ok) return value;
    const atS = baseTimeS + t;
    if (atS !== 0 && !(atS >= absoluteFromS && atS < 2 ** 40)) return err('value');
    entries.push({
      path: { ...path, object, instance, resource },
      value: value.value,
      ...(atS === 0 ? {} : { atS }),
    });
  }
  return ok(entries);
}

/** A base value is added to each number, and is the value of a record with none (RFC 8428, 4.1). */
function withBase(fields: SenmlRecord, baseValue: number | undefined): SenmlRecord {
  if (baseValue === undefined) return fields;
  if (Object.keys(fields).length === 0) return { v: baseValue };
  return typeof fields.v === 'number' ? { ...fields, v: fields.v + baseValue } : fields;
}

/** By the type of its resource, or as the record has it where the resource is not known. */
function valueIn(
  fields: SenmlRecord,
  type: ResourceType | undefined,
): Result<ResourceValue, ContentFault> {
  const [only, more] = Object.entries(fields);
  if (only === undefined || more !== undefined) return err('format');
  const [name, field] = only;
  if (name === 'v' && typeof field === 'number') return numberAs(type ?? 'float', field);
  if (name === 'vs' && typeof field === 'string') return as(type, { type: 'string', value: field });
  if (name === 'vb' && typeof field === 'boolean')
    return as(type, { type: 'boolean', value: field });
  if (name === 'vd' && field instanceof Uint8Array)
    return as(type, { type: 'opaque', value: field });
  if (name === 'vlo' && typeof field === 'string') {
    const link = /^(\d{1,5}):(\d{1,5})$/.exec(field);
    const [object, instance] = [Number(link?.[1]), Number(link?.[2])];
    return link === null || object > 0xffff || instance > 0xffff
      ? err('value')
      : as(type, { type: 'objectLink', value: { object, instance } });
  }
  return err('format');
}

const as = (
  type: ResourceType | undefined,
  value: ResourceValue,
): Result<ResourceValue, ContentFault> =>
  type === undefined || type === value.type ? ok(value) : err('value');

function numberAs(type: ResourceType, value: number): Result<ResourceValue, ContentFault> {
  if (type === 'float') return Number.isFinite(value) ? ok({ type, value }) : err('value');
  if (type === 'integer' || type === 'time') {
    return Number.isSafeInteger(value) ? ok({ type, value }) : err('value');
  }
  // Meters send numbers where the registry has text (the voltage of 10243).
  const isText = type === 'string' && Number.isFinite(value);
  return isText ? ok({ type, value: String(value) }) : err('value');
}
