import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CommandContext } from '../command.ts';
import { tariffGroup } from './group.ts';

const demo = readFileSync(
  new URL('../../../../packages/tariff/documents/demo.json', import.meta.url),
  'utf8',
);

/** Runs a command line against files in memory, on 24 November 2026 at noon. */
async function run(args: string[], files: Record<string, string> = {}) {
  let [out, errors] = ['', ''];
  const all: Record<string, string> = { 'demo.json': demo, ...files };
  const context: CommandContext = {
    print: (text) => {
      out += text;
    },
    printError: (text) => {
      errors += text;
    },
    readFile: (path) => {
      const text = Object.hasOwn(all, path) ? all[path] : undefined;
      if (text === undefined) throw new Error(`no file ${path}`);
      return text;
    },
    readStandardInput: () => '',
    replaceFile: () => assert.fail('no file is replaced'),
    writeSecretFile: () => assert.fail('nothing is written'),
    environment: {},
    nowMs: () => Date.UTC(2026, 10, 24, 10),
    randomNibble: () => 0,
    openFile: () => assert.fail('no file is sent'),
    listFolder: () => assert.fail('no folder is read'),
    write: () => assert.fail('nothing is written'),
    fetch: async () => assert.fail('an offline command'),
    sleep: async () => {},
    ask: async () => null,
  };
  const exitCode = await tariffGroup(args, context);
  return { exitCode, out, errors };
}

test('check passes a document whose examples hold, with one line for each file', async () => {
  const result = await run(['check', 'demo.json']);
  assert.deepEqual(result, { exitCode: 0, out: 'demo.json: 3 passed, 0 failed\n', errors: '' });
});

test('a missed example is shown line by line', async () => {
  const document = JSON.parse(demo);
  const examples = [{ id: 'a', wantedKwh: '100', expect: { cost: '1' } }];
  const text = JSON.stringify({ ...document, examples });
  const result = await run(['check', 'a.json'], { 'a.json': text });
  assert.equal(result.exitCode, 1);
  assert.match(result.out, /a\.json: a: cost: got [\d.]+, expected 1 .*\n/);
  assert.match(result.out, /a\.json: a: comes to 100 kWh: energy \d+\.\d\d, [a-z]+ \d+\.\d\d/);
});

test('a file that begins with a byte order mark is read, one in UTF-16 or empty says so', async () => {
  const files = { 'bom.json': `\uFEFF${demo}`, 'wide.json': '{\0"\0i\0', 'empty.json': ' \n' };
  const result = await run(['check', ...Object.keys(files)], files);
  assert.match(result.out, /bom\.json: 3 passed, 0 failed/);
  assert.match(result.out, /wide\.json: the file is not UTF-8 text: save it as UTF-8/);
  assert.match(result.out, /empty\.json: the file is empty/);
  assert.equal(result.exitCode, 1);
});

test('check says when nothing proves a document, and what a miss by a factor of 100 may be', async () => {
  const bare: unknown = { ...JSON.parse(demo), examples: [] };
  const none = await run(['check', 'bare.json'], { 'bare.json': JSON.stringify(bare) });
  assert.equal(none.exitCode, 0);
  assert.match(none.out, /^bare\.json: no worked examples: nothing proves it\n/);
  const wrong = {
    ...JSON.parse(demo),
    levies: [{ code: 'vat', label: 'VAT', percent: '0.15', of: ['energy'] }],
  };
  const examples = [{ id: 'a', wantedKwh: '100', expect: { parts: { vat: '29.25' } } }];
  const text = JSON.stringify({ ...wrong, examples });
  const missed = await run(['check', 'w.json'], { 'w.json': text });
  assert.match(missed.out, /factor of 100/);
});

test('what stands twice in a file is told, and a folder is no file', async () => {
  const twice = demo.replace('"currency"', '"zone": "UTC", "zone": "UTC", "currency"');
  const result = await run(['check', 'd.json'], { 'd.json': twice });
  assert.equal(result.exitCode, 1);
  assert.match(result.out, /^d\.json: zone: stands twice: leave one out$/m);
  const cli = fileURLToPath(new URL('../main.ts', import.meta.url));
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [cli, 'tariff', 'check', folder], {
    encoding: 'utf8',
  });
  assert.equal(status, 1);
  assert.match(stdout, /is a folder: name a file/);
});

test('check prints each miss and fails, and goes on to the next file', async () => {
  const wrong = demo.replace('"770.50"', '"771.50"');
  const result = await run(['check', 'wrong.json', 'demo.json'], { 'wrong.json': wrong });
  assert.equal(result.exitCode, 1);
  assert.deepEqual(result.out.trimEnd().split('\n'), [
    'wrong.json: cost-of-300-kwh: cost: got 770.5, expected 771.5 (tolerance 0.005)',
    'wrong.json: cost-of-300-kwh: comes to 300 kWh: energy 645.00, service 25.00, vat 100.50',
    'wrong.json: 2 passed, 1 failed',
    'demo.json: 3 passed, 0 failed',
  ]);
});

test('an example outside the gate is reported and not counted', async () => {
  const open = demo
    .replace('"770.50"', '"771.50"')
    .replace('"wantedKwh": "300",', '"wantedKwh": "300", "gate": false,');
  const result = await run(['check', 'open.json'], { 'open.json': open });
  assert.equal(result.exitCode, 0);
  assert.match(result.out, /open\.json: cost-of-300-kwh: cost: got 770\.5.*\(not counted\)/);
  assert.match(result.out, /open\.json: 2 passed, 0 failed/);
});

test('a file that is missing, no JSON or no tariff has no example that was run', async () => {
  const files = { 'text.json': 'hello', 'bad.json': demo.replace('"2.2500"', '2.25') };
  const result = await run(['check', 'none.json', 'text.json', 'bad.json'], files);
  assert.equal(result.exitCode, 1);
  assert.match(result.out, /none\.json: the file cannot be read/);
  assert.match(result.out, /text\.json: the file is not JSON/);
  assert.match(result.out, /bad\.json: energy\.schedules\[0\]\.blocks\[1\]\.rate: write a decimal/);
  assert.equal(result.out.match(/: 1 error; no example was run/g)?.length, 3);
  const twice = demo.replaceAll('"rate":', '"rates":');
  const many = await run(['check', 'many.json'], { 'many.json': twice });
  assert.match(many.out, /^many\.json: [2-9] errors; no example was run$/m);
});

test('a quote of a faulty document names its fields, and no option', async () => {
  const parameters = '"parameters": { "a": { "label": "A", "kind": "number" } }, "energy"';
  const files = { 'x.json': demo.replace('"energy"', parameters) };
  const { errors } = await run(['quote', 'x.json', '--paid', '100'], files);
  assert.match(errors, /x\.json is no tariff document\n {2}parameters\.a\.kind: this field/);
});

test('check gives the same as JSON', async () => {
  const { out } = await run(['check', 'demo.json', '--json']);
  const files = [{ file: 'demo.json', errors: 0, passed: 3, failed: 0, misses: [], notes: [] }];
  assert.deepEqual(JSON.parse(out), { files });
});

test('quote shows every line of a purchase, and the position that follows it can be given back', async () => {
  const { out } = await run(['quote', 'demo.json', '--paid', '200']);
  assert.match(out, /^79\.500 kWh for ZAR 200\.00 on 2026-11-24$/m);
  assert.match(out, /^ZAR {2}25\.00 {2}Service charge/m);
  assert.match(out, /^ZAR {3}0\.04 {2}stays prepaid/m);
  const json = JSON.parse((await run(['quote', 'demo.json', '--paid', '200', '--json'])).out);
  assert.equal(json.energyWh, '79500');
  const files = { 'position.json': JSON.stringify(json.positionAfter) };
  const next = await run(
    ['quote', 'demo.json', '--paid', '50', '--position', 'position.json'],
    files,
  );
  assert.match(next.out, /^19\.300 kWh for ZAR 50\.00/m);
  assert.doesNotMatch(next.out, /Service charge/);
});

test('quote finds the cost of a wanted energy, with the month so far and a debt', async () => {
  const line = ['quote', 'demo.json', '--kwh', '30', '--month-to-date', '40', '--debt', '500:25'];
  assert.match((await run(line)).out, /^30\.000 kWh for ZAR 94\.30/m);
});

test('what stays prepaid is said by quote and explain, and nothing where all of it is used', async () => {
  const whole = await run(['quote', 'demo.json', '--kwh', '30']);
  assert.doesNotMatch(whole.out, /stays prepaid/);
  const { out } = await run(['explain', 'demo.json', '--paid', '100']);
  assert.match(out, /^ZAR 0\.09 stays prepaid for the next purchase\.$/m);
});

test('explain compares a purchase with the one before it', async () => {
  const dates = ['--last-date', '2026-10-30', '--date', '2026-11-02'];
  const paid = ['--last-paid', '100', '--paid', '100', '--new-debt', '8885:80', '--debt-cap', '80'];
  const { out } = await run(['explain', 'demo.json', ...paid, ...dates]);
  assert.match(
    out,
    /^Last time 37\.5 kWh, now 1\.0 kWh, because ZAR 69\.35 went to debt, last time/,
  );
  assert.match(out, /Service charge, charged per month: ZAR 25\.00/);
});

test('quote prices the period that the utility has announced', async () => {
  const periods = [
    { code: 'high', label: 'High price', announced: true },
    { code: 'normal', label: 'Normal price' },
  ];
  const blocks = [{ uptoKwh: null, rates: { high: '6.00', normal: '2.00' } }];
  const document = {
    ...JSON.parse(demo),
    ...{ periods, charges: [], levies: [], examples: [] },
    energy: { schedules: [{ code: 'one', blocks }] },
  };
  const files = { 'hours.json': JSON.stringify(document) };
  const quoted = (more: string[]) => run(['quote', 'hours.json', '--paid', '60', ...more], files);
  assert.match((await quoted([])).out, /^30\.000 kWh for ZAR 60\.00/m);
  assert.match((await quoted(['--period', 'high'])).out, /^10\.000 kWh for ZAR 60\.00/m);
  const unknown = await quoted(['--period', 'low']);
  assert.equal(unknown.exitCode, 2);
  assert.match(unknown.errors, /--period low: it is one of high, normal/);
});

test('a refusal says what to do and exits 1; wrong usage exits 2', async () => {
  const small = await run(['quote', 'demo.json', '--paid', '0.01']);
  assert.equal(small.exitCode, 1);
  assert.match(small.errors, /the least that does is ZAR 0\.19/);
  const early = await run(['quote', 'demo.json', '--paid', '10', '--date', '2019-01-01']);
  assert.match(early.errors, /in force from 2020-07-01/);
  assert.equal((await run(['quote', 'demo.json'])).exitCode, 2);
  assert.equal((await run(['quote', 'demo.json', '--paid', '1,5'])).exitCode, 2);
  assert.equal((await run(['check'])).exitCode, 2);
  assert.equal((await run(['mint'])).exitCode, 2);
});

test('the command line checks a committed document as a process', () => {
  const root = fileURLToPath(new URL('../../../../', import.meta.url));
  const document = 'packages/tariff/documents/ug-umeme-2021q1.json';
  const main = 'apps/cli/src/main.ts';
  const done = spawnSync(process.execPath, [main, 'tariff', 'check', document], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /^packages\/.*ug-umeme-2021q1\.json: [1-9]\d* passed, 0 failed\n$/);
});

test('an amount or a choice that cannot be read is answered with what to write', async () => {
  const quote = async (...args: string[]) => (await run(['quote', 'demo.json', ...args])).errors;
  assert.match(await quote('--paid', 'abc'), /--paid abc: write digits with a point/);
  assert.match(await quote('--paid', '-5'), /--paid -5: the amount must be above zero/);
  assert.match(await quote('--paid', '0'), /--paid 0: the amount must be above zero/);
  assert.match(await quote('--kwh', '-3'), /--kwh -3: the energy must be above zero/);
  assert.match(await quote('--paid', '--json'), /^prewatt: --paid: write a value after it$/m);
  assert.match(await quote('--paid'), /^prewatt: --paid: write a value after it$/m);
  assert.match(await quote('--paid', '1.005'), /--paid 1\.005: ZAR has 2 decimals/);
  assert.match(await quote('--kwh', 'abc'), /--kwh abc: write kWh/);
  const document = {
    ...JSON.parse(demo),
    parameters: { class: { label: 'Class', choices: ['general', 'poor'], value: 'general' } },
  };
  const files = { 'x.json': JSON.stringify(document) };
  const refused = await run(
    ['quote', 'x.json', '--paid', '100', '--parameter', 'class=rich'],
    files,
  );
  assert.match(refused.errors, /--parameter class=general\|poor \(Class\)/);
  const mistyped = ['quote', 'x.json', '--paid', '100', '--parameter', 'clas=poor'];
  assert.match((await run(mistyped, files)).errors, /clas: the tariff has no .* it has class/);
  assert.match(await quote('--paid', '100', '--parameter', 'a=1'), /a: .*; it has none/);
  assert.match(await quote('--paid', '100', '--parameter', 'a=1,a=2'), /each name once/);
});
