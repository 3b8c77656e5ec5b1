// `prewatt sts read`: what a token says, and with --oldest-tid whether a meter would call it old.

import { type BaseDate, formatTokenDigits, parseTokenDigits, readToken } from '@prewatt/sts/codec';
import { type CommandContext, type CommandResult, type Options, refused } from '../command.ts';
import { describeFields, fieldsToJson, tidText } from './describe-token.ts';
import type { StsCommand } from './group.ts';
import { decoderKeyFrom, failure, keyHelp, keyOptions } from './key-source.ts';

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

function oldness(options: Options, tid: number, baseDate: BaseDate): string[] | null {
  const text = options.text('oldest-tid');
  if (text === undefined) return [];
  if (!/^[0-9]{1,8}$/.test(text)) return null;
  const oldest = Number(text);
  const compared = `the meter's oldest stored TID is ${tidText(oldest, baseDate)}`;
  return tid < oldest
    ? [`old:               yes, ${oldest - tid} minutes too old: ${compared}`]
    : [`old:               no: ${compared}`];
}

function run(options: Options, context: CommandContext): CommandResult {
  const text = options.positionals.join(' ');
  if (text === '') return failure(2, 'token', 'no token', 'prewatt sts read TOKEN [key]');
  const token = parseTokenDigits(text);
  if (!token.ok) {
    return refused(
      token.error,
      messages[token.error] ?? token.error,
      lengthAdvice(text, token.error),
    );
  }
  const key = decoderKeyFrom(options, context);
  if (!key.ok) return key;
  const fields = readToken(key.value?.key ?? null, token.value);
  if (!fields.ok) {
    const advice =
      fields.error === 'keyRequired' ? 'Give --decoder-key-file or --vending-key-file.' : undefined;
    return refused(fields.error, messages[fields.error] ?? fields.error, advice);
  }
  const baseDate =
    key.value?.parameters?.baseDate ?? (Number(options.text('base-date') ?? '14') as BaseDate);
  const old = 'tid' in fields.value ? oldness(options, fields.value.tid, baseDate) : [];
  if (old === null) return failure(2, 'oldestTid', '--oldest-tid must be a number');
  const lines = [
    `token:             ${formatTokenDigits(token.value)}`,
    ...describeFields(fields.value, baseDate),
    ...old,
  ];
  const isOld = old.length === 0 ? undefined : (old[0] ?? '').includes('yes');
  const json = { token: token.value, fields: fieldsToJson(fields.value, baseDate), isOld };
  return { ok: true, value: { lines, json } };
}

export const readCommand: StsCommand = {
  summary: 'read a token back into its fields',
  help: `prewatt sts read TOKEN [key] [--oldest-tid N]

TOKEN: 20 digits; spaces and dashes may stand between them. Class 1 tokens need no key.
${keyHelp}
  --oldest-tid N    the smallest TID in the meter's store: says whether the token is old, and by how much
`,
  options: { ...keyOptions, 'oldest-tid': 'text' },
  run,
};
