// The gateway as a process of its own on a bench: it is killed as the mains would end it, at each
// marked moment of a token, and what was paid for is credited once.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { processContext, run } from '@prewatt/cli';
import { startBench } from '../src/bench.ts';
import { createSimulatedBus, serveBus } from '../src/simulated-bus.ts';
import { channelOf, firstPan, loadSite, siteOf, temporaryFolder } from './fixtures.ts';

const folder = temporaryFolder();
const closing: (() => Promise<void> | void)[] = [folder.remove];
after(async () => {
  for (const close of closing) await close();
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const at = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return typeof at === 'object' && at !== null ? at.port : 0;
}

test('mains that come back at once start a gateway whose end is not heard of yet', async () => {
  // Ends a little after its answer, as a killed process does on a busy machine.
  const script = join(folder.path, 'slow-end.mjs');
  writeFileSync(
    script,
    `process.on('message', ({ kind }) => {
      process.send(kind === 'cutAt' ? { kind: 'cutIsSet' } : { kind: 'typed', said: String(process.pid) });
      if (kind === 'keypad') setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300);
    });
    process.send({ kind: 'ready' });`,
  );
  const bench = await startBench({ script, port: 0, environment: {} });
  const act = async (body: object): Promise<{ readonly said: string | null }> => {
    const answer = await fetch(`http://127.0.0.1:${bench.port}/meters/${firstPan}/bench`, {
      ...{ method: 'POST', body: JSON.stringify(body) },
      headers: { 'content-type': 'application/json' },
    });
    assert.equal(answer.status, 200);
    return (await answer.json()) as { said: string | null };
  };
  await act({ kind: 'cutAt', moment: 'beforeAnswer' });
  const { said: first } = await act({ kind: 'keypad', digits: '1' });
  await act({ kind: 'power', on: true });
  const { said: second } = await act({ kind: 'keypad', digits: '1' });
  assert.notEqual(second, first);
  await bench.close();
});

test('a gateway that is killed at a moment of a token credits it once; a planted fault is found', async () => {
  const bus = createSimulatedBus();
  bus.unit(101).coils.set(0, false);
  bus.setEnergy(1, 7_000_000);
  const served = await serveBus(bus);
  closing.unshift(served.close);
  const at = { kind: 'tcp', host: '127.0.0.1', port: served.port, framing: 'bytes' } as const;
  loadSite(
    folder.path,
    siteOf({
      buses: [{ ...at, name: 'row' }],
      channels: [channelOf(firstPan, { everySeconds: 5 })],
    }),
  );
  const [mqttPort, httpPort] = [await freePort(), await freePort()];
  const bench = await startBench({
    ...{ script: fileURLToPath(new URL('../src/main.ts', import.meta.url)), port: 0 },
    plants: ['--plant=forgetsTokens', '--plant=swallowsOverflow'],
    environment: {
      ...(process.env['PATH'] === undefined ? {} : { PATH: process.env['PATH'] }),
      PREWATT_GATEWAY_DIR: folder.path,
      PREWATT_MQTT_URL: `mqtt://127.0.0.1:${mqttPort}`,
      PREWATT_HTTP_PORT: String(httpPort),
      PREWATT_LOG_LEVEL: 'silent',
    },
  });
  closing.unshift(bench.close);
  let output = '';
  const way = ['--target', 'gateway', '--meter', firstPan, '--listen', `127.0.0.1:${mqttPort}`];
  const control = `http://127.0.0.1:${bench.port}/meters/${firstPan}/bench`;
  const only = 'cut-before-stored,cut-before-answer,cut-after-answer,limit,replay,overflow';
  const line = ['conform', ...way, '--control', control, '--only', only, '--ti', '07', '--json'];
  await run([...line, '--decoder-key-file', 'meter.key', '--answer', '60'], {
    ...processContext,
    environment: {},
    print: (text) => {
      output += text;
    },
    printError: () => undefined,
    readFile: () => channelOf(firstPan).decoderKeyHex,
    ask: async () => assert.fail('nobody is asked'),
  });
  const { scenarios } = JSON.parse(output) as {
    scenarios: { id: string; verdict: string; steps: { seen: string }[] }[];
  };
  const seen = scenarios.map(({ id, verdict, steps }) => ({
    ...{ id, verdict },
    cut: steps.some((step) => step.seen.startsWith('no answer')),
  }));
  assert.deepEqual(seen, [
    { id: 'replay', verdict: 'failed', cut: false },
    { id: 'overflow', verdict: 'failed', cut: false },
    { id: 'cut-before-stored', verdict: 'passed', cut: true },
    { id: 'cut-before-answer', verdict: 'passed', cut: true },
    { id: 'cut-after-answer', verdict: 'passed', cut: false },
    // Nothing of a bench draws power here, and that is not "passed".
    { id: 'limit', verdict: 'needsHand', cut: false },
  ]);
});
