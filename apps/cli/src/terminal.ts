// The effects of commands that talk to a server, on Node: files as blobs, output that waits, and
// questions at the terminal. Secrets are not shown as they are typed.

import { openAsBlob } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NetworkEffects } from './http-client.ts';

export const terminalEffects: NetworkEffects = {
  fetch: globalThis.fetch,
  openFile: (path) => openAsBlob(path),
  write: (bytes) =>
    new Promise((resolve, reject) => {
      process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
    }),
  ask: async (label, { secret }) => {
    if (!process.stdin.isTTY) return null;
    process.stderr.write(label);
    // A terminal's line editor that writes nowhere shows nothing.
    const nowhere = new Writable({ write: (_bytes, _encoding, done) => done() });
    const lines = createInterface({
      input: process.stdin,
      output: secret ? nowhere : process.stderr,
      terminal: true,
    });
    try {
      return await lines.question('');
    } finally {
      lines.close();
      if (secret) process.stderr.write('\n');
    }
  },
  sleep: async (ms) => {
    await sleep(ms);
  },
};
