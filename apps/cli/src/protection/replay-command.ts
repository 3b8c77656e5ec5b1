// `prewatt protection replay`, offline: rule sets run over files of load and top-ups, and what
// differs between them.

import { duplicateNames } from '@prewatt/api';
import {
  checkProtectionRules,
  describeRulesError,
  type HomeReplay,
  type LoadSeries,
  type ProtectionRules,
  type ReplayHome,
  replayHome,
  summarizeReplay,
} from '@prewatt/protection';
import { err, ok, type Result } from '@prewatt/quantities';
import { type CommandContext, type CommandResult, type Options, refused } from '../command.ts';
import { readLoadFile } from '../forecast/load-file.ts';
import { readHomes, readTopUps } from './homes-file.ts';
import { compared, replayJson, replayLines } from './replay-report.ts';

/** A rule document from a file; the error says what is wrong with it. */
export function readRules(context: CommandContext, path: string): Result<ProtectionRules, string> {
  try {
    const text = context.readFile(path);
    const document: unknown = JSON.parse(text);
    const [twice] = duplicateNames(text);
    if (twice !== undefined) return err(`${path}: ${twice} stands twice: leave one out`);
    const checked = checkProtectionRules(document);
    return checked.ok ? checked : err(`${path}: ${describeRulesError(checked.error)}`);
  } catch (error) {
    return err(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Runs the proposed rules, and the present ones when they are given, over the files. */
export async function replayCommand(
  options: Options,
  context: CommandContext,
  paths: readonly string[],
): Promise<CommandResult> {
  const proposed = readRules(context, options.text('rules') ?? '');
  if (!proposed.ok) return refused('rules', proposed.error);
  const nowPath = options.text('now');
  const now = nowPath === undefined ? null : readRules(context, nowPath);
  if (now !== null && !now.ok) return refused('rules', now.error);
  const homes = await readAll(options, context, paths);
  if (!homes.ok) return refused('file', homes.error);
  const takesEmergency = !options.flag('no-emergency');
  const run = (rules: ProtectionRules): HomeReplay[] =>
    // The files are in wall-clock time, and so are the rules: no zone comes between them.
    homes.value.flatMap((home) => replayHome(rules, home, 'UTC', { takesEmergency }) ?? []);
  const result = { homes: run(proposed.value), leftOut: 0 };
  result.leftOut = homes.value.length - result.homes.length;
  const comparison = now === null ? null : compared(run(now.value), result.homes);
  return {
    ok: true,
    value: {
      lines: replayLines({ ...result, comparison, takesEmergency }),
      json: {
        ...replayJson({ ...result, comparison, takesEmergency }),
        summary: summarizeReplay(result.homes),
      },
    },
  };
}

async function readAll(
  options: Options,
  context: CommandContext,
  paths: readonly string[],
): Promise<Result<ReplayHome[], string>> {
  const zone = options.text('zone') ?? 'UTC';
  const text = (name: string, empty: string): string => {
    const path = options.text(name);
    return path === undefined ? empty : context.readFile(path);
  };
  let topUpText: string;
  let homeText: string;
  try {
    topUpText = text('top-ups', 'home,at,kwh');
    homeText = text('homes', 'home');
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
  const topUps = readTopUps(topUpText, zone);
  if (!topUps.ok) return err(`${options.text('top-ups')}: ${topUps.error}`);
  const flags = readHomes(homeText, zone);
  if (!flags.ok) return err(`${options.text('homes')}: ${flags.error}`);
  const homes: ReplayHome[] = [];
  for (const path of paths) {
    let blob: Blob;
    try {
      blob = await context.openFile(path);
    } catch (error) {
      return err(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
    const loads = await readLoadFile(blob);
    if (!loads.ok) return err(`${path}: ${loads.error}`);
    for (const series of loads.value.homes) {
      const unknown = { vulnerable: false, medical: false, convertedAtMs: null, openingWh: null };
      homes.push({
        home: series.home,
        ...(flags.value.get(series.home) ?? unknown),
        use: useOf(series),
        topUps: topUps.value.get(series.home) ?? [],
      });
    }
  }
  return ok(homes);
}

/** Whole watt-hours per interval, the rest carried on, so that nothing is lost by rounding. */
function useOf(series: LoadSeries): ReplayHome['use'] {
  const { startsAtMs, intervalMs, energyWh } = series;
  let rest = 0;
  return energyWh.flatMap((wh, index) => {
    if (wh === null) return [];
    const whole = Math.floor(wh + rest);
    rest += wh - whole;
    const from = startsAtMs + index * intervalMs;
    return [{ startsAtMs: from, endsAtMs: from + intervalMs, energyWh: BigInt(whole) }];
  });
}
