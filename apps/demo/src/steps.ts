// What a first start is made of: the product's own migrations and the town's seed, and the history
// that was made of both beforehand. Loaded when needed: most starts need no seed, and its imports
// are the heaviest we have.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DatabaseSteps } from './database.ts';
import { digestOf } from './digest.ts';
import type { MadeHistory } from './history.ts';

export type SeedInput = {
  readonly ownerDatabaseUrl: string;
  readonly secretsFile: string;
  readonly dataDir: string;
  readonly nowMs: number;
  /** Where the server is reached, as people type it. */
  readonly publicUrl: string;
};

export type Steps = {
  readonly migrate: DatabaseSteps['migrate'];
  readonly seed: (input: SeedInput) => Promise<void>;
  /** The past names another address than the one that people type. */
  readonly readdress: (
    ownerUrl: string,
    o: { readonly from: string; readonly to: string },
  ) => Promise<void>;
};

export const steps: Steps = {
  async migrate(ownerUrl) {
    const { migrate } = await import('@prewatt/server/migrate');
    await migrate(ownerUrl);
  },
  async seed(input) {
    const { seedDemo } = await import('@prewatt/simulation/seed');
    await seedDemo(input);
  },
  async readdress(ownerUrl, o) {
    const { readdress } = await import('@prewatt/simulation/readdress');
    await readdress(ownerUrl, o);
  },
};

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** What a history comes from: the town, and the product that it ran. */
const sources = (): readonly string[] => [
  ...['apps/server/migrations', 'apps/server/src', 'apps/virtual-meter/src', 'simulation/src'],
  ...['apps/demo/src', 'package-lock.json'],
  ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/src`),
];

/** Beside the packages: what is made again by an install. */
export const history: MadeHistory = {
  folder: `${root}node_modules/.cache/prewatt-demo`,
  digest: () => digestOf(root, sources()),
};
