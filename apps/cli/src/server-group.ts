// A group of commands that each ask a server, signed in as an operator and signed out again.

import {
  type CommandContext,
  type CommandGroup,
  type CommandLine,
  type CommandResult,
  type Failure,
  faultInFile,
  type OptionForm,
  type Options,
  type OptionTable,
} from './command.ts';
import { createGroup, summariesOf } from './dispatch.ts';
import { defaultServer, type HttpClient, serverOf, withServer } from './http-client.ts';
import { type Utility, utilityOf } from './utility.ts';

/** Works with the signed-in client; what it prints for people is in the utility's words. */
export type ServerWork = (client: HttpClient, utility: Utility) => Promise<CommandResult>;

export type ServerCommand = {
  readonly options: OptionTable;
  /** The arguments, in words: "APPROVAL". */
  readonly positionals?: readonly string[];
  readonly required: readonly string[];
  readonly forms?: Readonly<Record<string, OptionForm>>;
  /** Reads the command line, files and the terminal; what is left is for the server. */
  readonly prepare: (options: Options, context: CommandContext) => Promise<Prepared> | Prepared;
};
export type Prepared = { readonly run: ServerWork } | { readonly failed: Failure };

export const wrongOption = (message: string): Prepared => ({
  failed: { exitCode: 2, code: 'option', message },
});

export const createServerGroup = (o: {
  readonly name: string;
  readonly help: string;
  readonly commands: Readonly<Record<string, ServerCommand>>;
}): CommandGroup =>
  createGroup<ServerCommand>({
    ...o,
    common: { server: 'text' },
    run: async (command, options, context) => {
      const prepared = await command.prepare(options, context);
      if ('failed' in prepared) return { ok: false, error: prepared.failed };
      return withServer(context, serverOf(options, context), async (client) => {
        const utility = await utilityOf(client);
        return utility.ok ? prepared.run(client, utility.value) : utility;
      });
    },
  });

/** How a command that asks a server signs in, in the order in which it tries. */
export const signsInHelp = `Signs in as an operator: by PREWATT_OPERATOR_EMAIL and PREWATT_OPERATOR_PASSWORD, else by the session
that prewatt auth sign-in keeps, else it asks.
`;

export const serverHelp = `  --server URL   the server's address; when left out PREWATT_SERVER, else ${defaultServer}
  --json         one JSON value

${signsInHelp}`;

/** The help of a group whose commands have help of their own. */
export const helpOfServerGroup = (
  name: string,
  about: string,
  commands: Readonly<Record<string, CommandLine>>,
): string => `prewatt ${name}: ${about}

${summariesOf(name, commands)}

Every command takes --server URL (when left out PREWATT_SERVER, else ${defaultServer}), --json,
and --help for its options.
${signsInHelp}`;

/** The caller's name of a request: as given, or a new one. Given again, nothing is done twice. */
export function requestIdOf(options: Options, context: CommandContext): string {
  const given = options.text('request-id');
  if (given !== undefined) return given;
  const digits = Array.from({ length: 32 }, () => context.randomNibble().toString(16));
  return `cli-${digits.join('')}`;
}

/** What was asked for is not done yet: another person has to allow it. */
export const waits = (asked: { readonly approvalId: string }): CommandResult => ({
  ok: true,
  value: {
    lines: [
      `${asked.approvalId}  waits for approval by a second person`,
      `they read it first: prewatt approval show ${asked.approvalId}`,
    ],
    json: asked,
  },
});

/**
 * The text of a file that a line names, `-` for standard input. One that cannot be read is thrown
 * with its path: `run` tells of it, in the same words and with exit code 1 for every command.
 */
export function textOf(context: CommandContext, path: string): string {
  try {
    return path === '-' ? context.readStandardInput() : context.readFile(path);
  } catch (error) {
    throw Object.assign(new Error(`cannot read ${path}`), {
      ...{ code: (error as NodeJS.ErrnoException).code ?? 'unreadable', path },
    });
  }
}

/** What is wrong in a file that a line names: told as a file that cannot be read, exit code 1. */
export function faultIn(path: string, why: string): never {
  const where = path === '-' ? 'standard input' : path;
  throw Object.assign(new Error(`${where}: ${why}`), { code: faultInFile, path });
}

/** A file's text, `-` for standard input; null when it cannot be read. */
export function readText(context: CommandContext, path: string): string | null {
  try {
    return path === '-' ? context.readStandardInput() : context.readFile(path);
  } catch {
    return null;
  }
}
