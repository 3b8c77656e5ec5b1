// Two servers behind HAProxy on a database that is there, with shops in its books.

import { migrate } from '@prewatt/server/migrate';
import { balanceServers } from './balancer.ts';
import { freePorts, type ServerProcess, secretsIn, startServerProcess } from './server-process.ts';
import { createShops, openServices, type Shops } from './shops.ts';

const drainS = 3;

export type Pair = {
  /** The balancer's. */
  readonly origin: string;
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly masterKey: Buffer;
  readonly webhookSecret: string;
  readonly shops: Shops;
  readonly server: (index: 0 | 1) => ServerProcess;
  /** In place of the one that was there; resolves once it is ready. */
  readonly start: (index: 0 | 1) => Promise<void>;
  /** What a server said that ended by itself. */
  readonly lastWords: () => string | null;
  readonly close: () => Promise<void>;
};

export async function createPair(o: {
  readonly folder: string;
  readonly ownerUrl: string;
}): Promise<Pair> {
  const { folder, ownerUrl } = o;
  const app = new URL(ownerUrl);
  app.searchParams.set('options', '-c role=prewatt_app');
  const { file: secretsFile, secrets } = secretsIn(folder);
  const masterKey = Buffer.from(secrets.masterKey, 'base64');
  await migrate(ownerUrl);
  const prepared = openServices({ appUrl: app.href, masterKey });
  const shops = await createShops({ ownerUrl, masterKey, services: prepared.services });
  await prepared.close();
  const ports = [await freePorts(), await freePorts()] as const;
  const running: ServerProcess[] = [];
  const start = async (index: 0 | 1): Promise<void> => {
    running[index] = await startServerProcess({
      ...{ databaseUrl: app.href, secretsFile, ports: ports[index] },
      sandboxUrl: 'http://127.0.0.1:9',
      environment: {
        PREWATT_DRAIN_SECONDS: String(drainS),
        PREWATT_TRUSTED_PROXIES: '127.0.0.1',
        PREWATT_SERVER_NAME: `server ${index + 1}`,
      },
    });
  };
  const killAll = async (): Promise<void> => {
    await Promise.all(running.map((server) => server.kill()));
  };
  try {
    await start(0);
    await start(1);
    const balancer = await balanceServers({ folder, ports: [ports[0].http, ports[1].http] });
    return {
      ...{ origin: `http://127.0.0.1:${balancer.port}`, ownerUrl, appUrl: app.href, masterKey },
      ...{ webhookSecret: secrets.sandboxWebhookSecret, shops, start },
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
