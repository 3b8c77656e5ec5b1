// How many requests one address may make in a minute. The people of an office share an address, and
// each console asks anew whenever something happens: what operators ask is counted apart.

import type { RateLimitPluginOptions } from '@fastify/rate-limit';

const operators = '/api/operator/';

export const requestLimits = {
  global: true,
  timeWindow: 60_000,
  keyGenerator: ({ ip, url }) => (url.startsWith(operators) ? `${operators} ${ip}` : ip),
  max: (_request, key) => (key.startsWith(operators) ? 6_000 : 1_200),
} satisfies RateLimitPluginOptions;
