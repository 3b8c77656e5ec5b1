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

  --json    the last line is one JSON object
Profiles are written to /tmp/prewatt-profile.`;

// A flag's value may follow it: `--seconds 10` belongs to the benchmark.
const given = process.argv.slice(2);
const valued = /^--(connections|seconds|by|fleet|without|figures)$/;
const isValue = (i: number): boolean => valued.test(given[i - 1] ?? '');
const isKnown = (text: string, i: number): boolean =>
  isValue(i) ||
  valued.test(text) ||
  /^--(connections|seconds|by|fleet|without|figures)=|^--(profile|json)$/.test(text) ||
  Object.hasOwn(benchmarks, text);
const names = given.filter((text, i) => !text.startsWith('--') && !isValue(i));
const unknown = given.find((text, i) => !isKnown(text, i));
if (given.includes('--help')) {
  console.log(help);
} else if (names.length === 0 || unknown !== undefined) {
  if (unknown !== undefined) console.error(`bench: what is "${unknown}"?`);
  console.error(`Give a benchmark: ${Object.keys(benchmarks).join(', ')}; --help says more`);
  process.exitCode = 2;
} else {
  for (const name of names) {
    const benchmark = await benchmarks[name]?.();
    const figures = await benchmark?.((line) => console.log(line));
    if (given.includes('--json')) console.log(JSON.stringify(figures));
  }
}
