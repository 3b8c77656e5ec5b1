// `prewatt forecast eval FILE...`: how good the forecast of the end of credit is on files of load,
// beside the exponential average of daily use, computed in the same run.

import {
  addEvaluation,
  addWarnings,
  type Coverage,
  type CreditDays,
  coverageOf,
  creditDays,
  evaluateForecasts,
  evaluateWarnings,
  everyMidnight,
  type ForecastEvaluation,
  type ForecastTally,
  newEvaluation,
  newWarningEvaluation,
  type Starts,
} from '@prewatt/protection';
import { countText } from '@prewatt/quantities';
import {
  type CommandContext,
  type CommandGroup,
  type CommandResult,
  parseOptions,
  printResult,
  refused,
  usageError,
} from '../command.ts';
import { createServerGroup } from '../server-group.ts';
import { type LoadFile, readLoadFile } from './load-file.ts';
import { showCommand } from './show-command.ts';
import { warningFigures, warningLines } from './warning-lines.ts';

const help = `prewatt forecast: how long credit will last

  prewatt forecast eval FILE... [--from-day N] [--every N] [--json]
  prewatt forecast show METER [--server URL] [--json]
                       how long one connection's credit lasts, and what is promised after it; in
                       money in wallet mode. METER is a meter number or a connection_... id

eval lets each home of the load files live day by day with credit worth its true use of the next 3,
7 and 14 days, and compares what the forecast said with when it ended. Prints for each file and in
total: the mean absolute error in days, the mean error (below zero: too early), the share of ends
that came before the expected time (too hopeful) and before the usual range, the share that
lay in the range (80% shall), and the share of ends announced at least 24 and 72 hours ahead.
"average" is the exponential average of daily use. The homes of a file count as one utility's: the
range is as wide as their ends before that midnight say. Below that the warnings that customers get,
by the rule of the server, from one midnight a week, beside a fixed threshold of 3 kWh: the share of
ends told at least 24 hours ahead, hours of notice, and false alarms a home and month (credit
lasted more than twice as long as the warning said; four hours after a surge).

  --from-day N   the first day of the file that is judged; 2, the second full day is over
  --every N      judge every Nth midnight; 1
  --json         the figures as one JSON value

FILE is CSV, plain or gzip: home,date,i00,i01,… in watt-hours (24, 48, 96 or other whole parts of a
day), or home,date,kwh; an empty cell or NA is a missing reading. The protocol: docs/protection.md#how-good-is-the-forecast
`;

const tryHelp = 'prewatt forecast --help';

async function forecast(args: readonly string[], context: CommandContext): Promise<number> {
  if (args[0] === 'show') return atServer(args, context);
  if (args.length === 0 || args.includes('--help') || args[0] === 'help') {
    context.print(help);
    return args.length === 0 ? 2 : 0;
  }
  const options = parseOptions(args, { 'from-day': 'text', every: 'text', json: 'flag' });
  if (typeof options === 'string') return usageError(context, options, tryHelp);
  const [name, ...paths] = options.positionals;
  if (name !== 'eval') return usageError(context, `no command "forecast ${name}"`, tryHelp);
  if (paths.length === 0) return usageError(context, 'name at least one file', tryHelp);
  const fromDay = wholeNumber(options.text('from-day'), everyMidnight.fromDay);
  const everyDays = wholeNumber(options.text('every'), everyMidnight.everyDays);
  if (fromDay === null || everyDays === null) {
    return usageError(context, '--from-day and --every take whole numbers from 1', tryHelp);
  }
  const result = await evaluate(context, paths, { fromDay, everyDays });
  return printResult(result, context, options.flag('json'));
}

const atServer = createServerGroup({
  name: 'forecast',
  help,
  commands: { show: showCommand },
});

/** Runs `prewatt forecast ...`. */
export const forecastGroup: CommandGroup = Object.assign(forecast, { lines: atServer.lines });

function wholeNumber(text: string | undefined, otherwise: number): number | null {
  if (text === undefined) return otherwise;
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : null;
}

async function evaluate(
  context: CommandContext,
  paths: readonly string[],
  starts: Starts,
): Promise<CommandResult> {
  const total = newEvaluation();
  const allWarnings = newWarningEvaluation();
  const files = [];
  for (const path of paths) {
    const file = await open(context, path);
    if (!file.ok) return refused('file', `${path}: ${file.error}`);
    const sums = newEvaluation();
    const warnings = newWarningEvaluation();
    const weekly = { ...starts, everyDays: Math.max(7, starts.everyDays) };
    for (const home of file.value.homes) {
      addEvaluation(sums, evaluateForecasts(home, starts));
      addWarnings(warnings, evaluateWarnings(home, weekly));
    }
    addEvaluation(total, sums);
    addWarnings(allWarnings, warnings);
    files.push({ path, file: file.value, sums, warnings, coverage: coverageOf(sums) });
  }
  const coverage = sumOf(files.map((each) => each.coverage));
  const lines = files.flatMap((each) => [
    headOf(each.path, each.file),
    ...linesOf(each.sums, each.coverage),
    ...(isEmpty(each.sums) ? [nothingJudged] : warningLines(each.warnings)),
  ]);
  if (files.length > 1) {
    lines.push(`total: ${files.length} files`, ...linesOf(total, coverage));
    lines.push(...warningLines(allWarnings));
  }
  return {
    ok: true,
    value: {
      lines,
      json: {
        starts,
        files: files.map(({ path, file: { homes, ...counts }, ...each }) => ({
          path,
          homes: homes.length,
          ...counts,
          credit: jsonOf(each.sums, each.coverage),
          warnings: warningFigures(each.warnings),
        })),
        total: { credit: jsonOf(total, coverage), warnings: warningFigures(allWarnings) },
      },
    },
  };
}

function headOf(path: string, file: LoadFile): string {
  const homes = countText(file.homes.length, 'home');
  const negative = file.negative === 0 ? '' : `, ${file.negative} of them below zero`;
  const beyond =
    file.beyondDay === 0 ? '' : `; ${countText(file.beyondDay, 'reading')} of a 25th hour left out`;
  return `${path}: ${homes}, ${file.missing} of ${countText(file.readings + file.missing, 'reading')} missing${negative}${beyond}`;
}

const isEmpty = (sums: ForecastEvaluation): boolean =>
  creditDays.every((days) => sums[days].model.depletions === 0);
const nothingJudged =
  '  no end to judge: that takes two days before a midnight and fourteen after it, days without a missing reading, and use above zero';

async function open(
  context: CommandContext,
  path: string,
): Promise<{ ok: true; value: LoadFile } | { ok: false; error: string }> {
  let blob: Blob;
  try {
    blob = await context.openFile(path);
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
  return readLoadFile(blob);
}

type Shown = Readonly<Record<string, number | null>>;

/** Means and shares of the sums; null where nothing was counted. */
function figuresOf(tally: ForecastTally): Shown {
  const { depletions } = tally;
  const part = (sum: number, of = depletions) =>
    of === 0 ? null : Math.round((sum / of) * 10_000) / 10_000;
  return {
    depletions,
    withoutForecast: tally.withoutForecast,
    meanAbsoluteErrorDays: part(tally.absoluteErrorDays),
    meanErrorDays: part(tally.errorDays),
    shareTooHopeful: part(tally.tooHopeful),
    shareEarlyEndTooHopeful: part(tally.earlyEndTooHopeful),
    shareAnnounced24h: part(tally.announced24h),
    shareAnnounced72h: part(tally.announced72h),
    meanLeadHoursOf24hWarning: part(tally.leadHours24h, tally.announced24h),
  };
}

type Coverages = Readonly<Record<CreditDays, Coverage>>;

function sumOf(all: readonly Coverages[]): Coverages {
  const of = (days: CreditDays): Coverage => ({
    ends: all.reduce((sum, each) => sum + each[days].ends, 0),
    inRange: all.reduce((sum, each) => sum + each[days].inRange, 0),
    inUsual: all.reduce((sum, each) => sum + each[days].inUsual, 0),
  });
  return { 3: of(3), 7: of(7), 14: of(14) };
}

function coverageFigures({ ends, inRange, inUsual }: Coverage): Shown {
  const part = (count: number) =>
    ends === 0 ? null : Math.round((count / ends) * 10_000) / 10_000;
  return { shareInRange: part(inRange), shareInUsualRange: part(inUsual) };
}

const jsonOf = (sums: ForecastEvaluation, coverage: Coverages) =>
  Object.fromEntries(
    creditDays.map((days) => [
      `${days}days`,
      {
        model: { ...figuresOf(sums[days].model), ...coverageFigures(coverage[days]) },
        exponentialAverage: figuresOf(sums[days].exponentialAverage),
      },
    ]),
  );

function linesOf(sums: ForecastEvaluation, coverage: Coverages): string[] {
  const header =
    '  credit            ends  error d   mean d  too hopeful  early end  in range  told 24h  told 72h  lead h';
  const rows = creditDays.flatMap((days) => [
    rowOf(`${days} days`, {
      ...figuresOf(sums[days].model),
      ...coverageFigures(coverage[days]),
    }),
    rowOf('  average', figuresOf(sums[days].exponentialAverage)),
  ]);
  return [header, ...rows];
}

function rowOf(name: string, shown: Shown): string {
  const number = (key: string, digits: number) => shown[key]?.toFixed(digits) ?? 'none';
  const percent = (key: string) => {
    const share = shown[key];
    return share === null || share === undefined ? 'none' : `${(share * 100).toFixed(1)}%`;
  };
  return [
    `  ${name.padEnd(12)}`,
    number('depletions', 0).padStart(9),
    number('meanAbsoluteErrorDays', 3).padStart(9),
    number('meanErrorDays', 2).padStart(9),
    percent('shareTooHopeful').padStart(13),
    percent('shareEarlyEndTooHopeful').padStart(11),
    percent('shareInRange').padStart(10),
    percent('shareAnnounced24h').padStart(10),
    percent('shareAnnounced72h').padStart(10),
    number('meanLeadHoursOf24hWarning', 0).padStart(8),
  ].join('');
}
