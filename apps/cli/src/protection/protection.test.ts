import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prewatt } from '../sts/testing.ts';
import { wallClockMs } from './homes-file.ts';

const rules = (part: object = {}) =>
  JSON.stringify({
    version: 2,
    debt: { maximumSharePercent: 50, floorEnergyWh: '0' },
    ...part,
  });
const friendly = rules({
  friendlyHours: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '08:00', to: '20:00' }],
});
const header = `home,date,${Array.from({ length: 24 }, (_, i) => `i${i}`).join(',')}`;
const day = (home: string, date: string) => `${home},${date},${Array(24).fill('100').join(',')}`;
const load = new Blob([
  [header, ...['a', 'b'].flatMap((h) => [day(h, '2026-11-16'), day(h, '2026-11-17')])].join('\n'),
]);
const world = {
  files: {
    'none.json': rules(),
    'friendly.json': friendly,
    'homes.csv': 'home,medical,opening_kwh\na,no,1\nb,yes,1\n',
    'top.csv': 'home,at,kwh\na,2026-11-17T00:00+02:00,5\n',
  },
  blobs: { 'load.csv': load },
};
const args = ['protection', 'replay', 'load.csv', '--homes', 'homes.csv', '--top-ups', 'top.csv'];
const zone = ['--zone', 'Africa/Johannesburg'];

test('a replay lists who would have been cut, when, how long, and who is called instead', async () => {
  const answer = await prewatt([...args, ...zone, '--rules', 'friendly.json'], world);
  assert.equal(answer.exitCode, 0, answer.errors);
  assert.match(
    answer.out,
    /^a: off from 2026-11-16 20:00 until 2026-11-17 00:00, 4\.0 h, 0\.4 kWh missed$/m,
  );
  assert.match(answer.out, /^b \(medical\): call at 2026-11-16 10:00, medical$/m);
  assert.match(answer.out, /^rules: 1 of 2 homes cut, 1 cut, 4 h off, 0\.4 kWh missed$/m);
});

test('two rule sets are compared', async () => {
  const always = rules({
    friendlyHours: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }],
  });
  const answer = await prewatt(
    [...args, ...zone, '--rules', 'always.json', '--now', 'none.json', '--json'],
    { ...world, files: { ...world.files, 'always.json': always } },
  );
  const { comparison, summary } = answer.json();
  assert.deepEqual(comparison.noLongerCut, ['a']);
  assert.deepEqual(comparison.newlyCut, []);
  assert.deepEqual([comparison.now.homesCut, summary.homesCut], [1, 0]);
});

test('homes without a known credit are counted, not guessed', async () => {
  const answer = await prewatt(['protection', 'replay', 'load.csv', '--rules', 'none.json'], world);
  assert.match(answer.out, /left out: 2 homes/);
});

test('check prints the whole document, or each fault by its path', async () => {
  const good = await prewatt(['protection', 'check', 'none.json', '--json'], world);
  assert.deepEqual(good.json().softLanding, []);
  const files = { 'bad.json': rules({ holidays: ['2026-13-01'], extra: 1 }), 'no.json': '{' };
  const bad = await prewatt(['protection', 'check', 'bad.json'], { files });
  assert.equal(bad.exitCode, 1);
  assert.match(bad.errors, /extra: unknown.*; holidays\.0: write a date/);
  assert.equal((await prewatt(['protection', 'check', 'no.json'], { files })).exitCode, 1);
});

test('check says the week, and the hole that the border of a day opens', async () => {
  const friendlyHours = [
    { weekdays: [1, 2, 3, 4, 5], from: '18:00', to: '08:00' },
    { weekdays: [6, 7], from: '00:00', to: '24:00' },
  ];
  const said = await prewatt(['protection', 'check', 'hole.json'], {
    files: { 'hole.json': rules({ friendlyHours }) },
  });
  assert.match(
    said.out,
    /The week:\n {2}In a week a cut is allowed: Monday 00:00 to 18:00; Tuesday/,
  );
  assert.match(said.out, /Look at Monday: a cut is allowed from 00:00, on other days from 08:00\./);
});

test('faults of the files are named by file and line', async () => {
  const cases: [string, string, RegExp][] = [
    ['homes.csv', 'home,medical\na,maybe\n', /homes\.csv: line 2: vulnerable and medical/],
    ['homes.csv', 'home,ill\n', /homes\.csv: line 1: "ill" is none of/],
    ['homes.csv', 'home\na\na\n', /line 3: home a stands twice/],
    ['homes.csv', 'home,opening_kwh\na,-1\n', /"-1" is no energy/],
    ['homes.csv', 'home,converted\na,soon\n', /"soon" is no time/],
    ['top.csv', 'home,at\n', /top\.csv: line 1: there is no "kwh"/],
    ['top.csv', 'home,at,kwh\na,2026-11-17 10:00,x\n', /line 2: "x" is no energy/],
  ];
  for (const [name, text, expected] of cases) {
    const files = { ...world.files, [name]: text };
    const answer = await prewatt([...args, '--rules', 'none.json'], { ...world, files });
    assert.equal(answer.exitCode, 1);
    assert.match(answer.errors, expected);
  }
});

test('wrong use says what to write', async () => {
  for (const wrong of [
    ['replay'],
    ['check'],
    ['other'],
    ['replay', 'x', '--rules', 'y', '--zone', 'z'],
  ]) {
    const answer = await prewatt(['protection', ...wrong]);
    assert.equal(answer.exitCode, 2);
  }
});

test('a replay without a file of load is of the server that the environment names', async () => {
  const line = ['protection', 'replay', '--rules', 'none.json'];
  const bare = await prewatt(line, world);
  assert.equal(bare.exitCode, 2);
  assert.match(bare.errors, /files of load or --server URL/);
  const environment = { PREWATT_SERVER: 'http://far.example' };
  const named = await prewatt(line, { ...world, environment });
  assert.match(named.errors, /far\.example/);
});

test('times with an offset come to the zone, others stay', () => {
  const noon = Date.UTC(2026, 10, 17, 12);
  assert.equal(wallClockMs('2026-11-17T12:00', 'Africa/Johannesburg'), noon);
  assert.equal(wallClockMs('2026-11-17 12:00', 'Africa/Johannesburg'), noon);
  assert.equal(wallClockMs('2026-11-17T10:00Z', 'Africa/Johannesburg'), noon);
  assert.equal(wallClockMs('2026-11-17', 'Africa/Johannesburg'), Date.UTC(2026, 10, 17));
});
