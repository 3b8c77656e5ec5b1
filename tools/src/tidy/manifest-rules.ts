// Rules on package.json files: exact versions, one version of each dependency, the same house
// style.

import type { Manifest } from '../workspaces.ts';
import type { Finding } from './files.ts';

export type PlacedManifest = { path: string; manifest: Manifest & Record<string, unknown> };

/** Versions are exact, and the same in each manifest that names the dependency. */
export function checkVersions(manifests: PlacedManifest[]): Finding[] {
  const first = new Map<string, { version: string; path: string }>();
  return manifests.flatMap(({ path, manifest }) =>
    Object.entries({
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
    }).flatMap(([name, version]) => {
      if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) {
        return [`${path}: ${name} ${version}: give one exact version`];
      }
      const known = first.get(name) ?? { version, path };
      first.set(name, known);
      return known.version === version
        ? []
        : [`${path}: ${name} ${version}, but ${known.version} in ${known.path}`];
    }),
  );
}

/** Each workspace is a module, private, under our licence, with its face in `exports`. */
export function checkManifests(manifests: PlacedManifest[]): Finding[] {
  return manifests.flatMap(({ path, manifest }) => {
    const faults: string[] = [];
    if (manifest['type'] !== 'module') faults.push('"type" is not "module"');
    if (manifest['license'] !== 'Apache-2.0') faults.push('"license" is not "Apache-2.0"');
    if (path !== 'package.json' && manifest.exports === undefined) faults.push('no "exports"');
    return faults.map((fault) => `${path}: ${fault}`);
  });
}
