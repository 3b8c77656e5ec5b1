// `prewatt sts issue`: one token of any class. The TID comes from the clock or --at, and from
// --last-tid so that no TID is used twice; the random nibble from the system or --rnd.

import { type BaseDate, ceilingOfDecimal, formatTokenDigits, readToken } from '@prewatt/sts/codec';
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
} from '@prewatt/sts/issue';
import type { DecoderKey } from '@prewatt/sts/keys';
import { type CommandContext, type CommandResult, type Options, refused } from '../command.ts';
import { describeFields, fieldsToJson } from './describe-token.ts';
import type { StsCommand } from './group.ts';
import { decoderKeyFrom, failure, keyHelp, keyOptions, type Outcome } from './key-source.ts';

const messages: Readonly<Record<string, string>> = {
  commodity: '--commodity must be electricity, water, gas or time',
  tid: '--tid must be 0 to 16777215',
  rnd: '--rnd must be 0 to 15',
  keyExpiry: '--key-expiry must be 0 to 255',
  keyExpired: 'the key has expired for this TID: the meter needs a key change first',
  amountNegative: 'the amount is negative',
  amountTooLarge: 'one token carries at most 1820162.4 kWh: split the sale',
  field16: 'the value must be 0 to 65535',
  register: 'no such register',
  extendedIndex: '--index must be 0 to 63',
  extendedValue: '--value must be 0 to 1023',
  instantInvalid: '--at must be a date and time such as 2026-07-29T10:15Z',
  beforeBaseDate: 'the time lies before the base date',
  afterBaseDate: 'the time lies beyond the 31.9 years of the base date: a new one is needed',
  baseDateUnknown: '--base-date must be 93, 14 or 35',
  tidRange: '--last-tid must be 0 to 16777215',
  subclass: 'no such subclass of class 1',
  control: 'the control field is too large',
  manufacturerCode: 'the manufacturer code is too large: 2 digits with 36 control bits, 4 with 28',
};

const fail = (code: string): CommandResult => refused(code, messages[code] ?? code);

function tidFrom(options: Options, context: CommandContext, baseDate: BaseDate): Outcome<number> {
  const given = options.text('tid');
  if (given !== undefined) {
    if (!/^[0-9]{1,8}$/.test(given)) return failure(1, 'tid', messages['tid'] ?? '');
    return { ok: true, value: Number(given) };
  }
  const at = options.text('at');
  const nowMs = at === undefined ? context.nowMs() : Date.parse(at);
  const last = options.text('last-tid');
  const lastTid = last === undefined ? null : Number(last);
  const tid = nextTid({ nowMs, baseDate, lastTid });
  return tid.ok ? tid : failure(1, tid.error, messages[tid.error] ?? tid.error);
}

const numberFrom = (text: string | undefined, fallback: number): number =>
  text === undefined ? fallback : /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;

/** A whole number as bigint; null for any other text. */
const bigFrom = (text: string | undefined): bigint | null =>
  text !== undefined && /^[0-9]{1,20}$/.test(text) ? BigInt(text) : null;

function managementFrom(options: Options): ManagementFunction | null {
  const kind = options.text('function');
  const watts = bigFrom(options.text('watts')) ?? -1n;
  const value = numberFrom(options.text('value'), Number.NaN);
  switch (kind) {
    case 'setMaximumPowerLimit':
    case 'setPhaseUnbalanceLimit':
      return { kind, watts };
    case 'clearCredit':
      return { kind, register: (options.text('register') ?? 'all') as CreditRegister };
    case 'setTariffRate':
      return { kind, rate: value };
    case 'setWaterFactor':
      return { kind, factor: value };
    case 'clearTamper':
      return { kind };
    case 'extendedSet':
      return { kind, index: numberFrom(options.text('index'), Number.NaN), value };
    default:
      return null;
  }
}

function issueKeyed(
  options: Options,
  timed: TimedTokenOptions,
): { readonly ok: true; readonly value: { readonly token: string } } | CommandResult {
  const commodity = (options.text('commodity') ?? 'electricity') as Commodity;
  const amount = options.text('currency');
  const kwh = options.text('kwh');
  if (options.text('function') !== undefined) {
    const action = managementFrom(options);
    if (action === null)
      return failure(2, 'function', 'no such --function', 'prewatt sts issue --help');
    if ('watts' in action && action.watts < 0n) {
      return failure(1, 'watts', '--watts must be a whole number');
    }
    const issued = issueManagementToken({ ...timed, function: action });
    return issued.ok ? issued : fail(issued.error);
  }
  if (amount !== undefined) {
    const amountE5 = ceilingOfDecimal(amount, 5);
    if (!amountE5.ok) return failure(1, 'currency', '--currency must be a decimal number');
    const issued = issueCurrencyToken({ ...timed, commodity, amountE5: amountE5.value });
    return issued.ok ? issued : fail(issued.error);
  }
  const unitsText = options.text('units');
  if (kwh === undefined && unitsText === undefined) {
    return failure(
      2,
      'amount',
      'nothing to issue',
      'Give --kwh, --units, --currency, --function or --test.',
    );
  }
  const tenths = kwh === undefined ? null : ceilingOfDecimal(kwh, 1);
  if (tenths?.ok === false) return failure(1, 'kwh', '--kwh must be a decimal number');
  const units = tenths?.value ?? bigFrom(unitsText);
  if (units === null) return failure(1, 'units', '--units must be a whole number');
  const issued = issueCreditToken({ ...timed, commodity, units });
  return issued.ok ? issued : fail(issued.error);
}

function issueTest(options: Options): CommandResult {
  const bits = options.text('control-bits') ?? '36';
  if (bits !== '36' && bits !== '28')
    return failure(2, 'controlBits', '--control-bits must be 36 or 28');
  const controlBits = bits === '36' ? 36 : 28;
  const text = options.text('test') ?? '';
  const tests = text === 'all' ? 'all' : text.split(',').map((one) => numberFrom(one, Number.NaN));
  const control = controlOfTests(tests, controlBits);
  if (control === null) {
    return failure(
      1,
      'test',
      `--test must be all, or numbers from 1 to ${controlBits} with commas`,
    );
  }
  const manufacturerCode = numberFrom(options.text('manufacturer'), 0);
  const issued = issueTestToken({
    subclass: controlBits === 36 ? 0 : 1,
    control,
    manufacturerCode,
  });
  return issued.ok ? answer(issued.value.token, null, 14) : fail(issued.error);
}

/** Reads the new token back, so that what is shown is what it carries. */
function answer(token: string, key: DecoderKey | null, baseDate: BaseDate): CommandResult {
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

function run(options: Options, context: CommandContext): CommandResult {
  if (options.text('test') !== undefined) return issueTest(options);
  const key = decoderKeyFrom(options, context);
  if (!key.ok) return key;
  if (key.value === null) {
    return failure(2, 'key', 'no key', 'Give --decoder-key-file or --vending-key-file.');
  }
  const baseDate =
    key.value.parameters?.baseDate ?? (numberFrom(options.text('base-date'), 14) as BaseDate);
  const tid = tidFrom(options, context, baseDate);
  if (!tid.ok) return tid;
  const timed = {
    decoderKey: key.value.key,
    tid: tid.value,
    rnd: numberFrom(options.text('rnd'), context.randomNibble()),
    keyExpiry: numberFrom(options.text('key-expiry'), 255),
  };
  const issued = issueKeyed(options, timed);
  if (!issued.ok) return issued;
  if (!('token' in issued.value)) return { ok: true, value: issued.value };
  return answer(issued.value.token, key.value.key, baseDate);
}

export const issueCommand: StsCommand = {
  summary: 'make a token',
  help: `prewatt sts issue (--kwh N | --units N | --currency N | --function F | --test N,..) [key] [options]

  --kwh N             energy (or m3, or minutes), rounded up to 0.1; --units N counts tenths
  --currency N        credit in money instead
  --commodity C       electricity (default), water, gas, time
  --function F        setMaximumPowerLimit, setPhaseUnbalanceLimit (--watts N)
                      clearCredit (--register R|all), clearTamper
                      setTariffRate, setWaterFactor (--value N), extendedSet (--index N --value N)
  --test N,..|all     class 1 test or display; --control-bits 36|28, --manufacturer N; no key

  --at TIME           instead of now, such as 2026-07-29T10:15Z
  --last-tid N        the last TID given to this meter: the next one follows it
  --tid N             instead of a time
  --rnd 0..15         instead of a random one
  --key-expiry N      default 255

${keyHelp}`,
  options: {
    ...keyOptions,
    kwh: 'text',
    units: 'text',
    currency: 'text',
    commodity: 'text',
    function: 'text',
    watts: 'text',
    register: 'text',
    value: 'text',
    index: 'text',
    test: 'text',
    'control-bits': 'text',
    manufacturer: 'text',
    at: 'text',
    tid: 'text',
    'last-tid': 'text',
    rnd: 'text',
    'key-expiry': 'text',
  },
  run,
};
