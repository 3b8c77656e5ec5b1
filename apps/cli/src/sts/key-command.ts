// `prewatt sts key`: a meter's decoder key from a vending key. The key goes to a new file, or to
// the screen when asked with --reveal; never anywhere else.

import { decoderKeyBytes } from '@prewatt/sts/keys';
import type { CommandContext, CommandResult, Options } from '../command.ts';
import type { StsCommand } from './group.ts';
import {
  deriveFrom,
  failure,
  keyHelp,
  keyOptions,
  keyParametersFrom,
  vendingKeyBytesFrom,
} from './key-source.ts';

function run(options: Options, context: CommandContext): CommandResult {
  const bytes = vendingKeyBytesFrom(options, context, '');
  if (!bytes.ok) return bytes;
  if (bytes.value === null) {
    return failure(
      2,
      'vendingKey',
      'no vending key',
      'Give --vending-key-file or PREWATT_VENDING_KEY.',
    );
  }
  const parameters = keyParametersFrom(options, bytes.value.length, '');
  if (!parameters.ok) return parameters;
  const derived = deriveFrom(bytes.value, parameters.value);
  if (!derived.ok) return derived;
  const hex = Buffer.from(decoderKeyBytes(derived.value.key)).toString('hex').toUpperCase();
  const out = options.text('out');
  if (out !== undefined) {
    try {
      context.writeSecretFile(out, `${hex}\n`);
    } catch {
      return failure(1, 'out', `cannot create ${out}`, 'It must not exist yet.');
    }
  }
  const { acceptUnverified: _, ...shown } = parameters.value;
  const decoderKey = options.flag('reveal') ? hex : '[secret]';
  const lines = [
    ...Object.entries(shown).map(([name, value]) => `${`${name}:`.padEnd(18)} ${value}`),
    `${'decoder key:'.padEnd(18)} ${decoderKey}${out === undefined ? '' : `, written to ${out}`}`,
  ];
  if (out === undefined && !options.flag('reveal')) {
    lines.push('Add --out FILE to keep the key, or --reveal to print it.');
  }
  return { ok: true, value: { lines, json: { ...shown, decoderKey } } };
}

export const keyCommand: StsCommand = {
  summary: "derive a meter's decoder key",
  help: `prewatt sts key --vending-key-file FILE --pan PAN --sgc N [options] [--out FILE | --reveal]

${keyHelp}
  --out FILE    write the decoder key to a new file that only you can read
  --reveal      print the decoder key
`,
  options: { ...keyOptions, out: 'text', reveal: 'flag' },
  run,
};
