// Machines for so many homes, reckoned from what the benchmarks measured and from what is assumed
// of people and machines. Pure: the same figures give the same table.

export const figureNames = [
  'homeBytes',
  'saleBytes',
  'saleWalBytes',
  'readingBytes',
  'readingWalBytes',
  'dayBytes',
  'saleServerUs',
  'saleDatabaseUs',
  'readingServerUs',
  'readingDatabaseUs',
] as const;
export type Figures = Readonly<Record<(typeof figureNames)[number], number>>;

/** What no benchmark can tell; `what` is how the table says it. */
export const assumptions = {
  salesAMonth: { value: 4, what: 'sales of a home in a month' },
  busiestHourPercent: {
    value: 1.25,
    what: 'per cent of a month’s sales in its busiest hour: a tenth on payday, an eighth of that at noon',
  },
  readingsADay: { value: 96, what: 'readings of a meter in a day, each in a message of its own' },
  bunching: { value: 3, what: 'times the mean, when all meters send within 5 of 15 minutes' },
  yearsKept: { value: 3, what: 'years that readings are kept (`readings_kept_months` 36)' },
  yearsOfSales: { value: 10, what: 'years that sales and sums of days are kept' },
  copies: { value: 3, what: 'copies of the database: a primary and two standbys' },
  usePercent: { value: 50, what: 'per cent of its processors that a machine uses in its peak' },
  diskPercent: { value: 80, what: 'per cent of its disk that a machine fills' },
  nodeCores: { value: 32, what: 'processors of a database’s machine at most' },
  leastCores: { value: 4, what: 'processors of a database’s machine at least' },
  nodeGB: {
    value: 256,
    what: 'GB of its memory at most, three quarters of it for pages',
  },
  leastGB: { value: 16, what: 'GB of its memory at least' },
  nodeTB: { value: 30, what: 'TB of its disk at most' },
  serverCores: { value: 1.5, what: 'processors that one server process can use' },
  serverGB: { value: 2, what: 'GB of memory of one server process' },
  brokerMeters: { value: 100_000, what: 'meters at one broker; not measured by us' },
} as const;

const dayS = 86_400;
const hourS = 3_600;
const monthsAYear = 12;
const daysAYear = 365;
/** A page of PostgreSQL: each meter writes at the end of its own stretch of the readings' index. */
const pageBytes = 8_192;
const cacheShare = 0.75;
const [GB, TB] = [1e9, 1e12] as const;

export type Plan = {
  readonly homes: number;
  readonly salesASecond: number;
  readonly readingsASecond: number;
  readonly serverCores: number;
  readonly databaseCores: number;
  readonly hotGB: number;
  readonly readingsTB: number;
  readonly restTB: number;
  readonly walTBADay: number;
  readonly servers: number;
  readonly brokers: number;
  readonly groups: number;
  readonly limit: 'processors' | 'memory' | 'disk';
  readonly total: { readonly cores: number; readonly memoryGB: number; readonly diskTB: number };
};

export function reckon(figures: Figures, homes: number): Plan {
  const a = assumptions;
  const perMonth = homes * a.salesAMonth.value;
  const salesASecond = (perMonth * a.busiestHourPercent.value) / 100 / hourS;
  const readingsADay = homes * a.readingsADay.value;
  const readingsASecond = (readingsADay / dayS) * a.bunching.value;
  const coresOf = (saleUs: number, readingUs: number): number =>
    (salesASecond * saleUs + readingsASecond * readingUs) / 1e6 / (a.usePercent.value / 100);
  const serverCores = coresOf(figures.saleServerUs, figures.readingServerUs);
  const databaseCores = coresOf(figures.saleDatabaseUs, figures.readingDatabaseUs);
  const hotGB = (homes * (pageBytes + figures.homeBytes)) / GB;
  const readingsTB = (readingsADay * daysAYear * a.yearsKept.value * figures.readingBytes) / TB;
  const salesKept = perMonth * monthsAYear * a.yearsOfSales.value;
  const daysKept = homes * daysAYear * a.yearsOfSales.value;
  const restTB =
    (salesKept * figures.saleBytes + daysKept * figures.dayBytes + homes * figures.homeBytes) / TB;
  const salesADay = (perMonth * monthsAYear) / daysAYear;
  const walTBADay =
    (readingsADay * figures.readingWalBytes + salesADay * figures.saleWalBytes) / TB;
  const needs = {
    processors: databaseCores / a.nodeCores.value,
    memory: hotGB / (a.nodeGB.value * cacheShare),
    disk: (readingsTB + restTB) / (a.nodeTB.value * (a.diskPercent.value / 100)),
  };
  const limit = largest(needs);
  const groups = Math.max(1, Math.ceil(needs[limit]));
  // One more than the peak needs, so that one may be lost.
  const servers = Math.ceil(serverCores / a.serverCores.value) + 1;
  const machines = groups * a.copies.value;
  return {
    ...{ homes, salesASecond, readingsASecond, serverCores, databaseCores, hotGB },
    ...{ readingsTB, restTB, walTBADay, servers, groups, limit },
    brokers: Math.ceil(homes / a.brokerMeters.value) + 1,
    total: {
      cores:
        machines * atLeast(a.leastCores.value, databaseCores / groups) +
        Math.ceil(servers * a.serverCores.value),
      memoryGB:
        machines * atLeast(a.leastGB.value, hotGB / cacheShare / groups) +
        servers * a.serverGB.value,
      diskTB: (readingsTB + restTB) * a.copies.value,
    },
  };
}

const atLeast = (least: number, needed: number): number => Math.max(least, Math.ceil(needed));

function largest(needs: Readonly<Record<Plan['limit'], number>>): Plan['limit'] {
  const names = Object.keys(needs) as Plan['limit'][];
  return names.reduce((most, name) => (needs[name] > needs[most] ? name : most));
}
