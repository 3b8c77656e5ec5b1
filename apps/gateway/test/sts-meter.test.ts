// An STS meter on the bus that takes tokens itself, through a whole gateway: its credit comes up,
// a token goes down to it by the link and by the page, and a power cut between the meter and the
// gateway's disk hides no acceptance.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { createBus } from '@prewatt/fieldbus';
import type { UpMessage } from '@prewatt/protocol';
import { createSecretStore } from '@prewatt/virtual-meter/secret-store';
import pino from 'pino';
import { createGateway } from '../src/gateway.ts';
import { createSitePages } from '../src/http/server.ts';
import { openPort } from '../src/ports.ts';
import { createSimulatedBus, serveBus } from '../src/simulated-bus.ts';
import { createStsMeter } from '../src/simulated-sts-meter.ts';
import type { StsSetting } from '../src/site.ts';
import { createStsMemoryStore } from '../src/sts-memory.ts';
import { createStsMeter as createMember } from '../src/sts-meter.ts';
import {
  channelOf,
  firstPan,
  loadSite,
  siteOf,
  startHeadEnd,
  temporaryFolder,
  tokenOf,
  until,
} from './fixtures.ts';

const address = '045070929414';
const silent = pino({ level: 'silent' });
const timers = {
  nowMs: Date.now,
  after: (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
const setting: StsSetting = {
  ...{ meterPan: firstPan, name: 'Shop', mqttSecret: 'secret-of-the-meter', bus: 'row' },
  ...{ address, kind: 'sanxing', everySeconds: 60 },
};
const closing: (() => Promise<void> | void)[] = [];
after(async () => {
  for (const close of closing.toReversed()) await close();
});

async function serveMeter() {
  const meter = createStsMeter(channelOf(firstPan), { address, startMs: Date.now() });
  const served = await serveBus({ ...createSimulatedBus(), answer: meter.answer });
  closing.push(served.close);
  const bus = {
    ...({ kind: 'tcp', name: 'row', host: '127.0.0.1', port: served.port } as const),
    ...({ framing: 'bytes', quietMs: 0 } as const),
  };
  return { meter, bus };
}

test('its credit comes up, and tokens go down by the link and by the page', async () => {
  const folder = temporaryFolder();
  const headEnd = await startHeadEnd();
  const { bus } = await serveMeter();
  const loaded = loadSite(
    folder.path,
    siteOf({ buses: [bus], channels: [], stsMeters: [setting] }),
  );
  // Five times a second, where a site has at most one reading in five seconds.
  const stsMeters = loaded.site.stsMeters.map((each) => ({ ...each, everySeconds: 0.2 }));
  const clock = { nowMs: Date.now };
  const gateway = createGateway(
    { ...loaded, site: { ...loaded.site, stsMeters } },
    {
      ...{ folder: folder.path, clock, openPort, random: Math.random, mqttUrl: headEnd.url },
      ...{ timers, mqttCa: undefined, certificates: undefined, log: silent },
      secrets: createSecretStore(folder.path),
    },
  );
  const pages = createSitePages({ gateway, clock, log: silent });
  pages.listen(0, '127.0.0.1');
  await once(pages, 'listening');
  closing.push(folder.remove, headEnd.close, gateway.close, () => void pages.close());
  const at = pages.address();
  const base = `http://127.0.0.1:${typeof at === 'object' && at !== null ? at.port : 0}`;

  const commandOf = (n: number, action: object) => {
    const commandId = `command_0190a000-0000-7000-8000-00000000000${n}`;
    const command = { kind: 'command', commandId, expiresAtMs: Date.now() + 60_000, action };
    headEnd.command(firstPan, command as never);
    return until(`an answer to command ${n}`, () =>
      headEnd.seen
        .map(({ message }) => message)
        .find((each) => each.kind === 'commandResult' && each.commandId === commandId),
    );
  };
  await until('the link', () => gateway.stsMembers[0]?.link.state() === 'up');
  const token = tokenOf(firstPan, 5_000, 1);
  const answer = await commandOf(1, { kind: 'deliverToken', token });
  assert.ok(answer.kind === 'commandResult' && answer.result.kind === 'deliverToken');
  assert.deepEqual(answer.result.outcome, {
    ...{ result: 'accepted', effect: 'credit', tid: null, creditedEnergyWh: 5_000n },
  });
  const again = await commandOf(2, { kind: 'deliverToken', token });
  assert.ok(again.kind === 'commandResult' && again.result.kind === 'deliverToken');
  assert.ok(again.result.outcome.result === 'refused' && again.result.outcome.refusal === 'used');
  const cut = await commandOf(3, { kind: 'switchOpen', cause: 'operator' });
  assert.ok(cut.kind === 'commandResult' && cut.result.kind === 'refused');
  assert.equal(cut.result.reason, 'unsupported');
  const state = await until('its credit', () =>
    headEnd.seen
      .map(({ message }) => message)
      .find((each) => each.kind === 'state' && each.state.availableEnergyWh === 5_000n),
  );
  assert.ok(state.kind === 'state' && state.state.creditedIsDerived === true);

  const enter = async (digits: string): Promise<string> => {
    const body = new URLSearchParams({ number: firstPan.slice(7), digits });
    return (await fetch(`${base}/token`, { method: 'POST', body })).text();
  };
  assert.match(await enter(tokenOf(firstPan, 2_500, 2)), /Accepted: 2\.50 kWh more/);
  assert.match(await enter(tokenOf(firstPan, 2_500, 2)), /used before/);
  assert.match(await enter('12345678901234567890'), /refuses this token/);
  const page = await (await fetch(`${base}/meter?number=${firstPan}`)).text();
  assert.match(page, /7\.50 kWh/);
  const typed = await until('the event of the typed token', () =>
    headEnd.seen
      .flatMap(({ message }) => (message.kind === 'events' ? message.events : []))
      .find((event) => event.code === 'token' && event.origin === 'keypad'),
  );
  assert.ok('outcome' in typed && typed.outcome.result === 'accepted');
});

test('a used token is no acceptance because the meter rounds its figures', async () => {
  const folder = temporaryFolder();
  closing.push(folder.remove);
  const { meter, bus: busSetting } = await serveMeter();
  const port = openPort(busSetting);
  closing.push(() => port.close());
  const bus = createBus({ port, clock: timers, echo: false, quietMs: 0, lateMs: 150, tries: 3 });
  const store = createStsMemoryStore(folder.path, firstPan);
  // Five watt-hours are not shown: the balance is a step lower, and the total is as before.
  const useFive = (): unknown => meter.act({ kind: 'wait', ms: 18_000 });
  let isMarked = (): unknown => undefined;
  const member = createMember(setting, {
    nowMs: Date.now,
    memory: {
      load: store.load,
      save: (memory) => {
        store.save(memory);
        if (memory.entering !== null) isMarked();
      },
    },
    send: () => undefined,
    onBus: (task) => void bus.run(task),
    onTrouble: () => undefined,
  });
  const token = tokenOf(firstPan, 5_000, 1);
  assert.equal((await member.enter(token))?.result, 'accepted');
  meter.act({ kind: 'load', watts: 1_000 });
  useFive();
  let marks = 0;
  isMarked = () => {
    marks += 1;
    if (marks === 1) useFive();
  };
  const again = await member.enter(token);
  assert.ok(again?.result === 'refused' && again.refusal === 'used');
});

test('power that fails between the meter and the disk hides no acceptance', async () => {
  const folder = temporaryFolder();
  closing.push(folder.remove);
  const { bus: busSetting } = await serveMeter();
  const port = openPort(busSetting);
  closing.push(() => port.close());
  const bus = createBus({ port, clock: timers, echo: false, quietMs: 0, lateMs: 150, tries: 3 });
  const sent: UpMessage[] = [];
  const store = createStsMemoryStore(folder.path, firstPan);
  let isCut = true;
  const start = () =>
    createMember(setting, {
      nowMs: Date.now,
      memory: {
        load: store.load,
        save: (memory) => {
          // The token is in the meter, and what it said is not on the disk.
          if (isCut && memory.eventSequence === 1) throw new Error('the mains are cut');
          store.save(memory);
        },
      },
      send: (message) => sent.push(message),
      onBus: (task) => void bus.run(task),
      onTrouble: () => undefined,
    });
  const before = start();
  before.setLink(true);
  await assert.rejects(before.enter(tokenOf(firstPan, 5_000, 1)), /mains are cut/);
  assert.equal(store.load().entering?.creditedWh, 0);
  isCut = false;
  sent.length = 0;
  const then = start();
  then.setLink(true);
  then.tick();
  const event = await until('the event', () =>
    sent.flatMap((message) => (message.kind === 'events' ? message.events : [])).at(0),
  );
  assert.ok(event.code === 'token');
  assert.deepEqual(event.outcome, {
    ...{ result: 'accepted', effect: 'credit', tid: null, creditedEnergyWh: 5_000n },
  });
  assert.equal(store.load().entering, null);
  // By then it is known, and the same digits are only used.
  const used = await then.enter(tokenOf(firstPan, 5_000, 1));
  assert.ok(used?.result === 'refused' && used.refusal === 'used');
  assert.equal(await bus.run(then.read), true);
});
