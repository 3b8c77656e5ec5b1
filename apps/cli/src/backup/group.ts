// `prewatt backup`: the database that Prewatt brings, backed up while it runs, tried, and put back.

import { createGroup, summariesOf } from '../dispatch.ts';
import { type BackupCommand, checkBackup, createBackup, restoreBackup } from './commands.ts';

const data = `  --data DIR  the data folder, as of npm start (default: data)
  --json      one JSON value
`;

const commands: Readonly<Record<string, BackupCommand>> = {
  create: {
    options: { data: 'text', to: 'text', unchecked: 'flag' },
    positionals: [],
    required: ['to'],
    summary: 'one file of the whole database, while it runs, and tried at once',
    help: `  prewatt backup create --to FILE [--data DIR] [--unchecked]

  --to FILE    like backups/2026-12-01.tar.gz; it must not be there
${data}  --unchecked  do not put it back for a trial, which takes the room of the database once more

Nobody waits for it. The file holds all that the database holds: keep it as you keep the database,
and not beside DIR/secrets.json and DIR/postgres.password, which it needs to be of use.
`,
    run: createBackup,
  },
  check: {
    options: { data: 'text' },
    positionals: ['FILE'],
    summary: 'put back into a folder of its own, started, counted, removed',
    help: `  prewatt backup check FILE [--data DIR]

${data}
The copy listens on this machine alone and sends nothing. DIR/postgres.password opens it.
`,
    run: checkBackup,
  },
  restore: {
    options: { data: 'text' },
    positionals: ['FILE'],
    summary: 'into a data folder that has no database',
    help: `  prewatt backup restore FILE [--data DIR]

${data}
DIR/postgres must not be there (move it away), DIR/postgres.password and DIR/secrets.json must. Does
what prewatt restore does, too: meters may hold tokens that the copy does not know, and their next
ones get later identifiers. What to look for then: docs/operating/restore.md.
`,
    run: restoreBackup,
  },
};

/** Runs `prewatt backup ...`. */
export const backupGroup = createGroup<BackupCommand>({
  name: 'backup',
  help: `prewatt backup: backups of the database that Prewatt brings (npm start), from its data folder

${summariesOf('backup', commands)}

A PostgreSQL of your own is backed up with its own pg_basebackup or pg_dump. Every command takes
--json, and --help for its options.
`,
  commands,
  common: {},
  run: async (command, options, context) => command.run(options, context),
});
