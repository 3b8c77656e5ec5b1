import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { checkMeterPan, drnWithCheckDigit, meterPanFromDrn } from './pan.ts';

const refusal = (error: string) => ({ ok: false, error });
const digits = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((a) => a.join(''));

describe('meter numbers', () => {
  it('take a DRN of 11 digits under 600727 and of 13 under 0000', () => {
    assert.deepEqual(meterPanFromDrn('00000000000'), { ok: true, value: '600727000000000009' });
    assert.deepEqual(meterPanFromDrn('0100000000008'), { ok: true, value: '000001000000000082' });
  });

  it('name the parts of both forms', () => {
    assert.deepEqual(checkMeterPan('600727842785349402'), {
      ok: true,
      value: { iin: '600727', drn: '84278534940', manufacturerDigits: '84', manufacturerCode: 84 },
    });
    assert.deepEqual(checkMeterPan('000009802740859467'), {
      ok: true,
      value: {
        iin: '0000',
        drn: '0980274085946',
        manufacturerDigits: '0980',
        manufacturerCode: 980,
      },
    });
  });

  it('refuse the DRNs that the conformance documents call wrong', () => {
    assert.deepEqual(meterPanFromDrn('12345678904'), refusal('drnCheckDigit'));
    assert.deepEqual(meterPanFromDrn('11111111113'), refusal('drnCheckDigit'));
    assert.deepEqual(drnWithCheckDigit('1234567890'), { ok: true, value: '12345678903' });
    assert.deepEqual(drnWithCheckDigit('1111111111'), { ok: true, value: '11111111115' });
  });

  it('say which check digit is wrong', () => {
    assert.deepEqual(checkMeterPan('600727000000000008'), refusal('panCheckDigit'));
    assert.deepEqual(checkMeterPan('600727000000000019'), refusal('drnCheckDigit'));
  });

  it('refuse other lengths, letters and other issuers', () => {
    assert.deepEqual(drnWithCheckDigit('12345678901'), refusal('panLength'));
    assert.deepEqual(drnWithCheckDigit('123456789x'), refusal('panCharacter'));
    assert.deepEqual(meterPanFromDrn('123456789012'), refusal('panLength'));
    assert.deepEqual(meterPanFromDrn('1234567890x'), refusal('panCharacter'));
    assert.deepEqual(checkMeterPan('60072700000000000'), refusal('panLength'));
    assert.deepEqual(checkMeterPan('6007270000000000 9'), refusal('panCharacter'));
    assert.deepEqual(checkMeterPan('600728000000000000'), refusal('iinUnknown'));
  });

  it('go through DRN, MeterPAN and back', () => {
    fc.assert(
      fc.property(fc.oneof(digits(10), digits(12)), (bare) => {
        const drn = drnWithCheckDigit(bare);
        assert.ok(drn.ok);
        const pan = meterPanFromDrn(drn.value);
        assert.ok(pan.ok);
        assert.equal(pan.value.length, 18);
        const parts = checkMeterPan(pan.value);
        assert.ok(parts.ok);
        assert.equal(parts.value.drn, drn.value);
      }),
    );
  });

  it('notice every single wrong digit', () => {
    fc.assert(
      fc.property(digits(10), fc.nat(10), fc.integer({ min: 1, max: 9 }), (bare, at, add) => {
        const drn = drnWithCheckDigit(bare);
        assert.ok(drn.ok);
        const wrong = (Number(drn.value[at]) + add) % 10;
        const text = `${drn.value.slice(0, at)}${wrong}${drn.value.slice(at + 1)}`;
        assert.deepEqual(meterPanFromDrn(text), refusal('drnCheckDigit'));
      }),
    );
  });
});
