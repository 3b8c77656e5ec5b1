// The `prewatt protection` group: rule documents checked, and run over months that have been before
// they go live.

import { describeRules } from '@prewatt/protection';
import {
  type CommandContext,
  type CommandGroup,
  type CommandResult,
  type Options,
  parseOptions,
  printResult,
  refused,
  usageError,
} from '../command.ts';
import { serverOf } from '../http-client.ts';
import { createServerGroup } from '../server-group.ts';
import { convertCommand } from './convert-command.ts';
import { flagCommand } from './flag-command.ts';
import { proposeCommand } from './propose-command.ts';
import { readRules, replayCommand } from './replay-command.ts';
import { serverReplay } from './server-replay.ts';
import { landingsCommand } from './soft-landing-command.ts';
import { weatherCommand } from './weather-command.ts';

const help = `prewatt protection: when supply may not be cut

  prewatt protection check FILE       a rule document: every fault with its path, or what it says
                                      in sentences, and the whole document with what was left out
  prewatt protection replay --rules FILE LOAD...
                                      who would have been cut, when and for how long, and who of
                                      them may never be

  prewatt protection replay --rules FILE --server URL [--days N] [--no-emergency]
                                      the same over the utility's own last days, 30 if not said, at
                                      the server, beside the rules in force; --no-emergency, here
                                      and with files: nobody takes emergency credit

  prewatt protection propose --rules FILE --reason TEXT [--request-id ID]
                                      asks for the rules to go live; another administrator allows it
                                      (prewatt approval)

  prewatt protection flag METER [--set medical|vulnerable [--until DAY] --evidence TEXT]
                                [--end medical|vulnerable --evidence TEXT] [--request-id ID]
                                      a home that is never cut; without options: its flags and how
                                      they came about

  prewatt protection weather [--declare heat|cold | --withdraw heat|cold] [--days DAY,DAY]
                             [--note TEXT] [--request-id ID]
                                      days that are declared hot or cold; without options: which are

  prewatt protection convert METER --on DAY|none --reason TEXT [--server URL] [--request-id ID]
                                      the day on which a home turned from post-paid to prepaid:
                                      grace after conversion counts from it. METER is a meter number
                                      or a connection_... id

  prewatt protection landings [--state sent|replaced|lifted|expired|all] [--cursor ID]
                                      limit tokens of the soft landing, sent to homes of meters
                                      without a link

  --rules FILE     the rule document
  --now FILE       the rules of today: what the others change
  --top-ups FILE   CSV home,at,kwh: what homes bought
  --homes FILE     CSV home,vulnerable,medical,converted,opening_kwh: "yes" or "no", a time, credit at
                   the first reading; a home without opening_kwh starts at its first top-up
  --zone ZONE      where times with an offset belong; times without one are the wall clock. UTC
  --json           one JSON value

check is offline. replay of files is offline; without files it asks the server (--server or
PREWATT_SERVER). All else takes --server URL (http://127.0.0.1:7070 when left out) and signs in as
an operator: PREWATT_OPERATOR_EMAIL and PREWATT_OPERATOR_PASSWORD, or a prompt.
LOAD is CSV, plain or gzip: home,date,i00,i01,… in watt-hours, or home,date,kwh. How to write rules,
and what a replay can say: docs/protection.md
`;

const tryHelp = 'prewatt protection --help';

async function protection(args: readonly string[], context: CommandContext): Promise<number> {
  if (Object.hasOwn(serverCommands, args[0] ?? '')) return atTheServer(args, context);
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
    server: 'text',
    days: 'text',
    'no-emergency': 'flag',
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
  // Without a file of load there is the utility's own past, at a server that somebody has named.
  const named = options.text('server') ?? context.environment['PREWATT_SERVER'];
  const asksServer = options.text('server') !== undefined || paths.length === 0;
  if (asksServer && named !== undefined) return atServer(options, context, paths);
  if (options.text('rules') === undefined || paths.length === 0) {
    const message = 'name --rules FILE, and files of load or --server URL';
    return usageError(context, message, tryHelp);
  }
  const zone = options.text('zone') ?? 'UTC';
  if (!isZone(zone)) return usageError(context, `"${zone}" is no time zone`, tryHelp);
  return printResult(await replayCommand(options, context, paths), context, asJson);
}

const serverCommands = {
  propose: proposeCommand,
  flag: flagCommand,
  weather: weatherCommand,
  convert: convertCommand,
  landings: landingsCommand,
};
const atTheServer = createServerGroup({ name: 'protection', help, commands: serverCommands });

/** Runs `prewatt protection ...`. */
export const protectionGroup: CommandGroup = Object.assign(protection, {
  lines: atTheServer.lines,
});

async function atServer(
  options: Options,
  context: CommandContext,
  paths: readonly string[],
): Promise<number> {
  const others = ['now', 'top-ups', 'homes', 'zone'].filter((n) => options.text(n) !== undefined);
  if (paths.length > 0 || others.length > 0 || options.text('rules') === undefined) {
    return usageError(context, 'with --server, name --rules FILE and --days alone', tryHelp);
  }
  const days = Number(options.text('days') ?? '30');
  if (!Number.isInteger(days) || days < 1 || days > 92) {
    return usageError(context, '--days takes 1 to 92', tryHelp);
  }
  const asJson = options.flag('json');
  const rules = readRules(context, options.text('rules') ?? '');
  const server = serverOf(options, context);
  const result = rules.ok
    ? await serverReplay(context, {
        ...{ server, rules: rules.value, days, quiet: asJson },
        takesEmergency: !options.flag('no-emergency'),
      })
    : refused('rules', rules.error);
  return printResult(result, context, asJson);
}

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
  const parts = describeRules(rules.value).flatMap(({ title, sentences }) => [
    `${title}:`,
    ...sentences.map((sentence) => `  ${sentence}`),
  ]);
  const lines = [`${path}: good`, ...parts, JSON.stringify(rules.value, null, 2)];
  return { ok: true, value: { lines, json: rules.value } };
}
