// The gateway as a process: 32 meters with their contactors on one bus of 9600 baud, read each
// minute. The bus is simulated behind a converter, and every byte takes its time on the line. How
// much of a minute the line is in use, beside the bytes alone; memory of the process.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byteTimeMs, createSimulatedBus, type SimulatedBus } from '@prewatt/gateway/simulated-bus';
import { decodeUp, downTopic, encodeDown, meterPanOfUpTopic } from '@prewatt/protocol';
import { expectOk } from '@prewatt/quantities';
import { drnWithCheckDigit, meterPanFromDrn } from '@prewatt/sts/keys';
import { Aedes } from 'aedes';
import type { Benchmark } from '../benchmark.ts';

const meters = 32;
const line = { baud: 9600, dataBits: 8, parity: 'even', stopBits: 1 } as const;
/** How long a meter thinks before it answers, as many of them do. */
const answerAfterMs = 20;
/** The gateway's silence before a request, as its site's file sets it. */
const quietMs = 5;
const smallHeap = ['--optimize-for-size', '--max-semi-space-size=2', '--max-old-space-size=96'];
const minuteMs = 60_000;
const warmUpMs = 30_000;

function panOf(index: number): string {
  const drn = drnWithCheckDigit(String(index).padStart(10, '0'));
  return expectOk(meterPanFromDrn(expectOk(drn, 'number')), 'number');
}

function siteFile({ port, ...o }: { readonly port: number; readonly sellsFor: number }): object {
  const channels = Array.from({ length: meters }, (_, index) => ({
    ...{ name: `Home ${index + 1}`, meterPan: panOf(index), decoderKeyHex: '0123456789abcdef' },
    ...{ ea: 'ea07', supplyGroupCode: '123456', tariffIndex: '01', keyRevision: 1, keyType: 2 },
    ...{ keyExpiry: 255, baseDate: 14, initialTid: 0, mqttSecret: 'secret-of-the-meter' },
    ...{ zone: 'Africa/Nairobi', lowCreditThresholdWh: '5000' },
    protection: {
      ...{ version: 1, friendlyHours: [], holidays: [], emergencyCreditWh: '0' },
      debt: { maximumSharePercent: 50, floorEnergyWh: '0' },
    },
    ...{ bus: 'row', address: String(index + 1), map: 'ytl-single-phase', everySeconds: 60 },
    contactor: {
      kind: 'coil',
      bus: 'row',
      unit: 101 + Math.floor(index / 16),
      coil: index % 16,
      line,
    },
  }));
  const bus = { kind: 'tcp', name: 'row', host: '127.0.0.1', port, framing: 'bytes', quietMs };
  const sales = {
    server: `http://127.0.0.1:${o.sellsFor}`,
    key: `pwv_0190a000-0000-7000-8000-000000000001_${'a'.repeat(64)}`,
    amountsMinor: ['1000', '5000', '20000'],
  };
  const site = { name: 'Bench', zone: 'Africa/Nairobi', pagePin: '000000' };
  return { ...site, buses: [bus], channels, sales };
}

type Served = { readonly port: number; readonly server: Server; readonly waitedMs: () => number };

/** A converter whose line takes the time of its bytes. */
async function serveLine(bus: SimulatedBus): Promise<Served> {
  let waited = 0;
  const server = createServer((socket: Socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (sent: Uint8Array) => {
      const answer = bus.answer(sent);
      waited += quietMs + answerAfterMs;
      const onLineMs = byteTimeMs(sent.length + (answer?.length ?? 0), line);
      if (answer !== null) setTimeout(() => socket.write(answer), onLineMs + answerAfterMs);
    });
  });
  return { port: await portOf(server), server, waitedMs: () => waited };
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A server that gives a site its budget, with the prices of its homes, and no more. */
async function startBudgets(): Promise<{ readonly port: number; readonly server: Server }> {
  const answerTo = ({ meterPans, amountsMinor }: Record<string, readonly string[]>) => ({
    vendorName: 'Hill shop',
    utility: { name: 'Bench', zone: 'Africa/Nairobi', currency: { code: 'KES', scale: 2 } },
    ...{ budgetMinor: '50000', at: new Date().toISOString(), clerks: [] },
    validUntil: new Date(Date.now() + 7 * 86_400_000).toISOString(),
    meters: meterPans?.map((meterPan) => ({
      ...{ meterPan, customerName: null, refusal: null },
      prices: amountsMinor?.map((amountMinor) => ({ amountMinor, energyWh: amountMinor })),
    })),
  });
  const server = createHttpServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += String(part);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(text === '' ? {} : answerTo(JSON.parse(text))));
  });
  return { port: await portOf(server), server };
}

/** A head-end that acknowledges and no more. */
async function startBroker(): Promise<{
  port: number;
  close: () => Promise<void>;
  reports: () => number;
}> {
  const broker = await Aedes.createBroker();
  const server = createServer(broker.handle);
  let reports = 0;
  broker.on('publish', ({ topic, payload }) => {
    const pan = meterPanOfUpTopic(topic);
    const message = pan === null ? null : decodeUp(payload as Uint8Array);
    if (pan === null || message?.ok !== true) return;
    reports += 1;
    if (!('sequence' in message.value)) return;
    const word = encodeDown({ kind: 'acknowledge', sequence: message.value.sequence });
    broker.publish(
      {
        ...{ cmd: 'publish', topic: downTopic(pan), qos: 1, retain: false, dup: false },
        payload: Buffer.from(word),
      },
      () => undefined,
    );
  });
  const close = async (): Promise<void> => {
    server.close();
    await new Promise<void>((resolve) => broker.close(() => resolve()));
  };
  return { port: await portOf(server), close, reports: () => reports };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Megabytes that the process has, and the most that it had, as Linux tells it. */
function memoryOf(child: ChildProcess): { readonly nowMb: number; readonly mostMb: number } {
  const text = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const of = (name: string) =>
    Math.round(Number(text.match(`${name}:\\s+(\\d+)`)?.[1] ?? 0) / 1024);
  return { nowMb: of('VmRSS'), mostMb: of('VmHWM') };
}

/** As the documentation says to start it: code compiled once, and a small heap. */
function startGateway(folder: string, brokerPort: number): ChildProcess {
  const main = new URL('../../../apps/gateway/src/main.ts', import.meta.url).pathname;
  const env = {
    PATH: process.env['PATH'] ?? '',
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
    MALLOC_ARENA_MAX: '1',
    PREWATT_GATEWAY_DIR: folder,
    PREWATT_MQTT_URL: `mqtt://127.0.0.1:${brokerPort}`,
    PREWATT_HTTP_PORT: '0',
    PREWATT_LOG_LEVEL: 'warn',
  };
  // The first start of an installation compiles; it is the later ones that are measured.
  spawnSync(process.execPath, [...smallHeap, main, '--check'], { env, stdio: 'inherit' });
  return spawn(process.execPath, [...smallHeap, main], {
    ...{ env, stdio: ['ignore', 'inherit', 'inherit'] },
  });
}

export const benchmarkGateway: Benchmark = async (print) => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-gateway-'));
  const bus = createSimulatedBus();
  for (let index = 0; index < meters; index += 1) bus.setEnergy(index + 1, 1_000_000);
  for (const unit of [101, 102]) bus.unit(unit);
  const served = await serveLine(bus);
  const broker = await startBroker();
  const budgets = await startBudgets();
  const site = siteFile({ port: served.port, sellsFor: budgets.port });
  writeFileSync(join(folder, 'site.json'), JSON.stringify(site), { mode: 0o600 });
  const child = startGateway(folder, broker.port);
  const ended = once(child, 'exit');
  try {
    await Promise.race([sleep(warmUpMs), ended]);
    if (child.exitCode !== null) throw new Error('the gateway ended');
    const [before, waitedBefore] = [bus.bytes(), served.waitedMs()];
    await sleep(minuteMs);
    const [after, waitedAfter] = [bus.bytes(), served.waitedMs()];
    const requests = after.requests - before.requests;
    const bytes = after.out - before.out + after.back - before.back;
    const onLineMs = Math.round(byteTimeMs(bytes, line));
    const inUseMs = Math.round(onLineMs + waitedAfter - waitedBefore);
    const { nowMb, mostMb } = memoryOf(child);
    const share = Math.round((inUseMs / minuteMs) * 1000) / 1000;
    print(
      `gateway: ${meters} meters and contactors on one bus of 9600 baud, each read once a minute`,
    );
    print('  it sells for cash, too');
    print(
      `  line in use    ${(inUseMs / 1000).toFixed(1)} s of 60   ${(share * 100).toFixed(1)} %`,
    );
    print(
      `  bytes alone    ${(onLineMs / 1000).toFixed(1)} s, ${bytes} bytes in ${requests} requests`,
    );
    print(`  meters at most ${Math.floor(meters / share)} at this pace`);
    print(
      `  memory         ${nowMb} MB, at most ${mostMb} MB; ${broker.reports()} messages went up`,
    );
    return { bench: 'gateway', meters, share, inUseMs, onLineMs, bytes, requests, nowMb, mostMb };
  } finally {
    child.kill('SIGTERM');
    await ended;
    served.server.close();
    budgets.server.close();
    await broker.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
