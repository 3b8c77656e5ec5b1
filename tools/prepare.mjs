// What `npm install` runs at its end. Plain JavaScript, because an install without development
// dependencies has neither our Node nor Vite, and must still succeed.

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
}
