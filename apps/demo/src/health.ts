// Waits until each child says that it is ready.

import { setTimeout as sleep } from 'node:timers/promises';

/** Polls GET /health of each address until it answers 200. Ends early, with a reject, on abort. */
export async function waitUntilReady(addresses: string[], signal: AbortSignal): Promise<void> {
  await Promise.all(addresses.map((each) => waitForOne(each, signal)));
}

async function waitForOne(base: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    if (await isReady(base)) return;
    await sleep(50, undefined, { signal });
  }
}

async function isReady(base: string): Promise<boolean> {
  try {
    const response = await fetch(`${base}/health`, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}
