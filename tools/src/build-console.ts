// Builds the operator console (apps/web/operator) into apps/web/dist when its sources have changed
// since the last build. A stamp in dist holds the digest of the sources, so an install that changes
// nothing costs milliseconds.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '../..');
const consoleDir = join(root, 'apps/web/operator');
const stampFile = join(root, 'apps/web/dist/.sources');
// What the build reads: the console, what it imports from us, and the versions of its tools.
const sources = [
  'apps/web/operator',
  'apps/web/package.json',
  'packages/api/src',
  'packages/quantities/src',
  'package-lock.json',
];

/** Builds when needed and says what it did. Throws when the console's sources do not build. */
export async function prepareConsole(): Promise<void> {
  if (!existsSync(join(consoleDir, 'vite.config.ts'))) {
    console.log('operator console: no sources here, nothing to build');
    return;
  }
  const digest = digestOf(root, sources);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === digest) {
    console.log('operator console: up to date');
    return;
  }
  const startMs = performance.now();
  const { build } = await import('vite');
  await build({ configFile: join(consoleDir, 'vite.config.ts'), logLevel: 'warn' });
  writeFileSync(stampFile, digest);
  console.log(`operator console: built in ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
}

/** SHA-256 over the names and contents of all files under `paths`, in a stable order. */
export function digestOf(base: string, paths: string[]): string {
  const hash = createHash('sha256');
  for (const path of paths.flatMap((each) => filesUnder(join(base, each)))) {
    hash.update(relative(base, path)).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

function filesUnder(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
