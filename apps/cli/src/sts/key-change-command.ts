// `prewatt sts key-change`: the tokens that bring a meter from one key to another.

import { formatTokenDigits } from '@prewatt/sts/codec';
import { isBaseDateChangeAllowed, issueKeyChangeTokens, tidFromInstant } from '@prewatt/sts/issue';
import type { CommandContext, Options } from '../command.ts';
import {
  deriveFrom,
  keyParametersFrom,
  newVendingKeyBytesFrom,
  vendingKeyBytesFrom,
  vendingKeyHelp,
  vendingKeyOptions,
} from './key-source.ts';
import type { StsCommand, StsResult } from './sts-command.ts';
import { failure, integerFrom, type Outcome, refuseWords } from './usage.ts';

const messages: Readonly<Record<string, string>> = {
  algorithmChange: 'the old and the new key must be for the same encryption algorithm',
  keyTypeChange: 'the meter would refuse this change of key type (KeyTypeError)',
};

type Side = Extract<ReturnType<typeof deriveFrom>, { ok: true }>['value'];

function sidesFrom(
  options: Options,
  context: CommandContext,
): Outcome<{ readonly held: Side; readonly next: Side }> {
  const heldBytes = vendingKeyBytesFrom(options, context);
  if (!heldBytes.ok) return heldBytes;
  const nextBytes = newVendingKeyBytesFrom(options, context);
  if (!nextBytes.ok) return nextBytes;
  const newBytes = nextBytes.value ?? heldBytes.value;
  const heldParameters = keyParametersFrom(options, heldBytes.value.length, '');
  if (!heldParameters.ok) return heldParameters;
  const nextParameters = keyParametersFrom(options, newBytes.length, 'new-');
  if (!nextParameters.ok) return nextParameters;
  const held = deriveFrom(heldBytes.value, heldParameters.value);
  if (!held.ok) return held;
  const next = deriveFrom(newBytes, nextParameters.value);
  if (!next.ok) {
    const { message, ...rest } = next.error;
    return { ok: false, error: { ...rest, message: `of the new key: ${message}` } };
  }
  return { ok: true, value: { held: held.value, next: next.value } };
}

/** Null, or why no token could be issued under the new key (as a sale refuses it). */
function refuseUseless(
  { held, next }: { readonly held: Side; readonly next: Side },
  keyExpiry: number,
  nowMs: number,
): ReturnType<typeof failure> | null {
  const { baseDate } = next.parameters;
  if (!isBaseDateChangeAllowed(held.parameters.baseDate, baseDate)) {
    const message = `no roll-over leads from base date ${held.parameters.baseDate} to ${baseDate}`;
    return failure(1, 'baseDateChange', message, 'Only 93 to 14 and 14 to 35 are possible.');
  }
  const tid = tidFromInstant(nowMs, baseDate);
  if (tid.ok ? tid.value >>> 16 <= keyExpiry : tid.error !== 'afterBaseDate') return null;
  return failure(1, 'keyExpired', 'the new key has expired: no token could be issued under it');
}

function tokenCountFrom(options: Options, ea: 'ea07' | 'ea11'): Outcome<2 | 3 | 4> {
  const text = options.text('tokens') ?? (ea === 'ea11' ? '4' : '2');
  if (ea === 'ea11' && text === '4') return { ok: true, value: 4 };
  if (ea === 'ea07' && text === '2') return { ok: true, value: 2 };
  if (ea === 'ea07' && text === '3') return { ok: true, value: 3 };
  return failure(2, 'tokenCount', 'EA07 takes --tokens 2 or 3, EA11 takes 4');
}

function answer(
  { held, next }: { readonly held: Side; readonly next: Side },
  o: { readonly tokens: readonly string[]; readonly keyExpiry: number; readonly rollover: boolean },
): StsResult {
  const { tokens, keyExpiry, rollover } = o;
  const { supplyGroupCode, tariffIndex, keyRevision, keyType } = next.parameters;
  const grouped = tokens.map(formatTokenDigits);
  const isGroupLost = tokens.length === 2 && supplyGroupCode !== held.parameters.supplyGroupCode;
  const warnings = isGroupLost
    ? ['two tokens carry no supply group: the meter is not told the new one (see --tokens 3)']
    : [];
  const lines = [
    ...grouped.map((token, index) => `token ${index + 1}:           ${token}`),
    `key revision:      ${held.parameters.keyRevision} to ${keyRevision}`,
    `key type:          ${held.parameters.keyType} to ${keyType}`,
    `tariff index:      ${held.parameters.tariffIndex} to ${tariffIndex}`,
    `supply group:      ${held.parameters.supplyGroupCode} to ${supplyGroupCode}`,
    `key expiry:        ${keyExpiry}`,
    `roll-over:         ${rollover ? 'yes: enter unused old tokens first' : 'no'}`,
    ...warnings.map((warning) => `warning:           ${warning}`),
    'The meter takes them in any order; its credit stays.',
  ];
  const shared = { keyRevision, keyType, tariffIndex, supplyGroupCode, keyExpiry, rollover };
  return { ok: true, value: { lines, json: { tokens, grouped, ...shared, warnings } } };
}

function run(options: Options, context: CommandContext): StsResult {
  const extra = refuseWords(options, 0);
  if (extra !== null) return extra;
  const sides = sidesFrom(options, context);
  if (!sides.ok) return sides;
  const { held, next } = sides.value;
  const count = tokenCountFrom(options, held.parameters.ea);
  if (!count.ok) return count;
  const range = { code: 'keyExpiry', from: 0, to: 255 };
  const expiry = integerFrom(options, 'new-key-expiry', range);
  if (!expiry.ok) return expiry;
  const keyExpiry = expiry.value ?? 255;
  const useless = refuseUseless(sides.value, keyExpiry, context.nowMs());
  if (useless !== null) return useless;
  const rollover = held.parameters.baseDate !== next.parameters.baseDate;
  const { supplyGroupCode, tariffIndex, keyRevision, keyType } = next.parameters;
  const set = issueKeyChangeTokens({
    heldKey: held.key,
    heldKeyType: held.parameters.keyType,
    next: { decoderKey: next.key, supplyGroupCode, tariffIndex, keyRevision, keyType, keyExpiry },
    tokenCount: count.value,
    rollover,
  });
  if (!set.ok) return failure(1, set.error, messages[set.error] ?? set.error);
  return answer(sides.value, { tokens: set.value.tokens, keyExpiry, rollover });
}

export const keyChangeCommand: StsCommand = {
  summary: 'make the tokens that change a meter’s key',
  help: `prewatt sts key-change --vending-key-file FILE --pan PAN --sgc N [what the meter holds]
    [--new-vending-key-file FILE] [--new-sgc N] [--new-ti N] [--new-krn N] [--new-kt N]
    [--new-dkga N] [--new-base-date N] [--new-key-expiry 0..255] [--tokens 2|3|4]

What is not given with --new- stays as the meter holds it; the key expiry is 255 unless given. A new
base date (93 to 14, 14 to 35) makes a roll-over set. EA07 takes 2 tokens (the default) or 3, which
carry the supply group too; EA11 takes 4.
${vendingKeyHelp}
  The new vending key: --new-vending-key-file, or PREWATT_NEW_VENDING_KEY in the environment when
  no vending key is named on the command line.
`,
  options: {
    ...vendingKeyOptions,
    'new-vending-key-file': 'text',
    'new-sgc': 'text',
    'new-ti': 'text',
    'new-krn': 'text',
    'new-kt': 'text',
    'new-dkga': 'text',
    'new-base-date': 'text',
    'new-key-expiry': 'text',
    tokens: 'text',
  },
  run,
};
