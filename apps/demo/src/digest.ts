// Whether what was made of sources is still theirs: one digest over all of them.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** SHA-256 over the names and contents of all files under `paths`, in a stable order. */
export function digestOf(base: string, paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths.flatMap((each) => filesUnder(join(base, each)))) {
    hash.update(relative(base, path)).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

// What the console's build reads: the console, what it imports from us, the versions of its tools.
const consoleSources = [
  'apps/web/operator',
  'apps/web/package.json',
  'packages/api/src',
  'packages/quantities/src',
  'package-lock.json',
];
/** Holds the digest of the sources that the console was built of. */
export const consoleStamp = 'apps/web/dist/.sources';

export const consoleDigest = (base: string): string => digestOf(base, consoleSources);

/** Whether the console that is served was built of other sources than those that stand here. */
export function isConsoleOlder(base: string): boolean {
  const stamp = join(base, consoleStamp);
  if (!existsSync(stamp)) return false;
  return readFileSync(stamp, 'utf8') !== consoleDigest(base);
}

function filesUnder(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
