// `prewatt sts issue`: one token of any class. The TID comes from the clock or --at, and from
// --last-tid so that no TID is used twice; the random nibble from the system or --rnd.

import {
  type BaseDate,
  ceilingOfDecimal,
  formatTokenDigits,
  maximumCurrencyPerToken,
  maximumUnitsPerToken,
  readToken,
} from '@prewatt/sts/codec';
import {
  type Commodity,
  type CreditRegister,
  controlOfTests,
  issueCreditToken,
  issueCurrencyToken,
  issueManagementToken,
  issueTestToken,
  type ManagementFunction,
  nextTid,
  type TimedTokenOptions,
  tidFromInstant,
} from '@prewatt/sts/issue';
import type { DecoderKey } from '@prewatt/sts/keys';
import type { CommandContext, Options } from '../command.ts';
import { describeFields, fieldsToJson, hundredThousandths, tenths } from './describe-token.ts';
import {
  functionNames,
  issueOptions,
  type Subject,
  subjectFrom,
  type TimedNumbers,
  timedNumbersFrom,
} from './issue-options.ts';
import { decoderKeyFrom, keyHelp, keyOptions } from './key-source.ts';
import type { StsCommand, StsResult } from './sts-command.ts';
import {
  baseDateFrom,
  failure,
  instantFrom,
  integerFrom,
  type Outcome,
  refuseWords,
} from './usage.ts';

const unitNames = { electricity: 'kWh', water: 'm3', gas: 'm3', time: 'min' } as const;
const registers = Object.keys(unitNames).flatMap((name) => [name, `${name}Currency`]);

const messages: Readonly<Record<string, string>> = {
  keyExpired: 'the key has expired for this TID: the meter needs a key change first',
  beforeBaseDate: 'the time lies before the base date',
  afterBaseDate: 'the time lies beyond the 31.9 years of the base date: a new one is needed',
};

const fail = (code: string): ReturnType<typeof failure> => failure(1, code, messages[code] ?? code);

const tooLarge = (most: string): ReturnType<typeof failure> =>
  failure(1, 'amountTooLarge', `one token carries at most ${most}`);

function tidFrom(
  options: Options,
  numbers: TimedNumbers,
  o: { readonly baseDate: BaseDate; readonly nowMs: number },
): Outcome<number> {
  if (numbers.tid !== null) return { ok: true, value: numbers.tid };
  const at = options.text('at');
  const nowMs = at === undefined ? o.nowMs : instantFrom(at);
  if (nowMs === null) {
    const message = '--at must be a date and time that exist, such as 2026-07-29T10:15Z';
    return failure(2, 'instantInvalid', message);
  }
  const tid = nextTid({ nowMs, baseDate: o.baseDate, lastTid: numbers.lastTid });
  if (tid.ok) return tid;
  if (tid.error === 'afterBaseDate' && tidFromInstant(nowMs, o.baseDate).ok) {
    const message = '--last-tid is the last one of the base date: a new base date is needed';
    return failure(1, 'afterBaseDate', message);
  }
  return fail(tid.error);
}

function wholeNumber(text: string | undefined): bigint | null {
  return text !== undefined && /^[0-9]{1,20}$/.test(text) ? BigInt(text) : null;
}

function registerFrom(options: Options): Outcome<CreditRegister> {
  const register = options.text('register') ?? '';
  if (register === 'all' || registers.includes(register)) {
    return { ok: true, value: register as CreditRegister };
  }
  const advice = `One of ${registers.join(', ')}; or all.`;
  return failure(2, 'register', '--register must be the name of a register', advice);
}

function managementFrom(options: Options): Outcome<ManagementFunction> {
  const kind = options.text('function') as ManagementFunction['kind'];
  switch (kind) {
    case 'setMaximumPowerLimit':
    case 'setPhaseUnbalanceLimit': {
      const watts = wholeNumber(options.text('watts'));
      if (watts === null) return failure(2, 'watts', '--watts must be a whole number');
      return { ok: true, value: { kind, watts } };
    }
    case 'clearCredit': {
      const register = registerFrom(options);
      return register.ok ? { ok: true, value: { kind, register: register.value } } : register;
    }
    case 'clearTamper':
      return { ok: true, value: { kind } };
    case 'extendedSet': {
      const index = integerFrom(options, 'index', { code: 'extendedIndex', from: 0, to: 63 });
      if (!index.ok) return index;
      const value = integerFrom(options, 'value', { code: 'extendedValue', from: 0, to: 1023 });
      if (!value.ok) return value;
      return { ok: true, value: { kind, index: index.value ?? 0, value: value.value ?? 0 } };
    }
    default: {
      const read = integerFrom(options, 'value', { code: 'field16', from: 0, to: 65_535 });
      if (!read.ok) return read;
      const value = read.value ?? 0;
      return {
        ok: true,
        value: kind === 'setTariffRate' ? { kind, rate: value } : { kind, factor: value },
      };
    }
  }
}

type Issued = Outcome<{ readonly token: string }>;

function issueManagement(options: Options, timed: TimedTokenOptions): Issued {
  const action = managementFrom(options);
  if (!action.ok) return action;
  const issued = issueManagementToken({ ...timed, function: action.value });
  if (issued.ok) return issued;
  return issued.error === 'amountTooLarge'
    ? tooLarge(`${maximumUnitsPerToken} W`)
    : fail(issued.error);
}

function commodityFrom(options: Options): Outcome<Commodity> {
  const commodity = options.text('commodity') ?? 'electricity';
  if (Object.hasOwn(unitNames, commodity)) return { ok: true, value: commodity as Commodity };
  return failure(2, 'commodity', '--commodity must be electricity, water, gas or time');
}

/** Tenths of the unit, from `--kwh` (rounded up) or `--units`. */
function unitsFrom(options: Options): Outcome<bigint> {
  const kwh = options.text('kwh');
  if (kwh === undefined) {
    const units = wholeNumber(options.text('units'));
    if (units === null) return failure(2, 'units', '--units must be a whole number');
    return { ok: true, value: units };
  }
  const units = ceilingOfDecimal(kwh, 1);
  if (units.ok && !kwh.startsWith('-')) return units;
  return failure(2, 'kwh', '--kwh must be a decimal number, not negative');
}

function issueCredit(options: Options, timed: TimedTokenOptions): Issued {
  const commodity = commodityFrom(options);
  if (!commodity.ok) return commodity;
  const amount = options.text('currency');
  if (amount !== undefined) {
    const amountE5 = ceilingOfDecimal(amount, 5);
    if (!amountE5.ok) return failure(2, 'currency', '--currency must be a decimal number');
    const { rnd: _, ...rest } = timed;
    const issued = issueCurrencyToken({
      ...rest,
      commodity: commodity.value,
      amountE5: amountE5.value,
    });
    if (issued.ok) return issued;
    return issued.error === 'amountTooLarge'
      ? tooLarge(`${hundredThousandths(maximumCurrencyPerToken)} of the currency`)
      : fail(issued.error);
  }
  const units = unitsFrom(options);
  if (!units.ok) return units;
  const issued = issueCreditToken({ ...timed, commodity: commodity.value, units: units.value });
  if (issued.ok) return issued;
  if (issued.error !== 'amountTooLarge') return fail(issued.error);
  return tooLarge(`${tenths(maximumUnitsPerToken)} ${unitNames[commodity.value]}: split the sale`);
}

function issueTest(options: Options): StsResult {
  const bits = options.text('control-bits') ?? '36';
  if (bits !== '36' && bits !== '28')
    return failure(2, 'controlBits', '--control-bits must be 36 or 28');
  const controlBits = bits === '36' ? 36 : 28;
  const text = options.text('test') ?? '';
  const numbers = text.split(',').map((one) => (/^[0-9]{1,2}$/.test(one) ? Number(one) : 0));
  const control = controlOfTests(text === 'all' ? 'all' : numbers, controlBits);
  if (control === null) {
    const message = `--test must be all, or numbers from 1 to ${controlBits} with commas`;
    return failure(2, 'test', message);
  }
  const to = controlBits === 36 ? 99 : 9999;
  const manufacturer = integerFrom(options, 'manufacturer', {
    code: 'manufacturerCode',
    from: 0,
    to,
  });
  if (!manufacturer.ok) return manufacturer;
  const issued = issueTestToken({
    subclass: controlBits === 36 ? 0 : 1,
    control,
    manufacturerCode: manufacturer.value ?? 0,
  });
  return issued.ok ? answer(issued.value.token, null, 14) : fail(issued.error);
}

/** Reads the new token back, so that what is shown is what it carries. */
function answer(token: string, key: DecoderKey | null, baseDate: BaseDate): StsResult {
  const fields = readToken(key, token);
  if (!fields.ok) throw new Error(`the new token cannot be read: ${fields.error}`);
  const grouped = formatTokenDigits(token);
  return {
    ok: true,
    value: {
      lines: [`token:             ${grouped}`, ...describeFields(fields.value, baseDate)],
      json: { token, grouped, fields: fieldsToJson(fields.value, baseDate) },
    },
  };
}

function issueKeyed(options: Options, subject: Subject, context: CommandContext): StsResult {
  const baseDate = baseDateFrom(options);
  if (!baseDate.ok) return baseDate;
  const numbers = timedNumbersFrom(options);
  if (!numbers.ok) return numbers;
  const key = decoderKeyFrom(options, context);
  if (!key.ok) return key;
  if (key.value === null) {
    return failure(2, 'key', 'no key', 'Give --decoder-key-file or --vending-key-file.');
  }
  if (subject !== 'function' && key.value.parameters?.keyType === 1) {
    return failure(
      1,
      'ddtk',
      'a meter takes no credit under a default key (type 1): change it first',
    );
  }
  const dates = { baseDate: baseDate.value, nowMs: context.nowMs() };
  const tid = tidFrom(options, numbers.value, dates);
  if (!tid.ok) return tid;
  const timed = {
    decoderKey: key.value.key,
    tid: tid.value,
    rnd: numbers.value.rnd ?? context.randomNibble(),
    keyExpiry: numbers.value.keyExpiry,
  };
  const issued =
    subject === 'function' ? issueManagement(options, timed) : issueCredit(options, timed);
  if (!issued.ok) return issued;
  return answer(issued.value.token, key.value.key, baseDate.value);
}

function run(options: Options, context: CommandContext): StsResult {
  const extra = refuseWords(options, 0);
  if (extra !== null) return extra;
  const subject = subjectFrom(options, Object.keys(keyOptions));
  if (!subject.ok) return subject;
  return subject.value === 'test'
    ? issueTest(options)
    : issueKeyed(options, subject.value, context);
}

export const issueCommand: StsCommand = {
  summary: 'make a token',
  help: `prewatt sts issue (--kwh N | --units N | --currency N | --function F | --test N,..) [key] [options]

  --kwh N             energy (or m3, or minutes), rounded up to 0.1; --units N counts tenths
  --currency N        credit in money instead; to take credit away --currency=-N
  --commodity C       electricity (default), water, gas, time
  --function F        one of ${functionNames.slice(0, 4).join(', ')},
                      ${functionNames.slice(4).join(', ')}
      --watts N           of the two limits, up to ${maximumUnitsPerToken}, rounded up
      --register R        of clearCredit: all, electricity, water, gas, time,
                          electricityCurrency, waterCurrency, gasCurrency or timeCurrency
      --value N           of setTariffRate and setWaterFactor, 0..65535
      --index N --value N of extendedSet, 0..63 and 0..1023
  --test N,..|all     class 1 test or display: numbers 1..36 (1..28 with --control-bits 28); no key
      --control-bits 36|28, --manufacturer N (0..99 with 36 bits, 0..9999 with 28; default 0, any)

  --at TIME           instead of now, such as 2026-07-29T10:15Z
  --last-tid N        the last TID given to this meter: the next one follows it
  --tid N             instead of a time, 0..16777215
  --rnd 0..15         instead of a random one (not with --currency, which has none)
  --key-expiry 0..255 of the meter's key, default 255 (never)

Exactly one token is made: an option that would have no effect is refused.
${keyHelp}`,
  options: { ...keyOptions, ...issueOptions },
  run,
};
