#!/usr/bin/env node
// The `prewatt` command: a table of groups, each a module loaded only when it is asked for. This
// file is the composition root: standard streams, environment, clock and randomness are handed on
// from here.

import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { type CommandContext, type CommandGroup, usageError } from './command.ts';

const groups: Readonly<Record<string, () => Promise<CommandGroup>>> = {
  sts: async () => (await import('./sts/group.ts')).stsGroup,
  tariff: async () => (await import('./tariff/group.ts')).tariffGroup,
  import: async () => {
    const { terminalEffects } = await import('./terminal.ts');
    return (await import('./import/group.ts')).createImportGroup(terminalEffects);
  },
  export: async () => {
    const { terminalEffects } = await import('./terminal.ts');
    return (await import('./export/group.ts')).createExportGroup(terminalEffects);
  },
};

const help = `prewatt: engineer's and operator's commands

  prewatt sts ...     STS tokens and keys, offline
  prewatt tariff ...  tariff documents: check, quote, explain, offline
  prewatt import ...  connections, arrears and opening balances from CSV, into a server
  prewatt export ...  registers and books of a server as CSV

prewatt <group> --help lists a group's commands.
`;

/** Runs one command line and gives its exit code: 0 done, 1 refused or failed, 2 wrong usage. */
export async function run(args: readonly string[], context: CommandContext): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === 'help') {
    context.print(help);
    return name === undefined ? 2 : 0;
  }
  const load = Object.hasOwn(groups, name) ? groups[name] : undefined;
  if (load === undefined) return usageError(context, `no group "${name}"`, 'prewatt --help');
  const group = await load();
  return group(rest, context);
}

if (import.meta.main) {
  process.exitCode = await run(process.argv.slice(2), {
    print: (text) => process.stdout.write(text),
    printError: (text) => process.stderr.write(text),
    readFile: (path) => readFileSync(path, 'utf8'),
    readStandardInput: () => readFileSync(0, 'utf8'),
    writeSecretFile: (path, text) => writeFileSync(path, text, { mode: 0o600, flag: 'wx' }),
    environment: process.env,
    nowMs: () => Date.now(),
    randomNibble: () => randomInt(16),
  });
}
