// Makes a folder and its parents, one mkdir each. Node's own recursive mkdir never returns where a
// file system answers "no such file" to mkdir itself, as /proc does.

import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes the folder unless it is there. Throws the operating system's error when it cannot. */
export function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  mkdirSync(path);
}
