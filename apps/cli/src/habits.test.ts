// Habits that all commands share: near words, help, errors in JSON, exit codes, completion.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseOptions } from './command.ts';
import { processContext, run } from './main.ts';
import { faultOfForms, withWholeInstants } from './option-forms.ts';
import { replaceFile } from './replace-file.ts';
import { forgetSession, keepSession, sessionOf } from './sessions.ts';

const home = mkdtempSync(join(tmpdir(), 'prewatt-home-'));
after(() => rmSync(home, { recursive: true, force: true }));

async function typed(line: string, environment: Record<string, string> = {}) {
  let [output, errors] = ['', ''];
  const code = await run(line.split(' '), {
    ...processContext,
    environment,
    print: (text) => {
      output += text;
    },
    printError: (text) => {
      errors += text;
    },
    ask: async () => null,
    fetch: async () => assert.fail('nothing is asked over the network'),
  });
  return { code, output, errors };
}

test('a word that is nearly right is named, for groups, commands and options', async () => {
  assert.match((await typed('tarif check x')).errors, /Did you mean "prewatt tariff"\?/);
  assert.match((await typed('tariff chek x')).errors, /Did you mean "prewatt tariff check"\?/);
  const option = await typed('meter revoke 600727000000000009 --raeson x');
  assert.match(option.errors, /Did you mean "--reason"\?/);
  assert.equal(option.code, 2);
});

test('an error is words on standard error, or the one JSON value that was asked for', async () => {
  const lines = ['fly --json', 'meter fly --json', 'meter revoke 600727000000000009 --json'];
  for (const line of lines) {
    const { code, output, errors } = await typed(line);
    assert.deepEqual([code, errors], [2, ''], line);
    assert.equal(JSON.parse(output).error.code, 'usage', line);
    const plain = await typed(line.replace(' --json', ''));
    assert.deepEqual([plain.code, plain.output], [2, ''], line);
  }
  assert.match((await typed(lines[2] ?? '')).output, /--reason is missing/);
});

test('a server that is no address is a wrong line; a server is named by PREWATT_SERVER', async () => {
  assert.equal((await typed('meter identities --server power')).code, 2);
  const named = await typed('meter identities', { PREWATT_SERVER: 'http://power.example' });
  assert.equal(named.code, 2);
  assert.match(named.errors, /power\.example is no address to sign in at/);
});

test('a value that no day, instant or count has is a wrong line, before anything is asked', async () => {
  const meter = '600727000000000009';
  const lines = [
    'sale list --day 2026-13-40',
    'sale list --day yesterday',
    'meter list --limit none',
    `statement ${meter} --from 2026-02-30`,
    'vendor statement V --to 30.11.2026',
    'tariff quote x.json --paid 10 --date 2026-02-30',
    `tariff assign Homes --from 2026-02-30 --meter ${meter} --reason because`,
    'proof clock --from 2026-11-20 --to 2026-11-21T08:00:00Z --reason because',
    `readings edit ${meter} --from now --to now --kwh 1 --reason because`,
    `readings list ${meter} --days 0`,
    `wallet charges ${meter} --limit 0`,
    'integration replay e --from 2026-11-20T08:00:00 --to 2026-11-20T09:00:00Z',
  ];
  for (const line of lines) {
    const plain = await typed(line);
    assert.deepEqual([plain.code, plain.output], [2, ''], line);
    assert.match(plain.errors, /^prewatt: (--(day|limit|from|to|date|days) is|startsAt: )/, line);
    const asJson = await typed(`${line} --json`);
    assert.deepEqual([asJson.code, asJson.errors], [2, ''], line);
    assert.equal(typeof JSON.parse(asJson.output).error.message, 'string', line);
  }
});

test('an instant may be without seconds and in any zone; the server gets it whole, in UTC', () => {
  const command = { options: { until: 'text', day: 'text' }, forms: { until: 'instant' } } as const;
  const sent = (until: string): string | undefined => {
    const options = parseOptions(['--until', until, '--day', '2026-12-24'], command.options);
    if (typeof options === 'string') throw new Error(options);
    assert.equal(faultOfForms(command, options), null);
    assert.equal(withWholeInstants(command, options).text('day'), '2026-12-24');
    return withWholeInstants(command, options).text('until');
  };
  assert.equal(sent('2026-12-24T23:00Z'), '2026-12-24T23:00:00.000Z');
  assert.equal(sent('2026-12-24T23:00+03:00'), '2026-12-24T20:00:00.000Z');
  assert.equal(sent('2026-12-24T23:00:00.123456Z'), '2026-12-24T23:00:00.123456Z');
});

test('a file that is not there is one error, in words or in JSON', async () => {
  const plain = await typed('revenue rank /nowhere/at/all');
  assert.equal(plain.code, 1);
  assert.equal(plain.output, '');
  const asJson = await typed('revenue rank /nowhere/at/all --json');
  assert.deepEqual([asJson.code, asJson.errors], [1, '']);
  assert.equal(typeof JSON.parse(asJson.output).error.code, 'string');
});

test('a file that a line names and that is not there ends each command with 1, never 2', async () => {
  const meter = '600727000000000009';
  const reason = '--reason because_it_must_be';
  const lines = [
    `light lamps ${meter} --file no.csv`,
    `light programme ${meter} night --file no.json`,
    `light lamp ${meter} P17 --group Main --watts 60 --secret-file no.key`,
    `campaign start --name second --from 123456:1 --to 123456:2 --meters no.txt ${reason}`,
    'key component key_0198f3c2-7a10-7c3e-9b52-3f6d1c9e8a41 --file no.txt',
    `grant free --csv no.csv ${reason}`,
    `tariff assign Homes --from 2026-12-01 --list no.csv ${reason}`,
    `tariff change no.json --name Homes ${reason}`,
    'protection check no.json',
    `protection propose --rules no.json ${reason}`,
    'print no.escpos --printer 192.0.2.1',
    'forecast eval no.csv',
    'verify audit --keys no.txt',
  ];
  for (const line of lines) {
    const plain = await typed(line);
    assert.deepEqual([plain.code, plain.output], [1, ''], line);
    assert.match(plain.errors, /^prewatt: (cannot read )?no\.\w+: there is no such file/, line);
    const asJson = await typed(`${line} --json`);
    assert.deepEqual([asJson.code, asJson.errors], [1, ''], line);
    assert.match(JSON.parse(asJson.output).error.message, /there is no such file/, line);
  }
});

test('a file whose content does not fit ends each command with 1, and the file is named', async () => {
  const file = join(home, 'no-such-thing.txt');
  writeFileSync(file, 'short\n12,\n');
  const meter = '600727000000000009';
  const reason = '--reason because_it_must_be';
  const owner = { OWNER_URL: 'postgres://owner@127.0.0.1:1/none' };
  const demo = join(import.meta.dirname, '../../../packages/tariff/documents/demo.json');
  const lines = [
    `grant free --csv ${file} ${reason}`,
    `tariff assign Homes --from 2026-12-01 --list ${file} ${reason}`,
    `tariff quote ${demo} --paid 10 --position ${file}`,
    `key component key_0198f3c2-7a10-7c3e-9b52-3f6d1c9e8a41 --file ${file}`,
    `light programme ${meter} night --file ${file}`,
    `light lamp ${meter} P17 --group Main --watts 60 --endpoint p17 --secret-file ${file}`,
    `utility create Town --zone UTC --currency KES --least 1 --most 2 --rules ${file}`,
    `operator add a@power.example --utility T --name A --role administrator --password-file ${file}`,
  ];
  for (const line of lines) {
    const plain = await typed(line, owner);
    assert.deepEqual([plain.code, plain.output], [1, ''], line);
    assert.ok(plain.errors.startsWith(`prewatt: ${file}: `), `${line}: ${plain.errors}`);
    const asJson = await typed(`${line} --json`, owner);
    assert.deepEqual([asJson.code, asJson.errors], [1, ''], line);
    assert.equal(JSON.parse(asJson.output).error.code, 'file', line);
  }
});

test('a word too many is a wrong line; a folder given as a file says so', async () => {
  const few = ['tariff list', 'rails notifications', 'rails notification n1', 'messages check f'];
  for (const line of few) {
    const { code, output, errors } = await typed(`${line} extra`);
    assert.deepEqual([code, output], [2, ''], line);
    assert.match(errors, /^prewatt: /, line);
  }
  const folder = await typed(`forecast eval ${home}`);
  assert.deepEqual([folder.code, folder.output], [1, '']);
  assert.match(folder.errors, /it is a folder: name a file/);
  const printed = await typed(`print ${home} --printer 192.0.2.1`);
  assert.deepEqual([printed.code, printed.output], [1, '']);
  assert.match((await typed('forecast eval /nowhere.csv')).errors, /there is no such file/);
});

test('a certificate of an authority that is not known here is named as the cause', async () => {
  const saysOf = async (code: string) => {
    let errors = '';
    const ended = await run(['meter', 'identities', '--server', 'https://power.example'], {
      ...processContext,
      environment: { PREWATT_OPERATOR_EMAIL: 'a@power.example', PREWATT_OPERATOR_PASSWORD: 'x' },
      print: () => undefined,
      printError: (text) => {
        errors += text;
      },
      fetch: async () => {
        throw Object.assign(new TypeError('fetch failed'), { cause: { code } });
      },
    });
    assert.equal(ended, 1);
    return errors;
  };
  assert.match(await saysOf('DEPTH_ZERO_SELF_SIGNED_CERT'), /set NODE_EXTRA_CA_CERTS to the file/);
  assert.match(await saysOf('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), /NODE_EXTRA_CA_CERTS/);
  assert.match(await saysOf('ECONNREFUSED'), /Check --server, and that the server runs/);
});

test('-v is the version, help goes before a command as well as behind it', async () => {
  assert.match((await typed('-v')).output, /^\d+\.\d+\.\d+\n$/);
  const [before, behind] = [await typed('help meter pair'), await typed('meter pair --help')];
  assert.equal(before.output, behind.output);
  assert.match(before.output, /--secret-file/);
});

test('a shell completes groups and their commands', async () => {
  const bash = (await typed('completion bash')).output;
  assert.match(bash, /^ {4}meter\) words=".*\bidentities\b/m);
  assert.match(bash, /^ {4}meter\) words=".*\brevoke\b/m);
  assert.match(bash, /words="[^"]*\bdoctor\b[^"]*"/);
  assert.match((await typed('completion fish')).output, /-a "check .*"/);
  assert.equal((await typed('completion tcsh')).code, 2);
});

test('a session is kept for its server alone, for its owner alone', () => {
  const context = { ...processContext, environment: { HOME: home } };
  assert.equal(sessionOf(context, 'https://power.example'), null);
  assert.ok(keepSession(context, 'https://power.example/', { 'prewatt.session': 'x' }));
  assert.deepEqual(sessionOf(context, 'https://power.example'), { 'prewatt.session': 'x' });
  assert.equal(sessionOf(context, 'https://other.example'), null);
  const file = join(home, '.config', 'prewatt', 'sessions.json');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  forgetSession(context, 'https://power.example');
  assert.equal(sessionOf(context, 'https://power.example'), null);
  assert.ok(!keepSession({ ...context, environment: {} }, 'https://power.example', {}));
});

test('a file is replaced whole, and keeps its mode unless another is given', () => {
  const file = join(home, 'list.pem');
  replaceFile(file, 'one', {});
  assert.equal(statSync(file).mode & 0o777, 0o644);
  replaceFile(file, 'two', { mode: 0o640 });
  replaceFile(file, 'three', {});
  assert.deepEqual([readFileSync(file, 'utf8'), statSync(file).mode & 0o777], ['three', 0o640]);
  assert.throws(() => replaceFile(file, 'four', { owner: 'nobody-here' }), RangeError);
  assert.equal(readFileSync(file, 'utf8'), 'three');
  assert.deepEqual(
    readdirSync(home).filter((name) => name.endsWith('.new')),
    [],
  );
});

test('nobody to sign in as names the server that was meant', async () => {
  const { code, errors } = await typed('meter list', { PREWATT_SERVER: 'https://power.example' });
  assert.equal(code, 1);
  assert.match(errors, /^prewatt: no operator to sign in as at https:\/\/power\.example\n/);
});

test('where no database listens nobody refuses anything: the address is named', async () => {
  const environment = { OWNER_URL: 'postgres://owner@127.0.0.1:1/none' };
  for (const line of ['utility list', 'database migrate', 'citus distribute', 'restore check']) {
    const { code, errors } = await typed(line, environment);
    assert.equal(code, 1, line);
    assert.match(errors, /^prewatt: no database answers: connect ECONNREFUSED 127\.0\.0\.1:1\n/);
    assert.match(errors, /Check that PostgreSQL runs, and host and port of OWNER_URL\./);
  }
});

test('an OWNER_URL that is no address is a wrong line, not a fault of ours', async () => {
  for (const line of ['utility list', 'database migrate', 'citus distribute', 'restore check']) {
    const { code, output, errors } = await typed(line, { OWNER_URL: 'prewatt-db' });
    assert.deepEqual([code, output], [2, ''], line);
    assert.match(errors, /OWNER_URL is no address like postgres:/, line);
  }
});
