// Where keys come from: a file, standard input or the environment, as hexadecimal digits; never the
// command line, which other users of a machine can read and shells remember. A source named on the
// command line counts before the environment. No message here repeats what it read.

import {
  checkMeterPan,
  type DecoderKey,
  decoderKeyFromBytes,
  deriveDecoderKey,
  type KeyError,
  type KeyParameters,
  meterPanFromDrn,
  vendingKeyFromBytes,
} from '@prewatt/sts/keys';
import type { CommandContext, Options, OptionTable } from '../command.ts';
import { explainPan } from './explain-pan.ts';
import { failure, givenOf, type Outcome, refuseSeveral, shown } from './usage.ts';

/** Options that say from which vending key and for which meter. */
export const vendingKeyOptions: OptionTable = {
  'vending-key-file': 'text',
  pan: 'text',
  drn: 'text',
  dkga: 'text',
  ea: 'text',
  sgc: 'text',
  ti: 'text',
  krn: 'text',
  kt: 'text',
  'base-date': 'text',
  'accept-unverified': 'flag',
};

/** The same, or a decoder key itself. */
export const keyOptions: OptionTable = { 'decoder-key-file': 'text', ...vendingKeyOptions };

/** What a decoder key already stands for; `--base-date` is left, for it dates the TIDs. */
const derivationOptions = Object.keys(vendingKeyOptions).filter(
  (name) => name !== 'vending-key-file' && name !== 'base-date',
);

export const vendingKeyHelp = `  --vending-key-file FILE   the utility's key, 16, 32 or 40 hexadecimal digits; with these:
      --pan PAN | --drn DRN   the meter's number, 18 digits or 11 / 13
      --sgc N --ti N          supply group (6 digits), tariff index (2 digits, default 01)
      --krn N                 key revision 1..9 (default 1)
      --kt N                  key type 0..3 (default 2, unique)
      --ea 07|11  --dkga 01|02|03|04 (default by the key's length)  --base-date 93|14|35 (default 14)
      --accept-unverified     use DKGA01, which rests on one source
  FILE may be - for standard input. Without it: PREWATT_VENDING_KEY in the environment.
`;

export const keyHelp = `Key (one of):
  --decoder-key-file FILE   the meter's key, 16 (EA07) or 32 (EA11) hexadecimal digits, or - for
                            standard input; without it: PREWATT_DECODER_KEY in the environment.
                            --base-date 93|14|35 (default 14) dates its TIDs
${vendingKeyHelp}  A key named on the command line counts, and the environment is left alone.
`;

type Source = { readonly path: string | undefined; readonly variable: string };

const isSet = (context: CommandContext, variable: string): boolean =>
  (context.environment[variable] ?? '') !== '';

function readHex(context: CommandContext, source: Source, name: string): Outcome<Uint8Array> {
  const { path, variable } = source;
  let text = context.environment[variable] ?? '';
  const where = path === undefined ? variable : path === '-' ? 'standard input' : shown(path);
  if (path !== undefined) {
    try {
      text = path === '-' ? context.readStandardInput() : context.readFile(path);
    } catch {
      const advice = `Name a file that holds the ${name} in hexadecimal, never the key itself.`;
      return failure(1, 'keyFile', `cannot read ${where}`, advice);
    }
  }
  const digits = text.replace(/\s/g, '');
  if (!/^(?:[0-9A-Fa-f]{2})+$/.test(digits)) {
    return failure(1, 'keyDigits', `${where} does not hold an even number of hexadecimal digits`);
  }
  return { ok: true, value: Uint8Array.from(Buffer.from(digits, 'hex')) };
}

type KeyMessage = { readonly exitCode: 1 | 2; readonly message: string };
const wrong = (message: string): KeyMessage => ({ exitCode: 2, message });
const no = (message: string): KeyMessage => ({ exitCode: 1, message });

const messages: Readonly<Partial<Record<KeyError, KeyMessage>>> = {
  keyLength: no('a vending key has 16, 32 or 40 hexadecimal digits'),
  keyParity: no(
    'the vending key is a DES key without odd parity: a digit was mistyped, or it is not a DES key',
  ),
  ea09Refused: no(
    'EA09 (DEA) is deprecated and no two implementations of it agree: this tool refuses it',
  ),
  algorithmUnknown: wrong('--ea must be 07 or 11, and --dkga 01, 02, 03 or 04'),
  algorithmPair: wrong('EA11 keys come from DKGA04 only, so from a vending key of 40 digits'),
  vendingKeyLength: no(
    'the vending key has the wrong length: DKGA01 and 02 take 16 digits, 03 takes 32, 04 takes 40',
  ),
  supplyGroupCode: wrong('the supply group code (--sgc) must have 6 digits'),
  tariffIndex: wrong('the tariff index (--ti) must have 2 digits'),
  keyRevision: wrong('the key revision (--krn) must be 1 to 9'),
  keyType: wrong('the key type (--kt) must be 0 to 3'),
  baseDate: wrong('the base date (--base-date) must be 93, 14 or 35'),
  dkga01Unverified: no(
    'DKGA01 rests on one source and is unverified: add --accept-unverified to use it',
  ),
  dkga01NotForMeter: no('DKGA01 was never used for this meter, key type and revision'),
};

/** A check digit is refused (1); another count of digits or a letter is a wrong value (2). */
function refusePan(name: string, number: string, code: string): ReturnType<typeof failure> {
  const { message, details } = explainPan(number, code);
  const count = name === 'pan' ? '18 digits' : '11 or 13 digits';
  const exitCode = code === 'panLength' || code === 'panCharacter' ? 2 : 1;
  const words =
    code === 'panLength'
      ? `--${name} takes ${count}, not ${number.length}`
      : `--${name}: ${message}`;
  const refusal = failure(exitCode, code, words);
  return { ...refusal, error: { ...refusal.error, ...(details === null ? {} : { details }) } };
}

/** The MeterPAN of `--pan` or `--drn`. */
function meterPanFrom(options: Options): Outcome<string> {
  const drn = options.text('drn');
  const pan = options.text('pan');
  if (pan !== undefined) {
    const parts = checkMeterPan(pan);
    if (!parts.ok) return refusePan('pan', pan, parts.error);
    if (drn !== undefined && drn !== parts.value.drn) {
      return failure(2, 'contradiction', '--pan and --drn name different meters: give one of them');
    }
    return { ok: true, value: pan };
  }
  if (drn === undefined)
    return failure(2, 'pan', 'the meter number is missing', 'Give --pan or --drn.');
  const made = meterPanFromDrn(drn);
  return made.ok ? made : refusePan('drn', drn, made.error);
}

const dkgaByLength: Readonly<Record<number, KeyParameters['dkga']>> = {
  8: 'dkga02',
  16: 'dkga03',
  20: 'dkga04',
};

const numberOf = (text: string | undefined, fallback: number): number =>
  text === undefined ? fallback : /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;

/** Key parameters of the options; `prefix` is '' or 'new-' for the wanted side of a key change. */
export function keyParametersFrom(
  options: Options,
  keyLength: number,
  prefix: '' | 'new-',
): Outcome<KeyParameters> {
  const pan = meterPanFrom(options);
  if (!pan.ok) return pan;
  const text = (name: string): string | undefined =>
    options.text(`${prefix}${name}`) ?? options.text(name);
  const sgc = text('sgc');
  if (sgc === undefined) return failure(2, 'sgc', 'the supply group code (--sgc) is missing');
  const dkga = text('dkga');
  return {
    ok: true,
    value: {
      dkga:
        dkga === undefined ? (dkgaByLength[keyLength] ?? 'dkga04') : (`dkga${dkga}` as 'dkga04'),
      ea: `ea${options.text('ea') ?? '07'}` as 'ea07',
      meterPan: pan.value,
      supplyGroupCode: sgc,
      tariffIndex: text('ti') ?? '01',
      keyRevision: numberOf(text('krn'), 1),
      keyType: numberOf(text('kt'), 2) as 2,
      baseDate: numberOf(text('base-date'), 14) as 14,
      acceptUnverified: options.flag('accept-unverified'),
    },
  };
}

/** Derives a decoder key from the vending key of one source. */
export function deriveFrom(
  bytes: Uint8Array,
  parameters: KeyParameters,
): Outcome<{ readonly key: DecoderKey; readonly parameters: KeyParameters }> {
  const vendingKey = vendingKeyFromBytes(bytes);
  const key = vendingKey.ok ? deriveDecoderKey(vendingKey.value, parameters) : vendingKey;
  if (key.ok) return { ok: true, value: { key: key.value, parameters } };
  const { exitCode, message } = messages[key.error] ?? no(`refused: ${key.error}`);
  return failure(exitCode, key.error, message);
}

const heldVariable = 'PREWATT_VENDING_KEY';
const newVariable = 'PREWATT_NEW_VENDING_KEY';

/** The vending key's bytes of `--vending-key-file` or the environment. */
export function vendingKeyBytesFrom(
  options: Options,
  context: CommandContext,
): Outcome<Uint8Array> {
  const path = options.text('vending-key-file');
  if (path === undefined && !isSet(context, heldVariable)) {
    const advice = `Give --vending-key-file or ${heldVariable}.`;
    return failure(2, 'vendingKey', 'no vending key', advice);
  }
  return readHex(context, { path, variable: heldVariable }, 'vending key');
}

/**
 * The vending key of the wanted side of a key change; null when it stays. A key that is named on
 * the command line for the held side is never mixed with one of the environment for the new side.
 */
export function newVendingKeyBytesFrom(
  options: Options,
  context: CommandContext,
): Outcome<Uint8Array | null> {
  const path = options.text('new-vending-key-file');
  const held = options.text('vending-key-file');
  if (path === '-' && held === '-') {
    return failure(2, 'contradiction', 'standard input holds one key, not both');
  }
  if (path === undefined && !isSet(context, newVariable)) return { ok: true, value: null };
  if (path === undefined && held !== undefined) {
    const message = `--vending-key-file names a key, and ${newVariable} in the environment another`;
    return failure(2, 'keySource', message, 'Name the new one with --new-vending-key-file.');
  }
  return readHex(context, { path, variable: newVariable }, 'vending key');
}

type KeySource = 'decoder' | 'vending' | null;

/** Which of the two keys: of the command line, else of the environment; never one of several. */
function keySourceOf(options: Options, context: CommandContext): Outcome<KeySource> {
  const several = refuseSeveral(options, ['decoder-key-file', 'vending-key-file']);
  if (several !== null) return several;
  if (options.text('decoder-key-file') !== undefined) return { ok: true, value: 'decoder' };
  if (options.text('vending-key-file') !== undefined) return { ok: true, value: 'vending' };
  const hasDecoder = isSet(context, 'PREWATT_DECODER_KEY');
  const hasVending = isSet(context, heldVariable);
  if (hasDecoder && hasVending) {
    const message = 'the environment holds PREWATT_DECODER_KEY and PREWATT_VENDING_KEY';
    return failure(2, 'keySource', message, 'Keep one, or name a file on the command line.');
  }
  return { ok: true, value: hasDecoder ? 'decoder' : hasVending ? 'vending' : null };
}

/**
 * The decoder key that the options name, with its parameters when it was derived; null when none is
 * named.
 */
export function decoderKeyFrom(
  options: Options,
  context: CommandContext,
): Outcome<{ readonly key: DecoderKey; readonly parameters: KeyParameters | null } | null> {
  const source = keySourceOf(options, context);
  if (!source.ok) return source;
  if (source.value !== 'vending') {
    const idle = givenOf(options, derivationOptions).map((name) => `--${name}`);
    if (idle.length > 0) {
      const message = `${idle.join(', ')}: of use with a vending key only`;
      return failure(2, 'idleOption', message, `Give --vending-key-file or ${heldVariable}.`);
    }
  }
  if (source.value === null) return { ok: true, value: null };
  if (source.value === 'decoder') {
    const path = options.text('decoder-key-file');
    const bytes = readHex(context, { path, variable: 'PREWATT_DECODER_KEY' }, 'decoder key');
    if (!bytes.ok) return bytes;
    const key = decoderKeyFromBytes(bytes.value);
    if (key.ok) return { ok: true, value: { key: key.value, parameters: null } };
    return failure(1, key.error, 'a decoder key has 16 hexadecimal digits (EA07) or 32 (EA11)');
  }
  const vending = vendingKeyBytesFrom(options, context);
  if (!vending.ok) return vending;
  const parameters = keyParametersFrom(options, vending.value.length, '');
  return parameters.ok ? deriveFrom(vending.value, parameters.value) : parameters;
}
