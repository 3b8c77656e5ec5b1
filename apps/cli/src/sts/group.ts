// The `prewatt sts` group: STS tokens and keys, offline. One table of commands, and one way to
// answer: words, or JSON with --json, errors of usage among them.

import manifest from '../../package.json' with { type: 'json' };
import {
  type CommandContext,
  type CommandGroup,
  type OptionTable,
  parseOptions,
  toJson,
} from '../command.ts';
import { checkCommand } from './check-command.ts';
import { issueCommand } from './issue-command.ts';
import { keyChangeCommand } from './key-change-command.ts';
import { keyCommand } from './key-command.ts';
import { panCommand } from './pan-command.ts';
import { readCommand } from './read-command.ts';
import type { StsCommand, StsResult } from './sts-command.ts';
import { failure, repeatedOption, shown } from './usage.ts';

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

Every command takes --json (errors too are JSON then), and --help or -h for its options;
prewatt sts --version prints the version. Keys come from a file, standard input or the environment,
never from the command line. Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
`;

const isHelp = (arg: string): boolean => arg === '--help' || arg === '-h';

function print(result: StsResult, context: CommandContext, asJson: boolean): number {
  if (result.ok) {
    const { lines, json, failed } = result.value;
    context.print(asJson ? `${toJson(json)}\n` : `${lines.join('\n')}\n`);
    return failed === true ? 1 : 0;
  }
  const { code, message, advice, details, exitCode } = result.error;
  if (asJson) context.print(`${toJson({ error: { code, message, advice, details } })}\n`);
  else context.printError(`prewatt: ${message}\n${advice === undefined ? '' : `${advice}\n`}`);
  return exitCode;
}

function runCommand(
  command: StsCommand,
  args: readonly string[],
  o: { readonly help: string; readonly context: CommandContext },
): StsResult {
  const table: OptionTable = { ...command.options, json: 'flag' };
  const options = parseOptions(args, table);
  if (typeof options === 'string') return failure(2, 'usage', options, o.help);
  const repeated = repeatedOption(args, table);
  if (repeated !== null) {
    return failure(2, 'repeatedOption', `--${repeated} is given more than once`, o.help);
  }
  return command.run(options, o.context);
}

/** Runs `prewatt sts ...`. */
export const stsGroup: CommandGroup = async (args, context) => {
  const asJson = args.includes('--json');
  const [name, ...rest] = args.filter((arg, at) => at > 0 || arg !== '--json');
  if (name === undefined || isHelp(name) || name === 'help') {
    context.print(groupHelp);
    return name === undefined ? 2 : 0;
  }
  if (name === '--version') {
    context.print(`${manifest.version}\n`);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const message = `no command "sts ${shown(name)}"`;
    return print(failure(2, 'command', message, 'Try: prewatt sts --help'), context, asJson);
  }
  if (rest.some(isHelp)) {
    context.print(`prewatt sts ${name}: ${command.summary}\n\n${command.help}`);
    return 0;
  }
  const help = `Try: prewatt sts ${name} --help`;
  return print(runCommand(command, rest, { help, context }), context, asJson);
};
