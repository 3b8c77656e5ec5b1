// Benchmarks: `npm run bench -- NAME [--json]`. A table of names; each module prints its own
// figures and, with --json, one JSON object on the last line.

/** A benchmark prints text and gives the object for its JSON line. */
export type Benchmark = (print: (line: string) => void) => Promise<object>;

const benchmarks: Readonly<Record<string, () => Promise<Benchmark>>> = {
  fleet: async () => (await import('./fleet/fleet.ts')).benchmarkFleet,
  readings: async () => (await import('./readings/readings.ts')).benchmarkReadings,
  sales: async () => (await import('./sales/sales.ts')).benchmarkSales,
  sts: async () => (await import('./sts/sts.ts')).benchmarkSts,
};

// A flag's value may follow it: `--seconds 10` belongs to the benchmark.
const names = process.argv
  .slice(2)
  .filter(
    (argument, i, all) =>
      !argument.startsWith('--') && !/^--(connections|seconds)$/.test(all[i - 1] ?? ''),
  );
const asJson = process.argv.includes('--json');
const unknown = names.filter((name) => !Object.hasOwn(benchmarks, name));
if (names.length === 0 || unknown.length > 0) {
  console.error(`Give a benchmark: ${Object.keys(benchmarks).join(', ')}`);
  process.exitCode = 2;
} else {
  for (const name of names) {
    const benchmark = await benchmarks[name]?.();
    const figures = await benchmark?.((line) => console.log(line));
    if (asJson) console.log(JSON.stringify(figures));
  }
}
