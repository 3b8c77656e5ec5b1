// After `npm pack`: the workspace's own manifest again.

import { copyFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('../', import.meta.url);
const path = (name: string): string => fileURLToPath(new URL(name, folder));

copyFileSync(path('dist/package.workspace.json'), path('package.json'));
rmSync(path('dist'), { recursive: true, force: true });
