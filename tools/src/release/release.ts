// A release: the archive of a commit, its bill of materials, their hashes, and a signature over
// these. Whoever has the repository makes the same again and compares.

import { spawnSync } from 'node:child_process';
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { billOf } from './bill.ts';

const sumsName = 'SHA256SUMS';
const signatureName = 'SHA256SUMS.sig';
/** Of what git prints, and of what an archive opens to. */
const mostBytes = 2 ** 31 - 1;

function git(repository: string, args: readonly string[], input?: Buffer): Buffer {
  const done = spawnSync('git', ['-C', repository, ...args], {
    ...{ maxBuffer: mostBytes, stdio: ['pipe', 'pipe', 'pipe'] },
    ...(input === undefined ? {} : { input }),
  });
  if (done.error !== undefined) throw new Error(`git cannot be run: ${done.error.message}`);
  if (done.status !== 0) throw new Error(`git ${args[0]}: ${done.stderr.toString().trim()}`);
  return done.stdout;
}

const textOf = (repository: string, args: readonly string[]): string =>
  git(repository, args).toString('utf8').trim();

/** What only the commit decides: no setting of this machine, of git or of its owner. */
const asInCommit = [
  ...['-c', 'core.attributesFile=/dev/null', '-c', 'core.autocrlf=false'],
  ...['-c', 'core.eol=lf', '-c', 'tar.umask=0022'],
];

type Made = { readonly name: string; readonly tar: Buffer; readonly bill: Buffer };

/** The archive and the bill of a commit, in memory. */
export function madeOf(repository: string, commit: string): Made {
  const id = textOf(repository, [
    'rev-parse',
    '--verify',
    '--end-of-options',
    `${commit}^{commit}`,
  ]);
  const fileOf = (path: string) => JSON.parse(textOf(repository, ['show', `${id}:${path}`]));
  const name = `prewatt-${fileOf('package.json').version}`;
  const atMs = Number(textOf(repository, ['show', '-s', '--format=%ct', id])) * 1_000;
  const tar = git(repository, [
    ...[...asInCommit, 'archive', '--format=tar', `--prefix=${name}/`, id],
  ]);
  const bill = billOf(fileOf('package-lock.json'), { commit: id, atMs });
  return { name, tar, bill: Buffer.from(`${JSON.stringify(bill, null, 2)}\n`) };
}

const sumOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Writes a release into a folder that is empty or not there; the names of its files. */
export function makeRelease(o: {
  readonly repository: string;
  readonly commit: string;
  readonly folder: string;
  /** In PEM, Ed25519; without it nothing is signed. */
  readonly key: string | null;
}): readonly string[] {
  if (existsSync(o.folder) && readdirSync(o.folder).length > 0) {
    throw new Error(`${o.folder} is not empty`);
  }
  const key = o.key === null ? null : createPrivateKey(o.key);
  if (key !== null && key.asymmetricKeyType !== 'ed25519') throw new Error('not an Ed25519 key');
  const { name, tar, bill } = madeOf(o.repository, o.commit);
  const archive = gzipSync(tar, { level: 9 });
  // Which system it was packed on: unknown.
  archive[9] = 255;
  const files: [name: string, bytes: Buffer][] = [
    [`${name}.cdx.json`, bill],
    [`${name}.tar.gz`, archive],
  ];
  const sums = Buffer.from(files.map(([each, bytes]) => `${sumOf(bytes)}  ${each}\n`).join(''));
  files.push([sumsName, sums]);
  if (key !== null) files.push([signatureName, sign(null, sums, key)]);
  mkdirSync(o.folder, { recursive: true });
  for (const [each, bytes] of files) writeFileSync(join(o.folder, each), bytes, { flag: 'wx' });
  return files.map(([each]) => each);
}

/** What is wrong with a release, in words; nothing when it is what the commit makes. */
export function faultsOfRelease(o: {
  readonly repository: string;
  readonly folder: string;
  /** In PEM. Without it the signature is not looked at. */
  readonly publicKey: string | null;
}): readonly string[] {
  const read = (name: string): Buffer | null => {
    const path = join(o.folder, name);
    return existsSync(path) ? readFileSync(path) : null;
  };
  const sums = read(sumsName);
  if (sums === null) return [`there is no ${sumsName}`];
  const signed =
    o.publicKey === null ? [] : faultsOfSignature(sums, read(signatureName), o.publicKey);
  if (signed.length > 0) return signed;
  const faults: string[] = [];
  const files = new Map<string, Buffer>();
  for (const line of sums.toString('utf8').split('\n').slice(0, -1)) {
    const [, sum = '', name = ''] = /^([0-9a-f]{64}) {2}([A-Za-z0-9._-]+)$/.exec(line) ?? [];
    const bytes = name === '' ? null : read(name);
    if (bytes === null) faults.push(`${sumsName} names a file that is not there: ${line}`);
    else if (sumOf(bytes) !== sum) faults.push(`${name} has another hash`);
    else files.set(name, bytes);
  }
  return faults.length > 0 ? faults : faultsAgainstCommit(o.repository, files);
}

function faultsOfSignature(sums: Buffer, signature: Buffer | null, key: string): string[] {
  if (signature === null) return [`there is no ${signatureName}`];
  const publicKey = createPublicKey(key);
  if (publicKey.asymmetricKeyType !== 'ed25519') return ['the public key is not of Ed25519'];
  return verify(null, sums, publicKey, signature)
    ? []
    : [`${signatureName} is not by this key over ${sumsName}`];
}

function faultsAgainstCommit(repository: string, files: ReadonlyMap<string, Buffer>): string[] {
  const endingOn = (ending: string) => [...files].filter(([name]) => name.endsWith(ending));
  const [archive, ...archives] = endingOn('.tar.gz');
  const [bill, ...bills] = endingOn('.cdx.json');
  if (archive === undefined || bill === undefined || archives.length + bills.length > 0) {
    return [`${sumsName} does not name one archive and one bill of materials`];
  }
  let tar: Buffer;
  try {
    tar = gunzipSync(archive[1], { maxOutputLength: mostBytes });
  } catch {
    return [`${archive[0]} does not open`];
  }
  // It stands in the first two blocks, and git reads no more.
  const head = tar.subarray(0, 1_024);
  const commit = git(repository, ['get-tar-commit-id'], head).toString('utf8').trim();
  const made = madeOf(repository, commit);
  return [
    ...(archive[0] === `${made.name}.tar.gz` && tar.equals(made.tar)
      ? []
      : [`${archive[0]} is not what commit ${commit} makes`]),
    ...(bill[0] === `${made.name}.cdx.json` && bill[1].equals(made.bill)
      ? []
      : [`${bill[0]} is not the bill of commit ${commit}`]),
  ];
}
