// Circuits of street lamps on a simulated bus, with nobody at the other end of the link: a
// contactor goes by its programme and by credit, and a crossing burns all night.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeDown, encodeDown, type LightsDocument } from '@prewatt/protocol';
import { createSecretStore } from '@prewatt/virtual-meter/secret-store';
import pino from 'pino';
import { createGateway } from '../src/gateway.ts';
import { technicianPage } from '../src/http/pages.ts';
import { createLampCircuit } from '../src/lamp-circuit.ts';
import { openPort } from '../src/ports.ts';
import { createSimulatedBus, serveBus } from '../src/simulated-bus.ts';
import {
  channelOf,
  firstPan,
  loadSite,
  secondPan,
  siteOf,
  temporaryFolder,
  tokenOf,
  until,
} from './fixtures.ts';

const zone = 'Africa/Nairobi';
const weekdays = [1, 2, 3, 4, 5, 6, 7];
const sun = (by: 'sunset' | 'sunrise', offsetMinutes = 0) => ({ by, offsetMinutes });
const programme = {
  plans: [
    {
      ...{ weekdays, season: null, on: sun('sunset'), off: sun('sunrise'), levelPercent: 100 },
      steps: [{ at: { by: 'clock' as const, minute: 23 * 60 }, levelPercent: 40 }],
    },
  ],
};
/** Nairobi: the sun sets at about 18:20 and rises at about 06:15. */
const lights = {
  latitudeMicroDeg: -1_286_400,
  longitudeMicroDeg: 36_817_200,
  fullW: 600,
  programme,
};
const document: LightsDocument = {
  ...{ latitudeMicroDeg: -1_286_400, longitudeMicroDeg: 36_817_200, programme },
  ...{ overrides: [], dimToPercent: null, onFromPercent: 1, isProtected: false },
};
const alone = { zone, said: () => null };
const at = (text: string): number =>
  Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds;

test('a circuit goes by its programme; what is below its least level is off', () => {
  const whole = { ...lights, onFromPercent: 1, isProtected: false };
  const circuit = createLampCircuit(whole, alone);
  const wanted = (text: string, of = circuit) => of.isWanted(true, at(`2026-11-${text}`));
  assert.deepEqual(
    ['24T17:00', '24T18:30', '24T23:30', '25T06:00', '25T06:30'].map((text) => wanted(text)),
    [false, true, true, true, false],
  );
  const half = createLampCircuit({ ...whole, onFromPercent: 50 }, alone);
  assert.deepEqual([wanted('24T22:59', half), wanted('24T23:00', half)], [true, false]);
  assert.equal(circuit.isWanted(false, at('2026-11-24T20:00')), false);
  const crossing = createLampCircuit({ ...whole, onFromPercent: 50, isProtected: true }, alone);
  assert.equal(crossing.isWanted(false, at('2026-11-25T03:00')), true);
  assert.equal(crossing.isWanted(false, at('2026-11-25T12:00')), false);
});

test('what the utility says goes before the site’s file, and its overrides have an end', () => {
  let said: LightsDocument | null = null;
  const setting = { ...lights, onFromPercent: 1, isProtected: false };
  const circuit = createLampCircuit(setting, { zone, said: () => said });
  const wanted = (text: string) => circuit.isWanted(true, at(`2026-11-${text}`));
  assert.equal(wanted('25T02:00'), true);
  said = { ...document, onFromPercent: 50 };
  assert.deepEqual([wanted('24T22:00'), wanted('25T02:00')], [true, false]);
  const [fromMs, untilMs] = [at('2026-11-25T01:00'), at('2026-11-25T03:00')];
  said = { ...said, overrides: [{ levelPercent: 80, fromMs, untilMs }] };
  assert.deepEqual(
    [wanted('25T00:59'), wanted('25T01:00'), wanted('25T03:00')],
    [false, true, false],
  );
  assert.equal(circuit.because(true, at('2026-11-25T02:00')), 'override');
  // Little credit: 100 per cent dimmed to 40 is below what this circuit is lit from.
  said = { ...document, onFromPercent: 50, dimToPercent: 40 };
  assert.equal(wanted('24T20:00'), false);
  said = { ...said, isProtected: true };
  assert.equal(wanted('24T20:00'), true);
  said = null;
  assert.equal(circuit.isByUtility(), false);
  assert.equal(wanted('25T02:00'), true, 'its own file again');
});

test('lamps that draw nothing while they should, or power while they should not, are at fault', () => {
  const circuit = createLampCircuit({ ...lights, onFromPercent: 1, isProtected: false }, alone);
  const faultAt = (text: string, powerW: number, isOn: boolean) => {
    circuit.take({ powerW, isOn, nowMs: at(`2026-11-24T${text}`) });
    return circuit.fault();
  };
  assert.equal(faultAt('19:00', 0, true), null, 'they may be on their way');
  assert.equal(faultAt('19:03', 0, true), 'dark');
  assert.equal(faultAt('19:04', 300, true), 'underPower');
  assert.equal(faultAt('19:05', 580, true), null);
  assert.equal(faultAt('19:06', 0, false), null);
  assert.equal(faultAt('19:10', 580, false), 'burnsByDay');
});

test('with no link a circuit is lit at dusk while it has credit; a crossing also without', async (t) => {
  const folder = temporaryFolder();
  const bus = createSimulatedBus();
  const served = await serveBus(bus);
  for (const unit of [1, 2]) bus.setEnergy(unit, 7_000_000);
  const coil = (unit: number): boolean => bus.unit(unit).coils.get(0) === true;
  for (const unit of [101, 102]) bus.unit(unit).coils.set(0, true);
  const contactor = (unit: number) => ({ kind: 'coil' as const, bus: 'row', unit, coil: 0 });
  const loaded = loadSite(
    folder.path,
    siteOf({
      buses: [
        {
          ...{ kind: 'tcp', name: 'row', host: '127.0.0.1', port: served.port },
          ...{ framing: 'bytes', quietMs: 0 },
        },
      ],
      channels: [
        channelOf(firstPan, { contactor: contactor(101), lights, maximumPowerW: 1_000_000 }),
        channelOf(secondPan, {
          ...{ name: 'Crossing', address: '2', contactor: contactor(102) },
          lights: { ...lights, isProtected: true },
        }),
      ],
    }),
  );
  let nowMs = at('2026-11-24T15:00');
  const clock = { nowMs: () => nowMs };
  const channels = loaded.site.channels.map((each) => ({ ...each, everySeconds: 0.2 }));
  const gateway = createGateway(
    { ...loaded, site: { ...loaded.site, channels } },
    {
      ...{ folder: folder.path, clock, openPort, random: Math.random },
      // Nobody listens there.
      mqttUrl: 'mqtt://127.0.0.1:9',
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
  t.after(async () => {
    await gateway.close();
    await served.close();
    folder.remove();
  });
  const street = gateway.find(firstPan)?.channel ?? assert.fail();
  await until('both are read', () => gateway.members.every((m) => m.channel.reading() !== null));
  assert.equal(street.enter(tokenOf(firstPan, 2_000, 1))?.result, 'accepted');
  await until('both are off by day', () => !coil(101) && !coil(102));
  nowMs = at('2026-11-24T20:00');
  await until('both are lit at night', () => coil(101) && coil(102));
  const page = technicianPage(gateway, { plant: '', losses: [], nowMs });
  assert.match(page, /on, lamps lit by the site’s own programme/);
  assert.match(page, /off, lamps lit by protection of a crossing/, 'the crossing has no credit');
  const order = (lights: LightsDocument | null, commandId: string) => {
    const documentJson = lights === null ? null : JSON.stringify(lights);
    const action = { kind: 'setLights' as const, documentJson };
    const sent = encodeDown({ kind: 'command', commandId, expiresAtMs: nowMs + 60_000, action });
    const message = decodeDown(sent);
    street.receive(message.ok ? message.value : assert.fail());
  };
  const dark = { levelPercent: 0, fromMs: nowMs, untilMs: nowMs + 9 * 3_600_000 };
  order({ ...document, overrides: [dark] }, 'command_01900000-0000-7000-8000-000000000001');
  await until('the street is dark by an override', () => !coil(101));
  const told = technicianPage(gateway, { plant: '', losses: [], nowMs });
  assert.match(told, /on, lamps dark by an override of the utility/);
  order(null, 'command_01900000-0000-7000-8000-000000000002');
  await until('the street is lit by its own file', () => coil(101));
  nowMs += 10 * 60_000;
  bus.setEnergy(1, 7_002_010);
  // Time goes on: energy between two readings of one moment would be a leap, and not charged.
  await until('the street is dark without credit', () => {
    nowMs += 1_000;
    return !coil(101);
  });
  assert.equal(coil(102), true);
  nowMs = at('2026-11-25T09:00');
  await until('the crossing is off by day', () => !coil(102));
});
