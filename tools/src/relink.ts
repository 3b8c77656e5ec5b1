// `npm run relink`: puts the documents' links into code back on the lines that they name.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { relinked } from './tidy/code-links.ts';
import { readHouse } from './tidy/files.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const files = readHouse(root);
for (const file of files.filter(({ path }) => path.endsWith('.md'))) {
  const text = relinked(file, files);
  if (text === file.text) continue;
  writeFileSync(join(root, file.path), text);
  console.log(`relinked ${file.path}`);
}
