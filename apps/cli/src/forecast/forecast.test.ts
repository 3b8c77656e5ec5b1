import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { prewatt } from '../sts/testing.ts';

const day = (i: number) => new Date(Date.UTC(2026, 0, 5 + i)).toISOString().slice(0, 10);
const header = `home,date,${Array.from({ length: 24 }, (_, i) => `i${String(i).padStart(2, '0')}`).join(',')}`;
const rows = (days: number, cell: (day: number, hour: number) => string) =>
  Array.from(
    { length: days },
    (_, d) => `h1,${day(d)},${Array.from({ length: 24 }, (_, h) => cell(d, h)).join(',')}`,
  );
const file = (lines: readonly string[]) => `${lines.join('\n')}\n`;
const steady = file([header, ...rows(20, () => '250')]);

test('forecast eval prints figures of each file and of all', async () => {
  const blobs = {
    'a.csv': new Blob([steady]),
    'b.csv.gz': new Blob([gzipSync(file(['home,date,kwh', ...dailyRows(20)]))]),
  };
  const answer = await prewatt(['forecast', 'eval', 'a.csv', 'b.csv.gz', '--json'], { blobs });
  assert.equal(answer.exitCode, 0, answer.errors);
  const { files, total } = answer.json();
  assert.deepEqual(
    files.map(({ path, homes, readings }: never) => [path, homes, readings]),
    [
      ['a.csv', 1, 480],
      ['b.csv.gz', 1, 20],
    ],
  );
  const { model, exponentialAverage } = total.credit['7days'];
  assert.equal(model.depletions, 10);
  assert.equal(model.shareAnnounced24h, 1);
  assert.equal(exponentialAverage.meanAbsoluteErrorDays, 0);
  const words = await prewatt(['forecast', 'eval', 'a.csv', 'b.csv.gz'], { blobs });
  assert.match(words.out, /a\.csv: 1 homes, 0 of 480 readings missing/);
  assert.match(words.out, /total: 2 files\n.*\n {2}3 days +10 /);
});

const dailyRows = (days: number) => Array.from({ length: days }, (_, d) => `h2,${day(d)},6.5`);

test('an empty cell and a missing day are gaps, a negative reading too', async () => {
  const lines = [header, ...rows(20, (d, h) => (d === 1 && h === 3 ? '' : d === 2 ? '-5' : '250'))];
  const holed = file(lines.filter((_, i) => i !== 6));
  const blobs = { 'a.csv': new Blob([holed]) };
  const answer = await prewatt(['forecast', 'eval', 'a.csv', '--json'], { blobs });
  const [one] = answer.json().files;
  assert.deepEqual([one.missing, one.negative], [1 + 24 + 24, 24]);
});

test('a file that cannot be read says where it is wrong', async () => {
  const cases: [string, RegExp][] = [
    ['', /no "home" and "date"/],
    ['home,date,i00,i01\n', /no "kwh"/],
    [`${header}\n`, /no row/],
    [`${header}\nh1,2026-02-30x,1\n`, /line 2: "2026-02-30x" is no date/],
    [`${header}\nh1,2026-02-03,x\n`, /line 2: "x" is no number/],
    [file([header, ...rows(1, () => '1'), ...rows(1, () => '1')]), /line 3: home h1 .* twice/],
  ];
  for (const [text, expected] of cases) {
    const blobs = { 'a.csv': new Blob([text]) };
    const answer = await prewatt(['forecast', 'eval', 'a.csv'], { blobs });
    assert.equal(answer.exitCode, 1);
    assert.match(answer.errors, expected);
  }
  const cut = { 'a.gz': new Blob([gzipSync(steady).subarray(0, 60)]) };
  const answer = await prewatt(['forecast', 'eval', 'a.gz'], { blobs: cut });
  assert.match(answer.errors, /cut short or no gzip/);
});

test('wrong use says what to write', async () => {
  for (const args of [['eval'], ['other'], ['eval', 'a', '--every', '0']]) {
    const answer = await prewatt(['forecast', ...args]);
    assert.equal(answer.exitCode, 2);
    assert.match(answer.errors, /Try: prewatt forecast --help/);
  }
  assert.equal((await prewatt(['forecast', '--help'])).exitCode, 0);
  const missing = await prewatt(['forecast', 'eval', 'none.csv']);
  assert.match(missing.errors, /none\.csv: ENOENT/);
});
