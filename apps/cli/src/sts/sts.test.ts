// The `prewatt sts` commands as a person or a program uses them: through run(), with every effect
// handed in.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { meter, prewatt, vendingKey, withKey } from './testing.ts';

describe('prewatt sts issue', () => {
  it('prints the token in five groups and every field, energy in kWh and units', async () => {
    const { exitCode, out } = await prewatt(
      ['sts', 'issue', '--kwh', '0.1', '--at', '2014-03-01T13:00Z', ...meter],
      withKey,
    );
    assert.equal(exitCode, 0);
    assert.match(out, /token: +7063 0503 4700 2872 6114\n/);
    assert.match(out, /amount: +0\.1 kWh \(1 units\)\n/);
    assert.match(out, /TID: +85740 \(2014-03-01 13:00 UTC by base date 14\)\n/);
    assert.match(out, /random: +5\n/);
    assert.match(out, /check \(CRC\): +3188, right\n/);
  });

  it('gives programs JSON, amounts as decimal strings', async () => {
    const { json } = await prewatt(
      ['sts', 'issue', '--units', '1', '--tid', '85740', '--rnd', '5', '--json', ...meter],
      withKey,
    );
    const { token, fields } = json();
    assert.equal(token, '70630503470028726114');
    assert.equal(fields.units, '1');
    assert.equal(fields.tid, 85_740);
    assert.equal(fields.issuedAt, '2014-03-01T13:00:00.000Z');
  });

  it('takes the clock when no time is given, and goes on after the last TID', async () => {
    const now = await prewatt(['sts', 'issue', '--kwh', '1', '--json', ...meter], withKey);
    assert.equal(now.json().fields.tid, 6_613_080);
    const later = await prewatt(
      ['sts', 'issue', '--kwh', '1', '--last-tid', '6613080', '--json', ...meter],
      withKey,
    );
    assert.equal(later.json().fields.tid, 6_613_081);
  });

  it('makes every other kind of token', async () => {
    for (const [options, pattern] of [
      [['--currency', '1'], /1\.00004 of the currency/],
      [['--currency=-1'], /-0\.99994 of the currency/],
      [['--kwh', '5', '--commodity', 'water'], /5\.0 m3 \(50 units\)/],
      [['--function', 'setMaximumPowerLimit', '--watts', '5000'], /limit: +5000 W/],
      [['--function', 'setPhaseUnbalanceLimit', '--watts', '50'], /limit: +50 W/],
      [['--function', 'clearCredit', '--register', 'electricity'], /register: +electricity/],
      [['--function', 'clearCredit', '--register', 'all'], /register: +all/],
      [['--function', 'clearTamper'], /clear tamper condition/],
      [['--function', 'setTariffRate', '--value', '9'], /rate: +9/],
      [['--function', 'setWaterFactor', '--value', '9'], /factor: +9/],
      [['--function', 'extendedSet', '--index', '63', '--value', '1'], /flag: +0 set/],
      [['--function', 'extendedSet', '--index', '1', '--value', '2'], /index: +1\nvalue: +2/],
    ] as const) {
      const { exitCode, out } = await prewatt(['sts', 'issue', ...options, ...meter], withKey);
      assert.equal(exitCode, 0, options.join(' '));
      assert.match(out, pattern);
    }
  });

  it('makes test tokens without a key', async () => {
    const all = await prewatt(['sts', 'issue', '--test', 'all']);
    assert.match(all.out, /5649 3153 7254 5031 3471/);
    const one = await prewatt(['sts', 'issue', '--test', '1']);
    assert.match(one.out, /0000 0000 0001 5099 7584/);
    const four = await prewatt(['sts', 'issue', '--test', 'all', '--control-bits', '28']);
    assert.match(four.out, /0230 5843 0050 5295 1967/);
    const maker = await prewatt([
      'sts',
      'issue',
      '--test',
      '1,3',
      '--manufacturer',
      '84',
      '--json',
    ]);
    assert.deepEqual(maker.json().fields.tests, [1, 3]);
    assert.equal(maker.json().fields.manufacturerCode, 84);
  });

  it('refuses with a code and words', async () => {
    for (const [options, exit, code] of [
      [['--kwh', '1820162.5'], 1, 'amountTooLarge'],
      [['--kwh', 'x'], 2, 'kwh'],
      [['--kwh=-1'], 2, 'kwh'],
      [['--currency', 'x'], 2, 'currency'],
      [['--units', 'x'], 2, 'units'],
      [['--function', 'setMaximumPowerLimit'], 2, 'watts'],
      [['--function', 'setMaximumPowerLimit', '--watts', 'x'], 2, 'watts'],
      [['--kwh', '1', '--key-expiry', '10'], 1, 'keyExpired'],
      [['--kwh', '1', '--key-expiry', '256'], 2, 'keyExpiry'],
      [['--kwh', '1', '--rnd', '16'], 2, 'rnd'],
      [['--kwh', '1', '--at', 'noon'], 2, 'instantInvalid'],
      [['--kwh', '1', '--at', '2013-01-01'], 1, 'beforeBaseDate'],
      [['--kwh', '1', '--at', '2046-01-01'], 1, 'afterBaseDate'],
      [['--kwh', '1', '--tid', 'x'], 2, 'tid'],
      [['--kwh', '1', '--tid', '16777216'], 2, 'tid'],
      [['--kwh', '1', '--last-tid', 'x'], 2, 'tidRange'],
      [['--kwh', '1', '--last-tid', ''], 2, 'tidRange'],
      [['--kwh', '1', '--base-date', '15'], 2, 'baseDate'],
      [['--kwh', '1', '--commodity', 'steam'], 2, 'commodity'],
      [['--function', 'clearCredit', '--register', 'steam'], 2, 'register'],
      [['--function', 'setTariffRate'], 2, 'value'],
      [['--function', 'setTariffRate', '--value', '65536'], 2, 'field16'],
      [['--function', 'extendedSet', '--index', '64', '--value', '1'], 2, 'extendedIndex'],
      [['--function', 'extendedSet', '--index', '1', '--value', '1024'], 2, 'extendedValue'],
    ] as const) {
      const args = ['sts', 'issue', ...options, ...meter, '--json'];
      const { exitCode, json } = await prewatt(args, withKey);
      assert.equal(exitCode, exit, options.join(' '));
      assert.equal(json().error.code, code);
      assert.ok(json().error.message.length > 8);
    }
    for (const [options, code] of [
      [['--test', '37'], 'test'],
      [['--test', '29', '--control-bits', '28'], 'test'],
      [['--test', '1', '--manufacturer', '100'], 'manufacturerCode'],
      [['--test', '1', '--control-bits', '30'], 'controlBits'],
    ] as const) {
      const { exitCode, json } = await prewatt(['sts', 'issue', ...options, '--json']);
      assert.equal(exitCode, 2);
      assert.equal(json().error.code, code);
    }
    for (const options of [[], ['--function', 'fly']]) {
      assert.equal((await prewatt(['sts', 'issue', ...options, ...meter], withKey)).exitCode, 2);
    }
    assert.equal((await prewatt(['sts', 'issue', '--kwh', '1'])).exitCode, 2);
  });
});

describe('prewatt sts read', () => {
  it('names the fields of a typed token', async () => {
    const { out } = await prewatt(
      ['sts', 'read', '7063', '0503-4700', '2872', '6114', ...meter],
      withKey,
    );
    assert.match(out, /kind: +credit\n/);
    assert.match(out, /amount: +0\.1 kWh/);
  });

  it('takes the decoder key itself, from a file or the environment', async () => {
    const args = ['sts', 'read', '70630503470028726114', '--decoder-key-file', 'key.txt'];
    const file = await prewatt(args, { files: { 'key.txt': '87f3ecbb 2e46b48f\n' } });
    assert.match(file.out, /0\.1 kWh/);
    const environment = { PREWATT_DECODER_KEY: '87F3ECBB2E46B48F' };
    assert.match((await prewatt(args.slice(0, 3), { environment })).out, /0\.1 kWh/);
  });

  it('says whether and why a token is old', async () => {
    const args = ['sts', 'read', '70630503470028726114', ...meter, '--oldest-tid'];
    const old = await prewatt([...args, '90000'], withKey);
    assert.match(
      old.out,
      /old: +yes, 4260 minutes too old: the meter's oldest stored TID is 90000 \(2014-03-04/,
    );
    const fresh = await prewatt([...args, '85740', '--json'], withKey);
    assert.equal(fresh.json().isOld, false);
    assert.equal((await prewatt([...args, 'x'], withKey)).exitCode, 2);
  });

  it('shows no part of a key that a key-change token carries', async () => {
    const args = ['sts', 'read', '0651 0894 1414 5301 8386', ...meter];
    const { out } = await prewatt(args, withKey);
    assert.match(out, /part of the key: +\[secret\]/);
    assert.match(out, /key type: +2/);
    assert.doesNotMatch(
      `${out}${(await prewatt([...args, '--json'], withKey)).out}`,
      /7F78CDD2|2138623442/i,
    );
  });

  it('helps with mistakes', async () => {
    const short = await prewatt(['sts', 'read', '7063 0503 4700 2872 611']);
    assert.equal(short.exitCode, 1);
    assert.match(short.errors, /20 digits\nIt has 19: 1 missing\./);
    assert.match(
      (await prewatt(['sts', 'read', '7063 0503 4700 2872 61144'])).errors,
      /1 too many/,
    );
    assert.match(
      (await prewatt(['sts', 'read', '70630503470028726114'])).errors,
      /needed to read it\nGive --/,
    );
    const wrong = await prewatt(['sts', 'read', '70630503470028726115', ...meter], withKey);
    assert.match(wrong.errors, /a digit is wrong, or the token is for another meter/);
    assert.equal((await prewatt(['sts', 'read'])).exitCode, 2);
  });
});

describe('prewatt sts key', () => {
  it('writes the decoder key to a new file and prints no digit of it', async () => {
    const args = ['sts', 'key', '--vending-key-file', '-', ...meter, '--out', 'out.key'];
    const made = await prewatt(args, { input: vendingKey });
    assert.deepEqual(made.written, { 'out.key': '87F3ECBB2E46B48F\n' });
    assert.doesNotMatch(made.out, /87F3/);
    assert.match(made.out, /decoder key: +\[secret\], written to out\.key/);
    const again = await prewatt(args, { input: vendingKey, files: { 'out.key': '' } });
    assert.equal(again.exitCode, 1);
    assert.match(again.errors, /cannot create out\.key/);
  });

  it('prints it only when asked', async () => {
    const plain = await prewatt(['sts', 'key', ...meter, '--json'], withKey);
    assert.equal(plain.json().decoderKey, '[secret]');
    const shown = await prewatt(
      ['sts', 'key', ...meter, '--ea', '11', '--reveal', '--json'],
      withKey,
    );
    assert.equal(shown.json().decoderKey, '929BD3A415C9420A05EC5EE9F3CE91C3');
  });

  it('chooses the algorithm by the key’s length', async () => {
    for (const [key, dkga] of [
      ['ABABABABABABABAB', 'dkga02'],
      ['ABABABABABABABAB9494949494949494', 'dkga03'],
      [vendingKey, 'dkga04'],
    ] as const) {
      const environment = { PREWATT_VENDING_KEY: key };
      assert.equal(
        (await prewatt(['sts', 'key', ...meter, '--json'], { environment })).json().dkga,
        dkga,
      );
    }
  });

  it('refuses in words that repeat no key', async () => {
    const des = 'ABABABABABABABAB';
    const cases: [string[], string, 1 | 2, string][] = [
      [['--ea', '09'], vendingKey, 1, 'ea09Refused'],
      [['--ea', '7'], vendingKey, 2, 'algorithmUnknown'],
      [['--ea', '11'], des, 2, 'algorithmPair'],
      [['--dkga', '02'], vendingKey, 1, 'vendingKeyLength'],
      [['--krn', '0'], vendingKey, 2, 'keyRevision'],
      [['--kt', 'x'], vendingKey, 2, 'keyType'],
      [['--ti', '1'], vendingKey, 2, 'tariffIndex'],
      [['--base-date', '15'], vendingKey, 2, 'baseDate'],
      [['--dkga', '01'], des, 1, 'dkga01Unverified'],
      [['--dkga', '01', '--accept-unverified'], des, 1, 'dkga01NotForMeter'],
      [[], 'ABABABABABABABAA', 1, 'keyParity'],
      [[], 'ABAB', 1, 'keyLength'],
      [[], 'ABABABABABABABA', 1, 'keyDigits'],
      [[], 'no key at all', 1, 'keyDigits'],
    ];
    for (const [options, key, exit, code] of cases) {
      const environment = { PREWATT_VENDING_KEY: key };
      const { exitCode, out, json } = await prewatt(
        ['sts', 'key', ...meter, ...options, '--json'],
        { environment },
      );
      assert.equal(exitCode, exit, code);
      assert.equal(json().error.code, code);
      assert.doesNotMatch(out, /ABAB|no key at all/);
    }
    const missing = await prewatt(['sts', 'key', '--vending-key-file', 'nowhere', ...meter]);
    assert.match(missing.errors, /cannot read nowhere/);
    assert.equal((await prewatt(['sts', 'key', ...meter])).exitCode, 2);
    assert.equal(
      (await prewatt(['sts', 'key', '--pan', '600727000000000009'], withKey)).exitCode,
      2,
    );
    assert.equal((await prewatt(['sts', 'key', '--sgc', '201457'], withKey)).exitCode, 2);
  });
});

describe('prewatt sts key-change', () => {
  it('makes the set of the official suite', async () => {
    const args = ['sts', 'key-change', ...meter, '--new-ti', '02'];
    const { out } = await prewatt(args, withKey);
    assert.match(out, /token 1: +0651 0894 1414 5301 8386/);
    assert.match(out, /tariff index: +01 to 02/);
    const { json } = await prewatt([...args, '--tokens', '3', '--json'], withKey);
    assert.equal(json().tokens.length, 3);
  });

  it('makes a roll-over set for a new base date, and four tokens for EA11', async () => {
    const { json } = await prewatt(
      ['sts', 'key-change', ...meter, '--ea', '11', '--new-base-date', '35', '--json'],
      withKey,
    );
    assert.equal(json().rollover, true);
    assert.equal(json().tokens.length, 4);
  });

  it('takes another vending key for the new side', async () => {
    const files = { new: 'ABABABABABABABAB949494949494949401234568' };
    const same = await prewatt(['sts', 'key-change', ...meter, '--json'], withKey);
    const args = ['sts', 'key-change', ...meter, '--new-vending-key-file', 'new', '--json'];
    const other = await prewatt(args, { ...withKey, files });
    assert.notDeepEqual(other.json().tokens, same.json().tokens);
  });

  it('refuses what the meter would refuse', async () => {
    for (const [options, code] of [
      [['--new-kt', '0'], 'keyTypeChange'],
      [['--tokens', '4'], 'tokenCount'],
      [['--new-key-expiry', '256'], 'keyExpiry'],
      [['--new-krn', '10'], 'keyRevision'],
    ] as const) {
      const { json } = await prewatt(
        ['sts', 'key-change', ...meter, ...options, '--json'],
        withKey,
      );
      assert.equal(json().error.code, code);
    }
    assert.equal((await prewatt(['sts', 'key-change', ...meter])).exitCode, 2);
  });
});

describe('prewatt sts pan', () => {
  it('takes a MeterPAN, a DRN, or a DRN without its check digit', async () => {
    for (const number of ['600727000000000009', '00000000000', '0000000000', '0000-0000-000']) {
      const { json } = await prewatt(['sts', 'pan', number, '--json']);
      assert.equal(json().meterPan, '600727000000000009');
    }
    const { out } = await prewatt(['sts', 'pan', '000001000000000082']);
    assert.match(out, /IIN: +0000\nDRN: +0100000000008\nmanufacturer: +0100\ncheck digits: +right/);
  });

  it('names the pair of digits whose exchange mends the number', async () => {
    const { exitCode, errors } = await prewatt(['sts', 'pan', '13245678903']);
    assert.equal(exitCode, 1);
    assert.match(errors, /ends in 3, but its check digit would be \d/);
    assert.match(errors, /Exchanging digits 2 and 3 \("32"\)/);
    const pan = await prewatt(['sts', 'pan', '600727000000000090']);
    assert.match(pan.errors, /digits? /);
  });

  it('says when no exchange mends it, and what else is wrong', async () => {
    const drn = await prewatt(['sts', 'pan', '00000000001']);
    assert.match(drn.errors, /check digit would be 0\. (Exchanging|No exchange)/);
    const pan = await prewatt(['sts', 'pan', '600727000000000008']);
    assert.match(pan.errors, /check digit would be 9/);
    assert.match((await prewatt(['sts', 'pan', '123'])).errors, /has 3 digits: a DRN has 11 or 13/);
    assert.match((await prewatt(['sts', 'pan', '1234567890x'])).errors, /no digit/);
    assert.match(
      (await prewatt(['sts', 'pan', '700727000000000009'])).errors,
      /neither 600727 nor 0000/,
    );
    assert.equal((await prewatt(['sts', 'pan'])).exitCode, 2);
  });
});

describe('prewatt sts check', () => {
  const good = {
    id: 'a',
    algorithm: 'CRC',
    inputs: { bytes7: '00004A2D900FF2' },
    expected: { crc: '0FFA' },
  };
  const file = (...vectors: unknown[]) => JSON.stringify({ format: 'sts-vectors-1', vectors });

  it('counts what passed and what failed, file by file', async () => {
    const files = {
      'a.json': file(good, { ...good, id: 'a2' }),
      'b.json': file(good, { ...good, id: 'b', expected: { crc: '0FFB' } }),
    };
    const { exitCode, out } = await prewatt(['sts', 'check', 'a.json', 'b.json'], { files });
    assert.equal(exitCode, 1);
    assert.equal(
      out,
      'a.json: 2 passed, 0 failed\nb.json: 1 passed, 1 failed\n  b (CRC) crc: expected 0FFB, actual 0FFA\n',
    );
    const passing = await prewatt(['sts', 'check', 'a.json', '--json'], { files });
    assert.equal(passing.exitCode, 0);
    assert.deepEqual(passing.json(), [{ file: 'a.json', passed: 2, failures: [] }]);
  });

  it('fails for an unknown algorithm, another format, no JSON and no file', async () => {
    const files = { a: file({ id: 'x', algorithm: 'EA99' }), b: '{}', c: 'x' };
    for (const [name, pattern] of [
      ['a', /a: 0 passed, 1 failed\n {2}x \(EA99\): unknown algorithm "EA99"/],
      ['b', /b: 0 passed, 1 failed\n {2}the file not in the format/],
      ['c', /c: 0 passed, 1 failed\n {2}the file is not JSON/],
      ['d', /d: 0 passed, 1 failed\n {2}the file cannot be read/],
    ] as const) {
      const { exitCode, out } = await prewatt(['sts', 'check', name], { files });
      assert.equal(exitCode, 1);
      assert.match(out, pattern);
    }
    assert.equal((await prewatt(['sts', 'check'])).exitCode, 2);
  });
});

describe('the command line', () => {
  it('lists groups, commands and options on request', async () => {
    assert.match((await prewatt(['--help'])).out, /prewatt sts/);
    assert.match((await prewatt(['sts', '--help'])).out, /key-change/);
    for (const name of ['issue', 'read', 'key', 'key-change', 'pan', 'check']) {
      const { exitCode, out } = await prewatt(['sts', name, '--help']);
      assert.equal(exitCode, 0);
      assert.match(out, new RegExp(`prewatt sts ${name}`));
    }
  });

  it('answers wrong usage with exit code 2 and a way on', async () => {
    for (const args of [
      [],
      ['fly'],
      ['sts'],
      ['sts', 'fly'],
      ['sts', 'pan', '--fly'],
      ['toString'],
    ]) {
      const { exitCode } = await prewatt(args);
      assert.equal(exitCode, 2, args.join(' '));
    }
    assert.match(
      (await prewatt(['sts', 'fly'])).errors,
      /no command "sts fly"\nTry: prewatt sts --help/,
    );
    assert.match((await prewatt(['sts', 'pan', '--fly'])).errors, /Unknown option '--fly'/);
  });

  it('takes no key as an option', async () => {
    for (const option of ['--key', '--vending-key', '--decoder-key']) {
      assert.equal(
        (await prewatt(['sts', 'issue', '--kwh', '1', option, vendingKey, ...meter])).exitCode,
        2,
      );
    }
  });
});
