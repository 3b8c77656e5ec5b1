// `npm run simulate -- --seed 7 --homes 10 --days 30 [--faults all|none|LIST] [--json]`: one town,
// its laws checked at each tick. A failure prints the seed and the shortest trace that leads to it.

import { faultKinds, faultsOf, parseFaults } from './faults.ts';
import { readOptions } from './options.ts';
import type { ProtectionGain } from './protection-gain.ts';
import type { RunFailed as Failure, RunReport } from './run.ts';
import type { Attempt } from './shrink.ts';
import { zone } from './zone.ts';

const tickMs = 3_600_000;
const traceLines = 60;

const help = `A town under a seed: homes, meters, server, vendors, provider and network on one fake clock. The
laws are checked at each tick; a failure prints the seed and the shortest trace, exit code 1.

  npm run simulate -- [--seed N] [--homes N] [--days N] [--faults LIST] [--thieves N]
                      [--gain] [--json]

  --seed N       the same seed is the same town, to the last count (default: 7)
  --homes N      how many homes (default: 10, with thieves 108)
  --days N       how many days (default: 30, with thieves 20)
  --faults LIST  all, none, or names with commas (default: all):
                 ${faultKinds.slice(0, 7).join(', ')},
                 ${faultKinds.slice(7).join(', ')}
  --thieves N    instead: N of 100 homes steal, among honest ones whose use changes, too; what
                 the server's list finds by day, false visits and the energy recovered
  --gain         instead: only what the rules gain against plain prepayment (protectionGain)
  --json         the last line is one JSON object of the figures`;

const { values } = readOptions(
  { name: 'simulate', help },
  {
    seed: { type: 'string', default: '7' },
    homes: { type: 'string' },
    days: { type: 'string' },
    faults: { type: 'string', default: 'all' },
    thieves: { type: 'string' },
    gain: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
);

const startMs = Date.UTC(2026, 8, 1);
/** Thieves among ten homes would be none; a hundred tell something. */
const usual =
  values.thieves === undefined ? { homes: '10', days: '30' } : { homes: '108', days: '20' };
const seed = wholeNumber('seed');
const homes = wholeNumber('homes');
const days = wholeNumber('days');
const faults = parseFaults(values.faults);
if (!faults.ok) stop(faults.error);

if (values.gain) {
  const { gainLines } = await import('./protection-gain.ts');
  const gained = await gain();
  console.log(values.json ? JSON.stringify(gained) : gainLines(gained).join('\n'));
  process.exit(0);
}

// Loaded once it is known what is asked: help and a slip are answered at once.
const [{ createTownDatabase }, { townPlan }, { RunFailed, runTown }] = await Promise.all([
  import('./database.ts'),
  import('./plan.ts'),
  import('./run.ts'),
]);

if (values.thieves !== undefined) {
  await showThieves(wholeNumber('thieves'));
  process.exit(0);
}

const startedMs = performance.now();
const whole: Attempt = { faults: faults.value, homes: null, ticks: days * 24 };
try {
  const report = await live(whole, showProgress);
  const wallSeconds = Math.round((performance.now() - startedMs) / 100) / 10;
  await show({ ...report, wallSeconds, protectionGain: await gain() });
} catch (error) {
  if (!(error instanceof RunFailed)) throw error;
  process.exitCode = 1;
  await tell(error);
}

async function live(attempt: Attempt, onProgress?: (share: number) => void): Promise<RunReport> {
  const database = await createTownDatabase();
  try {
    return await runTown({
      seed,
      ownerUrl: database.ownerUrl,
      appUrl: database.appUrl,
      startMs,
      tickMs,
      days: Math.ceil(attempt.ticks / 24),
      faults: faultsOf(attempt.faults),
      plan: townPlan(homes),
      masterKey: Buffer.alloc(32, 1),
      parallel: 32,
      isLogVerified: attempt === whole,
      ...(attempt.homes === null ? {} : { only: attempt.homes }),
      ...(onProgress === undefined ? {} : { onProgress }),
    });
  } finally {
    await database.drop();
  }
}

async function tell(failure: Failure): Promise<void> {
  console.error(`seed ${seed}, tick ${failure.tick}: ${failure.message}`);
  console.error('looking for the shortest trace');
  const { shrink } = await import('./shrink.ts');
  const attempt = { ...whole, ticks: failure.tick };
  const shortest = await shrink({ attempt, failure }, live);
  const { homes: alone } = shortest.attempt;
  console.error(
    `with ${alone === null ? 'all homes' : `home ${alone.join(', ')} alone`}, ` +
      `faults ${shortest.attempt.faults.join(',') || 'none'}, ` +
      `tick ${shortest.failure.tick}: ${shortest.failure.message}`,
  );
  for (const line of shortest.failure.story.slice(-traceLines)) console.error(`  ${line}`);
}

function showProgress(share: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${Math.floor(share * 100)} %`);
}

/** The town's rules beside plain prepayment, on as many homes for as many days. */
async function gain(): Promise<ProtectionGain> {
  const { protectionGain } = await import('./protection-gain.ts');
  const { protectionRules } = await import('./utility.ts');
  return protectionGain({ seed, homes, days, startMs, zone, rules: protectionRules });
}

async function show(
  report: RunReport & {
    readonly wallSeconds: number;
    readonly protectionGain: ProtectionGain;
  },
): Promise<void> {
  if (process.stderr.isTTY) process.stderr.write('\r');
  if (values.json) {
    console.log(JSON.stringify(report));
    return;
  }
  const { faultsInjected, protectionGain: gained, ...numbers } = report;
  for (const [name, value] of Object.entries({ ...numbers, ...faultsInjected })) {
    console.log(`${name.padEnd(24)}${value}`);
  }
  const { gainLines } = await import('./protection-gain.ts');
  console.log(['', 'protectionGain', ...gainLines(gained)].join('\n'));
}

async function showThieves(thiefPercent: number): Promise<void> {
  if (thiefPercent > 50) return stop('--thieves is at most 50 of 100 homes');
  const { runThieves, thiefLines } = await import('./thieves.ts');
  const database = await createTownDatabase();
  try {
    const report = await runThieves({
      ...{ database, plan: townPlan(homes), seed, days, thiefPercent, startMs },
      masterKey: Buffer.alloc(32, 1),
    });
    console.log(values.json ? JSON.stringify(report) : thiefLines(report).join('\n'));
  } finally {
    await database.drop();
  }
}

function wholeNumber(name: 'seed' | 'homes' | 'days' | 'thieves'): number {
  const text = values[name] ?? (name === 'homes' || name === 'days' ? usual[name] : '');
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  return stop(`--${name} must be a whole number from 1, not "${text}"`);
}

function stop(text: string): never {
  console.error(`simulate: ${text}`);
  process.exit(2);
}
