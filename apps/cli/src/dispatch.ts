// From a command line to a command: one table for each group, one way to print help, to read
// options and arguments, and to say what is wrong with them. What a command works on (a server, a
// database, a file) is its group's.

import {
  type CommandContext,
  type CommandGroup,
  type CommandLine,
  type CommandResult,
  type Options,
  type OptionTable,
  parseOptions,
  printResult,
  usageError,
} from './command.ts';
import { helpOf } from './command-help.ts';
import { didYouMean } from './did-you-mean.ts';
import { faultOfForms, withWholeInstants } from './option-forms.ts';
import { failureInOptions } from './option-of-field.ts';

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
  const group = async (args: readonly string[], context: CommandContext): Promise<number> => {
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
    return runLine(o, { title, command, args: rest, context });
  };
  return Object.assign(group, { lines: linesOf(o.commands, o.common) });
}

/** With the options that every command of a group has. */
const linesOf = (
  commands: Readonly<Record<string, CommandLine>>,
  common: OptionTable,
): CommandGroup['lines'] & {} =>
  new Map(
    Object.entries(commands).map(([name, command]) => [
      name,
      { ...command, options: { ...command.options, ...common, json: 'flag' } },
    ]),
  );

/** A command that is a group by itself: `prewatt statement METER`. */
export function createSingle<C extends CommandLine>(
  o: Way<C> & { readonly name: string; readonly command: C },
): CommandGroup {
  const { name: title, command } = o;
  const lines = linesOf({ '': command }, o.common);
  const single = async (args: readonly string[], context: CommandContext): Promise<number> => {
    const nothing = args.length === 0 && (command.positionals ?? []).length > 0;
    if (!nothing && !asksForHelp(args[0])) {
      return runLine(o, { title, command, args, context });
    }
    context.print(helpOf(title, lines.get('') ?? command));
    return nothing ? 2 : 0;
  };
  return Object.assign(single, { lines });
}

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

async function runLine<C extends CommandLine>(
  way: Way<C>,
  o: {
    readonly title: string;
    readonly command: C;
    readonly args: readonly string[];
    readonly context: CommandContext;
  },
): Promise<number> {
  const { title, command, args, context } = o;
  const table = { ...command.options, ...way.common, json: 'flag' as const };
  if (args.includes('--help') || args.includes('-h')) {
    context.print(helpOf(title, { ...command, options: table }));
    return 0;
  }
  const usage = (message: string) => usageError(context, message, `prewatt ${title} --help`);
  const options = parseOptions(args, table);
  if (typeof options === 'string') return usage(options);
  const wrong = faultOf(title, command, options);
  if (wrong !== null) return usage(wrong);
  const result = await way.run(command, withWholeInstants(command, options), context);
  if (typeof result === 'string') return usage(result);
  const line = { options: Object.keys(table), positionals: command.positionals ?? [], args };
  const shown = result.ok ? result : { ...result, error: failureInOptions(result.error, line) };
  return printResult(shown, context, options.flag('json'));
}

/** What is wrong with a line that has only options that the command knows. */
export function faultOf(title: string, command: CommandLine, options: Options): string | null {
  const { positionals, required = [] } = command;
  if (positionals !== undefined && options.positionals.length !== positionals.length) {
    const wanted = positionals.join(' ') || 'nothing';
    return `"${title}" takes ${wanted} besides its options`;
  }
  const missing = required.filter((option) => options.text(option) === undefined);
  if (missing.length === 0) return faultOfForms(command, options);
  const names = missing.map((option) => `--${option}`).join(', ');
  return `${names} ${missing.length === 1 ? 'is' : 'are'} missing`;
}
