// `prewatt sts key-change`: the tokens that bring a meter from one key to another.

import { formatTokenDigits } from '@prewatt/sts/codec';
import { issueKeyChangeTokens } from '@prewatt/sts/issue';
import type { CommandContext, CommandResult, Options } from '../command.ts';
import type { StsCommand } from './group.ts';
import {
  deriveFrom,
  failure,
  keyHelp,
  keyOptions,
  keyParametersFrom,
  type Outcome,
  vendingKeyBytesFrom,
} from './key-source.ts';

const messages: Readonly<Record<string, string>> = {
  algorithmChange: 'the old and the new key must be for the same encryption algorithm',
  tokenCount: 'EA07 takes --tokens 2 or 3, EA11 takes 4',
  keyExpiry: '--new-key-expiry must be 0 to 255',
  keyTypeChange: 'the meter would refuse this change of key type (KeyTypeError)',
};

type Side = Extract<ReturnType<typeof deriveFrom>, { ok: true }>['value'];

function sidesFrom(
  options: Options,
  context: CommandContext,
): Outcome<{ readonly held: Side; readonly next: Side }> {
  const heldBytes = vendingKeyBytesFrom(options, context, '');
  if (!heldBytes.ok) return heldBytes;
  if (heldBytes.value === null) {
    return failure(
      2,
      'vendingKey',
      'no vending key',
      'Give --vending-key-file or PREWATT_VENDING_KEY.',
    );
  }
  const nextBytes = vendingKeyBytesFrom(options, context, 'new-');
  if (!nextBytes.ok) return nextBytes;
  const newBytes = nextBytes.value ?? heldBytes.value;
  const heldParameters = keyParametersFrom(options, heldBytes.value.length, '');
  if (!heldParameters.ok) return heldParameters;
  const nextParameters = keyParametersFrom(options, newBytes.length, 'new-');
  if (!nextParameters.ok) return nextParameters;
  const held = deriveFrom(heldBytes.value, heldParameters.value);
  if (!held.ok) return held;
  const next = deriveFrom(newBytes, nextParameters.value);
  return next.ok ? { ok: true, value: { held: held.value, next: next.value } } : next;
}

function run(options: Options, context: CommandContext): CommandResult {
  const sides = sidesFrom(options, context);
  if (!sides.ok) return sides;
  const { held, next } = sides.value;
  const count = Number(options.text('tokens') ?? (held.parameters.ea === 'ea11' ? '4' : '2'));
  const rollover = held.parameters.baseDate !== next.parameters.baseDate;
  const { supplyGroupCode, tariffIndex, keyRevision, keyType } = next.parameters;
  const keyExpiry = Number(options.text('new-key-expiry') ?? '255');
  const set = issueKeyChangeTokens({
    heldKey: held.key,
    heldKeyType: held.parameters.keyType,
    next: { decoderKey: next.key, supplyGroupCode, tariffIndex, keyRevision, keyType, keyExpiry },
    tokenCount: count as 2 | 3 | 4,
    rollover,
  });
  if (!set.ok) return failure(1, set.error, messages[set.error] ?? set.error);
  const { tokens } = set.value;
  const lines = [
    ...tokens.map((token, index) => `token ${index + 1}:           ${formatTokenDigits(token)}`),
    `key revision:      ${held.parameters.keyRevision} to ${keyRevision}`,
    `key type:          ${held.parameters.keyType} to ${keyType}`,
    `tariff index:      ${held.parameters.tariffIndex} to ${tariffIndex}`,
    `supply group:      ${held.parameters.supplyGroupCode} to ${supplyGroupCode}`,
    `key expiry:        ${keyExpiry}`,
    `roll-over:         ${rollover ? 'yes: enter unused old tokens first' : 'no'}`,
    'The meter takes them in any order; its credit stays.',
  ];
  const json = { tokens, keyRevision, keyType, tariffIndex, supplyGroupCode, keyExpiry, rollover };
  return { ok: true, value: { lines, json } };
}

export const keyChangeCommand: StsCommand = {
  summary: 'make the tokens that change a meter’s key',
  help: `prewatt sts key-change --vending-key-file FILE --pan PAN --sgc N [what the meter holds]
    [--new-vending-key-file FILE] [--new-sgc N] [--new-ti N] [--new-krn N] [--new-kt N]
    [--new-base-date N] [--new-key-expiry N] [--tokens 2|3|4]

What is not given with --new- stays as the meter holds it. A new base date makes a roll-over set.
${keyHelp}`,
  options: {
    ...keyOptions,
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
