// What every command gets and gives: effects come in through the context, so that commands run in
// tests without a process. Options are parsed here, once, and printed answers have a text and a
// JSON form.

import { parseArgs } from 'node:util';
import { didYouMean } from './did-you-mean.ts';

/** The effects that commands may use. */
export type CommandContext = {
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  readonly readFile: (path: string) => string;
  readonly readStandardInput: () => string;
  /** Creates a file that only its owner can read; fails when it exists. */
  readonly writeSecretFile: (path: string, text: string) => void;
  /**
   * Writes a file whole, in place of the one that is there: nobody ever reads a part of it. Keeps
   * its mode and owner unless others are given. Throws what the system refuses, and a RangeError
   * for an owner that this machine does not know.
   */
  readonly replaceFile: (path: string, text: string, how: FileHow) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly nowMs: () => number;
  /** 0..15. */
  readonly randomNibble: () => number;
  /** A file as a Blob that is read as it is sent. */
  readonly openFile: (path: string) => Promise<Blob>;
  /** Names of the files in a folder. */
  readonly listFolder: (path: string) => readonly string[];
  /** Writes to standard output, and waits until it takes more. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly fetch: typeof fetch;
  readonly sleep: (durationMs: number) => Promise<void>;
  /** The line asks for JSON: what is wrong with it is said in JSON, too. */
  readonly asJson?: boolean;
  /** Asks the person at the terminal; null when there is none. A hidden answer is not echoed. */
  readonly ask: (question: string, echo: 'shown' | 'hidden') => Promise<string | null>;
};

/** `owner` is USER or USER:GROUP, by name or number. */
export type FileHow = { readonly mode?: number; readonly owner?: string };

/** A group takes the arguments after its name and gives the exit code. */
export type CommandGroup = {
  (args: readonly string[], context: CommandContext): Promise<number>;
  /** The lines that it takes, by command ('' where the group is one); what each is held against. */
  readonly lines?: ReadonlyMap<string, CommandLine> | undefined;
};

/** A day, an instant with its zone, a whole number from 1, or anything. */
export type OptionForm = 'day' | 'instant' | 'count' | 'text';

/** What a line is held against before a command runs. */
export type CommandLine = {
  readonly options: OptionTable;
  /** The arguments, in words: "APPROVAL"; left out where the command looks at them itself. */
  readonly positionals?: readonly string[];
  readonly required?: readonly string[];
  /** How values are written, where the name alone does not say it (option-forms.ts). */
  readonly forms?: Readonly<Record<string, OptionForm>>;
  /** One line of the group's help, and more of what the command does than its options say. */
  readonly summary?: string;
  readonly help?: string;
};

/** Options by name; flags are true. */
export type Options = {
  readonly text: (name: string) => string | undefined;
  readonly flag: (name: string) => boolean;
  readonly positionals: readonly string[];
};

/** A failure with the exit code that it means: 1 refused, 2 wrong usage. */
export type Failure = {
  readonly exitCode: 1 | 2;
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly advice?: string;
};

/** Lines for people, an object or a list for programs; `failed` sets exit code 1 all the same. */
export type Answer = {
  readonly lines: readonly string[];
  readonly json: unknown;
  readonly failed?: boolean;
};

export type CommandResult =
  | { readonly ok: true; readonly value: Answer }
  | { readonly ok: false; readonly error: Failure };

export const refused = (code: string, message: string, advice?: string): CommandResult => ({
  ok: false,
  error: { exitCode: 1, code, message, ...(advice === undefined ? {} : { advice }) },
});

/** The code of a thrown fault inside a file that a line names; `run` tells of it. */
export const faultInFile = 'faultInFile';

/** What is wrong with a line, before anything was done. */
export function usageError(context: CommandContext, message: string, help: string): number {
  const error = { exitCode: 2, code: 'usage', message, advice: `Try: ${help}` } as const;
  return printResult({ ok: false, error }, context, context.asJson === true);
}

export type OptionTable = Readonly<Record<string, 'text' | 'flag'>>;

/**
 * Parses `--name value`, `--name=value` and flags; a message when the line has an option it should
 * not.
 */
export function parseOptions(args: readonly string[], table: OptionTable): Options | string {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, kind]) => [
      name,
      { type: kind === 'flag' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  try {
    const written = withNegatives(args, table);
    const parsed = parseArgs({ args: written, options, allowPositionals: true, strict: true });
    const values: Readonly<Record<string, unknown>> = parsed.values;
    return {
      text: (name) => (typeof values[name] === 'string' ? values[name] : undefined),
      flag: (name) => values[name] === true,
      positionals: parsed.positionals,
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [, open] =
      /^Option '--([^' ]+)[^']*' argument (?:is ambiguous|missing)/.exec(message) ?? [];
    if (open !== undefined) return `--${open}: write a value after it`;
    const [, unknown] = /^Unknown option '--([^']+)'/.exec(message) ?? [];
    const meant = unknown === undefined ? '' : didYouMean(unknown, Object.keys(table), '--');
    return `${message.split('. ')[0] ?? message}${meant}`;
  }
}

/** "--paid -5" as "--paid=-5": the command says what is wrong with a number below zero. */
function withNegatives(args: readonly string[], table: OptionTable): string[] {
  const written: string[] = [];
  for (const arg of args) {
    const last = written.at(-1) ?? '';
    const takesText = last.startsWith('--') && table[last.slice(2)] === 'text';
    if (takesText && /^-[\d.]/.test(arg)) written[written.length - 1] = `${last}=${arg}`;
    else written.push(arg);
  }
  return written;
}

/** Prints a result in the wanted form and gives the exit code. */
export function printResult(
  result: CommandResult,
  context: CommandContext,
  asJson: boolean,
): number {
  if (result.ok) {
    const { lines, json, failed } = result.value;
    context.print(asJson ? `${toJson(inOneShape(json))}\n` : `${lines.join('\n')}\n`);
    return failed === true ? 1 : 0;
  }
  const { code, message, advice, exitCode } = result.error;
  // Words are for people, on standard error; a program finds one JSON value, whatever happened.
  if (asJson) context.print(`${toJson({ error: { code, message, advice } })}\n`);
  else context.printError(`prewatt: ${message}\n${advice === undefined ? '' : `${advice}\n`}`);
  return exitCode;
}

/**
 * A list is `rows`, and `next` where it comes page by page: what --cursor takes, null behind the
 * last page. Everything else is one object.
 */
export function inOneShape(json: unknown): object {
  if (Array.isArray(json)) return { rows: json };
  if (typeof json !== 'object' || json === null) return { value: json };
  if (!('nextCursor' in json)) return json;
  const { nextCursor, ...rest } = json;
  return { ...rest, next: nextCursor };
}

/** JSON with integers of any size as decimal strings. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? String(one) : one));
}
