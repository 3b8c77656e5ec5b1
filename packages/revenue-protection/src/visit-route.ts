// The way of a day: visits grouped by place, places and homes in an order that is short to go. The
// nearest is next, then two ways that cross are uncrossed (2-opt). What has no position stands with
// its place by address, and a place without any comes last, by its name.

/** In millionths of a degree. */
export type Position = { readonly latitudeMicroDeg: number; readonly longitudeMicroDeg: number };

export type Stop = {
  readonly id: string;
  /** A node of the network or an area; null where neither is known. */
  readonly place: string | null;
  readonly address: string;
  readonly position: Position | null;
};

export type PlaceOnRoute = { readonly place: string | null; readonly stopIds: readonly string[] };

export type VisitRoute = {
  readonly places: readonly PlaceOnRoute[];
  /** As the crow flies, between the stops that have a position; null with fewer than two. */
  readonly metres: number | null;
};

const metresPerMicroDeg = 0.111_195;

/** As the crow flies; good within a town. */
export function metresBetween(a: Position, b: Position): number {
  const middle = ((a.latitudeMicroDeg + b.latitudeMicroDeg) / 2e6) * (Math.PI / 180);
  const north = a.latitudeMicroDeg - b.latitudeMicroDeg;
  // Two sides of the line where longitudes begin anew are neighbours.
  const turn = 360_000_000;
  const raw = (((a.longitudeMicroDeg - b.longitudeMicroDeg) % turn) + turn) % turn;
  const east = Math.min(raw, turn - raw) * Math.cos(middle);
  return Math.round(Math.hypot(north, east) * metresPerMicroDeg);
}

/** "Latitude, longitude" in degrees, as a phone says it and people write it; null for else. */
export function readPosition(text: string): Position | null {
  const match = /^\s*(-?\d{1,2}(?:\.\d{1,9})?)\s*[,;]\s*(-?\d{1,3}(?:\.\d{1,9})?)\s*$/.exec(text);
  if (match === null) return null;
  const [latitude, longitude] = [Number(match[1]), Number(match[2])];
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  return {
    latitudeMicroDeg: Math.round(latitude * 1e6),
    longitudeMicroDeg: Math.round(longitude * 1e6),
  };
}

type Placed<T> = { readonly of: T; readonly position: Position };

/** Beyond so many the improvement looks at no more; a day has far fewer. */
const mostRounds = 50;

/** So many are each tried as the first one, where the way may begin anywhere. */
const mostStarts = 30;

/** An open way through all, from where one is; without that, from where it is shortest. */
function shortWay<T>(from: Position | null, all: readonly Placed<T>[]): Placed<T>[] {
  if (from !== null) return uncrossed(from, nearestNext(from, all));
  let best: Placed<T>[] = [];
  for (const [i, start] of all.slice(0, mostStarts).entries()) {
    const others = all.filter((_, k) => k !== i);
    const after = uncrossed(start.position, nearestNext(start.position, others));
    const way = [start, ...after];
    if (best.length === 0 || lengthOf(way) < lengthOf(best)) best = way;
  }
  return best;
}

function nearestNext<T>(from: Position, all: readonly Placed<T>[]): Placed<T>[] {
  const left = [...all];
  const way: Placed<T>[] = [];
  let at = from;
  while (left.length > 0) {
    let next = 0;
    for (let i = 1; i < left.length; i += 1) {
      if (gap(at, left[i]) < gap(at, left[next])) next = i;
    }
    const [taken] = left.splice(next, 1);
    if (taken === undefined) break;
    way.push(taken);
    at = taken.position;
  }
  return way;
}

const gap = (from: Position | null, to: Placed<unknown> | undefined): number =>
  from === null || to === undefined ? 0 : metresBetween(from, to.position);

/** Turns a part of the way round while that makes it shorter. */
function uncrossed<T>(from: Position, way: Placed<T>[]): Placed<T>[] {
  let best = way;
  for (let round = 0; round < mostRounds; round += 1) {
    let isShorter = false;
    for (let i = 0; i < best.length - 1; i += 1) {
      const before = best[i - 1]?.position ?? from;
      for (let k = i + 1; k < best.length; k += 1) {
        const [first, last, after] = [best[i], best[k], best[k + 1]];
        if (first === undefined || last === undefined) continue;
        const old = gap(before, first) + gap(last.position, after);
        if (gap(before, last) + gap(first.position, after) >= old) continue;
        best = [...best.slice(0, i), ...best.slice(i, k + 1).reverse(), ...best.slice(k + 1)];
        isShorter = true;
      }
    }
    if (!isShorter) break;
  }
  return best;
}

const byAddress = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

type Group = { readonly place: string | null; readonly stops: readonly Stop[] };

export function routeOf(stops: readonly Stop[]): VisitRoute {
  const sorted = stops.toSorted(
    (a, b) => byAddress.compare(a.address, b.address) || (a.id < b.id ? -1 : 1),
  );
  const groups = [...Map.groupBy(sorted, ({ place }) => place)]
    .map(([place, ofPlace]): Group => ({ place, stops: ofPlace }))
    .toSorted((a, b) => byName(a.place, b.place));
  const [known, unknown] = [groups.filter(hasPosition), groups.filter((g) => !hasPosition(g))];
  const ordered = shortWay(
    null,
    known.map((group) => ({ of: group, position: middleOf(group.stops) })),
  );
  let at: Position | null = null;
  const way: Placed<Stop>[] = [];
  const places: PlaceOnRoute[] = [];
  for (const { of } of ordered) {
    const inPlace: Placed<Stop>[] = shortWay(at, of.stops.flatMap(placedOf));
    way.push(...inPlace);
    at = inPlace.at(-1)?.position ?? at;
    const rest = of.stops.filter(({ position }) => position === null);
    const stopIds = [...inPlace.map((each) => each.of.id), ...rest.map(({ id }) => id)];
    places.push({ place: of.place, stopIds });
  }
  for (const { place, stops: ofPlace } of unknown) {
    places.push({ place, stopIds: ofPlace.map(({ id }) => id) });
  }
  return { places, metres: way.length < 2 ? null : lengthOf(way) };
}

const lengthOf = (way: readonly Placed<unknown>[]): number =>
  way.reduce((sum, each, i) => sum + gap(way[i - 1]?.position ?? null, each), 0);

const hasPosition = ({ stops }: Group): boolean => stops.some(({ position }) => position !== null);

const placedOf = (stop: Stop): Placed<Stop>[] =>
  stop.position === null ? [] : [{ of: stop, position: stop.position }];

/** Names in order; what has none comes last. */
function byName(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return byAddress.compare(a, b);
}

function middleOf(stops: readonly Stop[]): Position {
  const known = stops.flatMap(({ position }) => (position === null ? [] : [position]));
  const mean = (of: (position: Position) => number) =>
    Math.round(known.reduce((sum, each) => sum + of(each), 0) / known.length);
  return {
    latitudeMicroDeg: mean((each) => each.latitudeMicroDeg),
    longitudeMicroDeg: mean((each) => each.longitudeMicroDeg),
  };
}

/** "14 Acacia Road, Westside" -> "Acacia Road, Westside": the address without the house. */
export function streetOf(address: string): string | null {
  const street = address
    .replace(/^\s*\d+\s*[a-z]?(?:\s*[-/]\s*\d+\s*[a-z]?)?[\s,]+/i, '')
    .replace(/\s+\d+\s*[a-z]?(?=\s*(?:,|$))/i, '')
    .trim();
  return street === '' ? null : street;
}
