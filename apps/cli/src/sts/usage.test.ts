// Wrong usage of the `prewatt sts` commands: contradictory, idle and repeated options, values out of
// range, keys from more than one place. Exit code 2, a named code, and no key repeated.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import manifest from '../../package.json' with { type: 'json' };
import { meter, prewatt, vendingKey, type World, withKey } from './testing.ts';

const decoderKey = '87F3ECBB2E46B48F';
const otherKey = 'ABABABABABABABAB949494949494949401234568';

async function refusalOf(args: string[], world: World = {}) {
  const { exitCode, json } = await prewatt(['sts', ...args, '--json'], world);
  const { code, message } = json().error;
  return { exitCode, code: String(code), message: String(message) };
}

describe('where the key of a command comes from', () => {
  const token = '70630503470028726114';

  it('is the command line before the environment', async () => {
    const files = { vending: vendingKey, decoder: decoderKey };
    const wrongDecoder = { PREWATT_DECODER_KEY: '0101010101010101' };
    const byVending = ['sts', 'read', token, '--vending-key-file', 'vending', ...meter];
    assert.equal((await prewatt(byVending, { files, environment: wrongDecoder })).exitCode, 0);
    const wrongVending = { PREWATT_VENDING_KEY: otherKey };
    const byDecoder = ['sts', 'read', token, '--decoder-key-file', 'decoder'];
    assert.equal((await prewatt(byDecoder, { files, environment: wrongVending })).exitCode, 0);
    const both = { ...wrongDecoder, ...wrongVending };
    assert.equal((await prewatt(byDecoder, { files, environment: both })).exitCode, 0);
    assert.equal((await prewatt(byVending, { files, environment: both })).exitCode, 0);
  });

  it('is one place: two keys are refused', async () => {
    const files = { vending: vendingKey, decoder: decoderKey };
    const two = ['--vending-key-file', 'vending', '--decoder-key-file', 'decoder'];
    const named = await refusalOf(['read', token, ...two, ...meter], { files });
    assert.deepEqual([named.exitCode, named.code], [2, 'contradiction']);
    const environment = { PREWATT_DECODER_KEY: decoderKey, PREWATT_VENDING_KEY: vendingKey };
    const set = await refusalOf(['read', token], { environment });
    assert.deepEqual([set.exitCode, set.code], [2, 'keySource']);
    const empty = { PREWATT_DECODER_KEY: decoderKey, PREWATT_VENDING_KEY: '' };
    assert.equal((await prewatt(['sts', 'read', token], { environment: empty })).exitCode, 0);
  });

  it('of a key change is not mixed between command line and environment', async () => {
    const files = { old: vendingKey };
    const args = ['key-change', '--vending-key-file', 'old', ...meter];
    const environment = { PREWATT_NEW_VENDING_KEY: otherKey };
    const mixed = await refusalOf(args, { files, environment });
    assert.deepEqual([mixed.exitCode, mixed.code], [2, 'keySource']);
    const bothSet = { ...environment, PREWATT_VENDING_KEY: vendingKey };
    const made = await prewatt(['sts', 'key-change', ...meter], { environment: bothSet });
    assert.equal(made.exitCode, 0);
    const input = ['--vending-key-file', '-', '--new-vending-key-file', '-'];
    const twice = await refusalOf(['key-change', ...input, ...meter], { input: vendingKey });
    assert.deepEqual([twice.exitCode, twice.code], [2, 'contradiction']);
  });

  it('a decoder key takes no options of a derivation', async () => {
    const environment = { PREWATT_DECODER_KEY: decoderKey };
    for (const option of [meter, ['--kt', '2'], ['--accept-unverified']]) {
      const refusal = await refusalOf(['issue', '--kwh', '1', ...option], { environment });
      assert.deepEqual([refusal.exitCode, refusal.code], [2, 'idleOption']);
    }
    const dated = ['sts', 'issue', '--kwh', '1', '--base-date', '35', '--at', '2040-01-02'];
    const { out } = await prewatt(dated, { environment });
    assert.match(out, /2040-01-02 00:00 UTC by base date 35/);
    for (const command of ['key', 'key-change']) {
      const args = [command, ...meter, '--decoder-key-file', 'x'];
      assert.deepEqual((await refusalOf(args, withKey)).code, 'usage');
    }
  });

  it('a path that looks like a key is not repeated', async () => {
    for (const key of [vendingKey, decoderKey, decoderKey.repeat(2), `${decoderKey.slice(1)}`]) {
      for (const args of [
        ['read', token, '--decoder-key-file', key],
        ['read', token, '--vending-key-file', key, ...meter],
        ['key', '--vending-key-file', key, ...meter],
        ['key', ...meter, key],
        ['check', key],
        ['pan', key],
        ['pan', '1', key],
        [key],
        ['key', ...meter, '--pan', key],
      ]) {
        for (const form of [args, [...args, '--json']]) {
          const { exitCode, out, errors } = await prewatt(['sts', ...form], withKey);
          assert.ok(exitCode > 0);
          assert.ok(!`${out}${errors}`.includes(key), args.join(' '));
        }
      }
    }
    const out = { files: { [decoderKey]: '' } };
    const taken = await prewatt(['sts', 'key', ...meter, '--out', decoderKey], {
      ...withKey,
      ...out,
    });
    assert.ok(taken.exitCode > 0 && !taken.errors.includes(decoderKey));
    assert.match((await prewatt(['sts', 'check', 'a.json'])).out, /a\.json/);
  });
});

describe('options that contradict each other or have no effect', () => {
  it('are wrong usage of issue', async () => {
    for (const [options, code] of [
      [['--kwh', '1', '--units', '2'], 'contradiction'],
      [['--kwh', '1', '--currency', '2'], 'contradiction'],
      [['--kwh', '1', '--test', '1'], 'contradiction'],
      [['--kwh', '1', '--function', 'clearTamper'], 'contradiction'],
      [['--kwh', '1', '--tid', '5', '--at', '2020-01-01'], 'idleOption'],
      [['--kwh', '1', '--tid', '5', '--last-tid', '4'], 'idleOption'],
      [['--kwh', '1', '--watts', '5'], 'idleOption'],
      [['--kwh', '1', '--manufacturer', '5'], 'idleOption'],
      [['--currency', '1', '--rnd', '5'], 'idleOption'],
      [['--function', 'clearTamper', '--value', '5'], 'idleOption'],
      [['--function', 'setTariffRate', '--value', '5', '--index', '1'], 'idleOption'],
      [['--function', 'clearTamper', '--commodity', 'gas'], 'idleOption'],
      [['--function', 'clearCredit'], 'register'],
      [['--function', 'clearCredit', '--register', '0'], 'register'],
      [['--test', '1', '--rnd', '5'], 'idleOption'],
      [['--test', '1', '--tid', '5'], 'idleOption'],
      [['--test', '1'], 'idleOption'],
      [['--kwh', '1', 'word'], 'extraWords'],
      [['--kwh', '1', '--kwh', '2'], 'repeatedOption'],
      [['--kwh', '1', '--kwh=2'], 'repeatedOption'],
      [['--kwh', '1', '--drn', '00000000018'], 'contradiction'],
      [['--kwh', '1', '--at', '2026-02-30T10:00Z'], 'instantInvalid'],
      [['--kwh', '1', '--at', '2026-02-30'], 'instantInvalid'],
      [['--kwh', '1', '--at', '2026-07-29T24:00Z'], 'instantInvalid'],
      [['--kwh', '1', '--at', '2026-07-29T10:15'], 'instantInvalid'],
    ] as const) {
      const refusal = await refusalOf(['issue', ...options, ...meter], withKey);
      assert.deepEqual([refusal.exitCode, refusal.code], [2, code], options.join(' '));
    }
    const same = ['sts', 'issue', '--kwh', '1', '--drn', '00000000000', ...meter];
    assert.equal((await prewatt(same, withKey)).exitCode, 0);
    const zoned = ['sts', 'issue', '--kwh', '0.1', '--at', '2014-03-01T15:00+02:00', ...meter];
    assert.match((await prewatt(zoned, withKey)).out, /TID: +85740/);
  });

  it('are wrong usage of the other commands', async () => {
    for (const [args, code] of [
      [['key', ...meter, 'word'], 'extraWords'],
      [['key-change', ...meter, 'word'], 'extraWords'],
      [['key-change', ...meter, '--tokens', '5'], 'tokenCount'],
      [['key-change', ...meter, '--new-key-expiry', ''], 'keyExpiry'],
      [['pan', '600727000000000009', 'word'], 'extraWords'],
      [['read', '70630503470028726114', ...meter, '--oldest-tid', '16777216'], 'oldestTid'],
      [['read', '70630503470028726114', ...meter, '--base-date', '15'], 'baseDate'],
      [['key', ...meter, '--pan', '6007270000000000099'], 'repeatedOption'],
      [['key', '--sgc', '201457', '--pan', '60072700000000009'], 'panLength'],
      [['key', '--sgc', '201457', '--drn', '600727000000000009'], 'panLength'],
      [['fly'], 'command'],
      [['pan', '--fly'], 'usage'],
    ] as const) {
      const refusal = await refusalOf([...args], withKey);
      assert.deepEqual([refusal.exitCode, refusal.code], [2, code], args.join(' '));
    }
  });
});

describe('what a meter or a vendor would refuse', () => {
  it('is no token under a default key, but management is', async () => {
    for (const subject of [
      ['--kwh', '1'],
      ['--units', '1'],
      ['--currency', '1'],
    ]) {
      const refusal = await refusalOf(['issue', ...subject, '--kt', '1', ...meter], withKey);
      assert.deepEqual([refusal.exitCode, refusal.code], [1, 'ddtk']);
    }
    const management = ['--function', 'clearTamper', '--kt', '1', ...meter];
    assert.equal((await prewatt(['sts', 'issue', ...management], withKey)).exitCode, 0);
  });

  it('is no set for an expired key or a base date that no roll-over reaches', async () => {
    for (const [options, code] of [
      [['--new-key-expiry', '99'], 'keyExpired'],
      [['--base-date', '93', '--new-base-date', '35'], 'baseDateChange'],
      [['--new-base-date', '93'], 'baseDateChange'],
    ] as const) {
      const refusal = await refusalOf(['key-change', ...meter, ...options], withKey);
      assert.deepEqual([refusal.exitCode, refusal.code], [1, code], options.join(' '));
    }
    for (const options of [
      ['--new-key-expiry', '100'],
      ['--base-date', '93', '--new-base-date', '14'],
      ['--new-base-date', '35', '--new-key-expiry', '0'],
    ]) {
      const made = await prewatt(['sts', 'key-change', ...meter, ...options], withKey);
      assert.equal(made.exitCode, 0, options.join(' '));
    }
  });

  it('names the limit of what was asked', async () => {
    for (const [options, pattern] of [
      [['--kwh', '9999999'], /1820162\.4 kWh/],
      [['--kwh', '9999999', '--commodity', 'water'], /1820162\.4 m3/],
      [['--units', '99999999', '--commodity', 'time'], /1820162\.4 min/],
      [['--function', 'setMaximumPowerLimit', '--watts', '18201625'], /18201624 W$/],
      [['--currency', '9'.repeat(40)], /^one token carries at most [0-9.]+ of the currency$/],
      [['--kwh', '1', '--last-tid', '16777215'], /^--last-tid is the last one/],
    ] as const) {
      const refusal = await refusalOf(['issue', ...options, ...meter], withKey);
      assert.equal(refusal.exitCode, 1);
      assert.match(refusal.message, pattern);
    }
  });
});

describe('answers for programs', () => {
  it('of read say by how many minutes a token is old', async () => {
    const args = ['sts', 'read', '70630503470028726114', ...meter, '--json', '--oldest-tid'];
    const old = (await prewatt([...args, '90000'], withKey)).json();
    assert.deepEqual([old.isOld, old.minutesTooOld], [true, 4260]);
    const fresh = (await prewatt([...args, '5'], withKey)).json();
    assert.deepEqual([fresh.isOld, fresh.minutesTooOld], [false, 0]);
    const section = ['sts', 'read', '06510894141453018386', ...meter, '--oldest-tid', '5'];
    assert.match((await prewatt(section, withKey)).out, /old: +no: .* has no TID/);
  });

  it('of pan give the pair of digits as fields', async () => {
    const { json } = await prewatt(['sts', 'pan', '13245678903', '--json']);
    const { expectedCheckDigit, swaps } = json().error.details;
    assert.match(expectedCheckDigit, /^\d$/);
    assert.deepEqual(swaps[0], { positions: [2, 3], digits: '32' });
  });

  it('of key-change give the digits in groups, and warn of a supply group left behind', async () => {
    const args = ['sts', 'key-change', ...meter, '--new-sgc', '201458'];
    const two = (await prewatt([...args, '--json'], withKey)).json();
    assert.match(two.grouped[0], /^(\d{4} ){4}\d{4}$/);
    assert.equal(two.grouped[0].replaceAll(' ', ''), two.tokens[0]);
    assert.match(two.warnings[0], /carry no supply group/);
    assert.match((await prewatt(args, withKey)).out, /warning: +two tokens carry no supply group/);
    const three = (await prewatt([...args, '--tokens', '3', '--json'], withKey)).json();
    assert.deepEqual(three.warnings, []);
  });
});

describe('help', () => {
  it('is there by -h and --help, and the version by --version', async () => {
    assert.match((await prewatt(['sts', '-h'])).out, /key-change/);
    assert.match((await prewatt(['sts', 'issue', '-h'])).out, /--register R/);
    const version = await prewatt(['sts', '--version']);
    assert.deepEqual([version.exitCode, version.out], [0, `${manifest.version}\n`]);
  });

  it('names every option, function and register', async () => {
    const { out } = await prewatt(['sts', 'issue', '--help']);
    for (const name of [
      ...['kwh', 'units', 'currency', 'commodity', 'function', 'watts', 'register', 'value'],
      ...['index', 'test', 'control-bits', 'manufacturer', 'at', 'tid', 'last-tid', 'rnd'],
      ...['key-expiry', 'decoder-key-file', 'vending-key-file', 'pan', 'drn', 'dkga', 'ea', 'sgc'],
      ...['ti', 'krn', 'kt', 'base-date', 'accept-unverified'],
    ]) {
      assert.match(out, new RegExp(`--${name}\\b`));
    }
    assert.match(out, /clearCredit.*clearTamper/);
    assert.match(out, /electricityCurrency, waterCurrency, gasCurrency or timeCurrency/);
    const change = (await prewatt(['sts', 'key-change', '--help'])).out;
    for (const name of ['sgc', 'ti', 'krn', 'kt', 'dkga', 'base-date', 'key-expiry']) {
      assert.match(change, new RegExp(`--new-${name}\\b`));
    }
    assert.match(change, /PREWATT_NEW_VENDING_KEY/);
  });
});

describe('check', () => {
  it('escapes control characters of a file in its lines', async () => {
    const vector = { id: 'a\u001b[2J\nb\u009b', algorithm: 'EA\r99' };
    const files = { x: JSON.stringify({ format: 'sts-vectors-1', vectors: [vector] }) };
    const { exitCode, out } = await prewatt(['sts', 'check', 'x'], { files });
    assert.equal(exitCode, 1);
    assert.match(out, /a\\x1b\[2J\\x0ab\\x9b \(EA\\x0d99\)/);
    assert.equal(out.split('\n').length, 3);
  });
});
