// The bill of materials: every package that a commit’s lockfile names, as CycloneDX 1.6 in JSON. A
// commit gives the same bytes each time: its number and its time are those of the commit.

import { createHash } from 'node:crypto';

type LockEntry = {
  readonly name?: string;
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly link?: boolean;
} & { readonly [kind in (typeof kindsOfNeed)[number]]?: Readonly<Record<string, string>> };

type Entries = Readonly<Record<string, LockEntry>>;
export type Lockfile = { readonly lockfileVersion: number; readonly packages: Entries };

const kindsOfNeed = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
] as const;

export type Component = {
  readonly type: 'application' | 'library';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly scope?: 'required' | 'optional';
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly object[];
  readonly purl: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
};

export type Bill = {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly serialNumber: string;
  readonly version: 1;
  readonly metadata: object;
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
};

/** `commit` in hexadecimal; `atMs` is when it was made. */
export function billOf(
  lock: Lockfile,
  { commit, atMs }: { readonly commit: string; readonly atMs: number },
): Bill {
  if (lock.lockfileVersion !== 3) throw new Error('package-lock.json is not of version 3');
  const own = lock.packages[''];
  if (own === undefined) throw new Error('package-lock.json does not say whose it is');
  const components = new Map<string, Component>();
  const needs = new Map<string, Set<string>>();
  for (const [place, entry] of Object.entries(lock.packages)) {
    if (entry.link === true) continue;
    const component = componentOf(place, entry);
    const ref = component['bom-ref'];
    // One version at two places is one component; it is needed if either of them is.
    const known = components.get(ref);
    if (known?.scope !== 'required') components.set(ref, component);
    const all = needs.get(ref) ?? new Set();
    for (const need of needsOf(lock.packages, place)) all.add(need);
    needs.set(ref, all);
  }
  const root = componentOf('', own);
  components.delete(root['bom-ref']);
  return {
    ...{ bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: serialOf(commit), version: 1 },
    metadata: {
      timestamp: new Date(atMs).toISOString(),
      component: { ...root, properties: [{ name: 'prewatt:commit', value: commit }] },
    },
    components: inOrder([...components.values()], (each) => each['bom-ref']),
    dependencies: inOrder(
      [...needs].map(([ref, all]) => ({ ref, dependsOn: inOrder([...all], (each) => each) })),
      (each) => each.ref,
    ),
  };
}

function componentOf(place: string, entry: LockEntry): Component {
  const name = nameOf(place, entry);
  const version = entry.version ?? '0';
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const isSpare = entry.dev === true || entry.optional === true || entry.devOptional === true;
  const hashes = hashesOf(entry);
  const properties = [
    ...(entry.dev === true ? [{ name: 'cdx:npm:package:development', value: 'true' }] : []),
    ...(isOurs(place) ? [{ name: 'cdx:npm:package:private', value: 'true' }] : []),
  ];
  return {
    type: place === '' ? 'application' : 'library',
    ...{ 'bom-ref': purl, name, version },
    ...(place === '' ? {} : { scope: isSpare ? 'optional' : 'required' }),
    ...(hashes.length === 0 ? {} : { hashes }),
    ...(entry.license === undefined ? {} : { licenses: [licenseOf(entry.license)] }),
    purl,
    ...(properties.length === 0 ? {} : { properties }),
  };
}

const folderOfPackages = 'node_modules/';
const isOurs = (place: string): boolean => !place.includes(folderOfPackages);

function nameOf(place: string, entry: LockEntry): string {
  if (entry.name !== undefined) return entry.name;
  const at = place.lastIndexOf(folderOfPackages);
  if (at < 0) throw new Error(`package-lock.json: ${place} has no name`);
  return place.slice(at + folderOfPackages.length);
}

/** As in the lockfile, in base64; a bill has them in hexadecimal. */
const hashesOf = ({ integrity = '' }: LockEntry): { alg: string; content: string }[] =>
  integrity
    .split(' ')
    .filter((text) => text !== '')
    .map((text) => {
      const [, bits = '', base64 = ''] = /^sha(\d+)-([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
      if (base64 === '') throw new Error(`package-lock.json: "${text}" is no hash`);
      return { alg: `SHA-${bits}`, content: Buffer.from(base64, 'base64').toString('hex') };
    });

function licenseOf(text: string): object {
  if (/^[A-Za-z0-9.+-]+$/.test(text)) return { license: { id: text } };
  const isExpression = /^[A-Za-z0-9.+()-]+( (OR|AND|WITH) [A-Za-z0-9.+()-]+)+$/.test(text);
  return isExpression ? { expression: text } : { license: { name: text } };
}

/** What a package names and the lockfile has, seen from its place as Node looks for it. */
function* needsOf(packages: Entries, place: string): Generator<string> {
  const entry = packages[place];
  for (const kind of kindsOfNeed) {
    for (const name of Object.keys(entry?.[kind] ?? {})) {
      const found = placeOf(packages, { from: place, name });
      if (found !== null) yield componentOf(found, packages[found] ?? {})['bom-ref'];
    }
  }
  if (place !== '') return;
  // The whole is made of its workspaces.
  for (const [each, { link }] of Object.entries(packages)) {
    if (each !== '' && isOurs(each) && link !== true) {
      yield componentOf(each, packages[each] ?? {})['bom-ref'];
    }
  }
}

function placeOf(
  packages: Entries,
  { from, name }: { readonly from: string; readonly name: string },
): string | null {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const place = `${at === '' ? '' : `${at}/`}${folderOfPackages}${name}`;
    const entry = packages[place];
    if (entry !== undefined) return entry.link === true ? (entry.resolved ?? null) : place;
    if (at === '') return null;
  }
}

/** An identifier of the commit, in the form of a UUID of version 8. */
function serialOf(commit: string): string {
  const bytes = createHash('sha256').update(`prewatt bill ${commit}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return `urn:uuid:${parts.join('-')}-${hex.slice(20)}`;
}

/** By code unit: the same on every machine. */
const inOrder = <T>(all: T[], keyOf: (each: T) => string): T[] =>
  all.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
