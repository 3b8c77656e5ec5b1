// Test files that share a process: a file of the server's tests spends more time on starting Node
// and loading the server than on its tests. Each file stays a suite of its own, so that its hooks
// run for its own tests alone; what it leaves behind in the process meets the files after it.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './workspaces.ts';

const filesPerProcess = 24;

/**
 * Folders whose files each get a process: they start processes of their own, measure this one, or
 * run for so long that a neighbour would wait.
 */
const alone = [/^simulation\//, /^bench\//];

/**
 * The files of `files` grouped by process, the order kept within a group; a group never spans two
 * workspaces. Those alone come first: the longest are among them, and nothing waits for them then.
 */
export function batchesOf(files: readonly string[]): string[][] {
  const isAlone = (file: string) => alone.some((pattern) => pattern.test(file));
  const batches = files.filter(isAlone).map((file) => [file]);
  let batch: string[] = [];
  for (const file of files.filter((each) => !isAlone(each))) {
    const [first] = batch;
    const fits = batch.length < filesPerProcess && first !== undefined;
    if (!fits || workspaceOf(first) !== workspaceOf(file)) {
      batch = [];
      batches.push(batch);
    }
    batch.push(file);
  }
  return batches;
}

function workspaceOf(file: string): string {
  return file.split('/').slice(0, 2).join('/');
}

/**
 * One entry file a batch, in an empty `folder`: what `node --test` is to run. Node runs files in
 * the order of their names, so these begin with the batch's place.
 */
export function writeBatches(batches: readonly string[][], folder: string): string[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return batches.map((files, index) => {
    const name = `${String(index + 1).padStart(3, '0')}-${dirname(files[0] ?? '').replaceAll('/', '-')}.test.mjs`;
    writeFileSync(join(folder, name), entryOf(files));
    return join(folder, name);
  });
}

function entryOf(files: readonly string[]): string {
  return [
    "import { suite } from 'node:test';",
    `import ${JSON.stringify(pathToFileURL(join(root, 'tools/src/fixed-seed.ts')).href)};`,
    ...files.map((file) => {
      const url = JSON.stringify(pathToFileURL(join(root, file)).href);
      return `suite(${JSON.stringify(file)}, () => import(${url}));`;
    }),
    '',
  ].join('\n');
}
