// How many requests one address may make in a minute, of all servers together: a balancer spreads
// them, so each server admits its part. The people of an office share an address, and
// each console asks anew whenever something happens: what operators ask is counted apart.

import type { RateLimitPluginOptions } from '@fastify/rate-limit';
import { operatorRoot } from '@prewatt/api';

export const requestLimits = (servers: () => number) =>
  ({
    global: true,
    timeWindow: 60_000,
    keyGenerator: ({ ip, url }) => (url.startsWith(operatorRoot) ? `${operatorRoot} ${ip}` : ip),
    max: (_request, key) => partOf(key.startsWith(operatorRoot) ? 6_000 : 1_200, servers()),
  }) satisfies RateLimitPluginOptions;

const partOf = (limit: number, servers: number): number => Math.ceil(limit / servers);

/** Of one address in a second, before anything is done for it. */
const burst = 400;

/**
 * Counts what an address asks within a second. Beyond any office it is not even told so: an answer
 * of 429 has a price, and thousands may come in one packet.
 */
export function createBurstLimit(o: {
  readonly nowMs: () => number;
  readonly servers: () => number;
}): (address: string) => boolean {
  let second = 0;
  let asked = new Map<string, number>();
  return (address) => {
    const now = Math.floor(o.nowMs() / 1_000);
    if (now !== second) asked = new Map();
    second = now;
    const times = (asked.get(address) ?? 0) + 1;
    asked.set(address, times);
    return times <= partOf(burst, o.servers());
  };
}
