// `prewatt acts`: what operators did where nothing else keeps their name, and what whoever keeps
// the database did.

import { type ActJson, actAbouts, actApi, actQuerySchema } from '@prewatt/api';
import { createServerGroup, type ServerCommand, serverHelp, wrongOption } from '../server-group.ts';
import { rowsOfRoute, type Utility } from '../utility.ts';

const help = `prewatt acts: what operators did, by name

  prewatt acts list [--last N] [--about WHAT] [--who TEXT]
                                   newest first; 100 when left out

WHAT is ${actAbouts.join(', ')}; TEXT is a part of a name,
of who did it or what it was done to.

Vendors and their keys, blocks, retried sales, imports stopped, campaigns sent, exports, sign-ins
set up or ended; by the console and by this command alike. What else they do is kept where it was
done: approvals, commands, grants, corrections, tariffs. For administrators and viewers.

${serverHelp}`;

const listCommand: ServerCommand = {
  options: { last: 'text', about: 'text', who: 'text' },
  positionals: [],
  required: [],
  prepare: (options) => {
    const last = Number(options.text('last') ?? '100');
    if (!Number.isInteger(last) || last < 1) return wrongOption('--last is a whole number from 1');
    const query = actQuerySchema.safeParse({
      about: options.text('about'),
      who: options.text('who'),
    });
    if (!query.success) return wrongOption(`--about is one of ${actAbouts.join(', ')}`);
    const { about, who } = query.data;
    return {
      act: async (client, utility) => {
        const input = { query: { about, who } };
        const all = await rowsOfRoute(client, actApi.list, { input, atLeast: last });
        if (!all.ok) return all;
        const rows = all.value.slice(0, last);
        const lines = rows.map((row) => lineOf(row, utility));
        const none = lines.length === 0 ? ['nothing yet'] : lines;
        return { ok: true, value: { lines: none, json: { rows } } };
      },
    };
  },
};

function lineOf(row: ActJson, utility: Utility): string {
  const details = Object.entries(row.details).map(([name, value]) => `${name}: ${value}`);
  const isNamed = row.subjectName !== null && row.details['name'] === undefined;
  const subject = isNamed ? `${row.subject} (${row.subjectName})` : row.subject;
  return [utility.when(row.at), row.by, row.act, subject, ...details].join('  ');
}

/** Runs `prewatt acts ...`. */
export const actsGroup = createServerGroup({
  name: 'acts',
  help,
  commands: { list: listCommand },
});
