// Vectors of a meter's acceptance: a start state, then tokens with the result that each must have.

import {
  type AcceptanceOutcome,
  type AcceptanceRefusal,
  type AcceptanceState,
  acceptToken,
  createAcceptanceState,
  defaultTidStoreSize,
} from '../accept.ts';
import { maximumCurrencyPerToken } from '../amounts.ts';
import { decoderKeyAlgorithm, decoderKeyFromBytes } from '../decoder-key.ts';
import {
  asRecord,
  baseDateOf,
  createReader,
  expectEa,
  type Findings,
  isSameHex,
  type JsonRecord,
  shown,
} from './findings.ts';

const resultNames: Readonly<Record<AcceptanceRefusal, string>> = {
  lockout: 'token lockout',
  format: 'FormatError',
  crc: 'CRCError',
  function: 'FunctionError',
  keyExpired: 'KeyExpiredError',
  old: 'OldError',
  used: 'UsedError',
  ddtk: 'DDTKError',
  range: 'RangeError',
  overflow: 'OverflowError',
  keyType: 'KeyTypeError',
  mfrCode: 'MfrCodeError',
};

/** The standard's name of a result; a stored section of a key-change set is `section n`. */
function resultName(outcome: AcceptanceOutcome): string {
  if (!outcome.accepted) return resultNames[outcome.refusal];
  return outcome.effect.kind === 'keyChangePart' ? `section ${outcome.effect.section}` : 'Accept';
}

/** "1stKCT", "KCT section 3 stored" and the like as `section n`; other names as they are. */
function statedResult(text: string): string {
  const section =
    /^([1-4])(?:st|nd|rd|th)KCT$/.exec(text) ?? /^KCT section ([1-4]) stored$/.exec(text);
  return section === null ? text : `section ${section[1]}`;
}

const room = maximumCurrencyPerToken;
const headroom = {
  electricity: room,
  water: room,
  gas: room,
  time: room,
  electricityCurrency: room,
  waterCurrency: room,
  gasCurrency: room,
  timeCurrency: room,
};

/** A sequence of tokens in one meter, the state carried over. */
export function checkMeterAcceptance(v: JsonRecord, findings: Findings): void {
  const meter = createReader(v['meter'], findings);
  const key = decoderKeyFromBytes(meter.bytes('decoder_key'));
  if (!key.ok) {
    findings.unusable('meter.decoder_key', key.error);
    return;
  }
  expectEa(meter, decoderKeyAlgorithm(key.value));
  const created = createAcceptanceState({
    meterPan: meter.text('pan'),
    decoderKey: key.value,
    // What a vector leaves out is as a new meter has it: no supply group, no expiry.
    supplyGroupCode: meter.has('sgc') ? meter.text('sgc') : '000000',
    tariffIndex: meter.text('ti'),
    keyRevision: meter.integer('krn'),
    keyType: meter.integer('kt') as 0 | 1 | 2 | 3,
    keyExpiry: meter.has('ken') ? meter.integer('ken') : 255,
    baseDate: baseDateOf(meter),
    tidStoreSize: meter.has('tid_store_size')
      ? meter.integer('tid_store_size')
      : defaultTidStoreSize,
    initialTid: meter.integer('tid_store_initial_fill'),
  });
  if (!created.ok) {
    findings.unusable('meter', created.error);
    return;
  }
  const steps = Array.isArray(v['steps']) ? v['steps'] : [];
  if (steps.length === 0) findings.unusable('steps', v['steps']);
  let state: AcceptanceState = created.value;
  steps.map(asRecord).forEach((stated, index) => {
    const step = createReader(stated, findings);
    // Delivered, not typed: these sequences test the token rules, not the keypad's lock-out.
    const digits = step.text('token');
    const decision = acceptToken(state, { digits, nowMs: index, origin: 'remote', headroom });
    state = decision.state;
    expectStep(index, { stated, outcome: decision.outcome, state }, findings);
  });
}

function expectStep(
  index: number,
  o: {
    readonly stated: JsonRecord;
    readonly outcome: AcceptanceOutcome;
    readonly state: AcceptanceState;
  },
  findings: Findings,
): void {
  const { stated, outcome, state } = o;
  const name = `step ${index + 1}`;
  const expect = (what: string, actual: unknown): void => {
    findings.compared(`steps.${index}.${what}`);
    findings.expect(`${name} ${what}`, stated[what], actual);
  };
  findings.compared(`steps.${index}.result`);
  if (stated['result'] !== undefined) {
    findings.expect(`${name} result`, statedResult(shown(stated['result'])), resultName(outcome));
  }
  const effect = outcome.accepted ? outcome.effect : null;
  expect('credit_units_0_1', effect?.kind === 'credit' ? effect.units : 'no credit');
  expect('credit_units_1e_5', effect?.kind === 'currencyCredit' ? effect.amountE5 : 'no credit');
  expect('new_ti', state.tariffIndex);
  expect('new_sgc', state.supplyGroupCode);
  expect('new_ken', state.keyExpiry);
  expect('new_krn', state.keyRevision);
  expect('new_kt', state.keyType);
  const newKey = stated['new_decoder_key'];
  findings.compared(`steps.${index}.new_decoder_key`);
  if (newKey !== undefined && !isSameHex(newKey, state.secrets.decoderKey)) {
    findings.expect(`${name} new_decoder_key`, 'the stated key', 'another key (not shown)');
  }
}
