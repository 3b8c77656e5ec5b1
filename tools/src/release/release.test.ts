// A release is the same bytes wherever it is made, is signed as OpenSSL reads it, and a change in
// it is found. Its bill of materials names what npm itself finds in the lockfile.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { root } from '../workspaces.ts';
import { type Bill, billOf } from './bill.ts';
import { faultsOfRelease, madeOf, makeRelease } from './release.ts';

const folder = mkdtempSync(join(tmpdir(), 'prewatt-release-'));
after(() => rmSync(folder, { recursive: true }));

const at = (...names: string[]) => join(folder, ...names);
function keyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}
const ours = keyPair();

/** A small project with a commit, and a second clone whose owner has other settings. */
function twoClones() {
  const env = {
    ...process.env,
    ...{ GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b.example', GIT_COMMITTER_NAME: 'a' },
    ...{ GIT_COMMITTER_EMAIL: 'a@b.example', GIT_COMMITTER_DATE: '2026-12-03T05:00:00Z' },
  };
  const git = (...args: string[]) => execFileSync('git', args, { env, stdio: 'pipe' });
  git('init', '-q', at('one'));
  for (const name of ['package.json', 'package-lock.json', 'LICENSE']) {
    copyFileSync(join(root, name), at('one', name));
  }
  git('-C', at('one'), 'add', '.');
  git('-C', at('one'), 'commit', '-q', '-m', 'first');
  git('clone', '-q', at('one'), at('two'));
  writeFileSync(at('attributes'), 'LICENSE export-ignore\n');
  for (const [name, value] of [
    ['tar.umask', '0077'],
    ['core.autocrlf', 'true'],
    ['core.attributesFile', at('attributes')],
  ] as const) {
    git('-C', at('two'), 'config', name, value);
  }
}

test('a release is made again byte for byte, and is signed as OpenSSL reads it', () => {
  twoClones();
  const make = (repository: string, to: string) =>
    makeRelease({ repository: at(repository), commit: 'HEAD', folder: at(to), key: ours.key });
  const names = make('one', 'release');
  make('two', 'again');
  assert.deepEqual(readdirSync(at('release')).sort(), names.toSorted());
  for (const name of names) {
    assert.ok(readFileSync(at('release', name)).equals(readFileSync(at('again', name))), name);
  }
  writeFileSync(at('public.pem'), ours.publicKey);
  const asked = { repository: at('two'), folder: at('release'), publicKey: ours.publicKey };
  assert.deepEqual(faultsOfRelease(asked), []);
  const openssl = spawnSync('openssl', [
    ...['pkeyutl', '-verify', '-pubin', '-inkey', at('public.pem'), '-rawin'],
    ...['-in', at('release', 'SHA256SUMS'), '-sigfile', at('release', 'SHA256SUMS.sig')],
  ]);
  // Where it is not installed, Node's own check has to do.
  if (openssl.error === undefined) assert.equal(openssl.status, 0, openssl.stderr.toString());
  assert.throws(() => make('one', 'release'), /not empty/);
});

test('what is not by the key, or not what the commit makes, is found', () => {
  const faults = (publicKey: string | null = ours.publicKey) =>
    faultsOfRelease({ repository: at('one'), folder: at('release'), publicKey });
  assert.deepEqual(faults(keyPair().publicKey), [
    'SHA256SUMS.sig is not by this key over SHA256SUMS',
  ]);
  const { name } = madeOf(at('one'), 'HEAD');
  appendFileSync(at('release', `${name}.tar.gz`), 'x');
  assert.deepEqual(faults(), [`${name}.tar.gz has another hash`]);
  rmSync(at('release'), { recursive: true });
  // Hashes that were made anew, too: a commit does not make such an archive.
  const commit = 'HEAD';
  makeRelease({ repository: at('one'), commit, folder: at('release'), key: null });
  const place = at('release', `${name}.tar.gz`);
  const tar = gunzipSync(readFileSync(place));
  const middle = tar.indexOf('Apache License');
  tar.write('Another', middle);
  writeFileSync(place, gzipSync(tar));
  const sum = createHash('sha256').update(readFileSync(place)).digest('hex');
  const sums = readFileSync(at('release', 'SHA256SUMS'), 'utf8').split('\n');
  writeFileSync(at('release', 'SHA256SUMS'), `${sums[0]}\n${sum}  ${name}.tar.gz\n`);
  assert.match(faults(null).join(), /^prewatt-\S+\.tar\.gz is not what commit [0-9a-f]{40} makes$/);
  assert.deepEqual(faults(), ['there is no SHA256SUMS.sig']);
});

test('the bill of materials names the packages, hashes and licenses that npm finds', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const ofNpm: Bill = JSON.parse(
    execFileSync('npm', ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'], {
      ...{ cwd: root, maxBuffer: 64 * 1_048_576, encoding: 'utf8' },
    }),
  );
  const bill = billOf(lock, { commit: '0'.repeat(40), atMs: 0 });
  const known = new Map(ofNpm.components.map((each) => [each.purl, each]));
  assert.ok(known.size > 100);
  assert.deepEqual(
    bill.components.map(({ purl }) => purl),
    [...known.keys()].sort(),
  );
  for (const { purl, hashes, licenses } of bill.components) {
    const { hashes: wantHashes, licenses: wantLicenses } = known.get(purl) ?? {};
    assert.deepEqual(hashes, wantHashes, purl);
    // npm leaves out what is no expression of SPDX.
    if (wantLicenses !== undefined) assert.deepEqual(licenses, wantLicenses, purl);
  }
  const refs = new Set(bill.components.map((each) => each['bom-ref']));
  for (const { ref, dependsOn } of bill.dependencies) {
    for (const each of dependsOn) assert.ok(refs.has(each), `${ref} needs ${each}`);
  }
  const server = bill.dependencies.find(({ ref }) => ref.startsWith('pkg:npm/%40prewatt/server@'));
  assert.ok(server?.dependsOn.some((each) => each.startsWith('pkg:npm/fastify@')));
});
