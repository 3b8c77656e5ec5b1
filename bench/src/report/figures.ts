// Which figures of each benchmark a report shows, beside what baseline, and where their range is.
// Paths lead into the object that the benchmark gives.

export type Shown = {
  readonly what: string;
  readonly unit: string;
  readonly value: string;
  readonly baseline?: { readonly what: string; readonly value: string };
  /** A list of what single turns measured; without it the range is over repeats. */
  readonly turns?: string;
};

const readingsTurns = { unit: '/s' } as const;
const naive = (of: string) => ({ what: 'naive implementation', value: `naive.${of}` });
const steps = (what: string, value: string): Shown => ({
  ...{ what, unit: '/s', value },
  baseline: { what: 'subtract and compare', value: 'baseline' },
});

export const shown: Readonly<Record<string, readonly Shown[]>> = {
  dlms: [
    {
      ...{ what: 'round trips, one core', unit: '/s', value: 'roundTrips' },
      baseline: { what: 'AES-GCM alone', value: 'bare' },
    },
  ],
  fleet: [
    steps('steps of a linked meter', 'stepsPerSecond'),
    steps('without a link', 'withoutLink'),
    steps('a meter that counts money', 'moneyStepsPerSecond'),
    { what: 'state of a meter, stored', unit: 'bytes', value: 'bytes.linked.stored' },
  ],
  gateway: [
    {
      ...{ what: 'the line is in use', unit: 'ms a minute', value: 'inUseMs' },
      baseline: { what: 'the bytes alone', value: 'onLineMs' },
    },
    { what: 'memory of the process', unit: 'MB', value: 'mostMb' },
  ],
  readings: [
    {
      ...{ ...readingsTurns, what: 'readings, 48 a message', value: 'perSecond' },
      ...{ baseline: { what: 'insert alone', value: 'baselinePerSecond' }, turns: 'passes.wire' },
    },
    {
      ...{ ...readingsTurns, what: 'readings, one a message', value: 'onePerMessagePerSecond' },
      turns: 'passes.one',
    },
    { what: 'a reading in the server', unit: 'µs', value: 'cpu.one.serverUs' },
    { what: 'a reading in PostgreSQL', unit: 'µs', value: 'cpu.one.databaseUs' },
    { what: 'memory of a session', unit: 'bytes', value: 'bytesPerMeter' },
    { what: 'command to result, p99', unit: 'ms', value: 'commandP99Ms' },
    { what: 'the same under load, p99', unit: 'ms', value: 'loadedCommandP99Ms' },
  ],
  revenue: [
    { what: 'a home ranked among 10,000', unit: 'µs', value: 'passes.0.microsecondsPerHome' },
    { what: 'a home ranked among 100,000', unit: 'µs', value: 'passes.1.microsecondsPerHome' },
  ],
  sales: [
    {
      ...{ what: 'sales', unit: '/s', value: 'perSecond', turns: 'turns.sales' },
      baseline: { what: 'TPC-B', value: 'baselinePerSecond' },
    },
    { what: 'a sale at half load, p50', unit: 'ms', value: 'p50Ms' },
    { what: 'a sale at half load, p99', unit: 'ms', value: 'p99Ms' },
    { what: 'processor time of a sale', unit: 'ms', value: 'cpuMs' },
    { what: 'sales with few homes for one with many', unit: '', value: 'growth' },
  ],
  storage: [
    { what: 'a home', unit: 'bytes', value: 'homeBytes' },
    { what: 'a sale', unit: 'bytes', value: 'saleBytes' },
    { what: 'a reading', unit: 'bytes', value: 'readingBytes' },
    { what: 'a meter’s quarter-hours of a year', unit: 'bytes', value: 'meterYearBytes' },
  ],
  sts: ['ea07.encode', 'ea07.decode', 'ea11.encode', 'ea11.decode'].map((value) => ({
    ...{ what: `tokens, ${value.replace('.', ' ').replace('ea', 'EA')}`, unit: '/s', value },
    baseline: naive(value),
  })),
  ussd: [
    { what: 'a screen beside sales, p50', unit: 'ms', value: 'p50Ms' },
    { what: 'a screen beside sales, p99', unit: 'ms', value: 'p99Ms' },
    { what: 'processor time of a screen', unit: 'ms', value: 'cpuMsOfScreen' },
  ],
};

/** What stands at `a.b.0`; undefined where nothing does. */
export function at(of: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((found, name) => (found as Record<string, unknown> | null)?.[name], of);
}
