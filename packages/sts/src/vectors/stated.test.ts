// The vector checker passes nothing over: values stated that nothing computes, vectors without a
// result, inputs that are none, files whose count or ids are wrong.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { checkVectors, type VectorReport } from './vectors.ts';

const folder = new URL('../../test/vectors/', import.meta.url);

type Json = Record<string, unknown>;

function firstOf(file: string, algorithm: string, where: (v: Json) => boolean = () => true): Json {
  const { vectors } = JSON.parse(readFileSync(new URL(`sts-${file}.json`, folder), 'utf8'));
  const found = vectors.find((one: Json) => one['algorithm'] === algorithm && where(one));
  assert.ok(found);
  return found;
}

function reportOf(file: Json): VectorReport {
  const report = checkVectors({ format: 'sts-vectors-1', ...file });
  assert.ok(typeof report !== 'string');
  return report;
}

const textsOf = (report: VectorReport): string[] =>
  report.failures.flatMap(({ findings }) =>
    findings.map(({ what, expected, actual }) => `${what}: ${expected} / ${actual}`),
  );

const findingsOf = (vector: unknown): string[] => textsOf(reportOf({ vectors: [vector] }));

const changed = (vector: Json, part: string, changes: Json): Json => ({
  ...vector,
  [part]: { ...(vector[part] as Json), ...changes },
});

const idle = (what: string): string =>
  `${what}: a value that is computed / stated, but nothing computes it`;

const credit = firstOf('token-credit', 'token-credit');
const set = firstOf('key-change', 'key-change-set');
const meter = firstOf('meter-acceptance', 'meter-acceptance');
const class1 = firstOf('token-class1', 'token-class1');
const management = (subclass: number): Json =>
  firstOf(
    'token-management',
    'token-management',
    (v) => (v['fields'] as Json)['subclass'] === subclass,
  );
const crc = firstOf('crc', 'CRC');

describe('a value that a vector states', () => {
  it('is compared, or is a finding', () => {
    assert.deepEqual(findingsOf({ ...credit, extra: 1 }), [idle('extra')]);
    assert.deepEqual(findingsOf(changed(credit, 'fields', { extra: 1 })), [idle('fields.extra')]);
    assert.deepEqual(findingsOf(changed(credit, 'fields', { s_and_e: 1 })), [
      idle('fields.s_and_e'),
    ]);
    assert.deepEqual(findingsOf(changed(credit, 'expected', { token: '1' })), [
      idle('expected.token'),
    ]);
    assert.deepEqual(findingsOf(changed(crc, 'expected', { extra: 1 })), [idle('expected.extra')]);
    assert.deepEqual(findingsOf({ ...crc, token: '1' }), [idle('token')]);
    const [one, ...others] = set['tokens'] as Json[];
    const tokens = [{ ...one, extra: 1 }, ...others];
    assert.deepEqual(findingsOf({ ...set, tokens }), [idle('tokens.0.extra')]);
    const [step, ...later] = meter['steps'] as Json[];
    const steps = [{ ...step, new_pan: '1' }, ...later];
    assert.deepEqual(findingsOf({ ...meter, steps }), [idle('steps.0.new_pan')]);
    for (const notes of [{ note: 'x' }, { source: 'x' }, { agree: [] }, { disagree: [] }]) {
      assert.deepEqual(findingsOf({ ...credit, ...notes }), []);
    }
  });

  it('is compared where the format gives it a meaning, in either case of hexadecimal', () => {
    for (const name of ['pan_block', 'control_block', 'hmac_message']) {
      const [finding] = findingsOf(changed(credit, 'intermediate', { [name]: 'XX' }));
      assert.match(finding ?? '', new RegExp(`^${name}: XX / `));
    }
    const bits = changed(class1, 'inputs', { control_bits: 5 });
    assert.match(findingsOf(bits).join(), /^inputs\.control_bits: 5 \/ (28|36)$/);
    const named = changed(management(1), 'inputs', { token: 'SetTariffRate' });
    assert.deepEqual(findingsOf(named), ['inputs.token: SetTariffRate / ClearCredit']);
    const lower = (value: unknown): unknown =>
      typeof value === 'string' ? value.toLowerCase() : value;
    const names = ['decoder_key', 'block64_plain', 'block64_out', 'block66', 'crc'];
    const small = Object.fromEntries(names.map((name) => [name, lower(credit[name])]));
    assert.deepEqual(findingsOf({ ...credit, ...small }), []);
    const keys = ['old_decoder_key', 'new_decoder_key'].map((name) => [name, lower(set[name])]);
    assert.deepEqual(findingsOf({ ...set, ...Object.fromEntries(keys) }), []);
    assert.deepEqual(findingsOf(changed(crc, 'expected', { crc: 'xyz' })).length, 1);
  });

  it('is there at all', () => {
    const none = ['result: a stated result / none'];
    const { id, algorithm, inputs, fields } = credit;
    const { cls, subclass, tid } = fields as Json;
    assert.deepEqual(findingsOf({ id, algorithm, inputs, fields: { cls, subclass, tid } }), []);
    for (const vector of [
      { ...crc, expected: {} },
      { ...crc, expected: undefined },
      { ...firstOf('dkga04', 'DKGA04'), decoder_key: undefined, intermediate: undefined },
      { ...firstOf('amount', 'amount-units'), expected: undefined },
      { ...firstOf('currency-amount', 'currency-amount'), expected: undefined },
      { ...firstOf('tid', 'TID'), expected: undefined },
      { ...firstOf('pan-check-digits', 'luhn-pan'), expected: undefined },
    ]) {
      assert.deepEqual(findingsOf(vector), none);
    }
    assert.ok(findingsOf({ ...firstOf('ea07-block', 'EA07'), expected: undefined }).length > 0);
    assert.ok(findingsOf({ ...firstOf('negative', 'token-negative'), expected: {} }).length > 0);
    const steps = [{ token: (meter['steps'] as Json[])[0]?.['token'] }];
    assert.deepEqual(findingsOf({ ...meter, steps }), none);
  });
});

describe('an input that is none', () => {
  it('is a finding', () => {
    for (const base_date of [15, '15', '2014', '', [], 'x']) {
      const [finding] = findingsOf(changed(credit, 'inputs', { base_date }));
      assert.match(finding ?? '', /^base_date: a usable value/, String(base_date));
    }
    const tid = firstOf('tid', 'TID');
    for (const day of ['2014-02-30', '2014-13-01', '2014-00-10', '2023-02-29']) {
      const [finding] = findingsOf(changed(tid, 'inputs', { issue_utc: `${day} 10:00` }));
      assert.match(finding ?? '', /^issue_utc: a usable value/);
    }
    for (const time of ['24:00', '10:60', '25:00']) {
      const [finding] = findingsOf(changed(tid, 'inputs', { issue_utc: `2014-02-03 ${time}` }));
      assert.match(finding ?? '', /^issue_utc: a usable value/);
    }
    const currency = firstOf('currency-amount', 'currency-amount');
    const amount = changed(currency, 'inputs', { units_1e_5: undefined, amount: '1,5' });
    assert.match(findingsOf(amount)[0] ?? '', /^amount: a usable value/);
    for (const ea of ['09', '7', '', 5]) {
      assert.ok(findingsOf(changed(credit, 'inputs', { ea })).length > 0, String(ea));
      assert.ok(findingsOf(changed(meter, 'meter', { ea })).length > 0, String(ea));
      const negative = firstOf('negative', 'token-negative');
      assert.ok(findingsOf(changed(negative, 'inputs', { ea })).length > 0, String(ea));
    }
  });

  it('may be left out where the format has a default', () => {
    const { tid_store_size: _, ken: __, sgc: ___, ...rest } = meter['meter'] as Json;
    assert.deepEqual(findingsOf({ ...meter, meter: rest }), []);
    const tamper = management(5);
    const { value16: ____, ...fields } = tamper['fields'] as Json;
    const { raw16: _____, ...inputs } = tamper['inputs'] as Json;
    assert.deepEqual(findingsOf({ ...tamper, fields, inputs }), []);
  });

  it('of a reserved register is issued as it stands', () => {
    const clear = management(1);
    const reserved = changed(clear, 'inputs', { register: '0009' });
    const stated = { fields: { cls: 2, subclass: 1, tid: (clear['fields'] as Json)['tid'] } };
    const { inputs, id, algorithm } = reserved;
    const bare = { id, algorithm, inputs, fields: { ...stated.fields, value16: '0009' } };
    assert.deepEqual(findingsOf(bare), []);
    const asAll = { ...bare, fields: { ...stated.fields, value16: 'FFFF' } };
    assert.deepEqual(findingsOf(asAll), ['fields.value16: FFFF / 0009']);
  });
});

describe('a file', () => {
  it('has as many vectors as it says, at least one, each with an id of its own', () => {
    const other = { ...crc, id: 'other' };
    assert.deepEqual(reportOf({ count: 2, vectors: [crc, other] }), { passed: 2, failures: [] });
    const short = reportOf({ count: 3, vectors: [crc, other] });
    assert.deepEqual([short.passed, textsOf(short)], [2, ['count: 3 / 2']]);
    const empty = reportOf({ count: 0, vectors: [] });
    assert.deepEqual([empty.passed, textsOf(empty)], [0, ['vectors: a usable value / none']]);
    const twice = reportOf({ vectors: [crc, other, crc] });
    assert.equal(twice.passed, 2);
    assert.deepEqual(textsOf(twice), ['id: an id of its own / the id of an earlier vector']);
  });
});
