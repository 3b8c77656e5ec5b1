// What the commands about sales, debts and statements share: the signed-in client, the currency, a
// connection by its meter's number, and a table of commands that becomes a group.

import { type Currency, ok, type Result } from '@prewatt/quantities';
import type {
  CommandContext,
  CommandGroup,
  CommandLine,
  CommandResult,
  Failure,
  Options,
  OptionTable,
} from '../command.ts';
import { connectionIdOf, connectionIdOfAnyMeter } from '../connection-id.ts';
import { createGroup, createSingle } from '../dispatch.ts';
import { type HttpClient, serverOf, withServer } from '../http-client.ts';
import { helpOfServerGroup } from '../server-group.ts';
import { type Utility, utilityOf } from '../utility.ts';

export type Desk = {
  readonly client: HttpClient;
  readonly currency: Currency;
  readonly context: CommandContext;
  readonly money: Utility['money'];
  readonly when: Utility['when'];
  readonly zone: string;
  /** The id of a connection, by itself or by the number of its meter in use. */
  readonly connectionIdOf: (idOrMeter: string) => Promise<Result<string, Failure>>;
  /** The same, also by the number of a meter that it had before. */
  readonly connectionIdOfAnyMeter: (idOrMeter: string) => Promise<Result<string, Failure>>;
};

export type DeskCommand = {
  readonly summary: string;
  readonly help: string;
  readonly options: OptionTable;
  readonly forms?: CommandLine['forms'] & {};
  readonly required: readonly string[];
  /** The arguments, in words: "METER". */
  readonly positionals: readonly string[];
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
      `${asked.approvalId}  waits for approval by a second person`,
      `they allow it: prewatt approval approve ${asked.approvalId}`,
    ],
    asked,
  );

/** The caller's request id, or a new one: the same again changes nothing. */
export const requestIdOf = (options: Options): string =>
  options.text('request-id') ?? crypto.randomUUID();

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
    connectionIdOf: (idOrMeter) => connectionIdOf(client, idOrMeter),
    connectionIdOfAnyMeter: (idOrMeter) => connectionIdOfAnyMeter(client, idOrMeter),
  });
}

export const requestOptions: OptionTable = { 'request-id': 'text' };

const atDesk = {
  common: { server: 'text' },
  run: (command: DeskCommand, options: Options, context: CommandContext) =>
    withServer(context, serverOf(options, context), async (client) => {
      const desk = await loadDesk(client, context);
      return desk.ok ? command.run(desk.value, options) : desk;
    }),
} as const;

/** A group of commands over one server. */
export const groupOf = (
  name: string,
  about: string,
  commands: Readonly<Record<string, DeskCommand>>,
): CommandGroup =>
  createGroup({ ...atDesk, name, help: helpOfServerGroup(name, about, commands), commands });

export const singleOf = (name: string, command: DeskCommand): CommandGroup =>
  createSingle({ ...atDesk, name, command });
