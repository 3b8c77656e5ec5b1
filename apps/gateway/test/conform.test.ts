// `prewatt conform` on what is on a bus: a channel of the gateway by MQTT, an STS meter and a plain
// meter of DL/T 645 by their own frames. Time is the bench's.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { processContext, run } from '@prewatt/cli';
import { foundBy, type PlantedFault, stepWith } from '@prewatt/virtual-meter/planted-faults';
import { createSecretStore } from '@prewatt/virtual-meter/secret-store';
import { createStateStore, type StateStore } from '@prewatt/virtual-meter/state-store';
import pino from 'pino';
import { createGateway, type Gateway } from '../src/gateway.ts';
import type { OpenPort } from '../src/ports.ts';
import { createSimulatedBus, put32, type SimulatedBus, serveBus } from '../src/simulated-bus.ts';
import { createStsMeter } from '../src/simulated-sts-meter.ts';
import { channelOf, firstPan, loadSite, siteOf, temporaryFolder } from './fixtures.ts';

const startMs = Date.UTC(2026, 10, 18, 10);
const closing: (() => Promise<void> | void)[] = [];
after(async () => {
  for (const close of closing) await close();
});

type Act = Parameters<ReturnType<typeof createStsMeter>['act']>[0] & { readonly up?: boolean };
type MeterStep = NonNullable<Parameters<typeof createStsMeter>[1]['step']>;
type Acting = (act: Act) => Promise<{ readonly status: number; readonly said: string | null }>;

type Report = {
  readonly scenarios: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly steps: readonly { what: string; seen: string; verdict: string }[];
  }[];
};

async function conform(args: readonly string[], act: Acting, files: Record<string, string> = {}) {
  let output = '';
  const line = ['conform', ...args, '--decoder-key-file', 'meter.key', '--ti', '07', '--json'];
  const code = await run([...line, '--control', 'http://bench.example', '--answer', '20'], {
    ...processContext,
    environment: {},
    print: (text) => {
      output += text;
    },
    printError: () => undefined,
    readFile: (path) =>
      path === 'meter.key' ? channelOf(firstPan).decoderKeyHex : (files[path] ?? assert.fail(path)),
    ask: async () => assert.fail('nobody is asked'),
    fetch: async (_url, init) => {
      const { status, said } = await act(JSON.parse(String(init?.body)));
      return Response.json({ said }, { status });
    },
  });
  const report = JSON.parse(output) as Report;
  const ids = (verdict: string): string[] =>
    report.scenarios.filter((each) => each.verdict === verdict).map(({ id }) => id);
  const halted = report.scenarios
    .filter(({ verdict }) => verdict === 'failed')
    .flatMap(({ id, steps }) => steps.map(({ what, seen }) => `${id}: ${what}: ${seen}`));
  return { code, ids, halted, report };
}

const tcp = (port: number): string[] => ['--host', '127.0.0.1', '--port', String(port)];
const offered = ['credit', 'replay', 'order', 'refusals', 'keypad', 'overflow', 'key-change'];
const cuts = ['cut-before-stored', 'cut-before-answer', 'cut-after-answer'];

async function bySanxing(step?: MeterStep) {
  const address = '045070929414';
  const more = step === undefined ? {} : { step };
  const meter = createStsMeter(channelOf(firstPan), { address, startMs, ...more });
  const served = await serveBus({ ...createSimulatedBus(), answer: meter.answer });
  closing.push(served.close);
  const args = ['--target', 'dlt645', '--edition', 'sanxing', '--address', address];
  return conform([...args, ...tcp(served.port)], async (act) => meter.act(act));
}

/** Those that were planted, by the scenarios that find them; nothing else fails. */
function assertFound(
  { ids, halted }: Awaited<ReturnType<typeof conform>>,
  planted: readonly PlantedFault[],
): void {
  const found = planted.map((name) => foundBy[name]).sort();
  assert.deepEqual(ids('failed').sort(), found, halted.join('\n'));
}

test('an STS meter on the bus with five planted faults fails in exactly those', async () => {
  const planted = ['forgetsTokens', 'losesCredit', 'changesHalfWay'] as const;
  const faults = [...planted, 'neverLocks', 'swallowsOverflow'] as const;
  assertFound(await bySanxing(stepWith(faults)), faults);
});

test('an STS meter on the bus passes what its frames offer', async () => {
  const { code, ids, halted } = await bySanxing();
  assert.deepEqual(halted, []);
  assert.equal(code, 0);
  assert.deepEqual(ids('passed'), [
    ...offered,
    ...['key-change-cut', 'key-kinds', 'power-cut'],
    ...cuts,
  ]);
  assert.deepEqual(ids('needsHand'), []);
});

test('a plain meter of DL/T 645 is switched, and says so', async () => {
  const address = '202611240001';
  const bus = createSimulatedBus();
  const values = bus.dlt645(address);
  values.set('04000503', '0000').set('02030000', '000000').set('00010000', '00000000');
  let energyWh = 0;
  let watts = 0;
  const act: Acting = async ({ kind, ms = 0, watts: load = 0 }) => {
    if (kind === 'load') watts = load;
    else if (kind !== 'wait') return { status: 501, said: null };
    else if (values.get('04000503') === '0000') energyWh += (watts * ms) / 3_600_000;
    const digits = String(Math.floor(energyWh / 10)).padStart(8, '0');
    values.set('00010000', (digits.match(/../g) ?? []).toReversed().join(''));
    return { status: 200, said: null };
  };
  const served = await serveBus(bus);
  closing.push(served.close);
  const args = ['--target', 'dlt645', '--address', address, '--switch-file', 'switch'];
  const switchFile = { switch: '02123456 00000001\n' };
  const { ids, halted } = await conform([...args, ...tcp(served.port)], act, switchFile);
  assert.deepEqual(halted, []);
  assert.deepEqual(ids('passed'), ['switch']);
});

/** A cable to a broker that can be pulled. */
async function openCable(toPort: number) {
  const sockets = new Set<Socket>();
  let isUp = true;
  const server = createServer((socket) => {
    if (!isUp) return socket.destroy();
    const far = connect(toPort, '127.0.0.1');
    for (const each of [socket, far]) {
      sockets.add(each);
      each.on('error', () => each.destroy());
      each.on('close', () => {
        sockets.delete(each);
        (each === socket ? far : socket).destroy();
      });
    }
    socket.pipe(far).pipe(socket);
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  const pull = (up: boolean): void => {
    isUp = up;
    if (!up) for (const socket of sockets) socket.destroy();
  };
  closing.push(() => {
    pull(false);
    server.close();
  });
  return { port: typeof at === 'object' && at !== null ? at.port : 0, pull };
}

/** The bus in this process: an answer comes with the next turn. */
function portOf(bus: SimulatedBus): OpenPort {
  let listener: (bytes: Uint8Array) => void = () => undefined;
  const done = { ok: true, value: undefined } as const;
  return {
    setLine: async () => done,
    write: async (bytes) => {
      const answer = bus.answer(new Uint8Array(bytes));
      if (answer !== null) setImmediate(() => listener(answer));
      return done;
    },
    onBytes: (next) => {
      listener = next;
    },
    close: async () => undefined,
  };
}

/** The meter counts over an hour as over a minute; a contactor is as late as a step is long. */
const stepMs = 3_600_000;
const lookEveryMs = 5;

type CutMoment = 'beforeStored' | 'beforeAnswer' | 'afterAnswer';
/** So long an answer has to leave before the mains go. */
const answerLeavesMs = 300;

/**
 * Where the channel keeps its state, with mains that fail at the next token: what the disk holds at
 * that moment is copied, and from then on no write succeeds, so that nothing leaves, either.
 */
function createCutStates(folder: string, died: (afterMs: number) => void) {
  let moment: CutMoment | null = null;
  let isDead = false;
  const full = (): never => {
    throw Object.assign(new Error('the mains are cut'), { code: 'ENOSPC' });
  };
  const keepCopy = (): void => cpSync(folder, `${folder}-cut`, { recursive: true });
  const over = (files: StateStore): StateStore => ({
    load: files.load,
    save: (state, isDurable) => {
      if (isDead) full();
      if (moment === null || !isDurable) return files.save(state, isDurable);
      const at = moment;
      moment = null;
      if (at !== 'beforeStored') files.save(state, isDurable);
      keepCopy();
      if (at === 'afterAnswer') return died(answerLeavesMs);
      isDead = true;
      died(0);
      return full();
    },
  });
  return {
    over,
    cutAt: (at: CutMoment) => {
      moment = at;
    },
    /** The disk as it was, and mains again. */
    revive: () => {
      isDead = false;
      cpSync(`${folder}-cut`, folder, { recursive: true, force: true });
      rmSync(`${folder}-cut`, { recursive: true });
    },
  };
}

/** A gateway with one home on its bus, and what is done to it from outside. */
function createSite(brokerPort: number, pull: (up: boolean) => void, step?: MeterStep) {
  const folder = temporaryFolder();
  const bus = createSimulatedBus();
  const coils = bus.unit(101).coils;
  const { registers } = bus.unit(1);
  const site = siteOf({ channels: [channelOf(firstPan, { maximumPowerW: 100_000 })] });
  const loaded = loadSite(folder.path, site);
  // Fifty times a second, where a site has at most one reading in five seconds.
  const channels = loaded.site.channels.map((each) => ({ ...each, everySeconds: 0.02 }));
  let nowMs = startMs;
  let energyWh = 7_000_000;
  let watts = 0;
  coils.set(0, false);
  bus.setEnergy(1, energyWh);
  let dying: Promise<void> | null = null;
  const cutStates = createCutStates(folder.path, (afterMs) => {
    dying = (async () => {
      await pause(afterMs);
      const last = gateway;
      gateway = null;
      await last?.close();
      cutStates.revive();
    })();
  });
  const start = (): Gateway =>
    createGateway(
      { ...loaded, site: { ...loaded.site, channels } },
      {
        ...{ folder: folder.path, clock: { nowMs: () => nowMs }, random: () => 0 },
        ...{ openPort: () => portOf(bus), mqttUrl: `mqtt://127.0.0.1:${brokerPort}` },
        timers: {
          nowMs: Date.now,
          after: (ms, then) => {
            const timer = setTimeout(then, ms);
            return () => clearTimeout(timer);
          },
        },
        ...{ mqttCa: undefined, certificates: undefined },
        secrets: createSecretStore(folder.path),
        states: cutStates.over(createStateStore(folder.path)),
        ...(step === undefined ? {} : { step }),
        log: pino({ level: 'silent' }),
      },
    );
  let gateway: Gateway | null = start();
  const channelNow = () => gateway?.find(firstPan)?.channel ?? null;
  /**
   * Until the channel has read so often, from this instant on, and the contactor is as it wants it.
   * `runs`: time goes on meanwhile, as it does at a site. What is read twice at one instant is
   * counted with the next: a tick that came first would leave the last hour's load uncounted.
   */
  const settle = async (readings: number, runs = false): Promise<void> => {
    const fromMs = nowMs;
    let last = channelNow()?.reading() ?? null;
    let count = 0;
    for (let tries = 0; tries < 4_000; tries += 1) {
      const channel = channelNow();
      if (channel === null) return;
      const reading = channel.reading();
      if (reading !== last && (reading?.atMs ?? 0) >= fromMs) count += 1;
      last = reading;
      const isOn = channel.state().loadSwitch === 'connected';
      if (count >= readings && coils.get(0) === isOn) return;
      await pause(lookEveryMs);
      if (runs) nowMs += 1;
    }
    assert.fail('the gateway reads nothing');
  };
  const wait = async (ms: number): Promise<void> => {
    await settle(1);
    for (let left = ms; left > 0; left -= stepMs) {
      const part = Math.min(stepMs, left);
      const flows = gateway !== null && coils.get(0) === true;
      if (flows) energyWh += (watts * part) / 3_600_000;
      put32(registers, 0x140, flows ? watts : 0);
      bus.setEnergy(1, energyWh);
      // A reading that was under way may still have the register of before.
      await settle(2);
      nowMs += part;
      await settle(2, true);
    }
  };
  /** Hard: what the disk holds at that moment is all that is left. */
  const powerOff = async (): Promise<void> => {
    const kept = `${folder.path}-kept`;
    mkdirSync(kept);
    cpSync(folder.path, kept, { recursive: true });
    await gateway?.close();
    gateway = null;
    cpSync(kept, folder.path, { recursive: true, force: true });
    rmSync(kept, { recursive: true });
  };
  const act: Acting = async (asked) => {
    const { kind, on, up = true, ms = 0, watts: load = 0, digits = '', moment } = asked;
    if (kind === 'wait') await wait(ms);
    else if (kind === 'load') watts = load;
    else if (kind === 'link') pull(up);
    else if (kind === 'cutAt') cutStates.cutAt(moment as CutMoment);
    else if (kind === 'power' && on === false) await powerOff();
    else if (kind === 'power') {
      await dying;
      dying = null;
      gateway ??= start();
    } else if (kind === 'keypad') {
      const outcome = channelNow()?.enter(digits) ?? null;
      const said = outcome?.result === 'refused' ? outcome.refusal : 'accepted';
      return { status: 200, said };
    } else return { status: 501, said: null };
    return { status: 200, said: null };
  };
  closing.unshift(async () => {
    await gateway?.close();
    folder.remove();
  });
  return act;
}

async function startBench(
  step?: MeterStep,
): Promise<{ readonly args: readonly string[]; readonly act: Acting }> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const at = probe.address();
  const port = typeof at === 'object' && at !== null ? at.port : 0;
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  const cable = await openCable(port);
  const act = createSite(cable.port, cable.pull, step);
  const args = ['--target', 'gateway', '--meter', firstPan, '--listen', `127.0.0.1:${port}`];
  return { args: [...args, '--zone', 'Africa/Nairobi'], act };
}

test('a channel of the gateway with five planted faults fails in exactly those', async () => {
  const planted = ['forgetsTokens', 'changesHalfWay', 'ignoresRules'] as const;
  const faults = [...planted, 'ignoresLimit', 'neverLocks'] as const;
  const { args, act } = await startBench(stepWith(faults));
  // What takes days of the bench is left to the meter that has none of them.
  const only = 'credit,replay,order,refusals,keypad,key-change,power-cut,friendly-hours,limit';
  assertFound(await conform([...args, '--only', only], act), faults);
});

test('a channel of the gateway passes all but what a bench cannot do to it', async () => {
  const { args, act } = await startBench();
  const { code, ids, halted, report } = await conform(args, act);
  assert.deepEqual(halted, []);
  assert.equal(code, 0);
  // A meter on the bus has no cover of the gateway's.
  assert.deepEqual(ids('needsHand'), ['tamper']);
  assert.deepEqual(ids('notOffered'), ['link-keys']);
  // The mains did go within a token: two of the three answers never left.
  const seen = cuts.map((id) =>
    report.scenarios
      .find((each) => each.id === id)
      ?.steps.map((step) => step.seen)
      .join('; '),
  );
  assert.deepEqual(
    seen.map((words) => words?.includes('no answer')),
    [true, true, false],
  );
});
