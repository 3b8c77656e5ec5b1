// The `prewatt sts` group: STS tokens and keys, offline. One table of commands.

import {
  type CommandContext,
  type CommandGroup,
  type CommandResult,
  type Options,
  type OptionTable,
  parseOptions,
  printResult,
  usageError,
} from '../command.ts';
import { checkCommand } from './check-command.ts';
import { issueCommand } from './issue-command.ts';
import { keyChangeCommand } from './key-change-command.ts';
import { keyCommand } from './key-command.ts';
import { panCommand } from './pan-command.ts';
import { readCommand } from './read-command.ts';

/** One command of the group. */
export type StsCommand = {
  readonly summary: string;
  readonly help: string;
  readonly options: OptionTable;
  readonly run: (options: Options, context: CommandContext) => CommandResult;
};

const commands: Readonly<Record<string, StsCommand>> = {
  issue: issueCommand,
  read: readCommand,
  key: keyCommand,
  'key-change': keyChangeCommand,
  pan: panCommand,
  check: checkCommand,
};

const groupHelp = `prewatt sts: STS tokens and keys (IEC 62055-41), offline

${Object.entries(commands)
  .map(([name, command]) => `  prewatt sts ${name.padEnd(11)} ${command.summary}`)
  .join('\n')}

Every command takes --json, and --help for its options.
Keys come from a file, standard input or the environment, never from the command line.
`;

/** Runs `prewatt sts ...`. */
export const stsGroup: CommandGroup = async (args, context) => {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === 'help') {
    context.print(groupHelp);
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    return usageError(context, `no command "sts ${name}"`, 'prewatt sts --help');
  }
  if (rest.includes('--help')) {
    context.print(`prewatt sts ${name}: ${command.summary}\n\n${command.help}`);
    return 0;
  }
  const options = parseOptions(rest, { ...command.options, json: 'flag' });
  if (typeof options === 'string') {
    return usageError(context, options, `prewatt sts ${name} --help`);
  }
  return printResult(command.run(options, context), context, options.flag('json'));
};
