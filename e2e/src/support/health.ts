// Asking whether the server is ready, as a load balancer would.

import { setTimeout as sleep } from 'node:timers/promises';

export type HealthAnswer = { status: number; body: string };

/** Asks GET /health until it answers 200 or is told to stop; each answer unlike the one before. */
export async function followHealth(server: string, stop: AbortSignal): Promise<HealthAnswer[]> {
  const heard: HealthAnswer[] = [];
  while (heard.at(-1)?.status !== 200 && !stop.aborted) {
    try {
      const answer = await fetch(`${server}/health`, { signal: AbortSignal.timeout(5_000) });
      const body = await answer.text();
      if (heard.at(-1)?.body !== body) heard.push({ status: answer.status, body });
    } catch {
      // Nobody listens yet, or the port changes hands.
    }
    await sleep(20);
  }
  return heard;
}
