// `npm run soak`: runs the `soak` script of each workspace that has one, one after the other, and
// ends with a summary. Soaks take minutes to hours and are not part of `npm test`.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runStages, type Stage } from './stages.ts';
import { root, workspaceFolders } from './workspaces.ts';

const stages: Stage[] = workspaceFolders()
  .filter((folder) => hasSoak(folder))
  .map((folder) => ({
    name: `soak ${folder}`,
    run: ({ exec }) => exec('npm', ['run', 'soak', '--workspace', folder]),
  }));

// What follows would reach mutation testing as well as towns, which know other options.
const given = process.argv.slice(2);
if (given.length > 0) {
  const names = stages.map((stage) => stage.name.replace('soak ', '')).join(', ');
  console.log(`npm run soak takes minutes to hours and no options. It runs, one after the other: ${names}.
One alone, with its options: npm run soak --workspace simulation -- --help`);
  process.exitCode = given.includes('--help') ? 0 : 2;
} else if (stages.length === 0) {
  console.error('soak: no workspace has a "soak" script');
  process.exitCode = 1;
} else {
  process.exitCode = await runStages(stages);
}

function hasSoak(folder: string): boolean {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  return typeof manifest.scripts?.soak === 'string';
}
