// A hardware token as the rest of the server sees it: questions with answers, none of which blocks
// this process. A token that does not answer in time counts as away until it does.

import { Worker } from 'node:worker_threads';
import { err, type Result } from '@prewatt/quantities';
import type { HardwareFault } from './fault.ts';
import type { HmacJob, Reply, RequestKind, Requests, TokenState } from './messages.ts';
import type { HardwareSettings } from './settings.ts';

export type { HardwareFault, HardwareFaultKind } from './fault.ts';
export type { HmacJob, TokenState } from './messages.ts';
export { type HardwareSettings, readHardwareSettings } from './settings.ts';

type Answer<T> = Promise<Result<T, HardwareFault>>;

export type Hardware = {
  readonly settings: HardwareSettings;
  /** In the order of the jobs; null where the token holds no such key. */
  readonly hmac: (jobs: readonly HmacJob[]) => Answer<readonly (Uint8Array | null)[]>;
  /** Brings a key in, never to leave again; harmless to repeat. */
  readonly bringIn: (key: Requests['bringIn']['asks']) => Answer<null>;
  readonly destroy: (keyId: Uint8Array) => Answer<null>;
  readonly state: () => Answer<TokenState>;
  readonly close: () => Promise<void>;
};

export function createHardware(settings: HardwareSettings): Hardware {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: settings });
  const waiting = new Map<number, (result: Reply['result']) => void>();
  let count = 0;
  let ended: string | null = null;
  worker.unref();
  worker.on('message', ({ id, result }: Reply) => {
    waiting.get(id)?.(result);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
  });
  const end = (why: string): void => {
    ended = why;
    for (const tell of waiting.values()) tell(err({ kind: 'away', detail: why }));
    waiting.clear();
  };
  worker.on('error', (error) => end(`its worker ended: ${String(error)}`));
  worker.on('exit', () => end(ended ?? 'its worker ended'));

  const ask = <K extends RequestKind>(
    kind: K,
    asks: Requests[K]['asks'],
  ): Answer<Requests[K]['answers']> => {
    if (ended !== null) return Promise.resolve(err({ kind: 'away', detail: ended }));
    const id = ++count;
    const seconds = settings.answerSeconds;
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        waiting.delete(id);
        if (waiting.size === 0) worker.unref();
        resolve(err({ kind: 'away', detail: `no answer within ${seconds} s` }));
      }, seconds * 1_000);
      waiting.set(id, (result) => {
        clearTimeout(late);
        resolve(result as Result<Requests[K]['answers'], HardwareFault>);
      });
      worker.ref();
      worker.postMessage({ id, kind, ...asks });
    });
  };

  return {
    settings,
    hmac: (jobs) => ask('hmac', { jobs }),
    bringIn: (key) => ask('bringIn', key),
    destroy: (keyId) => ask('destroy', { keyId }),
    state: () => ask('state', {}),
    close: async () => {
      if (ended !== null) return;
      ended = 'it was closed';
      const left = new Promise((resolve) => worker.once('exit', resolve));
      worker.ref();
      worker.postMessage('close');
      await left;
    },
  };
}
