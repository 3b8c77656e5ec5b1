// Some small files as one archive that every system unpacks (POSIX ustar). The same files give the
// same bytes.

const blockBytes = 512;

export type TarFile = { readonly name: string; readonly bytes: Uint8Array };

/** Names of at most 100 ASCII letters. */
export function tarOf(files: readonly TarFile[], atMs: number): Buffer {
  const parts = files.flatMap(({ name, bytes }) => [
    headerOf({ name, sizeBytes: bytes.length, atMs }),
    bytes,
    Buffer.alloc((blockBytes - (bytes.length % blockBytes)) % blockBytes),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * blockBytes)]);
}

function headerOf(o: {
  readonly name: string;
  readonly sizeBytes: number;
  readonly atMs: number;
}): Buffer {
  const header = Buffer.alloc(blockBytes);
  const octal = (value: number, digits: number): string =>
    `${value.toString(8).padStart(digits, '0')}\0`;
  header.write(o.name, 0, 100, 'latin1');
  header.write(octal(0o600, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(o.sizeBytes, 11), 124);
  header.write(octal(Math.floor(o.atMs / 1000), 11), 136);
  // The sum is taken with spaces in its own place.
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)} `, 148, 'latin1');
  return header;
}
