// How good a ranking is, against what is known of each home. Shares and areas are floats: they are
// figures about a model, not quantities of energy or money.

export type Judged = {
  readonly score: number;
  readonly isTheft: boolean;
  readonly kind: string;
  readonly stolenWh: number;
};

export type Evaluation = {
  readonly homes: number;
  readonly thefts: number;
  /** Null where there is no theft, or nothing but theft. */
  readonly averagePrecision: number | null;
  readonly auc: number | null;
  /** Each kind of theft alone among all the honest homes: how well that kind is told. */
  readonly byKind: readonly KindPrecision[];
  readonly atCapacity: readonly AtCapacity[];
};

export type AtCapacity = {
  /** Homes visited, in per cent of all. */
  readonly percent: number;
  readonly visits: number;
  readonly found: number;
  readonly precision: number | null;
  readonly recall: number | null;
  /** Part of all the stolen energy that the visits find. */
  readonly energyShare: number | null;
  readonly byKind: readonly KindCount[];
  /** Honest homes visited, by what changed in them. */
  readonly falseAccusations: readonly KindCount[];
};

export type KindPrecision = {
  readonly kind: string;
  readonly homes: number;
  readonly averagePrecision: number;
};

export type KindCount = { readonly kind: string; readonly visited: number; readonly homes: number };

export const capacitiesPercent = [1, 3, 5, 10] as const;

export function evaluateRanking(judged: readonly Judged[]): Evaluation {
  // The order of equal scores must not depend on the order of the file's rows.
  const ranked = [...judged].sort(
    (a, b) => b.score - a.score || Number(a.isTheft) - Number(b.isTheft),
  );
  const thefts = judged.filter(({ isTheft }) => isTheft).length;
  return {
    homes: judged.length,
    thefts,
    averagePrecision: averagePrecisionOf(ranked, thefts),
    auc: aucOf(ranked, thefts),
    byKind: byKindOf(ranked),
    atCapacity: capacitiesPercent.map((percent) => atCapacity(ranked, percent)),
  };
}

function averagePrecisionOf(ranked: readonly Judged[], thefts: number): number | null {
  if (thefts === 0) return null;
  let found = 0;
  let sum = 0;
  ranked.forEach(({ isTheft }, i) => {
    if (!isTheft) return;
    found += 1;
    sum += found / (i + 1);
  });
  return sum / thefts;
}

function byKindOf(ranked: readonly Judged[]): KindPrecision[] {
  const kinds = [...new Set(ranked.filter(({ isTheft }) => isTheft).map(({ kind }) => kind))];
  return kinds.sort().map((kind) => {
    const some = ranked.filter((one) => !one.isTheft || one.kind === kind);
    const homes = some.filter(({ isTheft }) => isTheft).length;
    return { kind, homes, averagePrecision: averagePrecisionOf(some, homes) ?? 0 };
  });
}

/** Chance that a theft stands above an honest home; equal scores count a half. */
function aucOf(ranked: readonly Judged[], thefts: number): number | null {
  const honest = ranked.length - thefts;
  if (thefts === 0 || honest === 0) return null;
  let above = 0;
  let pairs = 0;
  for (let from = 0; from < ranked.length; ) {
    let to = from;
    let equalThefts = 0;
    while (to < ranked.length && ranked[to]?.score === ranked[from]?.score) {
      if (ranked[to]?.isTheft === true) equalThefts += 1;
      to += 1;
    }
    const equalHonest = to - from - equalThefts;
    pairs += equalHonest * (above + equalThefts / 2);
    above += equalThefts;
    from = to;
  }
  return pairs / (thefts * honest);
}

function atCapacity(ranked: readonly Judged[], percent: number): AtCapacity {
  const visits = ranked.length === 0 ? 0 : Math.max(1, Math.round((ranked.length * percent) / 100));
  const visited = ranked.slice(0, visits);
  const thefts = ranked.filter(({ isTheft }) => isTheft);
  const found = visited.filter(({ isTheft }) => isTheft);
  const energyOf = (some: readonly Judged[]) => some.reduce((sum, one) => sum + one.stolenWh, 0);
  return {
    percent,
    visits,
    found: found.length,
    precision: visits === 0 ? null : found.length / visits,
    recall: thefts.length === 0 ? null : found.length / thefts.length,
    energyShare: energyOf(thefts) <= 0 ? null : energyOf(found) / energyOf(thefts),
    byKind: countKinds(thefts, found),
    falseAccusations: countKinds(
      ranked.filter(({ isTheft }) => !isTheft),
      visited.filter(({ isTheft }) => !isTheft),
    ),
  };
}

function countKinds(all: readonly Judged[], visited: readonly Judged[]): KindCount[] {
  return [...new Set(all.map(({ kind }) => kind))].sort().map((kind) => ({
    kind,
    visited: visited.filter((one) => one.kind === kind).length,
    homes: all.filter((one) => one.kind === kind).length,
  }));
}
