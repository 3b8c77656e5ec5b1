// The house rules, on the whole project. Each rule is known to bite: see tidy/rules.test.ts.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkFileCircles } from './tidy/circle-rules.ts';
import { checkCodeLinks } from './tidy/code-links.ts';
import { checkScriptsInDocs, checkVariablesInDocs } from './tidy/doc-names.ts';
import {
  checkDependencyTable,
  checkFloorReadmes,
  checkLinks,
  checkReadmes,
} from './tidy/doc-rules.ts';
import { type Finding, readHouse } from './tidy/files.ts';
import { checkFunctionLength } from './tidy/function-length.ts';
import {
  checkDirections,
  checkEnvironment,
  checkLedgerWords,
  checkPurity,
  checkServerFloors,
  checkWorkspaceImports,
} from './tidy/import-rules.ts';
import { checkJourneyWords } from './tidy/journey-rules.ts';
import { checkManifests, checkVersions } from './tidy/manifest-rules.ts';
import { checkMigrations } from './tidy/migration-rules.ts';
import { checkRoutes } from './tidy/route-rules.ts';
import { checkSizes, keptFiles } from './tidy/size-rules.ts';
import { checkTableOwners } from './tidy/table-rules.ts';
import {
  checkConflictMarkers,
  checkFileLength,
  checkFileNames,
  checkLeftovers,
  checkLineLength,
  checkMachinePaths,
  checkOpening,
  checkTestFiles,
  checkWords,
} from './tidy/text-rules.ts';
import { readManifest, root, workspaceFolders } from './workspaces.ts';

const files = readHouse(root);
const folders = workspaceFolders();
const workspaces = folders.map((folder) => ({ folder, manifest: readManifest(folder) }));
const placed = [
  { path: 'package.json', manifest: readManifest('.') },
  ...workspaces.map(({ folder, manifest }) => ({ path: `${folder}/package.json`, manifest })),
];
const manifests = placed.map(({ manifest }) => manifest);

const rules: [string, () => Finding[]][] = [
  ['workspaces import in the allowed directions', () => checkWorkspaceImports(files, workspaces)],
  ['manifests depend in the allowed directions', () => checkDirections(workspaces)],
  ['imports of the server go down its floors', () => checkServerFloors(files)],
  ['no file is reached again by its imports', () => checkFileCircles(files, workspaces)],
  ['a route is declared in packages/api', () => checkRoutes(files)],
  ['a table is written by one folder and read from above', () => checkTableOwners(files)],
  ['the ledger has never heard of a token', () => checkLedgerWords(files)],
  ['pure packages take time, chance and the world from outside', () => checkPurity(files)],
  ['an app reads its environment in main.ts', () => checkEnvironment(files)],
  ['files have at most 500 lines', () => checkFileLength(files)],
  ['functions have at most 70 lines', () => checkFunctionLength(files)],
  ['lines have at most 100 columns', () => checkLineLength(files)],
  ['no file is larger than a megabyte', () => checkSizes(keptFiles(root))],
  ['files are named in kebab-case', () => checkFileNames(files)],
  ['files open with what they own', () => checkOpening(files)],
  ['the words of the glossary are used', () => checkWords(files)],
  ['nothing is switched off or unfinished', () => checkLeftovers(files)],
  ['no merge is unfinished', () => checkConflictMarkers(files)],
  ['migrations come while servers sell', () => checkMigrations(files)],
  ['journeys use the words of the pages', () => checkJourneyWords(files)],
  ['test files hold tests', () => checkTestFiles(files)],
  ['no text names a path of one machine', () => checkMachinePaths(files)],
  ['each room has a README', () => checkReadmes(files, folders)],
  ['the README of a floor names its features', () => checkFloorReadmes(files)],
  ['links lead somewhere', () => checkLinks(files, (path) => existsSync(join(root, path)))],
  ['links into code lead to the name they show', () => checkCodeLinks(files)],
  ['documents name variables that are read', () => checkVariablesInDocs(files)],
  [
    'documents name scripts that are there',
    () => checkScriptsInDocs(files, placed[0]?.manifest.scripts ?? {}),
  ],
  ['ARCHITECTURE.md explains each dependency', () => checkDependencyTable(files, manifests)],
  ['versions are exact and agree', () => checkVersions(placed)],
  ['manifests follow the house', () => checkManifests(placed)],
];

for (const [name, check] of rules) {
  test(name, () => {
    const findings = check();
    assert.equal(findings.length, 0, `\n${findings.slice(0, 50).join('\n')}\n`);
  });
}

test('the rules see the project', () => {
  assert.ok(files.length > 100, `only ${files.length} files`);
  assert.ok(workspaces.length > 10);
});
