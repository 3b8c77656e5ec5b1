// What both groups share: the database as its owner, options in, refusals in words.

import type { OperatorEndRefusal, Setup, SetupRefusal } from '@prewatt/server/setup';
import {
  type CommandContext,
  type CommandGroup,
  type CommandResult,
  type Options,
  type OptionTable,
  refused,
} from '../command.ts';
import { createGroup } from '../dispatch.ts';
import { ownerUrlOf } from './owner-url.ts';

export type OwnerWork = (setup: Setup) => Promise<CommandResult>;

export type OwnerCommand = {
  readonly options: OptionTable;
  readonly positionals: readonly string[];
  readonly required: readonly string[];
  /** What to do, or what is wrong with the command line. */
  readonly prepare: (
    options: Options,
    context: CommandContext,
  ) => Promise<OwnerWork | string> | OwnerWork | string;
};

const words: Record<SetupRefusal | OperatorEndRefusal, readonly [string, string]> = {
  nameTaken: ['a utility of this name is there', 'See "prewatt utility list".'],
  unknownUtility: ['there is no such utility', 'See "prewatt utility list".'],
  ambiguous: ['several utilities have this name', 'Give the id that "prewatt utility list" shows.'],
  emailTaken: [
    'somebody signs in with this address already, with another name, role or utility',
    'Take another address; a sign-in keeps its name and role.',
  ],
  unknownOperator: ['nobody signs in with this address', 'See "prewatt operator list".'],
};

export const refusalMessage = (code: SetupRefusal | OperatorEndRefusal): CommandResult =>
  refused(code, ...words[code]);

/** Who keeps the database, as the audit log calls them. */
export function keeperOf({ environment }: CommandContext): string {
  const account = environment['USER'] ?? environment['LOGNAME'] ?? '';
  return account === '' ? 'the database’s owner' : `the database’s owner (${account.slice(0, 60)})`;
}

export const said = (lines: readonly string[], json: unknown): CommandResult => ({
  ok: true,
  value: { lines, json },
});

export const createOwnerGroup = (o: {
  readonly name: string;
  readonly help: string;
  readonly commands: Readonly<Record<string, OwnerCommand>>;
}): CommandGroup =>
  createGroup<OwnerCommand>({
    ...o,
    common: {},
    run: async (command, options, context) => {
      const work = await command.prepare(options, context);
      if (typeof work === 'string') return work;
      const owner = ownerUrlOf(context.environment);
      return owner.ok ? onDatabase(context, owner.url, work) : owner.why;
    },
  });

async function onDatabase(
  context: CommandContext,
  ownerUrl: string,
  work: OwnerWork,
): Promise<CommandResult> {
  const { createSetup } = await import('@prewatt/server/setup');
  const setup = createSetup({ ownerUrl, nowMs: context.nowMs, by: keeperOf(context) });
  try {
    const notOwner = await setup.notOwner();
    if (notOwner !== null) {
      const advice = 'Let OWNER_URL sign in as the role that has migrated the database.';
      return refused('notOwner', `${notOwner} does not own the database’s tables`, advice);
    }
    return await work(setup);
  } catch (error) {
    return databaseRefused(error);
  } finally {
    await setup.close();
  }
}

/** No connection came about: a code of the system; those of PostgreSQL have five characters. */
const isUnreached = (code: string): boolean => /^E[A-Z]{4,}/.test(code);

/** What the database said no with, or that none was reached. */
export function databaseRefused(error: unknown): CommandResult {
  const { code, message } = error as { code?: string; message?: string };
  if (code === '42P01' || code === '3F000') {
    const what = 'the database was never migrated, or not to this version';
    return refused('database', what, 'Migrate it first: prewatt database migrate.');
  }
  if (code !== undefined && isUnreached(code)) {
    const advice = 'Check that PostgreSQL runs, and host and port of OWNER_URL.';
    return refused('database', `no database answers: ${causeOf(error) || code}`, advice);
  }
  const why = code === undefined || message === '' ? (code ?? message ?? '') : message;
  const advice = 'Check OWNER_URL: the database’s owner, and a database that answers.';
  return refused('database', `the database refuses: ${why}`, advice);
}

/** Of an address with several numbers each has failed: the first says how. */
function causeOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : '';
}
