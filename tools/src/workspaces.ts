// Where the workspaces are and what their manifests say, read from the root package.json.

import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

export type Manifest = {
  name: string;
  exports?: Record<string, string>;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
};

/** Folders of all workspaces, relative to the root, sorted. */
export function workspaceFolders(base: string = root): string[] {
  const { workspaces } = JSON.parse(readFileSync(join(base, 'package.json'), 'utf8'));
  return (workspaces as string[])
    .flatMap((pattern) => globSync(pattern, { cwd: base }))
    .filter((folder) => existsSync(join(base, folder, 'package.json')))
    .sort();
}

/** The manifest of one workspace folder. */
export function readManifest(folder: string, base: string = root): Manifest {
  return JSON.parse(readFileSync(join(base, folder, 'package.json'), 'utf8'));
}
