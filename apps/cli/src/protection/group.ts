// The `prewatt protection` group: rule documents checked, and run over months that have been before
// they go live.

import {
  type CommandContext,
  type CommandGroup,
  type CommandResult,
  parseOptions,
  printResult,
  refused,
  usageError,
} from '../command.ts';
import { readRules, replayCommand } from './replay-command.ts';

const help = `prewatt protection: when supply may not be cut, offline

  prewatt protection check FILE       a rule document: every fault with its path, or the whole
                                      document with what was left out
  prewatt protection replay --rules FILE LOAD...
                                      who would have been cut, when and for how long, and who of
                                      them may never be

  --rules FILE     the rule document
  --now FILE       the rules of today: what the others change
  --top-ups FILE   CSV home,at,kwh: what homes bought
  --homes FILE     CSV home,vulnerable,medical,converted,opening_kwh: "yes" or "no", a time, credit at
                   the first reading; a home without opening_kwh starts at its first top-up
  --zone ZONE      where times with an offset belong; times without one are the wall clock. UTC
  --json           one JSON value

LOAD is CSV, plain or gzip: home,date,i00,i01,… in watt-hours, or home,date,kwh. How to write rules,
and what a replay can say: docs/protection.md
`;

const tryHelp = 'prewatt protection --help';

/** Runs `prewatt protection ...`. */
export const protectionGroup: CommandGroup = async (args, context) => {
  if (args.length === 0 || args.includes('--help') || args[0] === 'help') {
    context.print(help);
    return args.length === 0 ? 2 : 0;
  }
  const options = parseOptions(args, {
    rules: 'text',
    now: 'text',
    'top-ups': 'text',
    homes: 'text',
    zone: 'text',
    json: 'flag',
  });
  if (typeof options === 'string') return usageError(context, options, tryHelp);
  const [name, ...paths] = options.positionals;
  const asJson = options.flag('json');
  if (name === 'check') {
    if (paths.length !== 1) return usageError(context, 'name one file', tryHelp);
    return printResult(check(context, paths[0] ?? ''), context, asJson);
  }
  if (name !== 'replay') return usageError(context, `no command "protection ${name}"`, tryHelp);
  if (options.text('rules') === undefined || paths.length === 0) {
    return usageError(context, 'name --rules FILE and at least one file of load', tryHelp);
  }
  const zone = options.text('zone') ?? 'UTC';
  if (!isZone(zone)) return usageError(context, `"${zone}" is no time zone`, tryHelp);
  return printResult(await replayCommand(options, context, paths), context, asJson);
};

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

function check(context: CommandContext, path: string): CommandResult {
  const rules = readRules(context, path);
  if (!rules.ok) return refused('rules', rules.error);
  const lines = [`${path}: good`, JSON.stringify(rules.value, null, 2)];
  return { ok: true, value: { lines, json: rules.value } };
}
