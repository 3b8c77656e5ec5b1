// `prewatt audit-log`: what operators and the owner of the database did, where no other record has
// their name.

import { type AuditEntryJson, auditLogApi, auditLogQuerySchema, auditTopics } from '@prewatt/api';
import { createServerGroup, type ServerCommand, serverHelp, wrongOption } from '../server-group.ts';
import { allRows, type Utility } from '../utility.ts';

const help = `prewatt audit-log: what operators did, by name

  prewatt audit-log list [--limit N] [--about WHAT] [--who TEXT] [--from DAY] [--to DAY]
                                   newest first; 100 when left out

WHAT is ${auditTopics.join(', ')}; TEXT is a part of a name,
of who did it or what it was done to.
Days are those of the utility, the last one included.

Sign-ins, vendors and their keys, blocks, retried sales, imports stopped, campaigns sent, exports,
operators added or ended; by the console and by this command alike. --about access: wrong passwords
and codes, and what was refused. --about reads: whose pages were read and which phones were
searched, shown only when asked for. What else they do is kept where it was done: approvals,
commands, grants, corrections, tariffs. For administrators and viewers.

${serverHelp}`;

const wrongs: Readonly<Record<string, string>> = {
  about: `--about is one of ${auditTopics.join(', ')}`,
  who: '--who takes up to 100 characters',
  from: '--from takes a day, like 2026-12-01',
  to: '--to takes a day, like 2026-12-31',
};

const listCommand: ServerCommand = {
  options: { limit: 'text', about: 'text', who: 'text', from: 'text', to: 'text' },
  positionals: [],
  required: [],
  prepare: (options) => {
    const last = Number(options.text('limit') ?? '100');
    if (!Number.isInteger(last) || last < 1) return wrongOption('--limit is a whole number from 1');
    const query = auditLogQuerySchema.safeParse({
      about: options.text('about'),
      who: options.text('who'),
      from: options.text('from'),
      to: options.text('to'),
    });
    if (!query.success) return wrongOption(wrongs[String(query.error.issues[0]?.path[0])] ?? '');
    const { about, who, from, to } = query.data;
    return {
      run: async (client, utility) => {
        const input = { query: { about, who, from, to } };
        const all = await allRows(client, auditLogApi.list, { input, atLeast: last });
        if (!all.ok) return all;
        const rows = all.value.slice(0, last);
        const lines = rows.map((row) => lineOf(row, utility));
        const none = lines.length === 0 ? ['nothing yet'] : lines;
        return { ok: true, value: { lines: none, json: { rows } } };
      },
    };
  },
};

function lineOf(row: AuditEntryJson, utility: Utility): string {
  const details = Object.entries(row.details).map(([name, value]) => `${name}: ${value}`);
  const isNamed = row.subjectName !== null && row.details['name'] === undefined;
  const subject = isNamed ? `${row.subject} (${row.subjectName})` : row.subject;
  const from = row.address === null ? [] : [`from ${row.address}`];
  return [utility.when(row.at), row.by, row.act, subject, ...details, ...from].join('  ');
}

/** Runs `prewatt audit-log ...`. */
export const auditLogGroup = createServerGroup({
  name: 'audit-log',
  help,
  commands: { list: listCommand },
});
