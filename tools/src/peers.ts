// `npm run peers [-- NAME ...]`: runs the `peers` script of each workspace that has one, all peers
// or those named: our side of a wire against programs that others wrote. As root, missing ones are
// installed from Debian. Minutes, not part of `npm test`.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runStages, type Stage } from './stages.ts';
import { root, workspaceFolders } from './workspaces.ts';

const stages: Stage[] = workspaceFolders()
  .filter((folder) => hasPeers(folder))
  .map((folder) => ({
    name: `peers ${folder}`,
    run: ({ exec }) =>
      exec('npm', ['run', 'peers', '--workspace', folder, '--', ...process.argv.slice(2)]),
  }));

if (stages.length === 0) {
  console.error('peers: no workspace has a "peers" script');
  process.exitCode = 1;
} else {
  process.exitCode = await runStages(stages);
}

function hasPeers(folder: string): boolean {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  return typeof manifest.scripts?.peers === 'string';
}
