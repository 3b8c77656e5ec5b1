import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { createFindings, createReader, instantOfIssue, tidOfIssue } from './findings.ts';
import { checkVectors } from './vectors.ts';

const folder = new URL('../../test/vectors/', import.meta.url);

type Json = Record<string, unknown>;

function firstOf(file: string, algorithm: string): Json {
  const { vectors } = JSON.parse(readFileSync(new URL(`sts-${file}.json`, folder), 'utf8'));
  const found = vectors.find((one: Json) => one['algorithm'] === algorithm);
  assert.ok(found);
  return found;
}

/** What the checker finds in one vector, as `what: expected / actual`. */
function findingsOf(vector: unknown): string[] {
  const report = checkVectors({ format: 'sts-vectors-1', vectors: [vector] });
  assert.ok(typeof report !== 'string');
  return report.failures.flatMap(({ findings }) =>
    findings.map(({ what, expected, actual }) => `${what}: ${expected} / ${actual}`),
  );
}

const withInputs = (vector: Json, changes: Json): Json => ({
  ...vector,
  inputs: { ...(vector['inputs'] as Json), ...changes },
});

describe('findings', () => {
  it('compare only what a vector states, by value', () => {
    const findings = createFindings();
    findings.expect('a', undefined, 1);
    findings.expect('b', '5', 5n);
    findings.expect('c', { x: 1 }, { x: 1 });
    assert.deepEqual(findings.list, []);
    findings.expect('d', { x: 1 }, { x: 2 });
    findings.expect('e', null, 0);
    findings.unusable('f', undefined);
    assert.deepEqual(findings.list, [
      { what: 'd', expected: '{"x":1}', actual: '{"x":2}' },
      { what: 'e', expected: 'null', actual: '0' },
      { what: 'f', expected: 'a usable value', actual: 'undefined' },
    ]);
  });

  it('read typed values and note what they cannot use', () => {
    const good = {
      text: 'x',
      integer: 7,
      digits: '007',
      big: '-123456789012345678901234567890',
      small: 12,
      bytes: '0aFF',
      hex: 'FFFFFFFFF',
    };
    const findings = createFindings();
    const reader = createReader(good, findings);
    assert.equal(reader.text('text'), 'x');
    assert.equal(reader.integer('integer'), 7);
    assert.equal(reader.integer('digits'), 7);
    assert.equal(reader.bigint('big'), -123456789012345678901234567890n);
    assert.equal(reader.bigint('small'), 12n);
    assert.deepEqual(reader.bytes('bytes'), Uint8Array.of(10, 255));
    assert.equal(reader.hexNumber('hex'), 0xf_ffff_ffff);
    assert.equal(reader.has('text'), true);
    assert.equal(createReader({ a: null }, findings).has('a'), false);
    assert.equal(reader.has('other'), false);
    assert.deepEqual(findings.list, []);
  });

  it('go on with a harmless value after an unusable one', () => {
    const bad = {
      text: 5,
      integer: 1.5,
      digits: '1x',
      big: '1.5',
      bytes: 'abc',
      empty: '',
      hex: 'x',
    };
    const findings = createFindings();
    const reader = createReader(bad, findings);
    assert.equal(reader.text('text'), '');
    assert.equal(reader.integer('integer'), 0);
    assert.equal(reader.integer('digits'), 0);
    assert.equal(reader.bigint('big'), 0n);
    assert.equal(reader.bigint('text'), 5n);
    assert.deepEqual(reader.bytes('bytes'), new Uint8Array(8));
    assert.deepEqual(reader.bytes('empty'), new Uint8Array(8));
    assert.equal(reader.hexNumber('hex'), 0);
    assert.deepEqual(
      findings.list.map(({ what }) => what),
      ['text', 'integer', 'digits', 'big', 'bytes', 'empty', 'hex'],
    );
    for (const [name, text] of [
      ['hex', '12345678901234'],
      ['hex', ' 1'],
      ['hex', '1 '],
      ['big', '1'.repeat(61)],
      ['big', ' 1'],
      ['big', '1 '],
      ['integer', ' 1'],
      ['integer', '1 '],
    ] as const) {
      const one = createFindings();
      const odd = createReader({ [name]: text }, one);
      if (name === 'hex') odd.hexNumber(name);
      else if (name === 'big') odd.bigint(name);
      else odd.integer(name);
      assert.equal(one.list.length, 1, text);
    }
    for (const value of [null, [], 5, 'x']) {
      assert.deepEqual(createReader(value, createFindings()).raw, {});
    }
  });

  it('read an issue time in UTC, with a space or a T', () => {
    const reader = (text: unknown) =>
      createReader({ issue_utc: text, base_date: '14' }, createFindings());
    for (const text of ['2014-03-01 13:05', '2014-03-01T13:05']) {
      assert.equal(instantOfIssue(reader(text)), Date.UTC(2014, 2, 1, 13, 5));
      assert.equal(tidOfIssue(reader(text)), 85_745);
    }
    assert.equal(tidOfIssue(reader('2013-03-01 13:05')), 'beforeBaseDate');
    for (const text of ['x2014-03-01 13:05', '2014-03-01 13:05x', '2014-03-01', 5]) {
      assert.equal(instantOfIssue(reader(text)), null);
      assert.equal(tidOfIssue(reader(text)), 'issue_utc');
    }
  });
});

describe('a vector that cannot be computed', () => {
  it('shows no key that it could not use', () => {
    const key = firstOf('dkga04', 'DKGA04');
    const [unusable, ...rest] = findingsOf(withInputs(key, { vending_key: 'ABAB secret' }));
    assert.equal(unusable, 'vending_key: a usable value / not hexadecimal bytes');
    assert.doesNotMatch(rest.join(), /ABAB/);
    const block = withInputs(firstOf('ea07-block', 'EA07'), { key: 'ABAB' });
    assert.deepEqual(findingsOf(block), [
      'inputs: a usable value / a key or block of another length',
    ]);
  });

  it('says why a token was not issued', () => {
    const credit = firstOf('token-credit', 'token-credit');
    const token = credit['token'];
    assert.deepEqual(findingsOf(withInputs(credit, { units_0_1: 18_201_625 })), [
      `issuing the token: ${token} / refused: amountTooLarge`,
    ]);
    assert.deepEqual(findingsOf(withInputs(credit, { ken: 0 })), [
      `issuing the token: ${token} / refused: keyExpired`,
    ]);
    assert.deepEqual(findingsOf(withInputs(credit, { rnd: 16 })), [
      `issuing the token: ${token} / refused: rnd`,
    ]);
    assert.deepEqual(findingsOf(withInputs(credit, { sgc: '1' })), [
      'decoder_key: a decoder key / refused: supplyGroupCode',
    ]);
    assert.deepEqual(findingsOf(withInputs(credit, { vending_key: '0101' })), [
      'decoder_key: a decoder key / refused: keyLength',
    ]);
    const class1 = firstOf('token-class1', 'token-class1');
    assert.deepEqual(findingsOf(withInputs(class1, { mfr_code: '10000' })), [
      `issuing the token: ${class1['token']} / refused: manufacturerCode`,
    ]);
  });

  it('says which key or set differs without showing a key', () => {
    const set = firstOf('key-change', 'key-change-set');
    for (const name of ['old_decoder_key', 'new_decoder_key']) {
      const [finding] = findingsOf({ ...set, [name]: '0'.repeat(16) });
      assert.equal(finding, `${name}: the stated key / another key (not shown)`);
    }
    const [one, ...others] = set['tokens'] as Json[];
    const tokens = [{ ...one, block64_plain: '0123456789ABCDEF' }, ...others];
    assert.deepEqual(findingsOf({ ...set, tokens }), [
      'block64_plain: the stated block / another block (not shown)',
    ]);
    assert.deepEqual(findingsOf(withInputs(set, { number_of_tokens: 5 })), [
      'issuing the set: tokens / refused: tokenCount',
    ]);
    const missing = findingsOf({ ...set, tokens: [] });
    assert.deepEqual(missing, ['number of tokens: 0 / 2']);
    const meter = firstOf('meter-acceptance', 'meter-acceptance');
    const odd = { ...meter, meter: { ...(meter['meter'] as Json), decoder_key: 'AB' } };
    assert.deepEqual(findingsOf(odd), ['meter.decoder_key: a usable value / keyLength']);
    const noPan = { ...meter, meter: { ...(meter['meter'] as Json), pan: '1' } };
    assert.deepEqual(findingsOf(noPan), ['meter: a usable value / panLength']);
    assert.deepEqual(findingsOf({ ...meter, steps: [] }), ['steps: a usable value / []']);
    assert.deepEqual(findingsOf({ ...meter, steps: 5 }), ['steps: a usable value / 5']);
  });

  it('says what a meter did instead, step by step', () => {
    const meter = firstOf('meter-acceptance', 'meter-acceptance');
    const [first] = meter['steps'] as Json[];
    const steps = (changes: Json) => ({ ...meter, steps: [{ ...first, ...changes }] });
    const findings = findingsOf(steps({ result: 'UsedError', credit_units_0_1: 7, new_kt: 3 }));
    assert.deepEqual(findings, [
      'step 1 result: UsedError / Accept',
      'step 1 credit_units_0_1: 7 / 100',
      'step 1 new_kt: 3 / 2',
    ]);
    for (const [changes, name, actual] of [
      [{ new_ti: 'x' }, 'new_ti', '23'],
      [{ new_sgc: 'x' }, 'new_sgc', '407428'],
      [{ new_ken: 'x' }, 'new_ken', '255'],
      [{ new_krn: 'x' }, 'new_krn', '6'],
      [{ credit_units_1e_5: 'x' }, 'credit_units_1e_5', 'no credit'],
    ] as const) {
      assert.deepEqual(findingsOf(steps(changes)), [`step 1 ${name}: x / ${actual}`]);
    }
    assert.deepEqual(findingsOf(steps({ new_decoder_key: 'x' })), [
      'step 1 new_decoder_key: the stated key / another key (not shown)',
    ]);
  });

  it('names every refusal of a meter as the standard does', () => {
    const meter = firstOf('meter-acceptance', 'meter-acceptance');
    const start = meter['meter'] as Json;
    const [first] = meter['steps'] as Json[];
    const run = (token: unknown, changes: Json = {}): string =>
      findingsOf({
        ...meter,
        meter: { ...start, ...changes },
        steps: [{ token, result: '?' }],
      })[0] ?? '';
    assert.equal(run('1'), 'step 1 result: ? / FormatError');
    assert.equal(run('73786976294838206463'), 'step 1 result: ? / FunctionError');
    assert.equal(run('00000000000150997585'), 'step 1 result: ? / CRCError');
    assert.equal(run('00000000000150997584'), 'step 1 result: ? / Accept');
    assert.equal(run('38257468653063185273'), 'step 1 result: ? / MfrCodeError');
    assert.equal(run(first?.['token'], { ken: 0 }), 'step 1 result: ? / KeyExpiredError');
    assert.equal(run(first?.['token'], { kt: 1 }), 'step 1 result: ? / DDTKError');
    const late = { tid_store_initial_fill: 0xff_ffff };
    assert.equal(run(first?.['token'], late), 'step 1 result: ? / OldError');
  });

  it('checks that what must be refused is', () => {
    const negative = firstOf('negative', 'token-negative');
    const key = '87F3ECBB2E46B48F';
    const expected = (reason: string) => ({ ...negative, expected: { result: 'reject', reason } });
    const valid = { token: '70630503470028726114', decoder_key: key };
    assert.deepEqual(findingsOf(withInputs(expected('CRC error'), valid)), [
      'refusal (CRC error): crc / read as credit',
    ]);
    assert.deepEqual(findingsOf(withInputs(expected('class 3'), valid)), [
      'refusal (class 3): classReserved / read as credit',
    ]);
    assert.deepEqual(findingsOf(withInputs(expected('short'), valid)), [
      'refusal (short): a refusal / read as credit',
    ]);
    assert.deepEqual(findingsOf(withInputs(negative, { decoder_key: 'AB' })), [
      'decoder_key: a usable value / keyLength',
    ]);
  });

  it('may state a refusal of an amount or a TID in words of its own', () => {
    const amount = (units: number, expected: Json) => ({
      algorithm: 'amount-units',
      inputs: { units_0_1: units },
      expected,
    });
    assert.deepEqual(findingsOf(amount(18_201_625, { error: 'too large' })), []);
    assert.deepEqual(findingsOf(amount(18_201_625, { result: 'reject' })), []);
    assert.deepEqual(findingsOf(amount(-1, { error: 'negative' })), []);
    assert.deepEqual(findingsOf(amount(18_201_625, { field16: 'FFFF' })), [
      'field16: FFFF / refused: out of range',
    ]);
    assert.deepEqual(findingsOf(amount(1, { error: 'x' })), ['field16: a refusal / 0001']);
    const tid = (issue_utc: string, expected: Json) => ({
      algorithm: 'TID',
      inputs: { issue_utc, base_date: '14' },
      expected,
    });
    assert.deepEqual(findingsOf(tid('2013-01-01 00:00', { error: 'before' })), []);
    assert.deepEqual(findingsOf(tid('2013-01-01 00:00', { tid: 5 })), [
      'tid: 5 / refused: beforeBaseDate',
    ]);
    assert.deepEqual(findingsOf(tid('2014-01-01 00:05', { error: 'x' })), ['tid: a refusal / 5']);
    assert.deepEqual(findingsOf(tid('noon', { tid: 5 })), ['issue_utc: a usable value / noon']);
    const kwh = {
      algorithm: 'amount-decimal-kwh',
      inputs: { kwh: 'x' },
      expected: { units_0_1: 1 },
    };
    assert.deepEqual(findingsOf(kwh), ['kwh: a usable value / x']);
    const currency = {
      algorithm: 'currency-amount',
      inputs: { units_1e_5: '9'.repeat(40) },
      expected: { field16: '0000' },
    };
    assert.deepEqual(findingsOf(currency), ['coding: 0000 / refused: amountTooLarge']);
  });

  it('with a key or block of another length is not computed', () => {
    for (const inputs of [{ key: 'AB' }, { plain: 'AB' }]) {
      const [finding] = findingsOf(withInputs(firstOf('ea07-block', 'EA07'), inputs));
      assert.match(finding ?? '', /^inputs: a usable value/);
    }
    const block = firstOf('ea11-block', 'EA11');
    const [finding] = findingsOf({ ...block, expected: { cipher: 'AB' } });
    assert.match(finding ?? '', /^inputs: a usable value/);
    const key = firstOf('dkga04', 'DKGA04');
    assert.deepEqual(findingsOf(withInputs(key, { vending_key: '0101' })), [
      'decoder_key: a decoder key / refused: keyLength',
    ]);
    const edition1 = firstOf('official-531-1-0', 'official-edition1');
    const { value16: _, tid: __, ...fields } = edition1['fields'] as Json;
    assert.deepEqual(findingsOf({ ...edition1, fields, block64_plain: 'AB' }), [
      `issuing the token: ${edition1['token']} / refused: block64_plain`,
    ]);
  });
});
