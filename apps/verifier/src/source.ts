// Where a log and an export are read from: a folder, an address or a test's memory. Files come as
// streams; lines in batches, since a line alone costs more than what is done with it.

import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { createGunzip, gunzipSync } from 'node:zlib';

export type Source = {
  /** Null when it is not there. */
  readonly read: (path: string) => Promise<Uint8Array | null>;
  /** Null when it is not there. */
  readonly stream: (path: string) => AsyncIterable<Uint8Array> | null;
  /** What it has is small: each file is unpacked at once. */
  readonly isSmall?: true;
};

export const folderSource = (folder: string): Source => ({
  read: async (path) => {
    const file = join(folder, path);
    return existsSync(file) ? await readFile(file) : null;
  },
  stream: (path) => {
    const file = join(folder, path);
    return existsSync(file) ? createReadStream(file, { highWaterMark: 1 << 18 }) : null;
  },
});

export const folderIn = (source: Source, folder: string): Source => ({
  read: (path) => source.read(`${folder}/${path}`),
  stream: (path) => source.stream(`${folder}/${path}`),
});

/** A log as it is served; waits where the server asks for it. */
export function urlSource(url: string, get: typeof fetch): Source {
  const base = url.endsWith('/') ? url : `${url}/`;
  const read = async (path: string): Promise<Uint8Array | null> => {
    for (let tries = 1; ; tries += 1) {
      const answer = await get(new URL(path, base));
      if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
      if (answer.status === 404) return null;
      if ((answer.status !== 429 && answer.status < 500) || tries === 8) {
        throw new Error(`${base}${path} answers ${answer.status}`);
      }
      await setTimeout(1000 * Math.min(60, Number(answer.headers.get('retry-after')) || tries));
    }
  };
  return { read, stream: () => null };
}

/** The lines of a text, gunzipped where its name says so; `see` gets the bytes as they stand. */
export async function* linesOf(
  source: Source,
  path: string,
  see: (bytes: Uint8Array) => void,
): AsyncGenerator<readonly string[]> {
  const stream = source.stream(path);
  if (stream === null) return;
  if (source.isSmall === true && path.endsWith('.gz')) {
    const bytes = (await source.read(path)) ?? new Uint8Array();
    see(bytes);
    const lines = gunzipSync(bytes).toString('utf8').split('\n');
    yield lines.at(-1) === '' ? lines.slice(0, -1) : lines;
    return;
  }
  const seen = (async function* () {
    for await (const bytes of stream) {
      see(bytes);
      yield bytes;
    }
  })();
  const text = path.endsWith('.gz') ? Readable.from(seen).pipe(createGunzip()) : seen;
  // A broken stream of bytes ends the reading of its text as well.
  let rest = Buffer.alloc(0);
  for await (const chunk of text) {
    const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(10);
    if (end >= 0) yield bytes.toString('utf8', 0, end).split('\n');
    rest = bytes.subarray(end + 1);
  }
  if (rest.length > 0) yield [rest.toString('utf8')];
}
