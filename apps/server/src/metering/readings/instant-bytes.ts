// Instants as PostgreSQL sends them in binary: microseconds from 2000-01-01, eight bytes.

const epoch2000Ms = 946_684_800_000;

/** Epoch milliseconds; what is below one is cut off, as everywhere. */
export const instantAt = (bytes: Buffer, at: number): number =>
  Math.floor((bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4)) / 1000) +
  epoch2000Ms;
