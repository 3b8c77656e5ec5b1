// Checks files in the format "sts-vectors-1" against this package: every value that a vector states
// is computed again and compared. An algorithm that is not known here is reported, never passed
// over.

import {
  ceilingOfDecimal,
  fieldFromUnits,
  maximumUnitsPerToken,
  unitsFromField,
} from '../amounts.ts';
import { crcOfBytes } from '../crc.ts';
import { decoderKeyBytes } from '../decoder-key.ts';
import { digitsFromBits } from '../digits.ts';
import { hexFromBytes } from '../hex.ts';
import { deriveDecoderKey, vendingKeyFromBytes } from '../keys.ts';
import { createEa11 } from '../misty1.ts';
import { checkMeterPan, luhnDigit } from '../pan.ts';
import { type BlockCipher, createEa07, createSta, type StaBoxes } from '../sta.ts';
import { tidFromInstant } from '../tid.ts';
import {
  asRecord,
  baseDateOf,
  createFindings,
  createReader,
  type Finding,
  type Findings,
  hexDigits,
  instantOfIssue,
  isSameHex,
  type JsonRecord,
  shown,
  within,
} from './findings.ts';
import { checkMeterAcceptance } from './meter-vectors.ts';
import { expectAllCompared } from './stated.ts';
import {
  checkCurrencyAmount,
  checkKeyChangeSet,
  checkKeyedToken,
  checkNegativeToken,
  checkUnkeyedToken,
  expectBlocks,
  isRefusalStated,
  keyParametersOf,
  meterPanOf,
} from './token-vectors.ts';

export type { Finding } from './findings.ts';

/** One vector that did not pass. */
export type VectorFailure = {
  readonly id: string;
  readonly algorithm: string;
  readonly isUnknown: boolean;
  readonly findings: readonly Finding[];
};

/** The outcome for one file. */
export type VectorReport = { readonly passed: number; readonly failures: readonly VectorFailure[] };

/** The tables that the standard prints as an example; no meter uses them. */
const sampleBoxes: StaBoxes = {
  substitution1: [12, 10, 8, 4, 3, 15, 0, 2, 14, 1, 5, 13, 6, 9, 7, 11],
  substitution2: [6, 9, 7, 4, 3, 10, 12, 14, 2, 13, 1, 15, 0, 11, 8, 5],
  permutation: [
    29, 27, 34, 9, 16, 62, 55, 2, 40, 49, 38, 25, 33, 61, 30, 23, 1, 41, 21, 57, 42, 15, 5, 58, 19,
    53, 22, 17, 48, 28, 24, 39, 3, 60, 36, 14, 11, 52, 54, 12, 31, 51, 10, 26, 0, 45, 37, 43, 44, 6,
    59, 4, 7, 35, 56, 50, 13, 18, 32, 47, 46, 63, 20, 8,
  ],
};

function checkPan(v: JsonRecord, findings: Findings): void {
  const pan = createReader(v['inputs'], findings).text('pan');
  const stated = asRecord(v['expected']);
  const { expect } = within(findings, 'expected.');
  const parts = checkMeterPan(pan);
  expect('valid', stated['valid'], parts.ok);
  expect('drn_check_ok', stated['drn_check_ok'], parts.ok || parts.error !== 'drnCheckDigit');
  const isPanDigitRight = pan.endsWith(String(luhnDigit(pan.slice(0, -1))));
  expect('pan_check_ok', stated['pan_check_ok'], isPanDigitRight);
  if (!parts.ok) return;
  expect('drn', stated['drn'], parts.value.drn);
  expect('iin', stated['iin'], parts.value.iin);
  expect('mfr_code', stated['mfr_code'], parts.value.manufacturerDigits);
  expect('drn_check', stated['drn_check'], luhnDigit(parts.value.drn.slice(0, -1)));
  expect('pan_check', stated['pan_check'], luhnDigit(pan.slice(0, -1)));
}

function checkKey(v: JsonRecord, findings: Findings): void {
  const inputs = createReader(v['inputs'], findings);
  const dkga = shown(v['algorithm']).slice(4);
  const parameters = keyParametersOf(inputs, dkga, meterPanOf(inputs));
  expectBlocks(v, parameters, findings);
  findings.compared('decoder_key');
  const vendingKey = vendingKeyFromBytes(inputs.bytes('vending_key'));
  const key = vendingKey.ok ? deriveDecoderKey(vendingKey.value, parameters) : vendingKey;
  if (!key.ok) findings.expect('decoder_key', 'a decoder key', `refused: ${key.error}`);
  else if (
    v['decoder_key'] !== undefined &&
    !isSameHex(v['decoder_key'], hexFromBytes(decoderKeyBytes(key.value)))
  ) {
    findings.expect('decoder_key', 'the stated key', 'another key (not shown)');
  }
}

function checkCipher(
  v: JsonRecord,
  findings: Findings,
  cipher: { readonly create: (key: Uint8Array) => BlockCipher; readonly keyLength: number },
): void {
  const inputs = createReader(v['inputs'], findings);
  const expected = createReader(v['expected'], findings);
  const key = inputs.bytes('key');
  const plain = inputs.bytes('plain');
  const wanted = expected.bytes('cipher');
  if (key.length !== cipher.keyLength || plain.length !== 8 || wanted.length !== 8) {
    findings.unusable('inputs', 'a key or block of another length');
    return;
  }
  const keyed = cipher.create(key);
  const out = new Uint32Array(2);
  const shown = (): string => hexDigits(out[0] ?? 0, 8) + hexDigits(out[1] ?? 0, 8);
  const halves = (bytes: Uint8Array): readonly [number, number] => {
    const view = new DataView(bytes.buffer);
    return [view.getUint32(0), view.getUint32(4)];
  };
  keyed.encrypt(...halves(plain), out);
  const { expect } = within(findings, 'expected.');
  expect('cipher', hexFromBytes(wanted), shown());
  const [high, low] = [out[0] ?? 0, out[1] ?? 0];
  const moved = (low >>> 27) & 3;
  const token = digitsFromBits(moved * 2 ** 32 + high, low & ~0x1800_0000);
  const block66 = BigInt(token).toString(16).toUpperCase().padStart(17, '0');
  expect('block66_class0', expected.raw['block66_class0'], block66);
  keyed.decrypt(...halves(wanted), out);
  findings.expect('deciphered', hexFromBytes(plain), shown());
}

function checkCrc(v: JsonRecord, findings: Findings): void {
  const inputs = createReader(v['inputs'], findings);
  const appended = inputs.has('appended') ? inputs.bytes('appended') : new Uint8Array();
  const bytes = Uint8Array.from([...inputs.bytes('bytes7'), ...appended]);
  const { expect } = within(findings, 'expected.');
  expect('crc', asRecord(v['expected'])['crc'], hexDigits(crcOfBytes(bytes), 4));
}

function expectAmountField(units: bigint, stated: JsonRecord, findings: Findings): void {
  const { expect } = within(findings, 'expected.');
  if (units < 0n || units > maximumUnitsPerToken) {
    if (isRefusalStated(stated, findings)) return;
    findings.expect('field16', stated['field16'] ?? 'a value', 'refused: out of range');
    return;
  }
  const field = fieldFromUnits(Number(units));
  const hasNone = stated['field16'] === undefined && isRefusalStated(stated, findings);
  expect('field16', hasNone ? 'a refusal' : stated['field16'], hexDigits(field, 4));
  expect('decoded_units_0_1', stated['decoded_units_0_1'], unitsFromField(field));
  expect('exponent', stated['exponent'], field >>> 14);
  expect('mantissa', stated['mantissa'], field & 0x3fff);
}

function checkUnits(v: JsonRecord, findings: Findings): void {
  const units = createReader(v['inputs'], findings).bigint('units_0_1');
  expectAmountField(units, asRecord(v['expected']), findings);
}

function checkDecimalKwh(v: JsonRecord, findings: Findings): void {
  const stated = asRecord(v['expected']);
  const inputs = createReader(v['inputs'], findings);
  const units = ceilingOfDecimal(inputs.text('kwh'), 1);
  if (!units.ok) {
    inputs.refuse('kwh');
    return;
  }
  within(findings, 'expected.').expect('units_0_1', stated['units_0_1'], units.value);
  expectAmountField(units.value, stated, findings);
}

function checkTid(v: JsonRecord, findings: Findings): void {
  const inputs = createReader(v['inputs'], findings);
  const stated = asRecord(v['expected']);
  const { expect } = within(findings, 'expected.');
  const epochMs = instantOfIssue(inputs);
  if (epochMs === null) {
    findings.unusable('issue_utc', inputs.raw['issue_utc']);
    return;
  }
  const tid = tidFromInstant(epochMs, baseDateOf(inputs));
  const hasTid = stated['tid'] !== undefined && stated['tid'] !== null;
  const isRefused = !hasTid && (isRefusalStated(stated, findings) || stated['tid'] === null);
  if (!tid.ok) {
    if (!isRefused) findings.expect('tid', stated['tid'] ?? 'a TID', `refused: ${tid.error}`);
    return;
  }
  expect('tid', isRefused ? 'a refusal' : stated['tid'], tid.value);
  const isMoved = new Date(epochMs).getUTCHours() === 0 && new Date(epochMs).getUTCMinutes() === 1;
  expect('avoids_reserved', stated['avoids_reserved'], isMoved);
  expect('raw_minutes', stated['raw_minutes'], isMoved ? tid.value - 1 : tid.value);
}

type Check = (v: JsonRecord, findings: Findings) => void;

const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['luhn-pan', checkPan],
  ['DKGA01', checkKey],
  ['DKGA02', checkKey],
  ['DKGA03', checkKey],
  ['DKGA04', checkKey],
  ['EA07', (v, f) => checkCipher(v, f, { create: createEa07, keyLength: 8 })],
  [
    'EA07-sample-tables',
    (v, f) => checkCipher(v, f, { create: createSta(sampleBoxes), keyLength: 8 }),
  ],
  ['EA11', (v, f) => checkCipher(v, f, { create: createEa11, keyLength: 16 })],
  ['CRC', checkCrc],
  ['CRC_C', checkCrc],
  ['amount-units', checkUnits],
  ['amount-decimal-kwh', checkDecimalKwh],
  ['currency-amount', checkCurrencyAmount],
  ['TID', checkTid],
  ['token-credit', checkKeyedToken],
  ['token-currency-credit', checkKeyedToken],
  ['token-management', checkKeyedToken],
  ['token-class1', checkUnkeyedToken],
  ['token-negative', checkNegativeToken],
  ['key-change-set', checkKeyChangeSet],
  ['official-credit', checkKeyedToken],
  ['official-currency', checkKeyedToken],
  ['official-mgmt', checkKeyedToken],
  ['official-ext', checkKeyedToken],
  ['official-edition1', checkKeyedToken],
  ['official-c1', checkUnkeyedToken],
  ['official-kct', checkKeyChangeSet],
  ['meter-acceptance', checkMeterAcceptance],
]);

function checkVector(value: unknown, index: number): VectorFailure | null {
  const v = asRecord(value);
  const id = typeof v['id'] === 'string' ? v['id'] : `#${index + 1}`;
  const algorithm = shown(v['algorithm']);
  const check = checks.get(algorithm);
  if (check === undefined) return { id, algorithm, isUnknown: true, findings: [] };
  const findings = createFindings();
  check(v, findings);
  expectAllCompared(v, findings);
  if (findings.list.length === 0) return null;
  return { id, algorithm, isUnknown: false, findings: findings.list };
}

const isFailure = (failure: VectorFailure | null): failure is VectorFailure => failure !== null;

/** What is wrong with a file as a whole, as a failure of its own; null when nothing is. */
function checkFile(file: JsonRecord, vectors: readonly unknown[]): VectorFailure | null {
  const findings = createFindings();
  if (vectors.length === 0) findings.unusable('vectors', 'none');
  findings.expect('count', file['count'], vectors.length);
  if (findings.list.length === 0) return null;
  return { id: 'the file', algorithm: 'vectors', isUnknown: false, findings: findings.list };
}

/** An id that an earlier vector of the file has. */
function checkId(vectors: readonly unknown[], index: number): VectorFailure | null {
  const { id, algorithm } = asRecord(vectors[index]);
  if (id === undefined || vectors.findIndex((one) => asRecord(one)['id'] === id) === index) {
    return null;
  }
  const findings = createFindings();
  findings.expect('id', 'an id of its own', 'the id of an earlier vector');
  return {
    id: shown(id),
    algorithm: shown(algorithm),
    isUnknown: false,
    findings: findings.list,
  };
}

/** Checks the parsed JSON of one file; a string says why it is no vector file. */
export function checkVectors(file: unknown): VectorReport | string {
  const { format, vectors } = asRecord(file);
  if (format !== 'sts-vectors-1') return 'not in the format "sts-vectors-1"';
  if (!Array.isArray(vectors)) return 'no list of vectors';
  const failed = vectors
    .map((vector, index) => checkVector(vector, index) ?? checkId(vectors, index))
    .filter(isFailure);
  const whole = checkFile(asRecord(file), vectors);
  const passed = vectors.length - failed.length;
  return { passed, failures: whole === null ? failed : [whole, ...failed] };
}
