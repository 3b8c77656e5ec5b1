// What the commands about sales, debts and statements share: the signed-in client, the currency, a
// connection by its meter's number, and a table of commands that becomes a group.

import { type Currency, ok, parseAmount, type Result } from '@prewatt/quantities';
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
} from '../command.ts';
import { connectionPath } from '../connection-path.ts';
import { defaultServer, type HttpClient, withServer } from '../http-client.ts';
import { type Utility, utilityOf } from '../utility.ts';

export type Desk = {
  readonly client: HttpClient;
  readonly currency: Currency;
  readonly context: CommandContext;
  readonly money: Utility['money'];
  readonly when: Utility['when'];
  readonly zone: string;
  /** The path of a connection, by its id or its meter's number. */
  readonly connectionPath: (idOrMeter: string) => Promise<Result<string, Failure>>;
};

export type DeskCommand = {
  readonly summary: string;
  readonly help: string;
  readonly options: OptionTable;
  readonly required: readonly string[];
  readonly positionals: number;
  readonly run: (desk: Desk, options: Options) => Promise<CommandResult>;
};

export const failure = (
  code: string,
  message: string,
  exitCode: 1 | 2 = 1,
): { readonly ok: false; readonly error: Failure } => ({
  ok: false,
  error: { exitCode, code, message },
});

export const done = (lines: readonly string[], json: unknown): CommandResult => ({
  ok: true,
  value: { lines, json },
});

/** What was asked for waits for a second person. */
export const awaits = (asked: { readonly approvalId: string }): CommandResult =>
  done(
    [
      `asked: ${asked.approvalId}`,
      `a second person allows it: prewatt approval approve ${asked.approvalId}`,
    ],
    asked,
  );

/** An amount as a person writes it, in minor units as JSON carries them. */
export function amountOf(desk: Desk, text: string): Result<string, Failure> {
  const amount = parseAmount(text, desk.currency);
  if (amount.ok) return ok(amount.value.toString());
  const { code, scale } = desk.currency;
  return failure('amount', `"${text}" is no amount of ${code} with up to ${scale} decimals`, 2);
}

/** The caller's request id, or a new one: the same again is the same act. */
export const requestIdOf = (options: Options): string =>
  options.text('request-id') ?? options.text('request') ?? crypto.randomUUID();

async function loadDesk(
  client: HttpClient,
  context: CommandContext,
): Promise<Result<Desk, Failure>> {
  const utility = await utilityOf(client);
  if (!utility.ok) return utility;
  return ok({
    ...utility.value,
    client,
    context,
    connectionPath: (idOrMeter) => connectionPath(client, idOrMeter),
  });
}

const common: OptionTable = { server: 'text', json: 'flag' };

/** --request is the older name. */
export const requestOptions: OptionTable = { 'request-id': 'text', request: 'text' };

/** A group of commands over one server. */
export function groupOf(
  group: string,
  about: string,
  commands: ReadonlyMap<string, DeskCommand>,
): CommandGroup {
  const list = [...commands].map(
    ([name, command]) => `  prewatt ${group} ${name.padEnd(12)} ${command.summary}`,
  );
  const help = `prewatt ${group}: ${about}

${list.join('\n')}

Every command takes --server URL (${defaultServer} when left out), --json,
and --help for its options.
Signs in as an operator: PREWATT_OPERATOR_EMAIL and PREWATT_OPERATOR_PASSWORD, or a prompt.
`;
  return async (args, context) => {
    const [name, ...rest] = args;
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      context.print(help);
      return name === undefined ? 2 : 0;
    }
    const command = commands.get(name);
    if (command === undefined) {
      return usageError(context, `no command "${group} ${name}"`, `prewatt ${group} --help`);
    }
    return runCommand({ title: `${group} ${name}`, command, args: rest, context });
  };
}

export async function runCommand(o: {
  readonly title: string;
  readonly command: DeskCommand;
  readonly args: readonly string[];
  readonly context: CommandContext;
}): Promise<number> {
  const { title, command, args, context } = o;
  if (args.includes('--help')) {
    context.print(`prewatt ${title}: ${command.summary}\n\n${command.help}\n`);
    return 0;
  }
  const options = parseOptions(args, { ...command.options, ...common });
  const hint = `prewatt ${title} --help`;
  if (typeof options === 'string') return usageError(context, options, hint);
  const count = options.positionals.length;
  if (count !== command.positionals) {
    return usageError(context, `takes ${command.positionals} arguments, not ${count}`, hint);
  }
  const missing = command.required.find((each) => options.text(each) === undefined);
  if (missing !== undefined) return usageError(context, `--${missing} is missing`, hint);
  const server = options.text('server') ?? defaultServer;
  const result = await withServer(context, server, async (client) => {
    const desk = await loadDesk(client, context);
    return desk.ok ? command.run(desk.value, options) : desk;
  });
  return printResult(result, context, options.flag('json'));
}
