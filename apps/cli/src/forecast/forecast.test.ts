import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { prewatt } from '../sts/testing.ts';
import { readLoadFile } from './load-file.ts';

const day = (i: number) => new Date(Date.UTC(2026, 0, 5 + i)).toISOString().slice(0, 10);
const header = `home,date,${Array.from({ length: 24 }, (_, i) => `i${String(i).padStart(2, '0')}`).join(',')}`;
const hours = (count: number) =>
  Array.from({ length: count }, (_, i) => `i${String(i).padStart(2, '0')}`).join(',');
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
  assert.ok(model.shareInRange > 0.9 && model.shareInUsualRange === 1);
  assert.equal(exponentialAverage.meanAbsoluteErrorDays, 0);
  const words = await prewatt(['forecast', 'eval', 'a.csv', 'b.csv.gz'], { blobs });
  assert.match(words.out, /a\.csv: 1 home, 0 of 480 readings missing/);
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
    ['', /a\.csv: the file is empty/],
    ['home,day,i00,i01\n', /line 1: the header has no "date"/],
    ['home,date,watts\n', /line 1: the header has no "kwh"/],
    ['home,date,i00,i02\n', /i00, i01, … in order/],
    [`home,date,${hours(7)}\n`, /7 intervals do not make a day/],
    [`${header}\n`, /no row/],
    [`${header}\nh1,2026-02-30x,1\n`, /line 2: "2026-02-30x" is no date/],
    [`${header}\nh1,2026-02-30,1\n`, /line 2: "2026-02-30" is no date/],
    [`${header}\nh1,2026-02-03,x\n`, /line 2: "x" is no number/],
    [`${header}\nh1,2026-02-03,0x10\n`, /line 2: "0x10" is no number/],
    [`${header}\nh1,2026-02-03,1e15\n`, /line 2: "1e15" is more than a home can use/],
    [`${header}\n,2026-02-03,1\n`, /line 2: the row names no home/],
    [`${header}\n${rows(1, () => '1')[0]},7\n`, /line 2: 27 cells, where the header has 26/],
    ['h\0o\0m\0e\0', /not UTF-8/],
    [
      `home,date,kwh\nh1,2016-01-01,1\nh1,2036-01-01,1\n`,
      /spans more than ten years: 2016-01-01 to 2036-01-01/,
    ],
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

test('a file is read however it was written', async () => {
  const lines = [header, ...rows(20, () => '250')];
  const semicolons = lines.map((line) => line.replaceAll(',', ';'));
  const shapes: Record<string, string> = {
    crlf: lines.join('\r\n'),
    returns: lines.join('\r'),
    mark: `\uFEFF${file(lines)}`,
    capitals: file([header.toUpperCase(), ...lines.slice(1)]),
    quoted: file(lines.map((line) => `"${line.replaceAll(',', '","')}"`)),
    spaced: file(lines.map((line) => line.replaceAll(',', ' , '))),
    tabs: file(lines.map((line) => line.replaceAll(',', '\t'))),
    semicolons: file(semicolons.map((line, i) => (i === 0 ? line : line.replace(/250/, '250,0')))),
    remarks: file(['# from the meter', ...lines, '', '   ', ',,,']),
    backwards: file([header, ...rows(20, () => '250').reverse()]),
    oneHome: file(lines.map((line) => line.slice(line.indexOf(',') + 1))),
    fromOne: file([`home,date,${hours(25).slice(4)}`, ...lines.slice(1)]),
    timed: file(lines.map((line) => line.replace(/(2026-\d\d-\d\d)/, '$1T00:00:00'))),
    autumn: file([`${header},i24`, ...lines.slice(1, 11), `${lines[11]},250`, ...lines.slice(12)]),
  };
  for (const [name, text] of Object.entries(shapes)) {
    const blobs = { 'a.csv': new Blob([text]) };
    const answer = await prewatt(['forecast', 'eval', 'a.csv', '--json'], { blobs });
    assert.equal(answer.exitCode, 0, `${name}: ${answer.errors}`);
    const [one] = answer.json().files;
    assert.deepEqual([name, one.homes, one.readings, one.missing], [name, 1, 480, 0]);
    assert.equal(one.beyondDay, name === 'autumn' ? 1 : 0);
  }
  const half = Math.floor(lines.length / 2);
  const members = [lines.slice(0, half), lines.slice(half)].map((part) => gzipSync(file(part)));
  const blobs = { 'two.gz': new Blob(members) };
  const answer = await prewatt(['forecast', 'eval', 'two.gz', '--json'], { blobs });
  assert.equal(answer.json().files[0].readings, 480);
});

test('intervals of any whole part of a day are read, words for a gap are gaps', async () => {
  for (const count of [1, 2, 12, 24, 48, 72, 96, 144, 288]) {
    const made = Array.from(
      { length: 20 },
      (_, d) => `h,${day(d)},${new Array(count).fill(d === 3 ? 'NA' : '100').join(',')}`,
    );
    const blobs = { 'a.csv': new Blob([file([`home,date,${hours(count)}`, ...made])]) };
    const answer = await prewatt(['forecast', 'eval', 'a.csv', '--json'], { blobs });
    assert.equal(answer.exitCode, 0, `${count}: ${answer.errors}`);
    const [one] = answer.json().files;
    assert.deepEqual([one.readings, one.missing], [19 * count, count]);
  }
});

test('a file too short to judge says what it takes', async () => {
  const blobs = { 'a.csv': new Blob([file([header, ...rows(10, () => '250')])]) };
  const answer = await prewatt(['forecast', 'eval', 'a.csv'], { blobs });
  assert.equal(answer.exitCode, 0);
  assert.match(answer.out, /no end to judge: that takes two days before a midnight and fourteen/);
});

test('whatever a file holds, it is read or refused in a line', async () => {
  const pieces = [
    '',
    ',',
    '\n',
    '\r',
    '"',
    ';',
    '\t',
    '-',
    '9',
    'x',
    '\0',
    '1e9',
    'ß',
    '2026-01-05',
  ];
  const text = file([header, ...rows(6, () => '250')]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(text.length), fc.nat(40), fc.constantFrom(...pieces)), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.boolean(),
      async (cuts, zipped) => {
        let broken = text;
        for (const [at, length, piece] of cuts) {
          broken = broken.slice(0, at) + piece + broken.slice(at + length);
        }
        const bytes = zipped ? gzipSync(broken) : broken;
        const read = await readLoadFile(new Blob([bytes]));
        if (!read.ok) {
          assert.match(read.error, /^[^\n]{5,200}$/);
          return;
        }
        const { homes, readings, missing } = read.value;
        const all = homes.flatMap((home) => home.energyWh);
        assert.equal(all.length, readings + missing);
        assert.ok(all.every((wh) => wh === null || (wh >= 0 && wh <= 1e9)));
      },
    ),
    { numRuns: 400, seed: 20_261_128 },
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const read = await readLoadFile(new Blob([new Uint8Array(bytes)]));
      assert.equal(read.ok, false);
    }),
    { numRuns: 300, seed: 20_261_128 },
  );
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
