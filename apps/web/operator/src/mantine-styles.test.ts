// Each Mantine component that a page uses has its styles in mantine.css: without them a page shows
// bare shapes, which no other test would notice.

import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

test('the styles of every Mantine component in use are there', () => {
  const source = import.meta.dirname;
  const styles = dirname(fileURLToPath(import.meta.resolve('@mantine/core/styles/Button.css')));
  const imported = readFileSync(join(source, 'mantine.css'), 'utf8');
  const used = globSync('**/*.tsx', { cwd: source }).flatMap((file) => {
    const text = readFileSync(join(source, file), 'utf8');
    const [, names = ''] = /import \{([^}]*)\} from '@mantine\/core'/.exec(text) ?? [];
    return names.match(/\b[A-Z]\w+/g) ?? [];
  });
  assert.ok(used.includes('Button'), 'components were found');
  const bare = [...new Set(used)].filter(
    (name) => existsSync(join(styles, `${name}.css`)) && !imported.includes(`/${name}.css"`),
  );
  assert.deepEqual(bare, []);
});
