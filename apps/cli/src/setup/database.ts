// `prewatt database migrate`: the schema of this version, by the database's owner. A server never
// migrates.

import { refused } from '../command.ts';
import { createGroup } from '../dispatch.ts';
import { databaseRefused, said } from './owner.ts';

const help = `prewatt database: its schema, on the database itself

  prewatt database migrate

Brings the database to the schema of this version, as its owner: OWNER_URL. Safe to repeat; two at
once wait for each other. Stop servers of an older version first, and take a backup: there is no
way back but that. The first time the owner needs the right to create roles.

  OWNER_URL=postgres://owner:…@127.0.0.1:5432/prewatt prewatt database migrate
`;

export const databaseGroup = createGroup({
  name: 'database',
  help,
  common: {},
  commands: { migrate: { options: {}, positionals: [] } },
  run: async (_command, _options, { environment }) => {
    const url = environment['OWNER_URL'];
    if (url === undefined) return 'OWNER_URL is missing: the database, as its owner';
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
});
