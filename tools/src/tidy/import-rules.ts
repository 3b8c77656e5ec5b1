// Who may import whom: between workspaces, and between the features of the server. The manifests
// and `exports` hold most of it; these rules hold it where a manifest could be changed by mistake.

import { dirname, join } from 'node:path/posix';
import type { Manifest } from '../workspaces.ts';
import { importsOf, lineAt, splitCode } from './code-text.ts';
import { type Finding, type HouseFile, isCode, isTest } from './files.ts';

export type Workspace = { folder: string; manifest: Manifest };

const pure = [
  'quantities',
  'sts',
  'ledger',
  'tariff',
  'protection',
  'protocol',
  'api',
  'bulk-purchase',
  'rails',
  'card',
  'coap',
  'dlms',
  'lwm2m',
  'vending-rules',
  'revenue-protection',
  'street-light',
  'transparency',
];

/** For each workspace, which of ours it may import; a subpath means that only this one. */
const mayImport: Record<string, readonly string[]> = {
  quantities: [],
  sts: ['quantities'],
  ledger: ['quantities'],
  tariff: ['quantities'],
  protection: ['quantities'],
  protocol: ['quantities'],
  api: ['quantities'],
  'bulk-purchase': ['api', 'quantities'],
  coap: ['quantities'],
  dlms: ['quantities'],
  fieldbus: ['quantities'],
  lwm2m: ['coap', 'quantities'],
  rails: ['quantities'],
  'vending-rules': ['ledger', 'protection', 'quantities', 'sts/issue', 'sts/codec', 'tariff'],
  'revenue-protection': ['quantities'],
  'street-light': ['quantities'],
  transparency: ['quantities'],
  card: ['protocol', 'quantities'],
  conform: [...['sts/issue', 'sts/keys', 'sts/codec'], ...['protection', 'protocol', 'quantities']],
  meter: [
    ...['sts/accept', 'sts/keys', 'sts/codec', 'sts/purpose'],
    ...['card', 'tariff', 'protection', 'protocol', 'quantities', 'street-light'],
  ],
  server: [...pure, 'dlms', 'web/consumer'],
  'virtual-meter': ['coap', 'dlms', 'lwm2m', 'meter', 'protocol', 'quantities'],
  gateway: [
    ...['api/tills', 'fieldbus', 'meter', 'protocol', 'quantities', 'street-light'],
    'virtual-meter',
  ],
  sandbox: ['quantities'],
  verifier: ['quantities', 'transparency'],
  witness: ['quantities', 'transparency'],
  web: ['api', 'bulk-purchase', 'quantities', 'tariff'],
  cli: [
    'api',
    'bulk-purchase',
    'card',
    'conform',
    'embedded-postgres',
    'fieldbus',
    'gateway/ports',
    'protection',
    'protocol',
    'rails',
    'revenue-protection',
    'sts',
    'tariff',
    'quantities',
    'server/audit-export',
    'server/broker-certificate',
    'server/dlms-channel',
    'server/doctor',
    'server/citus',
    'server/logins',
    'server/message-catalogue',
    'server/migrate',
    'server/reseal',
    'server/hardware',
    'server/move-to-token',
    'server/sealed-rails',
    'server/restore',
    'server/restored',
    'server/setup',
    'verifier',
  ],
  demo: [
    ...['embedded-postgres', 'quantities', 'server/migrate', 'witness/key'],
    ...['simulation/readdress', 'simulation/seed', 'simulation/zone'],
  ],
  simulation: [
    ...pure,
    ...['meter', 'server', 'verifier', 'virtual-meter', 'sandbox', 'embedded-postgres'],
  ],
  e2e: ['embedded-postgres', 'web/samples'],
  bench: [
    ...pure,
    'gateway',
    'meter',
    'server',
    'virtual-meter',
    'simulation',
    'embedded-postgres',
  ],
  tools: ['api', 'demo/digest', 'embedded-postgres', 'server/migrate'],
  'embedded-postgres': [],
};

/** What tests of any workspace may use besides. */
const testsMayImport = [
  ...['embedded-postgres', 'cli', 'card', 'verifier'],
  ...['sts/issue', 'sts/keys', 'sts/codec', 'sts/purpose'],
];
const testTools = ['fast-check'];

/** Imports between workspaces: directions, `exports`, and that each is declared. */
export function checkWorkspaceImports(files: HouseFile[], workspaces: Workspace[]): Finding[] {
  return files
    .filter((file) => isCode(file.path))
    .flatMap((file) => {
      const owner = ownerOf(file.path, workspaces);
      if (owner === undefined) return [];
      return importsOf(file.text).flatMap(({ from, line }) =>
        faultsOf(from, { file, owner, workspaces }).map(
          (fault) => `${file.path}:${line}: ${fault}`,
        ),
      );
    });
}

type Where = { file: HouseFile; owner: Workspace; workspaces: Workspace[] };

function faultsOf(from: string, where: Where): string[] {
  if (from.startsWith('node:')) return [];
  if (from.startsWith('.')) return faultsOfRelative(from, where);
  if (from.startsWith('@prewatt/')) return faultsOfOurs(from.slice('@prewatt/'.length), where);
  return isDeclared(packageOf(from), where) ? [] : [`${from} is not in its package.json`];
}

function faultsOfRelative(from: string, { file, owner }: Where): string[] {
  const target = join(dirname(file.path), from.split('?')[0] ?? '');
  return target.startsWith(`${owner.folder}/`) ? [] : [`${from} leaves ${owner.folder}`];
}

function faultsOfOurs(target: string, where: Where): string[] {
  const [name = '', ...rest] = target.split('/');
  const { owner, file, workspaces } = where;
  const self = owner.manifest.name.slice('@prewatt/'.length);
  const test = isTest(file.path);
  const allowed = [...(mayImport[self] ?? []), ...(test ? testsMayImport : [])];
  const faults: string[] = [];
  const reached = name === self || allowed.includes(name) || allowed.includes(target);
  if (!reached) faults.push(`${self} may not import ${target}`);
  const found = workspaces.find((each) => each.manifest.name === `@prewatt/${name}`);
  const subpath = rest.length === 0 ? '.' : `./${rest.join('/')}`;
  if (found?.manifest.exports?.[subpath] === undefined) {
    faults.push(`@prewatt/${target} is not among the exports of ${name}`);
  }
  const forTest = test && testsMayImport.some((each) => each === target || each === name);
  if (name !== self && !forTest && !isDeclared(`@prewatt/${name}`, where)) {
    faults.push(`@prewatt/${name} is not in its package.json`);
  }
  return faults;
}

function isDeclared(name: string, { file, owner }: Where): boolean {
  const { dependencies, devDependencies, optionalDependencies } = owner.manifest;
  if (name in { ...dependencies, ...optionalDependencies }) return true;
  // The console is built, not installed: what it needs is needed at build time only.
  const buildTime = isTest(file.path) || /^(apps\/web\/operator|tools)\//.test(file.path);
  return buildTime && (name in { ...devDependencies } || testTools.includes(name));
}

/** 'a/b' of '@scope/a/b' is '@scope/a'; of 'pg/lib' it is 'pg'. */
function packageOf(from: string): string {
  return from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The workspace a file belongs to: the deepest folder that holds it. */
function ownerOf(path: string, workspaces: Workspace[]): Workspace | undefined {
  return workspaces
    .filter(({ folder }) => path.startsWith(`${folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}

/** The same directions as the manifests state them: a dependency that no rule allows is a fault. */
export function checkDirections(workspaces: Workspace[]): Finding[] {
  return workspaces.flatMap(({ folder, manifest }) => {
    const self = manifest.name.slice('@prewatt/'.length);
    const allowed = mayImport[self];
    if (allowed === undefined) return [`${folder}: no rule says what ${manifest.name} may import`];
    return Object.keys(manifest.dependencies ?? {})
      .filter((name) => name.startsWith('@prewatt/'))
      .map((name) => name.slice('@prewatt/'.length))
      .filter((name) => !allowed.some((each) => each === name || each.startsWith(`${name}/`)))
      .map((name) => `${folder}/package.json: ${self} may not depend on ${name}`);
  });
}

const serverSource = 'apps/server/src/';
/** The floors of the server, lowest first: a folder imports from its own floor and those below. */
export const floors = [
  'base',
  'registry',
  'messaging',
  'metering',
  'money',
  'workflows',
  'reports',
  'edge',
  'compose',
] as const;

/**
 * Inside the server: imports go down the floors, features meet at their index.ts, and no features
 * import each other. What lies beside the floors (main.ts, its configuration) is above them all.
 */
export function checkServerFloors(files: HouseFile[]): Finding[] {
  const findings: Finding[] = [];
  const graph = new Map<string, Set<string>>();
  for (const file of files) {
    const self = placeOf(file.path);
    if (self === undefined || isTest(file.path)) continue;
    for (const { from, line } of importsOf(file.text)) {
      if (!from.startsWith('.')) continue;
      const target = placeOf(join(dirname(file.path), from));
      if (target === undefined || target.feature === self.feature) continue;
      const at = `${file.path}:${line}:`;
      if (target.level > self.level) {
        findings.push(`${at} ${self.feature} may not import ${target.feature}, which stands above`);
      }
      if (target.floor === 'base' || target.floor === undefined || self.floor === undefined)
        continue;
      if (!facesOf(self).includes(target.inner)) {
        findings.push(`${at} ${target.feature} is imported past its index.ts (${target.inner})`);
      }
      graph.set(self.feature, (graph.get(self.feature) ?? new Set()).add(target.feature));
    }
  }
  return [...findings, ...findCycles(graph)];
}

type Place = {
  readonly floor: string | undefined;
  readonly level: number;
  readonly feature: string;
  readonly inner: string;
};

/** Files of other features that a place may reach; the HTTP edge takes their routes, too. */
const facesOf = ({ feature }: Place): string[] =>
  feature === 'edge/http' ? ['index.ts', 'routes.ts'] : ['index.ts'];

/** `money/vending/service.ts` lies on the floor `money`, in the feature `money/vending`. */
function placeOf(path: string): Place | undefined {
  if (!path.startsWith(serverSource)) return undefined;
  const [floor = '', name = '', ...rest] = path.slice(serverSource.length).split('/');
  const level = (floors as readonly string[]).indexOf(floor);
  if (level === -1)
    return { floor: undefined, level: floors.length, feature: 'main', inner: floor };
  if (floor === 'base' || floor === 'compose' || rest.length === 0) {
    return { floor, level, feature: floor, inner: [name, ...rest].join('/') };
  }
  return { floor, level, feature: `${floor}/${name}`, inner: rest.join('/') };
}

/** The level of a folder's floor, lowest first; what lies beside the floors is above them all. */
export function floorOf(folder: string): number {
  const level = (floors as readonly string[]).indexOf(folder.split('/')[0] ?? '');
  return level === -1 ? floors.length : level;
}

function findCycles(graph: Map<string, Set<string>>): Finding[] {
  const findings = new Set<Finding>();
  const walk = (node: string, trail: string[]): void => {
    const seen = trail.indexOf(node);
    if (seen !== -1) {
      const cycle = trail.slice(seen);
      // Each cycle once, whichever member it was entered by.
      const first = cycle.indexOf([...cycle].sort()[0] ?? '');
      const turned = [...cycle.slice(first), ...cycle.slice(0, first)];
      findings.add(
        `${serverSource}: features import each other: ${turned.join(' -> ')} -> ${turned[0]}`,
      );
      return;
    }
    for (const next of graph.get(node) ?? []) walk(next, [...trail, node]);
  };
  for (const node of graph.keys()) walk(node, []);
  return [...findings];
}

/** The ledger has never heard of a token. Its comments may say so. */
export function checkLedgerWords(files: HouseFile[]): Finding[] {
  return files
    .filter((file) => file.path.startsWith('packages/ledger/src/') && isCode(file.path))
    .flatMap((file) =>
      [...splitCode(file.text).code.matchAll(/token/gi)].map(
        (match) => `${file.path}:${lineAt(file.text, match.index)}: the ledger knows no tokens`,
      ),
    );
}

const impure =
  /\b(Date\.now|new Date\(\)|Math\.random|performance\.now|Temporal\.Now|process\.|fetch\(|setTimeout|setInterval|crypto\.(getRandomValues|randomUUID))/g;

/** Pure packages take the clock, randomness and the world from their callers. */
export function checkPurity(files: HouseFile[]): Finding[] {
  return files
    .filter(({ path }) => /^packages\/[^/]+\/src\//.test(path) && isCode(path) && !isTest(path))
    .flatMap(({ path, text }) =>
      [...splitCode(text).code.matchAll(impure)].map(
        (match) => `${path}:${lineAt(text, match.index)}: ${match[1]} in a pure package`,
      ),
    );
}

/** The environment is read in one place of an app: its main or what a person runs beside it. */
export function checkEnvironment(files: HouseFile[]): Finding[] {
  return files
    .filter(({ path }) => /^apps\/[^/]+\/src\//.test(path) && isCode(path) && !isTest(path))
    .filter(({ path }) => !/\/src\/(main|print-config)\.ts$/.test(path))
    .flatMap(({ path, text }) =>
      [...splitCode(text).code.matchAll(/\bprocess\.env\b/g)].map(
        (match) => `${path}:${lineAt(text, match.index)}: process.env outside main.ts`,
      ),
    );
}
