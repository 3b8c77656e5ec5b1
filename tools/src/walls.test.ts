// The import walls of biome.json bite: the configuration as it is, on small bad files in a folder
// of the same shape.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { root } from './workspaces.ts';

const refused: [path: string, from: string][] = [
  ['packages/ledger/src/a.ts', 'node:fs'],
  ['packages/ledger/src/b.ts', '@prewatt/sts/codec'],
  ['packages/sts/src/a.ts', '@prewatt/tariff'],
  ['packages/meter/src/a.ts', '@prewatt/sts/issue'],
  ['packages/meter/src/b.ts', '@prewatt/server'],
  ['apps/server/src/a.ts', '@prewatt/meter'],
  ['apps/server/src/b.ts', '@prewatt/web/operator'],
  ['apps/server/src/c.ts', '@prewatt/tariff/src/quote.ts'],
  ['apps/virtual-meter/src/a.ts', '@prewatt/ledger'],
  ['apps/cli/src/a.ts', '@prewatt/server'],
  ['apps/web/operator/src/a.tsx', 'node:fs'],
  ['apps/web/consumer/a.ts', 'node:fs'],
  ['e2e/src/a.test.ts', '@prewatt/server'],
];

const allowed: [path: string, from: string][] = [
  ['packages/tariff/src/a.ts', '@prewatt/quantities'],
  ['packages/tariff/src/a.test.ts', 'node:fs'],
  ['packages/meter/src/c.ts', '@prewatt/sts/accept'],
  ['packages/meter/src/c.test.ts', '@prewatt/sts/issue'],
  ['apps/server/src/d.ts', '@prewatt/web/consumer'],
  ['apps/server/src/e.ts', 'node:fs'],
  ['e2e/src/b.test.ts', '@prewatt/embedded-postgres'],
];

test('biome.json refuses imports through the walls, and no others', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-walls-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of ['biome.json', '.gitignore'])
    copyFileSync(join(root, name), join(folder, name));
  for (const [path, from] of [...refused, ...allowed]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `import '${from}';\n`);
  }
  assert.deepEqual(await lint(folder), refused.map(([path]) => path).sort());
});

/** Files in which Biome finds a refused import. */
function lint(folder: string): Promise<string[]> {
  const biome = join(root, 'node_modules/.bin/biome');
  const args = ['lint', '--reporter=github', '--max-diagnostics=none', '.'];
  return new Promise((resolve) => {
    execFile(biome, args, { cwd: folder }, (_failed, stdout) => {
      const lines = stdout.split('\n').filter((line) => /noRestrictedImports|noNodejs/.test(line));
      resolve(
        [
          ...new Set(
            lines.map((line) => /file=([^,]+)/.exec(line)?.[1]?.replace(`${folder}/`, '') ?? line),
          ),
        ].sort(),
      );
    });
  });
}
