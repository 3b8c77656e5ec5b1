// Vectors of whole tokens: key from its parameters, token from its inputs, fields from the token,
// and every intermediate value that the vector states.

import {
  ceilingOfDecimal,
  currencyFieldsFrom,
  currencyFromFields,
  fieldFromUnits,
  unitsFromField,
} from '../amounts.ts';
import { decipher, openDigits, sealBlock } from '../block.ts';
import { readToken } from '../codec.ts';
import {
  cipherOf,
  type DecoderKey,
  decoderKeyAlgorithm,
  decoderKeyBytes,
  decoderKeyFromBytes,
} from '../decoder-key.ts';
import { hexFromBytes } from '../hex.ts';
import { issueKeyChangeTokens } from '../issue-key-change.ts';
import {
  issueCreditToken,
  issueCurrencyToken,
  issueManagementToken,
  issueTestToken,
  type ManagementFunction,
  type TimedTokenOptions,
} from '../issue-tokens.ts';
import { controlBlock, dkga04Message, panBlock } from '../key-blocks.ts';
import {
  deriveDecoderKey,
  type KeyError,
  type KeyParameters,
  vendingKeyFromBytes,
} from '../keys.ts';
import { meterPanFromDrn } from '../pan.ts';
import type { Result } from '../result.ts';
import { commodities, creditRegisters } from '../token-kinds.ts';
import {
  asRecord,
  baseDateOf,
  createReader,
  expectEa,
  type Findings,
  hexDigits,
  isSameHex,
  type JsonRecord,
  type Reader,
  tidOfIssue,
  within,
} from './findings.ts';

/** Key parameters as vectors write them. */
export function keyParametersOf(inputs: Reader, dkga: string, pan: string): KeyParameters {
  return {
    dkga: `dkga${dkga}` as KeyParameters['dkga'],
    ea: `ea${inputs.has('ea') ? inputs.text('ea') : '07'}` as KeyParameters['ea'],
    meterPan: pan,
    supplyGroupCode: inputs.text('sgc'),
    tariffIndex: inputs.text('ti'),
    keyRevision: inputs.integer('krn'),
    keyType: inputs.integer('kt') as KeyParameters['keyType'],
    baseDate: baseDateOf(inputs),
    acceptUnverified: true,
  };
}

/** Compares the blocks from which a key is computed, where a vector states them. */
export function expectBlocks(v: JsonRecord, parameters: KeyParameters, findings: Findings): void {
  const stated = asRecord(v['intermediate']);
  const { expect } = within(findings, 'intermediate.');
  expect('pan_block', stated['pan_block'], panBlock(parameters));
  expect('control_block', stated['control_block'], controlBlock(parameters));
  expect('hmac_message', stated['hmac_message'], hexFromBytes(dkga04Message(parameters)));
}

/** The MeterPAN of a vector: given whole, or as IIN and DRN in the older suite. */
export function meterPanOf(inputs: Reader): string {
  if (inputs.has('pan')) return inputs.text('pan');
  const pan = meterPanFromDrn(inputs.text('iain'));
  return pan.ok ? pan.value : pan.error;
}

function deriveFrom(inputs: Reader, dkga: string, pan: string): Result<DecoderKey, KeyError> {
  const vendingKey = vendingKeyFromBytes(inputs.bytes('vending_key'));
  if (!vendingKey.ok) return vendingKey;
  return deriveDecoderKey(vendingKey.value, keyParametersOf(inputs, dkga, pan));
}

/** Derives a key and compares it with the stated one; null when it cannot be derived. */
export function derivedKey(
  inputs: Reader,
  stated: { readonly what: string; readonly value: unknown; readonly pan: string },
  findings: Findings,
): DecoderKey | null {
  const key = deriveFrom(inputs, inputs.text('dkga'), stated.pan);
  if (!key.ok) {
    findings.expect(stated.what, 'a decoder key', `refused: ${key.error}`);
    return null;
  }
  // Not shown when it differs: a vector file may be checked with a live vending key.
  const isSame = isSameHex(stated.value, hexFromBytes(decoderKeyBytes(key.value)));
  findings.compared(stated.what);
  if (stated.value !== undefined && !isSame) {
    findings.expect(stated.what, 'the stated key', 'another key (not shown)');
  }
  return key.value;
}

/** Compares every stated form of one token: digits, 66 bits, both blocks and the CRC. */
export function expectForms(
  token: string,
  key: DecoderKey | null,
  stated: JsonRecord,
  findings: Findings,
): void {
  const block = { tokenClass: 0, high: 0, low: 0 };
  const refusal = openDigits(token, block);
  if (refusal !== null) {
    findings.expect('token', stated['token'], `refused: ${refusal}`);
    return;
  }
  const block64 = (): string => hexDigits(block.high, 8) + hexDigits(block.low, 8);
  findings.expect('token', stated['token'], token);
  findings.expect(
    'block66',
    stated['block66'],
    BigInt(token).toString(16).toUpperCase().padStart(17, '0'),
  );
  findings.expect('block64_out', stated['block64_out'], block64());
  if (block.tokenClass !== 1 && key !== null) decipher(cipherOf(key), block);
  expectPlain(stated['block64_plain'], block64(), block.tokenClass, findings);
  findings.expect('crc', stated['crc'], hexDigits(block.low & 0xffff, 4));
  const value16 = asRecord(stated['fields'])['value16'];
  findings.expect('fields.value16', value16, hexDigits(block.low >>> 16, 4));
}

/** The clear block; that of a key-change token holds a part of the new key, and is not shown. */
function expectPlain(
  stated: unknown,
  actual: string,
  tokenClass: number,
  findings: Findings,
): void {
  const holdsKey = tokenClass === 2 && /^[3489]/.test(actual);
  findings.compared('block64_plain');
  if (!holdsKey) findings.expect('block64_plain', stated, actual);
  else if (stated !== undefined && !isSameHex(stated, actual)) {
    findings.expect('block64_plain', 'the stated block', 'another block (not shown)');
  }
}

function expectFields(
  token: string,
  key: DecoderKey | null,
  v: JsonRecord,
  findings: Findings,
): void {
  const read = readToken(key, token);
  if (!read.ok) {
    findings.expect('reading the token', 'its fields', `refused: ${read.error}`);
    return;
  }
  const stated = asRecord(v['fields']);
  const fields = read.value;
  findings.expect('fields.cls', stated['cls'], fields.tokenClass);
  findings.expect('fields.subclass', stated['subclass'], fields.subclass);
  if ('tid' in fields) findings.expect('fields.tid', stated['tid'], fields.tid);
  if ('rnd' in fields) findings.expect('fields.rnd', stated['rnd'], fields.rnd);
  if ('units' in fields) {
    findings.expect('fields.decoded_units_0_1', stated['decoded_units_0_1'], fields.units);
  }
  if ('amountE5' in fields) {
    findings.expect('fields.s_and_e', stated['s_and_e'], fields.signAndExponent);
    // Some vectors call the nibble by the name it has in the other credit tokens.
    findings.expect('fields.rnd', stated['rnd'], fields.signAndExponent);
    findings.expect('fields.decoded_units_1e_5', stated['decoded_units_1e_5'], fields.amountE5);
  }
}

/** The 16-bit value of a class 2 token, from whichever input states it, else from the fields. */
function value16Of(subclass: number, inputs: Reader, fields: Reader): number {
  if (inputs.has('watts')) return fieldFromUnits(Math.min(inputs.integer('watts'), 18201624));
  if (inputs.has('register')) return inputs.hexNumber('register');
  if (inputs.has('raw16')) return inputs.hexNumber('raw16');
  // ClearTamper has no value: its field is zero.
  if (subclass === 5 && !fields.has('value16')) return 0;
  return fields.hexNumber('value16');
}

/** Names of the class 2 tokens with a TID, as vectors write them. */
const managementNames: Readonly<Record<number, string>> = {
  0: 'SetMaximumPowerLimit',
  1: 'ClearCredit',
  2: 'SetTariffRate',
  5: 'ClearTamperCondition',
  6: 'SetMaximumPhasePowerUnbalanceLimit',
  7: 'SetWaterMeterFactor',
  10: 'ExtendedTokenSet',
};

/** Null for a reserved register, which no function names. */
function managementFunctionOf(
  subclass: number,
  value: number,
  inputs: Reader,
): ManagementFunction | null {
  const watts = inputs.has('watts')
    ? inputs.bigint('watts')
    : BigInt(unitsFromField(value & 0xffff));
  switch (subclass) {
    case 0:
      return { kind: 'setMaximumPowerLimit', watts };
    case 1: {
      const register = value === 0xffff ? 'all' : creditRegisters[value];
      return register === undefined ? null : { kind: 'clearCredit', register };
    }
    case 2:
      return { kind: 'setTariffRate', rate: value };
    case 5:
      return { kind: 'clearTamper' };
    case 6:
      return { kind: 'setPhaseUnbalanceLimit', watts };
    case 7:
      return { kind: 'setWaterFactor', factor: value };
    default:
      return { kind: 'extendedSet', index: value >>> 10, value: value & 0x3ff };
  }
}

/** The amount in 10^-5, from `units_1e_5` or a decimal `amount` of base units. */
function currencyAmountOf(inputs: Reader): bigint {
  if (inputs.has('units_1e_5')) return inputs.bigint('units_1e_5');
  const amount = ceilingOfDecimal(inputs.text('amount'), 5);
  if (amount.ok) return amount.value;
  inputs.refuse('amount');
  return 0n;
}

type Issued = Result<{ readonly token: string }, string>;

function issueManagement(
  subclass: number,
  o: { readonly common: TimedTokenOptions; readonly inputs: Reader; readonly fields: Reader },
  findings: Findings,
): Issued {
  const { common, inputs, fields } = o;
  findings.expect('inputs.token', inputs.raw['token'], managementNames[subclass]);
  const value16 = value16Of(subclass, inputs, fields);
  const action = managementFunctionOf(subclass, value16, inputs);
  if (action !== null) return issueManagementToken({ ...common, function: action });
  if (value16 > 0xffff) return { ok: false, error: 'register' };
  const high = (subclass << 28) | (common.rnd << 24) | common.tid;
  return {
    ok: true,
    value: { token: sealBlock(cipherOf(common.decoderKey), 2, { high, value16 }) },
  };
}

function issueFrom(
  key: DecoderKey,
  inputs: Reader,
  fields: Reader,
  findings: Findings,
): Issued | null {
  const tokenClass = fields.integer('cls');
  const subclass = fields.integer('subclass');
  if (!fields.has('tid')) return null;
  const tid = inputs.has('issue_utc') ? tidOfIssue(inputs) : fields.integer('tid');
  if (typeof tid === 'string') return { ok: false, error: tid };
  findings.expect('fields.tid', fields.raw['tid'], tid);
  const keyExpiry = inputs.has('ken') ? inputs.integer('ken') : 255;
  const rnd = inputs.has('rnd')
    ? inputs.integer('rnd')
    : fields.has('rnd')
      ? fields.integer('rnd')
      : 0;
  const common = { decoderKey: key, tid, rnd, keyExpiry };
  const commodity = commodities[subclass & 3] ?? 'electricity';
  if (tokenClass === 2) {
    return issueManagement(subclass, { common, inputs, fields }, findings);
  }
  if (subclass >= 4) {
    return issueCurrencyToken({ ...common, commodity, amountE5: currencyAmountOf(inputs) });
  }
  const units = inputs.has('units_0_1')
    ? inputs.bigint('units_0_1')
    : BigInt(unitsFromField(fields.hexNumber('value16') & 0xffff));
  return issueCreditToken({ ...common, commodity, units });
}

/** Class 0 and 2 tokens under a key that the vector's inputs derive. */
export function checkKeyedToken(v: JsonRecord, findings: Findings): void {
  const inputs = createReader(v['inputs'], findings);
  const fields = createReader(v['fields'], findings);
  if (fields.raw['cls'] === 1) {
    checkUnkeyedToken(v, findings);
    return;
  }
  const stated = { what: 'decoder_key', value: v['decoder_key'], pan: meterPanOf(inputs) };
  const key = derivedKey(inputs, stated, findings);
  if (key === null) return;
  expectBlocks(v, keyParametersOf(inputs, inputs.text('dkga'), stated.pan), findings);
  const issued = issueFrom(key, inputs, fields, findings) ?? reseal(cipherOf(key), v, findings);
  if (!issued.ok) {
    findings.expect('issuing the token', v['token'] ?? 'a token', `refused: ${issued.error}`);
    return;
  }
  expectForms(issued.value.token, key, v, findings);
  expectFields(issued.value.token, key, v, findings);
}

/**
 * A token whose fields the vector does not state: from its clear block, through CRC, cipher and
 * class bits.
 */
function reseal(
  cipher: Parameters<typeof sealBlock>[0],
  v: JsonRecord,
  findings: Findings,
): Issued {
  const plain = createReader(v, findings).bytes('block64_plain');
  if (plain.length !== 8) return { ok: false, error: 'block64_plain' };
  const view = new DataView(plain.buffer);
  const tokenClass = createReader(v['fields'], findings).integer('cls');
  const block = { high: view.getUint32(0), value16: view.getUint16(4) };
  return { ok: true, value: { token: sealBlock(cipher, tokenClass, block) } };
}

/** Class 1 tokens. */
export function checkUnkeyedToken(v: JsonRecord, findings: Findings): void {
  const inputs = createReader(v['inputs'], findings);
  const fields = createReader(v['fields'], findings);
  const issued = inputs.has('control')
    ? issueTestToken({
        subclass: fields.integer('subclass'),
        control: inputs.hexNumber('control'),
        manufacturerCode: inputs.integer('mfr_code'),
      })
    : reseal(null, v, findings);
  if (!issued.ok) {
    findings.expect('issuing the token', v['token'] ?? 'a token', `refused: ${issued.error}`);
    return;
  }
  expectForms(issued.value.token, null, v, findings);
  expectFields(issued.value.token, null, v, findings);
  const read = readToken(null, issued.value.token);
  if (!read.ok || read.value.tokenClass !== 1) return;
  const { controlBits, manufacturerCode } = read.value;
  findings.expect('inputs.control_bits', inputs.raw['control_bits'], controlBits);
  if (inputs.has('mfr_code')) {
    findings.expect('inputs.mfr_code', inputs.integer('mfr_code'), manufacturerCode);
  }
}

/** Key-change sets: both keys, then each token in order. */
export function checkKeyChangeSet(v: JsonRecord, findings: Findings): void {
  const inputs = createReader(v['inputs'], findings);
  const pan = meterPanOf(inputs);
  const side = (name: string): Reader =>
    createReader({ ea: inputs.raw['ea'], ...asRecord(inputs.raw[name]) }, findings);
  const held = side('old');
  const next = side('new');
  const heldStated = { what: 'old_decoder_key', value: v['old_decoder_key'], pan };
  const nextStated = { what: 'new_decoder_key', value: v['new_decoder_key'], pan };
  const heldKey = derivedKey(held, heldStated, findings);
  const nextKey = derivedKey(next, nextStated, findings);
  if (heldKey === null || nextKey === null) return;
  const set = issueKeyChangeTokens({
    heldKey,
    // What is checked is the coding: an initialisation key (0) may be followed by any type.
    heldKeyType: 0,
    next: {
      ...keyParametersOf(next, '', pan),
      decoderKey: nextKey,
      keyExpiry: next.has('ken') ? next.integer('ken') : 255,
    },
    tokenCount: inputs.integer('number_of_tokens') as 2 | 3 | 4,
    rollover: inputs.integer('rollover') === 1,
  });
  if (!set.ok) {
    findings.expect('issuing the set', 'tokens', `refused: ${set.error}`);
    return;
  }
  const stated = Array.isArray(v['tokens']) ? v['tokens'].map(asRecord) : [];
  findings.expect('number of tokens', stated.length, set.value.tokens.length);
  set.value.tokens.forEach((token, index) => {
    const one = stated[index] ?? {};
    const inToken = within(findings, `tokens.${index}.`);
    expectForms(token, heldKey, one, inToken);
    inToken.compared('subclass');
    expectFields(token, heldKey, { fields: { subclass: one['subclass'] } }, inToken);
  });
}

/** Digits that must not be read with the stated key. */
export function checkNegativeToken(v: JsonRecord, findings: Findings): void {
  const inputs = createReader(v['inputs'], findings);
  const reason = createReader(v['expected'], findings).text('reason');
  const key = decoderKeyFromBytes(inputs.bytes('decoder_key'));
  if (!key.ok) {
    findings.unusable('decoder_key', key.error);
    return;
  }
  expectEa(inputs, decoderKeyAlgorithm(key.value));
  const read = readToken(key.value, inputs.text('token'));
  findings.compared('expected.reason');
  const { expect } = within(findings, 'expected.');
  const got = read.ok ? `read as ${read.value.kind}` : read.error;
  const wanted = /CRC/i.test(reason) ? 'crc' : /class 3/i.test(reason) ? 'classReserved' : null;
  if (wanted !== null) findings.expect(`refusal (${reason})`, wanted, got);
  else if (read.ok) findings.expect(`refusal (${reason})`, 'a refusal', got);
  if (!read.ok) expect('result', asRecord(v['expected'])['result'], 'reject');
  else findings.compared('expected.result');
}

/** Whether a vector states that there is no value, in words of its own. */
export function isRefusalStated(stated: JsonRecord, findings: Findings): boolean {
  const names = ['error', 'result', 'reason'].filter((name) => stated[name] !== undefined);
  for (const name of names) findings.compared(`expected.${name}`);
  return names.length > 0;
}

/** Coding of a currency amount. */
export function checkCurrencyAmount(v: JsonRecord, findings: Findings): void {
  const inputs = createReader(v['inputs'], findings);
  const stated = asRecord(v['expected']);
  const fields = currencyFieldsFrom(currencyAmountOf(inputs));
  const { expect } = within(findings, 'expected.');
  if (!fields.ok) {
    if (isRefusalStated(stated, findings)) return;
    findings.expect('coding', stated['field16'] ?? 'a value', `refused: ${fields.error}`);
    return;
  }
  const { signAndExponent, field } = fields.value;
  expect('field16', stated['field16'], hexDigits(field, 4));
  expect('s_and_e', stated['s_and_e'], hexDigits(signAndExponent, 1));
  expect('sign', stated['sign'], signAndExponent >>> 3);
  expect('exponent', stated['exponent'], ((signAndExponent & 7) << 2) | (field >>> 14));
  expect('mantissa', stated['mantissa'], field & 0x3fff);
  const decoded = currencyFromFields(fields.value);
  expect('decoded_units_1e_5', stated['decoded_units_1e_5'], decoded);
}
