// Waits for the first line that a test's child process prints; an early end is an error, not a
// hang.

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** The first line of the stream. Rejects when it ends without one. */
export function firstLine(stream: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: stream });
    lines.once('line', resolve);
    lines.once('close', () => reject(new Error('the child process ended without a line')));
  });
}
