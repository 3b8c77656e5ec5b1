// Builds the operator console (apps/web/operator) into apps/web/dist when its sources have changed
// since the last build. A stamp in dist holds the digest of the sources, so an install that changes
// nothing costs milliseconds.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { consoleDigest, consoleStamp } from '@prewatt/demo/digest';

const root = join(import.meta.dirname, '../..');
const consoleDir = join(root, 'apps/web/operator');
const stampFile = join(root, consoleStamp);

/** Builds when needed and says what it did. Throws when the console's sources do not build. */
export async function prepareConsole(): Promise<void> {
  if (!existsSync(join(consoleDir, 'vite.config.ts'))) {
    console.log('operator console: no sources here, nothing to build');
    return;
  }
  const digest = consoleDigest(root);
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
