// What stands in a file of an archive, such as the sheet of a workbook.

import { inflateRawSync } from 'node:zlib';

/** A file of a ZIP archive, found by the archive's list of its files. */
export function partOfArchive(archive: Buffer, wanted: string): string {
  let at = archive.readUInt32LE(
    archive.lastIndexOf('PK\u0005\u0006', archive.length, 'latin1') + 16,
  );
  while (archive.readUInt32LE(at) === 0x02014b50) {
    const [nameBytes, extraBytes] = [archive.readUInt16LE(at + 28), archive.readUInt16LE(at + 30)];
    const name = archive.toString('utf8', at + 46, at + 46 + nameBytes);
    if (name === wanted) {
      const local = archive.readUInt32LE(at + 42);
      const start =
        local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
      const packed = archive.subarray(start, start + archive.readUInt32LE(at + 20));
      return archive.readUInt16LE(at + 10) === 8
        ? inflateRawSync(packed).toString()
        : packed.toString();
    }
    at += 46 + nameBytes + extraBytes + archive.readUInt16LE(at + 32);
  }
  throw new Error(`the archive has no ${wanted}`);
}
