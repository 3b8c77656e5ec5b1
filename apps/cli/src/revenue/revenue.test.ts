import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { simulateAreas, simulateLoads } from '@prewatt/revenue-protection';
import { prewatt } from '../sts/testing.ts';

const perDay = 48;
const columns = (count: number) =>
  Array.from({ length: count }, (_, i) => `i${String(i).padStart(2, '0')}`).join(',');
const dateOf = (day: number) => new Date(Date.UTC(2026, 0, 5 + day)).toISOString().slice(0, 10);
const cells = (wh: Int32Array) => [...wh].map((one) => (one < 0 ? '' : one)).join(',');
const daysOf = (wh: Int32Array) =>
  Array.from({ length: wh.length / perDay }, (_, day) => ({
    date: dateOf(day),
    row: wh.subarray(day * perDay, (day + 1) * perDay),
  }));

/** Two scenarios of made-up homes, written as the folder has it; loads in quarter-hours. */
function folderOf(o: { readonly labels?: boolean } = {}) {
  const loads = simulateLoads({ count: 36, days: 35, perDay, seed: 8, dailyWh: 12_000 });
  const plain = new Map(loads.map(({ homeId, wh }) => [homeId, wh]));
  const members = ['scenario,feeder,home'];
  const labels = [
    'scenario,feeder,home,theft,kind,start_date,params,true_kwh,reported_kwh,stolen_kwh',
    'd1,f,,1,unmetered_hook,2026-01-09,,9,0,9',
  ];
  const altered = [`scenario,home,date,${columns(perDay)}`];
  const feeders = [`scenario,feeder,date,${columns(perDay)}`];
  for (const name of ['d1', 'd2']) {
    const made = simulateAreas(loads, {
      name,
      seed: name === 'd1' ? 1 : 2,
      perDay,
      homesPerArea: 18,
      thiefShare: 0.15,
      honestChangeShare: 0.3,
      hookShare: 0,
    });
    for (const { areaId, homes, feederWh } of made.areas) {
      for (const { date, row } of daysOf(feederWh ?? new Int32Array(0))) {
        feeders.push(`${name},${areaId},${date},${cells(row)}`);
      }
      for (const { homeId, energyWh } of homes) {
        members.push(`${name},${areaId},${homeId}`);
        const own = daysOf(plain.get(homeId) ?? new Int32Array(0));
        daysOf(energyWh).forEach(({ date, row }, day) => {
          const text = cells(row);
          if (text !== cells(own[day]?.row ?? row))
            altered.push(`${name},${homeId},${date},${text}`);
        });
      }
    }
    for (const { areaId, homeId, isTheft, kind, stolenWh } of made.labels) {
      const params = '"{""alpha"":0.5,""days"":3}"';
      const kwh = `9,9,${stolenWh / 1000}`;
      labels.push(`${name},${areaId},${homeId},${isTheft ? 1 : 0},${kind},,${params},${kwh}`);
    }
  }
  const load = [`home,date,${columns(96)}`];
  for (const { homeId, wh } of loads) {
    for (const { date, row } of daysOf(wh)) {
      const quarters = [...row].flatMap((one) => [one >> 1, one - (one >> 1)]);
      load.push(`${homeId},${date},${quarters.join(',')}`);
    }
  }
  const zipped = (lines: readonly string[]) => new Blob([gzipSync(`${lines.join('\n')}\n`)]);
  const text = (lines: readonly string[]) => new Blob([`${lines.join('\n')}\n`]);
  return {
    'data/theft/x_members.csv': text(members),
    'data/theft/x_altered_30min.csv.gz': zipped(altered),
    'data/theft/x_feeders_30min.csv.gz': zipped(feeders),
    'data/theft/../loads/zz_15min_x.csv.gz': zipped(load),
    ...(o.labels === false ? {} : { 'data/theft/x_labels.csv': text(labels) }),
  };
}

const blobs = folderOf();

test('eval ranks homes that the shipped model has not seen, and prints one JSON object', async () => {
  const { exitCode, json, errors } = await prewatt(['revenue', 'eval', 'data/theft', '--json'], {
    blobs,
  });
  assert.equal(exitCode, 0, errors);
  const figures = json();
  assert.deepEqual(
    [figures.ranking, figures.homesSeenInTraining, figures.homes],
    ['shipped', 0, 72],
  );
  assert.ok(figures.averagePrecision > 0.7 && figures.auc > 0.9);
  assert.deepEqual(
    figures.atCapacity.map(({ percent }: { percent: number }) => percent),
    [1, 3, 5, 10],
  );
  assert.equal(figures.byScenario.length, 2);
  assert.ok(figures.held.homes > figures.held.thefts);
});

test('eval in words; refit scores each home by a model that saw neither home nor scenario', async () => {
  const { out, exitCode } = await prewatt(
    ['revenue', 'eval', 'data/theft/', '--model', 'refit', '--unseen-kinds'],
    { blobs },
  );
  assert.equal(exitCode, 0);
  assert.match(out, /saw neither its scenario nor the home/);
  assert.match(out, /72 homes, \d+ thefts: average precision 0\.\d{3}, AUC 0\.\d{3}/);
  assert.match(out, /honest homes visited efficiency \d+ of \d+/);
  assert.match(out, /kinds that the model never met/);
});

test('a model that train prints fits, and eval of its own homes refits instead', async () => {
  const { exitCode, json } = await prewatt(['revenue', 'train', 'data/theft', '--json'], { blobs });
  assert.equal(exitCode, 0);
  const model = json();
  assert.equal(model.trainedOn.length, 36);
  assert.ok(model.trees.length > 50 && model.theftShare > 0.05);
});

test('rank needs no labels: visits with reasons, and a score of every home', async () => {
  const unlabelled = folderOf({ labels: false });
  const words = await prewatt(['revenue', 'rank', 'data/theft', '--visits', '10'], {
    blobs: unlabelled,
  });
  assert.match(words.out, /d1: \d+ visits, .* held as honest/);
  assert.match(words.out, /\n {3}1\. home-8-\d+ on d1-\d: \d+ % likely, \d+ kWh a month/);
  const { json } = await prewatt(['revenue', 'rank', 'data/theft', '--json'], {
    blobs: unlabelled,
  });
  const [first] = json().scenarios;
  assert.equal(first.scores.length, 36);
  assert.equal(first.visits[0].reasons.length, 3);
  const refused = await prewatt(['revenue', 'eval', 'data/theft'], { blobs: unlabelled });
  assert.equal(refused.exitCode, 1);
  assert.match(refused.errors, /has no labels: "revenue rank"/);
});

test('balance shows the parts of each feeder', async () => {
  const { out, json } = await prewatt(['revenue', 'balance', 'data/theft'], { blobs });
  assert.match(out, /d1-1: .*\n {2}in \d+ kWh, metered \d+ kWh, .*\n {2}unexplained -?\d+ kWh/);
  assert.throws(json);
});

test('a folder that cannot be read says which file and row', async () => {
  const { 'data/theft/x_altered_30min.csv.gz': _, ...rest } = blobs;
  const wrong = (name: string, text: string) => ({
    ...rest,
    [`data/theft/${name}`]: new Blob([text]),
  });
  const header = `scenario,home,date,${columns(48)}\n`;
  const cases: [Record<string, Blob>, RegExp][] = [
    [{}, /data\/theft: cannot be read as a folder/],
    [{ 'data/theft/other.csv': new Blob(['a']) }, /no file that ends with members\.csv/],
    [wrong('x_members.csv', 'scenario,feeder,home\nd1,f\n'), /row 2 names no home/],
    [wrong('x_altered_30min.csv', `${header}d1,h,2026-01-05,x`), /row 2 holds what is no number/],
    [
      wrong('x_altered_30min.csv', `${header}d1,h,2026-01-05,${'1,'.repeat(48)}1`),
      /row 2 has 52 cells, the first row names 51/,
    ],
    [wrong('x_altered_30min.csv', `${header}d1,h,5.1.2026,1`), /date "5\.1\.2026"; write it 2026/],
    [wrong('x_altered_30min.csv', `${header}d1,h,2026-01-05,1`), /none of the altered days is of/],
    [
      wrong('x_altered_30min.csv', 'scenario,home,date,i00,i01\nd1,h,2026-01-05,1,2'),
      /the files have 2, 48, 96 columns of intervals/,
    ],
    [wrong('x_altered_30min.csv', 'a,b\n1,2'), /names no column home and no date; it has a, b/],
    [wrong('x_feeders_30min.csv', header), /x_feeders_30min\.csv.* are of one kind; leave one/],
    [wrong('x_labels.csv', 'home,theft\nh,perhaps\n'), /row 2 has theft "perhaps"; write 1 or 0/],
    [wrong('x_members.csv', 'home,feeder\nh,f\nh,g\n'), /row 3 puts h on g; a row before has it/],
    [{ 'data/theft/members.csv': new Blob(['feeder,home\nf,h\n']) }, /hold no days of readings/],
    [
      { 'data/theft/members.csv': new Blob([new Uint8Array([0x1f, 0x8b, 1, 2, 3])]) },
      /members\.csv: is no text and no whole gzip file/,
    ],
  ];
  for (const [files, expected] of cases) {
    const { exitCode, errors } = await prewatt(['revenue', 'eval', 'data/theft'], { blobs: files });
    assert.equal(exitCode, 1, errors);
    assert.match(errors, expected);
  }
});

test('other columns, order, separator, ends of lines and quarter-hours change no figure', async () => {
  const table = async (blob: Blob) => {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const text = bytes[0] === 0x1f ? gunzipSync(bytes).toString() : new TextDecoder().decode(bytes);
    return text.trim().split('\n');
  };
  const unlike = (line: string, i: number) =>
    `${i === 0 ? 'remark' : ''},${line}`.replaceAll('"', '').split(',').join(';');
  const files: Record<string, Blob> = {};
  for (const [name, blob] of Object.entries(blobs)) {
    if (name.endsWith('labels.csv')) {
      // Its first home has no label any more.
      const lines = await table(blob);
      files[name] = new Blob([`\uFEFF${[...lines.slice(0, 2), ...lines.slice(3)].join('\r\n')}`]);
    } else if (name.includes('feeders')) {
      const [first = '', ...rest] = await table(blob);
      const halved = rest.map((line) => {
        const [scenario, feeder, date, ...wh] = line.split(',');
        const parts = wh.flatMap((one) => (one === '' ? ['', 'NA'] : ['0', one]));
        return [scenario, feeder, `${date} 00:00`, ...parts].join(',');
      });
      files[name] = new Blob([[`${first.split(',i')[0]},${columns(96)}`, ...halved].join('\n')]);
    } else {
      files[name] = new Blob([(await table(blob)).map(unlike).join('\r\n')]);
    }
  }
  const balance = async (of: Record<string, Blob>) =>
    (await prewatt(['revenue', 'balance', 'data/theft', '--json'], { blobs: of })).json();
  assert.deepEqual(await balance(files), await balance(blobs));
  const { json } = await prewatt(['revenue', 'eval', 'data/theft', '--json'], { blobs: files });
  assert.deepEqual([json().homes, json().homesWithoutLabel], [71, 1]);
});

test('one home that was never read is named beside the figures, many are refused', async () => {
  const members = await blobs['data/theft/x_members.csv']?.text();
  const files = {
    ...blobs,
    'data/theft/x_members.csv': new Blob([`${members}d1,,home-new\n`]),
  };
  const { json, errors } = await prewatt(['revenue', 'eval', 'data/theft', '--json'], {
    blobs: files,
  });
  assert.match(json().notes[0], /^1 home with readings on less than half of the days$/, errors);
  assert.equal(json().homes, 72);
});

test('homes without their plain load are not taken for silent ones', async () => {
  const { 'data/theft/../loads/zz_15min_x.csv.gz': load, ...rest } = blobs;
  const args = ['revenue', 'rank', 'data/theft', '--json'];
  const refused = await prewatt(args, { blobs: rest });
  assert.equal(refused.exitCode, 1);
  assert.match(refused.out, /\d+ of 36 homes have no plain load: name its file by --loads/);
  const named = { ...rest, 'elsewhere.csv.gz': load };
  const found = await prewatt([...args, '--loads', 'elsewhere.csv.gz'], { blobs: named });
  assert.equal(found.exitCode, 0, found.errors);
});

test('wrong use says what to write', async () => {
  for (const args of [[], ['eval'], ['other', 'x'], ['eval', 'data/theft', '--model', 'best']]) {
    const { exitCode } = await prewatt(['revenue', ...args], { blobs });
    assert.equal(exitCode, 2, args.join(' '));
  }
  const { exitCode } = await prewatt(['revenue', 'rank', 'data/theft', '--visits', '0'], { blobs });
  assert.equal(exitCode, 2);
});
