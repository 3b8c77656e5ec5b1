// A register map is a document: which register of a meter holds which quantity, in which form and
// scale, with examples that prove it. A new kind of meter is a file, not code.

import { err, ok, type Result } from '@prewatt/quantities';
import { z } from 'zod';
import { fromHex } from './bytes.ts';
import { modbusTypes, readItem, registersOf } from './map-values.ts';
import { type QuantityName, quantityUnits, scaleOf } from './quantities-of-meters.ts';

const quantity = z.enum(Object.keys(quantityUnits) as [QuantityName, ...QuantityName[]]);
const scale = z.string().max(20);
const line = z.strictObject({
  baud: z.number().int().min(300).max(115_200),
  dataBits: z.union([z.literal(7), z.literal(8)]),
  parity: z.enum(['none', 'even', 'odd']),
  stopBits: z.union([z.literal(1), z.literal(2)]),
});

const modbusItem = z.strictObject({
  quantity,
  /** Four hexadecimal digits, as the protocol counts: from zero. */
  at: z.string().regex(/^[0-9A-F]{4}$/),
  type: z.enum(modbusTypes),
  /** The registers with the low part come first. */
  lowFirst: z.boolean().default(false),
  /** The registers, in hexadecimal, of a value that the meter has not. */
  absent: z
    .string()
    .regex(/^([0-9A-F]{4}){1,4}$/)
    .optional(),
  scale,
});
const dlt645Item = z.strictObject({
  quantity,
  identifier: z.string().regex(/^([0-9A-F]{4}|[0-9A-F]{8})$/),
  /** Bytes of packed decimals. */
  bytes: z.number().int().min(1).max(8),
  /** The highest bit means minus. */
  signed: z.boolean().default(false),
  scale,
});
const iecItem = z.strictObject({ quantity, address: z.string().min(1).max(32), scale });

const about = {
  /** What a site's file calls it. */
  name: z.string().regex(/^[a-z0-9-]{1,40}$/),
  title: z.string().min(1).max(120),
  /** Where the registers are from. */
  sources: z.array(z.string().min(1).max(300)).min(1),
  line,
  /** Raw registers by their address, and what they have to come to. */
  examples: z
    .array(
      z.strictObject({
        raw: z.record(z.string(), z.string()),
        expect: z.partialRecord(quantity, z.number().int()),
      }),
    )
    .min(1),
};

export const registerMapDocument = z.discriminatedUnion('protocol', [
  z.strictObject({
    ...about,
    protocol: z.literal('modbus'),
    function: z.union([z.literal(3), z.literal(4)]),
    /** Registers between two items that may be read along. */
    gap: z.number().int().min(0).max(60).default(0),
    items: z.array(modbusItem).min(1).max(64),
  }),
  z.strictObject({
    ...about,
    protocol: z.enum(['dlt645-2007', 'dlt645-1997']),
    items: z.array(dlt645Item).min(1).max(64),
  }),
  z.strictObject({
    ...about,
    protocol: z.literal('iec62056-21'),
    /** `readout`: all at once; `registers`: one by one, after the password. */
    reading: z.enum(['readout', 'registers']),
    password: z.string().max(32).default(''),
    items: z.array(iecItem).min(1).max(64),
  }),
]);
export type RegisterMap = z.output<typeof registerMapDocument>;
export type ModbusMap = Extract<RegisterMap, { protocol: 'modbus' }>;
export type MapItem = RegisterMap['items'][number];

export const itemKey = (item: MapItem): string =>
  'at' in item ? item.at : 'identifier' in item ? item.identifier : item.address;

/** The map, or what is wrong with the document, each fault in a line. */
export function checkRegisterMap(document: unknown): Result<RegisterMap, readonly string[]> {
  const parsed = registerMapDocument.safeParse(document);
  if (!parsed.success) {
    return err(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  }
  const map = parsed.data;
  const faults = [...itemFaults(map), ...exampleFaults(map)];
  return faults.length === 0 ? ok(map) : err(faults);
}

function itemFaults(map: RegisterMap): string[] {
  const items: readonly MapItem[] = map.items;
  const seen = new Set<QuantityName>();
  return items.flatMap((item) => {
    const faults: string[] = [];
    if (scaleOf(item.scale, item.quantity) === null) {
      faults.push(
        `${item.quantity}: "${item.scale}" is no scale of ${quantityUnits[item.quantity]}`,
      );
    }
    if ('at' in item && item.absent !== undefined && item.absent.length !== registersOf(item) * 4) {
      faults.push(`${item.quantity}: ${item.absent} has not the length of ${item.type}`);
    }
    if (seen.has(item.quantity)) faults.push(`${item.quantity}: is there twice`);
    seen.add(item.quantity);
    if ('identifier' in item && item.identifier.length !== (isOf1997(map) ? 4 : 8)) {
      faults.push(`${item.quantity}: ${item.identifier} has not the length of ${map.protocol}`);
    }
    return faults;
  });
}

const isOf1997 = (map: RegisterMap): boolean => map.protocol === 'dlt645-1997';

/** Each item stands in an example at least once, and each example comes out. */
function exampleFaults(map: RegisterMap): string[] {
  const items: readonly MapItem[] = map.items;
  const shown = new Set<QuantityName>();
  const wrong = map.examples.flatMap(({ raw, expect }, index) =>
    items.flatMap((item) => {
      const text = raw[itemKey(item)];
      if (text === undefined) return [];
      shown.add(item.quantity);
      const bytes = 'address' in item ? text : fromHex(text);
      const value = bytes === null ? null : readItem(item, bytes);
      const wanted = expect[item.quantity];
      if (value !== null && value === wanted) return [];
      return [`example ${index + 1}: ${item.quantity} is ${value}, not ${wanted}`];
    }),
  );
  const missing = items.filter((item) => !shown.has(item.quantity));
  return [...wrong, ...missing.map((item) => `${item.quantity}: stands in no example`)];
}
