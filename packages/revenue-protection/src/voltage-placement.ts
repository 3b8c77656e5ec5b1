// Behind which transformer and on which phase a meter is, by its voltage: meters on one phase of
// one transformer see the same ups and downs. What all see (the line above) is taken away first. A
// meter is held against groups without itself, so that a wrong one does not vouch for itself.

export type VoltagePhase = 'L1' | 'L2' | 'L3';
/** Null: not known. */
export type VoltagePlace = {
  readonly nodeId: string | null;
  readonly phase: VoltagePhase | null;
};
export type VoltageHome = VoltagePlace & {
  readonly homeId: string;
  /** Tenths of a volt of each half-hour; any negative number where there is no reading. */
  readonly deciVolts: Int32Array;
};

export type VoltageEvidence = {
  readonly homeId: string;
  readonly suggested: VoltagePlace;
  /** Correlation of its changes with those of the suggested group, per cent. */
  readonly withSuggestedPercent: number;
  /** With the group of its list; null where its list names none that can be compared. */
  readonly withListedPercent: number | null;
  /** With the best of the other groups. */
  readonly withNextPercent: number;
  /** Meters in the suggested group, and half-hours compared. */
  readonly meters: number;
  readonly pairs: number;
};

/** Fewer half-hours tell nothing, and fewer other meters are no group. */
const fewestPairs = 300;
const fewestMeters = 2;
/** Below this a meter goes with nobody. */
const leastCorrelation = 0.35;
/** So much clearer than any other group, and than chance would make it (a normal deviate). */
const leastLead = 0.12;
const leastDeviate = 5;
const rounds = 4;

type Changes = { readonly home: VoltageHome; readonly volts: Float64Array; place: VoltagePlace };
type Fit = { readonly key: string; readonly r: number; readonly pairs: number };

/**
 * Homes that seem to be elsewhere than they are listed, or that are listed nowhere, and the place
 * that fits; nothing of homes that fit where they are, or fit nowhere clearly. All homes of one
 * part of the network, some dozens of transformers, are handed in together.
 */
export function placeByVoltage(homes: readonly VoltageHome[]): readonly VoltageEvidence[] {
  const all = homes.map((home): Changes => {
    const { nodeId, phase } = home;
    return { home, volts: changesOf(home.deciVolts), place: { nodeId, phase } };
  });
  let found: readonly VoltageEvidence[] = [];
  // Meters that clearly belong elsewhere blur the groups: each round goes without them there.
  for (let round = 0; round < rounds; round += 1) {
    const groups = groupsOf(all);
    found = all.flatMap((one) => evidenceOf(one, groups) ?? []);
    const byId = new Map(found.map((each) => [each.homeId, each.suggested]));
    let isSettled = true;
    for (const one of all) {
      const { nodeId, phase } = one.home;
      const to = byId.get(one.home.homeId) ?? { nodeId, phase };
      if (to.nodeId !== one.place.nodeId || to.phase !== one.place.phase) isSettled = false;
      one.place = to;
    }
    if (isSettled) break;
  }
  return found;
}

function changesOf(deciVolts: Int32Array): Float64Array {
  return Float64Array.from(deciVolts, (now, t) => {
    const before = t === 0 ? -1 : (deciVolts[t - 1] ?? -1);
    return now < 0 || before < 0 ? Number.NaN : now - before;
  });
}

type Group = {
  readonly place: VoltagePlace;
  readonly members: ReadonlySet<Changes>;
  readonly sum: Float64Array;
  readonly count: Float64Array;
};
type Groups = { readonly byKey: ReadonlyMap<string, Group>; readonly common: Float64Array };

const keyOf = ({ nodeId, phase }: VoltagePlace): string => `${nodeId} ${phase ?? ''}`;

/** Where phases of a node are known, its meters of unknown phase are in no group. */
function groupsOf(all: readonly Changes[]): Groups {
  const phased = new Set(all.flatMap(({ place }) => (place.phase === null ? [] : place.nodeId)));
  const placed = all.filter(
    ({ place }) => place.nodeId !== null && (place.phase !== null || !phased.has(place.nodeId)),
  );
  const length = Math.max(0, ...all.map(({ volts }) => volts.length));
  const byKey = new Map<string, Group>();
  for (const [key, members] of Map.groupBy(placed, ({ place }) => keyOf(place))) {
    const [sum, count] = [new Float64Array(length), new Float64Array(length)];
    for (const { volts } of members) {
      volts.forEach((change, t) => {
        if (Number.isNaN(change)) return;
        sum[t] = (sum[t] ?? 0) + change;
        count[t] = (count[t] ?? 0) + 1;
      });
    }
    const place = members[0]?.place ?? { nodeId: null, phase: null };
    byKey.set(key, { place, members: new Set(members), sum, count });
  }
  return { byKey, common: commonOf([...byKey.values()], length) };
}

/** The mean over the groups: what comes from the line above. With one group there is none. */
function commonOf(groups: readonly Group[], length: number): Float64Array {
  const common = new Float64Array(length);
  if (groups.length < 2) return common;
  for (let t = 0; t < length; t += 1) {
    let sum = 0;
    let read = 0;
    for (const group of groups) {
      const n = group.count[t] ?? 0;
      if (n === 0) continue;
      sum += (group.sum[t] ?? 0) / n;
      read += 1;
    }
    common[t] = read === 0 ? 0 : sum / read;
  }
  return common;
}

function evidenceOf(one: Changes, { byKey, common }: Groups): VoltageEvidence | null {
  const fits = [...byKey]
    .map(([key, group]) => fitOf(one, { key, group, common }))
    .filter((fit) => fit !== null)
    .sort((a, b) => b.r - a.r);
  const [best, next] = fits;
  const group = byKey.get(best?.key ?? '');
  if (best === undefined || group === undefined || best.r < leastCorrelation) return null;
  const { home } = one;
  const listed = fits.find(({ key }) => key === keyOf(home)) ?? null;
  if (best.key === keyOf(home)) return null;
  const rival = next?.r ?? 0;
  const deviate = (deep(best.r) - deep(rival)) * Math.sqrt((best.pairs - 3) / 2);
  if (best.r - rival < leastLead || deviate < leastDeviate) return null;
  const percent = (r: number): number => Math.round(r * 100);
  return {
    homeId: home.homeId,
    suggested: group.place,
    withSuggestedPercent: percent(best.r),
    withListedPercent: listed === null ? null : percent(listed.r),
    withNextPercent: percent(rival),
    meters: group.members.size - (group.members.has(one) ? 1 : 0),
    pairs: best.pairs,
  };
}

/** Fisher's transform, with an end. */
const deep = (r: number): number => Math.atanh(Math.max(-0.999, Math.min(0.999, r)));

function fitOf(
  one: Changes,
  o: { readonly key: string; readonly group: Group; readonly common: Float64Array },
): Fit | null {
  const { group, common } = o;
  const isMember = group.members.has(one);
  if (group.members.size - (isMember ? 1 : 0) < fewestMeters) return null;
  const sums = { n: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
  for (let t = 0; t < one.volts.length; t += 1) {
    const own = one.volts[t] ?? Number.NaN;
    const others = (group.count[t] ?? 0) - (isMember ? 1 : 0);
    if (Number.isNaN(own) || others < fewestMeters) continue;
    const shared = common[t] ?? 0;
    const x = own - shared;
    const y = ((group.sum[t] ?? 0) - (isMember ? own : 0)) / others - shared;
    sums.n += 1;
    sums.x += x;
    sums.y += y;
    sums.xx += x * x;
    sums.yy += y * y;
    sums.xy += x * y;
  }
  const { n } = sums;
  if (n < fewestPairs) return null;
  const [xx, yy] = [sums.xx - (sums.x * sums.x) / n, sums.yy - (sums.y * sums.y) / n];
  // A meter that always says the same goes with nobody.
  if (!(xx > 0 && yy > 0)) return null;
  return { key: o.key, r: (sums.xy - (sums.x * sums.y) / n) / Math.sqrt(xx * yy), pairs: n };
}
