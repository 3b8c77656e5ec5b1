// The command lines of the town, its soak and the chaos: "--help" says what there is, and what is
// not understood is one line and exit code 2, never a stack.

import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Options as they were given. Ends the process for "--help" and for what is not understood. */
export function readOptions<O extends NonNullable<ParseArgsConfig['options']>>(
  of: { readonly name: string; readonly help: string; readonly positionals?: boolean },
  options: O,
) {
  try {
    const given = parseArgs({
      allowPositionals: of.positionals ?? false,
      options: { ...options, help: { type: 'boolean' } },
    });
    if (!process.argv.includes('--help')) return given;
  } catch (error) {
    console.error(`${of.name}: ${(error as Error).message.split('. ')[0]}`);
    console.error('Try: --help');
    process.exit(2);
  }
  console.log(of.help);
  process.exit(0);
}
