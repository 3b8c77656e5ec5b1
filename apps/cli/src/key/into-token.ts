// `prewatt key into-token`: vending keys from the database into the hardware token. Works on the
// database itself, with its owner's rights; PIN and master key are in files, on no command line.

import { countText } from '@prewatt/quantities';
import { createHardware, readHardwareSettings } from '@prewatt/server/hardware';
import type { HomeRefusal, Moved } from '@prewatt/server/move-to-token';
import { masterKeyOf, type SecretsFile, sealedRailsRefusals } from '@prewatt/server/sealed-rails';
import {
  type CommandContext,
  type CommandGroup,
  parseOptions,
  printResult,
  refused,
  usageError,
} from '../command.ts';
import { keeperOf } from '../setup/owner.ts';
import { ownerUrlOf } from '../setup/owner-url.ts';

const words: Record<HomeRefusal, readonly [message: string, advice: string]> = {
  keyStoreAway: ['the token does not answer', 'See to it, then run this again.'],
  keyStoreFull: ['the token has no room', 'Make room, then run this again.'],
  keyStoreRefuses: [
    'the token does not take this key',
    'It has to take secret keys and compute HMAC-SHA-256: ask its maker.',
  ],
};

/** `--hardware FILE --secrets-file FILE [--key-file FILE]`. */
export const intoTokenCommand: CommandGroup = async (args, context) => {
  const options = parseOptions(args, {
    ...{ hardware: 'text', 'secrets-file': 'text', 'key-file': 'text', json: 'flag' },
  });
  const usage = (message: string) => usageError(context, message, 'prewatt key --help');
  if (typeof options === 'string') return usage(options);
  if (options.positionals.length > 0)
    return usage('"key into-token" takes nothing but its options');
  const [settingsFile, secretsFile] = [options.text('hardware'), options.text('secrets-file')];
  if (settingsFile === undefined || secretsFile === undefined) {
    return usage('--hardware and --secrets-file are missing');
  }
  const owner = ownerUrlOf(context.environment);
  if (!owner.ok) return usage(owner.why);
  const asJson = options.flag('json');
  const badFile = (code: string, message: string) =>
    printResult(refused(code, message), context, asJson);
  const settings = readHardwareSettings(settingsFile);
  if (!settings.ok) return badFile('hardwareFile', `${settingsFile}: ${settings.error}`);
  const masterKey = masterKeyAt(context, { secretsFile, keyFile: options.text('key-file') });
  if (typeof masterKey === 'string') {
    return badFile('secretsFile', `${secretsFile}: ${masterKey}`);
  }
  const { moveToToken } = await import('@prewatt/server/move-to-token');
  const hardware = createHardware(settings.value);
  try {
    const done = await moveToToken({
      ...{ url: owner.url, masterKey, hardware },
      ...{ nowMs: context.nowMs, by: keeperOf(context) },
    });
    return printResult(resultOf(done), context, asJson);
  } finally {
    await hardware.close();
  }
};

function masterKeyAt(
  context: CommandContext,
  o: { readonly secretsFile: string; readonly keyFile: string | undefined },
): Buffer | string {
  let file: SecretsFile;
  try {
    file = JSON.parse(context.readFile(o.secretsFile));
  } catch {
    return 'cannot be read as a secrets file';
  }
  const key = masterKeyOf(file, o.keyFile);
  return key.ok ? key.value : sealedRailsRefusals[key.error];
}

function resultOf(done: Moved) {
  const { moved, before, software, closed, stopped } = done;
  if (stopped !== null) {
    const [message, advice] = words[stopped.why];
    const after = moved.length === 0 ? '' : ` after ${countText(moved.length, 'key')}`;
    return refused(stopped.why, `${stopped.key}: ${message}${after}`, advice);
  }
  const of = (what: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : [`${what}: ${names.join(', ')}`];
  const lines = [
    ...of('brought into the token', moved),
    ...of('in the token before', before),
    ...of('left in software, being of DKGA02', software),
    ...of('not opened by this master key', closed),
    ...(moved.length > 0
      ? [
          'Copies of the database from before still hold them, sealed: see the guide on the master key.',
        ]
      : []),
  ];
  return {
    ok: true as const,
    value: { lines: lines.length === 0 ? ['no key is loaded'] : lines, json: done },
  };
}
