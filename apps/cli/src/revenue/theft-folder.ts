// A folder of homes on feeders with what they report: members, altered days, feeder meters and,
// where they are known, labels. What a home reports on other days is its plain load, from a file of
// loads beside it. The whole reported table is built here, so that nobody can tell the two apart.

import { err, ok, type Result } from '@prewatt/quantities';
import { type AreaReadings, missingWh } from '@prewatt/revenue-protection';
import type { CommandContext } from '../command.ts';
import { linesOf } from '../text-lines.ts';

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
};

type Rows = Map<string, Int32Array>;

/** Reads the folder; the error is one line that names the file and the row. */
export async function readTheftFolder(
  context: CommandContext,
  folder: string,
  loadsPath?: string,
): Promise<Result<TheftFolder, string>> {
  const names = namesIn(context, folder);
  if (names === null) return err(`${folder}: cannot be read as a folder`);
  const pathOf = (part: RegExp): string | null => {
    const name = names.find((one) => part.test(one));
    return name === undefined ? null : `${folder}/${name}`;
  };
  const membersPath = pathOf(/members\.csv(\.gz)?$/);
  if (membersPath === null) return err(`${folder}: no file that ends with members.csv`);
  try {
    const members = await readMembers(context, membersPath);
    const altered = await readRows(context, pathOf(/altered_\w+\.csv(\.gz)?$/), 3);
    const feeders = await readRows(context, pathOf(/feeders_\w+\.csv(\.gz)?$/), 3);
    const labels = await readLabels(context, pathOf(/labels\.csv(\.gz)?$/));
    const perDay = lengthOf(altered) ?? lengthOf(feeders) ?? 48;
    const homes = new Set(members.map(({ home }) => home));
    const candidates = loadsPath === undefined ? loadFiles(context, folder) : [loadsPath];
    const plain = await readLoads(context, candidates, { homes, perDay });
    const dates = datesOf([...feeders.keys(), ...altered.keys(), ...plain.keys()]);
    const bare = members.filter(
      ({ scenario, home }) =>
        2 * daysWith(dates, (date) => altered.has(`${scenario},${home},${date}`)) < dates.length &&
        2 * daysWith(dates, (date) => plain.has(`${home},${date}`)) < dates.length,
    );
    if (bare.length > 0) {
      const homesBare = new Set(bare.map(({ home }) => home)).size;
      return err(
        `${folder}: ${homesBare} of ${homes.size} homes have no plain load: name its file by --loads`,
      );
    }
    const scenarios = [...new Set(members.map(({ scenario }) => scenario))].map((name) =>
      scenarioOf(name, { members, altered, feeders, labels, plain, dates, perDay }),
    );
    const known = [...homes].filter((home) => dates.some((date) => plain.has(`${home},${date}`)));
    const loads = new Map(
      known.map((home) => [home, seriesOf(dates, perDay, (date) => plain.get(`${home},${date}`))]),
    );
    return ok({ scenarios, hasLabels: labels.size > 0, perDay, loads });
  } catch (error) {
    if (error instanceof FolderFault) return err(error.message);
    throw error;
  }
}

const daysWith = (dates: readonly string[], holds: (date: string) => boolean): number =>
  dates.filter(holds).length;

class FolderFault extends Error {}

function namesIn(context: CommandContext, folder: string): readonly string[] | null {
  try {
    return [...context.listFolder(folder)].sort();
  } catch {
    return null;
  }
}

/** Files that may hold the plain loads: beside the others, or in a folder `loads` next to them. */
function loadFiles(context: CommandContext, folder: string): string[] {
  return [folder, `${folder}/loads`, `${folder}/../loads`].flatMap((where) =>
    (namesIn(context, where) ?? [])
      .filter((name) => /\.csv(\.gz)?$/.test(name))
      .filter((name) => !/(members|labels)\.csv|(altered|feeders)_\w+\.csv/.test(name))
      .map((name) => `${where}/${name}`),
  );
}

type Member = { readonly scenario: string; readonly feeder: string; readonly home: string };

async function* rowsOf(context: CommandContext, path: string): AsyncGenerator<readonly string[]> {
  let first = true;
  for await (const line of linesOf(await context.openFile(path))) {
    if (line.trim() === '') continue;
    if (!first) yield cellsOf(line.replace(/^\uFEFF/, ''));
    first = false;
  }
}

/** Cells of a line; a quoted cell may hold commas and doubled quotes. */
function cellsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}

async function readMembers(context: CommandContext, path: string): Promise<Member[]> {
  const members: Member[] = [];
  for await (const [scenario = '', feeder = '', home = ''] of rowsOf(context, path)) {
    if (home === '') throw new FolderFault(`${path}: row ${members.length + 2} names no home`);
    members.push({ scenario, feeder, home });
  }
  return members;
}

/** Rows of readings by their first cells; `keys` of them, the date last. */
async function readRows(context: CommandContext, path: string | null, keys: number): Promise<Rows> {
  const rows: Rows = new Map();
  if (path === null) return rows;
  let number = 1;
  let length: number | null = null;
  for await (const cells of rowsOf(context, path)) {
    number += 1;
    const readings = readingsOf(cells.slice(keys));
    if (readings === null) throw new FolderFault(`${path}: row ${number} holds what is no number`);
    length ??= readings.length;
    if (readings.length !== length) {
      throw new FolderFault(
        `${path}: row ${number} has ${readings.length} intervals, not ${length}`,
      );
    }
    rows.set(cells.slice(0, keys).join(','), readings);
  }
  return rows;
}

function readingsOf(cells: readonly string[]): Int32Array | null {
  const readings = new Int32Array(cells.length);
  for (let i = 0; i < cells.length; i += 1) {
    const cell = cells[i] ?? '';
    const wh = cell === '' ? missingWh : Number(cell);
    if (!Number.isFinite(wh) || wh > 2_000_000_000) return null;
    readings[i] = wh < 0 ? missingWh : Math.round(wh);
  }
  return readings;
}

const lengthOf = (rows: Rows): number | null => [...rows.values()][0]?.length ?? null;

async function readLabels(context: CommandContext, path: string | null) {
  const labels = new Map<string, HomeLabel>();
  if (path === null) return labels;
  for await (const cells of rowsOf(context, path)) {
    const [scenario = '', , home = '', theft = '', kind = ''] = cells;
    // A hook on the feeder has no home: it is nobody's line on the list.
    if (home === '') continue;
    const stolenWh = Math.round(Number(cells[9] ?? '0') * 1000) || 0;
    labels.set(`${scenario},${home}`, { isTheft: theft === '1', kind, stolenWh });
  }
  return labels;
}

/** Plain loads of the homes by `home,date`, brought to the interval of the other files. */
async function readLoads(
  context: CommandContext,
  paths: readonly string[],
  o: { readonly homes: ReadonlySet<string>; readonly perDay: number },
): Promise<Rows> {
  const rows: Rows = new Map();
  const found = new Set<string>();
  for (const path of paths) {
    if (found.size === o.homes.size) break;
    let number = 1;
    for await (const cells of rowsOf(context, path)) {
      number += 1;
      const [home = '', date = ''] = cells;
      if (!o.homes.has(home)) continue;
      const parts = (cells.length - 2) / o.perDay;
      if (!Number.isInteger(parts) || parts < 1) break;
      const readings = readingsOf(cells.slice(2));
      if (readings === null)
        throw new FolderFault(`${path}: row ${number} holds what is no number`);
      rows.set(`${home},${date}`, summedBy(readings, parts));
      found.add(home);
    }
  }
  return rows;
}

function summedBy(readings: Int32Array, parts: number): Int32Array {
  return Int32Array.from({ length: readings.length / parts }, (_, i) => {
    const some = readings.subarray(i * parts, (i + 1) * parts);
    return some.some((wh) => wh < 0) ? missingWh : some.reduce((sum, wh) => sum + wh, 0);
  });
}

/** Each day from the first to the last that any row has. */
function datesOf(keys: readonly string[]): string[] {
  const dates = [...new Set(keys.map((key) => key.slice(key.lastIndexOf(',') + 1)))].sort();
  const first = Date.parse(`${dates[0]}T00:00:00Z`);
  const last = Date.parse(`${dates[dates.length - 1]}T00:00:00Z`);
  const days = Math.round((last - first) / 86_400_000) + 1;
  if (!(days >= 1 && days < 4000)) throw new FolderFault('the files hold no days of readings');
  return Array.from({ length: days }, (_, i) =>
    new Date(first + i * 86_400_000).toISOString().slice(0, 10),
  );
}

function seriesOf(
  dates: readonly string[],
  perDay: number,
  rowOf: (date: string) => Int32Array | undefined,
): Int32Array {
  const series = new Int32Array(dates.length * perDay).fill(missingWh);
  dates.forEach((date, day) => {
    const row = rowOf(date);
    if (row !== undefined) series.set(row.subarray(0, perDay), day * perDay);
  });
  return series;
}

type Parts = {
  readonly members: readonly Member[];
  readonly altered: Rows;
  readonly feeders: Rows;
  readonly labels: ReadonlyMap<string, HomeLabel>;
  readonly plain: Rows;
  readonly dates: readonly string[];
  readonly perDay: number;
};

function scenarioOf(name: string, o: Parts): Scenario {
  const { dates, perDay } = o;
  const own = o.members.filter(({ scenario }) => scenario === name);
  const areas = [...new Set(own.map(({ feeder }) => feeder))].map((areaId): AreaReadings => {
    const ofFeeder = (date: string) => o.feeders.get(`${name},${areaId},${date}`);
    return {
      areaId,
      intervalsPerDay: perDay,
      feederWh: dates.some((date) => ofFeeder(date) !== undefined)
        ? seriesOf(dates, perDay, ofFeeder)
        : null,
      homes: own
        .filter(({ feeder }) => feeder === areaId)
        .map(({ home }) => ({
          homeId: home,
          energyWh: seriesOf(
            dates,
            perDay,
            (date) => o.altered.get(`${name},${home},${date}`) ?? o.plain.get(`${home},${date}`),
          ),
        })),
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
