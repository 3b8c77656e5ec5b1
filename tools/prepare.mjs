// What `npm install` runs at its end. Plain JavaScript, because an install without development
// dependencies has neither our Node nor Vite, and must still succeed.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const vite = fileURLToPath(new URL('../node_modules/vite/package.json', import.meta.url));
const nodeMajor = Number(process.versions.node.split('.')[0]);

if (!existsSync(vite) || nodeMajor < 26) {
  console.log(
    'operator console: not built (no development dependencies); apps/web/dist stays as is',
  );
} else {
  const { prepareConsole } = await import('./src/build-console.ts');
  await prepareConsole();
  // In a process of its own, with an end: an install never waits for a database that hangs.
  const program = fileURLToPath(new URL('../apps/demo/src/make-history.ts', import.meta.url));
  const { error } = spawnSync(process.execPath, [program], { stdio: 'inherit', timeout: 240_000 });
  if (error !== undefined) console.log(`demo's history: not made (${error.message})`);
}
