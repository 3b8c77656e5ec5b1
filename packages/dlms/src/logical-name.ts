// Logical names (OBIS codes, IEC 62056-6-1): six bytes, written as '1.0.1.8.0.255'.

import type { Reader, Writer } from './bytes.ts';
import { putU8, takeU8 } from './bytes.ts';

/** Six decimal groups: '1.0.1.8.0.255'. */
export type LogicalName = string;

export const takeLogicalName = (reader: Reader): LogicalName =>
  `${takeU8(reader)}.${takeU8(reader)}.${takeU8(reader)}.${takeU8(reader)}.${takeU8(reader)}.${takeU8(reader)}`;

/** Throws RangeError on what is no logical name: a bug of whoever wrote it. */
export function putLogicalName(writer: Writer, name: LogicalName): void {
  for (const byte of logicalNameBytes(name)) putU8(writer, byte);
}

const known = new Map<LogicalName, Uint8Array>();
const mostKnown = 4096;

/**
 * The six bytes of a name; throws RangeError on what is none. The answer is shared: not written to.
 */
export function logicalNameBytes(name: LogicalName): Uint8Array {
  const before = known.get(name);
  if (before !== undefined) return before;
  const groups = name.split('.').map(Number);
  const isName = groups.length === 6 && groups.every((byte) => byte === (byte & 0xff));
  if (!isName) throw new RangeError(`${name} is no logical name`);
  const bytes = Uint8Array.from(groups);
  if (known.size < mostKnown) known.set(name, bytes);
  return bytes;
}

/** The name that six bytes are; null where there are not six. */
export const logicalNameOf = (bytes: Uint8Array): LogicalName | null =>
  bytes.length === 6 ? bytes.join('.') : null;
