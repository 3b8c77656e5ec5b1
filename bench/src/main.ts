// Benchmarks: `npm run bench -- NAME [--json]`. A table of names; each module prints its own
// figures and, with --json, one JSON object on the last line.

import type { Benchmark } from './benchmark.ts';

const benchmarks: Readonly<Record<string, () => Promise<Benchmark>>> = {
  dlms: async () => (await import('./dlms/dlms.ts')).benchmarkDlms,
  fleet: async () => (await import('./fleet/fleet.ts')).benchmarkFleet,
  gateway: async () => (await import('./gateway/gateway.ts')).benchmarkGateway,
  readings: async () => (await import('./readings/readings.ts')).benchmarkReadings,
  revenue: async () => (await import('./revenue/revenue.ts')).benchmarkRevenue,
  sales: async () => (await import('./sales/sales.ts')).benchmarkSales,
  scale: async () => (await import('./scale/scale.ts')).benchmarkScale,
  storage: async () => (await import('./storage/storage.ts')).benchmarkStorage,
  sts: async () => (await import('./sts/sts.ts')).benchmarkSts,
  ussd: async () => (await import('./ussd/ussd.ts')).benchmarkUssd,
};

const help = `Benchmarks: a figure, and its ratio to a baseline of the same run. On a shared machine repeat a run
and take the best.

  npm run bench -- NAME... [--json]
  npm run bench -- all|NAME... --report [--repeat N] [--reports FOLDER]

  dlms      DLMS round trips per second of one core beside bare AES-GCM of the same bytes.
            --fleet N: so many meters read by one server process: time of a round, memory
  fleet     steps of whole meters per second of one core; bytes of state
  gateway   32 meters on one 9600-baud bus, read each minute: how long the line is in use, memory of
            the process (90 seconds)
  readings  from the MQTT publish of 10,000 connected meters to the committed row; time of a command
            (minutes; much memory, for a second process, too). --profile: CPU profile of the server
  revenue   homes x 60 days ranked on one core, 10,000 and 100,000 of them; memory, growth (minutes)
  sales     sales per second through the whole path. --connections N (1000000, seeded first),
            --seconds N of each measurement (15), --profile; --by notification: sales by a provider's
            notifications beside sales of tills, in turns of one run; --without log (or search):
            what that costs, by sales without it in turns of the same run
  scale     machines for 1, 10 and 50 million homes, reckoned from what the others measured: the
            tables of docs/scale.md. --figures FILE: your own, like bench/src/scale/figures.json
  storage   bytes on disk of a home, a sale, a reading; per meter and year (minutes)
  sts       whole STS tokens per second, made and read
  ussd      how long a phone waits for a screen at 50 sessions a second, alone and beside sales.
            --seconds N of each measurement (15)

  all       each of them (most of an hour), and a report of their figures as one HTML file
  --report  the same of those that are named; --repeat N: each so often; --reports FOLDER (reports)
  --json    the last line is one JSON object
Profiles are written to /tmp/prewatt-profile.`;

// A flag's value may follow it: `--seconds 10` belongs to the benchmark.
const given = process.argv.slice(2);
const valued = ['connections', 'seconds', 'by', 'fleet', 'without', 'figures', 'repeat', 'reports'];
const isValued = (text: string): boolean => valued.includes(text.slice(2));
const isValue = (i: number): boolean => isValued(given[i - 1] ?? '');
const isKnown = (text: string, i: number): boolean =>
  isValue(i) ||
  isValued(text) ||
  valued.some((name) => text.startsWith(`--${name}=`)) ||
  /^--(profile|json|report)$/.test(text) ||
  text === 'all' ||
  Object.hasOwn(benchmarks, text);
const asked = given.filter((text, i) => !text.startsWith('--') && !isValue(i));
const names = asked.includes('all') ? Object.keys(benchmarks) : asked;
const unknown = given.find((text, i) => !isKnown(text, i));

/** The value of a flag of the report, and the other flags. */
function takenOut(flags: readonly string[], name: string): [string | null, readonly string[]] {
  const i = flags.findIndex((text) => text === `--${name}` || text.startsWith(`--${name}=`));
  if (i < 0) return [null, flags];
  const isApart = flags[i] === `--${name}`;
  const value = isApart ? flags[i + 1] : flags[i]?.slice(name.length + 3);
  return [value ?? null, flags.filter((_, at) => at !== i && !(isApart && at === i + 1))];
}

async function report(): Promise<void> {
  const { runAll } = await import('./report/run-all.ts');
  const own = given.filter((text, i) => isValue(i) || text.startsWith('--'));
  const [repeat, others] = takenOut(own, 'repeat');
  const [folder, rest] = takenOut(others, 'reports');
  const times = Number(repeat ?? 1);
  if (!Number.isInteger(times) || times < 1) throw new Error('--repeat is a number from 1');
  const { file, isWhole } = await runAll({
    ...{ names, repeat: times, folder: folder ?? 'reports' },
    flags: rest.filter((text) => text !== '--report' && text !== '--json'),
    print: (text) => process.stdout.write(text),
  });
  console.log(`report: ${file}`);
  if (!isWhole) process.exitCode = 1;
}

if (given.includes('--help')) {
  console.log(help);
} else if (names.length === 0 || unknown !== undefined) {
  if (unknown !== undefined) console.error(`bench: what is "${unknown}"?`);
  console.error(`Give a benchmark: ${Object.keys(benchmarks).join(', ')}, all; --help says more`);
  process.exitCode = 2;
} else if (asked.includes('all') || given.includes('--report')) {
  await report();
} else {
  for (const name of names) {
    const benchmark = await benchmarks[name]?.();
    const figures = await benchmark?.((line) => console.log(line));
    if (given.includes('--json')) console.log(JSON.stringify(figures));
  }
}
