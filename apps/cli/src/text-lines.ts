// The lines of a file of text, plain or gzip, read as they come: a file may be larger than memory.

import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** A line is a row of readings; one that is longer is no such file. */
const longestLine = 1_000_000;

/** A line of more characters than a row can have. */
export class TooLong extends Error {}

/** The lines of a file, whatever ends them, unzipped where they are zipped. */
export async function* linesOf(file: Blob): AsyncGenerator<string> {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isGzip = start[0] === 0x1f && start[1] === 0x8b;
  const bytes = Readable.from(chunksOf(file));
  const gunzip = isGzip ? createGunzip() : null;
  bytes.on('error', (error) => gunzip?.destroy(error));
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of gunzip === null ? bytes : bytes.pipe(gunzip)) {
    const text = rest + decoder.decode(chunk, { stream: true });
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) throw new TooLong();
    yield* lines;
  }
  const last = (rest + decoder.decode()).replace(/\r$/, '');
  if (last !== '') yield last;
}

async function* chunksOf(file: Blob): AsyncGenerator<Uint8Array> {
  for await (const chunk of file.stream()) yield chunk;
}
