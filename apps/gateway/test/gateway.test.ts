// The whole gateway in one process, with a simulated bus behind a converter, a real broker and its
// pages: what a customer, a technician and the head-end see.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { createSecretStore } from '@prewatt/virtual-meter/secret-store';
import pino from 'pino';
import { createGateway } from '../src/gateway.ts';
import { createSitePages } from '../src/http/server.ts';
import { openPort } from '../src/ports.ts';
import { createSimulatedBus, put32, serveBus } from '../src/simulated-bus.ts';
import {
  channelOf,
  firstPan,
  loadSite,
  secondPan,
  siteOf,
  startHeadEnd,
  temporaryFolder,
  tokenOf,
  until,
} from './fixtures.ts';

const folder = temporaryFolder();
const bus = createSimulatedBus();
const served = await serveBus(bus);
const headEnd = await startHeadEnd();
const dltAddress = '202611240001';
bus.setEnergy(1, 7_000_000);
bus.setEnergy(9, 9_000_000);
bus.unit(101).coils.set(0, true);
const coil = (): boolean => bus.unit(101).coils.get(0) === true;
const dlt = bus.dlt645(dltAddress);
for (const [identifier, hex] of [
  ...[
    ['00010000', '56341200'],
    ['04000503', '0000'],
    ['02030000', '769800'],
  ],
] as const) {
  dlt.set(identifier, hex);
}

const loaded = loadSite(
  folder.path,
  siteOf({
    buses: [
      {
        kind: 'tcp',
        name: 'row',
        host: '127.0.0.1',
        port: served.port,
        framing: 'bytes',
        quietMs: 0,
      },
    ],
    mainMeter: { bus: 'row', address: '9', map: 'ytl-single-phase' },
    channels: [
      channelOf(firstPan, { maximumPowerW: 1_000_000 }),
      channelOf(secondPan, {
        ...{ name: 'Shop', address: dltAddress, map: 'dlt645-2007' },
        contactor: { kind: 'meterSwitch', password: '02123456', operator: '00000001' },
      }),
    ],
  }),
);
const mainMeter = { ...(loaded.site.mainMeter ?? assert.fail()), everySeconds: 0.2 };
// A reading each fifth of a second, where a site has at most one in five seconds.
const channels = loaded.site.channels.map((each) => ({ ...each, everySeconds: 0.2 }));
const clock = { nowMs: Date.now };
const gateway = createGateway(
  { ...loaded, site: { ...loaded.site, channels, mainMeter } },
  {
    ...{ folder: folder.path, clock, openPort, random: Math.random, mqttUrl: headEnd.url },
    timers: {
      nowMs: Date.now,
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
    ...{ mqttCa: undefined, certificates: undefined },
    secrets: createSecretStore(folder.path),
    log: pino({ level: 'silent' }),
  },
);
const pages = createSitePages({ gateway, clock, log: pino({ level: 'silent' }) });
pages.listen(0, '127.0.0.1');
await once(pages, 'listening');
const address = pages.address();
const base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
after(async () => {
  pages.close();
  await gateway.close();
  await Promise.all([served.close(), headEnd.close()]);
  folder.remove();
});

const first = gateway.find(firstPan)?.channel ?? assert.fail();
const second = gateway.find(secondPan)?.channel ?? assert.fail();
const enter = (number: string, digits: string, headers: Record<string, string> = {}) =>
  fetch(`${base}/token`, {
    ...{ method: 'POST', headers, body: new URLSearchParams({ number, digits }) },
  });

test('both meters are read; without credit their switches are opened', async () => {
  await until('readings', () => first.reading() !== null && second.reading() !== null);
  assert.equal(first.reading()?.quantities.voltageMvL1, 230_000);
  assert.equal(second.reading()?.quantities.powerW, 988);
  await until('the switch in the meter is open', () => dlt.get('04000503') === '1000');
  assert.equal(coil(), false);
});

test('a token that the head-end sends closes the contactor, and is answered', async () => {
  const commandId = 'command_0190a000-0000-7000-8000-000000000001';
  const token = tokenOf(firstPan, 2000, 1);
  headEnd.command(firstPan, {
    ...{ kind: 'command', commandId, expiresAtMs: Date.now() + 3_600_000 },
    action: { kind: 'deliverToken', token },
  });
  const answer = await until('answer', () =>
    headEnd.seen.find(({ message }) => message.kind === 'commandResult'),
  );
  assert.equal(answer.meterPan, firstPan);
  await until('the coil is on', coil);
});

test('a token at the page switches on by the meter of DL/T 645 itself', async () => {
  const answer = await enter(secondPan, tokenOf(secondPan, 1000, 1));
  assert.match(await answer.text(), /Accepted/);
  await until('the switch in the meter is closed', () => dlt.get('04000503') === '0000');
});

test('use is charged from the register, and its end opens the contactor', async () => {
  bus.setEnergy(1, 7_001_500);
  put32(bus.unit(1).registers, 0x140, 1500);
  await until('use', () => first.state().importMilliWh === 1_500_000);
  assert.match(await (await fetch(`${base}/meter?number=${firstPan.slice(7)}`)).text(), /0\.50/);
  bus.setEnergy(1, 7_002_010);
  await until('the coil is off', () => !coil());
  const event = await until('the event at the head-end', () =>
    headEnd.seen
      .flatMap(({ message }) => (message.kind === 'events' ? message.events : []))
      .find(({ code }) => code === 'loadSwitchOpened'),
  );
  assert.ok('cause' in event && event.cause === 'credit');
});

const technician = async (): Promise<string> => {
  const authorization = `Basic ${Buffer.from('t:135790').toString('base64')}`;
  return await (await fetch(`${base}/technician`, { headers: { authorization } })).text();
};

test('a main meter that does not answer is named, and loss is unknown since then', async () => {
  const silent = /The main meter is silent: loss is unknown since [^<]+\d\d:\d\d\./;
  const seen = await technician();
  assert.match(seen, />Main meter<.*>row 9<.*>9,?000\.0* kWh<.* s ago</);
  assert.doesNotMatch(seen, silent);
  bus.dead.add('9');
  await until('it is silent', () => gateway.mainMeter?.silentSinceMs() != null);
  assert.match(await technician(), silent);
  const health = (await (await fetch(`${base}/health`)).json()) as { silent: number };
  assert.equal(health.silent, 1);
  bus.dead.delete('9');
  await until('it answers', () => gateway.mainMeter?.silentSinceMs() === null);
});

test('a contactor that does not answer: supply is not known, with the time, until it does', async () => {
  const toldSince = () =>
    headEnd.seen
      .flatMap(({ meterPan, message }) =>
        meterPan === firstPan && message.kind === 'state' ? [message.state] : [],
      )
      .at(-1)?.switchUnknownSinceMs;
  assert.doesNotMatch(await technician(), /not known since/);
  bus.dead.add('101');
  const sinceMs = await until('the head-end is told', toldSince);
  assert.equal(first.contactorUnknownSinceMs(), sinceMs);
  assert.match(await technician(), /not known since [^<]+, contactor silent \(should be off\)/);
  const home = await (await fetch(`${base}/meter?number=${firstPan}`)).text();
  assert.match(home, /has not answered since/);
  // Its meter silent, too, as when a cable is off: the contactor is looked at all the same.
  bus.dead.add('1');
  bus.dead.delete('101');
  await until('it is known again', () => toldSince() === undefined);
  bus.dead.delete('1');
  assert.doesNotMatch(await technician(), /not known since/);
});

test('the pages keep names and keys to themselves, and ask for the PIN', async () => {
  const page = await (await fetch(`${base}/meter?number=${firstPan}`)).text();
  assert.ok(!page.includes('Flat'));
  assert.equal((await fetch(`${base}/meter?number=12345`)).status, 404);
  assert.equal((await enter(firstPan, 'x')).status, 400);
  assert.equal((await enter(firstPan, '801', { origin: 'http://elsewhere' })).status, 403);
  // A browser names the origin of a form only where its page lets it.
  assert.equal((await enter(firstPan, '801', { origin: 'null' })).status, 403);
  assert.equal((await enter(firstPan, '801', { origin: base })).status, 200);
  const policy = (await fetch(base)).headers.get('referrer-policy');
  assert.equal(policy, 'same-origin');
  assert.equal((await fetch(`${base}/technician`)).status, 401);
  const pin = (text: string) => ({
    headers: { authorization: `Basic ${Buffer.from(`t:${text}`).toString('base64')}` },
  });
  assert.equal((await fetch(`${base}/technician`, pin('000000'))).status, 401);
  const seen = await fetch(`${base}/technician`, pin('135790'));
  const text = await seen.text();
  assert.match(text, /Flat &lt;12&gt;/);
  assert.ok(!text.includes(channels[0]?.decoderKeyHex ?? assert.fail()));
  const health = (await (await fetch(`${base}/health`)).json()) as { meters: number };
  assert.equal(health.meters, 2);
});
