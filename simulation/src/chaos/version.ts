// A version of Prewatt that servers run and that a utility is made with: the one that this file is
// of, or an earlier one, taken out of the repository into a folder.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { migrate } from '@prewatt/server/migrate';
import { createShops, openServices } from './shops.ts';

const here = fileURLToPath(new URL('../../..', import.meta.url));
const server = 'apps/server/src/main.ts';

export type Version = {
  readonly name: string;
  /** The server's main file. */
  readonly program: string;
  readonly migrate: typeof migrate;
  readonly openServices: typeof openServices;
  readonly createShops: typeof createShops;
  /** Of a list of brokers, those that it can be given. */
  readonly brokersOf: (list: string) => string;
};

export const thisVersion: Version = {
  ...{ name: 'this version', program: join(here, server), migrate, openServices, createShops },
  brokersOf: (list) => list,
};

/** The one before the last change of the schema. Throws without a repository. */
export function versionBefore(): string {
  const changed = git('log', '-1', '--format=%H', '--', 'apps/server/migrations').trim();
  return git('rev-parse', `${changed}^`).trim();
}

/** `commit` in a folder of its own, with the packages that are installed here. */
export async function takeVersion(commit: string, folder: string): Promise<Version> {
  const root = join(folder, 'version-before');
  mkdirSync(root);
  const name = git('log', '-1', '--format=%h, %s', commit).trim();
  const tar = spawnSync('sh', ['-c', 'git archive "$0" | tar -x -C "$1"', commit, root], {
    ...{ cwd: here, encoding: 'utf8' },
  });
  if (tar.status !== 0) throw new Error(`git archive: ${tar.stderr}`);
  installIn(root);
  // Known by its shape: an earlier version may lack what is asked for beside these.
  const load = (path: string) => import(pathToFileURL(join(root, path)).href);
  const shops = (await load('simulation/src/chaos/shops.ts')) as typeof import('./shops.ts');
  const own = (await load('apps/server/src/base/migrate.ts')) as { migrate: typeof migrate };
  return {
    ...{ name, program: join(root, server), migrate: own.migrate },
    openServices: shops.openServices,
    // Meters of the drill came later than shops.
    createShops: async (o) => ({ ...{ linked: [] }, ...(await shops.createShops(o)) }),
    brokersOf: (list) =>
      existsSync(join(root, 'packages/protocol/src/brokers.ts'))
        ? list
        : (list.split(',')[0] ?? ''),
  };
}

/** Our own packages are those of the folder; others are the same, or are installed anew. */
function installIn(root: string): void {
  const lock = (of: string) => readFileSync(join(of, 'package-lock.json'), 'utf8');
  if (lock(root) !== lock(here)) {
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
    const done = spawnSync('npm', args, { cwd: root, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`npm ci: ${done.stderr.slice(-500)}`);
    return;
  }
  const modules = join(here, 'node_modules');
  mkdirSync(join(root, 'node_modules', '@prewatt'), { recursive: true });
  for (const name of readdirSync(modules)) {
    if (name !== '@prewatt') symlinkSync(join(modules, name), join(root, 'node_modules', name));
  }
  const workspaces = ['apps', 'packages', 'tools'].flatMap((place) =>
    readdirSync(join(root, place)).map((name) => join(place, name)),
  );
  for (const folder of [...workspaces, 'simulation']) {
    const manifest = join(root, folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name: string };
    symlinkSync(join(root, folder), join(root, 'node_modules', name));
    const own = join(here, folder, 'node_modules');
    if (existsSync(own)) symlinkSync(own, join(root, folder, 'node_modules'));
  }
  const built = join(here, 'apps/web/dist');
  if (existsSync(built)) symlinkSync(built, join(root, 'apps/web/dist'));
}

function git(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: here, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args[0]}: ${stderr}`);
  return stdout;
}
