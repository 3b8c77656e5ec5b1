// `prewatt citus`: the readings of a large installation spread over several nodes, by the
// database's owner.

import type { SpreadRefusal } from '@prewatt/server/citus';
import { type CommandResult, type OptionTable, refused } from '../command.ts';
import { createGroup } from '../dispatch.ts';
import { databaseRefused, said } from './owner.ts';
import { ownerUrlOf } from './owner-url.ts';

const help = `prewatt citus: readings spread over the nodes of a Citus cluster

  prewatt citus distribute

OWNER_URL is the database on the coordinator, as its owner; its password may stand in the file that
OWNER_PASSWORD_FILE names. Safe to repeat: what is spread stays as it is, and what was broken off
begins anew. Stop the servers before: the table is locked while its rows move.

Readings are spread by bucket; everything else stays on the coordinator. Tables that somebody spread
by hand, and what this version does not know of them, are refused.

  OWNER_URL=postgres://owner:…@127.0.0.1:5432/prewatt prewatt citus distribute
`;

type Command = { readonly options: OptionTable; readonly positionals: readonly string[] };

const words = (refusal: SpreadRefusal): readonly [string, string] => {
  switch (refusal.kind) {
    case 'noCitus':
      return ['the database has no Citus', 'As a superuser: CREATE EXTENSION citus, on each node.'];
    case 'noNodes':
      return ['no node takes rows', 'Add them: SELECT citus_add_node(host, port).'];
    case 'notMigrated':
      return ['the database was never migrated', 'Migrate it first: prewatt database migrate.'];
    case 'otherForm':
      return [`${refusal.table} is spread in another way`, 'Undo it: undistribute_table.'];
    case 'unknownTable':
      return [
        `${refusal.table} is spread, and Prewatt does not work so`,
        'Undo it: undistribute_table.',
      ];
    case 'hasMore':
      return [
        `${refusal.table} has a ${refusal.what}, with which it cannot be spread`,
        'Remove what was added by hand.',
      ];
  }
};

async function distribute(url: string): Promise<CommandResult> {
  const { spreadReadings } = await import('@prewatt/server/citus');
  try {
    const done = await spreadReadings(url);
    if ('kind' in done) return refused(done.kind, ...words(done));
    const { tables, nodes, withoutLogin } = done;
    const what = tables.length === 0 ? 'nothing to do' : `spread: ${tables.join(', ')}`;
    const lines = [`${what}; nodes: ${nodes.join(', ')}`];
    for (const node of withoutLogin) {
      lines.push(`prewatt_app cannot sign in on ${node}: run prewatt database logins`);
    }
    return said(lines, done);
  } catch (error) {
    return databaseRefused(error);
  }
}

export const citusGroup = createGroup<Command>({
  name: 'citus',
  help,
  common: {},
  commands: { distribute: { options: {}, positionals: [] } },
  run: async (_command, _options, context) => {
    const owner = ownerUrlOf(context.environment);
    return owner.ok ? distribute(owner.url) : owner.why;
  },
});
