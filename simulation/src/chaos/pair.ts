// Two servers behind HAProxy on a database that is there, with shops in its books. Each has a state
// folder, by which it knows an older copy.

import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { balanceServers } from './balancer.ts';
import type { Brokers } from './brokers.ts';
import { freePorts, type ServerProcess, secretsIn, startServerProcess } from './server-process.ts';
import type { Shops } from './shops.ts';
import { thisVersion, type Version } from './version.ts';

const drainS = 3;

export type Pair = {
  /** The balancer's. */
  readonly origin: string;
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly masterKey: Buffer;
  readonly webhookSecret: string;
  readonly shops: Shops;
  /** What the utility was made with, and purchases are opened with. */
  readonly version: Version;
  readonly server: (index: 0 | 1) => ServerProcess;
  /** One of this version in place of the one that was there; resolves once it is ready. */
  readonly start: (index: 0 | 1) => Promise<void>;
  /** What a server said that ended by itself. */
  readonly lastWords: () => string | null;
  readonly close: () => Promise<void>;
};

export async function createPair(o: {
  readonly folder: string;
  readonly ownerUrl: string;
  readonly brokers: Pick<Brokers, 'urls' | 'password'>;
  /** A standby may take over, which has all that was answered. */
  readonly hasStandbys?: boolean | undefined;
  /** What both servers are at first. */
  readonly version?: Version | undefined;
}): Promise<Pair> {
  const { folder, ownerUrl, brokers, version = thisVersion } = o;
  const stateDirs = [join(folder, 'state-1'), join(folder, 'state-2')] as const;
  const app = new URL(ownerUrl);
  app.searchParams.set('options', '-c role=prewatt_app');
  const { file: secretsFile, secrets } = secretsIn(folder, { mqttPassword: brokers.password });
  const masterKey = Buffer.from(secrets.masterKey, 'base64');
  await version.migrate(ownerUrl);
  const prepared = version.openServices({ appUrl: app.href, masterKey });
  const { services } = prepared;
  const shops = await version.createShops({ ownerUrl, masterKey, services });
  await prepared.close();
  const ports = [await freePorts(), await freePorts()] as const;
  const running: ServerProcess[] = [];
  const start = async (index: 0 | 1, of: Version): Promise<void> => {
    running[index] = await startServerProcess({
      program: of.program,
      ...{ databaseUrl: app.href, secretsFile, ports: ports[index] },
      sandboxUrl: 'http://127.0.0.1:9',
      environment: {
        PREWATT_DRAIN_SECONDS: String(drainS),
        PREWATT_TRUSTED_PROXIES: '127.0.0.1',
        PREWATT_SERVER_NAME: `server ${index + 1}`,
        PREWATT_MQTT_URL: of.brokersOf(brokers.urls),
        PREWATT_STATE_DIR: stateDirs[index],
        ...(o.hasStandbys === true ? { PREWATT_STANDBYS: 'synchronous' } : {}),
      },
    });
  };
  const killAll = async (): Promise<void> => {
    await Promise.all(running.map((server) => server.kill()));
  };
  try {
    await start(0, version);
    mkdirSync(stateDirs[1]);
    copyFileSync(join(stateDirs[0], 'epoch.json'), join(stateDirs[1], 'epoch.json'));
    await start(1, version);
    const balancer = await balanceServers({ folder, ports: [ports[0].http, ports[1].http] });
    return {
      ...{ origin: `http://127.0.0.1:${balancer.port}`, ownerUrl, appUrl: app.href, masterKey },
      ...{ webhookSecret: secrets.sandboxWebhookSecret, shops, version },
      start: (index) => start(index, thisVersion),
      server: (index) => {
        const server = running[index];
        if (server === undefined) throw new Error('a server is missing');
        return server;
      },
      lastWords: () => running.map((server) => server.lastWords()).find(Boolean) ?? null,
      close: async () => {
        await balancer.close();
        await killAll();
      },
    };
  } catch (error) {
    await killAll();
    throw error;
  }
}
