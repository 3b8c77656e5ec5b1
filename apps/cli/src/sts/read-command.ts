// `prewatt sts read`: what a token says, and with --oldest-tid whether a meter would call it old.

import {
  type BaseDate,
  formatTokenDigits,
  maximumTid,
  parseTokenDigits,
  readToken,
  type TokenFields,
} from '@prewatt/sts/codec';
import type { CommandContext, Options } from '../command.ts';
import { describeFields, fieldsToJson, tidText } from './describe-token.ts';
import { decoderKeyFrom, keyHelp, keyOptions } from './key-source.ts';
import type { StsCommand, StsResult } from './sts-command.ts';
import { baseDateFrom, failure, integerFrom } from './usage.ts';

const messages: Readonly<Record<string, string>> = {
  tokenLength: 'a token has 20 digits',
  tokenCharacter: 'a token has digits only, in groups by spaces or dashes if you like',
  tokenTooLarge: 'no token is as large as this: a digit near the front is wrong',
  classReserved: 'class 3 is reserved: no meter takes it; most likely a digit is wrong',
  keyRequired: "this token is encrypted: the meter's key is needed to read it",
  crc: 'the check is wrong: a digit is wrong, or the token is for another meter or key',
  subclassReserved: 'genuine, but of a subclass that the standard reserves',
  subclassProprietary: "genuine, but of a subclass that is a maker's own",
};

function lengthAdvice(text: string, code: string): string | undefined {
  if (code !== 'tokenLength') return undefined;
  const count = text.replace(/\D/g, '').length;
  return `It has ${count}: ${count < 20 ? `${20 - count} missing` : `${count - 20} too many`}.`;
}

type Oldness = {
  readonly line: string;
  /** False when not old, or without a TID. */
  readonly isOld: boolean;
  readonly minutesTooOld: number;
};

function oldnessOf(fields: TokenFields, oldest: number, baseDate: BaseDate): Oldness {
  if (!('tid' in fields)) {
    const line = 'old:               no: a token of this kind has no TID and does not grow old';
    return { line, isOld: false, minutesTooOld: 0 };
  }
  const minutesTooOld = Math.max(oldest - fields.tid, 0);
  const isOld = minutesTooOld > 0;
  const compared = `the meter's oldest stored TID is ${tidText(oldest, baseDate)}`;
  const verdict = isOld ? `yes, ${minutesTooOld} minutes too old` : 'no';
  return { line: `old:               ${verdict}: ${compared}`, isOld, minutesTooOld };
}

function run(options: Options, context: CommandContext): StsResult {
  const text = options.positionals.join(' ');
  if (text === '') return failure(2, 'token', 'no token', 'prewatt sts read TOKEN [key]');
  const baseDate = baseDateFrom(options);
  if (!baseDate.ok) return baseDate;
  const range = { code: 'oldestTid', from: 0, to: maximumTid };
  const oldest = integerFrom(options, 'oldest-tid', range);
  if (!oldest.ok) return oldest;
  const token = parseTokenDigits(text);
  if (!token.ok) {
    const message = messages[token.error] ?? token.error;
    return failure(1, token.error, message, lengthAdvice(text, token.error));
  }
  const key = decoderKeyFrom(options, context);
  if (!key.ok) return key;
  const fields = readToken(key.value?.key ?? null, token.value);
  if (!fields.ok) {
    const advice =
      fields.error === 'keyRequired' ? 'Give --decoder-key-file or --vending-key-file.' : undefined;
    return failure(1, fields.error, messages[fields.error] ?? fields.error, advice);
  }
  const old = oldest.value === null ? null : oldnessOf(fields.value, oldest.value, baseDate.value);
  const grouped = formatTokenDigits(token.value);
  const lines = [
    `token:             ${grouped}`,
    ...describeFields(fields.value, baseDate.value),
    ...(old === null ? [] : [old.line]),
  ];
  const json = {
    token: token.value,
    grouped,
    fields: fieldsToJson(fields.value, baseDate.value),
    isOld: old?.isOld,
    minutesTooOld: old?.minutesTooOld,
  };
  return { ok: true, value: { lines, json } };
}

export const readCommand: StsCommand = {
  summary: 'read a token back into its fields',
  help: `prewatt sts read TOKEN [key] [--oldest-tid N]

TOKEN: 20 digits; spaces and dashes may stand between them. Class 1 tokens need no key.
${keyHelp}
  --oldest-tid N    the smallest TID in the meter's store: says whether the token is old, and by how
                    many minutes (minutesTooOld with --json)
`,
  options: { ...keyOptions, 'oldest-tid': 'text' },
  run,
};
