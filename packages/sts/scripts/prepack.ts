// Before `npm pack`: builds JavaScript and types into dist/ and points the manifest at them. In the
// workspace the manifest points at the TypeScript sources, which Node does not run inside
// node_modules. postpack.ts puts it back.

import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('../', import.meta.url);
const path = (name: string): string => fileURLToPath(new URL(name, folder));

rmSync(path('dist'), { recursive: true, force: true });
execFileSync('tsc', ['-p', path('tsconfig.build.json')], { stdio: 'inherit' });

const manifest = JSON.parse(readFileSync(path('package.json'), 'utf8'));
const sources = Object.entries<string>(manifest.exports).filter(([, source]) =>
  source.startsWith('./src/'),
);
const published = {
  ...manifest,
  exports: Object.fromEntries(
    sources.map(([name, source]) => {
      const built = source.replace('./src/', './dist/').replace(/\.ts$/, '');
      return [name, { types: `${built}.d.ts`, default: `${built}.js` }];
    }),
  ),
  private: undefined,
  scripts: undefined,
  devDependencies: undefined,
};
copyFileSync(path('package.json'), path('dist/package.workspace.json'));
writeFileSync(path('package.json'), `${JSON.stringify(published, null, 2)}\n`);
