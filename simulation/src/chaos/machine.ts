// The machine of a chaos run: PostgreSQL and the server as processes, with shops in the books. Both
// are killed with SIGKILL and come back; rounds of every kind stand on it.

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type RunningPostgres, startPostgres } from '@prewatt/embedded-postgres';
import { migrate } from '@prewatt/server/migrate';
import {
  freePorts,
  type ServerProcess,
  type ServerSecrets,
  secretsIn,
  startServerProcess,
} from './server-process.ts';
import { createShops, openServices, type Shops } from './shops.ts';

export type Victim = 'server' | 'postgres' | 'both';

/** The server and its database, which come back whenever they are killed. */
export type Machine = {
  readonly origin: string;
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly masterKey: Buffer;
  readonly webhookSecret: string;
  readonly shops: Shops;
  readonly secrets: ServerSecrets;
  readonly kill: (victim: Victim) => Promise<void>;
  /** What a server said that ended by itself: it has to outlive its database. */
  readonly lastWords: () => string | null;
  readonly close: () => Promise<void>;
};

export async function createMachine(o: {
  readonly folder: string;
  /** Where provider and messages are; without it nobody is there. */
  readonly sandboxUrl?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Beside those that every server has. */
  readonly secrets?: object;
}): Promise<Machine> {
  const { folder, sandboxUrl = 'http://127.0.0.1:9', environment = {} } = o;
  const dataDir = join(folder, 'postgres');
  let postgres: RunningPostgres = await startPostgres({ dataDir });
  const ownerUrl = postgres.url;
  const app = new URL(ownerUrl);
  app.searchParams.set('options', '-c role=prewatt_app');
  const { file: secretsFile, secrets } = secretsIn(folder, o.secrets);
  const masterKey = Buffer.from(secrets.masterKey, 'base64');
  let server: ServerProcess | null = null;
  const close = async (): Promise<void> => {
    await server?.kill();
    await postgres.stop();
  };
  try {
    await migrate(ownerUrl);
    const prepared = openServices({ appUrl: app.href, masterKey });
    const shops = await createShops({ ownerUrl, masterKey, services: prepared.services });
    await prepared.close();
    const ports = await freePorts();
    const start = () =>
      startUntilUp({ databaseUrl: app.href, secretsFile, ports, sandboxUrl, environment });
    server = await start();
    return {
      origin: `http://127.0.0.1:${ports.http}`,
      ownerUrl,
      appUrl: app.href,
      masterKey,
      webhookSecret: secrets.sandboxWebhookSecret,
      shops,
      secrets,
      kill: async (victim) => {
        if (victim !== 'server') await postgres.kill();
        if (victim !== 'postgres') await server?.kill();
        if (victim !== 'server') {
          postgres = await startPostgres({ dataDir, port: postgres.port });
        }
        if (victim !== 'postgres') server = await start();
      },
      lastWords: () => server?.lastWords() ?? null,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A server that finds its database away ends; whoever watches it starts it again. */
async function startUntilUp(o: Parameters<typeof startServerProcess>[0]): Promise<ServerProcess> {
  for (let tries = 1; ; tries++) {
    try {
      return await startServerProcess(o);
    } catch (error) {
      if (tries === 5) throw error;
      await pause(200);
    }
  }
}
