// `prewatt sts key`: a meter's decoder key from a vending key. The key goes to a new file, or to
// the screen when asked with --reveal; never anywhere else.

import { decoderKeyBytes } from '@prewatt/sts/keys';
import type { CommandContext, Options } from '../command.ts';
import {
  deriveFrom,
  keyParametersFrom,
  vendingKeyBytesFrom,
  vendingKeyHelp,
  vendingKeyOptions,
} from './key-source.ts';
import type { StsCommand, StsResult } from './sts-command.ts';
import { failure, refuseWords, shown } from './usage.ts';

function run(options: Options, context: CommandContext): StsResult {
  const extra = refuseWords(options, 0);
  if (extra !== null) return extra;
  const bytes = vendingKeyBytesFrom(options, context);
  if (!bytes.ok) return bytes;
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
      const advice = 'It must not exist yet, and its folder must.';
      return failure(1, 'out', `cannot create ${shown(out)}`, advice);
    }
  }
  const { acceptUnverified: _, ...parts } = parameters.value;
  const decoderKey = options.flag('reveal') ? hex : '[secret]';
  const written = out === undefined ? '' : `, written to ${shown(out)}`;
  const lines = [
    ...Object.entries(parts).map(([name, value]) => `${`${name}:`.padEnd(18)} ${value}`),
    `${'decoder key:'.padEnd(18)} ${decoderKey}${written}`,
  ];
  if (out === undefined && !options.flag('reveal')) {
    lines.push('Add --out FILE to keep the key, or --reveal to print it.');
  }
  return { ok: true, value: { lines, json: { ...parts, decoderKey } } };
}

export const keyCommand: StsCommand = {
  summary: "derive a meter's decoder key",
  help: `prewatt sts key --vending-key-file FILE --pan PAN --sgc N [options] [--out FILE] [--reveal]

${vendingKeyHelp}
  --out FILE    write the decoder key to a new file that only you can read
  --reveal      print the decoder key
`,
  options: { ...vendingKeyOptions, out: 'text', reveal: 'flag' },
  run,
};
