// From raw registers to quantities: the one place that knows how numbers lie in them. What cannot
// be a value (a digit that is none, a float that is no number) is null, never a guess.

import { fromBcd, toHex } from './bytes.ts';
import { type QuantityName, scaled, scaleOf } from './quantities-of-meters.ts';

type Common = { readonly quantity: QuantityName; readonly scale: string };
export type ModbusItem = Common & {
  readonly at: string;
  readonly type: ModbusType;
  readonly lowFirst: boolean;
  readonly absent?: string | undefined;
};
export const modbusTypes = ['u16', 'i16', 'u32', 'i32', 'f32', 'u64', 'i64', 'f64'] as const;
export type ModbusType = (typeof modbusTypes)[number];
export type Dlt645Item = Common & {
  readonly identifier: string;
  readonly bytes: number;
  readonly signed: boolean;
};
export type IecItem = Common & { readonly address: string };

/** Of sixteen bits each. */
export const registersOf = ({ type }: Pick<ModbusItem, 'type'>): number =>
  Number(type.slice(1)) / 16;

/** `raw`: the bytes as they came; the text between the parentheses for IEC 62056-21. */
export function readItem(
  item: ModbusItem | Dlt645Item | IecItem,
  raw: Uint8Array | string,
): number | null {
  const scale = scaleOf(item.scale, item.quantity);
  if (scale === null) return null;
  const value =
    typeof raw === 'string'
      ? decimalOf(raw)
      : 'at' in item
        ? modbusNumber(item, raw)
        : 'identifier' in item
          ? dlt645Number(item, raw)
          : null;
  return value === null ? null : scaled(value, scale);
}

function modbusNumber(item: ModbusItem, raw: Uint8Array): number | null {
  if (raw.length !== registersOf(item) * 2) return null;
  // As it came: the mark of a value that is not there is written as the data sheet has it.
  if (item.absent !== undefined && toHex(raw).toUpperCase() === item.absent) return null;
  const bytes = item.lowFirst ? lastRegisterFirst(raw) : raw;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const number = {
    u16: () => view.getUint16(0),
    i16: () => view.getInt16(0),
    u32: () => view.getUint32(0),
    i32: () => view.getInt32(0),
    f32: () => view.getFloat32(0),
    u64: () => exact(view.getBigUint64(0)),
    i64: () => exact(view.getBigInt64(0)),
    f64: () => view.getFloat64(0),
  }[item.type]();
  return Number.isFinite(number) ? number : null;
}

function dlt645Number({ bytes, signed }: Dlt645Item, raw: Uint8Array): number | null {
  if (raw.length !== bytes) return null;
  const top = raw[bytes - 1] ?? 0;
  if (!signed || (top & 0x80) === 0) return fromBcd(raw);
  const positive = Uint8Array.from(raw);
  positive[bytes - 1] = top & 0x7f;
  const value = fromBcd(positive);
  return value === null ? null : -value;
}

function decimalOf(text: string): number | null {
  return /^-?\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : null;
}

/** No number where one would have to be rounded. */
const exact = (value: bigint): number =>
  BigInt.asIntN(54, value) === value ? Number(value) : Number.NaN;

function lastRegisterFirst(raw: Uint8Array): Uint8Array {
  const turned = new Uint8Array(raw.length);
  for (let at = 0; at < raw.length; at += 2) {
    turned.set(raw.subarray(at, at + 2), raw.length - 2 - at);
  }
  return turned;
}
