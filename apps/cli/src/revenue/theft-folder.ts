// A folder of homes on feeders with what they report: members, altered days, feeder meters and,
// where they are known, labels. What a home reports on other days is its plain load, from a file of
// loads beside it. The whole reported table is built here, so that nobody can tell the two apart.

import { countText, err, ok, type Result } from '@prewatt/quantities';
import { type AreaReadings, missingWh } from '@prewatt/revenue-protection';
import type { CommandContext } from '../command.ts';
import {
  dateIn,
  FolderFault,
  needColumns,
  openTable,
  readingsIn,
  summedBy,
  type Table,
} from './csv-table.ts';

export type HomeLabel = {
  readonly isTheft: boolean;
  readonly kind: string;
  readonly stolenWh: number;
};

export type Scenario = {
  readonly name: string;
  readonly areas: readonly AreaReadings[];
  /** By home; empty where the folder has no labels. */
  readonly labels: ReadonlyMap<string, HomeLabel>;
};

export type TheftFolder = {
  readonly scenarios: readonly Scenario[];
  readonly hasLabels: boolean;
  readonly perDay: number;
  /** Plain loads of the homes, where a file of loads has them. */
  readonly loads: ReadonlyMap<string, Int32Array>;
  /** What a reader should know of the folder beside its figures. */
  readonly notes: readonly string[];
};

/** Readings by home or feeder (`scenario,name`), then by date. */
type Rows = Map<string, Map<string, Int32Array>>;
type Readings = { readonly rows: Rows; readonly perDay: number | null };

/** Reads the folder; the error is one line that names the file and the row. */
export async function readTheftFolder(
  context: CommandContext,
  folder: string,
  loadsPath?: string,
): Promise<Result<TheftFolder, string>> {
  const names = namesIn(context, folder);
  if (names === null) return err(`${folder}: cannot be read as a folder`);
  try {
    return ok(await readParts(context, { folder, names, loadsPath }));
  } catch (error) {
    if (error instanceof FolderFault) return err(error.message);
    throw error;
  }
}

type Asked = {
  readonly folder: string;
  readonly names: readonly string[];
  readonly loadsPath: string | undefined;
};

async function readParts(context: CommandContext, asked: Asked): Promise<TheftFolder> {
  const { folder } = asked;
  const tableOf = (end: RegExp) => tableIn(context, asked, end);
  const membersTable = await tableOf(/members\.csv(\.gz)?$/i);
  if (membersTable === null) {
    throw new FolderFault(`${folder}: no file that ends with members.csv and has rows`);
  }
  const members = await readMembers(membersTable);
  const found = {
    altered: await readRows(await tableOf(/altered(_\w+)?\.csv(\.gz)?$/i), 'home'),
    feeders: await readRows(await tableOf(/feeders(_\w+)?\.csv(\.gz)?$/i), 'feeder'),
    plain: await readLoads(context, loadFiles(context, asked), members),
  };
  const perDay = perDayOf(folder, [
    found.altered.perDay,
    found.feeders.perDay,
    ...found.plain.counts,
  ]);
  const labels = await readLabels(await tableOf(/labels\.csv(\.gz)?$/i));
  const parts: Parts = {
    ...{ members, labels, perDay },
    altered: broughtTo(found.altered.rows, perDay),
    feeders: broughtTo(found.feeders.rows, perDay),
    plain: broughtTo(found.plain.rows, perDay),
  };
  const scenarioNames = [...new Set(members.map(({ scenario }) => scenario))];
  needMatches(membersTable.path, parts);
  const dates = new Map(scenarioNames.map((name) => [name, datesOf(parts, name)]));
  const bare = homesWithoutReadings(folder, parts, dates);
  const everyDay = [...new Set([...dates.values()].flat())].sort();
  const homes = new Set(members.map(({ home }) => home));
  const loads = [...homes].flatMap((home) => {
    const rows = parts.plain.get(home);
    return rows === undefined ? [] : [[home, seriesOf(everyDay, perDay, rows)] as const];
  });
  return {
    scenarios: scenarioNames.map((name) => scenarioOf(name, parts, dates.get(name) ?? [])),
    hasLabels: labels.size > 0,
    perDay,
    loads: new Map(loads),
    notes:
      bare === 0 ? [] : [`${countText(bare, 'home')} with readings on less than half of the days`],
  };
}

function namesIn(context: CommandContext, folder: string): readonly string[] | null {
  try {
    return [...context.listFolder(folder)].sort();
  } catch {
    return null;
  }
}

async function tableIn(
  context: CommandContext,
  { folder, names }: Asked,
  end: RegExp,
): Promise<Table | null> {
  const [name, other] = names.filter((one) => end.test(one));
  if (name === undefined) return null;
  if (other !== undefined) {
    throw new FolderFault(
      `${folder}: ${name} and ${other} are of one kind; leave one of them here`,
    );
  }
  return openTable(context, `${folder}/${name}`);
}

/** Files that may hold the plain loads: beside the others, or in a folder `loads` next to them. */
function loadFiles(context: CommandContext, { folder, loadsPath }: Asked): string[] {
  const csvIn = (where: string) =>
    (namesIn(context, where) ?? [])
      .filter((name) => /\.csv(\.gz)?$/i.test(name))
      .filter((name) => !/(members|labels)\.csv|(altered|feeders)(_\w+)?\.csv/i.test(name))
      .map((name) => `${where}/${name}`);
  if (loadsPath === undefined) {
    return [folder, `${folder}/loads`, `${folder}/../loads`].flatMap(csvIn);
  }
  return namesIn(context, loadsPath) === null ? [loadsPath] : csvIn(loadsPath);
}

type Member = { readonly scenario: string; readonly feeder: string; readonly home: string };

/** Where a file has no scenarios, all of it is one. */
const onlyScenario = 'all';
const scenarioIn = (written: string): string => (written === '' ? onlyScenario : written);

async function readMembers(table: Table): Promise<Member[]> {
  needColumns(table, ['home', 'feeder']);
  const members = new Map<string, Member>();
  for await (const { number, cell } of table.rows()) {
    const home = cell('home');
    if (home === '') throw new FolderFault(`${table.path}: row ${number} names no home`);
    const scenario = scenarioIn(cell('scenario'));
    const member = { scenario, feeder: cell('feeder'), home };
    const before = members.get(`${scenario},${home}`);
    if (before !== undefined && before.feeder !== member.feeder) {
      throw new FolderFault(
        `${table.path}: row ${number} puts ${home} on ${member.feeder}; a row before has it on ${before.feeder}`,
      );
    }
    members.set(`${scenario},${home}`, member);
  }
  return [...members.values()];
}

async function readRows(table: Table | null, name: 'home' | 'feeder'): Promise<Readings> {
  const rows: Rows = new Map();
  if (table === null) return { rows, perDay: null };
  needColumns(table, [name, 'date']);
  for await (const row of table.rows()) {
    const key = `${scenarioIn(row.cell('scenario'))},${row.cell(name)}`;
    setRow(rows, { key, date: dateIn(table.path, row), wh: readingsIn(table.path, row) });
  }
  return { rows, perDay: rows.size === 0 ? null : table.intervals };
}

function setRow(rows: Rows, o: { readonly key: string; readonly date: string; wh: Int32Array }) {
  const own = rows.get(o.key);
  if (own === undefined) rows.set(o.key, new Map([[o.date, o.wh]]));
  else own.set(o.date, o.wh);
}

const yes = new Set(['1', '1.0', 'true', 'yes', 't', 'y']);
const no = new Set(['0', '0.0', 'false', 'no', 'f', 'n']);

async function readLabels(table: Table | null) {
  const labels = new Map<string, HomeLabel>();
  if (table === null) return labels;
  needColumns(table, ['home', 'theft']);
  for await (const { number, cell } of table.rows()) {
    // A hook on the feeder has no home: it is nobody's line on the list.
    if (cell('home') === '') continue;
    const theft = cell('theft').toLowerCase();
    // Empty: nobody knows.
    if (theft === '') continue;
    const isTheft = yes.has(theft);
    if (!isTheft && !no.has(theft)) {
      throw new FolderFault(`${table.path}: row ${number} has theft "${theft}"; write 1 or 0`);
    }
    labels.set(`${scenarioIn(cell('scenario'))},${cell('home')}`, {
      isTheft,
      kind: cell('kind') || (isTheft ? 'theft' : 'normal'),
      stolenWh: Math.round(Number(cell('stolen_kwh')) * 1000) || 0,
    });
  }
  return labels;
}

/** Plain loads by home; the first file that has a home is taken for it. */
async function readLoads(
  context: CommandContext,
  paths: readonly string[],
  members: readonly Member[],
) {
  const homes = new Set(members.map(({ home }) => home));
  const rows: Rows = new Map();
  const counts: number[] = [];
  for (const path of paths) {
    if (rows.size === homes.size) break;
    const table = await openTable(context, path);
    if (table === null || !table.columns.has('home') || !table.columns.has('date')) continue;
    if (table.intervals === 0) continue;
    const before = new Set(rows.keys());
    for await (const row of table.rows()) {
      const key = row.cell('home');
      if (!homes.has(key) || before.has(key)) continue;
      setRow(rows, { key, date: dateIn(path, row), wh: readingsIn(path, row) });
    }
    if (rows.size > before.size) counts.push(table.intervals);
  }
  return { rows, counts };
}

/** The model was made on half-hours, so finer readings are summed to them. */
const halfHours = 48;
const fewestIntervals = 24;

/** The finest interval that every file can be summed to. */
function perDayOf(folder: string, counts: readonly (number | null)[]): number {
  const known = counts.filter((count) => count !== null);
  const common = known.reduce(greatestDivisor, 0);
  if (common === 0) return halfHours;
  if (common < fewestIntervals || 1440 % common !== 0) {
    const said = [...new Set(known)].join(', ');
    throw new FolderFault(
      `${folder}: the files have ${said} columns of intervals (i00, i01, …); 24, 48 or 96 a day are read`,
    );
  }
  return common % halfHours === 0 ? halfHours : common;
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));

const broughtTo = (rows: Rows, perDay: number): Rows =>
  new Map(
    [...rows].map(([key, days]) => [
      key,
      new Map([...days].map(([date, wh]) => [date, summedBy(wh, wh.length / perDay)])),
    ]),
  );

type Parts = {
  readonly members: readonly Member[];
  readonly altered: Rows;
  readonly feeders: Rows;
  readonly labels: ReadonlyMap<string, HomeLabel>;
  readonly plain: Rows;
  readonly perDay: number;
};

/** Names that are written otherwise in two files would leave one of them unread, without a word. */
function needMatches(path: string, o: Parts): void {
  const homes = new Set(o.members.map(({ scenario, home }) => `${scenario},${home}`));
  const feeders = new Set(o.members.map(({ scenario, feeder }) => `${scenario},${feeder}`));
  const parts = [
    ['altered days', o.altered.keys(), homes],
    ['feeders', o.feeders.keys(), feeders],
    ['labels', o.labels.keys(), homes],
  ] as const;
  for (const [what, keys, known] of parts) {
    const all = [...keys];
    const [first = ''] = all;
    if (all.length === 0 || all.some((key) => known.has(key))) continue;
    throw new FolderFault(
      `${path}: none of the ${what} is of a scenario and name in it, as "${first}"; write both alike`,
    );
  }
}

/** Homes of whose readings less than half is there; refused where they are many. */
function homesWithoutReadings(
  folder: string,
  o: Parts,
  dates: ReadonlyMap<string, readonly string[]>,
): number {
  const bare = o.members.filter(({ scenario, home }) => {
    const days = dates.get(scenario) ?? [];
    const [altered, plain] = [o.altered.get(`${scenario},${home}`), o.plain.get(home)];
    const of = (rows: ReadonlyMap<string, unknown> | undefined) =>
      days.filter((date) => rows?.has(date) === true).length;
    return 2 * Math.max(of(altered), of(plain)) < days.length;
  });
  const homesBare = new Set(bare.map(({ home }) => home)).size;
  const homes = new Set(o.members.map(({ home }) => home)).size;
  // A meter that was not read is a home like others; a file that is not there is not.
  if (homesBare * 10 > homes) {
    throw new FolderFault(
      `${folder}: ${homesBare} of ${homes} homes have no plain load: name its file by --loads`,
    );
  }
  return homesBare;
}

/** Each day from the first to the last that the scenario's feeders or altered days have. */
function datesOf(o: Parts, scenario: string): string[] {
  const isOwn = (key: string): boolean => key.startsWith(`${scenario},`);
  const daysIn = (rows: Rows, takes: (key: string) => boolean): string[] =>
    [...rows].flatMap(([key, days]) => (takes(key) ? [...days.keys()] : []));
  const own = [...daysIn(o.feeders, isOwn), ...daysIn(o.altered, isOwn)];
  const hasFeeder = [...o.feeders.keys()].some(isOwn);
  // Without a feeder's meter the altered days alone would leave out whoever changed nothing.
  const all = hasFeeder ? own : [...own, ...daysIn(o.plain, () => true)];
  const sorted = [...new Set(all)].sort();
  const first = Date.parse(`${sorted[0]}T00:00:00Z`);
  const last = Date.parse(`${sorted[sorted.length - 1]}T00:00:00Z`);
  const days = Math.round((last - first) / 86_400_000) + 1;
  if (Number.isNaN(days)) throw new FolderFault('the files hold no days of readings');
  if (days >= 4000) {
    throw new FolderFault(
      `the readings go from ${sorted[0]} to ${sorted[sorted.length - 1]}: more than ten years; is a date wrong?`,
    );
  }
  return Array.from({ length: days }, (_, i) =>
    new Date(first + i * 86_400_000).toISOString().slice(0, 10),
  );
}

function seriesOf(
  dates: readonly string[],
  perDay: number,
  ...layers: readonly (ReadonlyMap<string, Int32Array> | undefined)[]
): Int32Array {
  const series = new Int32Array(dates.length * perDay).fill(missingWh);
  dates.forEach((date, day) => {
    const row = layers.map((rows) => rows?.get(date)).find((each) => each !== undefined);
    if (row !== undefined) series.set(row, day * perDay);
  });
  return series;
}

function scenarioOf(name: string, o: Parts, dates: readonly string[]): Scenario {
  const { perDay } = o;
  const own = o.members.filter(({ scenario }) => scenario === name);
  const areas = [...new Set(own.map(({ feeder }) => feeder))].map((areaId): AreaReadings => {
    const feeder = areaId === '' ? undefined : o.feeders.get(`${name},${areaId}`);
    return {
      areaId,
      intervalsPerDay: perDay,
      feederWh: feeder === undefined ? null : seriesOf(dates, perDay, feeder),
      homes: own
        .filter((member) => member.feeder === areaId)
        .map(({ home }) => {
          const altered = o.altered.get(`${name},${home}`);
          return {
            homeId: home,
            energyWh: seriesOf(dates, perDay, altered, o.plain.get(home)),
          };
        }),
    };
  });
  const labels = new Map(
    own.flatMap(({ home }) => {
      const label = o.labels.get(`${name},${home}`);
      return label === undefined ? [] : [[home, label] as const];
    }),
  );
  return { name, areas, labels };
}
