// A gateway with a simulated bus of one home in one process, on a clock that runs faster: for tests
// of a head-end. Arguments: folder with site.json, address of the broker, and the clock as
// 'realAnchorMs:businessAnchorMs:speed'; then the port of its pages, and 'KIND:before' or 'after':
// the mains fail at the first entry of this kind in the journal of sales. It says "ready" when the
// meter was read.

import { createSecretStore } from '@prewatt/virtual-meter/secret-store';
import pino from 'pino';
import { createGateway } from '../src/gateway.ts';
import { createSitePages } from '../src/http/server.ts';
import { openPort } from '../src/ports.ts';
import { openJournal } from '../src/sales/journal.ts';
import { openDesk } from '../src/sales/open-desk.ts';
import { createSimulatedBus, serveBus } from '../src/simulated-bus.ts';
import { readSite } from '../src/site.ts';

const [folder = '', mqttUrl = '', clockText = '', pagePort = '', cut = ''] = process.argv.slice(2);
const [realAnchorMs = 0, anchorMs = 0, speed = 1] = clockText.split(':').map(Number);
const nowMs = (): number => anchorMs + Math.floor((Date.now() - realAnchorMs) * speed);
const homeUsesW = 1_000;
const unit = 1;
const contactorUnit = 101;

const loaded = readSite(folder);
if (!loaded.ok) throw new Error(loaded.error);
const bus = createSimulatedBus();
const served = await serveBus(bus);
const { site } = loaded.value;
const buses = site.buses.map((each) => ({ ...each, port: served.port }));
// Five times a second, where a site has at most one reading in five seconds.
const channels = site.channels.map((each) => ({ ...each, everySeconds: 0.2 }));

let energyWh = 7_000_000;
let countedAtMs = nowMs();
bus.unit(contactorUnit).coils.set(0, false);
bus.setEnergy(unit, energyWh);
setInterval(() => {
  const atMs = nowMs();
  const isOn = bus.unit(contactorUnit).coils.get(0) === true;
  if (isOn) energyWh += (homeUsesW * (atMs - countedAtMs)) / 3_600_000;
  countedAtMs = atMs;
  bus.setEnergy(unit, energyWh);
}, 100);

const gateway = createGateway(
  { ...loaded.value, site: { ...site, buses, channels } },
  {
    ...{ folder, mqttUrl, openPort, clock: { nowMs }, random: Math.random },
    timers: {
      nowMs: Date.now,
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
    ...{ mqttCa: undefined, certificates: undefined },
    secrets: createSecretStore(folder),
    openDesk: (site, members, deps) =>
      openDesk(site, members, { ...deps, journal: openCutJournal }),
    log: pino({ level: 'silent' }),
  },
);
if (pagePort !== '') {
  const pages = createSitePages({ gateway, clock: { nowMs }, log: pino({ level: 'silent' }) });
  pages.listen(Number(pagePort), '127.0.0.1');
}

/** Hard: what the disk holds at that moment is all that is left. */
function openCutJournal(path: string): ReturnType<typeof openJournal> {
  const journal = openJournal(path);
  const fail = (when: string): void => {
    if (cut === when) process.kill(process.pid, 'SIGKILL');
  };
  return {
    replay: journal.replay,
    append: (entry) => {
      fail(`${entry.kind}:before`);
      journal.append(entry);
      fail(`${entry.kind}:after`);
    },
  };
}

const wait = setInterval(() => {
  if (gateway.members.some(({ channel }) => channel.reading() === null)) return;
  clearInterval(wait);
  process.stdout.write('ready\n');
}, 30);
