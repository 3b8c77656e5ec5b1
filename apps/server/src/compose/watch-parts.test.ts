// What the state of a part hangs on: calls of the provider, and a broker that is away.

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { err, ok } from '@prewatt/quantities';
import { createParts, type PartName } from '../base/parts.ts';
import { createMqttLink } from '../metering/headend/index.ts';
import type { PaymentProvider } from '../money/payments/index.ts';
import {
  isProviderThere,
  partsOfProviders,
  sweepsOfParts,
  watchProvider,
  watchProviders,
} from './watch-parts.ts';

function createTold() {
  const said: string[] = [];
  const log = {
    warn: (facts: object) => said.push(`down ${JSON.stringify(facts)}`),
    info: (facts: object) => said.push(`up ${JSON.stringify(facts)}`),
  };
  const parts = createParts({ nowMs: () => 0, log: log as never });
  const stateOf = (name: PartName) => parts.reports().find((part) => part.name === name)?.state;
  return { said, parts, stateOf };
}

describe('the payment provider', () => {
  let answer: Awaited<ReturnType<PaymentProvider['askAgain']>> = ok(null);
  const provider: PaymentProvider = {
    ...{ name: 'till', label: 'Till' },
    open: async () => err('unreachable'),
    askAgain: async () => answer,
    notification: () => err('malformed'),
  };
  const asked = {
    ...{ reference: 'x', amountMinor: 1n, currencyCode: 'KES' },
    ...{ providerRequest: null, hintedReference: null, askedForMs: 0 },
  };

  test('is down after three calls in a row that failed, and up with the next that did not', async () => {
    const { parts, said, stateOf } = createTold();
    const watched = watchProvider(provider, { parts, nowMs: () => 7, part: 'provider' });
    assert.equal(stateOf('provider'), 'unknown');
    await watched.askAgain(asked);
    assert.equal(stateOf('provider'), 'up');
    answer = err('unreachable');
    await watched.askAgain(asked);
    await watched.askAgain(asked);
    assert.equal(stateOf('provider'), 'up', 'one bad payment is no outage');
    await watched.askAgain(asked);
    await watched.askAgain(asked);
    assert.equal(stateOf('provider'), 'down');
    answer = ok({ status: 'pending' });
    await watched.askAgain(asked);
    assert.equal(stateOf('provider'), 'up');
    assert.deepEqual(said, [
      'down {"part":"provider","detail":"Till does not answer"}',
      'up {"part":"provider"}',
    ]);
    assert.equal(watched.lastAnsweredAtMs(), 7);
  });

  test('that answers nobody is asked half a minute later, and is down with the first silence', async () => {
    const { parts, stateOf } = createTold();
    let nowMs = 0;
    const watched = watchProvider(provider, { parts, nowMs: () => nowMs, part: 'provider' });
    const [state] = sweepsOfParts({
      ...{
        parts,
        providers: [watched],
        gateways: [],
        nowMs: () => nowMs,
        masterKey: Buffer.alloc(32),
      },
      ...{ database: {} as never, utilities: { list: async () => [] } },
    });
    assert.ok(state?.name === 'providerState' && state.of === 'process' && state.everyMs <= 10_000);
    const look = () => state.run(AbortSignal.timeout(60_000));
    answer = ok({ status: 'pending' });
    await watched.askAgain(asked);
    // Payments that go unanswered are no reason not to ask.
    answer = err('unreachable');
    nowMs = 25_000;
    await watched.askAgain(asked);
    await look();
    assert.equal(stateOf('provider'), 'up');
    nowMs = 30_000;
    await look();
    assert.equal(stateOf('provider'), 'down');
  });

  test('beside others has a state of its own, and one that hangs holds up no word of another', async () => {
    const earlier: PaymentProvider = { ...provider, name: 'momo', label: 'MTN MoMo' };
    const hanging: PaymentProvider = {
      ...{ ...provider, name: 'airtel', label: 'Airtel Money' },
      askAgain: () => new Promise(() => {}),
    };
    const all = [provider, earlier, hanging];
    const parts = createParts({
      ...{ nowMs: () => 0, log: { warn: () => {}, info: () => {} } as never },
      named: partsOfProviders(all),
    });
    const watched = watchProviders(all, { parts, nowMs: () => 60_000 });
    const [state] = sweepsOfParts({
      ...{ parts, providers: watched, gateways: [], nowMs: () => 60_000 },
      ...{
        masterKey: Buffer.alloc(32),
        database: {} as never,
        utilities: { list: async () => [] },
      },
    });
    assert.ok(state?.of === 'process');
    answer = err('unreachable');
    void state.run(AbortSignal.timeout(60_000));
    await new Promise((resolve) => setImmediate(resolve));
    const told = parts
      .reports()
      .filter(({ name }) => name.startsWith('provider'))
      .map(({ name, state: now, label }) => `${name} ${now}: ${label}`);
    assert.deepEqual(told, [
      'provider down: the payment provider Till: customers cannot pay by it',
      'provider-momo down: MTN MoMo, an earlier payment provider: what was begun with it waits',
      'provider-airtel unknown: Airtel Money, an earlier payment provider: what was begun with it waits',
    ]);
  });

  test('is there when it answers at all', async () => {
    answer = err('refused');
    assert.equal(await isProviderThere(provider), true);
    answer = err('unreachable');
    assert.equal(await isProviderThere(provider), false);
  });
});

test('a broker that is away holds up no start and no send, and is told with its cause', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  assert.ok(typeof address === 'object' && address !== null);
  await new Promise((resolve) => taken.close(resolve));
  const told: (string | null)[] = [];
  const link = await createMqttLink({
    ...{ url: `mqtt://127.0.0.1:${address.port}`, password: 'x', patienceMs: 200 },
    tell: (away) => told.push(away),
  });
  await link.listen({ up: () => undefined, link: () => {} });
  assert.equal(told[0], 'nobody listens there');
  await assert.rejects(link.send('600727000000000009', new Uint8Array()), /the broker is away/);
  await link.close();
});
