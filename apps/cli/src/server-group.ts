// A group of commands that each ask a server: one table, one way to read options, sign in, print
// and sign out.

import {
  type CommandContext,
  type CommandGroup,
  type CommandResult,
  type Failure,
  type Options,
  type OptionTable,
  parseOptions,
  printResult,
  usageError,
} from './command.ts';
import { defaultServer, type HttpClient, withServer } from './http-client.ts';
import { type Utility, utilityOf } from './utility.ts';

/** Works with the signed-in client; what it prints for people is in the utility's words. */
export type Act = (client: HttpClient, utility: Utility) => Promise<CommandResult>;

export type ServerCommand = {
  readonly options: OptionTable;
  /** The arguments, in words: "APPROVAL". */
  readonly positionals: readonly string[];
  readonly required: readonly string[];
  /** Reads the command line, files and the terminal; what is left is for the server. */
  readonly prepare: (options: Options, context: CommandContext) => Promise<Prepared> | Prepared;
};
export type Prepared = { readonly act: Act } | { readonly failed: Failure };

export const wrongOption = (message: string): Prepared => ({
  failed: { exitCode: 2, code: 'option', message },
});

export function createServerGroup(o: {
  readonly name: string;
  readonly help: string;
  readonly commands: Readonly<Record<string, ServerCommand>>;
}): CommandGroup {
  return async (args, context) => {
    const [name, ...rest] = args;
    if (name === undefined || args.includes('--help') || name === 'help') {
      context.print(o.help);
      return name === undefined ? 2 : 0;
    }
    const usage = (message: string) => usageError(context, message, `prewatt ${o.name} --help`);
    const command = Object.hasOwn(o.commands, name) ? o.commands[name] : undefined;
    if (command === undefined) return usage(`no command "${o.name} ${name}"`);
    const options = parseOptions(rest, { ...command.options, server: 'text', json: 'flag' });
    if (typeof options === 'string') return usage(options);
    if (options.positionals.length !== command.positionals.length) {
      const wanted = command.positionals.join(' ') || 'nothing';
      return usage(`"${o.name} ${name}" takes ${wanted} besides its options`);
    }
    const missing = command.required.find((option) => options.text(option) === undefined);
    if (missing !== undefined) return usage(`--${missing} is missing`);
    const prepared = await command.prepare(options, context);
    const result: CommandResult =
      'failed' in prepared
        ? { ok: false, error: prepared.failed }
        : await onServer(context, options, prepared.act);
    return printResult(result, context, options.flag('json'));
  };
}

const onServer = (context: CommandContext, options: Options, act: Act): Promise<CommandResult> =>
  withServer(context, options.text('server') ?? defaultServer, async (client) => {
    const utility = await utilityOf(client);
    return utility.ok ? act(client, utility.value) : utility;
  });

export const serverHelp = `  --server URL   the server's address; ${defaultServer} when left out
  --json         one JSON value

Signs in as an operator: PREWATT_OPERATOR_EMAIL and PREWATT_OPERATOR_PASSWORD, or a prompt.
`;

/** The caller's name of an act: as given, or a new one. Given again, it is the same act. */
export function requestIdOf(options: Options, context: CommandContext): string {
  const given = options.text('request-id');
  if (given !== undefined) return given;
  const digits = Array.from({ length: 32 }, () => context.randomNibble().toString(16));
  return `cli-${digits.join('')}`;
}

/** A file's text, `-` for standard input; null when it cannot be read. */
export function readText(context: CommandContext, path: string): string | null {
  try {
    return path === '-' ? context.readStandardInput() : context.readFile(path);
  } catch {
    return null;
  }
}
