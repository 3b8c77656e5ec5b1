// Arrays as PostgreSQL's binary parameters, for inserts of thousands of rows at once: no text is
// made here and none is parsed there. Format: array_send in PostgreSQL's source, "Binary format".

const headerBytes = 20;
/** PostgreSQL counts instants in microseconds from 2000-01-01. */
const epoch2000Ms = 946_684_800_000;

function arrayOf(o: {
  readonly oid: number;
  readonly size: number;
  readonly length: number;
  readonly write: (into: Buffer, at: number, index: number) => void;
}): Buffer {
  const step = o.size + 4;
  const into = Buffer.allocUnsafe(headerBytes + o.length * step);
  into.writeInt32BE(o.length === 0 ? 0 : 1, 0);
  into.writeInt32BE(0, 4);
  into.writeInt32BE(o.oid, 8);
  if (o.length === 0) return into.subarray(0, 12);
  into.writeInt32BE(o.length, 12);
  into.writeInt32BE(1, 16);
  for (let index = 0; index < o.length; index += 1) {
    const at = headerBytes + index * step;
    into.writeInt32BE(o.size, at);
    o.write(into, at + 4, index);
  }
  return into;
}

/** For a `::int2[]` parameter. */
export const int2Array = (values: readonly number[]): Buffer =>
  arrayOf({
    oid: 21,
    size: 2,
    length: values.length,
    write: (into, at, index) => into.writeInt16BE(values[index] ?? 0, at),
  });

/** For a `::int8[]` parameter. */
export const int8Array = (values: readonly bigint[]): Buffer =>
  arrayOf({
    oid: 20,
    size: 8,
    length: values.length,
    write: (into, at, index) => into.writeBigInt64BE(values[index] ?? 0n, at),
  });

/** For a `::uuid[]` parameter; throws on text that is no UUID. */
export function uuidArray(values: readonly string[]): Buffer {
  // Rows of one meter come together: its bytes are made once and copied.
  let last = '';
  const bytes = Buffer.alloc(16);
  return arrayOf({
    oid: 2950,
    size: 16,
    length: values.length,
    write: (into, at, index) => {
      const value = values[index] ?? '';
      if (value !== last) {
        if (bytes.write(value.replaceAll('-', ''), 'hex') !== 16) throw new Error('not a UUID');
        last = value;
      }
      bytes.copy(into, at);
    },
  });
}

/** For a `::timestamptz[]` parameter, from epoch milliseconds. */
export const instantArray = (valuesMs: readonly number[]): Buffer =>
  arrayOf({
    oid: 1184,
    size: 8,
    length: valuesMs.length,
    write: (into, at, index) => {
      // Two halves instead of a bigint each: this runs for every reading.
      const microseconds = ((valuesMs[index] ?? 0) - epoch2000Ms) * 1000;
      const high = Math.floor(microseconds / 0x1_0000_0000);
      into.writeInt32BE(high, at);
      into.writeUInt32BE(microseconds - high * 0x1_0000_0000, at + 4);
    },
  });
