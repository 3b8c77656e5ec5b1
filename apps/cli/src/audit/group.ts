// `prewatt audit`: what an auditor takes along to check a utility offline. Reads the
// database as the server does, by the server's own environment, while it sells.

import { parseEnv } from 'node:util';
import { countText } from '@prewatt/quantities';
import type { AuditExportRefusal } from '@prewatt/server/audit-export';
import {
  type CommandContext,
  type CommandLine,
  type CommandResult,
  type Options,
  refused,
} from '../command.ts';
import { createGroup } from '../dispatch.ts';
import { readText } from '../server-group.ts';

const help = `prewatt audit: what an auditor takes along

  prewatt audit export DIR [--utility NAME] [--env-file FILE] [--json]

  --utility NAME   its name or id; may be left out where there is one
  --env-file FILE  the server's environment, NAME=value a line, as systemd's EnvironmentFile has it;
                   without it the environment of this shell is read

Writes every row that carries money, tokens or approvals, the token log that it must agree with, and
a signed list of all files into DIR, which must be empty. No digits of tokens and no details of
customers; names of staff and vendors are in it. The server may sell meanwhile. To check it: "prewatt verify DIR", on any other machine.
`;

const command: CommandLine = {
  options: { utility: 'text', 'env-file': 'text' },
  positionals: ['DIR'],
  summary: 'rows, token log and a signed list, into a folder',
  help: `  prewatt audit export DIR [--utility NAME] [--env-file FILE] [--json]

  --env-file FILE  the server's environment, as systemd has it; else that of this shell
`,
};

const words: Record<AuditExportRefusal, readonly [message: string, advice: string]> = {
  unknownUtility: ['there is no such utility', 'See "prewatt utility list".'],
  folderNotEmpty: ['the folder is not empty', 'Name one that is not there, or an empty one.'],
  severalUtilities: ['there are several utilities', 'Name one with --utility.'],
};

export const auditGroup = createGroup<CommandLine>({
  name: 'audit',
  help,
  commands: { export: command },
  common: {},
  run: async (_, options, context) => exported(options, context),
});

async function exported(options: Options, context: CommandContext): Promise<CommandResult> {
  const [folder = ''] = options.positionals;
  const file = options.text('env-file');
  const text = file === undefined ? '' : readText(context, file);
  if (text === null) return refused('file', `${file} cannot be read`);
  const environment = file === undefined ? context.environment : parseEnv(text);
  const { auditExport, ConfigError } = await import('@prewatt/server/audit-export');
  try {
    const { nowMs } = context;
    const done = await auditExport(environment, {
      utility: options.text('utility'),
      folder,
      nowMs,
    });
    if (!done.ok) return refused(done.error, ...words[done.error]);
    const { size, tables, rows } = done.value;
    const lines = [
      `${countText(rows, 'row')} of ${tables} tables and a log of ${countText(size, 'leaf', 'leaves')} in ${folder}`,
      `To check it on another machine: prewatt verify ${folder}`,
    ];
    return { ok: true, value: { lines, json: done.value } };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return refused('configuration', error.message, 'See docs/operating/configuration.md.');
  }
}
