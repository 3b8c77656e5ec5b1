// The two small CSV files beside the load of a replay: who lives in the homes, and what they
// bought. Times without an offset are the utility's wall clock, as the load files have it.

import { err, ok, type Result } from '@prewatt/quantities';

export type HomeFlags = {
  readonly vulnerable: boolean;
  readonly medical: boolean;
  readonly convertedAtMs: number | null;
  readonly openingWh: bigint | null;
};
export type TopUp = { readonly atMs: number; readonly energyWh: bigint };

/** `home,vulnerable,medical,converted,opening_kwh`; all but home may be left out or empty. */
export function readHomes(text: string, zone: string): Result<Map<string, HomeFlags>, string> {
  const known = ['home', 'vulnerable', 'medical', 'converted', 'opening_kwh'];
  const rows = rowsOf(text, { known, required: ['home'] });
  if (!rows.ok) return rows;
  const homes = new Map<string, HomeFlags>();
  for (const { line, cell } of rows.value) {
    const flag = (name: string) => ({ yes: true, no: false, '': false })[cell(name)];
    const [vulnerable, medical] = [flag('vulnerable'), flag('medical')];
    if (vulnerable === undefined || medical === undefined) {
      return err(`line ${line}: vulnerable and medical are "yes", "no" or empty`);
    }
    const converted = cell('converted');
    const convertedAtMs = converted === '' ? null : wallClockMs(converted, zone);
    if (Number.isNaN(convertedAtMs)) return err(`line ${line}: "${converted}" is no time`);
    const opening = cell('opening_kwh');
    const openingWh = opening === '' ? null : whOf(opening);
    if (openingWh === undefined) return err(`line ${line}: "${opening}" is no energy in kWh`);
    if (homes.has(cell('home'))) return err(`line ${line}: home ${cell('home')} stands twice`);
    homes.set(cell('home'), { vulnerable, medical, convertedAtMs, openingWh });
  }
  return ok(homes);
}

/** `home,at,kwh`. */
export function readTopUps(text: string, zone: string): Result<Map<string, TopUp[]>, string> {
  const names = ['home', 'at', 'kwh'];
  const rows = rowsOf(text, { known: names, required: names });
  if (!rows.ok) return rows;
  const topUps = new Map<string, TopUp[]>();
  for (const { line, cell } of rows.value) {
    const atMs = wallClockMs(cell('at'), zone);
    if (Number.isNaN(atMs)) return err(`line ${line}: "${cell('at')}" is no time`);
    const energyWh = whOf(cell('kwh'));
    if (energyWh === undefined || energyWh === 0n) {
      return err(`line ${line}: "${cell('kwh')}" is no energy in kWh`);
    }
    const ofHome = topUps.get(cell('home')) ?? [];
    ofHome.push({ atMs, energyWh });
    topUps.set(cell('home'), ofHome);
  }
  return ok(topUps);
}

type Row = { readonly line: number; readonly cell: (name: string) => string };

function rowsOf(
  text: string,
  o: { readonly known: readonly string[]; readonly required: readonly string[] },
): Result<Row[], string> {
  const [header = '', ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const names = header.split(',');
  const unknown = names.find((name) => !o.known.includes(name));
  if (unknown !== undefined) return err(`line 1: "${unknown}" is none of ${o.known.join(', ')}`);
  const missing = o.required.find((name) => !names.includes(name));
  if (missing !== undefined) return err(`line 1: there is no "${missing}"`);
  return ok(
    lines.flatMap((line, index) => {
      const cells = line.split(',');
      const cell = (name: string) => (cells[names.indexOf(name)] ?? '').trim();
      return line === '' ? [] : [{ line: index + 2, cell }];
    }),
  );
}

/** A wall-clock time as if it were UTC; one with an offset is brought to the zone first. */
export function wallClockMs(text: string, zone: string): number {
  try {
    const local = /(Z|[+-]\d\d:?\d\d)$/.test(text.replace(/^\d{4}-\d\d-\d\d$/, ''))
      ? Temporal.Instant.from(text).toZonedDateTimeISO(zone).toPlainDateTime()
      : Temporal.PlainDateTime.from(text.replace(' ', 'T'));
    return local.toZonedDateTime('UTC').epochMilliseconds;
  } catch {
    return Number.NaN;
  }
}

function whOf(kwh: string): bigint | undefined {
  const [, whole, part = ''] = /^(\d{1,9})(?:\.(\d{1,3}))?$/.exec(kwh) ?? [];
  return whole === undefined ? undefined : BigInt(whole) * 1000n + BigInt(part.padEnd(3, '0'));
}
