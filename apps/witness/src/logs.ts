// The logs that a witness knows: lines of public keys in a file, which is read again when a log
// comes that is not in it. A demo adds a log when it first sees it.

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { readKey, type WitnessedLog } from '@prewatt/transparency';
import { nodeCrypto } from '@prewatt/transparency/node-crypto';

export type KnownLogs = {
  /** Looks once more for a log that is not known, and takes its key where that is wanted. */
  readonly learn: (origin: string) => Promise<void>;
  readonly logOf: (origin: string) => WitnessedLog | null;
};

export function createKnownLogs(o: {
  readonly file: string;
  readonly takeFrom: string | null;
  readonly fetch: typeof fetch;
}): KnownLogs {
  let known = readLogs(o.file);
  return {
    logOf: (origin) => known.get(origin) ?? null,
    learn: async (origin) => {
      if (known.has(origin)) return;
      known = readLogs(o.file);
      const path = /\/log\/[0-9a-f-]{36}$/.exec(origin)?.[0];
      if (known.has(origin) || o.takeFrom === null || path === undefined) return;
      const answer = await o.fetch(new URL(`${path}/key`, o.takeFrom), {
        signal: AbortSignal.timeout(5_000),
      });
      const line = (await answer.text()).trim();
      const key = readKey(nodeCrypto.sha256, line);
      if (!key.ok || key.value.name !== origin || key.value.kind !== 'ed25519') return;
      appendFileSync(o.file, `${line}\n`);
      known = readLogs(o.file);
    },
  };
}

/** Throws for a line that is no key: a log that is left out by mistake would not be watched. */
function readLogs(file: string): ReadonlyMap<string, WitnessedLog> {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const logs = lines
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const key = readKey(nodeCrypto.sha256, line);
      if (!key.ok) throw new Error(`${file}: "${line}" is no key of a log`);
      return { origin: key.value.name, key: key.value };
    });
  return new Map(logs.map((log) => [log.origin, log]));
}
