// `prewatt database`: the schema of this version, and the logins of the server's roles, by the
// database's owner. A server never migrates.

import {
  type CommandContext,
  type CommandResult,
  type Options,
  type OptionTable,
  refused,
} from '../command.ts';
import { createGroup } from '../dispatch.ts';
import { readText } from '../server-group.ts';
import { databaseRefused, said } from './owner.ts';
import { ownerUrlOf } from './owner-url.ts';

const help = `prewatt database: its schema and its logins, on the database itself

  prewatt database migrate
  prewatt database logins --secrets-file FILE

OWNER_URL is the database, as its owner; its password may stand in the file that
OWNER_PASSWORD_FILE names. Both commands are safe to repeat.

migrate brings the database to the schema of this version; two at once wait for each other. Take a
backup before: there is no way back but that. The first time the owner needs the right to create
roles.

logins lets the server's two roles sign in, with databasePassword and signInDatabasePassword of the
server's secrets file. The database gets what it needs to check a password, not the password.

  OWNER_URL=postgres://owner:…@127.0.0.1:5432/prewatt prewatt database migrate
`;

type Command = {
  readonly options: OptionTable;
  readonly positionals: readonly string[];
  readonly run: (
    url: string,
    options: Options,
    context: CommandContext,
  ) => Promise<CommandResult | string>;
};

const migrateCommand: Command = {
  options: {},
  positionals: [],
  run: async (url) => {
    const { MigrationError, migrate } = await import('@prewatt/server/migrate');
    try {
      const { applied, all } = await migrate(url);
      const line = applied === 0 ? 'nothing to do' : `${applied} migrations applied`;
      return said([`${line}; ${all} in all`], { applied, all });
    } catch (error) {
      if (error instanceof MigrationError) return refused('migration', error.message);
      return databaseRefused(error);
    }
  },
};

const loginsCommand: Command = {
  options: { 'secrets-file': 'text' },
  positionals: [],
  run: async (url, options, context) => {
    const path = options.text('secrets-file');
    if (path === undefined) return '--secrets-file is missing: the server’s secrets file';
    const { giveLogins, loginPassword, loginPasswordWanted } = await import(
      '@prewatt/server/logins'
    );
    const passwords = passwordsIn(readText(context, path));
    if (passwords === null) {
      return refused('secretsFile', `${path} cannot be read as JSON`, 'Run it as root.');
    }
    for (const [name, value] of Object.entries(passwords)) {
      if (typeof value === 'string' && loginPassword.test(value)) continue;
      const advice = `Make one with "openssl rand -base64 32": ${loginPasswordWanted}.`;
      return refused('secretsFile', `${path}: ${name} is missing, or no such password`, advice);
    }
    const { databasePassword, signInDatabasePassword } = passwords;
    try {
      await giveLogins(url, {
        app: String(databasePassword),
        signIn: String(signInDatabasePassword),
      });
    } catch (error) {
      const { code } = error as { readonly code?: string };
      // The roles come with the schema.
      return databaseRefused(code === '42704' ? { code: '42P01' } : error);
    }
    const roles = ['prewatt_app', 'prewatt_sign_in'];
    return said([`${roles.join(' and ')} may sign in, with the passwords of ${path}`], { roles });
  },
};

function passwordsIn(text: string | null) {
  if (text === null) return null;
  try {
    const file = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const { databasePassword, signInDatabasePassword } = file;
    return { databasePassword, signInDatabasePassword };
  } catch {
    return null;
  }
}

export const databaseGroup = createGroup<Command>({
  name: 'database',
  help,
  common: {},
  commands: { migrate: migrateCommand, logins: loginsCommand },
  run: async (command, options, context) => {
    const owner = ownerUrlOf(context.environment);
    return owner.ok ? command.run(owner.url, options, context) : owner.why;
  },
});
