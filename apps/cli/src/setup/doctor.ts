// `prewatt doctor`: a whole installation looked at, by the environment that the server has. The
// server's start asks the same checks.

import { parseEnv } from 'node:util';
import { countText } from '@prewatt/quantities';
import type { Finding } from '@prewatt/server/doctor';
import {
  type CommandContext,
  type CommandLine,
  type CommandResult,
  type Options,
  refused,
} from '../command.ts';
import { createSingle } from '../dispatch.ts';
import { readText } from '../server-group.ts';

const help = `  prewatt doctor [--env-file FILE] [--json]

  --env-file FILE  the server's environment, NAME=value a line, as systemd's EnvironmentFile has it;
                   without it the environment of this shell is read
  --json           one JSON value

Looks at configuration, secrets file, database, its schema and roles, clocks, vending keys, ends of
certificates, room on disks, the public address, broker, payment providers, message gateways and
mail servers. Nothing is changed, bought or sent. Run it as the account of the server, so that it
may read what the server reads. Exit code 1 when anything is a fault.

  sudo -u prewatt prewatt doctor --env-file /etc/prewatt/server.env
`;

const command: CommandLine = {
  options: { 'env-file': 'text' },
  positionals: [],
  summary: 'looks at a whole installation',
  help,
};

export const doctorGroup = createSingle({
  name: 'doctor',
  command,
  common: {},
  run: async (_, options, context) => {
    const { inspect } = await import('@prewatt/server/doctor');
    return inspected(options, context, inspect);
  },
});

type Inspect = (environment: CommandContext['environment']) => Promise<readonly Finding[]>;

/** Looks by the environment of --env-file, or of this shell, and says what was found. */
export async function inspected(
  options: Options,
  context: CommandContext,
  inspect: Inspect,
): Promise<CommandResult> {
  const file = options.text('env-file');
  const text = file === undefined ? '' : readText(context, file);
  if (text === null) return refused('file', `${file} cannot be read`);
  // Names of a file replace those of the shell, as with systemd.
  const environment = file === undefined ? context.environment : parseEnv(text);
  const { ConfigError, linesOf } = await import('@prewatt/server/doctor');
  try {
    const findings = await inspect(environment);
    const faults = countOf(findings, 'fault');
    const sum = `${countText(faults, 'fault')}, ${countText(countOf(findings, 'warning'), 'warning')}`;
    const lines = [...linesOf(findings), '', faults === 0 ? `fit to run: ${sum}` : sum];
    return { ok: true, value: { lines, json: { findings }, failed: faults > 0 } };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return refused('configuration', error.message, 'See docs/operating/configuration.md.');
  }
}

const countOf = (findings: readonly Finding[], level: Finding['level']): number =>
  findings.filter((finding) => finding.level === level).length;
