// `prewatt restore`: what must be done after an older copy of the database was put back, before
// anything is sold. Works on the database itself, with its owner's rights, while no server runs.

import { countText } from '@prewatt/quantities';
import type { RestoreRefusal } from '@prewatt/server/restore';
import { type CommandContext, type CommandLine, type CommandResult, refused } from '../command.ts';
import { createSingle } from '../dispatch.ts';
import { databaseRefused, keeperOf, said } from './owner.ts';

const help = `  prewatt restore [--until INSTANT] [--json]

  --until INSTANT  the latest business time at which a server may have sold, if it is later than
                   now: "soldUntil" in epoch.json of the server's state folder

Meters may hold tokens that the database no longer knows. Every meter's last token identifier is
raised beyond them, and servers may start again. Harmless to repeat. Signs in as nobody: OWNER_URL
is the database, as its owner. What else to do: docs/operating/restore.md.
`;

const words: Record<RestoreRefusal, readonly [message: string, advice: string]> = {
  serverRunning: [
    'a server is connected to this database',
    'Stop every server first; it would go on with the identifiers that it has read.',
  ],
};

const command: CommandLine = {
  options: { until: 'text' },
  positionals: [],
  summary: 'after an older copy of the database was put back',
  help,
};

export const restoreGroup = createSingle({
  name: 'restore',
  command,
  common: {},
  run: async (_, options, context) => {
    const until = options.text('until');
    const soldUntilMs = until === undefined ? null : Date.parse(until);
    if (Number.isNaN(soldUntilMs)) return '--until is an instant like 2026-11-24T08:00:00Z';
    const url = context.environment['OWNER_URL'];
    if (url === undefined) return 'OWNER_URL is missing: the database, as its owner';
    try {
      return await restore(context, { url, soldUntilMs });
    } catch (error) {
      return databaseRefused(error);
    }
  },
});

async function restore(
  context: CommandContext,
  o: { readonly url: string; readonly soldUntilMs: number | null },
): Promise<CommandResult> {
  const { passOverLostTids } = await import('@prewatt/server/restore');
  const { nowMs } = context;
  const done = await passOverLostTids({ ...o, nowMs, by: keeperOf(context) });
  if (!done.ok) {
    const { code, detail } = done.error;
    const [message, advice] = words[code];
    return refused(code, `${message}: ${detail}`, advice);
  }
  const { tidsFromMs, raised, withoutKey, exhausted } = done.value;
  const tidsFrom = new Date(tidsFromMs).toISOString();
  const lines = [
    `${countText(raised, 'meter')}: next tokens have identifiers after ${tidsFrom}`,
    ...(withoutKey === 0
      ? []
      : [`${countText(withoutKey, 'meter')} without a loaded key: as before`]),
    ...(exhausted === 0
      ? []
      : [
          `${countText(exhausted, 'meter')} without an identifier left: change to a later base date`,
        ]),
    'Servers may start. Then: prewatt proof, and prewatt reconcile with the files of the lost days.',
  ];
  return said(lines, { tidsFrom, raised, withoutKey, exhausted });
}
