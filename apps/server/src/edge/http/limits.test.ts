// Limits for each address: those who hammer at the doors are stopped, and nobody at a desk because
// of them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import rateLimit from '@fastify/rate-limit';
import Fastify from 'fastify';
import { createBurstLimit, requestLimits } from './limits.ts';

async function served(servers = 1) {
  const app = Fastify();
  await app.register(
    rateLimit,
    requestLimits(() => servers),
  );
  app.get('/sign-in', async () => 'here');
  app.get('/api/operator/me', async () => 'me');
  const ask = async (url: string, times: number, remoteAddress = '10.0.0.1') => {
    let taken = 0;
    for (let i = 0; i < times; i += 1) {
      const { statusCode } = await app.inject({ url, remoteAddress });
      if (statusCode === 200) taken += 1;
    }
    return taken;
  };
  return { app, ask };
}

test('an address is stopped at its limit, others and those at a desk are not', async () => {
  const { app, ask } = await served();
  assert.equal(await ask('/sign-in', 1_300), 1_200);
  assert.equal(await ask('/api/operator/me', 1_300), 1_300);
  assert.equal(await ask('/sign-in', 1, '10.0.0.2'), 1);
  await app.close();
});

test('what operators ask has a limit, too', async () => {
  const { app, ask } = await served();
  assert.equal(await ask('/api/operator/me', 6_100), 6_000);
  assert.equal(await ask('/api/operator/me?again', 1), 0);
  await app.close();
});

test('several servers share what one address may ask', async () => {
  const { app, ask } = await served(3);
  assert.equal(await ask('/sign-in', 500), 400);
  await app.close();
  const mayAsk = createBurstLimit({ nowMs: () => 0, servers: () => 3 });
  const asked = Array.from({ length: 1_000 }, () => mayAsk('10.0.0.1'));
  assert.equal(asked.filter((may) => may).length, 134);
});

test('what comes at once from one address beyond any office is not answered, others are', () => {
  let nowMs = 5_000;
  const mayAsk = createBurstLimit({ nowMs: () => nowMs, servers: () => 1 });
  const asked = Array.from({ length: 1_000 }, () => mayAsk('10.0.0.1'));
  assert.equal(asked.filter((may) => may).length, 400);
  assert.equal(mayAsk('10.0.0.2'), true);
  nowMs += 1_000;
  assert.equal(mayAsk('10.0.0.1'), true);
});
