// The command as a process, through the file that `npx prewatt` runs.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const run = (args: string[], input = '') =>
  spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', input });

describe('the prewatt process', () => {
  it('is the bin of the package, and may be executed', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    assert.deepEqual(manifest.bin, { prewatt: './src/main.ts' });
    assert.match(readFileSync(main, 'utf8'), /^#!\/usr\/bin\/env node\n/);
    assert.equal(statSync(main).mode & 0o111, 0o111);
  });

  it('helps by -h and --help, and says its version', () => {
    for (const word of ['-h', '--help']) {
      const help = run([word]);
      assert.equal(help.status, 0);
      assert.match(help.stdout, /prewatt sts/);
    }
    assert.match(run(['--version']).stdout, /^\d+\.\d+\.\d+\n$/);
  });

  it('reads a key from standard input and writes a file that only its owner can read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'prewatt-cli-'));
    const out = join(folder, 'meter.key');
    const args = [
      'sts',
      'key',
      '--vending-key-file',
      '-',
      '--pan',
      '600727000000000009',
      '--sgc',
      '201457',
    ];
    const key = 'ABABABABABABABAB949494949494949401234567\n';
    const made = run([...args, '--out', out], key);
    assert.equal(made.status, 0, made.stderr);
    assert.equal(readFileSync(out, 'utf8'), '87F3ECBB2E46B48F\n');
    assert.equal(statSync(out).mode & 0o777, 0o600);
    assert.equal(run([...args, '--out', out], key).status, 1);
    rmSync(folder, { recursive: true });
  });

  it('says which file it cannot read, and why, whatever the command', () => {
    const rules = run(['protection', 'replay', '--rules', 'nowhere.json', 'load.csv']);
    const secret = run(['install', 'step', 'JOB', 'link', '--secret-file', 'nowhere']);
    for (const { status, stderr } of [rules, secret]) {
      assert.equal(status, 1);
      assert.match(stderr, /nowhere/);
      assert.doesNotMatch(stderr, / at /);
    }
    assert.equal(secret.stderr, 'prewatt: cannot read nowhere: there is no such file\n');
  });

  it('executes nothing that lies in the folder where it is run', () => {
    const folder = mkdtempSync(join(tmpdir(), 'prewatt-cli-'));
    writeFileSync(join(folder, '.graphile-workerrc.cjs'), 'console.error("a stranger’s file");');
    const { stderr } = spawnSync(process.execPath, [main, 'doctor'], {
      encoding: 'utf8',
      cwd: folder,
      env: {},
    });
    assert.match(stderr, /DATABASE_URL/);
    assert.doesNotMatch(stderr, /stranger/);
    rmSync(folder, { recursive: true });
  });

  it('ends with the exit code of the command', () => {
    const folder = mkdtempSync(join(tmpdir(), 'prewatt-cli-'));
    const file = join(folder, 'x.json');
    writeFileSync(file, '{"format":"sts-vectors-1","vectors":[{"id":"x","algorithm":"EA99"}]}');
    assert.equal(run(['sts', 'check', file]).status, 1);
    assert.equal(run(['sts', 'fly']).status, 2);
    assert.equal(run(['--help']).status, 0);
    rmSync(folder, { recursive: true });
  });
});
