// Lists of lamps as CSV: what the utility takes home, and what it brings in. A secret comes in and
// never goes out.

import { type LampBody, lampBodySchema } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import { parse } from 'csv-parse/sync';
import { type Cells, csvLines } from '../../base/csv.ts';
import type { Lamp } from './lamp-store.ts';

const columns = ['lamp', 'group', 'watts', 'standby_watts', 'floor_percent', 'endpoint'] as const;
const mostLamps = 2_000;

/** What may stand in a list that is brought in; the others of our own file are passed over. */
const known = [...columns, 'secret'] as const;

export function lampFile(
  lamps: readonly Lamp[],
  o: {
    readonly groupName: (groupId: string) => string;
    readonly nightWh: ReadonlyMap<string, bigint>;
    readonly cells: Cells;
  },
): string {
  const header = [
    ...[...columns, 'told_percent', 'told_because', 'stage', 'level_percent', 'power_watts'],
    ...['night_kwh', 'counted_kwh', 'fault', 'fault_since', 'read_at'],
  ];
  const text = (value: number | string | null): string => (value === null ? '' : String(value));
  const rows = lamps.map((lamp) => [
    ...[lamp.name, o.groupName(lamp.groupId), text(lamp.fullMilliW / 1_000)],
    ...[text(lamp.standbyMilliW / 1_000), text(lamp.floorPercent)],
    lamp.link?.endpoint ?? '',
    ...[text(lamp.askedPercent), text(lamp.askedBecause), lamp.stage, text(lamp.levelPercent)],
    lamp.milliW === null ? '' : text(lamp.milliW / 1_000),
    ...[o.cells.kWh(o.nightWh.get(lamp.lampId) ?? 0n), o.cells.kWh(lamp.countedWh)],
    ...[text(lamp.fault), o.cells.at(lamp.faultAtMs), o.cells.at(lamp.readAtMs)],
  ]);
  return csvLines([header, ...rows]);
}

/** The lamps of a list; else which line is wrong, and how. */
export function readLampFile(
  csv: string,
  /** Whose controllers are linked already, by their names. */
  linked: ReadonlyMap<string, string>,
): Result<readonly LampBody[], string> {
  let lines: readonly (readonly string[])[];
  try {
    lines = parse(csv, { bom: true, trim: true, skip_empty_lines: true, relax_column_count: true });
  } catch {
    return err('It is no CSV: look for quotes that are opened and not closed.');
  }
  const [header = [], ...rows] = lines;
  for (const name of ['lamp', 'group', 'watts']) {
    if (!header.includes(name)) return err(`Its first line names no column "${name}".`);
  }
  if (rows.length === 0) return err('It has no lamps under its first line.');
  if (rows.length > mostLamps) return err(`It has more than ${mostLamps} lamps: bring in parts.`);
  const lamps: LampBody[] = [];
  const names = new Set<string>();
  for (const [index, row] of rows.entries()) {
    const at = (name: (typeof known)[number]): string => row[header.indexOf(name)]?.trim() ?? '';
    const lamp = lampOf(at, linked);
    const line = `Line ${index + 2}`;
    if (!lamp.ok) return err(`${line}: ${lamp.error}`);
    if (names.has(lamp.value.name)) return err(`${line}: ${lamp.value.name} stands there twice.`);
    names.add(lamp.value.name);
    lamps.push(lamp.value);
  }
  return ok(lamps);
}

function lampOf(
  at: (name: (typeof known)[number]) => string,
  linked: ReadonlyMap<string, string>,
): Result<LampBody, string> {
  const [name, endpoint, secret] = [at('lamp'), at('endpoint'), at('secret')];
  // A line of our own file says again how a lamp is linked: that is no new link.
  const isAsItIs = endpoint === '' || (secret === '' && linked.get(name) === endpoint);
  if (!isAsItIs && secret === '') return err('an endpoint needs the secret of its controller.');
  const standby = at('standby_watts');
  const floor = at('floor_percent');
  const read = lampBodySchema.safeParse({
    ...{ name, group: at('group'), fullW: Number(at('watts')) },
    ...(standby === '' ? {} : { standbyMilliW: Math.round(Number(standby) * 1_000) }),
    floorPercent: floor === '' ? null : Number(floor),
    ...(isAsItIs ? {} : { link: { endpoint, secret } }),
  });
  if (read.success) return ok(read.data);
  const [issue] = read.error.issues;
  const column = columnOf[String(issue?.path.at(-1))] ?? String(issue?.path.at(-1));
  return err(`${column}: ${issue?.message ?? 'it does not fit'}.`);
}

const columnOf: Readonly<Record<string, string>> = {
  ...{ name: 'lamp', group: 'group', fullW: 'watts', standbyMilliW: 'standby_watts' },
  ...{ floorPercent: 'floor_percent', endpoint: 'endpoint', secret: 'secret' },
};
