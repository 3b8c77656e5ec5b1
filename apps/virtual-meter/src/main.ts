// The process: configuration, factory file, meters, HTTP. The only place that touches environment
// and signals.

import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBenchClock, createBenchControl } from './bench-control.ts';
import { createCertificateStore } from './certificate-store.ts';
import { createClock } from './clock.ts';
import { readConfig } from './config.ts';
import { createIdentityStore } from './dlms/identity-store.ts';
import { listenForDlms } from './dlms/listener.ts';
import { createMeterFace } from './dlms/meter-face.ts';
import { readFactory } from './factory.ts';
import { createFleet, type Fleet, type FleetDeps } from './fleet.ts';
import { emptyHome, loadHomes } from './homes.ts';
import { createHttp } from './http/server.ts';
import { createLog } from './log.ts';
import { createLwm2mIdentityStore } from './lwm2m/identity-store.ts';
import { startLamps } from './lwm2m/lamps.ts';
import { createLwm2mLink } from './lwm2m/link.ts';
import { plantedFaults, stepWith } from './planted-faults.ts';
import { createSecretStore } from './secret-store.ts';
import { createStateStore } from './state-store.ts';

const given = process.argv.slice(2);
const options = ['--dlms', '--lwm2m', '--bench', ...plantedFaults.map((name) => `--plant=${name}`)];
const unknown = given.find((text) => !options.includes(text));
if (unknown !== undefined) stop(`what is "${unknown}"? ${options.join(', ')} are all`);
const isBench = given.includes('--bench');
const planted = plantedFaults.filter((name) => given.includes(`--plant=${name}`));
if (planted.length > 0 && !isBench) stop('faults are planted on a bench alone: --bench');
const config = readConfig(process.env);
if (!config.ok) stop(config.error.join('\n'));
const { metersDir, mqttUrl, httpPort, clock: anchor, logLevel } = config.value;
const log = createLog({ app: 'virtual-meter', level: logLevel });
const factory = readFactory(join(metersDir, 'factory.json'));
if (!factory.ok) stop(factory.error);

const startClock = createClock(anchor, Date.now);
const benchClock = createBenchClock(startClock.nowMs());
const clock = isBench ? benchClock : startClock;
const fleet = startFleet({
  clock,
  realNowMs: Date.now,
  random: Math.random,
  // On a bench time stands still, and a report is due when it is moved.
  speed: isBench ? 1 : anchor.speed,
  mqttUrl,
  mqttCa: config.value.mqttCaFile === undefined ? undefined : readCa(config.value.mqttCaFile),
  secrets: createSecretStore(metersDir),
  certificates: mqttUrl.startsWith('mqtts:')
    ? {
        store: createCertificateStore(metersDir),
        isWanted: config.value.identity === 'certificate',
        realNowMs: Date.now,
      }
    : undefined,
  store: createStateStore(metersDir),
  log,
  ...(given.includes('--lwm2m') ? { linkTo: lwm2mLinks() } : {}),
  ...(planted.length === 0 ? {} : { step: stepWith(planted) }),
});
const http = createHttp({
  ...{ fleet, clock, speed: anchor.speed, log, realNowMs: Date.now },
  ...(isBench ? { bench: createBenchControl(fleet, benchClock) } : {}),
});
try {
  await http.listen({ host: '127.0.0.1', port: httpPort });
} catch (error) {
  await fleet.close();
  const code = (error as NodeJS.ErrnoException).code;
  stop(
    code === 'EADDRINUSE'
      ? `port ${httpPort} is taken: set PREWATT_HTTP_PORT to another`
      : `cannot listen on port ${httpPort}: ${code}`,
  );
}
const lamps = startLamps(metersDir, {
  ...{ server: config.value.lwm2mServer, clock, realNowMs: Date.now },
  onTrouble: (what) => log.debug({ what }, 'a lamp'),
});
if (!lamps.ok) stop(lamps.error);
const dlms = given.includes('--dlms') ? await startDlms() : null;
log.info(
  { meters: fleet.members.length, lamps: lamps.value.length, port: httpPort },
  'virtual meters started',
);

let isClosing = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (isClosing) return;
    isClosing = true;
    // Nothing waits for a broker that is gone: states are stored first, the rest is courtesy.
    setTimeout(() => process.exit(0), 3000).unref();
    for (const lamp of lamps.value) lamp.close();
    void Promise.all([http.close(), fleet.close(), dlms?.close()]).then(() => process.exit(0));
  });
}

/** A meter whose state cannot be used stops the start, in one line. */
function startFleet(deps: FleetDeps): Fleet {
  if (!factory.ok) return stop(factory.error);
  const homes = isBench
    ? new Map(factory.value.map(({ homeProfile: id }) => [id, emptyHome(id)]))
    : new Map(loadHomes().map((home) => [home.id, home]));
  try {
    return createFleet(factory.value, homes, deps);
  } catch (error) {
    return stop(error instanceof Error ? error.message : String(error));
  }
}

/** Meters that register by LwM2M in place of MQTT; secrets are in their `.lwm2m.json`. */
function lwm2mLinks(): NonNullable<FleetDeps['linkTo']> {
  const { lwm2mServer: server } = config.ok ? config.value : stop('no configuration');
  const store = createLwm2mIdentityStore(metersDir, (count) => new Uint8Array(randomBytes(count)));
  return (meter, hears) =>
    createLwm2mLink({
      ...{ server, realNowMs: Date.now, ...hears },
      meter: createMeterFace(meter, () => `command_${randomUUID()}`),
      identity: store.load(meter.meterPan),
      keep: (identity) => store.save(meter.meterPan, identity),
    });
}

/** Each meter at a port of its own; keys are in its `.dlms.json`. */
async function startDlms() {
  const { dlmsPort, dlmsHdlcPort, dlmsSuite } = config.ok ? config.value : stop('no configuration');
  const random = (count: number) => new Uint8Array(randomBytes(count));
  try {
    return await listenForDlms({
      fleet,
      clock,
      identities: createIdentityStore(metersDir, random, dlmsSuite),
      random,
      newCommandId: () => `command_${randomUUID()}`,
      log,
      ports: { wrapper: dlmsPort, hdlc: dlmsHdlcPort ?? null },
    });
  } catch (error) {
    await Promise.all([http.close(), fleet.close()]);
    const { code, message } = error as NodeJS.ErrnoException;
    return stop(code === 'EADDRINUSE' ? `${message}: set PREWATT_DLMS_PORT to others` : message);
  }
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return stop(`PREWATT_MQTT_CA_FILE: ${file} cannot be read`);
  }
}

function stop(message: string): never {
  process.stderr.write(`virtual-meter: ${message}\n`);
  process.exit(1);
}
