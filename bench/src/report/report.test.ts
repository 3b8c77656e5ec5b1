// A report of benchmarks: figures, baselines and ranges as they gave them, and a file that
// stands alone.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { figuresOf, reportOf } from './report.ts';
import { flagsOf } from './run-all.ts';

const sales = (perSecond: number) => ({
  ...{ bench: 'sales', perSecond, baselinePerSecond: 1_000, p50Ms: 4, p99Ms: 20, growth: 1.2 },
  turns: { sales: [perSecond - 100, perSecond + 100], baseline: [1_000] },
});
const ran = { name: 'sales', runs: [1_500, 1_700, 1_600].map(sales), printed: 'a < b', why: null };

test('the middle of several runs stands beside its baseline, with the range of all turns', () => {
  const [first, ...others] = figuresOf(ran);
  assert.deepEqual(first, {
    ...{ what: 'sales', unit: '/s', value: 1_600, least: 1_400, most: 1_800 },
    baseline: { what: 'TPC-B', value: 1_000 },
  });
  assert.deepEqual(
    others.map(({ value }) => value),
    [4, 20, 1.2],
    'what was not given (processor time) has no row',
  );
});

test('the file fetches nothing, and says what broke off', () => {
  const broken = { name: 'ussd', runs: [], printed: '', why: 'no <port>' };
  const html = reportOf([ran, broken], { at: new Date(0), facts: [['Node', 'v26']] });
  assert.match(html, /1,400 to 1,800/);
  assert.match(html, /1,000 \(TPC-B\)<\/td><td class="n" data-of="Times">1.6</);
  assert.match(html, /a &lt; b/);
  assert.match(html, /Broke off.*no &lt;port&gt;/s);
  assert.doesNotMatch(html, /src=|href=|@import|url\(/);
});

test('named benchmarks are run and their report is written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-bench-report-'));
  const program = new URL('../main.ts', import.meta.url).pathname;
  const words = ['scale', '--report', '--reports', folder];
  const ended = spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' });
  assert.equal(ended.status, 0, ended.stderr);
  const [file = ''] = readdirSync(folder);
  assert.match(ended.stdout, new RegExp(`report: .*${file}`));
  assert.match(readFileSync(join(folder, file), 'utf8'), /50 million homes/);
  rmSync(folder, { recursive: true });
});

test('a benchmark is given the options that it takes, and no other', () => {
  const flags = ['--connections', '1000', '--seconds=5', '--figures', 'mine.json'];
  assert.deepEqual(flagsOf('sales', flags), ['--connections', '1000', '--seconds=5']);
  assert.deepEqual(flagsOf('ussd', flags), ['--seconds=5']);
  assert.deepEqual(flagsOf('sts', flags), []);
});
