// The `prewatt tariff` group: documents checked, quoted and explained offline; versions changed on
// a server. One table of commands.

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
import { explainCommand } from './explain-command.ts';
import { quoteCommand } from './quote-command.ts';
import {
  backTestCommand,
  changeCommand,
  listCommand,
  requestCommand,
  showCommand,
} from './server-commands.ts';

/** One command of the group. */
export type TariffCommand = {
  readonly summary: string;
  readonly help: string;
  readonly options: OptionTable;
  readonly run: (
    options: Options,
    context: CommandContext,
  ) => CommandResult | Promise<CommandResult>;
};

const commands: Readonly<Record<string, TariffCommand>> = {
  check: checkCommand,
  quote: quoteCommand,
  explain: explainCommand,
  list: listCommand,
  show: showCommand,
  change: changeCommand,
  'back-test': backTestCommand,
  request: requestCommand,
};

const groupHelp = `prewatt tariff: tariff documents, offline; list, show, change, back-test and request on a server

${Object.entries(commands)
  .map(([name, command]) => `  prewatt tariff ${name.padEnd(10)} ${command.summary}`)
  .join('\n')}

Every command takes --json, and --help for its options. How to write a document: docs/tariffs.md
`;

/** Runs `prewatt tariff ...`. */
export const tariffGroup: CommandGroup = async (args, context) => {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === 'help') {
    context.print(groupHelp);
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    return usageError(context, `no command "tariff ${name}"`, 'prewatt tariff --help');
  }
  if (rest.includes('--help')) {
    context.print(`prewatt tariff ${name}: ${command.summary}\n\n${command.help}`);
    return 0;
  }
  const options = parseOptions(rest, { ...command.options, json: 'flag' });
  if (typeof options === 'string') {
    return usageError(context, options, `prewatt tariff ${name} --help`);
  }
  return printResult(await command.run(options, context), context, options.flag('json'));
};
