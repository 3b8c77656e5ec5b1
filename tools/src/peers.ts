// `npm run peers [-- NAME ...]`: runs the `peers` script of each workspace that has one, all peers
// or those named: our side of a wire against programs that others wrote. As root, missing ones are
// installed from Debian. Minutes, not part of `npm test`.

import { runStages, type Stage } from './stages.ts';
import { readManifest, workspaceFolders } from './workspaces.ts';

const run = ['run', 'peers', '--workspace'];
// By its name: a folder would stand for the workspaces below it, too.
const stages: Stage[] = workspaceFolders()
  .map((folder) => ({ folder, manifest: readManifest(folder) }))
  .filter(({ manifest }) => manifest.scripts?.['peers'] !== undefined)
  .map(({ folder, manifest }) => ({
    name: `peers ${folder}`,
    run: ({ exec }) => exec('npm', [...run, manifest.name, '--', ...process.argv.slice(2)]),
  }));

if (stages.length === 0) {
  console.error('peers: no workspace has a "peers" script');
  process.exitCode = 1;
} else {
  process.exitCode = await runStages(stages);
}
