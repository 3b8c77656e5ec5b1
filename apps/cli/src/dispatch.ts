// From a command line to a command: one table for each group, one way to print help, to read
// options and arguments, and to say what is wrong with them. What a command works on (a server, a
// database, a file) is its group's.

import {
  type CommandContext,
  type CommandGroup,
  type CommandResult,
  type Options,
  type OptionTable,
  parseOptions,
  printResult,
  usageError,
} from './command.ts';
import { didYouMean } from './did-you-mean.ts';
import { failureInOptions } from './option-of-field.ts';

/** What a line is held against before a command runs. */
export type CommandLine = {
  readonly options: OptionTable;
  /** The arguments, in words: "APPROVAL"; left out where the command looks at them itself. */
  readonly positionals?: readonly string[];
  readonly required?: readonly string[];
  /** One line of the group's help, and help of its own; without them the group's help says all. */
  readonly summary?: string;
  readonly help?: string;
};

/** Runs what the line asks for; a string says what is wrong with the line. */
export type Run<C> = (
  command: C,
  options: Options,
  context: CommandContext,
) => Promise<CommandResult | string>;

type Way<C> = {
  /** Options of every command of the group, besides --json. */
  readonly common: OptionTable;
  readonly run: Run<C>;
};

const asksForHelp = (word: string | undefined): boolean =>
  word === '--help' || word === '-h' || word === 'help';

export function createGroup<C extends CommandLine>(
  o: Way<C> & {
    readonly name: string;
    readonly help: string;
    readonly commands: Readonly<Record<string, C>>;
  },
): CommandGroup {
  return async (args, context) => {
    const [name, ...rest] = args;
    if (name === undefined || asksForHelp(name)) {
      context.print(o.help);
      return name === undefined ? 2 : 0;
    }
    const command = Object.hasOwn(o.commands, name) ? o.commands[name] : undefined;
    const title = `${o.name} ${name}`;
    if (command === undefined) {
      const meant = didYouMean(name, Object.keys(o.commands), `prewatt ${o.name} `);
      return usageError(context, `no command "${title}"${meant}`, `prewatt ${o.name} --help`);
    }
    if (command.help === undefined && rest.includes('--help')) {
      context.print(o.help);
      return 0;
    }
    const tryHelp = `prewatt ${command.help === undefined ? o.name : title} --help`;
    return runLine(o, { title, command, args: rest, tryHelp, context });
  };
}

/** A command that is a group by itself: `prewatt statement METER`. */
export const createSingle =
  <C extends CommandLine>(o: Way<C> & { readonly name: string; readonly command: C }) =>
  async (args: readonly string[], context: CommandContext): Promise<number> => {
    const { name: title, command } = o;
    const nothing = args.length === 0 && (command.positionals ?? []).length > 0;
    if (!nothing && !asksForHelp(args[0])) {
      const tryHelp = `prewatt ${title} --help`;
      return runLine(o, { title, command, args, tryHelp, context });
    }
    printHelp(title, command, context);
    return nothing ? 2 : 0;
  };

/** The lines of a group's help: each command with its summary. */
export function summariesOf(
  group: string,
  commands: Readonly<Record<string, CommandLine>>,
): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  return Object.entries(commands)
    .map(([name, { summary }]) => `  prewatt ${group} ${name.padEnd(width)}  ${summary ?? ''}`)
    .join('\n');
}

const printHelp = (title: string, command: CommandLine, context: CommandContext): void =>
  context.print(`prewatt ${title}: ${command.summary}\n\n${(command.help ?? '').trimEnd()}\n`);

async function runLine<C extends CommandLine>(
  way: Way<C>,
  o: {
    readonly title: string;
    readonly command: C;
    readonly args: readonly string[];
    readonly tryHelp: string;
    readonly context: CommandContext;
  },
): Promise<number> {
  const { title, command, args, context } = o;
  if (args.includes('--help')) {
    printHelp(title, command, context);
    return 0;
  }
  const usage = (message: string) => usageError(context, message, o.tryHelp);
  const table = { ...command.options, ...way.common, json: 'flag' as const };
  const options = parseOptions(args, table);
  if (typeof options === 'string') return usage(options);
  const wrong = faultOf(title, command, options);
  if (wrong !== null) return usage(wrong);
  const result = await way.run(command, options, context);
  if (typeof result === 'string') return usage(result);
  const line = { options: Object.keys(table), positionals: command.positionals ?? [] };
  const shown = result.ok ? result : { ...result, error: failureInOptions(result.error, line) };
  return printResult(shown, context, options.flag('json'));
}

function faultOf(title: string, command: CommandLine, options: Options): string | null {
  const { positionals, required = [] } = command;
  if (positionals !== undefined && options.positionals.length !== positionals.length) {
    const wanted = positionals.join(' ') || 'nothing';
    return `"${title}" takes ${wanted} besides its options`;
  }
  const missing = required.filter((option) => options.text(option) === undefined);
  if (missing.length === 0) return null;
  const names = missing.map((option) => `--${option}`).join(', ');
  return `${names} ${missing.length === 1 ? 'is' : 'are'} missing`;
}
