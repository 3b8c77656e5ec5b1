// `prewatt conform` on the virtual meter, by MQTT and by DLMS: it passes all that its protocol
// offers; with five planted faults it fails in exactly those. Time is the bench's: days cost
// nothing.

import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { processContext, run } from '@prewatt/cli';
import type { step } from '@prewatt/meter';
import { Aedes } from 'aedes';
import pino from 'pino';
import { createBenchClock, createBenchControl } from '../src/bench-control.ts';
import { createIdentityStore } from '../src/dlms/identity-store.ts';
import { listenForDlms } from '../src/dlms/listener.ts';
import { factoryFile } from '../src/factory.ts';
import { createFleet } from '../src/fleet.ts';
import { emptyHome } from '../src/homes.ts';
import { createHttp } from '../src/http/server.ts';
import { foundBy, type PlantedFault, stepWith } from '../src/planted-faults.ts';
import { createSecretStore } from '../src/secret-store.ts';
import { createStateStore } from '../src/state-store.ts';
import { factory, freePort, meterPan, temporaryFolder } from './bench.ts';
import { startTlsBefore } from './tls.ts';

const log = pino({ level: 'silent' });
const closing: (() => Promise<void>)[] = [];
after(async () => {
  for (const close of closing) await close();
});

type Step = typeof step;

/** A meter on a bench, with its control hook. */
function startMeter(o: { readonly mqttUrl: string; readonly step?: Step }) {
  const folder = temporaryFolder();
  const clock = createBenchClock(Date.UTC(2026, 10, 18, 10));
  const meters = factoryFile.parse(factory).meters;
  const homes = new Map(meters.map(({ homeProfile: id }) => [id, emptyHome(id)]));
  const fleet = createFleet(meters, homes, {
    ...{ clock, realNowMs: Date.now, random: () => 0, speed: 1, log },
    ...{ mqttUrl: o.mqttUrl, mqttCa: undefined, certificates: undefined },
    secrets: createSecretStore(folder.path),
    store: createStateStore(folder.path),
    ...(o.step === undefined ? {} : { step: o.step }),
  });
  const bench = createBenchControl(fleet, clock);
  const app = createHttp({ fleet, clock, speed: 1, log, realNowMs: Date.now, bench });
  closing.push(async () => {
    await app.close();
    await fleet.close();
    folder.remove();
  });
  return { fleet, clock, app, folder: folder.path };
}
type Meter = ReturnType<typeof startMeter>;

type Report = {
  readonly scenarios: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly steps: readonly {
      readonly what: string;
      readonly seen: string;
      readonly verdict: string;
      readonly wire: readonly { readonly hex: string }[];
    }[];
  }[];
};

const control = `http://bench.example/meters/${meterPan}/bench`;

/** Runs the command against a meter that comes once the bench listens. */
async function conform(args: readonly string[], meter: () => Meter | Promise<Meter>, files = {}) {
  let [output, html] = ['', ''];
  let started: Promise<Meter> | null = null;
  const line = ['conform', ...args, '--decoder-key-file', 'meter.key', '--ti', '07', '--json'];
  const known: Record<string, string> = {
    'meter.key': factory.meters[0]?.decoderKeyHex ?? '',
    secret: 'secret-of-the-meter\n',
    ...files,
  };
  const begin = (): Promise<Meter> => {
    started ??= Promise.resolve(meter());
    return started;
  };
  // By MQTT the meter comes by itself, again and again: it may be there first.
  await begin();
  const code = await run([...line, '--control', control, '--zone', 'Africa/Johannesburg'], {
    ...processContext,
    environment: {},
    print: (text) => {
      output += text;
    },
    printError: () => undefined,
    readFile: (path) => known[path] ?? assert.fail(path),
    replaceFile: (path, text) => {
      if (path.endsWith('.html')) html = text;
    },
    ask: async () => assert.fail('nobody is asked'),
    fetch: async (_url, init) => {
      const { app } = await begin();
      const answer = await app.inject({
        ...{ method: 'POST', url: `/meters/${meterPan}/bench`, payload: String(init?.body) },
        headers: { 'content-type': 'application/json' },
      });
      return new Response(answer.body, { status: answer.statusCode });
    },
  });
  const report = JSON.parse(output) as Report;
  return { code, html, report };
}

const verdicts = ({ scenarios }: Report) =>
  Object.fromEntries(scenarios.map(({ id, verdict }) => [id, verdict]));

/** What was not passed, with what was seen: the message of a failure. */
const halted = ({ scenarios }: Report): string[] =>
  scenarios.flatMap(({ id, steps }) =>
    steps
      .filter(({ verdict }) => verdict !== 'passed')
      .map(({ what, seen, verdict }) => `${id}: ${verdict}: ${what}: ${seen}`),
  );

async function byMqtt(meterStep?: Step, more: readonly string[] = []) {
  const port = await freePort();
  const mqttUrl = `mqtt://127.0.0.1:${port}`;
  const args = ['--target', 'mqtt', '--meter', meterPan, '--listen', `127.0.0.1:${port}`, ...more];
  return conform([...args, '--secret-file', 'secret', '--answer', '20', '--out', 'report'], () =>
    startMeter({ mqttUrl, ...(meterStep === undefined ? {} : { step: meterStep }) }),
  );
}

test('the virtual meter passes every scenario by MQTT', async () => {
  const { code, html, report } = await byMqtt();
  const left = halted(report).filter((each) => !each.startsWith('link-keys: notOffered'));
  assert.deepEqual(left, []);
  assert.equal(code, 0);
  assert.equal(report.scenarios.length, 22);
  const [credit] = report.scenarios;
  assert.ok(
    credit?.steps.every(({ wire }) => wire.length >= 2),
    'bytes both ways',
  );
  assert.match(html, /<h1>Conformance of 600727000000000009<\/h1>/);
  assert.doesNotMatch(html, /<script|src=|href=/, 'it loads nothing');
});

/** By HDLC it is called through TLS, as through a concentrator that ends it. */
async function byDlms(framing: 'wrapper' | 'hdlc', meterStep?: Step) {
  const meter = startMeter({
    mqttUrl: 'mqtt://127.0.0.1:1',
    ...(meterStep === undefined ? {} : { step: meterStep }),
  });
  const port = await freePort();
  const random = (count: number) => new Uint8Array(randomBytes(count));
  const identities = createIdentityStore(meter.folder, random, 0);
  const listener = await listenForDlms({
    ...{ fleet: meter.fleet, clock: meter.clock, identities, random, log },
    newCommandId: () => `command_${randomUUID()}`,
    ports: { ...{ wrapper: null, hdlc: null }, [framing]: port },
  });
  closing.unshift(listener.close);
  const keys = readFileSync(join(meter.folder, `${meterPan}.dlms.json`), 'utf8');
  const tls = framing === 'wrapper' ? null : await startTlsBefore(port);
  if (tls !== null) closing.unshift(tls.close);
  const at =
    tls === null
      ? ['--host', '127.0.0.1', '--port', String(port)]
      : ['--host', 'localhost', '--port', String(tls.port), '--tls', '--ca', 'ca'];
  const args = ['--target', 'dlms', '--framing', framing, '--keys', 'keys', ...at];
  return conform(args, () => meter, { keys, ca: tls?.ca ?? '' });
}

test('the virtual meter passes every scenario that DLMS offers', async () => {
  const { code, report } = await byDlms('wrapper');
  const left = halted(report).filter((each) => !each.includes(': notOffered: '));
  assert.deepEqual(left, []);
  assert.equal(code, 0);
  const missing = Object.entries(verdicts(report)).filter(([, verdict]) => verdict !== 'passed');
  assert.deepEqual(
    missing.map(([id]) => id),
    ['friendly-hours', 'tamper'],
  );
});

/** Those that were planted, by the scenarios that find them; nothing else fails. */
function assertFound(report: Report, planted: readonly PlantedFault[]): void {
  const failed = Object.entries(verdicts(report)).filter(([, verdict]) => verdict === 'failed');
  assert.deepEqual(
    failed.map(([id]) => id).sort(),
    planted.map((name) => foundBy[name]).sort(),
    halted(report).join('\n'),
  );
}

test('a meter with five planted faults fails in exactly those', async () => {
  const planted = ['forgetsTokens', 'losesCredit', 'changesHalfWay'] as const;
  const faults = [...planted, 'dropsInterval', 'ignoresRules'] as const;
  const { code, report } = await byMqtt(stepWith(faults));
  assert.equal(code, 1);
  assertFound(report, faults);
});

test('a DLMS meter with five planted faults fails in exactly those, by HDLC over TLS', async () => {
  const planted = ['forgetsTokens', 'losesCredit', 'changesHalfWay'] as const;
  const faults = [...planted, 'overwritesInterval', 'ignoresLimit'] as const;
  const { code, report } = await byDlms('hdlc', stepWith(faults));
  assert.equal(code, 1);
  assertFound(report, faults);
});

test('what nobody does needs a hand, and does not count as passed', async () => {
  const port = await freePort();
  const mqttUrl = `mqtt://127.0.0.1:${port}`;
  let output = '';
  startMeter({ mqttUrl });
  const only = ['--only', 'credit,power-cut,cut-before-stored,link-loss', '--unattended', '--json'];
  const way = ['--target', 'mqtt', '--meter', meterPan, '--listen', `127.0.0.1:${port}`];
  const code = await run(['conform', ...way, '--decoder-key-file', 'meter.key', ...only], {
    ...processContext,
    environment: {},
    print: (text) => {
      output += text;
    },
    printError: () => undefined,
    readFile: () => factory.meters[0]?.decoderKeyHex ?? '',
    ask: async () => assert.fail('nobody is asked'),
    sleep: async () => undefined,
  });
  assert.equal(code, 0);
  assert.deepEqual(verdicts(JSON.parse(output)), {
    credit: 'passed',
    'power-cut': 'needsHand',
    'cut-before-stored': 'needsHand',
    'link-loss': 'needsHand',
  });
});

test('a broker that is there already is joined, and a person is asked in words', async () => {
  const broker = await Aedes.createBroker();
  broker.authenticate = (client, username, password, done) => {
    const isBench = username === 'bench' && password?.toString() === 'its:password';
    done(null, isBench || client.id === meterPan);
  };
  const server = createServer(broker.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  const mqttUrl = `mqtt://127.0.0.1:${typeof at === 'object' && at !== null ? at.port : 0}`;
  const meter = startMeter({ mqttUrl });
  let output = '';
  const asked: string[] = [];
  const only = ['--only', 'power-cut,keypad', '--json', '--decoder-key-file', 'meter.key'];
  const code = await run(
    [
      ...['conform', '--target', 'mqtt', '--meter', meterPan, '--broker', mqttUrl, ...only],
      ...['--secret-file', 'secret'],
    ],
    {
      ...processContext,
      environment: {},
      print: (text) => {
        output += text;
      },
      printError: () => undefined,
      readFile: (path) =>
        path === 'secret' ? 'bench:its:password\n' : (factory.meters[0]?.decoderKeyHex ?? ''),
      // The first is done, by whoever stands there; at the second nobody is found.
      ask: async (question) => {
        asked.push(question);
        const [member] = meter.fleet.members;
        if (!question.includes('mains of the meter')) return '-';
        if (question.includes('off')) member?.meter.cutPower();
        else member?.meter.restorePower();
        return '';
      },
    },
  );
  assert.equal(code, 0);
  assert.deepEqual(verdicts(JSON.parse(output)), { keypad: 'needsHand', 'power-cut': 'needsHand' });
  assert.match(asked[0] ?? '', /^Type \d{20} at the meter, and type what it shows/);
  assert.deepEqual(
    asked.slice(1).map((each) => each.split(',')[0]),
    [
      'Switch the mains of the meter off',
      'Let 1 h pass by the meter',
      'Switch the mains of the meter on',
    ],
  );
  await meter.fleet.close();
  await new Promise<void>((resolve) => broker.close(() => resolve()));
  server.close();
});
