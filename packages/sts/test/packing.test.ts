// The package as its users get it: packed, installed into an empty project, used from Node and from
// a browser bundle. Works on a copy, so that a run never touches the manifest of the workspace;
// needs no network.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';

const source = fileURLToPath(new URL('../', import.meta.url));
const modules = fileURLToPath(new URL('../../../node_modules/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'prewatt-sts-pack-'));
const project = join(folder, 'project');
const environment = {
  ...process.env,
  PATH: [join(modules, '.bin'), dirname(process.execPath), process.env['PATH'] ?? ''].join(
    delimiter,
  ),
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
};

function command(name: string, args: string[], cwd: string): string {
  return execFileSync(name, args, {
    cwd,
    encoding: 'utf8',
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function packed(cwd: string): string {
  const name = command('npm', ['pack', '--silent', '--pack-destination', folder], cwd).trim();
  return join(folder, name.split('\n').at(-1) ?? '');
}

const use = `
import { issueCreditToken } from '@prewatt/sts/issue';
import { readToken, formatTokenDigits } from '@prewatt/sts/codec';
import { deriveDecoderKey, vendingKeyFromBytes } from '@prewatt/sts/keys';
import { acceptToken, createAcceptanceState } from '@prewatt/sts/accept';
const bytes = 'ABABABABABABABAB949494949494949401234567'.match(/../g).map((two) => parseInt(two, 16));
const vending = vendingKeyFromBytes(Uint8Array.from(bytes));
const parameters = { dkga: 'dkga04', ea: 'ea07', meterPan: '600727000000000009',
  supplyGroupCode: '201457', tariffIndex: '01', keyRevision: 1, keyType: 2, baseDate: 14 };
const key = deriveDecoderKey(vending.value, parameters).value;
const issued = issueCreditToken({ decoderKey: key, commodity: 'electricity', units: 1n, tid: 85740,
  rnd: 5, keyExpiry: 255 });
const state = createAcceptanceState({ ...parameters, decoderKey: key, keyExpiry: 255,
  initialTid: 0 }).value;
const { outcome } = acceptToken(state, { digits: issued.value.token, nowMs: 0, origin: 'keypad',
  headroom: { electricity: 5n } });
const { tid } = readToken(key, issued.value.token).value;
globalThis.result = [formatTokenDigits(issued.value.token), tid, outcome.accepted].join('|');
`;
const expected = '7063 0503 4700 2872 6114|85740|true';

describe('the packed package', { timeout: 180_000 }, () => {
  before(() => {
    const copy = join(folder, 'sts');
    cpSync(source, copy, {
      recursive: true,
      filter: (path) => !/^(?:node_modules|dist|test)\b/.test(relative(source, path)),
    });
    // The compiler finds the dependency beside the copy, as it does in the workspace.
    symlinkSync(modules, join(folder, 'node_modules'));
    const tarballs = [packed(copy), packed(join(modules, '@noble/hashes'))];
    const manifest = readFileSync(join(copy, 'package.json'), 'utf8');
    assert.equal(manifest, readFileSync(join(source, 'package.json'), 'utf8'), 'postpack restores');
    rmSync(join(folder, 'node_modules'));
    cpSync(join(source, 'test/packing'), project, { recursive: true });
    command('npm', ['install', '--offline', '--no-save', '--ignore-scripts', ...tarballs], project);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const installed = join(project, 'node_modules/@prewatt/sts');

  it('holds JavaScript and types, no sources, tests or keys', () => {
    assert.deepEqual(readdirSync(installed).toSorted(), [
      'LICENSE',
      'README.md',
      'dist',
      'package.json',
    ]);
    const files = readdirSync(join(installed, 'dist'), { recursive: true }).map(String);
    const built = files.filter((name) => /\.(js|d\.ts)$/.test(name));
    assert.ok(built.length > 40);
    assert.deepEqual(
      files.filter((name) => !built.includes(name) && name !== 'vectors'),
      [],
    );
    assert.deepEqual(
      built.filter((name) => name.includes('.test.')),
      [],
    );
  });

  it('has one dependency and no import of Node', () => {
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    assert.deepEqual(Object.keys(manifest.dependencies), ['@noble/hashes']);
    assert.equal(manifest.private, undefined);
    assert.equal(manifest.devDependencies, undefined);
    const files = readdirSync(join(installed, 'dist'), { recursive: true }).map(String);
    for (const name of files.filter((one) => one.endsWith('.js'))) {
      const text = readFileSync(join(installed, 'dist', name), 'utf8');
      const imports = [...text.matchAll(/from '([^']+)'/g)].map((match) => match[1] ?? '');
      for (const one of imports) assert.match(one, /^\.{1,2}\/.*\.js$|^@noble\/hashes\//);
      assert.doesNotMatch(text, /\b(?:Buffer|process|require)\b\./);
    }
  });

  it('works in Node', () => {
    writeFileSync(join(project, 'use.mjs'), `${use}\nconsole.log(globalThis.result);\n`);
    assert.equal(command(process.execPath, ['use.mjs'], project).trim(), expected);
  });

  it('has types that a strict compiler takes', () => {
    cpSync(join(project, 'types.txt'), join(project, 'types.ts'));
    command('tsc', ['-p', 'tsconfig.json'], project);
  });

  /** The script that Vite makes of an entry, as text and gzipped. */
  function bundled(entry: string): { readonly text: string; readonly gzipped: number } {
    writeFileSync(join(project, 'entry.js'), entry);
    command('vite', ['build', '--config', 'vite.config.mjs', '--logLevel', 'warn'], project);
    const script = readFileSync(join(project, 'bundle/sts.iife.js'));
    return { text: script.toString(), gzipped: gzipSync(script).length };
  }

  it('works in a browser bundle of Vite', (t) => {
    const { text, gzipped } = bundled(use);
    const sandbox = createContext({});
    runInContext(text, sandbox);
    assert.equal(sandbox['result'], expected);
    t.diagnostic(`browser bundle of the example: ${gzipped} bytes gzipped`);
  });

  it('weighs at most 15 kB gzipped in a browser, with everything of all four entries', (t) => {
    const names = ['keys', 'codec', 'issue', 'accept'];
    const entry = (some: string[]): string => {
      const imports = some.map((name) => `import * as ${name} from '@prewatt/sts/${name}';`);
      return `${imports.join('\n')}\nglobalThis.all = { ${some.join(', ')} };\n`;
    };
    const all = bundled(entry(names));
    const sandbox = createContext({});
    runInContext(all.text, sandbox);
    for (const [name, one] of [
      ['keys', 'deriveDecoderKey'],
      ['codec', 'readToken'],
      ['issue', 'issueSale'],
      ['accept', 'restoreAcceptanceState'],
    ] as const) {
      assert.equal(typeof sandbox['all'][name][one], 'function');
    }
    t.diagnostic(`all four: ${all.gzipped} bytes gzipped`);
    for (const name of names) {
      t.diagnostic(`${name} alone: ${bundled(entry([name])).gzipped} bytes gzipped`);
    }
    assert.ok(all.gzipped <= 15_000, `${all.gzipped} bytes`);
  });
});
