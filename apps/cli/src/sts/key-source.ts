// Where keys come from: a file, standard input or the environment, as hexadecimal digits; never the
// command line, which other users of a machine can read and shells remember. No message here
// repeats what it read.

import {
  type DecoderKey,
  decoderKeyFromBytes,
  deriveDecoderKey,
  type KeyError,
  type KeyParameters,
  meterPanFromDrn,
  vendingKeyFromBytes,
} from '@prewatt/sts/keys';
import type { CommandContext, Failure, Options, OptionTable } from '../command.ts';
import { explainPan } from './explain-pan.ts';

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: Failure };

export const failure = (exitCode: 1 | 2, code: string, message: string, advice?: string) => ({
  ok: false as const,
  error: { exitCode, code, message, ...(advice === undefined ? {} : { advice }) },
});

/** Options that say which key to use. */
export const keyOptions: OptionTable = {
  'decoder-key-file': 'text',
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

export const keyHelp = `Key (one of):
  --decoder-key-file FILE   the meter's key, 16 (EA07) or 32 (EA11) hexadecimal digits
  --vending-key-file FILE   the utility's key, 16, 32 or 40 digits; with these:
      --pan PAN | --drn DRN   the meter's number, 18 digits or 11 / 13
      --sgc N --ti N          supply group (6 digits), tariff index (default 01)
      --krn N                 key revision (default 1)
      --kt N                  key type 0..3 (default 2, unique)
      --ea 07|11  --dkga 02|03|04 (default by the key's length)  --base-date 93|14|35 (default 14)
  FILE may be - for standard input.
  or PREWATT_DECODER_KEY / PREWATT_VENDING_KEY in the environment.
`;

function readHex(
  context: CommandContext,
  o: { readonly path: string | undefined; readonly variable: string; readonly name: string },
): Outcome<Uint8Array | null> {
  const fromEnvironment = context.environment[o.variable];
  if (o.path === undefined && (fromEnvironment === undefined || fromEnvironment === '')) {
    return { ok: true, value: null };
  }
  let text = fromEnvironment ?? '';
  const source = o.path === undefined ? o.variable : o.path === '-' ? 'standard input' : o.path;
  if (o.path !== undefined) {
    try {
      text = o.path === '-' ? context.readStandardInput() : context.readFile(o.path);
    } catch {
      return failure(
        1,
        'keyFile',
        `cannot read ${source}`,
        `It must hold the ${o.name} in hexadecimal.`,
      );
    }
  }
  const digits = text.replace(/\s/g, '');
  if (!/^(?:[0-9A-Fa-f]{2})+$/.test(digits)) {
    return failure(1, 'keyDigits', `${source} does not hold an even number of hexadecimal digits`);
  }
  return { ok: true, value: Uint8Array.from(Buffer.from(digits, 'hex')) };
}

const messages: Readonly<Partial<Record<KeyError, string>>> = {
  keyLength: 'the key has the wrong length',
  keyParity:
    'the vending key is a DES key without odd parity: a digit was mistyped, or it is not a DES key',
  ea09Refused:
    'EA09 (DEA) is deprecated and no two implementations of it agree: this tool refuses it',
  algorithmUnknown: 'the algorithm must be EA 07 or 11, and DKGA 01, 02, 03 or 04',
  algorithmPair: 'EA11 keys come from DKGA04 only',
  vendingKeyLength:
    'the vending key has the wrong length: DKGA01 and 02 take 8 bytes, 03 takes 16, 04 takes 20',
  supplyGroupCode: 'the supply group code (--sgc) must have 6 digits',
  tariffIndex: 'the tariff index (--ti) must have 2 digits',
  keyRevision: 'the key revision (--krn) must be 1 to 9',
  keyType: 'the key type (--kt) must be 0 to 3',
  baseDate: 'the base date (--base-date) must be 93, 14 or 35',
  dkga01Unverified:
    'DKGA01 rests on one source and is unverified: add --accept-unverified to use it',
  dkga01NotForMeter: 'DKGA01 was never used for this meter, key type and revision',
};

/** The MeterPAN of `--pan` or `--drn`. */
export function meterPanFrom(options: Options): Outcome<string> {
  const drn = options.text('drn');
  const pan = options.text('pan');
  if (drn !== undefined) {
    const made = meterPanFromDrn(drn);
    return made.ok ? made : failure(1, made.error, explainPan(drn, made.error));
  }
  if (pan === undefined)
    return failure(2, 'pan', 'the meter number is missing', 'Give --pan or --drn.');
  return { ok: true, value: pan };
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
  const message = messages[key.error] ?? explainPan(parameters.meterPan, key.error);
  return failure(1, key.error, message);
}

/** The vending key's bytes, null when no source was named. `prefix` as for keyParametersFrom. */
export function vendingKeyBytesFrom(
  options: Options,
  context: CommandContext,
  prefix: '' | 'new-',
): Outcome<Uint8Array | null> {
  return readHex(context, {
    path: options.text(`${prefix}vending-key-file`),
    variable: prefix === '' ? 'PREWATT_VENDING_KEY' : 'PREWATT_NEW_VENDING_KEY',
    name: 'vending key',
  });
}

/**
 * The decoder key that the options name, with its parameters when it was derived; null when none is
 * named.
 */
export function decoderKeyFrom(
  options: Options,
  context: CommandContext,
): Outcome<{ readonly key: DecoderKey; readonly parameters: KeyParameters | null } | null> {
  const direct = readHex(context, {
    path: options.text('decoder-key-file'),
    variable: 'PREWATT_DECODER_KEY',
    name: 'decoder key',
  });
  if (!direct.ok) return direct;
  if (direct.value !== null) {
    const key = decoderKeyFromBytes(direct.value);
    if (key.ok) return { ok: true, value: { key: key.value, parameters: null } };
    return failure(1, key.error, 'a decoder key has 16 hexadecimal digits (EA07) or 32 (EA11)');
  }
  const vending = vendingKeyBytesFrom(options, context, '');
  if (!vending.ok) return vending;
  if (vending.value === null) return { ok: true, value: null };
  const parameters = keyParametersFrom(options, vending.value.length, '');
  return parameters.ok ? deriveFrom(vending.value, parameters.value) : parameters;
}
