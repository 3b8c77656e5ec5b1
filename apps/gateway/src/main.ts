// The process: environment, site file, buses, links, pages. The only place that touches the
// environment and signals.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BusClock } from '@prewatt/fieldbus';
import { countText } from '@prewatt/quantities';
import { createCertificateStore } from '@prewatt/virtual-meter/certificate-store';
import { createLog } from '@prewatt/virtual-meter/log';
import { createSecretStore } from '@prewatt/virtual-meter/secret-store';
import { createStateStore } from '@prewatt/virtual-meter/state-store';
import { meterFault } from './channel.ts';
import { readConfig } from './config.ts';
import { discover, textOfDevice } from './discovery.ts';
import { createGateway } from './gateway.ts';
import { createSitePages } from './http/server.ts';
import { openPort } from './ports.ts';
import { readSite } from './site.ts';

/** Faults that a bench is to find. */
const plants = process.argv.slice(2).filter((text) => text.startsWith('--plant='));
const given = process.argv.slice(2).filter((text) => !plants.includes(text));
const wantsDiscovery = given[0] === '--discover' && given.length === 2;
/** Given by the process of `--bench` to the gateway's own. */
const isOnBench = given.join(' ') === '--on-bench' && process.send !== undefined;
const wantsSimulation = given[0] === '--simulate' && given.length === 2;
const namesBus = wantsDiscovery || wantsSimulation;
const isKnown = ['--check', '--bench'].includes(given.join(' ')) || isOnBench || namesBus;
if (given.length > 0 && !isKnown) {
  const ofBus = '--discover or --simulate with the name of a bus';
  stop(`what is "${given.join(' ')}"? --check, --bench, ${ofBus}`);
}
if (plants.length > 0 && !isOnBench && given[0] !== '--bench') {
  stop('faults are planted on a bench alone: --bench');
}
const planted = plants.length === 0 ? {} : await plantedStep(plants);
const config = readConfig(process.env);
if (!config.ok) stop(config.error.join('\n'));
const { folder, mqttUrl, mqttCaFile, identity, httpHost, httpPort, logLevel } = config.value;
const { benchPort } = config.value;
const loaded = readSite(folder);
if (!loaded.ok) stop(loaded.error);
if (given.includes('--check')) {
  const { channels, buses, sales } = loaded.value.site;
  const fault = meterFault(channels);
  if (fault !== null) stop(`${folder}/site.json: ${fault}`);
  // All that a start would load, so that it finds it compiled: compiling takes 20 MB, once.
  if (sales !== undefined) await import('./sales/open-desk.ts');
  const meters = countText(channels.length, 'meter');
  const on = countText(buses.length, 'bus');
  process.stdout.write(`site.json is sound: ${meters} on ${on}\n`);
  process.exit(0);
}

if (wantsSimulation) {
  const { startSimulation } = await import('./simulate.ts');
  const { readSimulatedKeys } = await import('./simulate-sts.ts');
  const stsKeys = readSimulatedKeys(folder);
  if (!stsKeys.ok) stop(stsKeys.error);
  const at = { ...loaded.value, stsKeys: stsKeys.value };
  const simulated = await startSimulation(at, given[1] ?? '');
  if (!simulated.ok) stop(simulated.error);
  const { address, meters, leftOut, close } = simulated.value;
  const answering = countText(meters, 'device');
  process.stdout.write(`a simulated bus at ${address}: ${answering}, 1 kW a home while on\n`);
  if (leftOut.length > 0) process.stdout.write(`not simulated: ${leftOut.join(', ')}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void close().then(() => process.exit(0)));
  }
  await new Promise(() => undefined);
}

if (given.includes('--bench')) {
  const { startBench } = await import('./bench.ts');
  const script = fileURLToPath(import.meta.url);
  const bench = await startBench({
    ...{ script, plants, port: benchPort, environment: process.env },
  });
  process.stdout.write(`the mains are cut at http://127.0.0.1:${bench.port}/meters/NUMBER/bench\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void bench.close().then(() => process.exit(0)));
  }
  await new Promise(() => undefined);
}

const timers: BusClock = {
  nowMs: Date.now,
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
if (wantsDiscovery) {
  const setting = loaded.value.site.buses.find(({ name }) => name === given[1]);
  if (setting === undefined) stop(`there is no bus "${given[1]}" in site.json`);
  process.stdout.write('calling every address, for some minutes\n');
  const found = await discover(setting, {
    ...{ maps: loaded.value.maps.values(), openPort, clock: timers },
  });
  for (const device of found) process.stdout.write(`${textOfDevice(device, setting)}\n`);
  if (found.length === 0) process.stdout.write('nobody answers: look at the wires A and B\n');
  process.exit(0);
}

const log = createLog({ app: 'gateway', level: logLevel });
const clock = { nowMs: Date.now };
const selling = loaded.value.site.sales === undefined ? {} : await import('./sales/open-desk.ts');
const mains = isOnBench ? await mainsOfBench() : null;
const gateway = startGateway();
const pages = createSitePages({ gateway, clock, log });
pages.on('error', (error: NodeJS.ErrnoException) =>
  stop(`cannot listen on ${httpHost}:${httpPort}: ${error.code}`),
);
pages.listen(httpPort, httpHost, () => mains?.obey(typeAt));
log.info({ meters: gateway.members.length, port: httpPort }, 'gateway started');

let isClosing = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (isClosing) return;
    isClosing = true;
    // Nothing waits for a broker or a bus that hangs: states are stored as they change.
    setTimeout(() => process.exit(0), 5000).unref();
    pages.close();
    void gateway.close().then(() => process.exit(0));
  });
}

function startGateway() {
  if (!loaded.ok) return stop(loaded.error);
  try {
    return createGateway(loaded.value, {
      ...{ folder, clock, timers, openPort, mqttUrl, log, random: Math.random, ...selling },
      mqttCa: mqttCaFile === undefined ? undefined : readCa(mqttCaFile),
      secrets: createSecretStore(folder),
      ...{ ...(mains === null ? {} : { states: mains.states }), ...planted },
      certificates: mqttUrl.startsWith('mqtts:')
        ? {
            store: createCertificateStore(folder),
            isWanted: identity === 'certificate',
            realNowMs: Date.now,
          }
        : undefined,
    });
  } catch (error) {
    const fault = meterFault(loaded.value.site.channels);
    return stop(fault ?? (error instanceof Error ? error.message : String(error)));
  }
}

async function plantedStep(texts: readonly string[]) {
  const { plantedFaults, stepWith } = await import('@prewatt/virtual-meter/planted-faults');
  const names = plantedFaults.filter((name) => texts.includes(`--plant=${name}`));
  const known = plantedFaults.map((name) => `--plant=${name}`);
  const unknown = texts.find((text) => !known.includes(text));
  if (unknown !== undefined) stop(`what is "${unknown}"? ${known.join(', ')} are all`);
  return { step: stepWith(names) };
}

async function mainsOfBench() {
  const { createMains } = await import('./bench.ts');
  return createMains(createStateStore(folder));
}

/** What the keypad of a home would show. */
function typeAt(meterPan: string, digits: string): string | null {
  const outcome = gateway.find(meterPan)?.channel.enter(digits) ?? null;
  if (outcome === null) return null;
  return outcome.result === 'refused' ? outcome.refusal : 'accepted';
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return stop(`PREWATT_MQTT_CA_FILE: ${file} cannot be read`);
  }
}

function stop(message: string): never {
  process.stderr.write(`gateway: ${message}\n`);
  process.exit(1);
}
