// The process: environment, site file, buses, links, pages. The only place that touches the
// environment and signals.

import { readFileSync } from 'node:fs';
import { createCertificateStore } from '@prewatt/virtual-meter/certificate-store';
import { createSecretStore } from '@prewatt/virtual-meter/secret-store';
import pino from 'pino';
import { readConfig } from './config.ts';
import { createGateway } from './gateway.ts';
import { createSitePages } from './http/server.ts';
import { openPort } from './ports.ts';
import { readSite } from './site.ts';

const given = process.argv.slice(2);
if (given.some((text) => text !== '--check')) stop(`what is "${given.join(' ')}"? --check is all`);
const config = readConfig(process.env);
if (!config.ok) stop(config.error.join('\n'));
const { folder, mqttUrl, mqttCaFile, identity, httpHost, httpPort, logLevel } = config.value;
const loaded = readSite(folder);
if (!loaded.ok) stop(loaded.error);
if (given.includes('--check')) {
  const { channels, buses } = loaded.value.site;
  process.stdout.write(`site.json is sound: ${channels.length} meters on ${buses.length} buses\n`);
  process.exit(0);
}

const log = pino({ level: logLevel, base: { app: 'gateway' } });
const clock = { nowMs: Date.now };
const gateway = startGateway();
const pages = createSitePages({ gateway, clock, log });
pages.on('error', (error: NodeJS.ErrnoException) =>
  stop(`cannot listen on ${httpHost}:${httpPort}: ${error.code}`),
);
pages.listen(httpPort, httpHost);
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
      ...{ folder, clock, openPort, mqttUrl, log, random: Math.random },
      timers: {
        nowMs: Date.now,
        after: (ms, run) => {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        },
      },
      mqttCa: mqttCaFile === undefined ? undefined : readCa(mqttCaFile),
      secrets: createSecretStore(folder),
      certificates: mqttUrl.startsWith('mqtts:')
        ? {
            store: createCertificateStore(folder),
            isWanted: identity === 'certificate',
            realNowMs: Date.now,
          }
        : undefined,
    });
  } catch (error) {
    return stop(error instanceof Error ? error.message : String(error));
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
  process.stderr.write(`gateway: ${message}\n`);
  process.exit(1);
}
